/** One task, one screen of the backlog: what `status` and `show NAME` print. */

import type { PathEntry } from '../src/record/receipt.js';
import type { FactsInput } from '../src/report/input.js';
import { statusText } from '../src/report/status.js';
import { type TaskPage, taskPage } from '../src/report/task-page.js';
import { taskPageText } from '../src/report/task-page-text.js';
import { withProject } from './rig/project.js';
import { A_AND_B } from './rig/steps.js';
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

const PATH: readonly PathEntry[] = [
  { rung: 'sonnet/thinking', outcome: 'failed', reason: 'make check is red', model: 'model-4-5', durationMs: 2 * M },
  { rung: 'sonnet/extended', outcome: 'done', reason: '', model: 'model-4-5', durationMs: 3 * M },
];

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
    { claimed: ['it is fast'], changed: ['src/a.c'], path: PATH },
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

Done: 2025-12-24 09:05 UTC, 5m, on sonnet/extended by claude, model-4-5, 2 attempts, 1 escalation
  sonnet/thinking (model-4-5) failed after 2m: make check is red
  sonnet/extended (model-4-5) done after 3m
Verified (strong: red before, green now) on tree deadbeef, commit c0ffee1 of rel-07:
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
  2025-12-24 09:05 UTC  ✓ a [5m] sonnet/extended (1 escalation)

Next:
  stepladder verify a   # check again that it is done, free
  stepladder reopen a --because 'WHAT IS MISSING'   # have it worked on again, told why`,
  );
});

test('a task that is not done says why it would run now, or what it waits for', () => {
  const story = new Story().task('a').task('b', ['a']);
  saysAll(show(story, 'a'), [
    'state:      would run now: never run',
    'make tasks/a.done   # run it',
    'prompt a   # see',
  ]);
  saysAll(show(story, 'b'), [
    'state:      waits for a',
    'depends on: a (pending)',
    'make tasks/b.done   # run what it needs',
  ]);
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

test('a checkpoint has no agent: no rungs and no prompt, and who approves it is told what was put off', () => {
  const story = new Story().task('done').task('later').task('gate', ['done', 'later'], { checkpoint: true });
  story.holds('done');
  const pending = show(story, 'gate');
  saysAll(pending, ['rungs:      none: a person approves it', 'make tasks/gate.done   # run what it needs, then it']);
  assert.not.match(pending, /agent|sonnet|prompt/);
  story.holds('later', { state: 'deferred' });
  saysAll(show(story, 'gate'), ['all it depends on is done, or deferred (later): look at it and approve']);
  story.holds('later');
  saysAll(show(story, 'gate'), ['all it depends on is done: look at it and approve']);
  story.holds('gate', { state: 'approved' });
  saysAll(show(story, 'gate'), ["reopen gate --because 'WHAT IS MISSING'   # take the approval back"]);
});

test('what is held up says by whom, however far above, why, and what to look at', () => {
  const story = new Story().task('far').task('a', ['far']).task('b', ['a']).task('gate', [], { checkpoint: true });
  story.task('c', ['b', 'gate']);
  story.fails('far', 'failed', [{ rung: 'r/x', outcome: 'failed', reason: 'no idea', ms: 1 }]);
  saysAll(show(story, 'c'), [
    'state:      waits for b, gate',
    'Held up by gate (waiting): it waits to be approved',
    'Held up by far (failed): no idea',
    'stepladder show gate   # see what stopped gate',
    'stepladder show far   # see what stopped far',
  ]);
  saysAll(show(story, 'far'), [
    'state:      failed: no idea',
    'Next:',
    "stepladder retry far --hint 'WHAT TO DO OTHERWISE'",
  ]);
  assert.not.match(show(story, 'far'), 'stepladder show far');
});

test('a task that came back says for what, by whom, and which commit left it so', () => {
  const story = new Story().task('a').task('b', ['a']).holds('a');
  const place = { symbol: 'start', file: 'src/a.c', line: 8, commit: 'c0ffee1' };
  story.say({ type: 'reopened', task: 'a', by: 'b', evidence: 'start is a stub', ...place });
  saysAll(show(story, 'a'), [
    'Reopened:\n  2025-12-24 09:00 UTC by b: start in src/a.c:8, left by commit c0ffee1\n    start is a stub',
  ]);
  assert.not.match(show(story, 'b'), 'Reopened:');
});

test('what nobody checked is not called verified, and findings are told', () => {
  const story = new Story().task('a').task('b').task('c');
  story.receipts.set('a', { kind: 'asserted', stale: null });
  story
    .holds('b', { evidence: 'none', verified: [] })
    .holds('c', { state: 'approved', path: [], verified: [], agent: null, rung: null });
  const finding = {
    kind: 'placeholder',
    severity: 'warning',
    file: 'src/b.c',
    line: 3,
    symbol: 'go',
    message: 'looks like a stub',
  } as const;
  story.holds('b', { evidence: 'none', verified: [], findings: [finding] });
  saysAll(show(story, 'a'), [
    'asserted by hand (unverified)',
    'Verified (asserted by hand: nothing was checked):\n  nothing',
  ]);
  saysAll(show(story, 'b'), [
    'done (unverified)',
    'Verified (none: nothing was checked) on tree deadbeef:\n  nothing',
    'warning placeholder: go in src/b.c:3: looks like a stub',
  ]);
  saysAll(show(story, 'c'), ['Verified (approved by a person) on tree deadbeef:']);
});

test('as JSON it says the same: where it was verified, what it was reopened for, what comes next', async () => {
  await withProject({ tasks: A_AND_B }, async (made) => {
    assert.is((await made.make(['orchestrate'])).code, 0);
    assert.is((await made.stepladder(['reopen', 'a', '--because', 'it is not enough'])).code, 0);
    assert.is((await made.make(['orchestrate'])).code, 0);
    const page = JSON.parse((await made.stepladder(['show', 'a', '--json'])).stdout) as TaskPage;
    assert.equal(page.verifiedOn, {
      tree: made.receipt('a')?.tree,
      commit: page.done?.commit,
      branch: 'main',
      model: page.verifiedOn?.model,
    });
    assert.match(made.git('log', '-1', '--format=%B', page.done?.commit ?? ''), 'Stepladder-Task: a');
    assert.equal(
      page.reopenings.map(({ by, evidence }) => ({ by, evidence })),
      [{ by: null, evidence: 'it is not enough' }],
    );
    assert.ok(page.next.length > 0);
    assert.match((await made.stepladder(['show', 'a'])).stdout, 'by hand\n    it is not enough');
  });
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

test('how to go on is the last that status says, however much there is to be done before', () => {
  const story = new Story().task('ready');
  for (const name of ['a', 'b', 'c']) {
    story.task(name).fails(name, 'failed', [{ rung: 'sonnet/thinking', outcome: 'failed', reason: 'no', ms: 1 }]);
    story.kept.set(name, [{ ref: `refs/${name}`, restore: 'git …' }]);
  }
  const lines = statusText(story.facts()).split('\n');
  assert.equal(lines.slice(-2), ['  … and 3 more', '  make orchestrate   # go on: one task could run now']);
  assert.is(lines.length - lines.indexOf('Next:'), 12);
});
