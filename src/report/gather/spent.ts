/**
 * Time and money per task. The journal tells of the steps of this machine and branch; a receipt that came with the
 * branch from elsewhere tells of its own step, and of the attempts that one went on from. Where both speak of the same
 * attempt, it is counted once.
 */

import type { PathEntry, Receipt } from '../../record/receipt.js';
import type { KnownReceipt } from '../input.js';
import type { Cost } from '../shape.js';
import type { TaskHistory } from './history.js';

/** What one attempt, told by journal or receipt, used. */
export interface Paid {
  readonly rung: string;
  readonly durationMs: number;
  readonly usd: number | null;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  /** False for attempts that came to nothing because of the world: their agent had nothing to tell. */
  readonly billed: boolean;
}

export interface Spent {
  /** Null where no agent was at work on it, or nothing is known of that. */
  readonly durationMs: number | null;
  readonly usd: number | null;
  readonly attempts: readonly Paid[];
  readonly transitions: readonly { readonly from: string; readonly to: string }[];
  /** Those of the attempts that only a receipt from elsewhere tells of. */
  readonly elsewhere: readonly PathEntry[];
}

/** What a task took, over all its steps on this branch. */
export function spentOn(known: KnownReceipt | undefined, history: TaskHistory | undefined): Spent {
  const receipt = known?.kind === 'receipt' && known.receipt.path.length > 0 ? known.receipt : null;
  const elsewhere = receipt === null || isJournaled(receipt, history) ? [] : madeElsewhere(receipt, history);
  const attempts: Paid[] = (history?.attempts ?? []).map(({ rung, durationMs, usage, outcome }) => ({
    rung,
    durationMs,
    usd: usage?.costUsd ?? null,
    inputTokens: usage?.inputTokens ?? null,
    outputTokens: usage?.outputTokens ?? null,
    billed: isBilled(outcome),
  }));
  const transitions = (history?.escalations ?? []).map(({ from, to }) => ({ from, to }));
  attempts.push(...elsewhere.map((entry) => paidFor(entry, elsewhere.length === 1 ? receipt : null)));
  transitions.push(...transitionsOf(elsewhere));
  const foreign = elsewhere.length > 0 ? receipt : null;
  const isKnown = (history?.worked ?? 0) > 0 || foreign !== null;
  return {
    durationMs: isKnown ? (history?.spentMs ?? 0) + (foreign?.durationMs ?? 0) : null,
    usd: sum(attempts.map(({ usd }) => usd)),
    attempts,
    transitions,
    elsewhere,
  };
}

/** The steps up a path: each attempt on another rung than the one before it. */
export function transitionsOf(path: readonly { readonly rung: string }[]): { from: string; to: string }[] {
  return path.flatMap(({ rung }, at) => {
    const before = path[at - 1];
    return before !== undefined && before.rung !== rung ? [{ from: before.rung, to: rung }] : [];
  });
}

/** Some attempt that the journal tells of ended while the receipt's step went on: it is that step's. */
function isJournaled(receipt: Receipt, history: TaskHistory | undefined): boolean {
  return history?.attempts.some(({ time }) => time >= receipt.started && time <= receipt.finished) ?? false;
}

function isBilled(outcome: string): boolean {
  return outcome !== 'limit' && outcome !== 'transient' && outcome !== 'environment';
}

/**
 * The path of a receipt from elsewhere, without the attempts of this branch that its step went on from: a task may fail
 * here, and be tried again on a branch that is merged.
 */
function madeElsewhere(receipt: Receipt, history: TaskHistory | undefined): PathEntry[] {
  const journaled = history?.attempts ?? [];
  let next = 0;
  const first = receipt.path.findIndex((entry) => {
    const found = journaled.findIndex(
      (one, at) =>
        at >= next && one.rung === entry.rung && one.outcome === entry.outcome && one.durationMs === entry.durationMs,
    );
    next = found + 1;
    return found === -1;
  });
  return first === -1 ? [] : receipt.path.slice(first);
}

/**
 * What an attempt of a receipt's path used. A receipt tells tokens for the whole step only.
 * @param alone the receipt, where the attempt is the only one that is its step's
 */
function paidFor({ rung, durationMs, costUsd, outcome }: PathEntry, alone: Receipt | null): Paid {
  return {
    rung,
    durationMs,
    usd: costUsd ?? alone?.usage.costUsd ?? null,
    inputTokens: alone?.usage.inputTokens ?? null,
    outputTokens: alone?.usage.outputTokens ?? null,
    billed: isBilled(outcome),
  };
}

/** The sum of what was told; null where nothing was. */
export function sum(numbers: readonly (number | null)[]): number | null {
  let total: number | null = null;
  for (const number of numbers) if (number !== null) total = (total ?? 0) + number;
  // Cents added up in binary grow a tail; nothing below a millionth of a dollar was ever told.
  return total === null ? null : Math.round(total * 1e6) / 1e6;
}

/** Cost over all attempts, and by rung in the order of `ladder`, rungs it no longer has last. */
export function costOf(attempts: readonly Paid[], ladder: readonly string[]): Cost {
  const byRung = new Map<string, Paid[]>();
  for (const attempt of attempts) {
    const known = byRung.get(attempt.rung);
    if (known) known.push(attempt);
    else byRung.set(attempt.rung, [attempt]);
  }
  const place = (rung: string): number => (ladder.includes(rung) ? ladder.indexOf(rung) : ladder.length);
  const rungs = [...byRung.keys()].sort((a, b) => place(a) - place(b) || (a < b ? -1 : 1));
  const add = (some: readonly Paid[]) => ({
    usd: sum(some.map(({ usd }) => usd)),
    inputTokens: sum(some.map(({ inputTokens }) => inputTokens)),
    outputTokens: sum(some.map(({ outputTokens }) => outputTokens)),
  });
  return {
    ...add(attempts),
    untold: attempts.filter(({ usd, billed }) => usd === null && billed).length,
    byRung: rungs.map((rung) => {
      const some = byRung.get(rung) ?? [];
      return {
        rung,
        attempts: some.length,
        durationMs: some.reduce((total, { durationMs }) => total + durationMs, 0),
        ...add(some),
      };
    }),
  };
}
