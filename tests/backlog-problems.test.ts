import { existsSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { type Config, DEFAULT_LADDER, type Rung } from '../src/config.js';
import { backlogOf, rendered, withBacklog } from './rig/backlog.js';
import { assert, suite } from './rig/suite.js';

const test = suite('problems of a backlog');

const FINE = '**Depends on:** None\n';

/** Every problem of a backlog, exactly as printed. */
function says(
  files: Readonly<Record<string, string | Uint8Array>>,
  expected: string,
  settings?: Partial<Config>,
): void {
  assert.is(backlogOf(files, settings).problems, expected);
}

test('everything is reported at once, by file and place', () => {
  says(
    {
      'a.md': '# A\n**Model:** sonnet/thinkin\n**Depends on:** openai-streming-chat.md, nothing-like-it\n',
      'b.md': '---\ndepend: []\nrung: sonnet/none\nmax-rung: opus/ultra\nagent: cluade\n---\n# B\n',
      'c.md': '# C\n\nNo header at all.\n',
      'openai-streaming-chat.md': FINE,
    },
    `tasks/a.md:2:12: error: unknown rung “sonnet/thinkin”
  2 | **Model:** sonnet/thinkin
    |            ^^^^^^^^^^^^^^
  → did you mean “sonnet/thinking”?
tasks/a.md:3:17: error: unknown task “openai-streming-chat”
  3 | **Depends on:** openai-streming-chat.md, nothing-like-it
    |                 ^^^^^^^^^^^^^^^^^^^^^^^
  → did you mean “openai-streaming-chat”?
tasks/a.md:3:42: error: unknown task “nothing-like-it”
  3 | **Depends on:** openai-streming-chat.md, nothing-like-it
    |                                          ^^^^^^^^^^^^^^^
  → make tasks/nothing-like-it.md, or take the name out
tasks/b.md:2:1: error: unknown field “depend”
  2 | depend: []
    | ^^^^^^
  → did you mean “depends”?
tasks/b.md:4:11: error: unknown rung “opus/ultra”
  4 | max-rung: opus/ultra
    |           ^^^^^^^^^^
  → the ladder is sonnet/none, sonnet/thinking, sonnet/extended, opus/extended, opus/ultrathink
tasks/b.md:5:8: error: unknown agent “cluade”
  5 | agent: cluade
    |        ^^^^^^
  → did you mean “claude”?
tasks/c.md: error: the task has no header
  → begin it with lines such as “**Model:** sonnet/thinking” and “**Depends on:** None”, or with YAML front matter; if it is no task, let its name begin with _
`,
  );
});

test('a cycle is printed as a path, with each of its edges', () => {
  says(
    {
      'b.md': '**Depends on:** c, fine\n',
      'c.md': '---\ndepends:\n  - a.md\n---\n',
      'a.md': '**Depends on:** b\n',
      'after.md': '**Depends on:** a\n',
      'fine.md': FINE,
    },
    `tasks/a.md:1:17: error: tasks depend on each other in a cycle: a → b → c → a
  1 | **Depends on:** b
    |                 ^
tasks/b.md:1:17: note: b depends on c
  1 | **Depends on:** c, fine
    |                 ^
tasks/c.md:3:5: note: c depends on a
  3 |   - a.md
    |     ^^^^
  → take one of these dependencies out
`,
  );
});

test('cycles that share tasks are each told about, and a task that depends on itself', () => {
  const { backlog, problems } = backlogOf({
    'a.md': '**Depends on:** b\n',
    'b.md': '**Depends on:** a, c\n',
    'c.md': '**Depends on:** b\n',
    'self.md': '**Depends on:** self.md\n',
    'fine.md': FINE,
  });
  assert.match(problems, 'in a cycle: a → b → a');
  assert.match(problems, 'in a cycle: b → c → b');
  assert.match(problems, 'tasks/self.md:1:17: error: “self” depends on itself\n');
  assert.equal([...backlog.broken].sort(), ['a', 'b', 'c', 'self']);
  assert.equal(backlog.order, ['fine']);
});

test('misspelt labels are told from the other bold lines that people write', () => {
  says(
    {
      'a.md': '**UNATTENDED EXECUTION:** yes\n**Mode:** x\n**Status:** y\n**Note:** z\n**Layer:** 1\n',
      'b.md': '**Layer:** 1\n**Dependz on:** a\n**Modle:** sonnet/none\n',
      'c.md': '**Dependancies:** a\n',
    },
    `tasks/b.md:2:3: error: unknown field “Dependz on”
  2 | **Dependz on:** a
    |   ^^^^^^^^^^
  → did you mean “depends-on”? If it is no field, put a full stop instead of the colon
tasks/b.md:3:3: error: unknown field “Modle”
  3 | **Modle:** sonnet/none
    |   ^^^^^
  → did you mean “model”? If it is no field, put a full stop instead of the colon
tasks/c.md:1:3: error: unknown field “Dependancies”
  1 | **Dependancies:** a
    |   ^^^^^^^^^^^^
  → did you mean “dependencies”? If it is no field, put a full stop instead of the colon
`,
  );
});

test('values that mean nothing say how to write them', () => {
  says(
    {
      'a.md': `---
timeout: 90
isolation: inplace
checkpoint: maybe
changes: some
priority: soon
files: [/etc/passwd]
rung: [a, b]
depends: {a: b}
verify: {run: make}
stubs: [x]
---
`,
      'b.md': '**Verify:** the tests pass\n**Provides:** what it says\n**Depends on:**\n',
      'c.md': '**Model:** sonnet/none\n**Rung:** opus/extended\n**Depends on:** None (really\n',
    },
    `tasks/a.md:2:10: error: “90” is no duration
  2 | timeout: 90
    |          ^^
  → write a number and a unit: 90s, 15m, 6h
tasks/a.md:3:12: error: “isolation” cannot be “inplace”
  3 | isolation: inplace
    |            ^^^^^^^
  → did you mean “in-place”?
tasks/a.md:4:13: error: “checkpoint” cannot be “maybe”
  4 | checkpoint: maybe
    |             ^^^^^
  → write true or false
tasks/a.md:5:10: error: “changes” cannot be “some”
  5 | changes: some
    |          ^^^^
  → write none, or leave it out
tasks/a.md:6:11: error: “soon” is no priority
  6 | priority: soon
    |           ^^^^
  → write a number, the higher the sooner; or P1, high, low
tasks/a.md:7:8: error: “/etc/passwd” lies outside the workspace
  7 | files: [/etc/passwd]
    |        ^^^^^^^^^^^^^
  → write paths relative to the workspace, without ..
tasks/a.md:8:7: error: “rung” must be one text
  8 | rung: [a, b]
    |       ^^^^^^
  → write one value: rung: …
tasks/a.md:9:10: error: “depends” must be a list of names
  9 | depends: {a: b}
    |          ^^^^^^
  → write depends: [first-task, second-task]
tasks/a.md:10:9: error: “verify” must be a list of commands
  10 | verify: {run: make}
     |         ^^^^^^^^^^^
  → write each as text: verify: [make check]
tasks/a.md:11:8: error: “stubs” must be a list of symbols and tasks
  11 | stubs: [x]
     |        ^^^
  → write stubs: [{symbol: NAME, until: TASK}]
tasks/b.md:1:13: error: “the tests pass” names no command
  1 | **Verify:** the tests pass
    |             ^^^^^^^^^^^^^^
  → put each command in backticks: \`make check\`
tasks/b.md:2:15: error: “what it says” cannot be read for certain
  2 | **Provides:** what it says
    |               ^^^^^^^^^^^^
  → write symbols with commas between
tasks/b.md:3:3: error: “Depends on” says nothing
  3 | **Depends on:**
    |   ^^^^^^^^^^
  → write None, or the names of tasks with commas between
tasks/c.md:2:3: error: “Rung” repeats “Model”
  2 | **Rung:** opus/extended
    |   ^^^^
  → keep one of them
tasks/c.md:3:17: error: a parenthesis has no partner
  3 | **Depends on:** None (really
    |                 ^^^^^^^^^^^^
  → remarks stand in parentheses: (like this)
`,
  );
});

test('broken YAML is one error, where it breaks', () => {
  says(
    {
      'a.md': '---\ndepends: [a, b\nrung: x\n---\n# A\n',
      'b.md': '---\nrung: `sonnet/none`\n---\n# B\n',
      'c.md': '---\nrung: x\nrung: y\n---\n',
      'd.md': '---\ndepends: []\n# D\n',
      'e.md': '---\njust text\n---\n',
    },
    `tasks/a.md:3:1: error: broken YAML: flow sequence in block collection must be sufficiently indented and end with a ]
  3 | rung: x
    | ^
  → mend it; text that begins with \`, @, * or &, or that holds “: ” or “ #”, needs quotes
tasks/b.md:2:7: error: broken YAML: plain value cannot start with reserved character \`
  2 | rung: \`sonnet/none\`
    |       ^
  → mend it; text that begins with \`, @, * or &, or that holds “: ” or “ #”, needs quotes
tasks/c.md:3:1: error: broken YAML: map keys must be unique
  3 | rung: y
    | ^
  → mend it; text that begins with \`, @, * or &, or that holds “: ” or “ #”, needs quotes
tasks/d.md:1:1: error: the front matter has no end
  1 | ---
    | ^^^
  → close it with a line that holds only ---
tasks/e.md:2:1: error: the front matter is no list of fields
  2 | just text
    | ^^^^^^^^^
  → write lines such as “depends: []”
`,
  );
});

test('a highest rung below the first is told about, against the ladder of the group', () => {
  const rungs = (texts: readonly string[]): Rung[] =>
    texts.map((text) => ({ text, agent: null, model: text, thinking: '' }));
  const group = { match: 'Tests', agent: null, verify: null, prompt: null, timeoutMs: null, budget: null };
  says(
    {
      'a.md': '**Model:** opus/extended\n**Max rung:** sonnet/thinking\n',
      'b.md': '**Max rung:** sonnet/none\n',
      'c.md': '**Group:** Tests\n**Model:** small/none\n',
      'd.md': '**Group:** Tests\n**Model:** sonnet/none\n',
    },
    `tasks/a.md:2:15: error: the highest rung “sonnet/thinking” is below “opus/extended”, where the task starts
  2 | **Max rung:** sonnet/thinking
    |               ^^^^^^^^^^^^^^^
  → raise it, or start lower
tasks/b.md:1:15: error: the highest rung “sonnet/none” is below “sonnet/thinking”, where a task without a rung starts
  1 | **Max rung:** sonnet/none
    |               ^^^^^^^^^^^
  → raise it, or start lower
tasks/d.md:2:12: error: unknown rung “sonnet/none”
  2 | **Model:** sonnet/none
    |            ^^^^^^^^^^^
  → the ladder is small/none, big/none
`,
    { ladder: rungs(DEFAULT_LADDER), groups: [{ ...group, ladder: rungs(['small/none', 'big/none']) }] },
  );
});

test('stubs need an owner that depends on the task and names the symbol', () => {
  says(
    {
      'core.md': `---
provides: [own]
stubs:
  - {symbol: own, until: later}
  - {symbol: start, until: apart}
  - {symbol: start, until: later}
  - {symbol: start, until: nobody}
  - {symbol: stop, until: later}
---
`,
      'later.md': '**Depends on:** core\n\n## Goal\nMake stop() real.\n',
      'apart.md': '**Provides:** start\n',
    },
    `tasks/core.md:4:5: error: “own” is provided by this very task
  4 |   - {symbol: own, until: later}
    |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^
  → take it out of stubs, or out of provides
tasks/core.md:5:5: error: “apart” does not depend on this task, so it cannot remove its stub
  5 |   - {symbol: start, until: apart}
    |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  → let apart depend on core, or name a task that does
tasks/core.md:6:5: error: “later” neither provides nor names “start”
  6 |   - {symbol: start, until: later}
    |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  → add provides: [start] to later, or name it in its text
tasks/core.md:7:28: error: unknown task “nobody”
  7 |   - {symbol: start, until: nobody}
    |                            ^^^^^^
  → make tasks/nobody.md, or take the name out
`,
  );
});

test('each stub is told about where it is written, an unknown owner before it or not', () => {
  says(
    {
      'core.md': '---\nstubs:\n  - {symbol: start, until: nobody}\n  - {symbol: stop, until: later}\n---\n',
      'later.md': '**Depends on:** core\n',
    },
    `tasks/core.md:3:28: error: unknown task “nobody”
  3 |   - {symbol: start, until: nobody}
    |                            ^^^^^^
  → make tasks/nobody.md, or take the name out
tasks/core.md:4:5: error: “later” neither provides nor names “stop”
  4 |   - {symbol: stop, until: later}
    |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  → add provides: [stop] to later, or name it in its text
`,
  );
});

test('an owner of a stub is a later task that is worked on, and names the symbol as a symbol', () => {
  says(
    {
      'core.md': `---
provides: [Client.connect]
stubs:
  - {symbol: "client.connect()", until: later}
  - {symbol: start, until: core}
  - {symbol: start, until: approval}
  - {symbol: start, until: later}
  - {symbol: "Server::stop", until: later}
  - {symbol: read_all, until: far}
---
`,
      'later.md': '---\ndepends: [core]\n---\nThe start of it: `Client.stop`, `read_all`.\n',
      'approval.md': '---\ndepends: [core]\ncheckpoint: true\n---\n`start`\n',
      'far.md': '---\ndepends: [later]\n---\nHere read_all() is written.\n',
    },
    `tasks/core.md:4:5: error: “client.connect” is provided by this very task
  4 |   - {symbol: "client.connect()", until: later}
    |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  → take it out of stubs, or out of provides
tasks/core.md:5:5: error: “start” is left to this very task
  5 |   - {symbol: start, until: core}
    |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  → name a later task, which depends on this one
tasks/core.md:6:5: error: “approval” is a checkpoint: nobody works on it, so it cannot remove a stub
  6 |   - {symbol: start, until: approval}
    |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  → name a task that is worked on
tasks/core.md:7:5: error: “later” neither provides nor names “start”
  7 |   - {symbol: start, until: later}
    |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  → add provides: [start] to later, or name it in its text
tasks/core.md:8:5: error: “later” neither provides nor names “Server::stop”
  8 |   - {symbol: "Server::stop", until: later}
    |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  → add provides: [Server::stop] to later, or name it in its text
`,
  );
});

test('a dependency on a draft says so; one on a task elsewhere says where', () => {
  says(
    {
      'later.md': '---\ndraft: true\n---\n',
      'ui/button.md': FINE,
      'x.md': '**Depends on:** later, button\n',
      'y.md': '**Depends on:** ../../etc/passwd\n',
    },
    `tasks/x.md:1:17: error: “later” is a draft, and so no task yet
  1 | **Depends on:** later, button
    |                 ^^^^^
  → take draft: true out of tasks/later.md, or this dependency
tasks/x.md:1:24: error: unknown task “button”
  1 | **Depends on:** later, button
    |                        ^^^^^^
  → did you mean “ui/button”?
tasks/y.md:1:17: error: unknown task “../../etc/passwd”
  1 | **Depends on:** ../../etc/passwd
    |                 ^^^^^^^^^^^^^^^^
  → name a task below tasks/, or take it out
`,
  );
});

test('a name that Make cannot carry is refused, with one that would do, and nothing is executed', () => {
  withBacklog(
    {
      '$(shell touch pwned).md': FINE,
      'a b.md': FINE,
      'a-b.md': FINE,
      '-rf.md': FINE,
      '..md': FINE,
      'x;y.md': FINE,
      'new\nline\u001b[31m.md': FINE,
      'my folder/`id`.md': FINE,
      'grün.md': FINE,
      'fine.md': '**Depends on:** $(touch pwned), `touch pwned`, ; touch pwned\n',
    },
    ({ root, load }) => {
      assert.is(
        rendered(load()),
        `tasks/$(shell touch pwned).md: error: “$(shell touch pwned)” is no name that Make can carry
  → rename the file to tasks/shell-touch-pwned.md
tasks/-rf.md: error: “-rf” is no name that Make can carry
  → rename the file to tasks/rf.md
tasks/..md: error: “.” is no name that Make can carry
  → rename the file to tasks/task.md
tasks/a b.md: error: “a b” is no name that Make can carry
  → rename the file to tasks/a-b-2.md
tasks/fine.md:1:17: error: “$” cannot be read for certain
  1 | **Depends on:** $(touch pwned), \`touch pwned\`, ; touch pwned
    |                 ^
  → write each name, with commas between: first-task, second-task; or None; remarks in parentheses
tasks/fine.md:1:33: error: “\`touch pwned\`” cannot be read for certain
  1 | **Depends on:** $(touch pwned), \`touch pwned\`, ; touch pwned
    |                                 ^^^^^^^^^^^^^
  → write each name, with commas between: first-task, second-task; or None; remarks in parentheses
tasks/fine.md:1:50: error: “touch pwned” cannot be read for certain
  1 | **Depends on:** $(touch pwned), \`touch pwned\`, ; touch pwned
    |                                                  ^^^^^^^^^^^
  → write each name, with commas between: first-task, second-task; or None; remarks in parentheses
tasks/grün.md: error: “grün” is no name that Make can carry
  → rename the file to tasks/grun.md
tasks/my folder/\`id\`.md: error: “my folder/\`id\`” is no name that Make can carry
  → rename the file to tasks/my-folder/id.md
tasks/new\\nline\\x1b[31m.md: error: “new\\nline\\x1b[31m” is no name that Make can carry
  → rename the file to tasks/new-line-31m.md
tasks/x;y.md: error: “x;y” is no name that Make can carry
  → rename the file to tasks/x-y.md
`,
      );
      assert.not.ok(existsSync(join(root, 'pwned')) || existsSync('pwned'));
    },
  );
});

test('names that differ only in case, and a folder in the place of a receipt', () => {
  const { backlog, problems } = backlogOf({
    'Core.md': FINE,
    'core.md': FINE,
    'b.md': FINE,
    'b.done/c.md': FINE,
    'd.md': FINE,
  });
  assert.is(
    problems,
    `tasks/b.done/c.md: error: “b.done/c” lies in a folder that stands where the receipt of “b” has to be
  → rename the folder tasks/b.done
tasks/core.md: error: “core” and “Core” are two tasks of one name: they differ only in case
tasks/Core.md: note: the other one
  → rename one of them
`,
  );
  assert.equal([...backlog.broken].sort(), ['Core', 'b', 'b.done/c', 'core']);
});

test('files that hold no text: empty, not UTF-8, NUL, a link that leads nowhere', () => {
  withBacklog(
    {
      'blank.md': '\uFEFF \r\n\n',
      'empty.md': '',
      'latin1.md': Buffer.concat([Buffer.from('# Gr'), Buffer.from([0xfc]), Buffer.from('n\n**Layer:** 1\n')]),
      'nul.md': '# A\n**Layer:** 1\u0000\n',
    },
    ({ root, load }) => {
      symlinkSync('/nowhere/at/all', join(root, 'tasks/link.md'));
      assert.is(
        rendered(load()),
        `tasks/blank.md: error: the task file is empty
  → write the task, or delete the file; draft: true in a front matter keeps it for later
tasks/empty.md: error: the task file is empty
  → write the task, or delete the file; draft: true in a front matter keeps it for later
tasks/latin1.md:1:5: error: the task file is no UTF-8 text
  1 | # Gr\uFFFDn
    |     ^
  → save the file as UTF-8
tasks/link.md: error: the task file is a symbolic link that leads nowhere
  → mend the link, or delete it
tasks/nul.md:2:13: error: the task file holds a NUL character
  2 | **Layer:** 1\\x00
    |             ^^^^
  → take it out
`,
      );
    },
  );
});

test('no tasks folder, or a file in its place', () => {
  withBacklog({}, ({ root, write, load }) => {
    rmSync(join(root, 'tasks'), { recursive: true });
    const remedy = '  → make the folder and write a task into it, or set tasks: in stepladder.yaml\n';
    assert.is(rendered(load()), `tasks: error: there is no tasks folder\n${remedy}`);
    write('tasks', 'x');
    assert.is(rendered(load()), `tasks: error: this is no folder of tasks, but a file\n${remedy}`);
  });
});

test('what looks as if it counted, and does not, is a warning and breaks nothing', () => {
  const { backlog, problems } = backlogOf({
    'a.md': `# A
**Layer:** 1

**Postconditions:**
- [ ] \`make check\` passes

## Details
- **Depends on:** b

## Postconditions
\`\`\`bash
make check
\`\`\`
`,
    'b.md': '# B\n**Depends on:** None\n\n## Subtask\n**Depends on:** the one above\n',
  });
  assert.is(
    problems,
    `tasks/a.md:4:1: warning: “Postconditions” is no heading, so its checklist is not read
  4 | **Postconditions:**
    | ^^^^^^^^^^^^^^^^^^^
  → write it as a heading: ## Postconditions
tasks/a.md:8:3: warning: “Depends on” is not read here: it stands outside the header
  8 | - **Depends on:** b
    |   ^^^^^^^^^^^^^^^^^
  → move the line to the header if it means the whole task
tasks/a.md:11:1: warning: a block marked “bash” is not run as a check
  11 | \`\`\`bash
     | ^^^^^^^
  → mark it sh, and write it for sh, if it is to be run
`,
  );
  assert.is(backlog.broken.size, 0);
  assert.equal(backlog.order, ['a', 'b']);
});

test('a misspelt section would lose its checklist: an error', () => {
  const { problems } = backlogOf({
    'a.md': '**Model:** sonnet/none\n# Preconditons\n\n## Postcondtion\n- [ ] `true` passes\n\n## Post-Conditions:\n',
  });
  assert.is(
    problems,
    `tasks/a.md:4:1: error: unknown section “Postcondtion”, so its checklist would not be read
  4 | ## Postcondtion
    | ^^^^^^^^^^^^^^^
  → did you mean “Postconditions”?
`,
  );
});
