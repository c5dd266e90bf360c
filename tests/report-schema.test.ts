/** report.json is a format: what we print is what the shipped schema says, and nothing beside. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';
import { jsonText } from '../src/report/json.js';
import { CHECKOUT } from './rig/project.js';
import { Story } from './rig/story.js';
import { assert, suite } from './rig/suite.js';

const test = suite('report: schema');

const schema = JSON.parse(readFileSync(join(CHECKOUT, 'schema/report.schema.json'), 'utf8'));
const validate = new Ajv({ strict: true, strictTypes: false, allErrors: true }).compile(schema);

function valid(story: Story, more: Parameters<Story['facts']>[0] = {}): void {
  const facts = JSON.parse(jsonText(story.facts(more)));
  assert.ok(validate(facts), JSON.stringify(validate.errors, null, 2));
}

/** One of everything. */
function everything(): Story {
  const place = { symbol: 'f', file: 'src/a.c', line: 8 };
  const story = new Story()
    .task('owner')
    .task('done')
    .task('hand')
    .task('gate', [], { checkpoint: true })
    .task('later')
    .task('failed', ['owner'])
    .task('blocked', ['owner'])
    .task('asks')
    .task('cut')
    .task('runs')
    .task('waits', ['failed']);
  story.say({ type: 'run-started', pending: 10, done: 0 });
  story.holds('owner', {
    findings: [{ kind: 'stub', severity: 'warning', message: 'm', ...place }],
    stubs: [{ symbol: 'f', file: 'src/a.c', until: 'later' }],
    claimed: ['it works'],
    changed: ['src/a.c'],
  });
  story.step('done', [
    { rung: 'sonnet/thinking', outcome: 'failed', reason: 'no', ms: 5, usd: 0.1 },
    { rung: 'sonnet/extended', outcome: 'done', ms: 5 },
  ]);
  story.say({
    type: 'checked',
    task: 'done',
    check: 'make check',
    ok: true,
    flaky: true,
    cached: false,
    durationMs: 1,
  });
  story.receipts.set('hand', { kind: 'asserted', stale: null });
  story.holds('later', { state: 'deferred' });
  const claim = { owner: 'owner', evidence: 'f is a stub', ...place };
  for (const state of ['failed', 'blocked'] as const) {
    const tries = [{ rung: 'sonnet/thinking', outcome: state, reason: 'no f', ms: 5 }] as const;
    story.step(state, tries).fails(state, state, tries, {
      claim,
      by: 'owner',
      kept: { ref: `refs/stepladder/failed/${state}`, commit: 'c', base: null },
      failedChecks: [{ label: 'make check', run: 'make check', kind: 'command' }],
    });
    story.kept.set(state, [{ ref: `refs/stepladder/failed/${state}`, restore: 'git …' }]);
  }
  story.fails('asks', 'question', [{ rung: 'sonnet/thinking', outcome: 'question', ms: 5 }], {
    question: 'Which?',
    options: ['a'],
  });
  story.attempts('cut', [{ rung: 'sonnet/thinking', outcome: 'interrupted', ms: 5 }]);
  story.kept.set('cut', [{ ref: 'refs/stepladder/interrupted/cut', restore: 'git …' }]);
  story.commits.set('owner', 'c0ffee');
  return story.say({ type: 'halted', reason: 'limit' });
}

test('one of everything', () => {
  const owed = ['later', 'gone'].map((owner) => ({ owner, symbol: 'f', file: 'a.c', line: null, leftBy: 'owner' }));
  valid(everything(), { running: new Set(['runs']), halt: { reason: 'limit', remedy: 'wait' }, owed });
  const facts = everything().facts({ running: new Set(['runs']) });
  for (const list of [
    facts.waiting,
    facts.stopped,
    facts.done,
    facts.failed,
    facts.blocked,
    facts.deferred,
    facts.remaining,
    facts.chains,
    facts.next,
  ]) {
    assert.ok(list.length > 0);
  }
  const { tasks, done, failed, blocked, deferred, waiting, interrupted, running, pending } = facts.totals;
  assert.is(done + failed + blocked + deferred + waiting + interrupted + running + pending, tasks);
});

test('nothing at all', () => valid(new Story()));

test('a finished run, and a clone without a journal', () => {
  valid(everything().say({ type: 'run-finished', done: 1, failed: 1, blocked: 1, pending: 1 }));
  valid(everything(), { events: [], failures: new Map(), kept: new Map() });
});

test('the schema refuses what it does not know', () => {
  const facts = JSON.parse(jsonText(everything().facts()));
  assert.not.ok(validate({ ...facts, more: 1 }));
  assert.not.ok(validate({ ...facts, totals: undefined }));
  assert.not.ok(validate({ ...facts, stepladder: 2 }));
});

test('keys are camelCase everywhere', () => {
  const wrong: string[] = [];
  JSON.stringify(everything().facts(), (key, value: unknown) => {
    if (!/^([a-z][A-Za-z]*|\d*)$/.test(key)) wrong.push(key);
    return value;
  });
  assert.equal(wrong, []);
});
