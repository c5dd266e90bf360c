/** How an attempt ended once the runner has looked for itself (DESIGN, table of outcomes), and what follows from it. */

import { unreachable } from '../diagnostic.js';
import type { Blame, CheckResult, Inspection } from '../inspect/inspection.js';
import { goal } from '../record/goal.js';
import type { Halted } from '../record/halts.js';
import type { Finding } from '../record/receipt.js';
import type { Disputed } from '../record/task-state.js';

export type Outcome =
  /** Claimed done, and everything holds. */
  | { readonly name: 'done'; readonly inspection: Inspection }
  /** A lack of capability: the only outcome that climbs the ladder, with `timeout`. */
  | {
      readonly name: 'failed';
      readonly why: 'verdict' | 'inspection' | 'no-verdict' | 'crashed' | 'unfounded-blame' | 'budget' | 'conflict';
      readonly reason: string;
      /** Failing output, for the next prompt; '' where there is none. */
      readonly output: string;
      readonly redChecks: readonly CheckResult[];
      readonly findings: readonly Finding[];
    }
  | {
      readonly name: 'blocked';
      /** Null where a precondition is false, and nobody knows whose work that is. */
      readonly blame: Blame | null;
      /** A person put the owner off: nothing is reopened. */
      readonly deferred: boolean;
      readonly reason: string;
    }
  | {
      readonly name: 'question';
      readonly question: string;
      readonly options: readonly string[];
      /** The findings it is about, where the runner itself asks. */
      readonly disputed?: readonly Disputed[];
    }
  | { readonly name: 'timeout'; readonly silence: boolean; readonly reason: string }
  | { readonly name: 'transient'; readonly reason: string; readonly retryAfterMs: number | null }
  | { readonly name: 'limit'; readonly reason: string; readonly resetsAt: number | null }
  | { readonly name: 'environment'; readonly reason: string; readonly remedy: string }
  /** `halt`: not by a person, but since nothing of the run may go on. */
  | { readonly name: 'interrupted'; readonly reason: string; readonly halt?: Halted };

/** What has been tried on the present rung. */
export interface Tries {
  readonly repairs: number;
  readonly silences: number;
  readonly transients: number;
  /** How often a missing verdict was asked for again. */
  readonly asked: number;
  /** How often it did not go together with what others had landed meanwhile. */
  readonly conflicts: number;
}

export const FRESH_RUNG: Tries = { repairs: 0, silences: 0, transients: 0, asked: 0, conflicts: 0 };

export type Next =
  | { readonly do: 'land' }
  | { readonly do: 'again'; readonly tries: Tries; readonly repair: boolean }
  | { readonly do: 'wait'; readonly tries: Tries; readonly ms: number }
  | { readonly do: 'hold' }
  | { readonly do: 'climb' }
  | { readonly do: 'stop'; readonly state: 'failed' | 'blocked' | 'question' | 'interrupted' }
  | { readonly do: 'halt'; readonly reason: string; readonly remedy: string };

const MOST_CONFLICTS = 3;
const FIRST_WAIT_MS = 1000;
const GROWTH = 6;
const LONGEST_WAIT_MS = 5 * 60_000;

/**
 * Before the nth further try (n from 0): 1 s, 6 s, 36 s … at most five minutes, less up to half of it by chance. A hiccup
 * costs a second; an outage of some minutes does not end a night's run.
 */
export function backoff(n: number, chance: number): number {
  return Math.round(Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * GROWTH ** n) * (1 - chance / 2));
}

/**
 * What follows from an outcome on the present rung (DESIGN, table of outcomes). Only a lack of capability climbs: a
 * flake, a limit, an outage, a question or somebody else's fault never buys a bigger model.
 * @param limits `repairs` and `retries` of the configuration; `chance` in [0, 1) for the jitter
 */
export function next(
  outcome: Outcome,
  tries: Tries,
  limits: { readonly repairs: number; readonly retries: number; readonly chance: number },
): Next {
  switch (outcome.name) {
    case 'done':
      return { do: 'land' };
    case 'failed':
      if (outcome.why === 'budget') return { do: 'stop', state: 'failed' };
      // Nobody's lack of capability: others were faster. But one that never gets settled climbs as well.
      if (outcome.why === 'conflict' && tries.conflicts < MOST_CONFLICTS) {
        return { do: 'again', tries: { ...tries, conflicts: tries.conflicts + 1 }, repair: true };
      }
      if (outcome.why === 'inspection' && tries.repairs < limits.repairs) {
        return { do: 'again', tries: { ...tries, repairs: tries.repairs + 1 }, repair: true };
      }
      if (outcome.why === 'no-verdict' && tries.asked === 0) {
        return { do: 'again', tries: { ...tries, asked: 1 }, repair: false };
      }
      return { do: 'climb' };
    case 'timeout':
      // Silence may be a hung connection: it gets a second chance. A full time limit was a full chance.
      return outcome.silence && tries.silences === 0
        ? { do: 'again', tries: { ...tries, silences: 1 }, repair: false }
        : { do: 'climb' };
    case 'transient': {
      if (tries.transients >= limits.retries) {
        return {
          do: 'halt',
          reason: `the agent does not get through: ${outcome.reason}`,
          remedy: `run ${goal('orchestrate')} again when it can; nothing is held against the task`,
        };
      }
      // Not before the provider said; and not all in one moment, whatever it said.
      const told = Math.round((outcome.retryAfterMs ?? 0) * (1 + limits.chance / 10));
      const ms = Math.max(told, backoff(tries.transients, limits.chance));
      return { do: 'wait', tries: { ...tries, transients: tries.transients + 1 }, ms };
    }
    case 'limit':
      return { do: 'hold' };
    case 'environment':
      return { do: 'halt', reason: outcome.reason, remedy: outcome.remedy };
    case 'interrupted':
      if (outcome.halt !== undefined) return { do: 'halt', ...outcome.halt };
      return { do: 'stop', state: outcome.name };
    case 'blocked':
    case 'question':
      return { do: 'stop', state: outcome.name };
    default:
      return unreachable(outcome);
  }
}

/** One line that says why an attempt ended as it did. */
export function reasonOf(outcome: Outcome): string {
  switch (outcome.name) {
    case 'done':
      return '';
    case 'question':
      return outcome.question;
    default:
      return outcome.reason;
  }
}

/** A failure without checks or findings behind it. */
export function failure(why: Extract<Outcome, { name: 'failed' }>['why'], reason: string): Outcome {
  return { name: 'failed', why, reason, output: '', redChecks: [], findings: [] };
}
