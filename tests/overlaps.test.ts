/** Unordered work on one file: who shares what with whom, and what is said of it. */
import picomatch from 'picomatch';
import { FileEntries } from '../src/backlog/file-entries.js';
import type { Backlog } from '../src/backlog/load.js';
import { overlaps, overlapsOf } from '../src/backlog/overlaps.js';
import { orderFor, unorderedTasks, unorderedWarning } from '../src/backlog/unordered.js';
import { renderDiagnostic } from '../src/diagnostic.js';
import { backlogOf, taskOf, withBacklog } from './rig/backlog.js';
import { withProject } from './rig/project.js';
import { assert, suite } from './rig/suite.js';

const test = suite('unordered work on one file');

/** A task file of these fields. */
const yaml = (...fields: string[]): string => `---\n${fields.map((field) => `${field}\n`).join('')}---\n# T\n`;
const files = (list: string, depends = ''): string => yaml(`depends: [${depends}]`, `files: [${list}]`);

/** The pairs of a backlog of these files, one line each: `later earlier: file, file`. */
function pairsOf(tasks: Readonly<Record<string, string>>, options?: Parameters<typeof overlaps>[1]): string[] {
  const { backlog } = backlogOf(tasks);
  return overlaps(backlog, options).map(
    ({ later, earlier, files: shared }) => `${later} ${earlier}: ${shared.join(', ')}`,
  );
}

test('two tasks that name the same path and do not need each other overlap', () => {
  const tasks = { 'a.md': files('src/x.c, src/a.c'), 'b.md': files('src/x.c, src/b.c'), 'c.md': files('src/c.c') };
  assert.equal(pairsOf(tasks), ['b a: src/x.c']);
  const { backlog } = backlogOf(tasks);
  assert.equal(overlapsOf(backlog, 'a'), [{ task: 'b', files: ['src/x.c'] }]);
  assert.equal(overlapsOf(backlog, 'b'), [{ task: 'a', files: ['src/x.c'] }]);
  assert.equal(overlapsOf(backlog, 'c'), []);
  assert.equal(overlapsOf(backlog, 'no-such-task'), []);
});

test('a path and a glob that matches it overlap over the path, hidden ones too', () => {
  assert.equal(pairsOf({ 'a.md': files('"src/*.c"'), 'b.md': files('src/x.c') }), ['b a: src/x.c']);
  assert.equal(pairsOf({ 'a.md': files('src/x.c'), 'b.md': files('"src/**"') }), ['b a: src/x.c']);
  assert.equal(
    pairsOf({ 'a.md': files('".github/**"'), 'b.md': files('"**/*.yml"'), 'c.md': files('.github/ci.yml') }),
    ['c b: .github/ci.yml', 'c a: .github/ci.yml'],
  );
  assert.equal(pairsOf({ 'a.md': files('"src/*.c"'), 'b.md': files('src/deep/x.c') }), []);
  assert.equal(pairsOf({ 'a.md': files('"{a,b}.c"'), 'b.md': files('b.c') }), ['b a: b.c']);
});

test('a path that looks like a glob is the same path', () => {
  assert.equal(pairsOf({ 'a.md': files('"app/[id].tsx"'), 'b.md': files('"app/[id].tsx"') }), ['b a: app/[id].tsx']);
});

test('two globs overlap where they are equal, or one matches the text of the other', () => {
  assert.equal(pairsOf({ 'a.md': files('"src/*.c"'), 'b.md': files('"src/*.c"') }), ['b a: src/*.c']);
  assert.equal(pairsOf({ 'a.md': files('"src/**"'), 'b.md': files('"src/net/*.c"') }), ['b a: src/net/*.c']);
  assert.equal(pairsOf({ 'a.md': files('"src/a*.c"'), 'b.md': files('"src/b*.c"') }), []);
});

