/** The live view as it is reckoned and worded: events in, lines out, whatever the terminal's size. */
import { stripVTControlCharacters } from 'node:util';
import stringWidth from 'string-width';
import type { Activity } from '../src/record/activity.js';
import type { EventBody, StepState } from '../src/record/event.js';
import { foreignLine } from '../src/report/live/foreign.js';
import { renderView } from '../src/report/live/render.js';
import { LiveRun, type LiveView } from '../src/report/live/view.js';
import { Measures } from '../src/report/measures.js';
import { Story } from './rig/story.js';
import { assert, suite } from './rig/suite.js';

const test = suite('live view');

const S = 1000;
const M = 60 * S;
const RUNG = 'sonnet/thinking';

interface Telling {
  readonly names?: readonly string[];
  readonly measures?: Measures;
  readonly budget?: { readonly usd: number | null; readonly tokens: number | null };
  readonly jobs?: number;
  /** What was done when the run began. */
  readonly done?: readonly string[];
  /** Name → what it depends on. */
  readonly depends?: Readonly<Record<string, readonly string[]>>;
  /** Task → what its agent did last, in its first attempt. */
  readonly doing?: Readonly<Record<string, string>>;
  /** Milliseconds after the last event. */
  readonly later?: number;
}

function liveOf(story: Story, telling: Telling = {}): LiveRun {
  const {
    names = ['a', 'b', 'c'],
    measures = new Measures(),
    budget = null,
    jobs = 1,
    done = [],
    depends = {},
  } = telling;
  const tasks = names.map((name) => ({ name, depends: depends[name] ?? [], rung: RUNG, group: null }));
  const live = new LiveRun(story.run, { tasks, done, measures, jobs }, budget);
  for (const event of story.events) live.see(event);
  return live;
}

function viewOf(story: Story, telling: Telling = {}): LiveView {
  const activities = new Map<string, Activity>(
    Object.entries(telling.doing ?? {}).map(([task, doing]) => {
      return [task, { run: story.run, attempt: 1, doing, time: story.now() }];
    }),
  );
  return liveOf(story, telling).view(Date.parse(story.now()) + (telling.later ?? 0), activities);
}

const shown = (view: LiveView, columns = 100, rows = 23): string[] =>
  renderView(view, { columns, rows, colours: false }).map((line) => line.trimEnd());

/** The line with the bar, or what stands below it. */
const lastOf = (view: LiveView, columns = 100): string => shown(view, columns).at(-1) ?? '';
const firstOf = (view: LiveView): string => shown(view)[0] ?? '';

const begun = (task: string, attempt = 1, rung = RUNG, repair = false): EventBody => {
  return { type: 'attempt-started', task, attempt, rung, agent: 'claude', repair };
};

const ended = (task: string, state: StepState, ms = 8 * M, attempts = 1): EventBody => {
  return { type: 'step-finished', task, state, rung: RUNG, attempts, durationMs: ms, reason: '' };
};

/** Three tasks to do, one of them under way. */
const oneRuns = (done = 5): Story =>
  new Story()
    .say({ type: 'run-started', pending: 3, done })
    .say({ type: 'step-started', task: 'a', rung: RUNG })
    .say(begun('a'));

const samples = (...ms: number[]): Measures =>
  new Measures(ms.map((durationMs) => ({ rung: RUNG, group: null, durationMs, costUsd: null })));

test('a step with its rung, attempt, time and last action, and how far the run is', () => {
  const view = viewOf(oneRuns(), { doing: { a: 'Edit src/a.c' }, later: 4 * M + 12 * S });
  assert.equal(shown(view), [
    '▶ a  sonnet/thinking  attempt 1  4m 12s  Edit src/a.c',
    `${'━'.repeat(18)}${'─'.repeat(12)} 5/8 done · 3 remaining · how long: unknown yet`,
  ]);
});

