/** The escalation of the report: fails on two rungs, passes on the third, and every record of it says so. */
import { type Project, type Rule, withProject } from './rig/project.js';
import { assert, suite } from './rig/suite.js';

const test = suite('escalation');

const SERIAL = 'Client serialization tests failed with SIGABRT (15/22 tests passed)';
const SAME = 'Same issue: doc_new(NULL) crashes';
const TASK = '---\nrung: sonnet/thinking\n---\n# Create OpenAI Provider Basic Tests\n';
const SCRIPT: readonly Rule[] = [
  { rung: 'sonnet/thinking', write: { 'tests/a.c': 'first\n' }, verdict: { ok: false, reason: SERIAL } },
  { rung: 'sonnet/extended', write: { 'tests/b.c': 'second\n' }, verdict: { ok: false, reason: SAME } },
  { rung: 'opus/extended', write: { 'tests/c.c': 'third\n' }, verdict: { ok: true, usage: { costUsd: 0.5 } } },
];

async function escalated(body: (made: Project) => Promise<void>): Promise<void> {
  await withProject({ tasks: { 'tests-openai-basic': TASK }, script: SCRIPT }, async (made) => {
    const ran = await made.make(['orchestrate']);
    assert.is(ran.code, 0);
    await body(made);
  });
}

test('receipt, journal, report and commit show the path, its two reasons and the duration', async () => {
  await escalated(async (made) => {
    const receipt = made.receipt('tests-openai-basic');
    assert.is(receipt?.rung, 'opus/extended');
    assert.is(receipt?.attempts, 3);
    assert.equal(receipt?.path.map(({ rung, outcome, reason }) => [rung, outcome, reason]).slice(0, 2), [
      ['sonnet/thinking', 'failed', SERIAL],
      ['sonnet/extended', 'failed', SAME],
    ]);
    assert.is(receipt?.path[2]?.outcome, 'done');
    assert.ok((receipt?.durationMs ?? 0) > 0);

    const journal = made.journal();
    const ends = journal.flatMap((event) => (event.type === 'attempt-finished' ? [event] : []));
    assert.equal(
      ends.map(({ rung, outcome }) => [rung, outcome]),
      [
        ['sonnet/thinking', 'failed'],
        ['sonnet/extended', 'failed'],
        ['opus/extended', 'done'],
      ],
    );
    assert.ok(ends.every(({ durationMs }) => durationMs > 0));
    assert.equal(
      journal.flatMap((event) => (event.type === 'escalated' ? [[event.from, event.to, event.reason]] : [])),
      [
        ['sonnet/thinking', 'sonnet/extended', SERIAL],
        ['sonnet/extended', 'opus/extended', SAME],
      ],
    );

    const page = made.read('reports/report.md') ?? '';
    assert.match(page.replaceAll('`', ''), 'sonnet/thinking → sonnet/extended → opus/extended');
    assert.match(page, SERIAL);
    assert.match(page, SAME);
    const facts = JSON.stringify(JSON.parse(made.read('reports/report.json') ?? 'null'));
    for (const said of [SERIAL, SAME, 'opus/extended']) assert.match(facts, said);

    const message = made.git('log', '-1', '--format=%B');
    assert.match(message, 'Stepladder-Task: tests-openai-basic');
    assert.match(message, 'Stepladder-Rung: opus/extended');
  });
});

test('each rung is told why the ones below it failed, and builds on what they left', async () => {
  await escalated(async (made) => {
    const [first, second, third] = made.invocations();
    assert.not.match(first?.prompt ?? '', SERIAL);
    assert.match(second?.prompt ?? '', SERIAL);
    assert.match(third?.prompt ?? '', SERIAL);
    assert.match(third?.prompt ?? '', SAME);
    assert.equal(made.receipt('tests-openai-basic')?.changed, ['tests/a.c', 'tests/b.c', 'tests/c.c']);
  });
});

test('the line printed when it is done tells rung and escalations', async () => {
  await withProject({ tasks: { 'tests-openai-basic': TASK }, script: SCRIPT }, async (made) => {
    const ran = await made.make(['orchestrate']);
    assert.match(ran.output, /✓ tests-openai-basic \[[^\]]+\] opus\/extended \(2 escalations\)/);
  });
});
