/** Ctrl-C, SIGTERM, SIGHUP, SIGKILL: nothing is lost, nothing counts as a failure, nobody is paid twice. */
import { isRunning, until } from './rig/observing.js';
import { type DrivenAttempt, type Project, withProject } from './rig/project.js';
import { assert, suite } from './rig/suite.js';

const test = suite('interruptions');

/** An attempt that has written something and is still at work. */
async function halfway(made: Project): Promise<DrivenAttempt> {
  const attempt = await made.nextAttempt();
  await attempt.write('half.txt', 'half\n');
  return attempt;
}

async function resumes(made: Project): Promise<void> {
  assert.not.ok(made.exists('half.txt'), 'the tree is as it was');
  assert.is(made.git('status', '--porcelain'), '');
  assert.not.ok(made.exists('.stepladder/tasks/a/failure.json'));
  const again = made.start('make', ['orchestrate']);
  const attempt = await made.nextAttempt();
  assert.is(attempt.rung, 'sonnet/thinking');
  assert.is(await attempt.run('test -e half.txt'), 0, 'the work of the interrupted attempt is taken up again');
  await attempt.write('whole.txt', 'whole\n');
  await attempt.verdict({ ok: true });
  assert.is((await again.done).code, 0);
  assert.equal(made.receipt('a')?.changed, ['half.txt', 'whole.txt']);
}

for (const [what, signal, group] of [
  ['Ctrl-C, which reaches the whole group', 'SIGINT', 'group'],
  ['SIGTERM to Make alone', 'SIGTERM', undefined],
  ['SIGHUP to the group', 'SIGHUP', 'group'],
] as const) {
  test(`${what}: the agent ends, its work is kept, the next run goes on`, () =>
    withProject({ tasks: { a: '# A' }, agent: 'driven' }, async (made) => {
      const running = made.start('make', ['orchestrate']);
      const attempt = await halfway(made);
      running.kill(signal, group);
      const ran = await running.done;
      assert.is.not(ran.code, 0);
      await attempt.gone;
      assert.not.ok(isRunning(attempt.pid));
      assert.match(made.git('ls-tree', '-r', '--name-only', 'refs/stepladder/interrupted/a'), 'half.txt');
      const ends = made.journal().flatMap((event) => (event.type === 'step-finished' ? [event.state] : []));
      assert.equal(ends, ['interrupted']);
      await resumes(made);
    }));
}

test('a step killed outright: the next run ends its agent, keeps its work, and takes it up', () =>
  withProject({ tasks: { a: '# A' }, agent: 'driven' }, async (made) => {
    const running = made.start('make', ['tasks/a.done']);
    const attempt = await halfway(made);
    running.kill('SIGKILL', 'group');
    await running.done;
    assert.ok(isRunning(attempt.pid), 'an agent outlives a killed runner');
    const plain = made.start('make', ['orchestrate']);
    await attempt.gone;
    const again = await made.nextAttempt();
    await plain.until('was interrupted');
    assert.is(await again.run('test -e half.txt'), 0);
    await again.verdict({ ok: true });
    assert.is((await plain.done).code, 0);
    const ends = made.journal().flatMap((event) => (event.type === 'step-finished' ? [event.state] : []));
    assert.equal(ends, ['interrupted', 'done'], 'what was killed is ended in the journal as well');
  }));

test('if Make is killed, the step that it left behind lands nothing', () =>
  withProject({ tasks: { a: '# A' }, agent: 'driven' }, async (made) => {
    const running = made.start('make', ['tasks/a.done']);
    const attempt = await halfway(made);
    running.kill('SIGKILL');
    await attempt.verdict({ ok: true });
    await running.done;
    assert.is(made.receipt('a'), null);
    await resumes(made);
  }));

test('Ctrl-C while checks run ends them and keeps the work', () =>
  withProject(
    {
      tasks: { a: "---\nverify: ['test ! -e half.txt || (touch ../checking; sleep 1000)']\n---\n# A" },
      agent: 'driven',
    },
    async (made) => {
      const running = made.start('make', ['orchestrate']);
      const attempt = await halfway(made);
      await attempt.verdict({ ok: true });
      await until(() => made.exists('../checking'));
      const pressed = performance.now();
      running.kill('SIGINT', 'group');
      await running.done;
      assert.ok(performance.now() - pressed < 100_000);
      assert.not.ok(made.exists('half.txt'));
      assert.match(made.git('ls-tree', '-r', '--name-only', 'refs/stepladder/interrupted/a'), 'half.txt');
    },
  ));
