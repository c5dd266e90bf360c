/**
 * make bench: what the runner itself costs (DESIGN "Fast"). usage: bench.mjs [SIZE…]
 * Everything is told as a median in ms and as a ratio to what is done anyway: bare Make, and an empty Node.
 */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cleanEnvironment } from '../rig/child.js';
import { MAKE, PROGRAM, type Project, project } from '../rig/project.js';
import { markDone, openBacklog, writeBareMakefile } from './backlog.js';
import { compare, memory, type Program } from './measure.js';

const sizes = process.argv.slice(2).map(Number);
const SIZES = sizes.length > 0 ? sizes : [100, 1000, 10_000];
const node = process.execPath;

function program(made: Project, name: string, command: string, args: readonly string[], before?: () => void): Program {
  const env = cleanEnvironment(join(made.outside, 'home'));
  return { name, command, args, cwd: made.root, env, ...(before ? { before } : {}) };
}

function row(what: string, ms: number, ratio: string, aim = ''): void {
  console.log(`  ${what.padEnd(52)} ${ms.toFixed(1).padStart(9)} ms  ${ratio}${aim === '' ? '' : `  (aim: ${aim})`}`);
}

const times = (a: number, b: number): string => `${(a / b).toFixed(2)}×`;

async function nullRun(size: number): Promise<void> {
  const made = await openBacklog(size);
  markDone(made);
  writeBareMakefile(made, size);
  made.git('add', '-A');
  made.git('commit', '-qm', 'bare.mk');
  const medians = compare(
    [
      program(made, 'bare', MAKE, ['-f', 'bare.mk', 'all']),
      program(made, 'node', node, ['-e', '0']),
      program(made, 'ours', MAKE, ['orchestrate']),
    ],
    size > 5000 ? 9 : 15,
  );
  const [bare = 0, empty = 0, ours = 0] = ['bare', 'node', 'ours'].map((name) => medians.get(name));
  console.log(`null run, ${size} tasks done`);
  row('make -f bare.mk (same graph, touch recipes)', bare, '');
  row('node -e 0', empty, '');
  row('make orchestrate', ours, `${times(ours, bare + empty)} (bare Make + node -e 0)`, size >= 10_000 ? '≤ 2×' : '');
  made.close();
}

async function generator(size: number): Promise<void> {
  const made = await openBacklog(size);
  markDone(made);
  const forget = (): void => rmSync(join(made.root, '.stepladder'), { recursive: true, force: true });
  const generate = [PROGRAM, 'generate'];
  const first = compare([program(made, 'node', node, ['-e', '0']), program(made, 'first', node, generate, forget)], 5);
  const second = compare([program(made, 'node', node, ['-e', '0']), program(made, 'second', node, generate)], 9);
  console.log(`generator, ${size} files`);
  row(
    'first pass (nothing known)',
    first.get('first') ?? 0,
    `${times(first.get('first') ?? 0, first.get('node') ?? 1)} node -e 0`,
  );
  row(
    'second pass (nothing changed)',
    second.get('second') ?? 0,
    `${times(second.get('second') ?? 0, second.get('node') ?? 1)} node -e 0`,
    size >= 10_000 ? '≤ 200 ms' : '',
  );
  made.close();
}

async function oneStep(): Promise<void> {
  const idle = { kind: 'command', command: `echo x >> idle.txt; echo '{"ok": true}'` };
  const made = await project({
    tasks: { fresh: '---\n---\n# Fresh\n', idle: '---\n---\n# Idle\n' },
    config: { agent: 'idle', agents: { idle }, verify: ['true'], isolation: 'in-place' },
  });
  const step = (name: string): string[] => [PROGRAM, 'step', name];
  await made.stepladder(['step', 'fresh']);
  const again = (): void => {
    made.remove('tasks/idle.done');
    writeFileSync(join(made.root, 'idle.txt'), '');
    made.commit();
  };
  const medians = compare(
    [
      program(made, 'node', node, ['-e', '0']),
      program(made, 'fresh', node, step('fresh')),
      program(made, 'idle', node, step('idle'), again),
    ],
    15,
  );
  const [empty = 1, fresh = 0, whole = 0] = ['node', 'fresh', 'idle'].map((name) => medians.get(name));
  console.log('one step');
  row('node -e 0', empty, '');
  row('stepladder step, fresh', fresh, `${times(fresh, empty)} node -e 0`, '≤ 1.2×');
  row('stepladder step, an agent that does next to nothing', whole, `${times(whole, empty)} node -e 0`);
  again();
  const used = memory(program(made, 'idle', node, step('idle')));
  console.log(
    `  memory of that step: ${used.toFixed(0)} MB  (aim: ≤ 80 MB; node -e 0 alone: ${memory(program(made, 'node', node, ['-e', '0'])).toFixed(0)} MB)`,
  );
  made.close();
}

console.log(`stepladder, Node ${process.versions.node}, ${MAKE}; medians, programs in turns`);
for (const size of SIZES) await nullRun(size);
await generator(Math.max(...SIZES));
await oneStep();