test('what remains and what it takes, as narrow as it is known', () => {
  const many = Array.from({ length: 400 }, () => 24 * M);
  const story = oneRuns();
  assert.match(lastOf(viewOf(story, { measures: samples(...many) })), /· 3 remaining · about 1h 12m$/);
  assert.match(lastOf(viewOf(story, { measures: samples(24 * M) })), /· about 30m–3h$/);
  assert.match(lastOf(viewOf(story)), /· how long: unknown yet$/);
});

test('the estimate goes down while a step runs, and learns from what ends in this very run', () => {
  const measures = (): Measures => samples(...Array.from({ length: 400 }, () => 24 * M));
  assert.match(lastOf(viewOf(oneRuns(), { measures: measures(), later: 12 * M })), /about 1h$/);
  const learnt = oneRuns().say(ended('a', 'done', 10 * M), 10 * M);
  assert.match(lastOf(viewOf(learnt)), /6\/8 done · 2 remaining · about \S+m–\S+m$/);
});

test('cost so far, against the budget, in dollars or tokens', () => {
  const usage = { costUsd: 4.2, inputTokens: 1000, outputTokens: 200 };
  const attempt = {
    type: 'attempt-finished',
    task: 'a',
    attempt: 1,
    rung: RUNG,
    outcome: 'failed',
    reason: '',
  } as const;
  const spent = oneRuns().say({ ...attempt, durationMs: 1, usage });
  const last = (telling: Telling): string => lastOf(viewOf(spent, telling), 120);
  assert.match(last({}), /· \$4\.20$/);
  assert.match(last({ budget: { usd: 50, tokens: null } }), /· \$4\.20 of \$50\.00$/);
  assert.match(last({ budget: { usd: null, tokens: 2e6 } }), /· \$4\.20, 1,200 of 2,000,000 tokens$/);
  assert.match(lastOf(viewOf(oneRuns(), { budget: { usd: 50, tokens: null } }), 120), /\$0\.00 of \$50\.00$/);
  assert.not.match(shown(viewOf(oneRuns()), 120).join('\n'), /\$|tokens/);
});

test('failed, blocked and waiting tasks are counted apart, until they run again', () => {
  const story = new Story().say({ type: 'run-started', pending: 4, done: 0 });
  for (const [task, state] of [
    ['a', 'failed'],
    ['b', 'blocked'],
    ['c', 'question'],
  ] as const) {
    story.say({ type: 'step-started', task, rung: RUNG }).say(ended(task, state));
  }
  const names = ['a', 'b', 'c', 'd'];
  const { counts } = viewOf(story, { names });
  assert.equal(counts, { tasks: 4, done: 0, failed: 1, blocked: 1, waiting: 1, remaining: 1 });
  assert.match(lastOf(viewOf(story, { names }), 160), /0\/4 done · 1 failed · 1 blocked · 1 waits for you · 1 rem/);
  story.say({ type: 'step-started', task: 'b', rung: RUNG });
  assert.equal(viewOf(story, { names }).counts?.remaining, 2);
  story.say(ended('b', 'interrupted'));
  assert.equal(viewOf(story, { names }).counts, { tasks: 4, done: 0, failed: 1, blocked: 0, waiting: 1, remaining: 2 });
});

test('a reopened task is to be done again, whether it was done in this run or before', () => {
  const story = oneRuns().say(ended('a', 'done'));
  assert.is(viewOf(story).counts?.done, 6);
  story.say({ type: 'reopened', task: 'a', by: 'b', evidence: 'no f' });
  assert.equal(viewOf(story).counts, { tasks: 8, done: 5, failed: 0, blocked: 0, waiting: 0, remaining: 3 });
  story.say({ type: 'reopened', task: 'old', by: 'b', evidence: 'no g' });
  const counts = { tasks: 8, done: 4, failed: 0, blocked: 0, waiting: 0, remaining: 4 };
  assert.equal(viewOf(story, { done: ['old'] }).counts, counts);
});

