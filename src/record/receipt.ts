/** Receipts: the `.done` files (DESIGN "Receipt"). A task is done if and only if its receipt holds. */
import { randomHex } from './digest.js';
import { OUTCOMES, type OutcomeName, type Usage, usageShape } from './event.js';
import { sealOf } from './seal.js';
import {
  amount,
  type Guard,
  has,
  isRecord,
  listOf,
  mapOf,
  matching,
  object,
  oneOf,
  optional,
  orNull,
  parseJson,
  text,
  truth,
} from './shape.js';

export type ReceiptState = 'done' | 'approved' | 'deferred' | 'accepted';

export interface PathEntry {
  readonly rung: string;
  readonly outcome: OutcomeName;
  readonly reason: string;
  /** The model that really answered, where the agent tells; else the one that was asked for. */
  readonly model: string | null;
  readonly durationMs: number;
  readonly costUsd?: number;
}

export interface VerifiedCheck {
  readonly check: string;
  readonly durationMs: number;
  readonly redBefore: boolean;
  readonly flaky: boolean;
}

export interface Finding {
  /** A kind of the stub corpus, or `tampering`, `stray-file`, … */
  readonly kind: string;
  readonly severity: 'error' | 'warning';
  readonly file: string;
  readonly line: number | null;
  readonly symbol: string | null;
  readonly message: string;
}

/** How the message of a finding begins that a `stepladder-ok` comment exempts; its reason follows. */
export const EXEMPT = 'exempt: ';

/** A stub that may stay for now, and the task that owes its removal. */
export interface DeferredStub {
  readonly symbol: string;
  readonly file: string;
  /** Name of the task that removes it. */
  readonly until: string;
}

export interface Receipt {
  readonly stepladder: 1;
  readonly task: string;
  readonly state: ReceiptState;
  readonly fingerprint: string;
  /** Work id: `<essence, 16 hex>.<12 hex of chance>`; names the work this receipt certifies. */
  readonly work: string;
  /** Work id of each dependency, by name. */
  readonly inputs: Readonly<Record<string, string>>;
  readonly agent: string | null;
  readonly rung: string | null;
  readonly attempts: number;
  readonly reopened: number;
  readonly path: readonly PathEntry[];
  readonly started: string;
  readonly finished: string;
  readonly durationMs: number;
  readonly usage: Usage;
  /** Id of the git tree that was verified (backlog and receipts left out). */
  readonly tree: string;
  readonly changed: readonly string[];
  readonly evidence: 'strong' | 'weak' | 'none';
  readonly verified: readonly VerifiedCheck[];
  readonly claimed: readonly string[];
  readonly findings: readonly Finding[];
  readonly stubs: readonly DeferredStub[];
  /** Of stepladder itself. */
  readonly version: string;
  readonly seal: string;
}

/** What a receipt's text turns out to be. */
export type ReadReceipt =
  /** Empty, or blanks only: made by hand (`make -t`, `touch`), accepted as an assertion (MAKE-RULES 18). */
  | { readonly kind: 'asserted' }
  /** `sealed`: the seal is that of the content. Where it is not, nothing in it is believed. */
  | { readonly kind: 'receipt'; readonly receipt: Receipt; readonly sealed: boolean }
  | { readonly kind: 'unreadable'; readonly reason: string; readonly remedy: string };

/** What stands in `inputs` for a dependency that was asserted by hand. */
export const ASSERTED = 'asserted';

const WORK_ID = /^[0-9a-f]{16}\.[0-9a-f]{12}$/;

export const pathEntryShape: Guard<PathEntry> = object<PathEntry>({
  rung: text,
  outcome: oneOf(...OUTCOMES),
  reason: text,
  model: orNull(text),
  durationMs: amount,
  costUsd: optional(amount),
});

// In the order in which they are written.
const receiptShape: Guard<Receipt> = object<Receipt>({
  stepladder: oneOf(1),
  task: text,
  state: oneOf('done', 'approved', 'deferred', 'accepted'),
  fingerprint: text,
  work: matching(WORK_ID, 'work id'),
  inputs: mapOf(text),
  agent: orNull(text),
  rung: orNull(text),
  attempts: amount,
  reopened: amount,
  path: listOf(pathEntryShape),
  started: text,
  finished: text,
  durationMs: amount,
  usage: usageShape,
  tree: text,
  changed: listOf(text),
  evidence: oneOf('strong', 'weak', 'none'),
  verified: listOf(object<VerifiedCheck>({ check: text, durationMs: amount, redBefore: truth, flaky: truth })),
  claimed: listOf(text),
  findings: listOf(
    object<Finding>({
      kind: text,
      severity: oneOf('error', 'warning'),
      file: text,
      line: orNull(amount),
      symbol: orNull(text),
      message: text,
    }),
  ),
  stubs: listOf(object<DeferredStub>({ symbol: text, file: text, until: text })),
  version: text,
  seal: text,
});

