/**
 * The stub gate: is what was called done free of stubs, and are the tests still there? This folder holds its parts; it
 * is put together in `../stub-gate.ts`.
 */
import type { Task } from '../../backlog/task.js';
import type { DeferredStub, Finding } from '../../record/receipt.js';
import type { ChangedFile, FileWithWords, TreeFile } from '../../workspace/workspace.js';
import type { Ledger } from '../ledger.js';

/** What the gate looks at. Functions are asked when it is their turn. */
export interface GateScope {
  /** `stubs.gate` and `stubs.ignore` of the configuration; globs relative to the workspace's folder. */
  readonly gate: 'error' | 'warn' | 'off';
  readonly ignore: readonly string[];
  readonly task: Pick<Task, 'name' | 'title' | 'body' | 'files' | 'provides' | 'stubs'>;
  /** What differs from the step's start. */
  readonly changed: () => readonly ChangedFile[];
  /** See `Workspace`. */
  readonly filesMatching: (globs: readonly string[]) => readonly TreeFile[];
  readonly filesWithWords: (words: readonly string[]) => readonly FileWithWords[];
  /** What the verdict put off; or, where done work is verified again, what its receipt says was left. */
  readonly deferred: readonly DeferredStub[];
  readonly deferredBy: 'verdict' | 'receipt';
  readonly ledger: Ledger;
  /** A person did the work: he may exempt what he leaves. */
  readonly personsWork: boolean;
}

export interface GateResult {
  /** Those of severity `error` block. */
  readonly findings: readonly Finding[];
  /** What else the next prompt must say: why a stub could not be put off. */
  readonly reasons: readonly string[];
  /** For the receipt: put off and still there, or carried on (moved, renamed) for the task that owes it. */
  readonly stubs: readonly DeferredStub[];
  /** Stubs that a `stepladder-ok` comment exempts. */
  readonly exempted: number;
}

export const NOTHING_FOUND: GateResult = { findings: [], reasons: [], stubs: [], exempted: 0 };
