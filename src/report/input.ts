/** What the facts are gathered from: plain values, read by whoever calls. Nothing here looks at a file or a clock. */
import type { Task } from '../backlog/task.js';
import type { Rung } from '../config.js';
import { startRung } from '../config.js';
import { unreachable } from '../diagnostic.js';
import type { JournalEvent } from '../record/event.js';
import type { ReadReceipt, Receipt } from '../record/receipt.js';
import type { Standing } from '../record/standing.js';
import type { FailureRecord } from '../record/task-state.js';
import type { KeptRef, OwedStub } from './shape.js';

/** What a report needs of a task. */
export interface ReportTask
  extends Pick<Task, 'name' | 'title' | 'file' | 'depends' | 'group' | 'layer' | 'rung' | 'checkpoint'> {
  /** The rungs it may be worked on, from the one it starts at to the highest allowed; as written. */
  readonly rungs: readonly string[];
}

/**
 * A task as the reports take it.
 * @param ladder the ladder that holds for it, its group's taken in (`effective`)
 */
export function reportTask(task: Task, ladder: readonly Rung[]): ReportTask {
  const texts = ladder.map((rung) => rung.text);
  const start = startRung(ladder, task.rung);
  const first = start === null ? 0 : texts.indexOf(start.text);
  const highest = task.maxRung === null ? texts.length : texts.indexOf(task.maxRung) + 1;
  const { name, title, file, depends, group, layer, rung, checkpoint } = task;
  return { name, title, file, depends, group, layer, rung, checkpoint, rungs: texts.slice(first, highest) };
}

/** A receipt that is there. `stale`: why it does not hold, as a clause (`its task file was edited`); null: it holds. */
export type KnownReceipt =
  | { readonly kind: 'asserted'; readonly stale: string | null }
  | { readonly kind: 'receipt'; readonly receipt: Receipt; readonly stale: string | null }
  /** It cannot be read, or nothing in it is believed. */
  | { readonly kind: 'unreadable'; readonly stale: string };

/** A task's receipt as the reports take it, from what stands in it and whether it holds; null where there is none. */
export function knownReceipt(read: ReadReceipt | null, standing: Standing): KnownReceipt | null {
  if (read === null || standing.kind === 'missing') return null;
  const stale = staleness(standing);
  if (read.kind === 'asserted') return { kind: 'asserted', stale };
  if (read.kind === 'receipt' && standing.kind !== 'unbelieved')
    return { kind: 'receipt', receipt: read.receipt, stale };
  return { kind: 'unreadable', stale: stale ?? 'its receipt cannot be read' };
}

function staleness(standing: Exclude<Standing, { kind: 'missing' }>): string | null {
  switch (standing.kind) {
    case 'holds':
      return null;
    case 'inputs':
      return 'what it builds on has changed: it is verified first, and paid for only if that fails';
    case 'conditions':
      return 'its dependencies, checks or conditions have changed: it is verified first, and paid for only if that fails';
    case 'edited':
      return 'its task file was edited since';
    case 'unbelieved':
      return `its receipt is not believed: ${standing.reason}`;
    case 'unreadable':
      return `its receipt cannot be read: ${standing.reason}`;
    default:
      return unreachable(standing);
  }
}

/**
 * A failure on record (`failure.json`). Only those whose key is still the task's belong into a report: the others were
 * about another task, other inputs or another ladder, and keep nothing from running.
 */
export type KnownFailure = Omit<FailureRecord, 'key' | 'byWork'>;

/** What a person asked for by `retry`. `from`: the rung it starts on, where that is known. */
export interface AskedAgain {
  readonly from: string | null;
  readonly hint: string | null;
}

export interface FactsInput {
  readonly now: Date;
  readonly branch: string;
  /** The work tree, from the project's folder; that folder by default. */
  readonly workspace?: string;
  /** The run to report on; null for the latest the journal knows of this branch. */
  readonly run: string | null;
  /** The backlog in its order, without what could not be read. */
  readonly tasks: readonly ReportTask[];
  readonly receipts: ReadonlyMap<string, KnownReceipt>;
  readonly events: readonly JournalEvent[];
  readonly failures: ReadonlyMap<string, KnownFailure>;
  /** Tasks that a person wants tried again, which nobody has done yet; what stopped them is not among the failures. */
  readonly retries?: ReadonlyMap<string, AskedAgain>;
  /** Kept work by task, the latest last. */
  readonly kept: ReadonlyMap<string, readonly KeptRef[]>;
  /** Tasks whose step is alive at this moment. */
  readonly running?: ReadonlySet<string>;
  /** Runs of which a process is alive, as far as that can be known from here; absent where nobody looked. */
  readonly going?: ReadonlySet<string>;
  /** Task files that cannot be read, by the name they would have. */
  readonly broken?: ReadonlyMap<string, { readonly file: string; readonly problem: string }>;
  /** Tasks that wait for `trust`, each with why; one whose file was removed is no task any more. */
  readonly untrusted?: ReadonlyMap<string, { readonly file: string; readonly why: string }>;
  /** What the ledger says is owed, by owner. */
  readonly owed?: readonly Omit<OwedStub, 'ownerState'>[];
  /** The run's halt, where its file tells more than the journal. */
  readonly halt?: { readonly reason: string; readonly remedy: string | null } | null;
  /** The commit that landed each task. */
  readonly commits?: ReadonlyMap<string, string>;
  /** The project's ladder, lowest first, for the order of rungs; by default the longest that a task has. */
  readonly ladder?: readonly string[];
  /** How this program is called in a shell; `stepladder` by default. */
  readonly program?: string;
  /** The goal of Make that goes on with the run; `make orchestrate` by default. */
  readonly make?: string;
}
