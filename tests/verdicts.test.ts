import type { Verdict } from '../src/agents/agent.js';
import { masked } from '../src/agents/ending.js';
import { parseLastWord, parseUsage, parseVerdict } from '../src/agents/verdict.js';
import { maskFor } from '../src/inspect/secrets.js';
import { assert, suite } from './rig/suite.js';

const test = suite('verdicts');

/** A verdict as it goes on record. */
function shown(value: unknown, env: Readonly<Record<string, string>> = {}): Verdict | null {
  const verdict = parseVerdict(value);
  if (verdict === null) return null;
  const ending = masked({ end: 'verdict', verdict }, maskFor(env));
  return ending.end === 'verdict' ? ending.verdict : null;
}

test('ok: true is a claim of done, whatever else stands beside it', () => {
  assert.equal(parseVerdict({ ok: true }), { kind: 'ok', deferredStubs: [] });
  assert.equal(parseVerdict({ ok: true, reason: 'fine', question: 'really?' }), { kind: 'ok', deferredStubs: [] });
});

test('only a boolean ok makes a verdict', () => {
  for (const value of [null, 1, 'ok', [], [{ ok: true }], {}, { ok: 'true' }, { ok: 1 }, { ok: null }]) {
    assert.is(parseVerdict(value), null, JSON.stringify(value));
  }
});

test('a failure says why, and what is missing where it knows', () => {
  assert.equal(
    parseVerdict({ ok: false, reason: ' no vtable ', blockedBy: 'openai-core', symbol: 'start()', file: 'a.c' }),
    { kind: 'failed', reason: 'no vtable', blockedBy: 'openai-core', symbol: 'start()', file: 'a.c' },
  );
  assert.equal(parseVerdict({ ok: false, reason: 7, blockedBy: '', symbol: {}, file: null }), {
    kind: 'failed',
    reason: 'the agent gave no reason',
    blockedBy: null,
    symbol: null,
    file: null,
  });
});

test('a question has options, of which only texts count', () => {
  assert.equal(parseVerdict({ ok: false, question: 'A or B?', options: ['A', 3, '', 'B'] }), {
    kind: 'question',
    question: 'A or B?',
    options: ['A', 'B'],
  });
  assert.equal(parseVerdict({ ok: false, question: '   ', reason: 'x' })?.kind, 'failed');
  assert.equal(parseVerdict({ ok: false, question: 'A?', options: 'A' }), {
    kind: 'question',
    question: 'A?',
    options: [],
  });
});

test('deferred stubs count where they are complete', () => {
  const whole = { symbol: 'f', file: 'a.c', until: 'later' };
  assert.equal(parseVerdict({ ok: true, deferredStubs: [whole, { symbol: 'g' }, null, { ...whole, until: 4 }] }), {
    kind: 'ok',
    deferredStubs: [whole],
  });
});

test('long texts are cut, never in the middle of a character', () => {
  const failed = shown({ ok: false, reason: 'x'.repeat(1e6), symbol: `${'s'.repeat(498)}😀😀` });
  assert.is(failed?.kind === 'failed' && failed.reason.length, 4000);
  assert.is(failed?.kind === 'failed' && failed.symbol, `${'s'.repeat(498)}…`);
  const asked = shown({ ok: false, question: 'q', options: Array.from({ length: 500 }, () => 'o'.repeat(900)) });
  assert.is(asked?.kind === 'question' && asked.options.length, 20);
  assert.is(asked?.kind === 'question' && asked.options[0]?.length, 500);
});

test('a secret shows no part of itself, wherever a text is cut', () => {
  const secret = '0123456789'.repeat(6);
  const parts = /\d{3}/;
  for (let before = 3900; before < 4010; before += 1) {
    const long = `${'x'.repeat(before)}${secret} and so on`;
    const short = `${'x'.repeat(before - 3500)}${secret} and so on`;
    const env = { MY_API_KEY: secret };
    for (const value of [
      { ok: false, reason: long, blockedBy: short, symbol: short, file: short },
      { ok: false, question: long, options: [short, short] },
      { ok: true, deferredStubs: [{ symbol: short, file: short, until: short }] },
    ]) {
      assert.not.match(JSON.stringify(shown(value, env)), parts, `${before} before it`);
    }
    const ending = masked({ end: 'environment', reason: long, remedy: '' }, maskFor(env));
    assert.not.match(JSON.stringify(ending), parts, `${before} before it`);
  }
});

test('usage is made of numbers of 0 or more', () => {
  assert.equal(parseUsage({ inputTokens: 10, outputTokens: 0, costUsd: 0.25, other: 1 }), {
    inputTokens: 10,
    outputTokens: 0,
    costUsd: 0.25,
  });
  assert.equal(parseUsage({ inputTokens: -1, outputTokens: '5', costUsd: 1 }), { costUsd: 1 });
  assert.is(parseUsage({ inputTokens: Number.NaN, costUsd: Number.POSITIVE_INFINITY }), null);
  for (const value of [undefined, null, 5, [], {}]) assert.is(parseUsage(value), null);
});

test('a last word is a whole line of JSON, not JSON within prose', () => {
  assert.is(parseLastWord('done: {"ok": true}'), null);
  assert.is(parseLastWord('{"ok": true} and so on'), null);
  assert.is(parseLastWord('{"ok": true'), null);
  assert.is(parseLastWord('```{"ok": true}```'), null);
  assert.equal(parseLastWord('  {"ok": true}\r')?.verdict, { kind: 'ok', deferredStubs: [] });
});

test('a last word may tell a usage limit, a broken environment and the model, but not together with ok', () => {
  const limit = parseLastWord('{"ok":false,"reason":"limit","limit":{"resetsAt":"2026-01-02T03:04:05Z"}}');
  assert.equal(limit?.limit, { resetsAt: Date.UTC(2026, 0, 2, 3, 4, 5) });
  assert.equal(parseLastWord('{"ok":false,"limit":{"resetsAt":null}}')?.limit, { resetsAt: null });
  assert.equal(parseLastWord('{"ok":false,"limit":{"resetsAt":"soon"}}')?.limit, { resetsAt: null });
  assert.is(parseLastWord('{"ok":false,"limit":true}')?.limit, null);
  assert.is(parseLastWord('{"ok":false,"environment":"not logged in"}')?.environment, 'not logged in');
  const done = parseLastWord('{"ok":true,"limit":{"resetsAt":null},"environment":"x","model":"sonnet-9"}');
  assert.equal([done?.limit, done?.environment, done?.model], [null, null, 'sonnet-9']);
});
