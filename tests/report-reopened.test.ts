/** The stories of tasks that were called done and found unfinished, as report.md and report.json tell them. */
import { gatherFacts } from '../src/report/facts.js';
import { reportMarkdown } from '../src/report/markdown.js';
import { Story } from './rig/story.js';
import { assert, suite } from './rig/suite.js';

const test = suite('report: reopened');

const M = 60_000;
const EVIDENCE = 'b needs start in src/a.c:12 from a: it returns ERR(NOT_IMPLEMENTED)';

/** `a` leaves a stub, `b` needs it and says so, `a` is finished, then `b`. */
function healed(): Story {
  const story = new Story().task('a').task('b', ['a']);
  story.say({ type: 'run-started', pending: 2, done: 0 });
  story.step('a', [{ rung: 'sonnet/thinking', outcome: 'done', ms: M }]);
  story.step('b', [{ rung: 'sonnet/thinking', outcome: 'blocked', ms: M, reason: EVIDENCE }]);
  story.say({
    type: 'reopened',
    task: 'a',
    by: 'b',
    evidence: EVIDENCE,
    symbol: 'start',
    file: 'src/a.c',
    line: 12,
    commit: 'abc1234',
  });
  story.step('a', [{ rung: 'sonnet/thinking', outcome: 'done', ms: M }], { reopened: 1 });
  story.step('b', [{ rung: 'sonnet/thinking', outcome: 'done', ms: M }]);
  return story;
}

const pageOf = (story: Story): string => reportMarkdown(gatherFacts(story.input()));

test('what came back is told with who needed it, symbol, file, line and commit, and how it ended', () => {
  const story = healed();
  const [one, ...others] = gatherFacts(story.input()).reopenings;
  assert.equal(others, []);
  assert.equal(one, {
    task: 'a',
    by: 'b',
    evidence: EVIDENCE,
    symbol: 'start',
    file: 'src/a.c',
    line: 12,
    commit: 'abc1234',
    time: one?.time ?? '',
    inThisRun: true,
    state: 'done',
    byState: 'done',
  });
  const page = pageOf(story);
  const section = page.slice(page.indexOf('## Called done, and found unfinished'), page.indexOf('## Done'));
  assert.match(section, '`start in src/a.c:12`');
  assert.match(section, 'Left so by commit `abc1234`');
  assert.match(section, 'reopened by `b`, which needs it');
  assert.match(section, 'Now `a` is done');
  assert.match(section, 'And `b` is done');
});

test('attempts, time, escalations and cost of a task are those of all its steps', () => {
  const story = healed();
  const { done, totals } = gatherFacts(story.input());
  const a = done.find(({ task }) => task === 'a');
  assert.is(a?.attempts, 2);
  assert.is(a?.durationMs, 2 * M);
  assert.match(pageOf(story), /Done in 2m on `sonnet\/thinking`, 2 attempts, 0 escalations, reopened 1 time/);
  const byRung = totals.cost.byRung.reduce((all, { attempts }) => all + attempts, 0);
  assert.is(
    done.reduce((all, { attempts }) => all + attempts, 0),
    byRung,
    'as the totals count them',
  );
});

test('one reopened by hand names nobody but the person', () => {
  const story = new Story().task('a');
  story.say({ type: 'run-started', pending: 1, done: 0 });
  story.say({ type: 'reopened', task: 'a', by: '', evidence: 'the stream is never closed' });
  const page = pageOf(story);
  assert.match(page, 'reopened by hand');
  assert.match(page, 'the stream is never closed');
  assert.match(page, 'Now `a` is still to be done');
});

test('what came back in an earlier run is kept in report.json and left out of the page', () => {
  const story = healed();
  story.run = '20251225-090000-000-a1b2c3';
  story.say({ type: 'run-started', pending: 0, done: 2 });
  assert.equal(
    gatherFacts(story.input()).reopenings.map(({ inThisRun }) => inThisRun),
    [false],
  );
  assert.not.match(pageOf(story), 'found unfinished');
});
