/** `make plan` says what the next run does: from which rung, what it sets aside, what it looks at again, at what cost. */
import { type Project, withProject } from './rig/project.js';
import { assert, suite } from './rig/suite.js';

const test = suite('plan');

const CONFIG = { ladder: ['small/none', 'middle/none', 'large/none'], repairs: 0 };
const FAILS = { verdict: { ok: false, reason: 'beyond me' } };

async function plan(made: Project, args: readonly string[] = []): Promise<string> {
  const ran = await made.make(['plan', ...args]);
  assert.is(ran.code, 0);
  return ran.stdout;
}

/** The rungs that the plan has for its only task. */
const rungs = async (made: Project): Promise<string | undefined> => /rungs: (.*)/.exec(await plan(made))?.[1];

test('a task that is tried again begins where the run begins it', () =>
  withProject({ tasks: { a: '# A' }, config: CONFIG, script: [FAILS] }, async (made) => {
    assert.is(await rungs(made), 'small/none → middle/none → large/none');
    await made.make(['orchestrate']);
    assert.match(await plan(made), 'a: stay where it is');
    assert.is((await made.stepladder(['retry', 'a'])).code, 0);
    assert.is(await rungs(made), 'large/none');
    assert.is((await made.stepladder(['retry', 'a', '--from', 'middle/none'])).code, 0);
    assert.is(await rungs(made), 'middle/none → large/none');
    const before = made.invocations().length;
    made.script([]);
    assert.is((await made.make(['orchestrate'])).code, 0);
    assert.is(made.invocations()[before]?.rung, 'middle/none');
  }));

test('a task that was opened again begins on the rung that it was done on', () =>
  withProject({ tasks: { a: '# A' }, config: CONFIG, script: [{ rung: 'small/none', ...FAILS }, {}] }, async (made) => {
    assert.is((await made.make(['orchestrate'])).code, 0);
    assert.is((await made.stepladder(['reopen', 'a', '--because', 'not whole'])).code, 0);
    assert.is(await rungs(made), 'middle/none → large/none');
    const before = made.invocations().length;
    made.script([{ write: { 'whole.txt': 'x' } }]);
    assert.is((await made.make(['orchestrate'])).code, 0);
    assert.is(made.invocations()[before]?.rung, 'middle/none');
  }));

test('a task that waits for trust is set aside, and so is what depends on it', () => {
  const b = '---\nverify: [test -e work/b.txt]\n---\n# B';
  const tasks = { a: '---\npriority: 5\n---\n# A', b, c: '---\ndepends: [b]\n---\n# C' };
  const script = [{ task: 'a', write: { 'a.txt': 'a', 'tasks/b.md': '---\n---\n# B' } }];
  return withProject({ tasks, script }, async (made) => {
    await made.make(['orchestrate']);
    const text = await plan(made);
    assert.match(text, '0 tasks to run, 2 stuck, 1 done');
    assert.match(
      text,
      /b: stay where it is \(it waits for .*stepladder.* trust b: its task file became weaker while a/,
    );
    assert.match(text, 'c: stay where it is (b is stuck)');
    assert.not.match(text, 'cost:');
  });
});

test('a task whose precondition was false is looked at again', () => {
  const tasks = {
    a: '---\n---\n# A\n\n## Preconditions\n- [ ] `test -e ../there` passes\n',
    b: '---\ndepends: [a]\n---\n# B',
  };
  return withProject({ tasks }, async (made) => {
    await made.make(['orchestrate']);
    assert.is(made.invocations().length, 0);
    const text = await plan(made);
    assert.match(text, 'a: run (blocked before, and its precondition is tried again first: precondition is false:');
    assert.match(text, '2 tasks to run, 0 done');
    made.write('../there', '');
    assert.is((await made.make(['orchestrate'])).code, 0);
    assert.is(made.invocations().length, 2);
  });
});

test('in a clone, what is done tells what the rest will cost', () => {
  const usage = { costUsd: 0.5, inputTokens: 10, outputTokens: 1 };
  const tasks = { a: '# A', b: '---\ndepends: [a]\n---\n# B' };
  return withProject(
    { tasks, script: [{ verdict: { ok: true, usage }, write: { '%TASK%.txt': 'x' } }] },
    async (made) => {
      assert.is((await made.make(['tasks/a.done'])).code, 0);
      const there = await plan(made);
      assert.match(there, /cost: {6}about \$/);
      // What a clone does not have.
      assert.is((await made.run('rm', ['-rf', '.stepladder'])).code, 0);
      const cloned = await plan(made);
      assert.not.match(cloned, /nothing measured yet|no cost told yet/);
      assert.is(/cost:.*/.exec(cloned)?.[0], /cost:.*/.exec(there)?.[0]);
    },
  );
});

test('-j without a number is as many jobs as there are tasks to run', () =>
  withProject({ tasks: { a: '# A', b: '# B', c: '# C' } }, async (made) => {
    assert.match(await plan(made, ['-j']), ', 3 jobs\n');
    assert.match(await plan(made, ['-k', '-j']), ', 3 jobs\n');
    assert.match(await plan(made, ['-j1']), ', 1 job\n');
    assert.match(await plan(made), ', 1 job\n');
  }));
