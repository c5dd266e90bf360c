/** Whatever titles, reasons and outputs hold, it is shown as it is: never markup, never a command, never a cursor moved. */

import { spawnSync } from 'node:child_process';
import { printableBlock } from '../src/diagnostic.js';
import { layout } from '../src/report/graph/layout.js';
import { graphSvg } from '../src/report/graph/svg.js';
import { graphTasks } from '../src/report/graph/tasks.js';
import { graphDot, graphMermaid } from '../src/report/graph.js';
import { reportHtml } from '../src/report/html.js';
import { jsonText } from '../src/report/json.js';
import { block, code, codeCell, md } from '../src/report/markdown/text.js';
import { reportMarkdown } from '../src/report/markdown.js';
import { Measures } from '../src/report/measures.js';
import { planOf, planText } from '../src/report/plan-page.js';
import { shellWord } from '../src/report/shell-word.js';
import { statusText } from '../src/report/status.js';
import { taskPage } from '../src/report/task-page.js';
import { taskPageText } from '../src/report/task-page-text.js';
import { tagsOf, textOf, wireOf } from './rig/page.js';
import { receiptOf, Story, type Try } from './rig/story.js';
import { assert, suite } from './rig/suite.js';

const test = suite('report: hostile text');

const HOSTILE = [
  '<script>alert(1)</script>',
  '![x](http://evil/x.png)',
  '[click](javascript:alert(1))',
  '**bold** _em_ ~~gone~~ `code`',
  '``` \n# heading\n```',
  '| a | b |',
  '<!-- hidden -->',
  '\u001b[31mred\u001b[0m\u0007',
  '\u202eevil\u2066',
  '- item\n- item\n\n# heading',
  '1. item',
  '&lt;b&gt; &#60;i&#62;',
  'http://evil.example www.evil.example',
  '$(touch pwned) `touch pwned` ; touch pwned',
  '\\` \\| \\\\',
  '\u009b31m\u0000',
];

/** A story in which everything that can be text from outside is one of these. */
function told(text: string): Story {
  const story = new Story();
  const failing: Try[] = [
    { rung: text, outcome: 'failed', reason: text, ms: 1000 },
    { rung: 'opus/extended', outcome: 'failed', reason: text, ms: 1000 },
  ];
  const place = { symbol: text, file: text, line: 3 };
  const check = { check: text, durationMs: 1, redBefore: true, flaky: true };
  const finding = { kind: text, severity: 'error' as const, message: text, ...place };
  const rest = {
    verified: [check],
    claimed: [text],
    changed: [text],
    findings: [finding],
    stubs: [{ symbol: text, file: text, until: text }],
  };
  story
    .task('done', [], { title: text, group: text, layer: text })
    .task('before', [], { title: text })
    .task('failed', ['done'], { title: text })
    .task('asks', [], { title: text })
    .task('behind', ['failed'], { title: text });
  story.holds('before', {
    ...rest,
    path: receiptOf('before').path.map((entry) => ({ ...entry, rung: text, model: text })),
  });
  story.say({ type: 'run-started', pending: 4, done: 0 });
  story.say({ type: 'checked', task: 'done', check: text, ok: true, flaky: true, cached: false, durationMs: 1 });
  story.step(
    'done',
    [
      { rung: text, outcome: 'failed', reason: text, ms: 1 },
      { rung: text, outcome: 'done', ms: 1 },
    ],
    rest,
  );
  story.say({ type: 'finding', task: 'failed', kind: text, message: text, ...place });
  story.step('failed', failing).fails('failed', 'failed', failing, {
    reason: text,
    failedChecks: [{ label: text, run: text, kind: 'command' }],
    by: 'done',
    claim: { owner: 'done', evidence: text, ...place },
  });
  story.fails('asks', 'question', [{ rung: 'opus/extended', outcome: 'question', reason: text, ms: 1 }], {
    question: text,
    options: [text, 'no'],
  });
  story.say({ type: 'question', task: 'asks', question: text, options: [text] });
  story.say({ type: 'reopened', task: 'behind', by: text, evidence: text, symbol: text, file: text, commit: text });
  story.say({ type: 'halted', reason: text });
  story.commits.set('done', text);
  return story;
}

