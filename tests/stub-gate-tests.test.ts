/** Tests that a task deletes, skips or empties to be called done. */
import { atGate, briefly, told } from './rig/gate.js';
import { assert, suite } from './rig/suite.js';

const test = suite('tests at the stub gate');

const ADD = 'def test_add():\n    assert add(1, 2) == 3\n';
const SUB = 'def test_sub():\n    assert sub(3, 2) == 1\n';
const SKIPPED = `@pytest.mark.skip\n${SUB}`;
const HEAD = 'import pytest\nfrom calc import add, sub\n\n\n';
const FILE = 'tests/test_calc.py';
const BOTH = { [FILE]: `${HEAD}${ADD}\n\n${SUB}` };

test(
  'a test that was deleted, skipped, emptied or made to assert nothing blocks',
  atGate(BOTH, async ({ repo, pass }) => {
    const ways: [string, string][] = [
      ['', 'deleted-test'],
      [SKIPPED, 'skipped-test'],
      ['def test_sub():\n    pass\n', 'vacuous-test'],
      ['def test_sub():\n    assert True\n', 'vacuous-test'],
      ['def test_sub():\n    sub(3, 2)\n', 'vacuous-test'],
    ];
    for (const [text, kind] of ways) {
      repo.write(FILE, `${HEAD}${ADD}\n\n${text}`);
      assert.equal(briefly(await pass()), [`error ${FILE} ${kind} test_sub`], text);
    }
  }),
);

test(
  'a skipped test that stood there before is nobody’s, even in a deliverable; a new one blocks',
  atGate({ [FILE]: `${HEAD}${ADD}\n\n${SKIPPED}` }, async ({ repo, pass }) => {
    assert.equal(briefly(await pass({ files: ['tests/*.py'] })), [`warning ${FILE} skipped-test test_sub`]);
    repo.write(FILE, `${HEAD}${ADD.replace('1, 2', '2, 1')}\n\n${SKIPPED}`);
    assert.equal(briefly(await pass()), []);
    repo.write(FILE, `${HEAD}${ADD}\n\n${SKIPPED}\n\n@pytest.mark.skip\ndef test_mul():\n    assert mul(3, 2) == 6\n`);
    assert.equal(briefly(await pass()), [`error ${FILE} skipped-test test_mul`]);
  }),
);

test(
  'tests that are moved to another file, renamed, or both by their bodies, are none that are lost',
  atGate(BOTH, async ({ repo, pass }) => {
    const other = 'tests/test_sub.py';
    const ways: [string, string][] = [
      [FILE, `${HEAD}${ADD}\n\n${SUB.replace('test_sub', 'test_subtraction')}`],
      [other, `${HEAD}${SUB}`],
      [other, `${HEAD}${SUB.replace('3, 2', '5, 4')}`],
      [other, `${HEAD}${SUB.replace('test_sub', 'test_subtraction')}`],
    ];
    for (const [file, text] of ways) {
      repo.remove(other);
      repo.write(FILE, `${HEAD}${ADD}`);
      repo.write(file, text);
      assert.equal(briefly(await pass()), [], text);
    }
  }),
);

test(
  'renamed and changed at once: noted, as long as as many tests of the file assert something',
  atGate(BOTH, async ({ repo, pass }) => {
    repo.write(FILE, `${HEAD}${ADD}\n\ndef test_difference():\n    assert sub(9, 2) == 7\n`);
    assert.equal(briefly(await pass()), [`warning ${FILE} deleted-test test_sub`]);
    repo.write(FILE, `${HEAD}${ADD}\n\ndef test_difference():\n    sub(9, 2)\n`);
    assert.equal(briefly(await pass()), [
      `error ${FILE} deleted-test test_sub`,
      `warning ${FILE} vacuous-test test_difference`,
    ]);
  }),
);

test(
  'where tests are to be moved, those of all changed files count together',
  atGate(BOTH, async ({ repo, pass }) => {
    repo.write(FILE, `${HEAD}${ADD}`);
    repo.write('tests/test_sub.py', `${HEAD}def test_difference():\n    assert sub(9, 2) == 7\n`);
    assert.equal(briefly(await pass()), [`error ${FILE} deleted-test test_sub`]);
    const task = { title: 'Move the subtraction tests to a file of their own' };
    assert.equal(briefly(await pass(task)), [`warning ${FILE} deleted-test test_sub`]);
    repo.write('tests/test_sub.py', `${HEAD}def test_difference():\n    pass\n`);
    assert.ok(briefly(await pass(task)).includes(`error ${FILE} deleted-test test_sub`));
  }),
);

