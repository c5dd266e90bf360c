/** What was not paid, to the event: each number can be traced to lines of the journal. */
import type { NotPaid } from '../src/report/shape.js';
import { Story } from './rig/story.js';
import { assert, suite } from './rig/suite.js';

const test = suite('report: not paid');

const NOTHING = { times: 0, attempts: 0 };
const notPaid = (story: Story): NotPaid => story.facts().totals.notPaid;
const blocked = (story: Story): Story =>
  story.say({
    type: 'step-finished',
    task: 'a',
    state: 'blocked',
    rung: null,
    attempts: 0,
    durationMs: 1,
    reason: 'red',
  });

test('nothing happened, nothing was saved', () => {
  const story = new Story().task('a').step('a', [{ rung: 'sonnet/thinking', outcome: 'done', ms: 1 }]);
  assert.equal(notPaid(story), {
    limits: NOTHING,
    outages: NOTHING,
    flakes: NOTHING,
    questions: NOTHING,
    blame: NOTHING,
    earlyCutoff: NOTHING,
    attempts: 0,
    causes: [],
  });
});

test('a limit or an outage that was waited out saved a climb each; one that halted the run saved none', () => {
  const story = new Story().task('a').task('b');
  story.step('a', [
    { rung: 'sonnet/thinking', outcome: 'limit', ms: 1 },
    { rung: 'sonnet/thinking', outcome: 'transient', ms: 1 },
    { rung: 'sonnet/thinking', outcome: 'transient', ms: 1 },
    { rung: 'sonnet/thinking', outcome: 'done', ms: 1 },
  ]);
  story.attempts('b', [{ rung: 'sonnet/thinking', outcome: 'limit', ms: 1 }]);
  story.say({ type: 'halted', reason: 'limit until tomorrow' });
  // The next run's attempt is another step's.
  story.step('b', [{ rung: 'sonnet/thinking', outcome: 'done', ms: 1 }]);
  const { limits, outages } = notPaid(story);
  assert.equal({ limits, outages }, { limits: { times: 1, attempts: 1 }, outages: { times: 2, attempts: 2 } });
});

test('a flaky check saved an attempt', () => {
  const story = new Story().task('a');
  for (const flaky of [true, false]) {
    story.say({ type: 'checked', task: 'a', check: 'make check', ok: true, flaky, cached: false, durationMs: 1 });
  }
  assert.equal(notPaid(story).flakes, { times: 1, attempts: 1 });
  assert.equal(story.facts().totals.flaky, [{ check: 'make check', times: 1, tasks: ['a'] }]);
});

test('a question saved every rung above the one it was asked on', () => {
  const story = new Story().task('a');
  story.step('a', [
    { rung: 'sonnet/thinking', outcome: 'failed', ms: 1 },
    { rung: 'sonnet/extended', outcome: 'question', ms: 1 },
  ]);
  assert.equal(notPaid(story).questions, { times: 1, attempts: 2 });
});

test('a checkpoint, for which no agent would have been paid, saved nothing', () => {
  const story = new Story().task('a');
  story.say({
    type: 'step-finished',
    task: 'a',
    state: 'question',
    rung: null,
    attempts: 0,
    durationMs: 1,
    reason: 'look',
  });
  assert.equal(notPaid(story).questions, NOTHING);
});

test('blame saved every rung above the first; a false precondition all of them', () => {
  const first = new Story().task('a').step('a', [{ rung: 'sonnet/thinking', outcome: 'blocked', ms: 1 }]);
  assert.equal(notPaid(first).blame, { times: 1, attempts: 3 });
  assert.equal(notPaid(blocked(new Story().task('a'))).blame, { times: 1, attempts: 4 });
});

test('a step that was reopened starts higher up, and what lay below was not before it', () => {
  const story = new Story().task('a').step('a', [{ rung: 'opus/extended', outcome: 'blocked', ms: 1 }]);
  assert.equal(notPaid(story).blame, { times: 1, attempts: 1 });
});

test('the same stop told again at every run saves nothing more', () => {
  const story = blocked(blocked(blocked(new Story().task('a'))));
  assert.equal(notPaid(story).blame, { times: 1, attempts: 4 });
  story.step('a', [{ rung: 'sonnet/thinking', outcome: 'blocked', ms: 1 }]);
  assert.equal(notPaid(story).blame, { times: 2, attempts: 7 });
});

test('work that was verified again instead of done again saved an attempt', () => {
  const story = new Story().task('a').say({ type: 'verified', task: 'a', because: 'an input changed', durationMs: 1 });
  assert.equal(notPaid(story).earlyCutoff, { times: 1, attempts: 1 });
});

test('a task that is no longer in the backlog saved nothing that could be counted', () => {
  const story = new Story().step('gone', [{ rung: 'sonnet/thinking', outcome: 'blocked', ms: 1 }]);
  assert.equal(notPaid(story).blame, { times: 1, attempts: 0 });
});

test('what happened on another branch is another branch’s', () => {
  const story = new Story().task('a');
  story.branch = 'other';
  story.say({ type: 'verified', task: 'a', because: 'x', durationMs: 1 });
  assert.is(notPaid(story).attempts, 0);
});