test('what stands in order does not overlap, however long the path between', () => {
  assert.equal(pairsOf({ 'a.md': files('x.c'), 'b.md': files('x.c', 'a') }), []);
  const through = { 'a.md': files('x.c'), 'between.md': yaml('depends: [a]'), 'z.md': files('"*.c"', 'between') };
  assert.equal(pairsOf(through), []);
  const { backlog } = backlogOf(through);
  assert.equal(overlapsOf(backlog, 'a'), []);
  assert.equal(overlapsOf(backlog, 'z'), []);
  // A common ancestor, or a common descendant, puts nothing in order.
  const fork = {
    'root.md': yaml('depends: []'),
    'l.md': files('x.c', 'root'),
    'r.md': files('x.c', 'root'),
    'join.md': files('x.c', 'l, r'),
  };
  assert.equal(pairsOf(fork), ['r l: x.c']);
  assert.equal(overlapsOf(backlogOf(fork).backlog, 'l'), [{ task: 'r', files: ['x.c'] }]);
});

test('checkpoints, audits and what is provided do not count', () => {
  const own = files('x.c');
  assert.equal(pairsOf({ 'a.md': own, 'b.md': yaml('checkpoint: true', 'files: [x.c]') }), []);
  assert.equal(pairsOf({ 'a.md': own, 'b.md': yaml('changes: none', 'files: [x.c]') }), []);
  assert.equal(pairsOf({ 'a.md': yaml('provides: [x]'), 'b.md': yaml('provides: [x]') }), []);
  const { backlog } = backlogOf({ 'a.md': own, 'b.md': yaml('checkpoint: true', 'files: [x.c]') });
  assert.equal([overlapsOf(backlog, 'a'), overlapsOf(backlog, 'b')], [[], []]);
});

test('three tasks on one file are three pairs, in the order in which they would run', () => {
  const tasks = { 'c.md': files('x.c'), 'a.md': files('x.c'), 'b.md': files('x.c') };
  assert.equal(pairsOf(tasks), ['b a: x.c', 'c b: x.c', 'c a: x.c']);
  assert.equal(overlapsOf(backlogOf(tasks).backlog, 'b'), [
    { task: 'a', files: ['x.c'] },
    { task: 'c', files: ['x.c'] },
  ]);
  const urgent = { ...tasks, 'c.md': yaml('priority: high', 'files: [x.c]') };
  assert.equal(pairsOf(urgent), ['a c: x.c', 'b a: x.c', 'b c: x.c']);
  assert.equal(pairsOf(tasks, { among: ['c', 'a'] }), ['c a: x.c']);
});

test('chained, only those pairs remain that the others do not put in order', () => {
  const tasks = {
    'a.md': files('x.c'),
    'b.md': files('x.c, y.c'),
    'c.md': files('x.c, z.c'),
    'd.md': files('y.c, z.c'),
  };
  assert.equal(pairsOf(tasks, { chained: true }), ['b a: x.c', 'c b: x.c', 'd c: z.c']);
  // What is done is no party to it, yet still a way.
  const way = { 'a.md': files('x.c'), 'm.md': yaml('depends: [a]'), 'n.md': files('x.c', 'm'), 'o.md': files('x.c') };
  assert.equal(pairsOf(way, { among: ['a', 'n', 'o'], chained: true }), ['o n: x.c']);
});

test('a hundred tasks on one file are as many pairs as there are, each once; in one chain there is none', () => {
  const name = (at: number): string => `t${String(at).padStart(3, '0')}`;
  const hundred = (depends: (at: number) => string): Record<string, string> =>
    Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`${name(at)}.md`, files('x.c', depends(at))]));
  const free = hundred(() => '');
  assert.is(new Set(pairsOf(free)).size, 4950);
  assert.equal(
    pairsOf(free, { chained: true }),
    Array.from({ length: 99 }, (_, at) => `${name(at + 1)} ${name(at)}: x.c`),
  );
  const chain = hundred((at) => (at === 0 ? '' : name(at - 1)));
  assert.equal(pairsOf(chain), []);
  assert.equal(pairsOf({ ...chain, [`${name(64)}.md`]: files('x.c') }, { chained: true }), [
    `${name(64)} ${name(63)}: x.c`,
  ]);
});

