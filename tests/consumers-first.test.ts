/** What a consumer takes for granted is looked at before the task that owes it is called done. */
import { withProject } from './rig/project.js';
import { assert, suite } from './rig/suite.js';

const test = suite('consumers first');

const LADDER = ['small/none', 'middle/none', 'large/none'];
const needs = (depends: string, ...items: string[]): string =>
  `---\ndepends: [${depends}]\n---\n# Consumer\n\n## Preconditions\n${items.map((item) => `- [ ] ${item}\n`).join('')}`;

const rungs = (made: { invocations(): { task: string; rung: string }[] }, task: string): string[] =>
  made.invocations().flatMap((one) => (one.task === task ? [one.rung] : []));

test('a precondition that is false is a reason to go on working, with the consumer named, and no surprise for it', async () => {
  const options = {
    tasks: { up: '# Up', down: needs('up', '`grep -q real src/api.txt` passes') },
    config: { ladder: LADDER },
    script: [
      { task: 'up', nth: 1, write: { 'src/api.txt': 'stub\n' } },
      { task: 'up', nth: 2, write: { 'src/api.txt': 'real\n' } },
    ],
  };
  await withProject(options, async (made) => {
    assert.is((await made.make(['orchestrate'])).code, 0);
    assert.equal(rungs(made, 'up'), ['small/none', 'small/none']);
    assert.equal(rungs(made, 'down'), ['small/none']);
    const prompt = made.invocations()[1]?.prompt ?? '';
    assert.match(prompt, 'down builds on this, and its precondition is false: grep -q real src/api.txt (exit 1)');
    assert.ok(made.journal().every((event) => event.type !== 'blocked'));
    const verified = made.receipt('up')?.verified.map(({ check }) => check);
    assert.equal(verified, ['true'], 'another task’s condition is no evidence');
    assert.is(made.receipt('up')?.evidence, 'weak');
    const asked = made.journal().filter((event) => event.type === 'checked' && event.check.startsWith('grep'));
    assert.equal(
      asked.map((event) => event.type === 'checked' && [event.task, event.ok, event.cached]),
      [
        ['up', false, false],
        ['up', true, false],
        ['down', true, true],
      ],
      'what was true on that tree is not run again for the consumer',
    );
  });
});

test('still false after the repair, it climbs; after the last rung the task has failed, and its consumer was never paid', async () => {
  const options = {
    tasks: { up: '# Up', down: needs('up', '`src/api.txt` exists') },
    config: { ladder: LADDER },
    script: [{ task: 'up', write: { 'other-%NTH%.txt': 'x' } }],
  };
  await withProject(options, async (made) => {
    const ran = await made.make(['orchestrate']);
    assert.match(ran.output, 'Error 1');
    assert.equal(rungs(made, 'up'), [
      'small/none',
      'small/none',
      'middle/none',
      'middle/none',
      'large/none',
      'large/none',
    ]);
    assert.equal(rungs(made, 'down'), []);
    assert.match(made.read('reports/report.md') ?? '', '`src/api.txt` exists');
    made.write('src/api.txt', 'by hand\n');
    made.commit('a person helped');
    assert.is((await made.make(['orchestrate'])).code, 0, 'what is red is free to look at again');
    assert.is(rungs(made, 'up').length, 6);
  });
});

test('a consumer that waits for something else is not asked yet; the last of what it needs is', async () => {
  const options = {
    tasks: {
      one: '---\npriority: 5\n---\n# One',
      two: '# Two',
      down: needs('one, two', '`test -e work/one.txt && test -e work/two.txt` passes'),
    },
    script: [],
  };
  await withProject(options, async (made) => {
    assert.is((await made.make(['orchestrate'])).code, 0);
    assert.equal(rungs(made, 'one').length + rungs(made, 'two').length + rungs(made, 'down').length, 3);
    const asked = made
      .journal()
      .flatMap((event) => (event.type === 'checked' && event.check !== 'true' ? [event.task] : []));
    assert.equal(asked, ['two', 'down']);
  });
});

test('what another finished dependency clearly owes is not held against this task', async () => {
  const options = {
    tasks: {
      one: '---\npriority: 5\nfiles: [src/one.txt]\nprovides: [start_one]\n---\n# One',
      two: '---\nfiles: [src/two.txt]\n---\n# Two',
      down: needs(
        'one, two',
        '`test -s src/one.txt` passes',
        '`grep -q start_one src/one.h` passes',
        '`src/two.txt` exists',
      ),
    },
    files: { 'src/api.txt': 'start_one\n' },
    script: [
      { task: 'one', write: { 'src/one.txt': '' } },
      { task: 'two', write: { 'src/two.txt': 'two' } },
    ],
  };
  await withProject(options, async (made) => {
    const ran = await made.make(['orchestrate']);
    assert.match(ran.output, 'Error 3');
    assert.equal(rungs(made, 'two').length, 1);
    assert.ok(made.receipt('two') !== null);
    assert.match(ran.output, /down (?:is blocked|needs one): precondition is false: test -s src\/one\.txt/);
  });
});

test('a consumer’s preconditions are those of the step’s start, and one that is done asks for nothing', async () => {
  const drop = "sed -i.bak '/exists/d' tasks/down.md && rm tasks/down.md.bak";
  const options = {
    tasks: { up: '# Up', down: needs('up', '`src/api.txt` exists') },
    config: { ladder: LADDER, repairs: 0 },
    script: [
      { task: 'up', nth: 1, write: { 'x.txt': 'x' }, run: drop },
      { task: 'up', nth: 2, write: { 'src/api.txt': 'x' } },
      { task: 'down', remove: ['src/api.txt'] },
    ],
  };
  await withProject(options, async (made) => {
    await made.make(['orchestrate']);
    assert.equal(rungs(made, 'up'), ['small/none', 'middle/none']);
    assert.is((await made.stepladder(['trust', 'down'])).code, 0);
    assert.is((await made.make(['orchestrate'])).code, 0);
    made.script([{ task: 'up', write: { 'x.txt': 'y' } }]);
    made.write('tasks/down.md', needs('up', '`src/api.txt` exists', '`x.txt` exists'));
    assert.is((await made.make(['FORCE=1', 'tasks/up.done'])).code, 0);
    assert.equal(rungs(made, 'up').length, 3, 'that src/api.txt is gone is the consumer’s own doing');
  });
});

test('verifying again asks for no consumer, and a clean worktree is nothing to ask for in the middle of a step', async () => {
  const options = { tasks: { up: '# Up', down: needs('up', 'clean worktree', '`work/up.txt` exists') } };
  await withProject(options, async (made) => {
    assert.is((await made.make(['tasks/up.done'])).code, 0);
    made.git('rm', '-q', 'work/up.txt');
    made.commit('lost');
    made.write('tasks/up.md', '---\nverify: ["true"]\n---\n# Up');
    assert.is((await made.make(['tasks/up.done'])).code, 0);
    assert.equal(rungs(made, 'up').length, 1);
  });
});
