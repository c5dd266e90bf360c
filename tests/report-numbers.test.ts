/** The numbers of the real run that made us: the report must come to exactly what a person counted by hand. */
import type { WireTask } from '../src/report/html/wire.js';
import { reportHtml } from '../src/report/html.js';
import { jsonText } from '../src/report/json.js';
import { reportMarkdown } from '../src/report/markdown.js';
import type { Facts } from '../src/report/shape.js';
import { textOf, wireOf } from './rig/page.js';
import { LADDER, Story, type Try } from './rig/story.js';
import { assert, suite } from './rig/suite.js';

const test = suite('report: the numbers of a real run');

const S = 1000;
const M = 60 * S;
const H = 60 * M;
const [NONE = '', THINKING = '', EXTENDED = '', OPUS = '', ULTRA = ''] = LADDER;

/** Name, time, and the rungs it went through. */
const SLOWEST: readonly (readonly [string, number, readonly string[]])[] = [
  ['repl-provider-routing', 18 * H + 42 * M, [THINKING, EXTENDED, OPUS, ULTRA]],
  ['openai-core', 20 * M + 18 * S, [THINKING]],
  ['tests-google-streaming', 18 * M + 8 * S, [THINKING, EXTENDED, OPUS]],
  ['tests-google-basic', 17 * M + 31 * S, [THINKING]],
  ['agent-provider-fields', 16 * M + 25 * S, [THINKING]],
];

/**
 * 143 tasks: 132 done, 5 failed, 5 pending, 1 interrupted; 34 h 12 m over the 137; 25 escalations, of which 12 from
 * sonnet/thinking, 7 from sonnet/extended, 3 from opus/extended and 3 from sonnet/none.
 */
function realRun(): Story {
  const story = new Story();
  // What the paths of the five slowest leave: 10 of 12, 5 of 7, 2 of 3, 3 of 3.
  const paths: (readonly string[])[] = [
    [THINKING, EXTENDED, OPUS, ULTRA],
    [THINKING, EXTENDED, OPUS, ULTRA],
    ...Array<readonly string[]>(3).fill([THINKING, EXTENDED, OPUS]),
    ...Array<readonly string[]>(2).fill([THINKING, EXTENDED]),
    ...Array<readonly string[]>(3).fill([NONE, THINKING, EXTENDED]),
  ];
  const others = 137 - SLOWEST.length;
  const left = 34 * H + 12 * M - SLOWEST.reduce((sum, [, ms]) => sum + ms, 0);
  const each = Math.floor(left / others);
  story.say({ type: 'run-started', pending: 143, done: 0 });
  const work = (name: string, ms: number, rungs: readonly string[], ok: boolean): void => {
    story.task(name, [], { rung: rungs[0] ?? THINKING });
    const share = Math.floor(ms / rungs.length);
    const tries = rungs.map((rung, at): Try => {
      const last = at === rungs.length - 1;
      const own = last ? ms - share * (rungs.length - 1) : share;
      return last && ok
        ? { rung, outcome: 'done', ms: own }
        : { rung, outcome: 'failed', reason: `not good enough on ${rung}`, ms: own };
    });
    story.step(name, tries);
    if (!ok) story.fails(name, 'failed', tries);
  };
  for (const [name, ms, rungs] of SLOWEST) work(name, ms, rungs, true);
  for (let at = 0; at < others; at += 1) {
    const ms = each + (at === 0 ? left - each * others : 0);
    work(`task-${at}`, ms, paths[at] ?? [THINKING], at >= 5);
  }
  for (let at = 0; at < 5; at += 1) story.task(`pending-${at}`);
  story.task('cut-off').attempts('cut-off', [{ rung: THINKING, outcome: 'interrupted', ms: 3 * M }]);
  story.say({
    type: 'step-finished',
    task: 'cut-off',
    state: 'interrupted',
    rung: THINKING,
    attempts: 1,
    durationMs: 3 * M,
    reason: 'Ctrl-C',
  });
  story.say({ type: 'run-finished', done: 132, failed: 5, blocked: 0, pending: 6 });
  return story;
}

const facts = realRun().facts();

test('the counts add up: 143 tasks, 132 done, 5 failed, 5 pending, 1 interrupted', () => {
  const { tasks, done, failed, blocked, deferred, waiting, interrupted, running, pending } = facts.totals;
  assert.equal(
    { tasks, done, failed, interrupted, pending },
    { tasks: 143, done: 132, failed: 5, interrupted: 1, pending: 5 },
  );
  assert.equal(done + failed + blocked + deferred + waiting + interrupted + running + pending, tasks);
  assert.is(facts.done.length, 132);
  assert.is(facts.failed.length, 5);
  assert.is(facts.remaining.length, 6);
  assert.match(reportMarkdown(facts), '\n- ▶ `cut-off` could run now (interrupted)\n');
});

test('34 h 12 m over 137 tasks is 14 m 58 s on average', () => {
  assert.is(34 * H + 12 * M, 123_120_000);
  assert.equal(facts.totals.time, { totalMs: 123_120_000, averageMs: Math.floor(123_120_000 / 137), tasks: 137 });
});

test('25 escalations, the most frequent transition first', () => {
  assert.equal(facts.totals.escalations, {
    total: 25,
    transitions: [
      { from: THINKING, to: EXTENDED, count: 12 },
      { from: EXTENDED, to: OPUS, count: 7 },
      { from: OPUS, to: ULTRA, count: 3 },
      { from: NONE, to: THINKING, count: 3 },
    ],
  });
});

