/** Ten people, or cron jobs, start the same backlog: each agent is started exactly once. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from './rig/observing.js';
import { CHECKOUT, type DrivenAttempt, type Project, type Running, withProject } from './rig/project.js';
import { assert, suite } from './rig/suite.js';

const test = suite('many runs at once');

const LONG = { timeoutMs: 300_000 };
const TASKS = { a: '# A', b: '# B', c: '---\ndepends: [a]\n---\n# C' };

for (const [runs, jobs, isolation] of [
  [2, 1, 'in-place'],
  [10, 4, 'in-place'],
  [10, 4, 'worktree'],
] as const) {
  test(
    `${runs} make -j${jobs} orchestrate at once start each agent exactly once (${isolation})`,
    () =>
      withProject(
        { tasks: TASKS, config: { isolation }, script: [{ sleepMs: 150, write: { 'work/%TASK%.txt': '%NTH%\n' } }] },
        async (made) => {
          const args = [`-j${jobs}`, 'orchestrate'];
          const all = await Promise.all(Array.from({ length: runs }, () => made.make(args, { timeoutMs: 240_000 })));
          for (const ran of all) assert.is(ran.code, 0);
          assert.equal(
            made
              .invocations()
              .map(({ task }) => task)
              .sort(),
            ['a', 'b', 'c'],
          );
          const landed = made
            .git('log', '--format=%(trailers:key=Stepladder-Task,valueonly)')
            .split('\n')
            .filter((line) => line !== '');
          assert.equal(landed.sort(), ['a', 'b', 'c']);
          assert.is(made.git('status', '--porcelain'), '');
        },
      ),
    LONG,
  );
}

/** The sandbox that a run tries before it looks at the tree: the first time it waits until it may go on. */
const GATE = `if mkdir ../held 2>/dev/null; then until [ -e ../go ]; do sleep 0.01; done; fi
exec "$@"
`;

/** A run that has put things in order, and looks at the tree when the step of another is at work in it. */
function stepBetween(
  body: (made: Project, step: Running, attempt: DrivenAttempt, run: Running) => Promise<void>,
): Promise<void> {
  const command = `'${process.execPath}' '${join(CHECKOUT, 'tests/rig/driven-agent.mjs')}' ../agent/socket`;
  const config = { agents: { rig: { kind: 'command', command, sandbox: 'sh ../gate' } } };
  return withProject({ tasks: { a: '# A' }, agent: 'driven', config }, async (made) => {
    writeFileSync(join(made.outside, 'gate'), GATE);
    const run = made.start('stepladder', ['orchestrate']);
    await until(() => made.exists('../held'));
    const step = made.start('stepladder', ['step', 'a']);
    const attempt = await made.nextAttempt();
    await attempt.write('half.txt', 'half\n');
    made.write('../go', '');
    await run.until(/waiting for the workspace: step a/);
    await body(made, step, attempt, run);
    assert.is((await run.done).code, 0);
    assert.is(made.receipt('a')?.state, 'done');
    assert.is(made.git('status', '--porcelain'), '');
  });
}

test('what the step of another run is changing is no uncommitted work: it is waited for', () =>
  stepBetween(async (made, step, attempt) => {
    await attempt.verdict({ ok: true });
    assert.is((await step.done).code, 0);
    assert.equal(made.receipt('a')?.changed, ['half.txt']);
  }));

test('nor is what it leaves when it dies meanwhile: that is kept, and taken up', () =>
  stepBetween(async (made, step, _, run) => {
    step.kill('SIGKILL');
    const again = await made.nextAttempt();
    assert.is(made.read('half.txt'), 'half\n');
    await again.verdict({ ok: true });
    assert.match((await run.done).output, 'refs/stepladder/interrupted/a');
  }));
