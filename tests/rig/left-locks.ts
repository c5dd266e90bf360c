/** Locks as they are left by whoever died, or lives elsewhere; and a runner that is stopped while another takes over. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { statePaths } from '../../src/record/paths.js';
import { thisProcess } from '../../src/record/process.js';
import { allGone, isRunning, processesOf } from './observing.js';
import { type Project, withProject } from './project.js';
import { assert } from './suite.js';
import { assertReceiptsCommitted, type Form } from './wide-backlog.js';

const DEAD = spawnSync('true').pid;

/** Holders that are gone, each known by something else. */
export const GONE = {
  'a dead process': { ...thisProcess(), pid: DEAD },
  'an earlier process of a living pid': { ...thisProcess(), startTime: '1' },
  'an earlier boot': { ...thisProcess(), bootId: '00000000-0000-0000-0000-000000000000' },
};
const ELSEWHERE = { ...thisProcess(), host: 'elsewhere' };

/** The lock of the task, and that of the workspace. */
const locksOf = (made: Project): string[] => [
  statePaths(made.root).lock('task-a'),
  join(made.root, '.git/stepladder.lock'),
];

/** Whose turn it is to land. */
const turnOf = (made: Project): string => join(made.root, '.git/stepladder-landing.lock');

function leave(path: string, holder: object): void {
  const record = { ...holder, token: 'a'.repeat(32), what: 'step a (run r)', since: '2026-01-02T03:04:05.678Z' };
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(record)}\n`);
}

const forming = (form: Form) => ({ tasks: { a: '# A' }, config: { isolation: form.isolation } });

/** Locks of processes that are gone stand in nobody's way. */
export function breaksLocks(form: Form, holder: object): Promise<void> {
  return withProject({ ...forming(form), script: [] }, async (made) => {
    // git's own as well: of a landing that was cut short.
    const left = [...locksOf(made), turnOf(made), join(made.root, '.git/index.lock')];
    for (const path of left) leave(path, holder);
    const ran = await made.make(['orchestrate']);
    assert.is(ran.code, 0);
    assert.is(made.invocations().length, 1);
    for (const path of left) assert.not.ok(made.exists(path.slice(made.root.length + 1)), path);
  });
}

/** Where nothing is left to do nobody takes them, and they go all the same. */
export function sweepsLocks(form: Form): Promise<void> {
  return withProject({ ...forming(form), script: [] }, async (made) => {
    assert.is((await made.make(['orchestrate'])).code, 0);
    for (const path of [...locksOf(made), turnOf(made)]) {
      leave(path, GONE['a dead process']);
      const ran = await made.make(['orchestrate']);
      assert.match(ran.stdout, 'nothing to do');
      assert.not.ok(made.exists(path.slice(made.root.length + 1)), path);
    }
    assert.is(made.invocations().length, 1);
  });
}

/** That of another host is never broken, in the time that it takes to say so; the command that removes it is told. */
export function namesLocks(form: Form): Promise<void> {
  return withProject({ ...forming(form), script: [] }, async (made) => {
    for (const path of locksOf(made)) {
      leave(path, ELSEWHERE);
      const ran = await made.make(['orchestrate']);
      assert.is(ran.code, 2);
      const remedy = `rm ${path}`;
      assert.match(ran.stderr, remedy);
      assert.is(made.invocations().length, 0);
      await made.run('sh', ['-c', remedy]);
    }
    assert.is((await made.make(['orchestrate'])).code, 0);
  });
}

/** git's own lock, left by a git that was killed: said before anybody is paid, and gone once it is removed. */
export function namesIndexLock(form: Form): Promise<void> {
  return withProject({ ...forming(form), script: [] }, async (made) => {
    made.write('.git/index.lock', '');
    const ran = await made.make(['orchestrate']);
    assert.is(ran.code, 2);
    const remedy = `rm ${join(made.root, '.git/index.lock')}`;
    assert.match(ran.stderr, remedy);
    assert.is(made.invocations().length, 0, 'nobody is paid for work that could not land');
    await made.run('sh', ['-c', remedy]);
    assert.is((await made.make(['orchestrate'])).code, 0);
    assert.is(made.git('status', '--porcelain'), '');
  });
}

/**
 * The same, put there while the agent is at work: its work is kept, and taken up once the lock is gone. Whoever works apart
 * needs nothing of the checkout but that moment: he waits for it, having said what he waits for and what removes it.
 */
export function keepsWorkOverIndexLock(form: Form): Promise<void> {
  return withProject({ ...forming(form), agent: 'driven' }, async (made) => {
    const running = made.start('make', ['orchestrate']);
    const attempt = await made.nextAttempt();
    await attempt.write('half.txt', 'half\n');
    made.write('.git/index.lock', '');
    await attempt.verdict({ ok: true });
    const remedy = `rm ${join(made.root, '.git/index.lock')}`;
    if (form.isolation === 'worktree') {
      await running.until(remedy);
      assert.is(made.receipt('a'), null);
      made.remove('.git/index.lock');
      const ended = await running.done;
      assert.is(ended.code, 0, ended.output);
      assert.is(ended.output.split(remedy).length, 2, 'told once');
      assert.equal(made.receipt('a')?.changed, ['half.txt']);
      assert.is(made.git('status', '--porcelain'), '');
      return;
    }
    const ran = await running.done;
    assert.is.not(ran.code, 0);
    assert.match(ran.stderr, remedy);
    assert.is(made.receipt('a'), null);
    made.remove('.git/index.lock');
    const again = made.start('make', ['orchestrate']);
    const next = await made.nextAttempt();
    assert.is(await next.run('test -e half.txt'), 0, 'the work is taken up');
    await next.verdict({ ok: true });
    assert.is((await again.done).code, 0);
    assert.equal(made.receipt('a')?.changed, ['half.txt']);
    assert.is(made.git('status', '--porcelain'), '');
  });
}

/** A step that is stopped with work in its tree, and another run that waits for its lock. */
async function stopped(made: Project) {
  const first = made.start('make', ['orchestrate']);
  const slow = await made.nextAttempt();
  await slow.write('first.txt', 'first\n');
  const step = processesOf(made).find(({ part }) => part === 'step')?.pid ?? -1;
  process.kill(step, 'SIGSTOP');
  const second = made.start('make', ['tasks/a.done']);
  await second.until('waiting for');
  return { first, slow, step, second };
}

/** The next agent finds that work, and says that it is done. */
async function takesUp(made: Project): Promise<void> {
  const next = await made.nextAttempt();
  assert.is(await next.run('test -e first.txt'), 0, 'its work is taken up');
  await next.verdict({ ok: true });
}

/**
 * A stopped process holds its locks. A person who removes them all the same is told of it: nobody takes over from what
 * may wake up. Woken, it finds its lock gone and lands nothing; its work is kept, and the next run takes it up.
 */
export function stoppedPublishesNothing(form: Form): Promise<void> {
  return withProject({ ...forming(form), agent: 'driven' }, async (made) => {
    const { first, slow, step, second } = await stopped(made);
    assert.ok(isRunning(step), 'a stopped process is alive: its lock is not broken');
    for (const path of locksOf(made)) rmSync(path, { force: true });
    const refused = await second.done;
    assert.is(refused.code, 2);
    assert.match(refused.stderr, `kill -9 ${step}`);
    const before = made.git('rev-parse', 'main');
    await slow.verdict({ ok: true });
    process.kill(step, 'SIGCONT');
    await first.done;
    await allGone(made);
    assert.is(made.git('rev-parse', 'main'), before, 'the first publishes nothing');
    assert.is(made.receipt('a'), null);
    const again = made.start('make', ['orchestrate']);
    await takesUp(made);
    assert.is((await again.done).code, 0);
    assert.equal(made.receipt('a')?.changed, ['first.txt']);
    assertReceiptsCommitted(made);
    assert.is(made.git('fsck', '--strict', '--no-dangling'), '');
    assert.is(made.git('status', '--porcelain'), '');
  });
}

/** Killed instead, as the refusal says: the other goes on at once. */
export function killedGivesWay(form: Form): Promise<void> {
  return withProject({ ...forming(form), agent: 'driven' }, async (made) => {
    const { first, step, second } = await stopped(made);
    process.kill(step, 'SIGKILL');
    await takesUp(made);
    assert.is((await second.done).code, 0);
    await first.done;
    await allGone(made);
    assert.is(made.git('rev-list', '--count', 'main'), '2');
    assert.equal(made.receipt('a')?.changed, ['first.txt']);
    assert.is(made.git('status', '--porcelain'), '');
  });
}
