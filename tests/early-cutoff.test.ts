/** Only what could matter is looked at again, and only what that shows to be undone is paid for again. */
import { type Project, withProject } from './rig/project.js';
import { assert, suite } from './rig/suite.js';

const test = suite('early cutoff');

const CHAIN = { a: '# A', b: '---\ndepends: [a]\n---\n# B', c: '---\ndepends: [b]\n---\n# C' };
const GROW = [{ append: { 'work/%TASK%.txt': '%NTH%\n' } }];

async function allDone(made: Project): Promise<void> {
  const ran = await made.make(['orchestrate']);
  assert.is(ran.code, 0);
}
const started = (made: Project): string[] => made.invocations().map(({ task }) => task);
const verifiedAgain = (made: Project): string[] =>
  made.journal().flatMap((event) => (event.type === 'verified' ? [event.task] : []));

test('an edited task is paid for once; its dependents are verified again, and what depends on those is left alone', async () => {
  await withProject({ tasks: CHAIN, script: GROW }, async (made) => {
    await allDone(made);
    made.write('tasks/a.md', '---\n---\n# A\n\nAnd more.\n');
    await allDone(made);
    assert.equal(started(made), ['a', 'b', 'c', 'a']);
    assert.equal(verifiedAgain(made), ['b'], 'the work id of b stays, so that it goes no further');
  });
});

test('edited conditions are verified first: unpaid where they hold, paid for with the evidence where they do not', async () => {
  await withProject({ tasks: CHAIN, script: GROW }, async (made) => {
    await allDone(made);
    made.write('tasks/c.md', `${CHAIN.c}\n\n## Postconditions\n- [ ] \`test -e work/c.txt\` passes\n`);
    await allDone(made);
    assert.equal(started(made), ['a', 'b', 'c']);
    assert.equal(verifiedAgain(made), ['c']);

    made.script([{ write: { 'wanted.txt': 'x' } }]);
    made.write('tasks/c.md', `${CHAIN.c}\n\n## Postconditions\n- [ ] \`wanted.txt\` exists\n`);
    await allDone(made);
    assert.equal(started(made), ['a', 'b', 'c', 'c']);
    assert.match(made.invocations().at(-1)?.prompt ?? '', 'wanted.txt');
  });
});

test('a save without change, a touch, ticked checkboxes, other line ends: nothing is started', async () => {
  const b = '---\ndepends: [a]\n---\n# B\n\n## Postconditions\n- [ ] It works\n';
  await withProject({ tasks: { ...CHAIN, b }, script: GROW }, async (made) => {
    await allDone(made);
    made.write('tasks/a.md', `---\n---\n${CHAIN.a}`);
    made.write('tasks/b.md', b.replace('[ ]', '[x]').replaceAll('\n', '\r\n'));
    await made.run('touch', ['-d', '2030-01-01', 'tasks/c.md']);
    const ran = await made.make(['orchestrate']);
    assert.is(ran.code, 0);
    assert.match(ran.output, 'nothing to do');
    assert.is(started(made).length, 3);
  });
});

test('a receipt removed by hand: run again, dependents verified; the withdrawal is a commit of its own', async () => {
  await withProject(
    { tasks: CHAIN, script: [{ write: { 'work/%TASK%.txt': 'the same every time\n' } }] },
    async (made) => {
      await allDone(made);
      made.remove('tasks/a.done');
      await allDone(made);
      assert.equal(started(made), ['a', 'b', 'c', 'a']);
      assert.equal(verifiedAgain(made), ['b']);
      assert.match(made.git('log', '--format=%B'), 'Stepladder-Reopened: a');
      made.git('revert', '--no-edit', 'HEAD');
      assert.not.ok(made.exists('tasks/a.done'), 'reverting the second run does not bring the first receipt back');
    },
  );
});

test('prose appended to a task, even below its conditions, asks for work: nobody could verify it', async () => {
  const b = `${CHAIN.b}\n\n## Postconditions\n- [ ] \`true\` passes\n`;
  await withProject({ tasks: { ...CHAIN, b }, script: GROW }, async (made) => {
    await allDone(made);
    made.write('tasks/b.md', `${b}\nAnd one more thing.\n`);
    await allDone(made);
    assert.equal(started(made), ['a', 'b', 'c', 'b']);
  });
});

