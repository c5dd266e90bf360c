/** The stop that made us: what a person wrote by hand about it, the report must say by itself. */
import { drawChain } from '../src/report/chain.js';
import { jsonText } from '../src/report/json.js';
import { reportMarkdown } from '../src/report/markdown.js';
import { statusText } from '../src/report/status.js';
import { Story, type Try } from './rig/story.js';
import { assert, suite } from './rig/suite.js';

const test = suite('report: the stop over an unfinished dependency');

const S = 1000;
const M = 60 * S;
const REMAINING = [
  'verify-providers',
  'tests-integration-switching',
  'tests-integration-flows',
  'vcr-makefile',
  'google-thought-signatures',
];
const FIRST_BLAME = 'openai_start_stream() is not yet implemented (returns ERR_NOT_IMPLEMENTED).';
const PLACE = { symbol: 'openai_start_stream', file: 'src/providers/openai/openai.c', line: 88 };
const EVIDENCE = 'openai_start_stream in src/providers/openai/openai.c:88 returns ERR(NOT_IMPLEMENTED)';

/** The eight tasks of the report; the one at fault was marked done in the run before. */
function backlog(): Story {
  const story = new Story()
    .task('openai-streaming-chat', [], { title: 'OpenAI Streaming Chat' })
    .task('tests-openai-basic', [], { title: 'Create OpenAI Provider Basic Tests' })
    .task('tests-openai-streaming', ['openai-streaming-chat', 'tests-openai-basic'], {
      title: 'Create OpenAI Provider Streaming Tests',
    })
    .task('verify-providers', ['tests-openai-streaming'])
    .task('tests-integration-switching', ['verify-providers'])
    .task('tests-integration-flows', ['verify-providers'])
    .task('vcr-makefile')
    .task('google-thought-signatures');
  story.run = '20251224-080000-000-aaaaaa';
  story.say({ type: 'run-started', pending: 8, done: 0 });
  story.step('openai-streaming-chat', [{ rung: 'sonnet/thinking', outcome: 'done', ms: 11 * M }], {
    changed: ['src/providers/openai/streaming_chat.c', 'tests/unit/openai_streaming_test.c'],
    verified: [{ check: 'make check', durationMs: 900, redBefore: false, flaky: false }],
    evidence: 'weak',
    claimed: ['openai_start_stream() works with fdset/perform/info_read'],
  });
  story.commits.set('openai-streaming-chat', 'c0ffee1');
  story.say({ type: 'run-finished', done: 1, failed: 0, blocked: 0, pending: 7 });
  story.run = '20251224-100000-000-bbbbbb';
  story.say({ type: 'run-started', pending: 7, done: 1 }, 60 * M);
  story.step(
    'tests-openai-basic',
    [
      {
        rung: 'sonnet/thinking',
        outcome: 'failed',
        reason: 'Client serialization tests failed with SIGABRT (15/22 tests passed)',
        ms: 3 * M,
      },
      {
        rung: 'sonnet/extended',
        outcome: 'failed',
        reason: 'Same issue - yyjson_mut_doc_new(NULL) crashes',
        ms: 2 * M,
      },
      { rung: 'opus/extended', outcome: 'done', ms: 3 * M + 40 * S },
    ],
    {
      changed: ['tests/unit/a.c', 'tests/unit/b.c', 'tests/unit/c.c', 'tests/unit/d.c'],
      claimed: ['48 tests in total'],
    },
  );
  return story;
}

/** As it goes with us: blocked on the first attempt, nothing above it started. */
function ours(): Story {
  const story = backlog();
  const tries: Try[] = [{ rung: 'sonnet/thinking', outcome: 'blocked', reason: FIRST_BLAME, ms: 4 * M }];
  const by = 'openai-streaming-chat';
  story.attempts('tests-openai-streaming', tries);
  story.say({ type: 'blocked', task: 'tests-openai-streaming', by, reason: FIRST_BLAME });
  story.say({
    type: 'step-finished',
    task: 'tests-openai-streaming',
    state: 'blocked',
    rung: 'sonnet/thinking',
    attempts: 1,
    durationMs: 4 * M,
    reason: FIRST_BLAME,
  });
  const ref = 'refs/stepladder/failed/tests-openai-streaming';
  story.fails('tests-openai-streaming', 'blocked', tries, {
    by,
    claim: { owner: by, evidence: EVIDENCE, ...PLACE },
    kept: { ref, commit: 'abc', base: 'def' },
  });
  story.kept.set('tests-openai-streaming', [
    { ref, restore: 'git checkout refs/stepladder/failed/tests-openai-streaming -- .' },
  ]);
  return story.say({ type: 'run-finished', done: 1, failed: 0, blocked: 1, pending: 5 });
}

