/** When a receipt holds, and what is wrong where it does not. */
import { ASSERTED, type Receipt, receiptText, sealReceipt } from '../src/record/receipt.js';
import { type Reverified, type Standing, standing } from '../src/record/standing.js';
import { assert, suite } from './rig/suite.js';

const test = suite('standing');

const ESSENCE = 'aaaaaaaaaaaaaaaabbbb';
const OTHER_ESSENCE = 'ccccccccccccccccbbbb';
const TASK = { name: 'core', fingerprint: '1:sha256:f1', essence: ESSENCE };
const EDITED = { ...TASK, fingerprint: '1:sha256:f2', essence: OTHER_ESSENCE };
const CONDITIONS = { ...TASK, fingerprint: '1:sha256:f3' };
const WORK = 'aaaaaaaaaaaaaaaa.000000000001';
const PARSER = 'dddddddddddddddd.000000000002';
const PARSER_ANEW = 'dddddddddddddddd.000000000003';

function receipt(changes: Partial<Receipt> = {}): Receipt {
  return sealReceipt({
    stepladder: 1,
    task: 'core',
    state: 'done',
    fingerprint: TASK.fingerprint,
    work: WORK,
    inputs: { parser: PARSER },
    agent: null,
    rung: null,
    attempts: 1,
    reopened: 0,
    path: [],
    started: '',
    finished: '',
    durationMs: 0,
    usage: {},
    tree: '',
    changed: [],
    evidence: 'none',
    verified: [],
    claimed: [],
    findings: [],
    stubs: [],
    version: '0.1.0',
    ...changes,
  });
}

const RECEIPT = receipt();
const TEXT = receiptText(RECEIPT);
const WORKS = new Map<string, string | null>([['parser', PARSER]]);
const HOLDS: Standing = { kind: 'holds', work: WORK, state: 'done', asserted: false };

function works(entries: Record<string, string | null>): Map<string, string | null> {
  return new Map(Object.entries(entries));
}

test('a receipt of this task, these inputs and this fingerprint holds', () => {
  assert.equal(standing(TASK, TEXT, WORKS, null), HOLDS);
});

test('each state of a receipt holds as what it is', () => {
  for (const state of ['approved', 'deferred', 'accepted'] as const) {
    assert.equal(standing(TASK, receiptText(receipt({ state })), WORKS, null), { ...HOLDS, state });
  }
});

test('no receipt is no receipt', () => {
  assert.equal(standing(TASK, null, WORKS, null), { kind: 'missing' });
});

test('an assertion by hand holds, whatever the task and its inputs are', () => {
  const asserted: Standing = { kind: 'holds', work: ASSERTED, state: 'done', asserted: true };
  assert.equal(standing(TASK, '', WORKS, null), asserted);
  assert.equal(standing(EDITED, '\n', works({ parser: null }), null), asserted);
});

test('a dependency whose work is another one, or none, or asserted instead, asks for verifying', () => {
  for (const work of [PARSER_ANEW, null, ASSERTED]) {
    assert.is(standing(TASK, TEXT, works({ parser: work }), null).kind, 'inputs');
  }
});

test('a dependency more or less than the receipt names asks for verifying', () => {
  assert.is(standing(TASK, TEXT, works({}), null).kind, 'inputs');
  assert.is(standing(TASK, TEXT, works({ parser: PARSER, lexer: PARSER }), null).kind, 'inputs');
  assert.is(standing(TASK, TEXT, works({ lexer: PARSER }), null).kind, 'inputs');
});

test('tasks named like what every object has are compared by what the receipt says', () => {
  const task = receiptText(receipt({ inputs: { parser: PARSER, constructor: ASSERTED } }));
  assert.is(standing(TASK, task, works({ parser: PARSER, constructor: ASSERTED }), null).kind, 'holds');
  assert.is(standing(TASK, task, works({ parser: PARSER, toString: ASSERTED }), null).kind, 'inputs');
  assert.is(standing(TASK, TEXT, works({ toString: PARSER }), null).kind, 'inputs');
});