const owedAs = (text: string) => [{ owner: text, symbol: text, file: text, line: 3, leftBy: text }];

/** Fenced blocks and code spans taken out as a Markdown reader would: what is left is what can become markup. */
function flowing(markdown: string): string {
  const lines: string[] = [];
  let fence: string | null = null;
  for (const line of markdown.split('\n')) {
    const found = /^ *(`{3,})(\w*)$/.exec(line);
    if (fence === null && found?.[1]) fence = found[1];
    else if (fence !== null && found?.[1] && found[1].length >= fence.length && found[2] === '') fence = null;
    else if (fence === null) lines.push(line);
  }
  assert.is(fence, null, 'every fence is closed');
  return lines.map(withoutSpans).join('\n');
}

/** CommonMark: a backslash escapes outside of spans; a span ends at the next run of backticks of the same length. */
function withoutSpans(line: string): string {
  let out = '';
  for (let at = 0; at < line.length; ) {
    if (line[at] === '\\') {
      out += '◦◦';
      at += 2;
      continue;
    }
    if (line[at] !== '`') {
      out += line[at];
      at += 1;
      continue;
    }
    const run = /^`+/.exec(line.slice(at))?.[0] ?? '';
    const close = new RegExp(`(?<!\`)${run}(?!\`)`).exec(line.slice(at + run.length));
    assert.ok(close, `a span that is never closed: ${line}`);
    out += '·';
    at += run.length + (close?.index ?? 0) + run.length;
  }
  return out;
}