const CONFLICT = /^(?:<{7}|\|{7}|>{7})(?: |$)/m;
const REMOVE = 'remove the file, and the task is run again; or empty it (`: > FILE`) to assert by hand that it is done';

function unreadable(reason: string, remedy: string = REMOVE): ReadReceipt {
  return { kind: 'unreadable', reason, remedy };
}

/** What the text of a `.done` file says. Never throws: whatever stands in one, it is an answer. */
export function parseReceipt(source: string): ReadReceipt {
  if (source.trim() === '') return { kind: 'asserted' };
  if (CONFLICT.test(source)) {
    return unreadable(
      'it holds the marks of a merge conflict',
      'keep one side (`git checkout --ours FILE`, or `--theirs`); whichever it is, its task is verified again, not paid for',
    );
  }
  // An editor may have put a byte order mark before it; the seal is one of content, not of bytes.
  const value = parseJson(source.replace(/^\ufeff/, ''));
  if (!isRecord(value)) return unreadable('it is no JSON object');
  const version = value.stepladder;
  if (typeof version === 'number' && version > 1) {
    return unreadable(
      `it was written by a newer stepladder (receipt version ${version}, this one reads 1)`,
      'install the newer stepladder',
    );
  }
  if (version !== 1) return unreadable('it is no receipt: “stepladder” is not 1');
  if (!has(receiptShape, value)) return unreadable(`it is no receipt: ${receiptShape(value, '')}`);
  return { kind: 'receipt', receipt: value, sealed: hasItsSeal(value) };
}

function hasItsSeal(receipt: Receipt): boolean {
  try {
    return receipt.seal === sealOf(receipt);
  } catch (error) {
    // Nested deeper than the stack: nothing that we wrote.
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** The id of the work that a receipt certifies, which dependents keep as their input; null where none is believed. */
export function workOf(read: ReadReceipt, task?: string): string | null {
  switch (read.kind) {
    case 'asserted':
      return ASSERTED;
    case 'receipt':
      return read.sealed && (task === undefined || read.receipt.task === task) ? read.receipt.work : null;
    case 'unreadable':
      return null;
  }
}

/** A name for new work: of which essence, and by chance. `essence`: hex, 16 digits or more. */
export function newWorkId(essence: string): string {
  return `${essence.slice(0, 16)}.${randomHex(6)}`;
}

/** The essence a work id was made for: its first 16 hex digits. */
export function essenceOf(work: string): string {
  return work.slice(0, 16);
}

/** Sorted, so that the same inputs make the same text. */
function sorted(inputs: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(inputs).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The receipt with its seal. Throws where it would not be believed when read again: that is a bug of the caller's. */
export function sealReceipt(unsealed: Omit<Receipt, 'seal'>): Receipt {
  const receipt: Receipt = {
    stepladder: 1,
    task: unsealed.task,
    state: unsealed.state,
    fingerprint: unsealed.fingerprint,
    work: unsealed.work,
    inputs: sorted(unsealed.inputs),
    agent: unsealed.agent,
    rung: unsealed.rung,
    attempts: unsealed.attempts,
    reopened: unsealed.reopened,
    path: unsealed.path,
    started: unsealed.started,
    finished: unsealed.finished,
    durationMs: unsealed.durationMs,
    usage: unsealed.usage,
    tree: unsealed.tree,
    changed: unsealed.changed,
    evidence: unsealed.evidence,
    verified: unsealed.verified,
    claimed: unsealed.claimed,
    findings: unsealed.findings,
    stubs: unsealed.stubs,
    version: unsealed.version,
    seal: '',
  };
  const whole = { ...receipt, seal: sealOf(receipt) };
  const back = parseReceipt(receiptText(whole));
  if (back.kind !== 'receipt' || !back.sealed) {
    throw new Error(`a receipt that nobody would believe: ${back.kind === 'unreadable' ? back.reason : back.kind}`);
  }
  return whole;
}

/**
 * A receipt as it is written: JSON, one field a line, ending in a newline. Not more lines than that: two receipts in
 * pretty print are alike enough for git to take one for the other renamed, and a revert then conflicts.
 */
export function receiptText(receipt: Receipt): string {
  const fields = Object.entries(receipt).map(([name, value]) => `  ${JSON.stringify(name)}: ${JSON.stringify(value)}`);
  return `{\n${fields.join(',\n')}\n}\n`;
}
