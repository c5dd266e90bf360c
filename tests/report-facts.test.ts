/** What the report says of each task: one state, from its receipt first, and what a person can do about it. */

import { defaultConfig } from '../src/config.js';
import { type FactsInput, knownReceipt, reportTask } from '../src/report/input.js';
import { reportMarkdown } from '../src/report/markdown.js';
import type { Facts } from '../src/report/shape.js';
import { statusText } from '../src/report/status.js';
import { LADDER, receiptOf, Story } from './rig/story.js';
import { assert, suite } from './rig/suite.js';

const test = suite('report: facts');

const M = 60_000;
const stateOf = (facts: Facts, task: string): string | undefined =>
  [
    ...facts.done.map((one) => [one.task, 'done']),
    ...facts.failed.map((one) => [one.task, 'failed']),
    ...facts.blocked.map((one) => [one.task, 'blocked']),
    ...facts.deferred.map((one) => [one.task, 'deferred']),
    ...facts.waiting.map((one) => [one.task, 'waiting']),
    ...facts.remaining.map((one) => [one.task, one.state]),
  ].find(([name]) => name === task)?.[1];

test('questions, findings, checkpoints, weaker conditions and unreadable files wait for a person, each with its command', () => {
  const story = new Story()
    .task('asks')
    .task('disputed')
    .task('gate', [], { checkpoint: true })
    .task('not-yet', ['asks'], { checkpoint: true })
    .task('weaker')
    .task('behind', ['gate'])
    .task('far-behind', ['behind', 'broken']);
  story.fails('asks', 'question', [{ rung: 'opus/extended', outcome: 'question', reason: 'Which?', ms: 1 }], {
    question: 'Which vendor?',
    options: ['OpenAI', "Anthropic's"],
  });
  story.fails('disputed', 'question', [{ rung: 'opus/extended', outcome: 'failed', reason: 'stub', ms: 1 }], {
    question: 'Is this a stub?',
    options: ['it is right: say how', 'it is wrong: take it as it is'],
  });
  const more: Partial<FactsInput> = {
    untrusted: new Map([['weaker', { file: 'tasks/weaker.md', why: 'its check `make check` is gone' }]]),
    broken: new Map([['broken', { file: 'tasks/broken.md', problem: 'it is empty' }]]),
  };
  const facts = story.facts(more);
  assert.equal(
    facts.waiting.map(({ kind, task, holdsUp, commands }) => [kind, task, holdsUp, ...commands]),
    [
      ['checkpoint', 'gate', 2, 'stepladder approve gate'],
      ['question', 'asks', 1, 'stepladder answer asks OpenAI', "stepladder answer asks 'Anthropic'\\''s'"],
      ['task-file', 'broken', 1, 'stepladder lint'],
      ['finding', 'disputed', 0, "stepladder answer disputed 'YOUR ANSWER'", 'stepladder accept disputed'],
      ['trust', 'weaker', 0, 'stepladder trust weaker'],
    ],
  );
  assert.is(facts.totals.waiting, 5);
  assert.is(stateOf(facts, 'not-yet'), 'pending');
  assert.is(facts.totals.tasks, 8);
  const text = reportMarkdown(facts);
  assert.equal(text.match(/^- (?:it is|OpenAI).*$/gm), ['- it is right: say how', '- it is wrong: take it as it is']);
  assert.match(statusText(facts), '    · it is wrong: take it as it is\n');
  assert.not.match(statusText(facts), '· OpenAI');
  for (const words of [
    'Which vendor?',
    'It asks (since ',
    'Checkpoint; 2 tasks behind it',
    "stepladder answer asks 'Anthropic'\\''s'",
    'it is empty',
    '`make check` is gone',
  ]) {
    assert.ok(text.includes(words), `${words}\n${text}`);
  }
});

test('a receipt that holds decides, whatever else is on record', () => {
  const story = new Story().task('a');
  story.fails('a', 'failed', [{ rung: 'opus/extended', outcome: 'failed', reason: 'no', ms: 1 }]).holds('a');
  assert.is(stateOf(story.facts(), 'a'), 'done');
});

