/** While a run goes on: one plain line for each event that a person would want to hear of. */
import type { EventBody, JournalEvent, StepState } from '../src/record/event.js';
import { lineFor } from '../src/report/lines.js';
import { Measures } from '../src/report/measures.js';
import { Progress, type ProgressInput } from '../src/report/progress.js';
import { Story } from './rig/story.js';
import { assert, suite } from './rig/suite.js';

const test = suite('progress lines');

const S = 1000;
const M = 60 * S;
const namedTasks = (...names: string[]) =>
  names.map((name) => ({
    name,
    depends: [] as string[],
    rung: 'sonnet/thinking',
    group: null,
  }));
const TASKS = namedTasks('tests-openai-basic', 'a', 'b', 'c', 'd', 'e');
const measured = (ms: number): Measures =>
  new Measures(
    Array.from({ length: 400 }, () => ({ rung: 'sonnet/thinking', group: null, durationMs: ms, costUsd: null })),
  );

/** The lines of a story, told as orchestrate tells them. */
function lines(
  story: Story,
  measures = new Measures(),
  tasks: ProgressInput['tasks'] = TASKS,
  more: Partial<ProgressInput> = {},
): string[] {
  const progress = new Progress({ tasks, measures, jobs: 1, ...more });
  return story.events.flatMap((event) => lineFor(event, progress.see(event)) ?? []);
}

const only = (event: EventBody): string | null => {
  const whole: JournalEvent = { ...event, time: '2025-12-24T09:00:00.000Z', run: 'r', branch: 'b' };
  return lineFor(whole);
};

/** What each line says that remains, of a run that began with these tasks to do. */
function remainders(story: Story, pending: readonly string[], more: Partial<ProgressInput> = {}): string[] {
  return lines(story, new Measures(), namedTasks(...pending), more).flatMap(
    (line) => /\| (\d+) remaining/.exec(line)?.[1] ?? [],
  );
}

/** The end of a step. */
const ends = (
  task: string,
  state: StepState,
  more: { rung?: string; ms?: number; attempts?: number } = {},
): EventBody => {
  const { rung = 'sonnet/thinking', ms = S, attempts = 1 } = more;
  return { type: 'step-finished', task, state, rung, attempts, durationMs: ms, reason: '' };
};
const starts = (task: string, rung = 'sonnet/thinking'): EventBody => ({ type: 'step-started', task, rung });

test('a task from its start to its end, as the design words it', () => {
  const story = new Story().say({ type: 'run-started', pending: 6, done: 132 });
  story.attempts('tests-openai-basic', [
    { rung: 'sonnet/thinking', outcome: 'failed', reason: 'SIGABRT (15/22 tests passed)', ms: 3 * M },
    { rung: 'sonnet/extended', outcome: 'failed', reason: 'the same', ms: 2 * M },
    { rung: 'opus/extended', outcome: 'done', ms: 3 * M + 40 * S },
  ]);
  const task = 'tests-openai-basic';
  story.say({ type: 'checked', task, check: 'make check', ok: true, flaky: false, cached: false, durationMs: 900 });
  story.say({
    type: 'step-finished',
    task,
    state: 'done',
    rung: 'opus/extended',
    attempts: 3,
    durationMs: 8 * M + 40 * S,
    reason: '',
  });
  assert.equal(lines(story, measured(14 * M + 24 * S)), [
    '▶ run started: 6 tasks to do, 132 done',
    '▶ tests-openai-basic sonnet/thinking',
    '· tests-openai-basic attempt 1 on sonnet/thinking failed [3m]: SIGABRT (15/22 tests passed)',
    '↑ tests-openai-basic sonnet/thinking → sonnet/extended',
    '▶ tests-openai-basic attempt 2 on sonnet/extended by claude',
    '· tests-openai-basic attempt 2 on sonnet/extended failed [2m]: the same',
    '↑ tests-openai-basic sonnet/extended → opus/extended',
    '▶ tests-openai-basic attempt 3 on opus/extended by claude',
    '✓ tests-openai-basic [8m 40s] opus/extended (2 escalations) | 5 remaining, about 1h 12m',
  ]);
});

