import { rmdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_LADDER, type Rung } from '../src/config.js';
import { backlogOf, rendered, taskOf, withBacklog } from './rig/backlog.js';
import { assert, suite } from './rig/suite.js';

const test = suite('dependencies');

const NONE = '**Depends on:** None\n';

/** What a task named `x` depends on, whose header has this line, beside these other tasks. */
function dependsOf(header: string, others: readonly string[]): readonly string[] {
  const files = Object.fromEntries(others.map((name) => [`${name}.md`, NONE]));
  const text = header.startsWith('---') ? `${header}\n---\n# X\n` : `# X\n\n${header}\n\n## Goal\nText.\n`;
  const { backlog, problems } = backlogOf({ ...files, 'x.md': text });
  assert.is(problems, '', header);
  return taskOf(backlog, 'x').depends;
}

/** The forms people write, with what each means beside the tasks named. */
const READ: readonly (readonly [header: string, others: readonly string[], depends: readonly string[]])[] = [
  ['**Depends on:** a', ['a'], ['a']],
  ['**Depends on:** a.md, b.md', ['a', 'b'], ['a', 'b']],
  ['**Depends on:** b.md, a.md, b', ['a', 'b'], ['b', 'a']],
  ['**Depends on:** None', ['a'], []],
  ['**Depends on:** None (can run in parallel with a.md)', ['a'], []],
  ['**Depends on:** none. T051 is ...', ['T051-x'], []],
  ['**Depends on**: Nothing (first phase)', [], []],
  ['**Depends on:** _None_.', [], []],
  ['**Depends on:** N/A', [], []],
  ['**Depends on:** None - the first of all', [], []],
  ['- **Depends On**: None', [], []],
  ['- **Depends On**: —', [], []],
  [
    '> **Depends On**: `04-cmp-architecture.md`, `05-b`',
    ['04-cmp-architecture', '05-b'],
    ['04-cmp-architecture', '05-b'],
  ],
  ['- Depends on: [317-axum-router.md](317-axum-router.md)', ['317-axum-router'], ['317-axum-router']],
  [
    '- Depends on: [the router](./317-axum-router.md#api "the API"), [[b]]',
    ['317-axum-router', 'b'],
    ['317-axum-router', 'b'],
  ],
  ['_Depends on: a, b_', ['a', 'b'], ['a', 'b']],
  ['Depends-On: a.md', ['a'], ['a']],
  ['Depends-On: tasks/done/a.md', ['done/a'], ['done/a']],
  ['**Depends on: a.md**', ['a'], ['a']],
  ['**Dependencies:** Task CF-GW-001 (gateway must exist)', ['CF-GW-001-gateway'], ['CF-GW-001-gateway']],
  ['**Blocked by:** 06, 18', ['06-a', '18-b', '7-c'], ['06-a', '18-b']],
  ['**Requires:** `a`; b and c.', ['a', 'b', 'c'], ['a', 'b', 'c']],
  ['**Prerequisites:** Task 6.5 (a deployable handler), Task 1.4 (see (b))', ['6.5-x', '1.4-y'], ['6.5-x', '1.4-y']],
  ['**Depends on:** Tasks 1.2, 1.3, 1.4', ['1.2-a', '1.3-b', '1.4-c', '1-z'], ['1.2-a', '1.3-b', '1.4-c']],
  [
    '**Depends on:** Tasks 1, 2, 4 | **Blocks:** Tasks 10, 11',
    ['01-a', '02-b', '04-d', '10-x'],
    ['01-a', '02-b', '04-d'],
  ],
  ['**Model:** sonnet/none · **Depends on:** a', ['a'], ['a']],
  ['**Depends on:** 09-repl, 17-tests', ['09-repl', '17-tests'], ['09-repl', '17-tests']],
  ['**Depends on:** T051', ['T051-login', 'T052-x'], ['T051-login']],
  ['**Depends on:** a (the first\nof all), b', ['a', 'b'], ['a', 'b']],
  ['**Depends on:** a.md,\nb.md  ', ['a', 'b'], ['a', 'b']],
  ['**Depends on:**\n- a.md\n- `b` (later)\n\nProse.', ['a', 'b'], ['a', 'b']],
  ['- **Depends on:**\n  - a\n  - b\n- **Model:** sonnet/none', ['a', 'b'], ['a', 'b']],
  ['**Depends on:** a\n**Blocked by:** b', ['a', 'b'], ['a', 'b']],
  ['---\ndepends: [a, b.md]', ['a', 'b'], ['a', 'b']],
  ['---\ndepends: a, b', ['a', 'b'], ['a', 'b']],
  ['---\ndepends:\n  - a # first\n  - "b"', ['a', 'b'], ['a', 'b']],
  ['---\ndepends:', [], []],
  ['---\ndepends_on: []', [], []],
  ['---\ndepends_on: [none]', [], []],
  ['---\ndepends_on: ["ER-028", "ER-063"]', ['ER-028-a', 'ER-063'], ['ER-028-a', 'ER-063']],
  ["---\ndepends-on: ['001']", ['001-a'], ['001-a']],
  ['---\ndepends: [06, 7]', ['06-a', '7-b'], ['06-a', '7-b']],
  ['---\nblocked_by: [t2]', ['t2'], ['t2']],
  ['---\ndepends: ["[the router](a.md)"]', ['a'], ['a']],
];