test('a receipt that does not hold says why the task would run', () => {
  const story = new Story().task('a').holds('a');
  const receipt = receiptOf('a');
  const read = { kind: 'receipt', receipt, sealed: true } as const;
  for (const [standing, why] of [
    [
      { kind: 'inputs', receipt },
      'what it builds on has changed: it is verified first, and paid for only if that fails',
    ],
    [{ kind: 'edited', receipt }, 'its task file was edited since'],
    [{ kind: 'unbelieved', reason: 'its seal is wrong' }, 'its receipt is not believed: its seal is wrong'],
    [{ kind: 'unreadable', reason: 'it is no JSON', remedy: '' }, 'its receipt cannot be read: it is no JSON'],
  ] as const) {
    const known = knownReceipt(read, standing);
    assert.ok(known);
    if (known) story.receipts.set('a', known);
    const [task] = story.facts().remaining;
    assert.equal([task?.task, task?.ready, task?.why], ['a', true, why]);
  }
  assert.is(knownReceipt(null, { kind: 'missing' }), null);
});

test('nothing checked is done (unverified), asserted by hand as well, and both are counted', () => {
  const story = new Story().task('weak').task('none').task('hand').task('approved', [], { checkpoint: true });
  story.holds('weak', { evidence: 'weak' }).holds('none', { evidence: 'none', verified: [] });
  story.holds('approved', { state: 'approved', evidence: 'none', verified: [], path: [] });
  story.receipts.set('hand', { kind: 'asserted', stale: null });
  const facts = story.facts();
  assert.equal(
    facts.done.map(({ task, state, verified }) => [task, state, verified]),
    [
      ['weak', 'done', true],
      ['none', 'done', false],
      ['hand', 'asserted', false],
      ['approved', 'approved', true],
    ],
  );
  assert.is(facts.totals.unverified, 2);
  const text = reportMarkdown(facts);
  for (const words of [
    '### ◌ `none`',
    'Done (unverified)',
    '### ◌ `hand`',
    'Asserted by hand (unverified)',
    '### ✓ `approved`',
    '2 unverified',
  ]) {
    assert.ok(text.includes(words), `${words}\n${text}`);
  }
});

test('a deferred task lets its dependents go on, and is named', () => {
  const story = new Story().task('later').task('next', ['later']).holds('later', { state: 'deferred', path: [] });
  const facts = story.facts();
  assert.is(facts.totals.deferred, 1);
  assert.equal(facts.deferred[0]?.dependents, ['next']);
  assert.is(facts.remaining[0]?.ready, true);
  assert.equal(facts.next.at(-1), {
    command: 'make FORCE=1 tasks/later.done',
    why: 'take up later, which was deferred',
  });
});

test('a step that was cut off is interrupted, not in progress; one that is alive is running', () => {
  const cut = new Story().task('a').task('b', ['a']);
  cut.attempts('a', [{ rung: 'sonnet/thinking', outcome: 'interrupted', ms: M }]);
  const facts = cut.facts();
  assert.is(stateOf(facts, 'a'), 'interrupted');
  assert.is(facts.totals.interrupted, 1);
  assert.is(facts.remaining[0]?.ready, true);
  assert.is(facts.stopped[0]?.kind, 'interrupted');
  assert.is(stateOf(cut.facts({ running: new Set(['a']) }), 'a'), 'running');
});

