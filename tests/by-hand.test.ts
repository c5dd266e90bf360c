/** What a person decides about a task never costs him the work that was kept of it. */
import { withProject } from './rig/project.js';
import { assert, suite } from './rig/suite.js';

const test = suite('by hand');

const FAILS = [{ write: { 'half.txt': 'half\n' }, verdict: { ok: false, reason: 'too hard' } }];

test('deferred or accepted without it: the work that a failed step left stays in reach', () =>
  withProject({ tasks: { a: '# A', b: '# B' }, config: { ladder: ['s/n'] }, script: FAILS }, async (made) => {
    await made.make(['-k', 'orchestrate']);
    assert.is((await made.stepladder(['defer', 'a'])).code, 0);
    assert.is((await made.stepladder(['accept', 'b'])).code, 0);
    for (const name of ['a', 'b']) {
      assert.is(made.git('show', `refs/stepladder/failed/${name}:half.txt`), 'half');
    }
    assert.is((await made.stepladder(['take', 'a'])).code, 0);
    assert.is(made.read('half.txt'), 'half\n');
  }));

test('take after a step was killed outright: its work is put in order first, then brought back', () =>
  withProject({ tasks: { a: '# A' }, agent: 'driven' }, async (made) => {
    const run = made.start('make', ['tasks/a.done']);
    const attempt = await made.nextAttempt();
    await attempt.write('half.txt', 'half\n');
    run.kill('SIGKILL', 'group');
    await run.done;
    const took = await made.stepladder(['take', 'a']);
    assert.is(took.code, 0);
    await attempt.gone;
    assert.is(made.read('half.txt'), 'half\n');
    assert.match(took.stdout, 'interrupted attempt is in the tree');
  }));

test('verify tells what holds of the tree as it stands, for programs as well', () =>
  withProject(
    { tasks: { a: '# A\n\n## Postconditions\n- [ ] `echo why; false` passes\n', b: '# B' } },
    async (made) => {
      const none = await made.stepladder(['verify', '--all']);
      assert.is(none.code, 0);
      assert.match(none.stdout, 'no task is done');
      const ran = await made.stepladder(['verify', 'a', '--json']);
      assert.is(ran.code, 1);
      const page = JSON.parse(ran.stdout) as { task: string; ok: boolean; checks: Record<string, unknown>[] };
      assert.equal([page.task, page.ok], ['a', false]);
      assert.equal(
        page.checks.map(({ check, ok, output }) => [check, ok, output]),
        [
          ['true', true, ''],
          ['echo why; false', false, 'why'],
        ],
      );
    },
  ));

test('accept takes what the person has in the tree into the task’s commit, committed before or not', () =>
  withProject({ tasks: { a: '# A', b: '# B' } }, async (made) => {
    made.write('mine.txt', 'mine\n');
    made.git('add', 'mine.txt');
    made.write('mine.txt', 'mine, and more\n');
    const ran = await made.stepladder(['accept', 'a']);
    assert.is(ran.code, 0);
    assert.match(ran.output, 'mine.txt');
    assert.equal(made.receipt('a')?.changed, ['mine.txt']);
    assert.is(made.git('show', 'HEAD:mine.txt'), 'mine, and more');
    assert.is(made.git('status', '--porcelain'), '');

    const again = await made.stepladder(['accept', 'a']);
    assert.is(again.code, 2);
    assert.match(again.output, 'nothing to accept');

    made.write('other.txt', 'x\n');
    made.commit('by the person');
    assert.is((await made.stepladder(['accept', 'b'])).code, 0);
    assert.equal(made.receipt('b')?.changed, []);
  }));

test('accept leaves everything as it is where the checks are red, or where the task is about other files', () =>
  withProject(
    { tasks: { a: '---\nfiles: [src/**]\n---\n# A\n\n## Postconditions\n- [ ] `test -e src/a.txt` passes\n' } },
    async (made) => {
      made.write('src/b.txt', 'b\n');
      const red = await made.stepladder(['accept', 'a']);
      assert.is(red.code, 1);
      assert.match(red.output, 'test -e src/a.txt');
      made.write('src/a.txt', 'a\n');
      made.write('notes.txt', 'private\n');
      const foreign = await made.stepladder(['accept', 'a']);
      assert.is(foreign.code, 2);
      assert.match(foreign.output, 'notes.txt');
      assert.is(made.read('src/b.txt'), 'b\n');
      assert.is(made.read('notes.txt'), 'private\n');
      made.remove('notes.txt');
      assert.is((await made.stepladder(['accept', 'a'])).code, 0);
      assert.equal(made.receipt('a')?.changed, ['src/a.txt', 'src/b.txt']);
    },
  ));
