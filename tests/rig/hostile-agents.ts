/** Agents that do what no agent should: contained, or recorded, and never fatal to the record. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { counted } from './chance.js';
import { allGone, isRunning, processesOf, until } from './observing.js';
import { CHECKOUT, type Project, withProject } from './project.js';
import type { Scenario } from './scenario.js';
import { assert } from './suite.js';
import { assertReceiptsCommitted, type Form } from './wide-backlog.js';

const OK = `echo '{"ok": true}'`;
const WORK = `echo work > work.txt; ${OK}`;

interface Played {
  readonly command: string;
  readonly task?: string;
  readonly files?: Readonly<Record<string, string>>;
}

/** One task, and an agent that is a shell line; `%OUT%` in it is the folder beside the project. */
function played(form: Form, { command, task = '# A', files = {} }: Played, body: (made: Project) => Promise<void>) {
  const config = { agent: 'sh', isolation: form.isolation };
  return withProject({ tasks: { a: task }, files, config, commit: false }, async (made) => {
    const agents = { sh: { kind: 'command', command: `sh ${behaviour(made)}` } };
    const whole = { ...config, agents, verify: ['true'], repairs: 0, ladder: ['sonnet/thinking'] };
    made.write('stepladder.yaml', JSON.stringify(whole));
    writeFileSync(behaviour(made), command.replaceAll('%OUT%', made.outside));
    made.commit();
    await body(made);
  });
}

/** What the agent does, beside the project. */
const behaviour = (made: Project): string => join(made.outside, 'agent/behaviour.sh');

/** The record holds, whatever became of the task; an agent that behaves gets it done. */
async function standsFirm(made: Project): Promise<void> {
  await allGone(made);
  assertReceiptsCommitted(made);
  assert.is(made.git('fsck', '--strict', '--no-dangling'), '');
  assert.is(made.git('symbolic-ref', 'HEAD'), 'refs/heads/main');
  writeFileSync(behaviour(made), WORK);
  const ran = await made.make(['RETRY=1', 'orchestrate']);
  assert.is(ran.code, 0);
  assert.is(made.git('show', 'main:tasks/a.done'), made.read('tasks/a.done')?.trim());
  assert.is(made.git('status', '--porcelain'), '');
  await allGone(made);
}

/** What it does to git, and what must have come of its work. */
function withGit(name: string, command: string, bounded: Scenario['bounded']): Scenario {
  return {
    name,
    ...(bounded === undefined ? {} : { bounded }),
    run: (form) =>
      played(form, { command: `${command}; ${OK}` }, async (made) => {
        const remote = join(made.outside, 'remote.git');
        made.git('init', '-q', '--bare', remote);
        made.git('remote', 'add', 'origin', remote);
        made.git('push', '-q', 'origin', 'main');
        const before = made.git('rev-parse', 'main');
        const ran = await made.make(['orchestrate']);
        assert.is(ran.code, 0);
        assert.is(made.git('rev-parse', 'main~1'), before, 'one commit, whatever it made of its own');
        assert.is(made.git('show', 'main:work.txt'), 'work');
        assert.is(made.git('log', '-1', '--format=%(trailers:key=Stepladder-Task,valueonly)', 'main').trim(), 'a');
        await standsFirm(made);
      }),
  };
}

