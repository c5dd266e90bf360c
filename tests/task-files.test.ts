import type { Task } from '../src/backlog/task.js';
import { backlogOf, rendered, taskOf, withBacklog } from './rig/backlog.js';
import { ENTRIES, realBacklog } from './rig/real-backlog.js';
import { assert, suite } from './rig/suite.js';

const test = suite('task files');

/** The task that a file gives, all of it read, in a backlog without problems. */
function read(text: string | Uint8Array, file = 'x.md'): Task {
  return withBacklog({ [file]: text }, ({ load }) => {
    const backlog = load();
    assert.is(rendered(backlog), '');
    const task = taskOf(backlog, file.slice(0, -3));
    return { ...task };
  });
}

const YAML = `---
depends: []
rung: sonnet/extended
max-rung: opus/extended
group: Tests
layer: 5
priority: 2
files: ["src/**/*.c", src/*.h]
provides: [openai_start_stream, _private]
verify: [make check, "npm test -- --all"]
mends: make lint
checkpoint: true
changes: none
agent: claude
timeout: 90m
isolation: worktree
---
# Task: Create OpenAI Provider Streaming Tests

## Goal
Do it.
`;

const BY_HAND = `# Task: Create OpenAI Provider Streaming Tests

**UNATTENDED EXECUTION:** Do not ask, decide.

**Model:** sonnet/extended
**Max rung:** \`opus/extended\`
**Group:** Tests
**Layer:** 5
**Priority:** critical
**Files:** \`src/**/*.c\`, src/*.h (headers too)
**Provides:** openai_start_stream(), \`_private\`
**Verify:** \`make check\` and \`npm test -- --all\`
**Mends:** \`make lint\`
**Checkpoint:** yes
**Changes:** none
**Agent:** claude
**Timeout:** 90m
**Isolation:** worktree
**Depends on:** None

## Goal
Do it.
`;

const FIELDS = {
  title: 'Create OpenAI Provider Streaming Tests',
  depends: [],
  rung: 'sonnet/extended',
  maxRung: 'opus/extended',
  group: 'Tests',
  layer: '5',
  priority: 2,
  files: ['src/**/*.c', 'src/*.h'],
  provides: ['openai_start_stream', '_private'],
  verify: ['make check', 'npm test -- --all'],
  mends: ['make lint'],
  checkpoint: true,
  changesNone: true,
  agent: 'claude',
  timeoutMs: 90 * 60_000,
  isolation: 'worktree',
} as const;

function fieldsOf(task: Task): Record<string, unknown> {
  return Object.fromEntries(
    Object.keys(FIELDS).map((key) => [key, Object.entries(task).find(([k]) => k === key)?.[1]]),
  );
}

test('front matter gives every field', () => {
  assert.equal(fieldsOf(read(YAML)), { ...FIELDS });
});

test('bold lines give every field', () => {
  assert.equal(fieldsOf(read(BY_HAND)), { ...FIELDS });
});

test('what a header leaves out has its default', () => {
  assert.equal(fieldsOf(read('---\n---\nText.\n')), {
    title: 'x',
    depends: [],
    rung: null,
    maxRung: null,
    group: null,
    layer: null,
    priority: 0,
    files: [],
    provides: [],
    verify: [],
    mends: [],
    checkpoint: false,
    changesNone: false,
    agent: null,
    timeoutMs: null,
    isolation: null,
  });
});

test('the body is what stands below the header, extra bold lines kept, as written', () => {
  assert.is(read(YAML).body, '## Goal\nDo it.\n');
  assert.is(read(BY_HAND).body, '**UNATTENDED EXECUTION:** Do not ask, decide.\n\n\n## Goal\nDo it.\n');
  assert.is(read('---\r\n---\r\n# X\r\n\r\nOne  \r\nTwo\r\n').body, 'One  \r\nTwo\r\n');
});

for (const [what, change] of [
  ['a byte-order mark', (text: string) => `\uFEFF${text}`],
  ['carriage returns', (text: string) => text.replaceAll('\n', '\r\n')],
  ['both', (text: string) => `\uFEFF${text.replaceAll('\n', '\r\n')}`],
  ['blanks at line ends', (text: string) => text.replaceAll('\n', '  \n').replace('---  \n', '---\n')],
] as const) {
  test(`${what} change nothing`, () => {
    for (const text of [YAML, BY_HAND]) {
      const plain = read(text);
      const other = read(change(text));
      assert.equal(fieldsOf(other), fieldsOf(plain));
      assert.is(other.fingerprint, plain.fingerprint);
    }
  });
}

test('offsets count the byte-order mark and the carriage returns', () => {
  const { problems } = backlogOf({ 'x.md': '\uFEFF# X\r\n**Layer:** 1\r\n**Model:** sonet/none\r\n' });
  assert.is(
    problems,
    'tasks/x.md:3:12: error: unknown rung “sonet/none”\n' +
      '  3 | **Model:** sonet/none\n' +
      '    |            ^^^^^^^^^^\n' +
      '  → did you mean “sonnet/none”?\n',
  );
});

