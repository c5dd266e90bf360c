/** What stands in a `.done` file, whoever wrote it, and what is believed of it. */
import {
  ASSERTED,
  essenceOf,
  newWorkId,
  parseReceipt,
  type Receipt,
  receiptText,
  sealReceipt,
  workOf,
} from '../src/record/receipt.js';
import { canonicalText, sealOf } from '../src/record/seal.js';
import { assert, suite } from './rig/suite.js';

const test = suite('receipts');

const ESSENCE = '0123456789abcdef'.repeat(4);

const UNSEALED: Omit<Receipt, 'seal'> = {
  stepladder: 1,
  task: 'openai-core',
  state: 'done',
  fingerprint: '1:sha256:aa',
  work: '0123456789abcdef.00112233aabb',
  inputs: { zebra: ASSERTED, 'sse-parser': 'fedcba9876543210.00112233aabb' },
  agent: 'claude',
  rung: 'opus/extended',
  attempts: 3,
  reopened: 0,
  path: [
    {
      rung: 'sonnet/thinking',
      outcome: 'failed',
      reason: 'naïve „Stub“ \u2028',
      model: null,
      durationMs: 1,
      costUsd: 0.01,
    },
    { rung: 'opus/extended', outcome: 'done', reason: '', model: 'opus-1', durationMs: 2 },
  ],
  started: '2026-01-02T03:04:05.678Z',
  finished: '2026-01-02T03:12:05.678Z',
  durationMs: 520_000,
  usage: { inputTokens: 1, costUsd: 1e-7 },
  tree: 'f'.repeat(40),
  changed: ['src/ö.c'],
  evidence: 'strong',
  verified: [{ check: 'make check', durationMs: 812, redBefore: true, flaky: false }],
  claimed: ['it is fast'],
  findings: [{ kind: 'todo', severity: 'warning', file: 'a.c', line: 3, symbol: null, message: 'x' }],
  stubs: [{ symbol: 'f', file: 'a.c', until: 'later' }],
  version: '0.1.0',
};
const RECEIPT = sealReceipt(UNSEALED);
const TEXT = receiptText(RECEIPT);

const parsed = (): Record<string, unknown> => JSON.parse(TEXT);

function isBelieved(text: string): boolean {
  const read = parseReceipt(text);
  return read.kind === 'receipt' && read.sealed;
}

test('a receipt reads back as it was written, and is believed', () => {
  assert.equal(parseReceipt(TEXT), { kind: 'receipt', receipt: RECEIPT, sealed: true });
  assert.ok(TEXT.endsWith('}\n'));
  assert.is(TEXT.split('\n')[1], '  "stepladder": 1,');
  assert.is(workOf(parseReceipt(TEXT)), RECEIPT.work);
});

test('the same facts make the same text, whatever the order they were given in', () => {
  const reversed = Object.fromEntries(Object.entries(UNSEALED).reverse());
  const inputs = Object.fromEntries(Object.entries(UNSEALED.inputs).reverse());
  assert.is(receiptText(sealReceipt({ ...UNSEALED, ...reversed, inputs })), TEXT);
});

test('the seal is one of content: order, blanks, line ends and a byte order mark do not break it', () => {
  const reversed = Object.fromEntries(Object.entries(parsed()).reverse());
  for (const text of [
    JSON.stringify(parsed()),
    JSON.stringify(reversed, null, '\t'),
    TEXT.replaceAll('\n', '\r\n'),
    `\ufeff${TEXT}`,
    `\n  ${TEXT}\n\n`,
  ]) {
    assert.ok(isBelieved(text), text);
  }
});

test('no part of a receipt can be changed without breaking its seal', () => {
  for (const key of Object.keys(parsed())) {
    const value = parsed()[key];
    const changed =
      typeof value === 'number' ? value + 1 : typeof value === 'string' ? `${value}0` : Array.isArray(value) ? [] : {};
    const read = parseReceipt(JSON.stringify({ ...parsed(), [key]: changed }));
    assert.ok(read.kind === 'unreadable' || (read.kind === 'receipt' && !read.sealed), key);
    assert.is(workOf(read), null);
  }
  assert.not.ok(isBelieved(JSON.stringify({ ...parsed(), note: 'added by hand' })));
});

test('a receipt with a key of a later version is believed, and keeps it', () => {
  const later = { ...parsed(), later: { b: 1, a: [true] } };
  const text = JSON.stringify({ ...later, seal: sealOf(later) });
  assert.ok(isBelieved(text));
});

test('a receipt cut off anywhere is never believed', () => {
  // Cut to nothing, it is an assertion: that is Make's to say (`make -t`).
  for (let length = 1; length < TEXT.length - 2; length++) {
    assert.is(parseReceipt(TEXT.slice(0, length)).kind, 'unreadable', `cut to ${length} characters`);
  }
  assert.ok(isBelieved(TEXT.trimEnd()));
});

test('an empty receipt, or one of blanks, is an assertion by hand', () => {
  for (const text of ['', '\n', ' \t\r\n\n', '\ufeff']) {
    const read = parseReceipt(text);
    assert.equal(read, { kind: 'asserted' });
    assert.is(workOf(read), 'asserted');
  }
});

