/** A run calls Make again while something came back, and ends with what is true of every task, set aside or not. */
import { withProject } from './rig/project.js';
import { assert, suite } from './rig/suite.js';

const test = suite('passes');

test('a task file that breaks while a run goes on is set aside, and the run does not claim that everything is done', () =>
  withProject({ tasks: { a: '# A', b: '# B', c: '---\ndepends: [b]\n---\n# C' }, agent: 'driven' }, async (made) => {
    const run = made.start('make', ['orchestrate']);
    const a = await made.nextAttempt();
    made.write('tasks/b.md', '---\ndepends: [nobody]\n---\n# B\n');
    await a.write('a.txt', 'a\n');
    await a.verdict({ ok: true });
    const ran = await run.done;
    assert.ok(made.receipt('a') !== null);
    assert.match(ran.output, 'unknown task');
    assert.match(ran.output, 'Error 3');
  }));

test('a question answered while the run goes on: the task runs again in the same run', () =>
  withProject({ tasks: { a: '# A', b: '# B' }, agent: 'driven' }, async (made) => {
    const run = made.start('make', ['orchestrate']);
    const asks = await made.nextAttempt();
    await asks.verdict({ ok: false, question: 'red or blue?' });
    const b = await made.nextAttempt();
    assert.is((await made.stepladder(['answer', 'a', 'blue'])).code, 0);
    await b.write('b.txt', 'b\n');
    await b.verdict({ ok: true });
    const again = await made.nextAttempt();
    assert.is(again.task, 'a');
    assert.match(again.prompt, 'blue');
    await again.write('a.txt', 'a\n');
    await again.verdict({ ok: true });
    assert.is((await run.done).code, 0);
  }));

test('a question of the last task, answered before the run ends, is no endless run where it is asked again', () =>
  withProject({ tasks: { a: '# A' }, script: [{ verdict: { ok: false, question: 'which?' } }] }, async (made) => {
    assert.match((await made.make(['orchestrate'])).output, 'Error 3');
    assert.is(made.invocations().length, 1);
  }));

test('a red baseline that another task mends waits for that task, instead of halting the run that would do it', () =>
  withProject(
    {
      tasks: { a: '# A', z: "---\nmends: ['test -e fixed']\n---\n# Z" },
      config: { verify: ['test -e fixed'] },
      script: [{ task: 'z', write: { fixed: '' } }],
    },
    async (made) => {
      const ran = await made.make(['orchestrate']);
      assert.is(ran.code, 0);
      assert.match(ran.output, 'a needs z');
      assert.equal(
        made.invocations().map(({ task }) => task),
        ['z', 'a'],
      );
    },
  ));

test('a red baseline that only a task behind it mends halts: waiting would have no end', () =>
  withProject(
    {
      tasks: { a: '# A', z: "---\ndepends: [a]\nmends: ['test -e fixed']\n---\n# Z" },
      config: { verify: ['test -e fixed'] },
    },
    async (made) => {
      assert.match((await made.make(['orchestrate'])).output, 'Error 4');
      assert.equal(made.invocations(), []);
    },
  ));

test('a retry asked for while the run goes on is made in the same run, once', () =>
  withProject({ tasks: { a: '# A', b: '# B' }, config: { ladder: ['s/n'] }, agent: 'driven' }, async (made) => {
    const run = made.start('make', ['orchestrate']);
    const first = await made.nextAttempt();
    await first.verdict({ ok: false, reason: 'too hard' });
    const b = await made.nextAttempt();
    assert.is((await made.stepladder(['retry', 'a', '--hint', 'think again'])).code, 0);
    await b.write('b.txt', 'b\n');
    await b.verdict({ ok: true });
    const again = await made.nextAttempt();
    assert.match(again.prompt, 'think again');
    await again.verdict({ ok: false, reason: 'still too hard' });
    assert.match((await run.done).output, 'Error 1');
  }));
