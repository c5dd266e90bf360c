import type { Task } from '../src/backlog/task.js';
import { backlogOf, taskOf } from './rig/backlog.js';
import { assert, suite } from './rig/suite.js';

const test = suite('fingerprint');

const OTHERS = { 'a.md': '**Layer:** 1\n', 'b.md': '**Layer:** 1\n**Depends on:** a\n' };

/** Fingerprint and essence of a task `x` beside `a` and `b`. */
function hashes(text: string): Pick<Task, 'fingerprint' | 'essence'> {
  const { backlog, problems } = backlogOf({ ...OTHERS, 'x.md': text });
  assert.is(problems, '');
  const { fingerprint, essence } = taskOf(backlog, 'x');
  return { fingerprint, essence };
}

const TASK = `---
depends: [a, b]
provides: [f, g]
files: [src/*.c]
verify: [make check]
---
# Task: X

Do it.

## Postconditions
- [ ] One
- [x] \`make check\` passes

## Notes
Well.
`;

const plain = hashes(TASK);

test('it says its version, and is a hash', () => {
  assert.match(plain.fingerprint, /^1:sha256:[0-9a-f]{64}$/);
  assert.match(plain.essence, /^[0-9a-f]{64}$/);
});

/** The task with a part of its text changed. */
const with_ = (from: string, to: string): string => {
  assert.ok(TASK.includes(from), from);
  return TASK.replace(from, to);
};

const SAME: readonly (readonly [string, string])[] = [
  ['line ends', TASK.replaceAll('\n', '\r\n')],
  ['a byte-order mark', `\uFEFF${TASK}`],
  ['blanks at line ends', with_('Do it.', 'Do it.  \t')],
  ['blank lines at the end', `${TASK}\n\n`],
  ['a missing newline at the end', TASK.trimEnd()],
  ['the marks in checkboxes', with_('[ ] One', '[X] One')],
  ['the order of fields', with_('depends: [a, b]\nprovides: [f, g]\n', 'provides: [g, f]\ndepends: [b.md, a]\n')],
  ['the rung', with_('depends:', 'rung: opus/extended\ndepends:')],
  ['the highest rung', with_('depends:', 'max-rung: opus/extended\ndepends:')],
  ['timeout, group, layer, priority', with_('depends:', 'timeout: 5m\ngroup: G\nlayer: 2\npriority: 3\ndepends:')],
  ['agent and isolation', with_('depends:', 'agent: codex\nisolation: worktree\ndepends:')],
  [
    'the form of the header',
    TASK.replace(
      /---[\s\S]*# Task: X\n/,
      '# Task: X\n**Model:** sonnet/none\n**Depends on:** a.md (first), b\n**Provides:** f(), g\n**Files:** `src/*.c`\n**Verify:** `make check`\n',
    ),
  ],
];

for (const [what, text] of SAME) {
  test(`${what}: no part of the meaning`, () => assert.equal(hashes(text), plain));
}

const CHECKED: readonly (readonly [string, string])[] = [
  ['depends', with_('depends: [a, b]', 'depends: [a]')],
  ['verify', with_('[make check]', '[make check, make lint]')],
  ['mends', with_('depends:', 'mends: [make lint]\ndepends:')],
  ['a postcondition that can be run', with_('`make check` passes', '`make lint` passes')],
  ['a precondition', with_('## Postconditions', '## Preconditions\n- [ ] `a` exists\n\n## Postconditions')],
];

for (const [what, text] of CHECKED) {
  test(`${what}: another fingerprint, the same essence`, () => {
    const other = hashes(text);
    assert.is.not(other.fingerprint, plain.fingerprint);
    assert.is(other.essence, plain.essence);
  });
}

const WORKED: readonly (readonly [string, string])[] = [
  ['the title', with_('Task: X', 'Task: Y')],
  ['the body', with_('Do it.', 'Do it well.')],
  ['a postcondition that nobody can run', with_('- [ ] One', '- [ ] Two')],
  ['a decision', `${TASK}\n## Decisions\n- Yes\n`],
  ['provides', with_('[f, g]', '[f]')],
  ['files', with_('src/*.c', 'src/*.h')],
  ['a checkpoint', with_('depends:', 'checkpoint: true\ndepends:')],
];

for (const [what, text] of WORKED) {
  test(`${what}: other work`, () => {
    const other = hashes(text);
    assert.is.not(other.fingerprint, plain.fingerprint);
    assert.is.not(other.essence, plain.essence);
  });
}

test('stubs that a task may leave are part of its work', () => {
  const stubs = (until: string): string => {
    const { backlog } = backlogOf({
      'x.md': `---\nstubs: [{symbol: s, until: ${until}}]\n---\n`,
      'y.md': '---\ndepends: [x]\nprovides: [s]\n---\n',
      'z.md': '---\ndepends: [x]\nprovides: [s]\n---\n',
    });
    return taskOf(backlog, 'x').essence;
  };
  assert.is.not(stubs('y'), stubs('z'));
  assert.is(stubs('y'), stubs('y.md'));
});

test('it is pinned: a change of it would put every receipt in question', () => {
  assert.is(plain.fingerprint, '1:sha256:659f3de90c194e27d537fff2314bdea74c5a219697a3fdf88ee27555941841a0');
});