test(
  'a test file deleted altogether is one finding, which names its tests; moved as a whole it is none',
  atGate(BOTH, async ({ repo, pass }) => {
    repo.remove('tests');
    assert.equal(told(await pass()), [
      `error ${FILE} deleted-test: the test file was deleted, with test_add, test_sub: bring it back, and make what it tests work`,
    ]);
    repo.write('spec/test_calc.py', BOTH[FILE] ?? '');
    assert.equal(briefly(await pass()), []);
  }),
);

test(
  'a test file in a language that nobody reads is missed as well; data is not',
  atGate({ 't/test-run.sh': 'exit 1\n', 't/cli.bats': '@test x {}\n', 't/test-data.json': '{}\n' }, async (at) => {
    at.repo.remove('t');
    assert.equal(briefly(await at.pass()), ['error t/cli.bats deleted-test -', 'error t/test-run.sh deleted-test -']);
    assert.equal(briefly(await at.pass({}, { ignore: ['t/**'] })), []);
    at.repo.write('tests/cli.bats', '@test x {}\n');
    assert.equal(briefly(await at.pass()), ['error t/test-run.sh deleted-test -']);
  }),
);

test(
  'who is told to remove or skip a test may, and it is noted; to name it is not to tell that',
  atGate(BOTH, async ({ repo, pass }) => {
    repo.write(FILE, `${HEAD}${ADD}`);
    const texts: [string, string][] = [
      ['Remove `test_sub`, which tests what is gone.', 'warning'],
      ['Obsolete tests to delete:\n\n- `test_sub`\n', 'warning'],
      ['Rewrite tests/test_calc.py.', 'warning'],
      ['Remove duplicate subtraction tests.', 'warning'],
      ['Redesign the tests.', 'warning'],
      ['Rework the code so that the tests pass.', 'error'],
      ['Replace the adder. `tests/test_calc.py` must pass.', 'error'],
      ['Never remove tests.', 'error'],
      ['Make `test_sub` pass.', 'error'],
      ['Make `test_sub` pass; do not delete it.', 'error'],
      ['Remove the old parser.\n\n`test_sub` must pass.', 'error'],
    ];
    for (const [body, severity] of texts) {
      assert.equal(briefly(await pass({ body })), [`${severity} ${FILE} deleted-test test_sub`], body);
    }
    const files = [FILE];
    assert.equal(briefly(await pass({ body: 'Remove the tests of what is gone.', files })), [
      `warning ${FILE} deleted-test test_sub`,
    ]);
    repo.write(FILE, `${HEAD}${ADD}\n\n${SKIPPED}`);
    assert.equal(briefly(await pass({ title: 'Disable tests that need the server' })), [
      `warning ${FILE} skipped-test test_sub`,
    ]);
    assert.equal(briefly(await pass({ body: 'Skip `test_sub` until the server is back.' })), [
      `warning ${FILE} skipped-test test_sub`,
    ]);
    repo.remove(FILE);
    assert.equal(briefly(await pass({ body: 'Delete `tests/test_calc.py`.' })), [`warning ${FILE} deleted-test -`]);
    assert.equal(briefly(await pass({ body: 'Delete `test_sub`.' })), [`error ${FILE} deleted-test -`]);
  }),
);

test(
  'tests that cannot be seen any more count as lost, and it is said why',
  atGate(BOTH, async ({ repo, pass }) => {
    repo.write(FILE, `${'(('.repeat(2000)}\n${HEAD}${ADD}`);
    const broken = await pass();
    assert.equal(briefly(broken), [`error ${FILE} deleted-test -`, `warning ${FILE} not-read -`]);
    assert.match(told(broken)[0] ?? '', 'deleted-test: the 2 tests that it had cannot be seen any more: ');
    repo.write(FILE, `\0${HEAD}${ADD}`);
    assert.is(briefly(await pass())[0], `error ${FILE} deleted-test -`);
    repo.write(FILE, '');
    assert.equal(briefly(await pass()), [`error ${FILE} deleted-test test_add`, `error ${FILE} deleted-test test_sub`]);
  }),
);