test('what a person decided is told as that, and a deferred task is no done one', () => {
  const decided = (reason: string): string | undefined =>
    lines(
      new Story()
        .say({ type: 'checked', task: 'a', check: 'x', ok: true, flaky: false, cached: false, durationMs: 1 })
        .say({ type: 'step-finished', task: 'a', state: 'done', rung: null, attempts: 0, durationMs: S, reason }),
    ).at(-1);
  assert.is(decided('accepted'), '✓ a [1s] accepted');
  assert.is(decided('approved'), '✓ a approved');
  assert.is(decided('deferred'), '◌ a deferred');
});

test('what nobody checked is never a plain tick', () => {
  const story = new Story().step('a', [{ rung: 'sonnet/none', outcome: 'done', ms: 5 * S }], {
    evidence: 'none',
    verified: [],
  });
  assert.is(lines(story).at(-1), '◌ a [5s] sonnet/none done (unverified)');
});

test('whom something was opened again for remains, and is done with when it has run once more', () => {
  const story = new Story().say({ type: 'run-started', pending: 3, done: 0 });
  story.say(ends('owner', 'done')).say(starts('consumer'));
  story.say({ type: 'blocked', task: 'consumer', by: 'owner', reason: 'no stream()' });
  story.say({ type: 'reopened', task: 'owner', by: 'consumer', evidence: 'no stream()' });
  story.say(ends('consumer', 'blocked')).say(ends('owner', 'done')).say(starts('consumer'));
  story.say(ends('consumer', 'done')).say(ends('other', 'done'));
  assert.equal(remainders(story, ['owner', 'consumer', 'other']), ['2', '3', '2', '1', '0']);
});

test('whoever finds open what somebody else had opened again comes back as well', () => {
  const story = new Story().say({ type: 'run-started', pending: 3, done: 1 });
  story.say(starts('x')).say(starts('y'));
  story.say({ type: 'blocked', task: 'x', by: 'o', reason: 'no f' });
  story.say({ type: 'reopened', task: 'o', by: 'x', evidence: 'no f' }).say(ends('x', 'blocked'));
  story.say({ type: 'blocked', task: 'y', by: 'o', reason: 'no g' }).say(ends('y', 'blocked'));
  for (const name of ['o', 'x', 'y', 'z']) story.say(starts(name)).say(ends(name, 'done'));
  assert.equal(remainders(story, ['x', 'y', 'z'], { done: ['o'] }), ['4', '4', '3', '2', '1', '0']);
});

test('what comes up beside the first list is counted: edited, added, or done on something that is done anew', () => {
  const story = new Story().say({ type: 'run-started', pending: 2, done: 3 });
  story.say(starts('slow')).say(starts('edited')).say(ends('slow', 'done'));
  story.say(starts('added')).say(ends('edited', 'done'));
  story.say({ type: 'verified', task: 'downstream', because: 'an input changed', durationMs: 1 });
  story.say(ends('added', 'done')).say(starts('last')).say(ends('last', 'done'));
  const done = ['edited', 'downstream', 'other'];
  assert.equal(remainders(story, ['slow', 'last'], { done }), ['2', '2', '2', '1', '0']);
});