test('whatever else stands in the file is unreadable, with a reason and a remedy, and never a crash', () => {
  const cases: [text: string, reason: RegExp, remedy: RegExp][] = [
    ['{', /no JSON object/, /remove the file/],
    ['null', /no JSON object/, /remove/],
    ['[]', /no JSON object/, /remove/],
    ['"done"', /no JSON object/, /remove/],
    ['done', /no JSON object/, /remove/],
    ['\0\0\0\0', /no JSON object/, /remove/],
    ['{}', /“stepladder” is not 1/, /remove/],
    ['{"stepladder": "1"}', /“stepladder” is not 1/, /remove/],
    ['{"stepladder": 0}', /“stepladder” is not 1/, /remove/],
    ['{"stepladder": 1}', /task is no text/, /remove/],
    ['{"stepladder": 2, "anything": true}', /newer stepladder \(receipt version 2/, /install the newer/],
    [JSON.stringify({ ...parsed(), inputs: { a: 1 } }), /inputs\.a is no text/, /remove/],
    [JSON.stringify({ ...parsed(), inputs: [] }), /inputs is no object/, /remove/],
    [JSON.stringify({ ...parsed(), state: 'finished' }), /state is none of done, approved/, /remove/],
    [JSON.stringify({ ...parsed(), work: '../../x' }), /work is no work id/, /remove/],
    [JSON.stringify({ ...parsed(), attempts: -1 }), /attempts is no number of 0 or more/, /remove/],
    [JSON.stringify({ ...parsed(), durationMs: null }), /durationMs is no number/, /remove/],
    [JSON.stringify({ ...parsed(), path: [{ ...UNSEALED.path[1], rung: 7 }] }), /path\[0\]\.rung is no text/, /remove/],
    ['{"a":'.repeat(100_000), /no JSON object/, /remove/],
  ];
  for (const [text, reason, remedy] of cases) {
    const read = parseReceipt(text);
    if (read.kind !== 'unreadable') throw new Error(`${text.slice(0, 80)} was read as ${read.kind}`);
    assert.match(read.reason, reason);
    assert.match(read.remedy, remedy);
    assert.is(workOf(read), null);
  }
});

test('something nested beyond all measure is not believed', () => {
  const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
  const read = parseReceipt(TEXT.replace('{', `{"x": ${deep},`));
  assert.ok(read.kind === 'unreadable' || (read.kind === 'receipt' && !read.sealed));
});

test('a merge conflict is said to be one', () => {
  const theirs = TEXT.replace('"attempts": 3', '"attempts": 4');
  for (const text of [
    `<<<<<<< HEAD\n${TEXT}=======\n${theirs}>>>>>>> other\n`,
    TEXT.replace(
      '  "attempts": 3,\n',
      '<<<<<<< HEAD\n  "attempts": 3,\n||||||| base\n=======\n  "attempts": 4,\n>>>>>>> x\n',
    ),
  ]) {
    const read = parseReceipt(text);
    if (read.kind !== 'unreadable') throw new Error(read.kind);
    assert.match(read.reason, /merge conflict/);
    assert.match(read.remedy, /--ours/);
  }
  assert.ok(isBelieved(receiptText(sealReceipt({ ...UNSEALED, claimed: ['<<<<<<< HEAD\n=======\n>>>>>>> x'] }))));
});

test('a receipt that speaks of another task has no work id for this one', () => {
  assert.is(workOf(parseReceipt(TEXT), 'openai-core'), RECEIPT.work);
  assert.is(workOf(parseReceipt(TEXT), 'openai-basic'), null);
});

test('a receipt that nobody would believe is never written', () => {
  assert.throws(() => sealReceipt({ ...UNSEALED, durationMs: Number.NaN }), /nobody would believe: .*durationMs/);
  assert.throws(() => sealReceipt({ ...UNSEALED, work: '' }), /nobody would believe: .*work/);
});

test('half a surrogate pair in an agent’s words does not break the seal', () => {
  assert.ok(isBelieved(receiptText(sealReceipt({ ...UNSEALED, claimed: ['\ud83d', 'ok \udc00'] }))));
});

test('work ids name the essence, and differ from each other', () => {
  const [one, two] = [newWorkId(ESSENCE), newWorkId(ESSENCE)];
  assert.match(one, /^0123456789abcdef\.[0-9a-f]{12}$/);
  assert.is.not(one, two);
  assert.is(essenceOf(one), '0123456789abcdef');
});

test('canonical text is one for one value', () => {
  assert.is(
    canonicalText({ b: [1, { d: null, c: 'x' }], a: undefined, 'a b': -0 }),
    '{"a b":0,"b":[1,{"c":"x","d":null}]}',
  );
  assert.is(canonicalText([undefined, Number.NaN]), '[null,null]');
  assert.is(canonicalText(JSON.parse('{"__proto__": 1}')), '{"__proto__":1}');
});

test('canonical text sorts keys as texts, also those that an object keeps elsewhere', () => {
  // Tasks may be called so, and stand in `inputs`.
  const named = {
    b: [{ z: 1, inputs: { 9: 'i', 10: 'j', '01': 'k', '-': 'l', constructor: 'm' } }],
    a: { y: 1, x: {} },
  };
  assert.is(
    canonicalText(named),
    '{"a":{"x":{},"y":1},"b":[{"inputs":{"-":"l","01":"k","10":"j","9":"i","constructor":"m"},"z":1}]}',
  );
  const odd = JSON.parse('{"b": {"__proto__": {"d": 1, "c": "é\\u2028\\ud800"}, "Z": null}, "a": []}');
  assert.is(canonicalText(odd), '{"a":[],"b":{"Z":null,"__proto__":{"c":"é\u2028\\ud800","d":1}}}');
  assert.is(canonicalText({ c: 1, a: 2 }), '{"a":2,"c":1}');
  assert.is(canonicalText({ b: 1, c: 2 }), '{"b":1,"c":2}', 'as many keys as the last one, and others');
});