test('all pairs are those that each task by itself has', () => {
  const list = ['a.c', '"*.c"', 'src/a.c', '"src/**"', '"**/a.*"', 'b.h', '"{a,b}.*"', '"!b.h"', 'src', '"src/"'];
  const tasks = Object.fromEntries(
    list.map((one, at) => [`t${at}.md`, files(`${one}, only-${at}`, at % 3 === 2 ? `t${at - 2}` : '')]),
  );
  const { backlog } = backlogOf(tasks);
  const each = [...backlog.tasks.keys()].flatMap((name) => overlapsOf(backlog, name).map(({ task }) => [name, task]));
  const all = overlaps(backlog).flatMap(({ later, earlier }) => [
    [later, earlier],
    [earlier, later],
  ]);
  assert.ok(all.length > 20);
  assert.equal(all.map(String).sort(), each.map(String).sort());
});

test('entries that meet are found as if each were tried on each', () => {
  const pieces = [
    'a',
    'b',
    '*',
    '**',
    '/',
    '.c',
    '?',
    '{a,b}',
    '[ab]',
    '!',
    '!(a)',
    '@(a|b)',
    '|',
    '\\',
    '"',
    '+',
    '$',
    '.',
  ];
  let seed = 7;
  const random = (below: number): number => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % below;
  };
  const entries = new Set<string>();
  while (entries.size < 400) {
    const text = Array.from({ length: 1 + random(5) }, () => pieces[random(pieces.length)] ?? '').join('');
    if (!text.startsWith('/')) entries.add(text);
  }
  const found = new FileEntries().meetings(entries);
  const matchers = new Map([...entries].map((entry) => [entry, picomatch(entry, { dot: true })]));
  let met = 0;
  for (const [one, matchesOne] of matchers) {
    for (const [other, matchesOther] of matchers) {
      if (one === other) continue;
      const expected = matchesOne(other) || matchesOther(one);
      if (expected) met += 1;
      assert.is(found.get(one)?.has(other) ?? false, expected, `${one}  ${other}`);
    }
  }
  assert.ok(met > 500, String(met));
});

/** Every warning of these task files, exactly as printed. */
function says(tasks: Readonly<Record<string, string>>, expected: string): void {
  withBacklog(tasks, ({ load }) => assert.is(warnings(load()), expected));
}

function warnings(backlog: Backlog): string {
  return unorderedTasks(backlog, backlog.order)
    .map((one) => renderDiagnostic(unorderedWarning(backlog, one), backlog.read))
    .join('');
}

test('the warning names both tasks and the file, where the later one names it, and the line to add', () => {
  says(
    { 'a.md': yaml('files: [src/x.c]'), 'b.md': yaml('rung: sonnet/none', 'files: ["src/*.c"]') },
    `tasks/b.md:3:8: warning: “b” shares src/x.c with “a”, and no dependency puts them in order
  3 | files: ["src/*.c"]
    |        ^^^^^^^^^^^
  → they run one after the other; to say which comes first: depends: [a]
`,
  );
});

test('the line keeps what stands there, in the form of the header', () => {
  says(
    {
      'a.md': yaml('files: [x.c]'),
      'b.md': '# B\n**Depends on:** x.md\n**Files:** `x.c`\n',
      'c.md': '# C\n- **Blocked By**: [x](x.md) (the first), y.\n- **Files**:\n  - x.c\n',
      'd.md': yaml('dependencies:', '  - x.md', '  - y', 'files:', '  - x.c'),
      'e.md': '# E\n**Depends on:** None (so far)\n**Files:** x.c\n',
      'f.md': '# F\n**Files:** x.c\n**Depends on:**\n- x\n- y.md (too)\n',
      'x.md': yaml('depends:'),
      'y.md': yaml('depends:'),
    },
    `tasks/b.md:3:12: warning: “b” shares x.c with “a”, and no dependency puts them in order
  3 | **Files:** \`x.c\`
    |            ^^^^^
  → they run one after the other; to say which comes first: **Depends on:** x.md, a.md
tasks/c.md:3:5: warning: “c” shares x.c with “b”, and no dependency puts them in order
  3 | - **Files**:
    |     ^^^^^
  → they run one after the other; to say which comes first: **Blocked By:** [x](x.md) (the first), y, b.md
tasks/d.md:5:1: warning: “d” shares x.c with “c”, and no dependency puts them in order
  5 | files:
    | ^^^^^
  → they run one after the other; to say which comes first: dependencies: [x, y, c]
tasks/e.md:3:12: warning: “e” shares x.c with “d”, and no dependency puts them in order
  3 | **Files:** x.c
    |            ^^^
  → they run one after the other; to say which comes first: **Depends on:** d.md
tasks/f.md:2:12: warning: “f” shares x.c with “e”, and no dependency puts them in order
  2 | **Files:** x.c
    |            ^^^
  → they run one after the other; to say which comes first: **Depends on:** x.md, y.md, e.md
`,
  );
});