/** The most memory a process has had, in MB, watched until it ends. */
async function peakOf(made: Project): Promise<number> {
  let peak = 0;
  for (;;) {
    const step = processesOf(made).find(({ part }) => part === 'step')?.pid;
    if (step === undefined && peak > 0) return peak;
    try {
      const status = step === undefined ? '' : readFileSync(`/proc/${step}/status`, 'latin1');
      peak = Math.max(peak, Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1024);
    } catch {
      // It has ended.
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** What a step may take whatever its agent prints: two and a half of the least one. */
const MOST_MB = 200;

function writes(mb: number, bounded: Scenario['bounded']): Scenario {
  return {
    name: `an agent that prints ${mb} MB, in lines and in one line: the runner's memory stays flat`,
    ...(bounded === undefined ? {} : { bounded }),
    run: (form) => {
      const half = mb / 2;
      const print = `head -c ${half}000000 /dev/zero | tr '\\0' x | fold -w 200; head -c ${half}000000 /dev/zero | tr '\\0' y; echo`;
      return played(form, { command: `${print}; ${WORK}` }, async (made) => {
        const running = made.start('make', ['orchestrate'], { timeoutMs: 390_000 });
        const peak = await peakOf(made);
        assert.is((await running.done).code, 0);
        counted(`${mb} MB printed: ${Math.round(peak)} MB of memory at most (${form.isolation})`);
        assert.ok(peak < MOST_MB, `${peak} MB`);
        await standsFirm(made);
      });
    },
  };
}

function linkProgram(made: Project): void {
  mkdirSync(join(made.root, 'node_modules'));
  symlinkSync(CHECKOUT, join(made.root, 'node_modules/stepladder'));
}

/** Whether this process may mount a file system of its own; by trying. */
function cannotMount(): string | null {
  const tried = spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']);
  return tried.status === 0 ? null : 'no file system can be mounted here';
}

/** Moves the project onto a small disk, for as long as `body` takes. */
async function onSmallDisk(made: Project, mb: number, body: () => Promise<void>): Promise<void> {
  const aside = join(made.outside, 'aside');
  renameSync(made.root, aside);
  mkdirSync(made.root);
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${mb}m`, 'tmpfs', made.root], { encoding: 'utf8' });
  assert.is(mounted.status, 0, mounted.stderr);
  try {
    cpSync(aside, made.root, { recursive: true, verbatimSymlinks: true });
    await body();
  } finally {
    spawnSync('umount', ['-l', made.root]);
    rmSync(aside, { recursive: true, force: true });
  }
}

/** Out of its session, its parent gone, deaf; what it still carries is its mark. */
const HIDDEN = `(setsid sh -c 'trap "" HUP INT TERM; echo $$ > %OUT%/hidden; exec sleep 10000' > /dev/null 2>&1 &)
until [ -s %OUT%/hidden ]; do sleep 0.02; done`;

export const HOSTILE: readonly Scenario[] = [
  {
    name: 'an agent that ignores signals, and so do its children: its time is up all the same',
    bounded: ['worktree'],
    run: (form) => {
      const command = `trap '' INT TERM HUP; echo half > half.txt; (trap '' INT TERM HUP; while :; do sleep 0.1; done) & while :; do sleep 0.1; done`;
      return played(form, { command, task: '---\ntimeout: 1s\n---\n# A' }, async (made) => {
        const ran = await made.make(['orchestrate']);
        assert.is(ran.code, 2);
        assert.match(ran.stdout, 'timed out');
        assert.is(made.git('show', 'refs/stepladder/failed/a:half.txt'), 'half', 'its work is kept');
        await standsFirm(made);
      });
    },
  },
  {
    name: 'an agent that leaves a daemon behind: it ends with the attempt',
    bounded: ['in-place'],
    run: (form) =>
      played(form, { command: `${HIDDEN}; ${WORK}` }, async (made) => {
        assert.is((await made.make(['orchestrate'])).code, 0);
        const pid = Number(readFileSync(join(made.outside, 'hidden'), 'utf8'));
        await until(
          () => !isRunning(pid),
          () => `${pid} is still running`,
        );
        await standsFirm(made);
      }),
  },
  withGit('an agent that commits by itself', 'echo work > work.txt; git add -A; git commit -qm mine', ['worktree']),
  withGit(
    'an agent that resets hard',
    'echo x > x.txt; git add -A; git commit -qm x; git reset -q --hard HEAD~1; echo work > work.txt',
    ['in-place'],
  ),
  withGit(
    'an agent that goes to a branch of its own',
    'git checkout -qb mine; echo work > work.txt; git add -A; git commit -qm mine; git checkout -q --detach',
    undefined,
  ),
  withGit(
    'an agent that pushes what it committed',
    'echo work > work.txt; git add -A; git commit -qm mine; git push -q origin HEAD:main',
    ['worktree'],
  ),
  withGit('an agent that collects garbage and packs', 'echo work > work.txt; git gc -q --prune=now', undefined),
  writes(100, ['in-place']),
  writes(1000, undefined),
  {
    name: 'an agent that leaves a file of 1 GB: set aside and told, not in the commit',
    run: (form) =>
      played(form, { command: `truncate -s 1G big.bin; ${WORK}` }, async (made) => {
        const ran = await made.make(['orchestrate'], { timeoutMs: 390_000 });
        assert.is(ran.code, 0);
        assert.match(ran.output, 'big.bin');
        assert.equal(made.receipt('a')?.changed, ['work.txt']);
        assert.is(made.git('ls-tree', '--name-only', 'main', 'big.bin'), '');
        assert.is(made.git('cat-file', '-s', 'refs/stepladder/aside/a:big.bin'), String(2 ** 30));
        await standsFirm(made);
      }),
  },
  {
    name: 'an agent that fills the disk: the run halts with one word about it, and goes on when there is room',
    missing: cannotMount,
    bounded: ['in-place'],
    run: (form) =>
      played(form, { command: `${WORK}; cat /dev/zero > fill; true` }, (made) =>
        onSmallDisk(made, 8, async () => {
          const ran = await made.make(['orchestrate']);
          assert.is(ran.code, 2);
          assert.match(ran.output, /disk is full|No space left|free some space/);
          assert.not.match(ran.output, 'bug of stepladder');
          assert.not.match(ran.output, /^\s+at .*:\d+:\d+\)?$/m);
          assert.is(made.receipt('a'), null);
          await allGone(made);
          // What a person does then: the file that fills the disk goes.
          for (const folder of [made.root, join(made.root, '.stepladder/worktrees/a')])
            rmSync(join(folder, 'fill'), { force: true });
          await standsFirm(made);
        }),
      ),
  },
  {
    name: 'an agent that removes the whole work tree, machine state and all: what is committed stands',
    run: (form) =>
      played(
        form,
        { command: 'rm -rf .stepladder * 2> /dev/null; true', files: { 'src.txt': 's\n' } },
        async (made) => {
          const ran = await made.make(['orchestrate']);
          assert.is(ran.code, 2);
          assert.not.match(ran.output, 'bug of stepladder');
          assert.is(made.receipt('a'), null);
          assert.is(made.git('show', 'main:src.txt'), 's');
          await allGone(made);
          // What a person has to do where it was his tree: node_modules was never git's.
          made.git('checkout', '-q', 'HEAD', '--', '.');
          if (!made.exists('node_modules')) linkProgram(made);
          await standsFirm(made);
        },
      ),
  },
];