test('the five slowest, each with its escalations', () => {
  assert.equal(
    facts.totals.slowest,
    SLOWEST.map(([task, durationMs, rungs]) => ({ task, durationMs, escalations: rungs.length - 1 })),
  );
});

test('the Markdown says the same, to the word', () => {
  const text = reportMarkdown(facts);
  for (const line of [
    '- Pending: 5 tasks',
    '- Done: 132 tasks',
    '- Failed: 5 tasks',
    '- Interrupted: 1 task',
    '- **Total: 143 tasks**',
    '- Total time: 34h 12m across 137 tasks done or failed',
    '- Average time per task: 14m 58s',
    '- Total escalations: 25',
    '  - `sonnet/thinking` → `sonnet/extended`: 12',
    '  - `sonnet/extended` → `opus/extended`: 7',
    '  - `opus/extended` → `opus/ultrathink`: 3',
    '  - `sonnet/none` → `sonnet/thinking`: 3',
    '1. `repl-provider-routing` - 18h 42m (3 escalations)',
    '2. `openai-core` - 20m 18s (0 escalations)',
    '3. `tests-google-streaming` - 18m 8s (2 escalations)',
    '4. `tests-google-basic` - 17m 31s (0 escalations)',
    '5. `agent-provider-fields` - 16m 25s (0 escalations)',
  ]) {
    assert.ok(text.split('\n').includes(line), `missing: ${line}\n${text}`);
  }
});

test('the page says the same, to the word', () => {
  const text = textOf(reportHtml(facts, '../'));
  for (const words of [
    'Total time 34h 12m across 137 tasks done or failed',
    'Average time per task 14m 58s',
    '132 done',
    '5 failed',
    '5 pending',
    '1 interrupted',
    '143 tasks',
    'Total escalations: 25',
    'sonnet/thinking sonnet/extended 12',
    'sonnet/extended opus/extended 7',
    'opus/extended opus/ultrathink 3',
    'sonnet/none sonnet/thinking 3',
    'repl-provider-routing 18h 42m (3 escalations)',
    'openai-core 20m 18s (0 escalations)',
    'tests-google-streaming 18m 8s (2 escalations)',
    'tests-google-basic 17m 31s (0 escalations)',
    'agent-provider-fields 16m 25s (0 escalations)',
  ]) {
    assert.ok(text.includes(words), `missing: ${words}\n${text}`);
  }
});

test('what the page hands to its script adds up to the same', () => {
  const { tasks } = wireOf(reportHtml(facts, '../'));
  const count = (look: string): number => tasks.filter((task) => task.look === look).length;
  assert.equal(
    [tasks.length, count('done'), count('failed'), count('pending'), count('interrupted')],
    [143, 132, 5, 5, 1],
  );
  const ended = tasks.filter(({ look }) => look === 'done' || look === 'failed');
  const sum = (value: (task: WireTask) => number | undefined): number =>
    ended.reduce((all, task) => all + (value(task) ?? 0), 0);
  assert.is(
    sum(({ ms }) => ms),
    34 * H + 12 * M,
  );
  assert.is(
    sum(({ climbs }) => climbs),
    25,
  );
  assert.is(
    sum(({ attempts }) => attempts),
    facts.totals.cost.byRung.reduce((all, { attempts }) => all + attempts, 0) - 1,
    'all but the one that was interrupted',
  );
});

test('groups and rungs add up to the totals in all three', () => {
  const { byGroup, time, escalations } = facts.totals;
  const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
  assert.is(sum(byGroup.map(({ tasks }) => tasks)), 143);
  assert.is(sum(byGroup.map((group) => group.time.totalMs)), time.totalMs);
  assert.is(sum(byGroup.map((group) => group.time.tasks)), 137);
  assert.is(sum(byGroup.map((group) => group.escalations)), escalations.total);
  assert.is(facts.timeline.escalations.length, 25);
});

test('what was not paid is one line, word for word the same in Markdown and page, and its causes are linked', () => {
  const story = new Story().task('a').task('b');
  story.step('a', [
    { rung: THINKING, outcome: 'limit', ms: 1 },
    { rung: THINKING, outcome: 'done', ms: 1 },
  ]);
  story.say({ type: 'verified', task: 'b', because: 'its input changed', durationMs: 1 });
  const line = 'Not paid: 2 attempts (limits 1, outages 0, flakes 0, questions 0, blame 0, early cutoff 1)';
  const html = reportHtml(story.facts(), '../');
  assert.ok(reportMarkdown(story.facts()).includes(line));
  assert.ok(textOf(html).includes(line), textOf(html));
  assert.match(html, '<a href="#not-paid-limits">limits 1</a>');
  assert.match(html, /id="not-paid-early-cutoff">.*<a class="task" href="#task=b">b<\/a>/s);
});

test('the JSON is the facts and nothing else', () => {
  const read: Facts = JSON.parse(jsonText(facts));
  assert.equal(read, JSON.parse(JSON.stringify(facts)));
  assert.is(read.totals.escalations.total, 25);
});

test('the receipts alone, in a clone, come to the same times and escalations of what is done', () => {
  const clone = realRun();
  const told = clone.facts({ events: [], failures: new Map() });
  assert.is(told.run, null);
  assert.is(told.totals.done, 132);
  assert.equal(told.totals.slowest, facts.totals.slowest);
  assert.is(told.totals.pending, 11);
  // The 5 that failed left no receipt: their escalations are not known here.
  const lost = facts.failed.reduce((sum, { escalations }) => sum + escalations, 0);
  assert.is(told.totals.escalations.total, 25 - lost);
});
