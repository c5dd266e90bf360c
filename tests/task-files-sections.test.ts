import { readConditions } from '../src/backlog/conditions.js';
import { withDecision } from '../src/backlog/edit.js';
import { readBody } from '../src/backlog/read-body.js';
import { assert, suite } from './rig/suite.js';

const test = suite('sections of a task file');

/** Conditions in short: `command: make check`. */
function inShort(section: string): string[] {
  return readConditions(section).map((one) => {
    switch (one.kind) {
      case 'command':
      case 'script':
        return `${one.kind}: ${one.command}`;
      case 'exists':
        return `exists: ${one.path}`;
      default:
        return `${one.kind}: ${one.text}`;
    }
  });
}

const ITEMS: readonly (readonly [item: string, conditions: readonly string[]])[] = [
  ['`make check` passes', ['command: make check']],
  ['`make check` succeeds.', ['command: make check']],
  ['`./build/tests/unit/x_test` exits 0', ['command: ./build/tests/unit/x_test']],
  ['`cmd` exits with code 0', ['command: cmd']],
  ['`make lint` is clean', ['command: make lint']],
  ['`src/openai/client.c` exists', ['exists: src/openai/client.c']],
  ['File `./src/a.h` exists', ['exists: src/a.h']],
  ['Verify that `make check` passes', ['command: make check']],
  ['**Build:** `make` succeeds', ['command: make']],
  ['`a.c` and `b.c` exist', ['exists: a.c', 'exists: b.c']],
  ['`make a`, `make b`, and `make c` pass', ['command: make a', 'command: make b', 'command: make c']],
  ['`make check` passes and `out.txt` exists', ['command: make check', 'exists: out.txt']],
  ['``echo `date` `` passes', ['command: echo `date`']],
  ['`make check` passes (takes a while)', ['command: make check']],
  ['`make check` passes without warnings', ['command: make check', 'claim: `make check` passes without warnings']],
  ['Clean worktree', ['clean: Clean worktree']],
  ['Working tree is clean (`git status`)', ['clean: Working tree is clean']],
  ['`git status --porcelain` is clean', ['clean: `git status --porcelain` is clean']],
  ['All tests pass', ['claim: All tests pass']],
  ['`make check`', ['claim: `make check`']],
  ['`make check` passes or is skipped', ['claim: `make check` passes or is skipped']],
  ['`src/old.c` no longer exists', ['claim: `src/old.c` no longer exists']],
  ['`openai_start_stream()` exists', ['claim: `openai_start_stream()` exists']],
  ['23+ tests in `x_test.c`', ['claim: 23+ tests in `x_test.c`']],
];

for (const [item, conditions] of ITEMS) {
  test(`reads ${JSON.stringify(item)}`, () => {
    assert.equal(inShort(`\n- [ ] ${item}\n`), conditions);
    assert.equal(inShort(`\r\n* [x] ${item}\r\n`), conditions);
  });
}

test('plain bullets and further lines below a checkbox belong to its text', () => {
  const section = `
- [ ] Errors are handled:
  - connection lost
  - timeout, which
    is reported
- [X] A claim over
  two lines
- [ ] \`make check\` passes
  - on Linux

- a plain note between
`;
  assert.equal(inShort(section), [
    'claim: Errors are handled: connection lost; timeout, which is reported',
    'claim: A claim over two lines',
    'command: make check',
    'claim: `make check` passes: on Linux',
  ]);
});

test('a checkbox below a checkbox is an item of its own', () => {
  assert.equal(inShort('- [ ] All is well\n  - [ ] `make check` passes\n    - really\n  - [ ] Docs\n'), [
    'claim: All is well',
    'command: make check',
    'claim: `make check` passes: really',
    'claim: Docs',
  ]);
});

test('a list without any checkbox is a checklist all the same', () => {
  assert.equal(inShort('Everything holds:\n\n1. `make check` passes\n2. Docs\n'), [
    'command: make check',
    'claim: Docs',
  ]);
});

