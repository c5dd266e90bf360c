/** Ten people, or cron jobs, start the same backlog: each agent is started exactly once. */
import { withProject } from './rig/project.js';
import { assert, suite } from './rig/suite.js';

const test = suite('many runs at once');

const LONG = { timeoutMs: 300_000 };
const TASKS = { a: '# A', b: '# B', c: '---\ndepends: [a]\n---\n# C' };

for (const [runs, jobs] of [
  [2, 1],
  [10, 4],
] as const) {
  test(
    `${runs} make -j${jobs} orchestrate at once start each agent exactly once`,
    () =>
      withProject(
        { tasks: TASKS, script: [{ sleepMs: 150, write: { 'work/%TASK%.txt': '%NTH%\n' } }] },
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
