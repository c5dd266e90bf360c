/** Rungs that nobody can do are refused before anything is paid, whichever goal is asked for. */
import { withProject } from './rig/project.js';
import { assert, suite } from './rig/suite.js';

const test = suite('rungs ahead');

const TASKS = { a: '# A' };
const failing = [{ verdict: { ok: false, reason: 'too hard' } }];

test('a higher rung that its agent cannot do is refused before the lower one is paid, also for a task by its name', () =>
  withProject(
    { tasks: TASKS, script: failing, config: { ladder: ['small/none', 'claude:opus/hardest'] } },
    async (made) => {
      for (const goal of ['tasks/a.done', 'orchestrate']) {
        const ran = await made.make([goal]);
        assert.match(ran.output, 'cannot do the rung “claude:opus/hardest”');
        assert.match(ran.output, 'Error 2');
        assert.is(made.invocations().length, 0, goal);
      }
    },
  ));

test('a budget in dollars that a higher rung could not keep is refused before the lower one is paid', () =>
  withProject(
    {
      tasks: TASKS,
      script: [{ verdict: { ok: false, reason: 'too hard', usage: { costUsd: 0.1 } } }],
      config: { ladder: ['small/none', 'codex:opus/thinking'], budget: { run: { usd: 5 } } },
    },
    async (made) => {
      const ran = await made.make(['tasks/a.done']);
      assert.match(ran.output, 'the agent codex never tells what it cost');
      assert.is(made.invocations().length, 0);
    },
  ));

test('a rung that nobody can do, below where the task begins, does not hold it up', () =>
  withProject(
    {
      tasks: { a: '---\nrung: small/none\n---\n# A' },
      config: { ladder: ['claude:opus/hardest', 'small/none'] },
    },
    async (made) => {
      const ran = await made.make(['tasks/a.done']);
      assert.is(ran.code, 0, ran.output);
    },
  ));
