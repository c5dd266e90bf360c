/** How long it will take: from what was measured, as wide as it is uncertain, and nothing where nothing is known. */
import { type EtaTask, estimate, estimateCost, etaText } from '../src/report/eta.js';
import { Measures, measuresOf, type Sample } from '../src/report/measures.js';
import { processorTime } from './rig/busy.js';
import { receiptOf, Story } from './rig/story.js';
import { assert, suite } from './rig/suite.js';

const test = suite('eta');

const M = 60_000;
const H = 60 * M;

const sample = (minutes: number, more: Partial<Sample> = {}): Sample => ({
  rung: 'sonnet/thinking',
  group: null,
  durationMs: minutes * M,
  costUsd: null,
  ...more,
});
const task = (name: string, depends: readonly string[] = [], more: Partial<EtaTask> = {}): EtaTask => ({
  name,
  depends,
  rung: 'sonnet/thinking',
  group: null,
  ...more,
});
const steady = (minutes: number, count = 50): Measures =>
  new Measures(Array.from({ length: count }, () => sample(minutes)));
const many = (count: number): EtaTask[] => Array.from({ length: count }, (_, at) => task(`t${at}`));

test('where nothing was ever measured, nothing is said', () => {
  assert.is(estimate([task('a')], new Measures(), 1), null);
  assert.is(etaText(null), '');
  assert.is(estimateCost([task('a')], steady(10)), null);
});

test('where nothing is left, nothing is said', () => {
  assert.is(estimate([], steady(10), 1), null);
});

test('what was always the same is told as one number', () => {
  assert.is(etaText(estimate(many(4), steady(10), 1)), 'about 40m');
  assert.is(etaText(estimate(many(6), steady(12), 1)), 'about 1h 12m');
});

test('jobs share the work, but not below the longest chain of dependencies', () => {
  assert.is(etaText(estimate(many(4), steady(10), 4)), 'about 10m');
  assert.is(etaText(estimate(many(40), steady(10), 4)), 'about 1h 44m');
  const chain = [task('a'), task('b', ['a']), task('c', ['b']), task('d', ['c'])];
  const range = estimate(chain, steady(10), 4);
  assert.ok(range && range.low >= 40 * M - 1, 'a chain does not get faster by more jobs');
  const one = estimate(chain, steady(10), 1);
  assert.equal(one, estimate(many(4), steady(10), 1), 'with one job the order does not matter');
});

test('few or scattered measurements make it wide, and it is told as a range', () => {
  const once = estimate([task('a')], new Measures([sample(60)]), 1);
  assert.ok(once && once.low < 30 * M && once.high > 2 * H, JSON.stringify(once));
  const text = etaText(estimate(many(4), new Measures([sample(10), sample(40), sample(20)]), 1));
  assert.match(text, /^about \d+[hm][^–]*–\d+h/);
  assert.is(etaText({ low: 1.1 * H, high: 2.9 * H }), 'about 1h–3h');
  assert.is(etaText({ low: 12 * M, high: 47 * M }), 'about 10m–50m');
  assert.is(etaText({ low: 3000, high: 45_000 }), 'about 1s–50s');
});

test('it gets narrower with every further measurement', () => {
  const values = [8, 12, 9, 11, 10, 7, 13];
  const ratio = (count: number): number => {
    const range = estimate(
      many(10),
      new Measures(Array.from({ length: count }, (_, at) => sample(values[at % 7] ?? 10))),
      1,
    );
    return range === null ? Number.NaN : range.high / range.low;
  };
  assert.ok(ratio(3) > ratio(14) && ratio(14) > ratio(70), `${ratio(3)} ${ratio(14)} ${ratio(70)}`);
});

test('a step that once hung for a night says nothing about the next one', () => {
  const usual = Array.from({ length: 20 }, () => sample(10));
  const range = estimate(many(5), new Measures([...usual, sample(18 * 60)]), 1);
  assert.ok(range && range.high < 2 * H, JSON.stringify(range));
});

test('a task is measured by its nearest kin: rung and group, then rung, then group, then any', () => {
  const measures = new Measures([
    ...Array.from({ length: 3 }, () => sample(5, { rung: 'r', group: 'g' })),
    ...Array.from({ length: 30 }, () => sample(50, { rung: 'r', group: 'other' })),
    ...Array.from({ length: 3 }, () => sample(7, { rung: 'q', group: 'h' })),
  ]);
  assert.is(measures.duration('r', 'g')?.mean, 5 * M);
  assert.is(measures.duration('q', 'unheard of')?.mean, 7 * M);
  assert.is(measures.duration('unheard of', 'h')?.mean, 7 * M);
  assert.is(measures.duration('unheard of', null)?.count, 36);
  assert.is(new Measures().duration('r', 'g'), null);
});

test('time already spent on a step is taken off', () => {
  const half = estimate([task('a')], steady(10), 1, new Map([['a', 5 * M]]));
  assert.is(etaText(half), 'about 5m');
});

test('the longer a step runs beyond what is usual, the less is known of its end, and of what waits for it', () => {
  const late = (hours: number, ...more: EtaTask[]) =>
    estimate([task('a'), ...more], steady(10), 1, new Map([['a', hours * H]]));
  assert.is(etaText(late(1)), 'about 2m–1h');
  assert.is(etaText(late(5)), 'about 2m–5h');
  const [alone, followed] = [late(5), late(5, task('b', ['a']))];
  assert.ok(alone && followed && followed.high >= alone.high + 10 * M - 1, JSON.stringify([alone, followed]));
});

test('journal and receipts are the ground, and a step told by both counts once', () => {
  const story = new Story().task('a').task('b');
  story.step('a', [
    { rung: 'sonnet/thinking', outcome: 'failed', ms: 2 * M, usd: 0.5 },
    { rung: 'sonnet/extended', outcome: 'done', ms: 4 * M, usd: 1 },
  ]);
  const receipts = [
    receiptOf('a'),
    receiptOf('b', { durationMs: 8 * M, usage: { costUsd: 3 } }),
    receiptOf('c', { path: [] }),
  ];
  const measures = measuresOf(story.events, () => null, receipts);
  assert.is(measures.duration('sonnet/thinking', null)?.count, 2);
  assert.is(measures.duration('sonnet/thinking', null)?.mean, 7 * M);
  assert.is(measures.cost('sonnet/thinking', null)?.mean, 2.25);
});

test('what was blocked, asked, interrupted or never paid for is no measure of work', () => {
  const story = new Story().task('a');
  story.step('a', [{ rung: 'sonnet/thinking', outcome: 'blocked', ms: 1000 }]);
  story.say({ type: 'step-finished', task: 'a', state: 'done', rung: null, attempts: 0, durationMs: 1000, reason: '' });
  assert.is(measuresOf(story.events, () => null).duration('sonnet/thinking', null), null);
});

test('a chain of ten thousand tasks, in any order, is reckoned at once', () => {
  const chain = Array.from({ length: 10_000 }, (_, at) => task(`t${at}`, at === 0 ? [] : [`t${at - 1}`])).reverse();
  const all = task(
    'all',
    chain.map(({ name }) => name),
  );
  const taken = processorTime();
  const range = estimate([...chain, all], steady(1), 8);
  const ms = taken();
  assert.ok(ms < 500, `${ms} ms`);
  assert.ok(range && range.low > 9_000 * M);
});
