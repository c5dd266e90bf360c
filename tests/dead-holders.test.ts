/** A step that was killed may have something at work still: what it started, or a git. Nobody takes its place before that ends. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { files } from '../src/record/files.js';
import { inFlightMarker, tasksInFlight } from '../src/record/in-flight.js';
import { type LockRecord, sweepLocks, tryAcquire } from '../src/record/locks.js';
import { statePaths } from '../src/record/paths.js';
import { thisProcess } from '../src/record/process.js';
import { recoverDead } from '../src/workspace/recover.js';
import { appears, isRunning, pidIn } from './rig/attempts.js';
import { inFolder } from './rig/folder.js';
import { processesOf } from './rig/observing.js';
import { withProject } from './rig/project.js';
import { withRepository } from './rig/repository.js';
import { assert, suite } from './rig/suite.js';

const test = suite('what dead holders left at work');

/** A process that has ended, and whose pid nobody has yet. */
const DEAD = spawnSync('true').pid;

/** A lock as it is left by a step that was killed. */
function plant(path: string, mark: string): void {
  const record: LockRecord = {
    ...{ ...thisProcess(), pid: DEAD, token: 'a'.repeat(32) },
    ...{ what: 'step a (run r)', since: '2026-01-02T03:04:05.678Z', mark },
  };
  writeFileSync(path, JSON.stringify(record));
}

/** A shell script that goes on in the folder, and has begun. */
async function atWork(dir: string, script: string, env: Readonly<Record<string, string>>): Promise<ChildProcess> {
  const options = { cwd: dir, env: { ...process.env, ...env }, stdio: 'ignore', detached: true } as const;
  const child = spawn('sh', ['-c', `${script}`], options);
  await appears(dir, 'begun');
  return child;
}

const TAKERS: readonly (readonly [how: string, take: (dir: string) => void])[] = [
  ['taken over', (dir) => assert.is(tryAcquire(join(dir, 'a.lock'), 'a test').kind, 'lock')],
  ['cleared away', (dir) => sweepLocks(dir)],
];

for (const [how, take] of TAKERS) {
  const mark = `mark-${process.pid}-${how.replace(' ', '-')}`;

  test(`a lock is ${how}: what its holder had started is ended first`, () =>
    inFolder(async (dir) => {
      plant(join(dir, 'a.lock'), mark);
      const child = await atWork(dir, 'echo $$ > b; mv b begun; exec sleep 1000', { STEPLADDER_MARK: mark });
      const gone = new Promise((resolve) => child.once('exit', (_, signal) => resolve(signal)));
      take(dir);
      assert.not.ok(isRunning(pidIn(dir, 'begun')));
      assert.is(await gone, 'SIGKILL');
    }));

  test(`a lock is ${how}: a git that works for its holder is waited for, and not ended`, () =>
    inFolder(async (dir) => {
      plant(join(dir, 'a.lock'), `${mark}-git`);
      // It starts what goes on for hours: that is nobody's to wait for.
      const daemon = 'setsid sleep 1000 > /dev/null 2>&1 & echo $! > daemon';
      const slow = `git -c alias.slow='!${daemon}; echo > begun; sleep 1; echo moved > branch' slow`;
      const child = await atWork(dir, slow, { STEPLADDER_GIT: `${mark}-git` });
      const gone = new Promise((resolve) => child.once('exit', (code) => resolve(code)));
      take(dir);
      assert.ok(existsSync(join(dir, 'branch')));
      process.kill(pidIn(dir, 'daemon'), 'SIGKILL');
      assert.is(await gone, 0);
    }));
}

test('a step that begins apart keeps its record, whoever clears up in that moment', () =>
  withRepository({ files: { 'tasks/one.md': '# Task: One\n' } }, (repo) => {
    // Its marker is there, and its record not yet.
    files.writeDurably(inFlightMarker(repo.root, 'one'), 'one');
    const lock = tryAcquire(statePaths(repo.root).lock('task-one'), 'step one (run r)');
    if (lock.kind !== 'lock') throw new Error('it was free');
    recoverDead(repo.open(), repo.root);
    assert.equal(tasksInFlight(repo.root), ['one']);
    lock.release();
    recoverDead(repo.open(), repo.root);
    assert.equal(tasksInFlight(repo.root), []);
  })());

test('killed while a work tree is set up: what the setup runs is gone before the next one begins', () =>
  withProject(
    {
      tasks: { a: '# A' },
      config: {
        isolation: 'worktree',
        setup: ['test -e "$SEEN/pid" || { echo $$ > "$SEEN/p"; mv "$SEEN/p" "$SEEN/pid"; exec sleep 1000; }'],
      },
      script: [{}],
    },
    async (made) => {
      const env = { SEEN: made.outside };
      const running = made.start('make', ['-j2', 'orchestrate'], { env });
      await appears(made.outside, 'pid');
      const pid = Number(readFileSync(join(made.outside, 'pid'), 'utf8'));
      const ours = processesOf(made).flatMap(({ part, pid: one }) => (part !== 'agent' && one !== pid ? [one] : []));
      // In one moment: whoever saw another one go would end what the setup runs.
      for (const signal of ['SIGSTOP', 'SIGKILL'] as const) for (const one of ours) process.kill(one, signal);
      await running.done;
      assert.ok(isRunning(pid));
      const ran = await made.make(['-j2', 'orchestrate'], { env });
      assert.is(ran.code, 0, ran.output);
      assert.not.ok(isRunning(pid));
      assert.is(made.git('worktree', 'list').split('\n').length, 1);
    },
  ));