test('what is edited or added while the run goes on is to be done as well, and was done before or not', () => {
  const story = oneRuns().say({ type: 'step-started', task: 'edited', rung: RUNG });
  const told: Telling = { done: ['edited', 'old'] };
  const whole = { tasks: 8, failed: 0, blocked: 0, waiting: 0 };
  assert.equal(viewOf(story, told).counts, { ...whole, done: 4, remaining: 4 });
  story.say({ type: 'verified', task: 'old', because: 'an input changed', durationMs: 1 });
  assert.equal(viewOf(story, told).counts, { ...whole, done: 4, remaining: 4 });
  story.say({ type: 'step-started', task: 'added', rung: RUNG });
  assert.equal(viewOf(story, told).counts, { ...whole, tasks: 9, done: 4, remaining: 5 });
  for (const task of ['a', 'edited', 'added']) story.say(ended(task, 'done'));
  assert.equal(viewOf(story, told).counts, { ...whole, tasks: 9, done: 7, remaining: 2 });
});

test('what a failure holds up is told, and no time is promised for it', () => {
  const measures = samples(...Array.from({ length: 400 }, () => 24 * M));
  const told: Telling = { measures, depends: { b: ['a'], c: ['b'] } };
  const story = oneRuns().say(ended('a', 'failed', M, 0));
  const view = viewOf(story, told);
  assert.is(view.eta, null);
  assert.match(lastOf(view, 120), /5\/8 done · 1 failed · 2 remaining · 2 held up$/);
  assert.match(
    lastOf(viewOf(story, { measures, depends: { b: ['a'] } }), 120),
    / · 2 remaining · 1 held up · about 24m$/,
  );
});

test('whom something was opened again for is counted once: it remains', () => {
  const story = oneRuns().say(ended('a', 'done')).say({ type: 'step-started', task: 'b', rung: RUNG });
  const { tasks, remaining } = viewOf(story).counts ?? { tasks: 0, remaining: 0 };
  story.say({ type: 'reopened', task: 'a', by: 'b', evidence: 'no f' }).say(ended('b', 'blocked'));
  const counts = viewOf(story).counts;
  assert.is(counts?.tasks, tasks);
  assert.is(counts?.remaining, remaining + 1);
  assert.is(counts?.blocked, 0);
});

test('steps that run side by side keep their places, the longest running first', () => {
  const story = new Story().say({ type: 'run-started', pending: 3, done: 0 });
  for (const task of ['a', 'b', 'c']) story.say({ type: 'step-started', task, rung: RUNG }, 10 * S);
  story
    .say(begun('c'))
    .say(begun('a'))
    .say(begun('b', 2, 'opus/extended', true));
  const told = { jobs: 3, doing: { a: 'x', b: 'of its first attempt', c: 'z' } };
  assert.equal(shown(viewOf(story, told)).slice(0, -1), [
    '▶ a  sonnet/thinking  attempt 1           20s  x',
    '▶ b  opus/extended    attempt 2 (repair)  10s  claude begins',
    '▶ c  sonnet/thinking  attempt 1           0s   z',
  ]);
  story.say(ended('b', 'done'));
  assert.equal(
    viewOf(story, told).running.map(({ task }) => task),
    ['a', 'c'],
  );
});

test('one that waits for its provider says how much longer, and why', () => {
  const story = oneRuns().say({ type: 'retried', task: 'a', rung: RUNG, waitMs: 90 * S, reason: '429 overloaded' });
  assert.match(firstOf(viewOf(story, { later: 30 * S })), /30s {2}waits 1m: 429 overloaded$/);
  assert.match(firstOf(viewOf(story, { later: 95 * S })), / {2}429 overloaded$/);
  assert.match(firstOf(viewOf(story.say(begun('a', 2)), { later: 95 * S })), /attempt 2 {2}1m 35s {2}claude begins$/);
});