/** Each task that is told to, and the line it is told to write. */
function linesOf(backlog: Backlog): string[][] {
  return unorderedTasks(backlog, backlog.order).map((one) => [one.task, orderFor(backlog, one).line]);
}

/** A task file with its line of dependencies, replaced or new: what a person does who follows the warning. */
function withLine(text: string, line: string): string {
  const old = /^(?:depends:|\*\*Depends on:\*\*).*$/m;
  if (old.test(text)) return text.replace(old, line);
  return text.startsWith('---') ? text.replace('---\n', `---\n${line}\n`) : `${line}\n${text}`;
}

test('with the lines added nothing is left to say, wherever the tasks lie', () => {
  const tasks: Record<string, string> = {
    'a.md': yaml('files: [x.c]'),
    'ui/a.md': yaml('files: ["*.c"]'),
    'ui/b.md': '**Files:** x.c\n',
    'ui/ui/a.md': yaml('depends: []', 'files: [x.c]'),
    'net/z.md': '**Depends on:** None\n**Files:** x.c, y.c\n',
    'net/a.md': yaml('priority: low', 'files: [y.c]'),
  };
  withBacklog(tasks, ({ load, write }) => {
    const unordered = linesOf(load());
    assert.equal(unordered, [
      ['net/z', '**Depends on:** ../a.md'],
      ['ui/a', 'depends: [net/z]'],
      ['ui/b', '**Depends on:** a.md'],
      ['ui/ui/a', 'depends: [ui/b]'],
      ['net/a', 'depends: [ui/a]'],
    ]);
    for (const [task = '', line = ''] of unordered)
      write(`tasks/${task}.md`, withLine(tasks[`${task}.md`] ?? '', line));
    assert.equal(load().diagnostics, []);
    assert.equal(overlaps(load()), []);
  });
});

test('a name is written so that no sibling is taken for it', () => {
  const tasks = {
    'a.md': yaml('priority: high', 'files: [x.c]'),
    'ui/a.md': yaml('depends:'),
    'ui/b.md': files('x.c'),
  };
  withBacklog(tasks, ({ load, write }) => {
    assert.equal(linesOf(load()), [['ui/b', 'depends: [../a]']]);
    write('tasks/ui/b.md', yaml('depends: [../a]', 'files: [x.c]'));
    assert.equal(taskOf(load(), 'ui/b').depends, ['a']);
    assert.equal(overlaps(load()), []);
  });
});

test('many files and many tasks are counted, not all named; a glob over everything is told to be narrower', () => {
  const many = Array.from({ length: 5 }, (_, at) => `f${at}`);
  const few = Object.fromEntries(many.map((file, at) => [`t${at}.md`, files(`${file}, g${at}, h${at}, i${at}`)]));
  withBacklog({ ...few, 'z.md': files('"*"') }, ({ load }) => {
    assert.match(
      warnings(load()),
      '“z” shares f4, g4, h4 and 1 more with “t4”, f3, g3, h3 and 1 more with “t3”, f2, g2, h2 and 1 more with “t2” and 2 more, and no',
    );
    assert.match(warnings(load()), 'depends: [t4, t3, t2, t1, t0]');
  });
  const wide = Object.fromEntries(Array.from({ length: 21 }, (_, at) => [`t${at}.md`, files(`f${at}`)]));
  withBacklog({ ...wide, 'z.md': files('"*"') }, ({ load }) =>
    assert.match(
      warnings(load()),
      '→ they run one after the other; name fewer files, or let it depend on those tasks\n',
    ),
  );
});