test('a step that was halted before its first attempt is pending as it was', () => {
  const story = new Story().task('a').say({ type: 'run-started', pending: 1, done: 0 });
  story
    .say({ type: 'step-started', task: 'a', rung: 'sonnet/thinking' })
    .say({ type: 'halted', reason: 'the baseline is red' });
  const facts = story.facts({ halt: { reason: 'the baseline is red', remedy: 'mend it' } });
  assert.is(stateOf(facts, 'a'), 'pending');
  assert.equal(facts.stopped, [
    { kind: 'halted', task: null, reason: 'the baseline is red', remedy: 'mend it', holdsUp: 0 },
  ]);
  assert.is(facts.next[0]?.command, 'make orchestrate');
  assert.match(statusText(facts), /^halted, 1 remains, 0 done\n/);
  assert.match(reportMarkdown(facts), /^# Halted, 1 remains, 0 done\n/);
});

test('a halt of an earlier run stops nothing any more', () => {
  const story = new Story()
    .task('a')
    .say({ type: 'run-started', pending: 1, done: 0 })
    .say({ type: 'halted', reason: 'limit' });
  story.run = 'later';
  story.say({ type: 'run-started', pending: 1, done: 0 });
  assert.equal(story.facts().stopped, []);
  assert.is(story.facts({ run: '20251224-090000-000-a1b2c3' }).stopped[0]?.reason, 'limit');
});

test('a halt is over once work has gone on in another run’s step, or nothing is left to do; not before', () => {
  const finished = (story: Story, state: 'done' | 'failed' | 'interrupted'): Story =>
    story.say({ type: 'step-finished', task: 'b', state, rung: null, attempts: 1, durationMs: 1, reason: '' });
  const halted = (): Story =>
    new Story()
      .task('a')
      .task('b')
      .say({ type: 'run-started', pending: 2, done: 0 })
      .say({ type: 'halted', reason: 'limit' });
  const halt = { reason: 'limit', remedy: 'wait' };
  const kinds = (story: Story, more: Partial<FactsInput> = {}): string[] =>
    story.facts({ halt, ...more }).stopped.map(({ kind }) => kind);
  // What was at work beside it may end after it.
  assert.equal(kinds(finished(halted(), 'done')), ['halted']);
  const later = (): Story => Object.assign(halted(), { run: 'by itself' });
  assert.equal(kinds(finished(later(), 'interrupted')), ['halted', 'interrupted']);
  assert.equal(kinds(finished(later(), 'failed')), []);
  assert.equal(kinds(finished(Object.assign(later(), { branch: 'other' }), 'done')), ['halted']);
  // Of a run that is asked for by name it is told as it was.
  assert.equal(kinds(finished(later(), 'done'), { run: '20251224-090000-000-a1b2c3' }), ['halted']);
  assert.equal(kinds(halted().holds('a').holds('b', { state: 'deferred' })), []);
});

test('what is done in this run is what still is: not what was reopened by hand since', () => {
  const story = new Story().task('a').task('b').say({ type: 'run-started', pending: 2, done: 0 });
  for (const name of ['a', 'b']) story.step(name, [{ rung: 'sonnet/thinking', outcome: 'done', ms: M }]);
  assert.match(reportMarkdown(story.facts()), '- ✓ Done: 2 tasks, 2 in this run');
  story.receipts.delete('a');
  assert.match(reportMarkdown(story.facts()), '- ✓ Done: 1 task, 1 in this run');
});

test('the time of a task is that of all its steps, and a receipt from elsewhere is counted beside, never twice', () => {
  const story = new Story().task('a');
  story.step('a', [{ rung: 'sonnet/thinking', outcome: 'failed', ms: 10 * M, usd: 1 }]);
  story.step('a', [{ rung: 'sonnet/extended', outcome: 'done', ms: 5 * M, usd: 2 }]);
  assert.is(story.facts().done[0]?.durationMs, 15 * M);
  assert.is(story.facts().totals.cost.usd, 3);

  const pulled = new Story().task('a');
  pulled.step('a', [{ rung: 'sonnet/thinking', outcome: 'failed', ms: 10 * M, usd: 1 }]);
  pulled.holds('a', {
    started: '2026-01-01T00:00:00.000Z',
    finished: '2026-01-01T00:07:00.000Z',
    durationMs: 7 * M,
    usage: { costUsd: 4 },
  });
  assert.is(pulled.facts().done[0]?.durationMs, 17 * M);
  assert.is(pulled.facts().totals.cost.usd, 5);
});

test('after a merge the other branch’s journal is silent, and the receipts that came with it speak', () => {
  const story = new Story().task('a');
  story.branch = 'feature';
  story.step('a', [
    { rung: 'sonnet/thinking', outcome: 'failed', reason: 'no', ms: M },
    { rung: 'sonnet/extended', outcome: 'done', ms: 2 * M },
  ]);
  const facts = story.facts();
  assert.is(facts.run, null);
  assert.is(facts.done[0]?.durationMs, 3 * M);
  assert.equal(facts.totals.escalations.transitions, [{ from: 'sonnet/thinking', to: 'sonnet/extended', count: 1 }]);
  assert.ok(reportMarkdown(facts).includes('no run is on record here: this is what the receipts tell'));
});

test('cost by rung follows the ladder, and attempts that told nothing are counted', () => {
  const story = new Story().task('a').task('b');
  story.step('a', [
    { rung: 'sonnet/none', outcome: 'limit', ms: M },
    { rung: 'sonnet/none', outcome: 'failed', ms: M, usd: 0.1 },
    { rung: 'sonnet/thinking', outcome: 'failed', ms: M, usd: 0.2 },
    { rung: 'opus/extended', outcome: 'done', ms: M },
  ]);
  const { cost } = story.facts().totals;
  assert.equal(
    cost.byRung.map(({ rung, attempts, usd }) => [rung, attempts, usd]),
    [
      ['sonnet/none', 2, 0.1],
      ['sonnet/thinking', 1, 0.2],
      ['opus/extended', 1, null],
    ],
  );
  assert.is(cost.usd, 0.3);
  assert.is(cost.untold, 1);
  assert.is(cost.inputTokens, 2000);
});

test('a checkpoint, an acceptance and an assertion are no work that could be averaged', () => {
  const story = new Story().task('a').task('gate', [], { checkpoint: true });
  story.step('a', [{ rung: 'sonnet/thinking', outcome: 'done', ms: 10 * M }]);
  story.holds('gate', { state: 'approved', path: [], attempts: 0 });
  story.say({ type: 'step-finished', task: 'gate', state: 'done', rung: null, attempts: 0, durationMs: 5, reason: '' });
  assert.equal(story.facts().totals.time, { totalMs: 10 * M, averageMs: 10 * M, tasks: 1 });
});

test('how this program and Make are called in this project stands in the commands', () => {
  const story = new Story().task('a').task('gate', [], { checkpoint: true });
  const facts = story.facts({ program: 'npx stepladder', make: 'make ai-orchestrate' });
  assert.equal(
    facts.next.map(({ command }) => command),
    ['npx stepladder approve gate', 'make ai-orchestrate'],
  );
});

test('an empty backlog and a finished one have nothing left to say', () => {
  const empty = reportMarkdown(new Story().facts());
  assert.ok(empty.startsWith('# There are no tasks\n'), empty);
  const done = new Story().task('a').holds('a').facts();
  assert.equal(done.next, []);
  assert.ok(reportMarkdown(done).startsWith('# The one task is done\n'));
  assert.ok(reportMarkdown(done).includes('None: nothing is left to do.'));
});

test('a task of the backlog is taken with the rungs it may be worked on', () => {
  const { ladder } = defaultConfig('/');
  const base = { name: 'a', title: 'A', file: 'tasks/a.md', depends: [], group: null, layer: null, checkpoint: false };
  const rest = {
    body: '',
    priority: 0,
    files: [],
    provides: [],
    verify: [],
    mends: [],
    stubs: [],
    changesNone: false,
    agent: null,
    timeoutMs: null,
    isolation: null,
    preconditions: [],
    postconditions: [],
    decisions: '',
    fingerprint: '',
    essence: '',
  };
  const rungs = (rung: string | null, maxRung: string | null): readonly string[] =>
    reportTask({ ...base, ...rest, rung, maxRung }, ladder).rungs;
  assert.equal(rungs(null, null), LADDER.slice(1));
  assert.equal(rungs('sonnet/none', 'sonnet/extended'), LADDER.slice(0, 3));
  assert.equal(rungs('opus/ultrathink', null), ['opus/ultrathink']);
});
