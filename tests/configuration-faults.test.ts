/** What is wrong with stepladder.yaml is said with file, line and remedy, whatever it is; what is harmless is taken. */
import { readConfig } from '../src/config/read.js';
import type { Config } from '../src/config.js';
import { CONFIG_FILE } from '../src/config.js';
import { Refusal, renderDiagnostic } from '../src/diagnostic.js';
import { withProject } from './rig/project.js';
import { assert, suite } from './rig/suite.js';

const test = suite('configuration faults');

const read = (text: string): Config => readConfig('/nowhere', text, '');

/** Everything that is said of it, as a person sees it; '' where nothing is. */
function said(text: string): string {
  try {
    read(text);
    return '';
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return error.diagnostics
      .map((one) => renderDiagnostic(one, (file) => (file === CONFIG_FILE ? text : null)))
      .join('');
  }
}

const CASES: readonly [title: string, text: string, ...said: (string | RegExp)[]][] = [
  [
    'an alias without an anchor',
    'repairs: 2\nladder: *nope\n',
    'stepladder.yaml:2:9: error: *nope stands for nothing',
    '  2 | ladder: *nope\n    |         ^^^^^\n',
    '→ write &nope in front of what is meant',
  ],
  ['an alias before its anchor', 'tasks: *a\nreports: &a there\n', 'stepladder.yaml:1:8: error: *a stands for nothing'],
  [
    'an alias of what it stands in',
    'ladder: &x [*x]\n',
    'stepladder.yaml:1:13: error: *x stands for what it is part of',
  ],
  [
    'two aliases that are wrong, at once',
    'setup: [*one, *two]\n',
    'stepladder.yaml:1:9: error: *one',
    'stepladder.yaml:1:15: error: *two',
  ],
  [
    'what only shows when aliases are put together',
    '%YAML 1.1\n---\ngroups: {one: {<<: 5}}\n',
    'stepladder.yaml: error: stepladder.yaml cannot be read: Merge sources must be maps',
  ],
  [
    'what is wrong behind an alias, where it is used',
    'notify: &long 0s\ntimeout: *long\n',
    'stepladder.yaml:2:10: error: timeout must be more than nothing, not “0s”',
  ],
  [
    'an unknown setting behind an alias, where it is written',
    'groups:\n  one: &g {timeuot: 5m}\n  two: *g\n',
    'stepladder.yaml:2:12: error: unknown setting “timeuot” in groups.one',
    'did you mean “timeout”?',
  ],
  [
    'a group without a name',
    'groups:\n  "": {timeout: 5m}\n',
    'stepladder.yaml:2:3: error: “” cannot be a group',
    '→ write a glob over the names of tasks, or the name of a group',
  ],
  [
    'a glob longer than any name',
    `groups: {${'a'.repeat(70_000)}: {timeout: 5m}}\n`,
    /error: “a{59}…” cannot be a group/,
  ],
  [
    "an agent's name that is none",
    'agents:\n  my agent: {kind: claude}\n',
    "stepladder.yaml:2:3: error: “my agent” cannot be an agent's name",
    'use letters, digits, - and _',
  ],
  [
    'an effort that is none',
    'agents: {claude: {kind: claude, thinking: {hard: very hard}}}\n',
    'agents.claude.thinking.hard cannot be “very hard”',
  ],
  [
    'no time for an attempt',
    'timeout: 0s\n',
    'stepladder.yaml:1:10: error: timeout must be more than nothing, not “0s”',
  ],
  [
    'silence of no length',
    'idle-timeout: 0.0ms\n',
    'stepladder.yaml:1:15: error: idle-timeout must be more than nothing',
  ],
  [
    "no time for a group's attempt",
    'groups: {one: {timeout: 0 h}}\n',
    'stepladder.yaml:1:25: error: groups.one.timeout must be more than nothing',
  ],
  [
    'no time for a check',
    'verify: [{run: make check, timeout: 0m}]\n',
    'stepladder.yaml:1:37: error: verify.0.timeout must be more than nothing',
  ],
  [
    'a budget of no tokens, as text',
    'budget: {run: {tokens: "0"}}\n',
    'stepladder.yaml:1:24: error: budget.run.tokens must be more than nothing, not “0”',
  ],
  [
    'a budget of no tokens, in thousands',
    'budget: {task: {tokens: 0.0k}}\n',
    'stepladder.yaml:1:25: error: budget.task.tokens must be more than nothing',
  ],
  [
    'a budget of no tokens, as a number',
    'budget: {run: {tokens: 0}}\n',
    'stepladder.yaml:1:24: error: budget.run.tokens must be more than nothing, not “0”',
  ],
  ['a budget of no dollars', 'budget: {run: {usd: 0}}\n', 'error: budget.run.usd must be more than nothing, not “0”'],
  [
    'no duration at all',
    'timeout: soon\n',
    'stepladder.yaml:1:10: error: timeout is no duration: “soon”',
    '90s, 15m, 6h',
  ],
  ['no amount at all', 'budget: {run: {tokens: many}}\n', 'is no amount: “many”', '500k, 2M'],
  ...['constructor', '__proto__', 'toString'].map((name): [string, string, string, string] => [
    `the agent ${name}, which every object of ours has`,
    `agent: ${name}\n`,
    `stepladder.yaml:1:8: error: unknown agent “${name}”`,
    'known: auto, claude, codex, opencode',
  ]),
  [
    "a group's agent of such a name",
    'groups: {one: {agent: constructor}}\n',
    'stepladder.yaml:1:23: error: unknown agent “constructor”',
  ],
  [
    'aliases of an agent of such a name',
    'aliases: {toString: {a: b}, __proto__: {a: b}}\n',
    'aliases for an unknown agent “toString”',
    'aliases for an unknown agent “__proto__”',
  ],
];