/** As it went: four rungs, four times the same complaint. */
function theirs(): Story {
  const story = backlog();
  const tries: Try[] = [
    { rung: 'sonnet/thinking', outcome: 'failed', reason: FIRST_BLAME, ms: 4 * M },
    {
      rung: 'sonnet/extended',
      outcome: 'failed',
      reason: 'Precondition not met: openai-streaming-chat.md incomplete',
      ms: 5 * M,
    },
    {
      rung: 'opus/extended',
      outcome: 'failed',
      reason: 'Blocked: openai_start_stream vtable method not implemented',
      ms: 6 * M,
    },
    {
      rung: 'opus/ultrathink',
      outcome: 'failed',
      reason: 'Task requires 21+ tests but only 18 tests can pass.\nThe 3 async vtable tests cannot be implemented',
      ms: 9 * M,
    },
  ];
  story.step('tests-openai-streaming', tries).fails('tests-openai-streaming', 'failed', tries, {
    by: 'openai-streaming-chat',
    claim: { owner: 'openai-streaming-chat', evidence: EVIDENCE, ...PLACE },
  });
  return story.say({ type: 'run-finished', done: 1, failed: 1, blocked: 0, pending: 5 });
}

function saysAll(text: string, wanted: readonly string[]): void {
  for (const words of wanted) assert.ok(text.includes(words), `missing: ${words}\n${text}`);
}

const WHAT_A_PERSON_WROTE = [
  '`rel-07`',
  // The completed task: time, path, what its lower rungs failed at, what passed.
  'Create OpenAI Provider Basic Tests',
  'Done in 8m 40s on `opus/extended`, 3 attempts, 2 escalations',
  'Path: `sonnet/thinking` → `sonnet/extended` → `opus/extended`',
  '`sonnet/thinking` failed after 3m: Client serialization tests failed with SIGABRT (15/22 tests passed)',
  '`sonnet/extended` failed after 2m: Same issue - yyjson_mut_doc_new(NULL) crashes',
  'Verified (strong): `make check` (red before)',
  'Claimed, not verified: 48 tests in total',
  '`tests/unit/a.c`, `tests/unit/b.c`, `tests/unit/c.c`, `tests/unit/d.c`',
  // The root cause: what is missing, where, whose it is, what exists, who said that it was done.
  `Root cause:** ${EVIDENCE}`,
  'Where: `openai_start_stream in src/providers/openai/openai.c:88`',
  'Whose: `openai-streaming-chat`, landed by commit `c0ffee1`',
  'The receipt that says it is done: `tasks/openai-streaming-chat.done`, 2025-12-24 09:11 UTC, `sonnet/thinking`',
  'Verified of it: `make check`',
  'Merely claimed: openai_start_stream() works with fdset/perform/info_read',
  'What exists of it: `src/providers/openai/streaming_chat.c`, `tests/unit/openai_streaming_test.c`',
  FIRST_BLAME,
  // What remains, and what to do.
  '- ⏸ Remaining: 5 tasks, 2 of them could run now',
  ...REMAINING.map((task) => `\`${task}\``),
  '▶ `vcr-makefile` could run now',
  '⏸ `verify-providers` waits for `tests-openai-streaming`: something before it is stuck',
  "stepladder reopen openai-streaming-chat --because 'openai_start_stream in src/providers/openai/openai.c:88 returns ERR(NOT_IMPLEMENTED)'",
  'stepladder defer tests-openai-streaming',
  'make orchestrate',
];

test('blocked on its first attempt: the report says all that a person wrote by hand', () => {
  const facts = ours().facts();
  const text = reportMarkdown(facts);
  saysAll(text, WHAT_A_PERSON_WROTE);
  saysAll(text, [
    '- ✗ Blocked: 1 task (`tests-openai-streaming`)',
    '- **blocked** `tests-openai-streaming`: ',
    '1. `sonnet/thinking` blocked after 4m',
    '- faults laid at the right door: 1 time, 3 attempts saved',
    'bring it back with `git checkout refs/stepladder/failed/tests-openai-streaming -- .`',
  ]);
  assert.equal(facts.totals.notPaid.blame, { times: 1, attempts: 3 });
  assert.is(facts.run?.id, '20251224-100000-000-bbbbbb');
  assert.is(facts.run?.done, 1);
});