test('work can be reverted after other receipts came and went: git takes no receipt for another one renamed', async () => {
  await withProject({ tasks: { ...CHAIN, d: '# D' }, script: GROW }, async (made) => {
    await made.make(['tasks/a.done']);
    const landed = made.git('rev-parse', 'HEAD');
    made.remove('tasks/a.done');
    await allDone(made);
    made.git('revert', '--no-edit', made.git('log', '--format=%H', '--grep=Stepladder-Task: d'));
    made.git('diff', '--quiet', 'HEAD');
    assert.not.ok(made.exists('tasks/d.done'));
    assert.is(made.git('diff', '-M', '--diff-filter=R', '--name-only', landed, 'HEAD', '--', 'tasks/*.done'), '');
  });
});

test('a landing record that was forged is not believed', async () => {
  await withProject({ tasks: CHAIN, script: GROW }, async (made) => {
    await made.make(['tasks/a.done']);
    const receipt = (made.read('tasks/a.done') ?? '').replaceAll('"a"', '"b"');
    const landing = { token: 'x', commit: made.git('rev-parse', 'HEAD'), receipt };
    made.write('.stepladder/tasks/b/landing.json', JSON.stringify(landing));
    made.write('.stepladder/in-flight/forged', 'b');
    await allDone(made);
    assert.equal(started(made), ['a', 'b', 'c']);
  });
});

test('a receipt whose seal is wrong, or that speaks of another task, is verified, not believed, and not paid for', async () => {
  await withProject({ tasks: CHAIN, script: GROW }, async (made) => {
    await allDone(made);
    made.write('tasks/c.done', (made.read('tasks/c.done') ?? '').replace('"attempts": 1', '"attempts": 7'));
    await allDone(made);
    assert.is(started(made).length, 3);
    assert.is(made.receipt('c')?.attempts, 0);
    made.write('tasks/c.done', made.read('tasks/b.done') ?? '');
    await allDone(made);
    assert.is(started(made).length, 3);
    assert.is(made.receipt('c')?.task, 'c');
  });
});

test('what is asserted by hand is accepted where no receipt was, and reported as such', async () => {
  await withProject({ tasks: CHAIN, script: GROW }, async (made) => {
    await made.make(['-t', 'tasks/a.done']);
    assert.is(made.read('tasks/a.done'), '');
    await allDone(made);
    assert.equal(started(made), ['b', 'c']);
    assert.match(made.read('reports/report.md') ?? '', 'asserted');
    assert.match(made.git('log', '--format=%B'), 'Stepladder-Asserted: a');
  });
});

test('a revert of a task’s commit makes Make want it again; a squash and a clone cost nothing', async () => {
  await withProject({ tasks: CHAIN, script: GROW }, async (made) => {
    await allDone(made);
    const commit = made.git('log', '--format=%H', '--grep=Stepladder-Task: b');
    made.git('revert', '--no-edit', commit);
    assert.is((await made.make(['-q', 'orchestrate'])).code, 1);
    await allDone(made);
    assert.equal(started(made), ['a', 'b', 'c', 'b']);

    made.git('reset', '-q', '--soft', made.git('rev-list', '--max-parents=0', 'HEAD'));
    made.git('commit', '-q', '-m', 'squashed');
    await allDone(made);
    assert.is(started(made).length, 4);
  });
});

test('in a clone: what fails to verify after a change upstream is worked on, and its red check halts nobody', async () => {
  const tasks = { up: '# Up', down: '---\ndepends: [up]\n---\n# Down' };
  const config = { verify: ['test ! -e broken || test -e mended'] };
  await withProject({ tasks, config }, async (made) => {
    assert.is((await made.make(['orchestrate'])).code, 0);
    made.remove('.stepladder');
    made.write('tasks/up.md', '---\n---\n# Up\n\nAnd more.\n');
    made.script([{ task: 'down', write: { mended: '' } }]);
    assert.is((await made.make(['tasks/up.done'])).code, 0);
    made.write('broken', '');
    made.commit();
    assert.is((await made.make(['tasks/down.done'])).code, 0);
    assert.equal(made.receipt('down')?.changed, ['mended']);
  });
});