for (const text of HOSTILE) {
  test(`in Markdown ${JSON.stringify(text)} is no markup`, () => {
    const markdown = reportMarkdown(told(text).facts({ owed: owedAs(text) }));
    const rest = flowing(markdown);
    assert.not.match(rest, /[<>]/, 'no tag');
    assert.not.match(rest, /\]\(|!\[/, 'no link, no picture');
    assert.not.match(rest.replace(/\*\*[\w: ]+\*\*/g, ''), /[*~]/, 'no emphasis but ours');
    assert.not.match(rest, /(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/, 'no emphasis by underscore');
    assert.not.match(rest, /https?:\/\/|\bwww\./, 'no link of its own accord');
    assert.not.match(rest, /&#?\w+;/, 'no entity');
    for (const heading of rest.match(/^#+ .*$/gm) ?? []) {
      assert.match(heading, /^(# |## [A-Z]|### ([✓◌✗?↺] |Before this run))/, 'no heading but ours');
    }
    for (const row of rest.match(/^\|.*$/gm) ?? []) {
      const cells = row.match(/\|/g)?.length;
      assert.ok(cells === 7 || cells === 9, `cells of ${row}`);
    }
  });

  test(`nothing printed moves a cursor: ${JSON.stringify(text)}`, () => {
    const story = told(text);
    const facts = story.facts();
    const page = taskPage(story.input(), 'failed');
    const donePage = taskPage(story.input(), 'done');
    assert.ok(page && donePage);
    if (!page || !donePage) return;
    const outputs = [
      reportMarkdown(facts),
      statusText(facts),
      jsonText(facts),
      taskPageText(page),
      taskPageText(donePage),
      planText(planFor(text)),
    ];
    // Everything but newlines that is a control character or turns the direction of text.
    for (const output of outputs)
      assert.not.match(output, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/);
    assert.equal(JSON.parse(jsonText(facts)), JSON.parse(JSON.stringify(facts)));
  });
}

/** All that the page is made of; anything else came from outside. */
const ELEMENTS = new Set(
  `html head meta title style body svg defs symbol path header p span b h1 button nav a main section h2 h3 article use
  blockquote div code ul li ol dl dt dd small details summary noscript search label input fieldset legend select option
  g rect text table thead tbody tfoot tr th td footer dialog form script i`.split(/\s+/),
);
const ATTRIBUTES = new Set(
  `lang charset http-equiv content name class id aria-hidden aria-label aria-labelledby aria-describedby aria-live role
  href type hidden width height viewBox d fill fill-rule stroke-width preserveAspectRatio x y rx transform tabindex
  placeholder autocomplete spellcheck value scope data-t data-e data-task data-zoom title method`.split(/\s+/),
);

for (const text of HOSTILE) {
  test(`in the page ${JSON.stringify(text)} is text`, () => {
    const html = reportHtml(told(text).facts({ owed: owedAs(text) }), '../');
    for (const { name, attributes } of tagsOf(html)) {
      assert.ok(ELEMENTS.has(name), `<${name}>`);
      for (const key of attributes.keys()) assert.ok(ATTRIBUTES.has(key), `${key} of <${name}>`);
      const href = attributes.get('href');
      if (href !== undefined) assert.match(href, /^(#|report\.)/);
    }
    assert.is(html.match(/<script/g)?.length, 2);
    assert.not.match(html, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/);
    assert.is(wireOf(html).tasks.length, 5);
    const shown = printableBlock(text).replace(/\s+/g, ' ').trim();
    assert.ok(textOf(html).includes(shown), `${shown} in ${textOf(html).slice(0, 2000)}`);
  });

  test(`in every drawing ${JSON.stringify(text)} is text`, () => {
    const tasks = graphTasks(told(text).facts().backlog);
    const svg = graphSvg(layout(tasks), tasks);
    for (const { name, attributes } of tagsOf(svg)) {
      assert.ok(ELEMENTS.has(name), `<${name}>`);
      for (const key of attributes.keys()) assert.ok(ATTRIBUTES.has(key) || key === 'xmlns', `${key} of <${name}>`);
    }
    for (const drawing of [svg, graphDot(tasks), graphMermaid(tasks)]) {
      assert.not.match(drawing, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/);
    }
  });
}

function planFor(text: string) {
  const command = { label: text, run: text };
  const rung = { rung: text, agent: text, model: text, command: text, permissions: text, sandbox: text };
  return planOf({
    branch: text,
    workspace: text,
    jobs: 1,
    unordered: [{ task: 'x', file: text, shares: [{ task: 'y', files: [text] }], line: text }],
    tasks: [
      {
        name: 'x',
        title: text,
        file: text,
        depends: [],
        group: text,
        action: 'run',
        why: text,
        rungs: [rung],
        preconditions: [command],
        checks: [command],
        sandbox: text,
        isolation: 'in-place',
        timeoutMs: 1000,
        budget: null,
      },
    ],
    done: 0,
    deferred: 0,
    preflight: [text],
    baseline: [command],
    setup: [text],
    launch: text,
    notify: text,
    budget: null,
    measures: new Measures(),
  });
}

test('a pasted command holds nothing but text: the shell gives every word back as it was shown', () => {
  for (const text of [...HOSTILE, "it's", '-rf', '!!', '~', '']) {
    const word = shellWord(text);
    assert.not.match(word, /\n/);
    const { stdout } = spawnSync('sh', ['-c', `printf %s ${word}`], { encoding: 'utf8' });
    // The word as a reader sees it: unquoted by hand.
    const seen = word.startsWith("'") ? word.slice(1, -1).replaceAll("'\\''", "'") : word;
    assert.is(stdout, seen);
  }
});

test('code spans and blocks are fenced longer than anything inside', () => {
  assert.is(code('a').text, '`a`');
  assert.is(code('a`b').text, '``a`b``');
  assert.is(code('`').text, '`` ` ``');
  assert.is(code('').text, '–');
  assert.is(block('```\nx\n```').text, '````\n```\nx\n```\n````');
  assert.is(codeCell('a|b').text, 'a\\|b');
});

test('plain words stay readable: what cannot begin markup is not escaped', () => {
  assert.is(
    md`${'openai_start_stream() in src/a.c:88 returns ERR(NOT_IMPLEMENTED), 15/22 - "so".'}`.text,
    'openai_start_stream() in src/a.c:88 returns ERR(NOT_IMPLEMENTED), 15/22 - "so".',
  );
});

test('a text of a megabyte on one line is cut, and a block of a thousand lines says what it leaves out', () => {
  const text = 'x'.repeat(1_000_000);
  assert.ok(reportMarkdown(told(text).facts({ owed: owedAs(text) })).length < 100_000);
  assert.ok(statusText(told(text).facts()).length < 30_000);
  assert.match(block('line\n'.repeat(1000)).text, /… 960 more lines/);
});