test('failed on four rungs, as it really went: each rung with its reason', () => {
  const text = reportMarkdown(theirs().facts());
  saysAll(text, WHAT_A_PERSON_WROTE);
  saysAll(text, [
    '- ✗ Failed: 1 task (`tests-openai-streaming`)',
    'Path: `sonnet/thinking` → `sonnet/extended` → `opus/extended` → `opus/ultrathink`',
    '2. `sonnet/extended` failed after 5m',
    'Precondition not met: openai-streaming-chat.md incomplete',
    '3. `opus/extended` failed after 6m',
    'Blocked: openai_start_stream vtable method not implemented',
    '4. `opus/ultrathink` failed after 9m',
    '   Task requires 21+ tests but only 18 tests can pass.\n   The 3 async vtable tests cannot be implemented',
    '- Total escalations: 5',
  ]);
});

test('the chain goes from whose fault it is, through who stopped, to who waits', () => {
  const facts = ours().facts();
  assert.is(facts.chains.length, 1);
  const chain = facts.chains[0];
  assert.ok(chain);
  if (!chain) return;
  assert.is(
    drawChain(chain),
    [
      `openai-streaming-chat (marked done): its receipt says done, yet ${EVIDENCE}`,
      '  ↓',
      'tests-openai-streaming (BLOCKED)',
      '  ↓',
      '  verify-providers (waits)',
      '    ↓',
      '    tests-integration-switching (waits)',
      '    tests-integration-flows (waits)',
    ].join('\n'),
  );
  assert.ok(reportMarkdown(facts).includes(drawChain(chain)));
});

test('the page begins with what waits for the reader, and keeps the order of the design', () => {
  const text = reportMarkdown(ours().facts());
  const order = [
    '## Waiting for you',
    '## What stopped, and why',
    '## Done',
    '## Blocked',
    '## What remains',
    '## Totals',
    '## Dependency chain',
    '## Next steps',
  ];
  const places = order.map((heading) => text.indexOf(`\n${heading}\n`));
  assert.ok(
    places.every((place) => place > 0),
    String(places),
  );
  assert.equal(
    [...places].sort((a, b) => a - b),
    places,
  );
  assert.ok(text.startsWith('# 1 blocked, 5 remain, 2 done\n'), text.slice(0, 80));
});

test('the numbers hold: one state for each task, and no task in two', () => {
  for (const facts of [ours().facts(), theirs().facts()]) {
    const { tasks, done, failed, blocked, pending } = facts.totals;
    assert.is(tasks, 8);
    assert.is(done, 2);
    assert.is(failed + blocked, 1);
    assert.is(pending, 5);
    const names = [...facts.done, ...facts.failed, ...facts.blocked, ...facts.remaining].map(({ task }) => task);
    assert.is(new Set(names).size, 8);
    assert.is(names.length, 8);
    assert.equal(
      facts.remaining.map(({ task }) => task),
      REMAINING,
    );
  }
});

test('the screen of status tells the same story', () => {
  const text = statusText(ours().facts());
  saysAll(text, [
    '1 blocked, 5 remain, 2 done',
    '⏸ tests-openai-streaming blocked (3 tasks behind it)',
    'root cause: openai_start_stream in src/providers/openai/openai.c:88, work of openai-streaming-chat',
    'vcr-makefile: never run',
    'verify-providers: for tests-openai-streaming',
    'stepladder reopen openai-streaming-chat --because ',
  ]);
});

test('once the owner has been reopened, it comes first, and the reason stands with it', () => {
  const story = ours();
  story.receipts.delete('openai-streaming-chat');
  story.say({ type: 'reopened', task: 'openai-streaming-chat', by: 'tests-openai-streaming', evidence: EVIDENCE }, M);
  const facts = story.facts();
  const owner = facts.remaining.find(({ task }) => task === 'openai-streaming-chat');
  assert.is(owner?.ready, true);
  assert.is(owner?.why, `reopened by tests-openai-streaming: ${EVIDENCE}`);
  assert.is(facts.blocked[0]?.cause?.claim?.present, false);
  const text = reportMarkdown(facts);
  saysAll(text, ['`tasks/openai-streaming-chat.done`, 2025-12-24 09:11 UTC, `sonnet/thinking` (withdrawn since)']);
  assert.not.ok(text.includes('stepladder answer'), 'it is open already');
});

test('equal input gives equal bytes', () => {
  assert.is(reportMarkdown(ours().facts()), reportMarkdown(ours().facts()));
  assert.is(jsonText(ours().facts()), jsonText(ours().facts()));
});