test('what waits for something that failed, asked or is blocked is told apart, and is in no estimate', () => {
  const chain = namedTasks('a', 'b', 'c', 'd', 'e').map((task) =>
    ['b', 'c'].includes(task.name) ? { ...task, depends: [task.name === 'b' ? 'a' : 'b'] } : task,
  );
  const story = new Story().say({ type: 'run-started', pending: 5, done: 0 });
  const after = (measures: Measures, more: Partial<ProgressInput> = {}): string[] =>
    lines(story, measures, chain, more).flatMap((line) => line.split(' | ')[1] ?? []);
  story.say(starts('a')).say(ends('a', 'failed', { attempts: 0 }));
  assert.equal(after(measured(10 * M)), ['4 remaining, 2 held up, about 20m']);
  story.say(ends('d', 'question', { attempts: 0 })).say(ends('e', 'done', { attempts: 0 }));
  assert.equal(after(measured(10 * M)).at(-1), '2 remaining, 2 held up');
  // Tried again by a person, and done: nothing is held up any more.
  story.say(starts('a')).say(ends('a', 'done', { attempts: 0 }));
  assert.equal(after(measured(10 * M)).at(-1), '2 remaining, about 20m');
});

test('what failed before the run and is not tried again holds up what needs it, until it is', () => {
  const tasks = namedTasks('a', 'b', 'c').map((task) => (task.name === 'b' ? { ...task, depends: ['a'] } : task));
  const story = new Story().say({ type: 'run-started', pending: 3, done: 0 }).say(ends('c', 'done', { attempts: 0 }));
  const last = (): string | undefined =>
    lines(story, measured(10 * M), tasks, { stuck: ['a'] })
      .at(-1)
      ?.split(' | ')[1];
  assert.is(last(), '2 remaining, 2 held up');
  story.say(starts('a')).say(ends('a', 'done', { attempts: 0 }));
  assert.is(last(), '1 remaining, about 10m');
});

test('a step is a sample of the rung that it started on, and is reckoned by it while it runs', () => {
  const tasks = namedTasks('a', 'b').map((task) => ({ ...task, rung: 'r/none' }));
  const measures = new Measures(
    Array.from({ length: 400 }, () => ({ rung: 'r/none', group: null, durationMs: 10 * M, costUsd: null })),
  );
  const story = new Story().say({ type: 'run-started', pending: 2, done: 0 }).say(starts('a', 'r/high'));
  story.say({ type: 'attempt-started', task: 'a', attempt: 1, rung: 'r/high', agent: 'claude', repair: false });
  story.say(ends('a', 'done', { rung: 'r/high', ms: 100 * M }), 100 * M);
  assert.match(lines(story, measures, tasks).at(-1) ?? '', /\| 1 remaining, about 10m$/);
});

test('a stop says why once, and how many go on', () => {
  const blocked = new Story().say({ type: 'run-started', pending: 3, done: 0 });
  blocked.attempts('a', [{ rung: 'sonnet/thinking', outcome: 'blocked', reason: 'no stream()', ms: 12 * S }]);
  blocked.say({ type: 'blocked', task: 'a', by: 'b', reason: 'no stream()' });
  blocked.say({
    type: 'step-finished',
    task: 'a',
    state: 'blocked',
    rung: 'sonnet/thinking',
    attempts: 1,
    durationMs: 12 * S,
    reason: 'no stream()',
  });
  assert.equal(lines(blocked, new Measures(), namedTasks('a', 'c', 'd')).slice(2), [
    '⏸ a needs b: no stream()',
    '⏸ a [12s] sonnet/thinking blocked | 2 remaining',
  ]);

  const silent = new Story();
  silent.say({
    type: 'step-finished',
    task: 'a',
    state: 'blocked',
    rung: null,
    attempts: 0,
    durationMs: 5,
    reason: 'make check is red',
  });
  assert.equal(lines(silent), ['⏸ a [5ms] blocked: make check is red']);
});