for (const [header, others, depends] of READ) {
  test(`reads ${JSON.stringify(header)}`, () => {
    assert.equal(dependsOf(header, others), depends);
  });
}

/** What cannot be read for certain, with the words that are underlined. */
const UNCLEAR: readonly (readonly [value: string, underlined: string])[] = [
  ['Tasks 25–29', 'Tasks 25–29'],
  ['Tasks 1-7 (all of them)', 'Tasks 1-7'],
  ['T1-T7', 'T1-T7'],
  ['all of M1–M6', 'all of M1–M6'],
  ['All previous tasks complete.', 'All previous tasks complete.'],
  ['Group 1.', 'Group 1.'],
  ['01-first, ...', '...'],
  ['01-first — the base', '01-first — the base'],
  ['01-*', '01-*'],
  ['No. 5', 'No. 5'],
  ['None yet', 'None yet'],
];

for (const [value, underlined] of UNCLEAR) {
  test(`does not guess what ${JSON.stringify(value)} means`, () => {
    const { backlog, problems } = backlogOf({
      'x.md': `**Depends on:** ${value}\n`,
      '01-first.md': NONE,
      '02-second.md': NONE,
    });
    const column = 17 + value.indexOf(underlined);
    assert.is(
      problems,
      `tasks/x.md:1:${column}: error: “${underlined}” cannot be read for certain\n` +
        `  1 | **Depends on:** ${value}\n` +
        `    | ${' '.repeat(column - 1)}${'^'.repeat(underlined.length)}\n` +
        '  → write each name, with commas between: first-task, second-task; or None; remarks in parentheses\n',
    );
    assert.equal([...backlog.broken], ['x']);
  });
}

test('None beside names is an error', () => {
  for (const value of ['None, 01-first', '01-first; none']) {
    const { problems } = backlogOf({ 'x.md': `**Depends on:** ${value}\n`, '01-first.md': NONE });
    assert.match(problems, 'error: “None” stands beside other names');
  }
});

test('a range is the name of a task where there is one of exactly that name', () => {
  assert.equal(dependsOf('**Depends on:** 1-7', ['1-7']), ['1-7']);
});

test('a sibling in the same folder comes before a task at the root', () => {
  const { backlog, problems } = backlogOf({
    'parser.md': NONE,
    'ui/parser.md': NONE,
    'ui/button.md': '**Depends on:** parser\n',
    'api/route.md': '**Depends on:** parser, ui/parser.md, ../ui/button.md\n',
  });
  assert.is(problems, '');
  assert.equal(taskOf(backlog, 'ui/button').depends, ['ui/parser']);
  assert.equal(taskOf(backlog, 'api/route').depends, ['parser', 'ui/parser', 'ui/button']);
});

test('a number means the sibling that has it, and is ambiguous where several have', () => {
  const { backlog, problems } = backlogOf({
    'a/01-x.md': NONE,
    'b/01-y.md': NONE,
    'b/02-z.md': '**Depends on:** 01\n',
    'c/03.md': '**Depends on:** 01\n',
  });
  assert.equal(taskOf(backlog, 'b/02-z').depends, ['b/01-y']);
  assert.is(
    problems,
    'tasks/c/03.md:1:17: error: “01” could be a/01-x, b/01-y\n' +
      '  1 | **Depends on:** 01\n' +
      '    |                 ^^\n' +
      '  → write the whole name of the one you mean\n',
  );
});

test('tasks may be called like things every JavaScript object has', () => {
  const { backlog, problems } = backlogOf({
    'constructor.md': NONE,
    'toString.md': '**Depends on:** constructor\n',
    'hasOwnProperty.md': '**Depends on:** toString, constructor\n',
  });
  assert.is(problems, '');
  assert.equal(backlog.order, ['constructor', 'toString', 'hasOwnProperty']);
  assert.equal(backlog.dependents('constructor'), ['hasOwnProperty', 'toString']);
  assert.equal([...backlog.ancestors('hasOwnProperty')].sort(), ['constructor', 'toString']);
});

