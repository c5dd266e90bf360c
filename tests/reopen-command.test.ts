/** `stepladder reopen NAME --because TEXT`: a person says that a task is not done after all. */
import { withProject } from './rig/project.js';
import { assert, suite } from './rig/suite.js';

const test = suite('stepladder reopen');

const TASKS = {
  up: '# Up',
  down: '---\ndepends: [up]\n---\n# Down',
  last: '---\ndepends: [down]\n---\n# Last',
  alone: '# Alone',
};

test('the task is worked on again, told why; what is done behind it is verified again, unpaid', () =>
  withProject({ tasks: TASKS }, async (made) => {
    assert.is((await made.make(['orchestrate'])).code, 0);
    const ran = await made.stepladder(['reopen', 'up', '--because', 'the stream\x1b[31m is never started']);
    assert.is(ran.code, 0);
    assert.match(
      ran.stdout,
      'up is reopened: it will be worked on again, told that the stream\\x1b[31m is never started',
    );
    assert.match(ran.stdout, 'verified again behind it, and paid for only if that fails: down, last\n');
    assert.is(made.git('status', '--porcelain'), '');
    assert.match(made.git('log', '-1', '--format=%B'), 'Stepladder-Reopened: up');
    assert.match((await made.stepladder(['prompt', 'up'])).stdout, 'is never started');

    const again = await made.make(['orchestrate']);
    assert.is(again.code, 0);
    assert.equal(
      made
        .invocations()
        .slice(4)
        .map(({ task }) => task),
      ['up'],
    );
    assert.match(made.invocations().at(-1)?.prompt ?? '', 'is never started');
    assert.is(made.receipt('up')?.reopened, 1);
    const event = made.journal().find(({ type }) => type === 'reopened');
    assert.is(event?.type === 'reopened' ? event.by : null, '');
    assert.is((await made.stepladder(['show', 'up'])).code, 0);
  }));

test('it refuses what is not done, what was put off, what nobody knows, and a reason that is missing', () =>
  withProject({ tasks: TASKS }, async (made) => {
    const open = await made.stepladder(['reopen', 'up', '--because', 'x']);
    assert.is(open.code, 2);
    assert.match(open.stderr, 'up is not done: there is nothing to reopen');
    assert.is((await made.stepladder(['defer', 'up'])).code, 0);
    const deferred = await made.stepladder(['reopen', 'up', '--because', 'x']);
    assert.is(deferred.code, 2);
    assert.match(deferred.stderr, 'make FORCE=1 tasks/up.done');
    const unknown = await made.stepladder(['reopen', 'dwn', '--because', 'x']);
    assert.is(unknown.code, 2);
    assert.match(unknown.stderr, 'down');
    for (const args of [
      ['reopen', 'up'],
      ['reopen', 'up', '--because', ' '],
    ]) {
      const silent = await made.stepladder(args);
      assert.is(silent.code, 2);
      assert.match(silent.stderr, 'wants a reason');
    }
    assert.match(
      (await made.stepladder(['reopen', '--help'])).stdout,
      'Example: stepladder reopen openai-core --because',
    );
  }));

test('an approval that is taken back waits for a person again, and not for an agent', () =>
  withProject({ tasks: { gate: '---\ncheckpoint: true\n---\n# May it go out?\n' } }, async (made) => {
    assert.is((await made.stepladder(['approve', 'gate'])).code, 0);
    const ran = await made.stepladder(['reopen', 'gate', '--because', 'the licence is wrong']);
    assert.match(ran.stdout, 'gate is reopened: it waits for a person’s approval again');
    assert.match((await made.stepladder(['status'])).stdout, '1 waits for you');
  }));

test('work that a person has in the tree, and in the index, stays as it is', () =>
  withProject({ tasks: TASKS, files: { 'mine.txt': 'mine\n' } }, async (made) => {
    assert.is((await made.make(['orchestrate'])).code, 0);
    made.write('mine.txt', 'changed\n');
    made.write('staged.txt', 'staged\n');
    made.git('add', 'staged.txt');
    assert.is((await made.stepladder(['reopen', 'up', '--because', 'half of it is missing'])).code, 0);
    assert.is(made.git('status', '--porcelain'), 'M mine.txt\nA  staged.txt');
    assert.is(made.receipt('up'), null);
  }));
