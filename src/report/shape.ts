/**
 * What people read about a run. This folder turns what happened (receipts, journal, failures) into facts once, and
 * renders those facts: gatherFacts → Facts → report.json, report.md, `status`, `show`. Nobody here looks at the world.
 *
 * This file is the shape of report.json (schema/report.schema.json says the same to other programs), in the order in
 * which a person reads it: what waits for him first (DESIGN "Report"). Times are ISO 8601 in UTC, durations milliseconds,
 * costs dollars. Text is as it came from tasks and agents; whoever prints it escapes it.
 */
import type { Finding, PathEntry, VerifiedCheck } from '../record/receipt.js';
import type { BacklogTask, Timeline } from './shape-of-backlog.js';
import type { Totals } from './shape-of-totals.js';

export type * from './shape-of-backlog.js';
export type * from './shape-of-totals.js';

export interface Facts {
  /** Version of this format. */
  readonly stepladder: 1;
  /** When the facts were gathered. */
  readonly gathered: string;
  /** The work tree that commits and refs are of, from the project's folder; `.` for that folder itself. */
  readonly workspace: string;
  /** The branch that the facts are about: receipts travel with it, journal events carry its name. */
  readonly branch: string;
  /** The run reported on, usually the latest; null where the journal knows of none (a clone). */
  readonly run: RunFacts | null;
  /** What only a person can do, the most held up by it first. */
  readonly waiting: readonly Waiting[];
  /** What stopped, and why: halts first, then failures. Empty where nothing did. */
  readonly stopped: readonly Stop[];
  /** Receipts withdrawn because what they certified was found unfinished, oldest first. */
  readonly reopenings: readonly Reopening[];
  readonly done: readonly DoneTask[];
  readonly failed: readonly StuckTask[];
  readonly blocked: readonly StuckTask[];
  readonly deferred: readonly DeferredTask[];
  readonly stubs: StubFacts;
  /** Everything else that is not done. What could run now is marked `ready`. */
  readonly remaining: readonly RemainingTask[];
  readonly totals: Totals;
  /** Every task and what it depends on, in the backlog's order. */
  readonly backlog: readonly BacklogTask[];
  readonly timeline: Timeline;
  /** The dependency chain of each failure, drawn by chain.ts. */
  readonly chains: readonly Chain[];
  /** Commands that can be pasted, each with what it is for. */
  readonly next: readonly NextStep[];
}

export interface RunFacts {
  readonly id: string;
  readonly started: string;
  /** Null while it goes on, or where it was cut off. */
  readonly finished: string | null;
  /** It has no end, and none of its processes is left: killed, or the power went. */
  readonly cutOff: boolean;
  /** From its start to its end, or to the last that was heard of it. */
  readonly durationMs: number;
  /** Tasks whose step ended in this run, by how: a task counts once, by its last step. */
  readonly done: number;
  readonly failed: number;
  readonly blocked: number;
  readonly costUsd: number | null;
}

export type WaitingKind =
  /** An agent asked. */
  | 'question'
  /** The same finding on two rungs with all else green: the runner asks whether the finding is right. */
  | 'finding'
  /** `checkpoint: true`, and all it depends on is done. */
  | 'checkpoint'
  /** Its conditions became weaker while it was being worked on. */
  | 'trust'
  /** Its task file cannot be read; it and its dependents were set aside. */
  | 'task-file';

export interface Waiting {
  readonly kind: WaitingKind;
  readonly task: string;
  readonly title: string;
  readonly file: string;
  /** The question, or what is to be decided. */
  readonly text: string;
  readonly options: readonly string[];
  readonly since: string | null;
  /** How many tasks wait for this one, directly or through others. */
  readonly holdsUp: number;
  /** Ready to be pasted: one for each option, else one with a place to write the answer. */
  readonly commands: readonly string[];
}

export interface Stop {
  readonly kind: 'halted' | 'failed' | 'blocked' | 'interrupted';
  /** Null for a halt: it is held against no task. */
  readonly task: string | null;
  readonly reason: string;
  readonly remedy: string | null;
  readonly holdsUp: number;
}

/** A task that was called done, and was found unfinished: by whom, where, and what became of it. */
export interface Reopening {
  readonly task: string;
  /** The task that needs what is missing; null for a person. */
  readonly by: string | null;
  readonly evidence: string;
  readonly symbol: string | null;
  readonly file: string | null;
  readonly line: number | null;
  /** The commit that left it so, abbreviated; null where it is not known. */
  readonly commit: string | null;
  readonly time: string;
  readonly inThisRun: boolean;
  /** How the reopened task, and the one that needed it, stand now; null for a task that is no longer there. */
  readonly state: TaskState | null;
  readonly byState: TaskState | null;
}