test('dependencies come first, then the more urgent, the lower layer, the name', () => {
  const { backlog } = backlogOf({
    'a.md': '**Depends on:** z\n**Layer:** 2\n',
    'b.md': '**Layer:** 10 - last\n',
    'c.md': '**Layer:** 2\n',
    'd.md': '**Priority:** high\n**Depends on:** b\n',
    'z.md': '**Model:** sonnet/none\n',
  });
  assert.equal(backlog.order, ['b', 'd', 'z', 'a', 'c']);
});

test('what a broken task holds up is broken with it, and nothing else is', () => {
  const { backlog } = backlogOf({
    'good.md': NONE,
    'bad.md': '**Depends on:** nowhere-to-be-found\n',
    'headless.md': 'Just text.\n',
    'after-bad.md': '**Depends on:** bad\n',
    'after-after.md': '**Depends on:** after-bad, good\n',
    'after-headless.md': '**Depends on:** headless\n',
  });
  assert.equal([...backlog.broken].sort(), ['after-after', 'after-bad', 'after-headless', 'bad', 'headless']);
  assert.is(backlog.diagnostics.length, 2);
  assert.is(backlog.tasks.has('headless'), false);
});

test('a chain of ten thousand tasks overflows no stack, in a line or in a circle', () => {
  const name = (at: number): string => `t${String(at).padStart(5, '0')}`;
  const files = Array.from({ length: 10_000 }, (_, at): [string, string] => [
    `${name(at)}.md`,
    `**Depends on:** ${at < 9_999 ? name(at + 1) : 'None'}\n`,
  ]);
  withBacklog(Object.fromEntries(files), ({ load, write }) => {
    const line = load();
    assert.is(rendered(line), '');
    assert.is(line.order.length, 10_000);
    assert.is(line.order[0], name(9_999));
    assert.is(line.ancestors(name(0)).size, 9_999);
    write(`tasks/${name(9_999)}.md`, `**Depends on:** ${name(0)}\n`);
    const circle = load();
    assert.is(circle.diagnostics.length, 1);
    assert.is(circle.order.length, 0);
    assert.is(circle.broken.size, 10_000);
    assert.match(rendered(circle), 't00008 → t00009 → … 9990 more … → t00000');
  });
});

test('a tasks folder and folders in it may be symbolic links', () => {
  withBacklog(
    {},
    ({ root, write, load }) => {
      write('elsewhere/a.md', '**Depends on:** more/b\n');
      write('further/b.md', NONE);
      symlinkSync(join(root, 'further'), join(root, 'elsewhere/more'));
      symlinkSync(join(root, 'elsewhere'), join(root, 'elsewhere/round'));
      rmdirSync(join(root, 'docs/backlog'));
      symlinkSync(join(root, 'elsewhere'), join(root, 'docs/backlog'));
      const backlog = load();
      assert.is(rendered(backlog), '');
      assert.equal(backlog.order, ['more/b', 'a']);
      assert.is(taskOf(backlog, 'a').file, 'docs/backlog/a.md');
    },
    { tasks: 'docs/backlog' },
  );
});

test('what is no task is left out: README.md, names with _ or . in front, drafts, reports, packages', () => {
  const { backlog, problems } = backlogOf(
    {
      'a.md': NONE,
      'README.md': 'x',
      'sub/readme.md': 'x',
      '_template.md': 'x',
      '_archive/old.md': 'x',
      '.#a.md': 'x',
      '._a.md': 'x',
      '.hidden/b.md': 'x',
      'notes.txt': 'x',
      'later.md': '---\ndraft: true\nrung: [not, yet, right]\n---\n',
      'soon.md': '**Draft:** yes\n',
      'reports/report.md': 'x',
      'node_modules/pkg/index.md': 'x',
    },
    { reports: 'tasks/reports' },
  );
  assert.is(problems, '');
  assert.equal(backlog.order, ['a']);
});

test('owed stubs name their task as dependencies do', () => {
  const ladder = DEFAULT_LADDER.map((text): Rung => ({ text, agent: null, model: text, thinking: '' }));
  const { backlog, problems } = backlogOf(
    {
      'api/core.md': '---\nstubs: [{symbol: start_stream(), until: streaming.md}]\n---\n',
      'api/streaming.md': '---\ndepends: [core]\nprovides: [start_stream]\n---\n',
    },
    { ladder },
  );
  assert.is(problems, '');
  assert.equal(taskOf(backlog, 'api/core').stubs, [{ symbol: 'start_stream', until: 'api/streaming' }]);
});