test('hostile names of files stay text', () => {
  const nasty = files('"$(touch$IFS\'owned\');\\e[31m`id`\\u202e&|<>"');
  withBacklog({ 'a.md': nasty, 'b.md': nasty }, ({ load }) => {
    const text = warnings(load());
    assert.match(text, "“b” shares $(touch$IFS'owned');\\x1b[31m`id`\\u202e&|<> with “a”");
    assert.not.match(text, /[\u0000-\u0009\u000b-\u001f\u202e]/);
  });
  // A line end parts two entries.
  assert.equal(pairsOf({ 'a.md': files('"x.c\\ny.c"'), 'b.md': files('y.c') }), ['b a: y.c']);
});

test('what is broken, or hangs on a cycle, is not warned of: its dependencies are not known', () => {
  const { backlog } = backlogOf({
    'a.md': files('x.c'),
    'b.md': files('x.c', 'no-such-task'),
    'c.md': files('x.c', 'd'),
    'd.md': files('x.c', 'c'),
  });
  assert.equal(unorderedTasks(backlog, ['a', 'b', 'c', 'd']), []);
});

/** A task that shares `x.c`, and writes a file of its own. */
const sharer = (name: string, ...fields: string[]): string => yaml(...fields, `files: [x.c, work/${name}.txt]`);

const ASKED = (later: string, earlier: string, line: number): string =>
  `tasks/${later}.md:${line}:8: warning: “${later}” shares x.c with “${earlier}”, and no dependency puts them in order
  ${line} | files: [x.c, work/${later}.txt]
    |        ${'^'.repeat(16 + later.length)}
  → they run one after the other; to say which comes first: depends: [${earlier}]
`;

test(
  'lint, plan and a run say it of what is still to be done, and go on',
  () =>
    withProject({ tasks: { a: sharer('a'), b: sharer('b'), c: yaml('files: [work/c.txt]') } }, async (made) => {
      const linted = await made.make(['lint-tasks']);
      assert.is(linted.code, 0);
      assert.is(linted.stderr, ASKED('b', 'a', 2));
      assert.is(linted.stdout, '3 tasks, 0 errors, 1 warning\n');
      const json = await made.stepladder(['lint', '--json']);
      const [warning] = json.stdout.split('\n').filter((line) => line !== '');
      assert.is(JSON.parse(warning ?? '').line, 2);

      const section = `One after the other, since they share a file and no dependency puts them in order:
  b: x.c with “a”
      to say which comes first: depends: [a] (in tasks/b.md)
`;
      assert.match((await made.make(['plan'])).stdout, section);
      assert.equal(JSON.parse((await made.stepladder(['plan', '--json'])).stdout).unordered, [
        { task: 'b', file: 'tasks/b.md', shares: [{ task: 'a', files: ['x.c'] }], line: 'depends: [a]' },
      ]);

      const first = await made.make(['tasks/a.done']);
      assert.is(first.code, 0);
      assert.not.match(first.output, 'shares');
      // One of the two is done: whoever comes now comes after it.
      assert.is((await made.make(['lint-tasks'])).output, '3 tasks, 0 errors, 0 warnings\n');
      assert.not.match((await made.make(['plan'])).output, 'share');
      const rest = await made.make(['orchestrate']);
      assert.is(rest.code, 0);
      assert.not.match(rest.output, 'share');
    }),
  { timeoutMs: 300_000 },
);

test(
  'a run that has much to say of it says a handful, and where the rest stands',
  () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    const tasks = Object.fromEntries(names.map((name) => [name, sharer(name)]));
    // A red baseline halts the run before an agent starts.
    return withProject({ tasks, config: { verify: ['false'] } }, async (made) => {
      const run = await made.stepladder(['orchestrate']);
      assert.is(run.code, 4);
      assert.ok(run.stderr.startsWith(ASKED('b', 'a', 2) + ASKED('c', 'b', 2)));
      assert.is(run.stderr.split('shares x.c').length - 1, 5);
      assert.match(run.stderr, 'and 1 more that share files in no order, see make lint-tasks\n');
      const plan = await made.stepladder(['plan']);
      assert.is(plan.stdout.split('x.c with').length - 1, 5);
      assert.match(plan.stdout, '  and 1 more, see make lint-tasks\n');
      assert.match((await made.stepladder(['lint'])).stdout, '7 tasks, 0 errors, 6 warnings');
    });
  },
  { timeoutMs: 300_000 },
);
