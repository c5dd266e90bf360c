/** Is it really done: what an inspection is asked, and what it answers. This folder never takes an agent's word. */
import type { DeferredStub, Finding, VerifiedCheck } from '../record/receipt.js';

/** One command the runner runs; identified by `run` (the command) in `mends`, receipts and the cache. */
export interface Check {
  /** What people call it: the command, or the condition's text where it is a script or `exists`. */
  readonly label: string;
  readonly kind: 'command' | 'script' | 'exists' | 'clean';
  /** Shell text for command and script, path for `exists`, '' for `clean`. */
  readonly run: string;
  readonly timeoutMs: number;
  /** Whose it is: the configuration's checks are the baseline. */
  readonly origin: 'config' | 'task' | 'postcondition' | 'precondition';
  readonly when: 'step' | 'landing';
}

export interface CheckResult {
  readonly check: Check;
  readonly ok: boolean;
  /** Red first, green on a second run of the same tree. */
  readonly flaky: boolean;
  /** True where it had already passed on this tree, command and environment. */
  readonly cached: boolean;
  readonly durationMs: number;
  /** Exit code or what happened instead; '' where it passed. */
  readonly failure: string;
  /** The tail of its output (both streams), at most 8 KiB; '' where cached. */
  readonly output: string;
}

export interface Inspection {
  readonly ok: boolean;
  readonly results: readonly CheckResult[];
  /** What goes into the receipt. */
  readonly verified: readonly VerifiedCheck[];
  readonly findings: readonly Finding[];
  /** Stubs that may stay for now, each with the task that owes it: for the receipt. */
  readonly stubs: readonly DeferredStub[];
  /** Id of the tree on which all checks were run last: what was verified is what stands there. */
  readonly tree: string;
  /** Each red check and each blocking finding as text for the next prompt; empty where ok. */
  readonly reasons: readonly string[];
}

/** Why a `blocked` claim is believed: the task found to be at fault, and the evidence. */
export interface Blame {
  readonly owner: string;
  /** One printable line: who needs what, where it is. */
  readonly evidence: string;
  readonly symbol: string | null;
  readonly file: string | null;
  readonly line: number | null;
  /** That left it, abbreviated; null where none is known. */
  readonly commit: string | null;
  /** What the same evidence is recognised by another time: symbol and file, or the precondition's text. */
  readonly about: string;
}