export interface DoneTask {
  readonly task: string;
  readonly title: string;
  readonly file: string;
  /** `asserted`: an empty receipt, a person's word (`touch`, `make -t`). */
  readonly state: 'done' | 'approved' | 'accepted' | 'asserted';
  /** False: nothing was checked; shown as *done (unverified)*, never as a plain tick. */
  readonly verified: boolean;
  readonly evidence: 'strong' | 'weak' | 'none' | null;
  /** Did its step end in the run reported on? */
  readonly inThisRun: boolean;
  readonly finished: string | null;
  /** Time spent on it on this branch, over all its steps; null where nothing is known. */
  readonly durationMs: number | null;
  readonly agent: string | null;
  readonly rung: string | null;
  readonly attempts: number;
  readonly escalations: number;
  readonly reopened: number;
  /** Each attempt that led to the receipt, those of earlier steps it went on from among them: what lower rungs failed at
   * stands in their `reason`. */
  readonly path: readonly PathEntry[];
  readonly checks: readonly VerifiedCheck[];
  /** Checks that were red, then green on the same tree. */
  readonly flaky: readonly string[];
  /** Prose conditions: the agent's word, verified by nobody. */
  readonly claimed: readonly string[];
  readonly findings: readonly Finding[];
  readonly stubs: readonly { readonly symbol: string; readonly file: string; readonly until: string }[];
  readonly changed: readonly string[];
  readonly costUsd: number | null;
  readonly commit: string | null;
}

/** What is known to be unfinished, or is said to be fine as it is. */
export interface StubFacts {
  /** By owner. */
  readonly owed: readonly OwedStub[];
  /** Stubs that a `stepladder-ok` comment exempts, as far as receipts tell: each counts once. */
  readonly exempted: number;
}

/** A stub that a task left, and that another has to remove. */
export interface OwedStub {
  readonly owner: string;
  /** How the owner stands; null where no task has that name any more. */
  readonly ownerState: TaskState | null;
  readonly symbol: string;
  readonly file: string;
  /** Where the symbol first stands in the file; null where it does not. */
  readonly line: number | null;
  readonly leftBy: string;
}

/** Failed or blocked. */
export interface StuckTask {
  readonly task: string;
  readonly title: string;
  readonly file: string;
  readonly reason: string;
  readonly rung: string | null;
  readonly attempts: number;
  readonly escalations: number;
  readonly reopened: number;
  readonly durationMs: number | null;
  readonly finished: string | null;
  /** The reason of each attempt, lowest rung first. */
  readonly path: readonly PathEntry[];
  readonly failedChecks: readonly { readonly label: string; readonly run: string }[];
  readonly cause: RootCause | null;
  readonly kept: KeptRef | null;
  readonly costUsd: number | null;
  readonly holdsUp: number;
}

/** What lies under a failure: which stub, where, whose, and which receipt said that it was done. */
export interface RootCause {
  /** The task whose work is unfinished; null where only the place is known. */
  readonly owner: string | null;
  readonly symbol: string | null;
  readonly file: string | null;
  readonly line: number | null;
  readonly message: string;
  /** The commit that left it so, abbreviated; null where it is not known. */
  readonly commit: string | null;
  readonly claim: Claim | null;
}

/** A receipt that said its task was done. */
export interface Claim {
  /** Path of the receipt. */
  readonly receipt: string;
  /** False where it has since been withdrawn, or never was on this machine: what is known is from the journal. */
  readonly present: boolean;
  readonly finished: string | null;
  readonly rung: string | null;
  readonly evidence: 'strong' | 'weak' | 'none' | null;
  readonly verified: readonly string[];
  readonly claimed: readonly string[];
  readonly changed: readonly string[];
  readonly commit: string | null;
}

/** Work kept under a ref, and the command that brings it back. */
export interface KeptRef {
  readonly ref: string;
  readonly restore: string;
}

export interface DeferredTask {
  readonly task: string;
  readonly title: string;
  readonly file: string;
  readonly since: string | null;
  /** Tasks that depend on it and went on without it. */
  readonly dependents: readonly string[];
}

export interface RemainingTask {
  readonly task: string;
  readonly title: string;
  readonly file: string;
  readonly state: 'pending' | 'interrupted' | 'running';
  /** Could a step start now? All it depends on is done. */
  readonly ready: boolean;
  /** What it depends on that is not done. */
  readonly waitsFor: readonly string[];
  /** Does something upstream wait for a person, fail or block? */
  readonly stuck: boolean;
  /** Why it is not done: `never run`, or why its receipt does not hold. */
  readonly why: string;
  readonly kept: KeptRef | null;
}

/** From the task at fault, where known, through the one that stopped, to all that wait for it. */
export interface Chain {
  readonly links: readonly ChainLink[];
  /** Tasks further down that were left out. */
  readonly more: number;
}

export interface ChainLink {
  readonly task: string;
  /** 0 for the first; a task stands below the one it waits for. */
  readonly depth: number;
  readonly state: TaskState;
  /** What is the matter with it; '' where it merely waits. */
  readonly note: string;
}

export type TaskState = 'done' | 'deferred' | 'failed' | 'blocked' | 'waiting' | 'interrupted' | 'running' | 'pending';

export interface NextStep {
  /** One line for a shell. */
  readonly command: string;
  readonly why: string;
}