test('an action of another run or attempt is not taken for this one’s', () => {
  const live = liveOf(oneRuns());
  const note = { run: 'another', attempt: 1, doing: 'stale', time: '' };
  const doing = (activity: Activity): string | undefined =>
    live.view(Date.now(), new Map([['a', activity]])).running[0]?.doing;
  assert.is(doing(note), 'claude begins');
  assert.is(doing({ ...note, run: new Story().run, attempt: 2 }), 'claude begins');
  assert.is(doing({ ...note, run: new Story().run }), 'stale');
});

test('that the run was halted, or is being ended, stays in sight', () => {
  const halted = oneRuns().say({ type: 'halted', reason: 'usage limit' });
  assert.is(lastOf(viewOf(halted)), '■ halted: usage limit');
  const live = liveOf(oneRuns());
  live.interrupted();
  assert.match(lastOf(live.view(Date.now(), new Map())), /^■ interrupted: /);
});

test('at 40 columns a step takes two lines and nothing is lost', () => {
  const story = oneRuns().say({
    type: 'step-started',
    task: 'openai-streaming-chat-of-the-second-provider',
    rung: RUNG,
  });
  const names = ['a', 'openai-streaming-chat-of-the-second-provider', 'c'];
  const doing = { a: 'Edit src/openai-stream.js' };
  const told = { names, doing, budget: { usd: 50, tokens: null }, later: 4 * M + 12 * S };
  assert.equal(shown(viewOf(story, told), 40), [
    '▶ a                               4m 12s',
    '  sonnet/thinking #1 Edit src/openai-st…',
    '▶ openai-streaming-chat-of-the-s… 4m 12s',
    '  sonnet/thinking making sure of what i…',
    `${'━'.repeat(8)}${'─'.repeat(5)} 5/8 done · 3 remaining`,
    'how long: unknown yet · $0.00 of $50.00',
  ]);
});

test('between that and a wide terminal nothing is lost either: two lines where the last action would have no room', () => {
  const name = 'openai-streaming-chat-of-all';
  const rung = 'claude:opus-4-1/extended';
  const story = new Story()
    .say({ type: 'run-started', pending: 1, done: 0 })
    .say({ type: 'step-started', task: name, rung })
    .say(begun(name, 1, rung, true));
  const told = { names: [name], doing: { [name]: 'Edit src/openai.js' }, later: 3 * M + 20 * S };
  const view = viewOf(story, told);
  for (let columns = 72; columns <= 140; columns += 1) {
    for (const rows of [23, 2]) {
      const lines = shown(view, columns, rows).join('\n');
      assert.ok(lines.includes('3m 20s'), `${columns}×${rows}\n${lines}`);
      if (rows > 2) assert.ok(lines.includes('Edit src/openai.js'), `${columns}×${rows}\n${lines}`);
    }
  }
  assert.is(shown(view, 100).length, 3);
  assert.is(shown(view, 130).length, 2);
});

/** Everything that could be wider, longer or other than it looks. */
function hostile(): LiveView {
  const story = new Story().say({ type: 'run-started', pending: 40, done: 3 });
  const names = Array.from({ length: 33 }, (_, at) => `task-${at}${'-long'.repeat(at % 7)}`);
  const doing: Record<string, string> = {};
  const words = [
    '編集中のファイル',
    '👩‍👩‍👧‍👦 family 🏳️‍🌈',
    '\u001b[31mred\u001b[2J\u001b[H',
    'a\rb\nc\td',
    'e\u0301'.repeat(80),
    '\u202Eabc',
    '',
  ];
  for (const [at, name] of names.entries()) {
    story.say({ type: 'step-started', task: name, rung: at % 3 === 0 ? '模型/思考\u001b[5m' : RUNG }, S);
    story.say(begun(name, 1, at % 3 === 0 ? '模型/思考\u001b[5m' : RUNG));
    doing[name] = words[at % words.length] ?? '';
  }
  story.say({ type: 'halted', reason: '限度\u001b]0;title\u0007'.repeat(50) });
  return viewOf(story, { names, doing, jobs: 32, budget: { usd: 5, tokens: 100 } });
}

