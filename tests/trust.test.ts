/** Task files that ask for less since an attempt ran wait for a person; his own edits between runs never do. */
import { weaker } from '../src/backlog/weaker.js';
import { type Project, withProject } from './rig/project.js';
import { assert, suite } from './rig/suite.js';

const test = suite('trust');

const B = '---\nverify: [test -e work/b.txt]\n---\n# B\n\n## Postconditions\n- [ ] It reads well\n';
const WEAK_B = '---\n---\n# B\n\n## Postconditions\n- [ ] It reads well\n';
const TASKS = { a: '---\npriority: 5\n---\n# A', b: B, c: '---\ndepends: [b]\n---\n# C', d: '# D' };
const weakening = { task: 'a', write: { 'a.txt': 'a', 'tasks/b.md': WEAK_B } };

const worked = (made: Project): string[] => [...new Set(made.invocations().map(({ task }) => task))];

test('a task that became weaker waits, with its dependents, while the others go on', () =>
  withProject({ tasks: TASKS, script: [weakening] }, async (made) => {
    const ran = await made.make(['-k', 'orchestrate']);
    assert.match(ran.output, 'Error 3');
    assert.equal(worked(made), ['a', 'd']);
    assert.is(made.read('tasks/b.md'), WEAK_B, 'it is kept as it is');
    assert.match(ran.stdout, /\? b asks: its task file became weaker while a was worked on .*trust b/);
    const page = made.read('reports/report.md') ?? '';
    const first = page.slice(0, page.indexOf('## Done'));
    assert.match(first, '- check: test -e work/b.txt');
    assert.match(first, 'trust b');
    const again = await made.make(['orchestrate']);
    assert.match(again.output, 'Error 3');
    assert.equal(worked(made), ['a', 'd']);
    const facts = JSON.parse(made.read('reports/report.json') ?? '{}');
    assert.equal(
      facts.waiting.map(({ kind, task }: { kind: string; task: string }) => [kind, task]),
      [['trust', 'b']],
    );
  }));

test('trusted, it runs as it is', () =>
  withProject({ tasks: TASKS, script: [weakening] }, async (made) => {
    await made.make(['orchestrate']);
    const trusted = await made.stepladder(['trust', 'b']);
    assert.is(trusted.code, 0);
    assert.match(trusted.stdout, '- check: test -e work/b.txt');
    assert.is((await made.make(['orchestrate'])).code, 0);
    assert.equal(worked(made), ['a', 'd', 'b', 'c']);
    assert.match((await made.make(['orchestrate'])).stdout, 'nothing to do');
  }));

test('its old text, or one that asks for more, runs without being trusted', () =>
  withProject({ tasks: TASKS, script: [weakening] }, async (made) => {
    await made.make(['orchestrate']);
    made.write('tasks/b.md', B.replace('# B', '# B, in other words'));
    assert.is((await made.make(['orchestrate'])).code, 0);
    const refused = await made.stepladder(['trust', 'b']);
    assert.is(refused.code, 2);
    assert.match(refused.stderr, 'b does not wait to be trusted');
  }));

test('trust refuses names that nobody knows, and those that wait for nothing', () =>
  withProject({ tasks: TASKS }, async (made) => {
    const unknown = await made.stepladder(['trust', 'bb']);
    assert.is(unknown.code, 2);
    assert.match(unknown.stderr, 'there is no task “bb”');
    assert.match(unknown.stderr, 'did you mean');
    const idle = await made.stepladder(['trust', 'b']);
    assert.is(idle.code, 2);
    assert.match((await made.stepladder(['trust', '--help'])).stdout, 'Example: stepladder trust');
  }));

test('a person’s edit between runs is never untrusted', () =>
  withProject({ tasks: TASKS }, async (made) => {
    await made.make(['tasks/a.done']);
    made.write('tasks/b.md', WEAK_B);
    assert.is((await made.make(['orchestrate'])).code, 0);
  }));

test('a file that was removed waits as well, and a run with nothing else to do does not say that all is done', () =>
  withProject(
    { tasks: { a: '# A', b: B }, script: [{ task: 'a', write: { 'a.txt': 'a' }, remove: ['tasks/b.md'] }] },
    async (made) => {
      const ran = await made.make(['orchestrate']);
      assert.match(ran.output, 'Error 3');
      assert.match(made.read('reports/report.md') ?? '', '- the whole file');
      const again = await made.make(['orchestrate']);
      assert.match(again.output, 'Error 3');
      assert.match(again.stdout, 'b: its task file became weaker while a was worked on (- the whole file)');
      assert.not.match(again.stdout, 'done');
      assert.is((await made.stepladder(['trust', 'b'])).code, 0);
      const last = await made.make(['orchestrate']);
      assert.is(last.code, 0);
      assert.match(last.stdout, 'nothing to do');
    },
  ));

test('what depends on a removed file waits with it, in later runs too, and everything else runs', () =>
  withProject(
    { tasks: TASKS, script: [{ task: 'a', write: { 'a.txt': 'a' }, remove: ['tasks/b.md'] }] },
    async (made) => {
      await made.make(['-k', 'orchestrate']);
      assert.equal(worked(made), ['a', 'd']);
      made.write('tasks/e.md', '---\n---\n# E');
      const ran = await made.make(['-k', 'orchestrate']);
      assert.match(ran.output, 'Error 3');
      assert.match(ran.output, 'unknown task “b”');
      assert.equal(worked(made), ['a', 'd', 'e']);
      const idle = await made.make(['orchestrate']);
      assert.match(idle.output, 'Error 3');
      assert.not.match(idle.output, 'nothing to do');
      made.git('checkout', '--', 'tasks/b.md');
      assert.is((await made.make(['orchestrate'])).code, 0);
      assert.equal(worked(made), ['a', 'd', 'e', 'b', 'c']);
    },
  ));