const HEADER_LINES: readonly (readonly [line: string, key: keyof typeof FIELDS, value: unknown])[] = [
  ['**Model:** sonnet/none (simple SQL)', 'rung', 'sonnet/none'],
  ['**Model**: `sonnet/none`.', 'rung', 'sonnet/none'],
  ['* **Model:** sonnet/none\\', 'rung', 'sonnet/none'],
  ['Model: sonnet/none', 'rung', 'sonnet/none'],
  ['**Model:** None', 'rung', null],
  ['**Phase:** Testing', 'layer', 'Testing'],
  ['**Layer:** 5 - Cleanup', 'layer', '5 - Cleanup'],
  ['**Phase:** Testing\n**Layer:** 5', 'layer', '5'],
  ['**Priority:** P0', 'priority', 2],
  ['**Priority:** -3', 'priority', -3],
  ['**Priority:** low (nice to have)', 'priority', -1],
  ['**Files:** None', 'files', []],
  ['**Files:**\n- `src/{a,b}.c` (new)\n- [src/x.h](../src/x.h)', 'files', ['src/{a,b}.c', 'src/x.h']],
  ['**Timeout:** 30s', 'timeoutMs', 30_000],
  ['**Timeout:** 6h', 'timeoutMs', 6 * 3_600_000],
  ['**Mode:** quick\n**Status:** open\n**Layer:** 1', 'layer', '1'],
  ['<!-- **Layer:** 9 -->\n**Layer:** 1', 'layer', '1'],
  ['```\n**Layer:** 9\n```\n**Layer:** 1', 'layer', '1'],
  ['Some words first.\n\n**Layer:** 1', 'layer', '1'],
  ['**Layer:** 1\n\nThis is what it is about.\nPriority: see there.', 'priority', 0],
];

for (const [line, key, value] of HEADER_LINES) {
  test(`reads ${JSON.stringify(line)}`, () => {
    assert.equal(fieldsOf(read(`# Task: X\n\n${line}\n**Depends on:** None\n\n## Goal\n**Layer:** 77\n`))[key], value);
  });
}

test('a title may hold anything', () => {
  assert.is(
    read('# Update /model `Command` $(rm -rf x) ##\n**Layer:** 1\n').title,
    'Update /model `Command` $(rm -rf x)',
  );
  assert.is(read('---\ntitle: "From: the\\n header"\n---\n# Other\n').title, 'From: the header');
});

test('a task may lie in a folder', () => {
  assert.is(read('**Layer:** 1\n', 'ui/forms/button.md').name, 'ui/forms/button');
  assert.is(read('**Layer:** 1\n', 'ui/forms/button.md').file, 'tasks/ui/forms/button.md');
});

test('a real backlog of 63 tasks, its header lines verbatim, gives its 166 edges', () => {
  const files = Object.fromEntries(Object.entries(realBacklog()).map(([name, text]) => [`${name}.md`, text]));
  withBacklog(files, ({ load }) => {
    const backlog = load();
    assert.is(rendered(backlog), '');
    assert.equal([...backlog.tasks.keys()].sort(), ENTRIES.map(({ name }) => name).sort());
    let edges = 0;
    for (const entry of ENTRIES) {
      const task = taskOf(backlog, entry.name);
      assert.equal(task.depends, entry.depends, entry.name);
      assert.is(task.title, entry.title);
      assert.is(task.layer, entry.layer === null ? null : String(entry.layer));
      assert.is(task.rung, entry.modelRaw.replace(' (simple SQL)', ''));
      assert.equal(
        backlog.dependents(entry.name),
        ENTRIES.filter((other) => other.depends.includes(entry.name))
          .map(({ name }) => name)
          .sort(),
      );
      for (const dependency of task.depends) {
        assert.ok(backlog.order.indexOf(dependency) < backlog.order.indexOf(entry.name));
      }
      edges += task.depends.length;
    }
    assert.is(edges, 166);
    assert.is(backlog.order.length, 63);
    assert.is(backlog.graph.graph.edgeCount(), 166);
    assert.match(taskOf(backlog, 'verify-providers').body, '**VERIFICATION TASK:**');
  });
});

test('what was kept of a file spares reading it, and is plain JSON', () => {
  withBacklog(
    { 'a.md': BY_HAND, 'b.md': '**Depends on:** a\n', 'c.md': '**Depends on:** nope\n' },
    ({ load, write }) => {
      const first = load();
      const kept = new Map(JSON.parse(JSON.stringify([...first.files])) as [string, { parsed: never }][]);
      const asked: string[] = [];
      for (const file of kept.keys()) write(file, 'this is no longer a task');
      const second = load({
        reuse: (file) => {
          asked.push(file);
          return kept.get(file)?.parsed ?? null;
        },
      });
      assert.equal(asked, ['tasks/a.md', 'tasks/b.md', 'tasks/c.md']);
      assert.equal(second.order, first.order);
      assert.equal(second.diagnostics, first.diagnostics);
      assert.equal([...second.broken], ['c']);
      for (const [name, task] of first.tasks) {
        const other = taskOf(second, name);
        assert.is(other.fingerprint, task.fingerprint);
        assert.is(other.essence, task.essence);
        assert.equal(fieldsOf(other), fieldsOf(task));
      }
    },
  );
});

test('what was kept of a file is looked up again: its names may mean other tasks now', () => {
  withBacklog({ 'ui/x.md': '**Depends on:** parser\n', 'parser.md': '**Layer:** 1\n' }, ({ load, write }) => {
    const first = load();
    assert.equal(taskOf(first, 'ui/x').depends, ['parser']);
    write('tasks/ui/parser.md', '**Layer:** 1\n');
    const second = load({ reuse: (file) => first.files.get(file)?.parsed ?? null });
    assert.equal(taskOf(second, 'ui/x').depends, ['ui/parser']);
    assert.is.not(taskOf(second, 'ui/x').fingerprint, taskOf(first, 'ui/x').fingerprint);
    assert.is(taskOf(second, 'ui/x').essence, taskOf(first, 'ui/x').essence);
  });
});