test('each event that matters has a line of its own', () => {
  const worded: readonly (readonly [EventBody, string | null])[] = [
    [
      { type: 'retried', task: 'a', rung: 'opus/extended', waitMs: 90 * S, reason: '429 overloaded' },
      '⏸ a waits 1m 30s, then opus/extended again: 429 overloaded',
    ],
    [
      { type: 'retried', task: 'a', rung: 'opus/extended', waitMs: 0, reason: '' },
      '⏸ a tries again, then opus/extended again',
    ],
    [
      { type: 'checked', task: 'a', check: 'make check', ok: true, flaky: true, cached: false, durationMs: 1 },
      '≈ a flaky check, red and then green on the same tree: make check',
    ],
    [{ type: 'checked', task: 'a', check: 'make check', ok: true, flaky: false, cached: false, durationMs: 1 }, null],
    [
      {
        type: 'finding',
        task: 'a',
        kind: 'stub',
        file: 'src/a.c',
        line: 8,
        symbol: 'f',
        message: 'returns NOT_IMPLEMENTED',
      },
      '! a stub: f in src/a.c:8: returns NOT_IMPLEMENTED',
    ],
    [
      { type: 'finding', task: 'a', kind: 'stray-file', file: 'core', line: null, symbol: null, message: '' },
      '! a stray-file: core',
    ],
    [{ type: 'blocked', task: 'a', by: null, reason: 'x' }, '⏸ a is blocked: x'],
    [
      { type: 'question', task: 'a', question: 'Which one?', options: ['this', 'that'] },
      '? a asks: Which one? (this / that)',
    ],
    [
      { type: 'question', task: 'a', question: 'Which one?', options: ['this', `that ${'or so '.repeat(20)}`] },
      '? a asks: Which one?',
    ],
    [{ type: 'reopened', task: 'a', by: 'b', evidence: 'f is a stub' }, '↺ a reopened by b: f is a stub'],
    [
      { type: 'verified', task: 'a', because: 'an input changed', durationMs: 2 * S },
      '✓ a [2s] verified again, nothing paid: an input changed',
    ],
    [
      {
        type: 'step-finished',
        task: 'a',
        state: 'failed',
        rung: 'opus/ultrathink',
        attempts: 4,
        durationMs: M,
        reason: 'no',
      },
      '✗ a [1m] opus/ultrathink failed: no',
    ],
    [
      {
        type: 'step-finished',
        task: 'a',
        state: 'question',
        rung: 'r/x',
        attempts: 1,
        durationMs: M,
        reason: 'Which?',
      },
      '? a [1m] r/x waits for you: Which?',
    ],
    [
      {
        type: 'step-finished',
        task: 'a',
        state: 'interrupted',
        rung: 'r/x',
        attempts: 1,
        durationMs: M,
        reason: 'Ctrl-C',
      },
      '■ a [1m] r/x interrupted: Ctrl-C',
    ],
    [
      { type: 'step-finished', task: 'a', state: 'done', rung: null, attempts: 0, durationMs: S, reason: '' },
      '✓ a [1s] without an agent',
    ],
    [{ type: 'attempt-started', task: 'a', attempt: 1, rung: 'r/x', agent: 'claude', repair: false }, null],
    [
      { type: 'attempt-started', task: 'a', attempt: 2, rung: 'r/x', agent: 'claude', repair: true },
      '▶ a attempt 2 (repair) on r/x by claude',
    ],
    [
      {
        type: 'attempt-finished',
        task: 'a',
        attempt: 1,
        rung: 'r/x',
        outcome: 'timeout',
        reason: 'silent for 15m',
        durationMs: M,
        usage: null,
      },
      '· a attempt 1 on r/x timed out [1m]: silent for 15m',
    ],
    [
      {
        type: 'attempt-finished',
        task: 'a',
        attempt: 1,
        rung: 'r/x',
        outcome: 'done',
        reason: '',
        durationMs: M,
        usage: null,
      },
      null,
    ],
    [{ type: 'halted', reason: 'disk full' }, '■ halted: disk full'],
    [
      { type: 'run-finished', done: 1, failed: 2, blocked: 3, pending: 4 },
      '■ run finished: 1 done, 2 failed, 3 blocked, 4 pending',
    ],
    [
      { type: 'run-finished', done: 1, failed: 0, blocked: 0, pending: 0, waiting: 1, interrupted: 1, deferred: 2 },
      '■ run finished: 1 done, 0 failed, 0 blocked, 0 pending, 1 waits for you, 1 interrupted, 2 deferred',
    ],
  ];
  for (const [event, line] of worded) assert.is(only(event), line);
});