test('a task whose conditions alone changed is verified first, its inputs changed or not', () => {
  assert.is(standing(CONDITIONS, TEXT, WORKS, null).kind, 'conditions');
  assert.is(standing(CONDITIONS, TEXT, works({ parser: null }), null).kind, 'conditions');
});

test('a task that asks for other work is edited, its inputs changed or not', () => {
  assert.is(standing(EDITED, TEXT, WORKS, null).kind, 'edited');
  assert.is(standing(EDITED, TEXT, works({ parser: null }), null).kind, 'edited');
});

test('a fingerprint of another version never costs a cent: it is verified first', () => {
  assert.is(standing({ ...EDITED, fingerprint: '2:sha256:f1' }, TEXT, WORKS, null).kind, 'conditions');
  assert.is(standing({ ...EDITED, fingerprint: '10:sha256:f1' }, TEXT, WORKS, null).kind, 'conditions');
});

test('a receipt changed by hand is not believed', () => {
  const forged = TEXT.replace('"attempts": 1', '"attempts": 2');
  assert.equal(standing(TASK, forged, WORKS, null), {
    kind: 'unbelieved',
    reason: 'its seal is not that of its content',
  });
});

test('a receipt copied from another task is not believed', () => {
  const copied = receiptText(receipt({ task: 'basic' }));
  assert.equal(standing(TASK, copied, WORKS, null), {
    kind: 'unbelieved',
    reason: 'it speaks of another task, “basic”',
  });
});

test('what cannot be read is said to be unreadable, with a remedy', () => {
  const read = standing(TASK, '{"stepladder": 2}', WORKS, null);
  assert.is(read.kind, 'unreadable');
  if (read.kind === 'unreadable') assert.match(read.remedy, /newer/);
});

test('what was verified again holds with the work id it had, so that it goes no further', () => {
  const now = works({ parser: PARSER_ANEW });
  const reverified: Reverified = {
    seal: RECEIPT.seal,
    fingerprint: TASK.fingerprint,
    inputs: { parser: PARSER_ANEW },
  };
  assert.equal(standing(TASK, TEXT, now, reverified), HOLDS);
  assert.equal(standing(CONDITIONS, TEXT, now, { ...reverified, fingerprint: CONDITIONS.fingerprint }), HOLDS);
  // A dependent compares its inputs with a work id that has not changed.
  const dependent = { name: 'top', fingerprint: '1:sha256:t', essence: ESSENCE };
  const its = receiptText(receipt({ task: 'top', fingerprint: dependent.fingerprint, inputs: { core: WORK } }));
  assert.is(standing(dependent, its, works({ core: HOLDS.work }), null).kind, 'holds');
});

test('what was verified again says nothing of another receipt, another fingerprint, other inputs', () => {
  const now = works({ parser: PARSER_ANEW });
  const reverified: Reverified = {
    seal: RECEIPT.seal,
    fingerprint: TASK.fingerprint,
    inputs: { parser: PARSER_ANEW },
  };
  assert.is(standing(TASK, TEXT, now, { ...reverified, seal: 'sha256:00' }).kind, 'inputs');
  assert.is(standing(CONDITIONS, TEXT, now, reverified).kind, 'conditions');
  assert.is(standing(TASK, TEXT, works({ parser: null }), reverified).kind, 'inputs');
  assert.is(standing(TASK, TEXT, works({ parser: PARSER_ANEW, lexer: PARSER }), reverified).kind, 'inputs');
  assert.is(standing(EDITED, TEXT, now, { ...reverified, fingerprint: EDITED.fingerprint }).kind, 'edited');
});

test('inputs that came back to what the receipt names hold again', () => {
  const reverified: Reverified = { seal: RECEIPT.seal, fingerprint: TASK.fingerprint, inputs: { parser: PARSER_ANEW } };
  assert.equal(standing(TASK, TEXT, WORKS, reverified), HOLDS);
});
