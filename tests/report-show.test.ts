/** One task, one screen of the backlog: what `status` and `show NAME` print. */

import type { FactsInput } from '../src/report/input.js';
import { statusText } from '../src/report/status.js';
import { taskPage, taskPageText } from '../src/report/task-page.js';
import { Story } from './rig/story.js';
import { assert, suite } from './rig/suite.js';

const test = suite('report: status and show');

const M = 60_000;
const show = (story: Story, name: string, more: Partial<FactsInput> = {}): string => {
  const page = taskPage(story.input(more), name);
  assert.ok(page);
  return page ? taskPageText(page) : '';
};
const saysAll = (text: string, wanted: readonly string[]): void => {
  for (const words of wanted) assert.ok(text.includes(words), `missing: ${words}\n${text}`);
};

test('a done task: what it took, what was verified, where, and its past', () => {
  const story = new Story()
    .task('first')
    .task('a', ['first'], { title: 'Do A', group: 'Core', layer: '2' })
    .task('b', ['a']);
  story.holds('first').say({ type: 'run-started', pending: 2, done: 1 });
  story.step(
    'a',
    [
      { rung: 'sonnet/thinking', outcome: 'failed', reason: 'make check is red', ms: 2 * M },
      { rung: 'sonnet/extended', outcome: 'done', ms: 3 * M },
    ],
    { claimed: ['it is fast'], changed: ['src/a.c'] },
  );
  story.commits.set('a', 'c0ffee1');
  assert.is(
    show(story, 'a'),
    `a: Do A
  file:       tasks/a.md
  group:      Core
  layer:      2
  rungs:      sonnet/thinking → sonnet/extended → opus/extended → opus/ultrathink
  depends on: first (done)
  needed by:  b (pending)
  state:      done

Done: 2025-12-24 09:05 UTC, 5m, on sonnet/extended by claude, 2 attempts, 1 escalation, commit c0ffee1
  sonnet/thinking failed after 2m: make check is red
  sonnet/extended done after 3m
Verified (strong):
  ✓ make check [812ms], red before
Claimed, not verified:
  ◌ it is fast
Changed:
  src/a.c

History:
  2025-12-24 09:00 UTC  ▶ a sonnet/thinking
  2025-12-24 09:02 UTC  · a attempt 1 on sonnet/thinking failed [2m]: make check is red
  2025-12-24 09:02 UTC  ↑ a sonnet/thinking → sonnet/extended
  2025-12-24 09:02 UTC  ▶ a attempt 2 on sonnet/extended by claude
  2025-12-24 09:05 UTC  ✓ a [5m] sonnet/extended (1 escalation)`,
  );
});

test('a task that is not done says why it would run now, or what it waits for', () => {
  const story = new Story().task('a').task('b', ['a']);
  saysAll(show(story, 'a'), ['state:      would run now: never run']);
  saysAll(show(story, 'b'), ['state:      waits for a', 'depends on: a (pending)']);
  story.receipts.set('a', { kind: 'asserted', stale: 'its task file was edited since' });
  saysAll(show(story, 'a'), ['state:      would run now: its task file was edited since']);
});

test('a stuck task shows what each attempt ended with, whose fault it is, and where its work is', () => {
  const story = new Story().task('owner').holds('owner').task('a', ['owner']);
  const tries = [{ rung: 'sonnet/thinking', outcome: 'blocked', reason: 'f() is\nnot there', ms: M }] as const;
  const place = { symbol: 'f', file: 'src/a.c', line: 8 };
  const ref = 'refs/stepladder/failed/a';
  story.step('a', tries).fails('a', 'blocked', tries, {
    by: 'owner',
    claim: { owner: 'owner', evidence: 'f is a stub', ...place },
    kept: { ref, commit: 'c', base: null },
  });
  story.kept.set('a', [{ ref, restore: 'git restore …' }]);
  saysAll(show(story, 'a'), [
    'state:      blocked: f() is not there',
    '  sonnet/thinking blocked after 1m\n    f() is\n    not there',
    'Root cause: f in src/a.c:8, work of owner\n  f is a stub\n  its receipt: tasks/owner.done',
    'refs/stepladder/failed/a: git restore …',
  ]);
});

test('a question shows itself and its commands; a deferred task says so', () => {
  const story = new Story().task('a').task('b');
  story.fails('a', 'question', [{ rung: 'r/x', outcome: 'question', ms: 1 }], {
    question: 'Which?',
    options: ['x', 'y'],
  });
  story.holds('b', { state: 'deferred', path: [] });
  saysAll(show(story, 'a'), ['state:      waits for you', 'Which?', 'stepladder answer a x\n  stepladder answer a y']);
  saysAll(show(story, 'b'), ['deferred: its dependents go on without it', '\nDeferred: 2']);
  assert.not.match(show(story, 'b'), /Done|Verified/);
});

test('a task that is not there has no page', () => {
  assert.is(taskPage(new Story().input(), 'nobody'), null);
});

test('status begins with the state in one line, and shows at most ten of a kind', () => {
  const story = new Story();
  for (let at = 0; at < 30; at += 1) story.task(`t${at}`);
  story.task('gate', [], { checkpoint: true });
  const text = statusText(story.facts({ running: new Set(['t0']) }));
  assert.is(text.split('\n')[0], '1 waits for you, 1 running, 29 remain, 0 done');
  saysAll(text, [
    '? gate: ',
    '    stepladder approve gate',
    'Running:\n  ▶ t0',
    '  … and 19 more',
    'make orchestrate   # go on: 29 tasks could run now',
  ]);
  assert.not.ok(text.endsWith('\n'));
});