test('a removed file that is restored runs', () =>
  withProject(
    { tasks: { a: '# A', b: B }, script: [{ task: 'a', write: { 'a.txt': 'a' }, remove: ['tasks/b.md'] }] },
    async (made) => {
      await made.make(['orchestrate']);
      made.git('checkout', '--', 'tasks/b.md');
      assert.is((await made.make(['orchestrate'])).code, 0);
      assert.equal(worked(made), ['a', 'b']);
    },
  ));

test('what waits for trust cannot be let off by a later attempt, in one step or in two', () =>
  withProject(
    {
      tasks: { a: '---\npriority: 5\n---\n# A', b: B, d: '# D' },
      script: [
        { ...weakening, run: 'rm -rf .stepladder/untrusted' },
        {
          task: 'd',
          write: { 'd.txt': 'd', 'tasks/b.md': `${WEAK_B}\nmore words\n` },
          run: 'rm -rf .stepladder/untrusted',
        },
      ],
    },
    async (made) => {
      await made.make(['-k', 'orchestrate']);
      assert.not.ok(worked(made).includes('b'));
      const waits = (await made.make(['orchestrate'])).output;
      assert.match(waits, '- check: test -e work/b.txt');
      assert.not.ok(worked(made).includes('b'));
    },
  ));

test('done work keeps its receipt while its weaker file waits, and holds again with the old text', () =>
  withProject(
    { tasks: { b: `${B}\nwith \`provided\`\n`.replace('verify', 'provides: [provided]\nverify') } },
    async (made) => {
      made.script([{ task: 'b', write: { 'work/b.txt': 'provided' } }, weakening]);
      assert.is((await made.make(['orchestrate'])).code, 0);
      const before = made.read('tasks/b.md') ?? '';
      made.write('tasks/a.md', '# A');
      made.write('tasks/a.md', '---\n---\n# A');
      const ran = await made.make(['orchestrate']);
      assert.match(ran.output, 'Error 3');
      assert.ok(made.receipt('b') !== null);
      await made.make(['orchestrate']);
      assert.ok(made.receipt('b') !== null, 'it is not withdrawn either');
      made.write('tasks/b.md', before);
      assert.is((await made.make(['orchestrate'])).code, 0);
      assert.is(made.invocations().filter(({ task }) => task === 'b').length, 1);
    },
  ));

const header = (fields: string, body = ''): string => `---\n${fields}\n---\n# T\n${body}`;

test('what is weaker: anything demanded less, anything excused more', () => {
  const full = header(
    'depends: [x, y]\nverify: [make test]\nmends: [make lint]\nprovides: [f]\nfiles: [src/a.c]',
    '\nwords\n\n## Preconditions\n- [ ] `src/x.h` exists\n\n## Postconditions\n- [ ] `make check` passes\n- [ ] clean worktree\n',
  );
  const cases: [string, string, string[]][] = [
    ['depends: [x, y]', 'depends: [x]', ['- depends: y']],
    ['verify: [make test]', 'verify: [true]', ['- check: make test']],
    ['verify: [make test]\n', '', ['- check: make test']],
    ['mends: [make lint]\n', '', ['- check: make lint']],
    ['provides: [f]\n', '', ['- provides: f']],
    ['files: [src/a.c]', 'files: ["**"]', ['- files: src/a.c']],
    ['`src/x.h` exists', '`src` exists', ['- precondition: src/x.h exists']],
    ['`make check` passes', '`make check` passes or not', ['- check: make check']],
    ['- [ ] clean worktree', '- [ ] a worktree like any other', ['- postcondition: clean worktree']],
    ['depends: [x, y]', 'depends: [x, y]\nchanges: none', ['+ changes: none']],
    ['depends: [x, y]', 'depends: [x, y]\ndraft: true', ['+ draft: true']],
    ['depends: [x, y]', 'depends: [x, y]\ncheckpoint: true', ['- checkpoint: false']],
    ['depends: [x, y]', 'depends: [x, y]\nstubs: [{symbol: g, until: z}]', ['+ stubs: g until z']],
  ];
  for (const [from, to, expected] of cases) {
    assert.ok(full.includes(from), from);
    assert.equal(weaker('t', full, full.replace(from, to)), expected, `${from} → ${to}`);
  }
  assert.equal(weaker('t', full, null), ['- the whole file']);
  assert.equal(weaker('t', full, 'no header at all\n'), ['- all of it: it cannot be read as a task any more']);
});

test('what is not: other words, ticked boxes, more conditions, another place or order of the same', () => {
  const text = header(
    'depends: [x, y]\nverify: [make test]',
    '\nwords\n\n## Postconditions\n- [ ] `make check` passes\n',
  );
  for (const [from, to] of [
    ['words', 'other words'],
    ['- [ ]', '- [x]'],
    ['depends: [x, y]', 'depends: [y.md, x]\nrung: small/none\nprovides: [f]'],
    ['verify: [make test]', 'verify: [make check, make test]'],
    ['- [ ] `make check` passes', '- [ ] `make test` and `make check` pass'],
  ] as const) {
    assert.equal(weaker('t', text, text.replace(from, to)), [], `${from} → ${to}`);
  }
  assert.equal(weaker('t', header('draft: true\nverify: [make test]'), header('x-none: 1')), []);
});
