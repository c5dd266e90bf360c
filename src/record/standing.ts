/** Does a receipt hold? Decided by content, never by time (DESIGN "Is it done?"). */
import type { ReadReceipt, Receipt, ReceiptState } from './receipt.js';
import { ASSERTED, essenceOf, parseReceipt } from './receipt.js';
import { mapOf, object, text } from './shape.js';

/**
 * That a receipt was verified again after its inputs or its task's conditions had changed: it holds for these, and
 * keeps its work id, so that nothing goes on from here. Kept in `.stepladder/`, not committed.
 */
export interface Reverified {
  /** The seal of the receipt that was verified: for any other this says nothing. */
  readonly seal: string;
  /** What the task's fingerprint was then. */
  readonly fingerprint: string;
  /** The work ids of the dependencies then. */
  readonly inputs: Readonly<Record<string, string>>;
}

export const reverifiedShape = object<Reverified>({ seal: text, fingerprint: text, inputs: mapOf(text) });

export type Standing =
  /** Done. `work`: what dependents compare their inputs with. */
  | { readonly kind: 'holds'; readonly work: string; readonly state: ReceiptState; readonly asserted: boolean }
  | { readonly kind: 'missing' }
  /** Only the work of a dependency is another one (or none): the step verifies first. */
  | { readonly kind: 'inputs'; readonly receipt: Receipt }
  /** Only `depends`, `verify` or conditions changed (or the inputs as well): the step verifies first. */
  | { readonly kind: 'conditions'; readonly receipt: Receipt }
  /** The task asks for other work than was done. */
  | { readonly kind: 'edited'; readonly receipt: Receipt }
  /** Its seal is wrong, or it speaks of another task: verified, and paid for only if that fails. */
  | { readonly kind: 'unbelieved'; readonly reason: string }
  | { readonly kind: 'unreadable'; readonly reason: string; readonly remedy: string };

/** A task as far as its receipt is concerned. */
export interface Wanted {
  readonly name: string;
  readonly fingerprint: string;
  readonly essence: string;
}

/**
 * Whether a task's receipt holds, and if not, why. `source`: the receipt's text, null where there is none;
 * `worksOfDepends`: for each of the task's dependencies the work id in its receipt now (`workOf`), null for none;
 * `reverified`: what is on record for the task, if anything.
 */
export function standing(
  task: Wanted,
  source: string | null,
  worksOfDepends: ReadonlyMap<string, string | null>,
  reverified: Reverified | null,
): Standing {
  return standingOf(task, source === null ? null : parseReceipt(source), worksOfDepends, reverified);
}

/** As `standing`, of a receipt that was read already; null where there is none. */
export function standingOf(
  task: Wanted,
  read: ReadReceipt | null,
  worksOfDepends: ReadonlyMap<string, string | null>,
  reverified: Reverified | null,
): Standing {
  if (read === null) return { kind: 'missing' };
  if (read.kind === 'unreadable') return read;
  if (read.kind === 'asserted') return { kind: 'holds', work: ASSERTED, state: 'done', asserted: true };
  const { receipt } = read;
  if (!read.sealed) return { kind: 'unbelieved', reason: 'its seal is not that of its content' };
  if (receipt.task !== task.name) return { kind: 'unbelieved', reason: `it speaks of another task, “${receipt.task}”` };

  const holds: Standing = { kind: 'holds', work: receipt.work, state: receipt.state, asserted: false };
  const sameTask = receipt.fingerprint === task.fingerprint;
  if (!sameTask && !sameWork(receipt, task)) return { kind: 'edited', receipt };
  if (sameTask && sameInputs(receipt.inputs, worksOfDepends)) return holds;
  if (
    reverified?.seal === receipt.seal &&
    reverified.fingerprint === task.fingerprint &&
    sameInputs(reverified.inputs, worksOfDepends)
  ) {
    return holds;
  }
  return sameTask ? { kind: 'inputs', receipt } : { kind: 'conditions', receipt };
}

/**
 * Whether the task still asks for the work that was done. A fingerprint of another version cannot be compared: that a
 * new version of ours reckons otherwise must not cost anybody a cent, so it is verified first, like a change of
 * conditions.
 */
function sameWork(receipt: Receipt, task: Wanted): boolean {
  return (
    essenceOf(receipt.work) === essenceOf(task.essence) ||
    versionOf(receipt.fingerprint) !== versionOf(task.fingerprint)
  );
}

/** `1` of `1:sha256:…`. */
function versionOf(fingerprint: string): string {
  return fingerprint.slice(0, fingerprint.indexOf(':'));
}

function sameInputs(inputs: Readonly<Record<string, string>>, works: ReadonlyMap<string, string | null>): boolean {
  if (Object.keys(inputs).length !== works.size) return false;
  // A task may be called `constructor`: only what the receipt itself names counts.
  for (const [name, work] of works) if (!Object.hasOwn(inputs, name) || inputs[name] !== work) return false;
  return true;
}