for (const [title, text, ...wanted] of CASES) {
  test(`${title}: refused`, () => {
    const all = said(text);
    for (const one of wanted) assert.match(all, one);
  });
}

test('what is wrong with a name is said once, and not of the whole', () => {
  const all = said('agents:\n  my agent: {kind: claude}\n');
  assert.is(all.match(/error:/g)?.length, 1, all);
  assert.not.match(all, 'amount');
});

test('not waiting, not trying again and never reopening are meant as written', () => {
  const config = read('max-wait: 0s\nretries: 0\nrepairs: 0\ncheck-retries: 0\nmax-reopens: 0\n');
  assert.equal(
    [config.maxWaitMs, config.retries, config.repairs, config.checkRetries, config.maxReopens],
    [0, 0, 0, 0, 0],
  );
});

test('an agent may be called as something that every object has', () => {
  const config = read('agent: constructor\nagents: {constructor: {kind: claude}}\naliases: {constructor: {a: b}}\n');
  assert.match(JSON.stringify(config.agents), '"constructor":{"name":"constructor","kind":"claude"');
});

test('an anchor may be used as often as anybody likes', () => {
  const many = Array.from({ length: 5000 }, () => '  - *install\n').join('');
  assert.is(read(`setup:\n  - &install npm ci\n${many}`).setup.length, 5001);
  const config = read('ladder: &l [a/none, b/none]\ngroups: {one: {ladder: *l}, two: {ladder: *l}}\n');
  assert.equal(
    config.groups.map(({ ladder }) => ladder?.length),
    [2, 2],
  );
});

test('a file of a few lines that stands for billions of values is refused, and at once', () => {
  const lines = Array.from({ length: 40 }, (_, at) => {
    const part = at === 0 ? 'x' : `*a${at - 1}`;
    return `a${at}: &a${at} [${Array.from({ length: 10 }, () => part).join(', ')}]\n`;
  });
  assert.match(
    said(lines.join('')),
    /stepladder\.yaml:5:\d+: error: with \*a3 the file stands for more than 100,000 values/,
  );
});

test('under Make such a file ends in a refusal as well, not in a bug of ours', () =>
  withProject({ tasks: { a: '# A' }, config: 'ladder: *nope\n' }, async (made) => {
    for (const ran of [await made.stepladder(['lint']), await made.make(['orchestrate'])]) {
      assert.is(ran.code, 2);
      assert.match(ran.output, 'stepladder.yaml:1:9: error: *nope stands for nothing');
      assert.not.match(ran.output, 'bug of stepladder');
    }
  }));