test('no line is wider than the terminal and no view higher, whatever is in it', () => {
  const view = hostile();
  // Every width where something is cut, then a few.
  for (let columns = 1; columns <= 200; columns += columns < 84 ? 1 : 13) {
    for (const rows of [1, 3, 10, 80]) {
      for (const colours of [false, true]) {
        const lines = renderView(view, { columns, rows, colours });
        assert.ok(lines.length <= rows, `${lines.length} lines for ${rows}`);
        for (const line of lines) {
          assert.ok(stringWidth(line) <= columns, `${columns}: ${JSON.stringify(line)}`);
          assert.not.match(stripVTControlCharacters(line), /[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
          // Only colours, and they end where the line does.
          assert.not.match(line.replaceAll(/\u001b\[[0-9;]*m/g, ''), /\u001b/);
        }
      }
    }
  }
});

test('what does not fit the height is counted', () => {
  const lines = shown(hostile(), 120, 12);
  assert.is(lines.length, 12);
  assert.is(
    lines.filter((line) => line.startsWith('▶')).length + Number(/and (\d+) more running/.exec(lines.join())?.[1]),
    33,
  );
});

test('the bar shows whatever there is, and is full only when all is done', () => {
  const bar = (story: Story): string => /^[━╍┅─]+/.exec(lastOf(viewOf(story)))?.[0] ?? '';
  const start = (pending: number, done: number): Story => new Story().say({ type: 'run-started', pending, done });
  assert.is(bar(start(1000, 0).say(ended('a', 'failed'))), `╍${'─'.repeat(29)}`);
  assert.is(bar(start(1, 999)), `${'━'.repeat(29)}─`);
  assert.is(bar(start(1, 999).say(ended('a', 'done'))), '━'.repeat(30));
  assert.is(bar(start(2, 0).say(ended('a', 'done')).say(ended('b', 'blocked'))), `${'━'.repeat(15)}${'┅'.repeat(15)}`);
});

test('foreign lines keep their colours, and nothing else that could move what is drawn', () => {
  assert.is(foreignLine('make[1]: *** [x] Error 3'), 'make[1]: *** [x] Error 3');
  assert.is(foreignLine('\u001b[1;31mred\u001b[0m and\tmore'), '\u001b[1;31mred\u001b[0m and    more\u001b[0m');
  assert.is(foreignLine(' 10%\r 50%\r100%\r'), '100%');
  assert.is(foreignLine('up\u001b[5A\u001b[2Kover\u001b[?1049h\u001b]0;title\u0007'), 'upover');
  assert.is(foreignLine('bell\u0007 and \u009b31m'), 'bell\\x07 and ');
  assert.is(foreignLine('\u001b[31mnever ended'), '\u001b[31mnever ended\u001b[0m');
  assert.is(foreignLine('half \u001b['), 'half \\x1b[');
  assert.is(foreignLine('\r\r'), '');
});

test('ten thousand tasks and a thousand events a second are shown within a blink', () => {
  const names = Array.from({ length: 10_000 }, (_, at) => `t${at}`);
  const story = new Story().say({ type: 'run-started', pending: names.length, done: 0 });
  for (const task of names.slice(0, 1000)) {
    story.say({ type: 'step-started', task, rung: RUNG }, 1).say(ended(task, 'done', 5 * M));
  }
  const live = liveOf(story, { names, measures: samples(M, M, M), jobs: 32 });
  const before = process.cpuUsage();
  for (let at = 0; at < 20; at += 1) {
    renderView(live.view(Date.parse(story.now()) + at * S, new Map()), { columns: 100, rows: 23, colours: true });
  }
  // Of the processor, not of the clock: others may be at work here.
  const each = process.cpuUsage(before).user / 20 / 1000;
  assert.ok(each < 100, `${each} ms for each view`);
});
