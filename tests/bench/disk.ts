/**
 * What steps in work trees of their own leave on the disk (aim: bounded over a thousand of them): every tenth of the way
 * the files and bytes beside the work itself. Every task writes a file of its own, and every fifth fails at first.
 * usage: disk.mjs [STEPS]
 */
import { existsSync, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { project } from '../rig/project.js';

const steps = Number(process.argv[2] ?? 1000);
const TENTHS = 10;
/** Under `tasks/` lie the transcripts, one for each attempt: those are kept on purpose. */
const PLACES = ['.stepladder', '.stepladder/tasks', '.git'];

interface Size {
  readonly files: number;
  readonly bytes: number;
}

function sizeOf(folder: string): Size {
  let [files, bytes] = [0, 0];
  if (!existsSync(folder)) return { files, bytes };
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const stat = lstatSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false });
    if (stat === undefined || stat.isDirectory()) continue;
    files += 1;
    bytes += stat.blocks * 512;
  }
  return { files, bytes };
}

const AGENT = [
  'f=work/$STEPLADDER_TASK.txt; mkdir -p work',
  'case $STEPLADDER_TASK in *[05]) test -e $f || { echo x > $f; echo \'{"ok": false, "reason": "not yet"}\'; exit; };; esac',
  'echo $STEPLADDER_TASK >> $f; echo \'{"ok": true}\'',
].join('\n');

const nameOf = (at: number): string => `t${String(at).padStart(5, '0')}`;
const name = Array.from({ length: steps }, (_, at) => nameOf(at));
const made = await project({
  tasks: Object.fromEntries(
    name.map((task) => [task, `---\nverify: ["test -s work/${task}.txt"]\n---\n# Work of ${task}\n`]),
  ),
  config: { agent: 'sh', agents: { sh: { kind: 'command', command: AGENT } }, isolation: 'worktree', verify: ['true'] },
});

function row(done: number): void {
  const sizes = PLACES.map((place) => sizeOf(join(made.root, place)));
  const told = sizes.map(
    ({ files, bytes }) => `${String(files).padStart(7)} files ${(bytes / 1e6).toFixed(1).padStart(7)} MB`,
  );
  console.log(`  ${String(done).padStart(6)}  ${told.join('   ')}`);
}

console.log(`steps in work trees of their own, -j4\n   steps  ${PLACES.map((place) => place.padEnd(24)).join('   ')}`);
await made.stepladder(['generate']);
row(0);
for (let at = 0; at < TENTHS; at += 1) {
  const some = name.slice((at * steps) / TENTHS, ((at + 1) * steps) / TENTHS).map((task) => `tasks/${task}.done`);
  const ran = await made.make(['-j4', ...some], { timeoutMs: 3_600_000 });
  if (ran.code !== 0) throw new Error(`make ended with ${ran.code}\n${ran.stderr.slice(-2000)}`);
  row(some.length * (at + 1));
}
made.close();