test('a line is one line, short, and holds no control character, whatever an agent said', () => {
  const line = only({
    type: 'question',
    task: 'a',
    question: `a\nb\u001b[31m\u202e ${'x'.repeat(100_000)}`,
    options: ['\r\n\u0007'],
  });
  assert.ok(line !== null && line.length < 400);
  assert.not.match(line ?? '', /[\u0000-\u001f\u007f-\u009f\u202e]/);
});

test('a task that is reopened counts as remaining again', () => {
  const story = new Story().say({ type: 'run-started', pending: 2, done: 1 });
  const done = (task: string): EventBody => ends(task, 'done');
  const check = (task: string): EventBody => ({
    type: 'checked',
    task,
    check: 'c',
    ok: true,
    flaky: false,
    cached: true,
    durationMs: 0,
  });
  story.say(check('a')).say(done('a'));
  story.say({ type: 'reopened', task: 'a', by: 'b', evidence: 'stub' });
  story.say({ type: 'reopened', task: 'earlier', by: 'b', evidence: 'stub' });
  story.say(check('a')).say(done('a')).say(check('earlier')).say(done('earlier')).say(check('b')).say(done('b'));
  assert.equal(remainders(story, ['a', 'b'], { done: ['earlier'] }), ['1', '2', '1', '0']);
});

test('the estimate learns while the run goes on', () => {
  const story = new Story().say({ type: 'run-started', pending: 6, done: 0 });
  for (const task of ['a', 'b', 'c']) {
    story.say({ type: 'step-started', task, rung: 'sonnet/thinking' });
    story.say(
      {
        type: 'step-finished',
        task,
        state: 'done',
        rung: 'sonnet/thinking',
        attempts: 1,
        durationMs: 10 * M,
        reason: '',
      },
      10 * M,
    );
  }
  const told = lines(story).filter((line) => line.includes('remaining'));
  assert.match(told[0] ?? '', /5 remaining, about \d+m–\dh/);
  assert.match(told[2] ?? '', /3 remaining, about 30m$/);
});

test('what is running, and what it cost so far, is there for a live view', () => {
  const progress = new Progress({ tasks: TASKS, measures: new Measures(), jobs: 2 });
  const story = new Story();
  story.attempts('a', [
    { rung: 'r/x', outcome: 'failed', ms: S, usd: 0.25 },
    { rung: 'r/y', outcome: 'failed', ms: S, usd: 0.5 },
  ]);
  for (const event of story.events) progress.see(event);
  assert.equal(
    [...progress.running.values()],
    [{ task: 'a', rung: 'r/y', attempt: 2, agent: 'claude', since: '2025-12-24T09:00:00.000Z' }],
  );
  assert.is(progress.costUsd, 0.75);
});

test('ten thousand receipts verified again in a moment do not each look through all that remains', () => {
  const tasks = Array.from({ length: 10_000 }, (_, at) => ({ name: `t${at}`, depends: [], rung: 'r/x', group: null }));
  const story = new Story().say({ type: 'run-started', pending: 10_000, done: 0 });
  for (const { name } of tasks) story.say({ type: 'verified', task: name, because: 'an input changed', durationMs: 1 });
  const before = process.cpuUsage();
  const told = lines(story, measured(M), tasks);
  // Of the processor, not of the clock: others may be at work here.
  const ms = process.cpuUsage(before).user / 1000;
  assert.ok(ms < 3000, `${ms} ms`);
  assert.match(told.at(-1) ?? '', /0 remaining$/);
});