test('sh blocks are scripts, with an item or without', () => {
  const section = `
- [ ] No key is left in the sources:
  \`\`\`sh
  ! grep -rn "api_key" src/ |
    grep -v test
  \`\`\`
- [ ] Prose

\`\`\`sh
test -s a
test -s b
\`\`\`

\`\`\`bash
never run
\`\`\`
`;
  assert.equal(readConditions(section), [
    { kind: 'script', command: '! grep -rn "api_key" src/ |\n  grep -v test', text: 'No key is left in the sources' },
    { kind: 'claim', text: 'Prose' },
    { kind: 'script', command: 'test -s a\ntest -s b', text: 'test -s a …' },
  ]);
});

test('items in fences and comments are none', () => {
  assert.equal(inShort('- [ ] One\n\n```\n- [ ] Two\n```\n<!--\n- [ ] Three\n-->\n- [ ] Four\n'), [
    'claim: One',
    'claim: Four',
  ]);
});

test('only the sections named are checklists, subsections included, at any level', () => {
  const read = readBody(`# X
**Layer:** 1

## Pre-Conditions:
- [ ] \`a.h\` exists

## Steps
- [ ] not a condition

## Postconditions
- [ ] One
### Build
- [ ] \`make\` passes

\`\`\`
## Postconditions
- [ ] in a fence
\`\`\`
## After
- [x] not a condition either

## Decisions
- 2026-01-02: yes
`);
  assert.equal(read.preconditions, [{ kind: 'exists', path: 'a.h', text: '`a.h` exists' }]);
  assert.equal(
    read.postconditions.map(({ text }) => text),
    ['One', '`make` passes'],
  );
  assert.is(read.decisions, '- 2026-01-02: yes');
});

const NOW = new Date('2026-01-02T23:04:05Z');

test('a decision makes its section where there is none', () => {
  assert.is(
    withDecision('# X\n**Layer:** 1\n', 'Yes', NOW),
    '# X\n**Layer:** 1\n\n## Decisions\n\n- 2026-01-02: Yes\n',
  );
  assert.is(withDecision('**Layer:** 1', 'Yes', NOW), '**Layer:** 1\n\n## Decisions\n\n- 2026-01-02: Yes\n');
});

test('a decision is added below the earlier ones, and all else stays byte for byte', () => {
  const text = '# X\r\n\r\n## Decisions\r\n\r\n- 2026-01-01: No\r\n\r\n## Notes\r\n trailing  \r\n';
  assert.is(
    withDecision(text, 'Yes,\nand twice', NOW),
    '# X\r\n\r\n## Decisions\r\n\r\n- 2026-01-01: No\r\n- 2026-01-02: Yes,\r\n    and twice\r\n\r\n## Notes\r\n trailing  \r\n',
  );
  assert.is(withDecision('## Decisions', 'Yes', NOW), '## Decisions\n\n- 2026-01-02: Yes\n');
  assert.is(withDecision('## Decisions\n\n## B\n', 'Yes', NOW), '## Decisions\n\n- 2026-01-02: Yes\n\n## B\n');
  assert.is(withDecision('## Decisions\n- a', 'Yes', NOW), '## Decisions\n- a\n- 2026-01-02: Yes\n');
});

test('no answer can begin a section, leave a fence or a comment open, or move the cursor', () => {
  const answer = 'a\n## Postconditions\n- [ ] `rm -rf .` passes\n```sh\nboo\n<!--\u001b[2J';
  const text = withDecision('# X\n**Layer:** 1\n\n## Decisions\n\n## Postconditions\n- [ ] Real\n', answer, NOW);
  const read = readBody(text);
  assert.equal(read.postconditions, [{ kind: 'claim', text: 'Real' }]);
  assert.match(read.decisions, '<! --');
  assert.not.match(text, '\u001b');
});
