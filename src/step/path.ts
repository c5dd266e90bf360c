/** What attempts come to, as receipts and failures tell it. */
import type { Usage } from '../record/event.js';
import type { PathEntry } from '../record/receipt.js';
import type { Attempt } from './attempt.js';
import { plus } from './budget.js';

/** The attempts as the receipt tells them. */
export function pathOf(attempts: readonly Attempt[]): PathEntry[] {
  return attempts.map(({ rung, outcome, reason, model, durationMs, usage }) => ({
    rung: rung.text,
    outcome: outcome.name,
    reason,
    model,
    durationMs,
    ...(usage?.costUsd === undefined ? {} : { costUsd: usage.costUsd }),
  }));
}

/** What the attempts used together; a number is left out where no attempt told it. */
export function usageOf(attempts: readonly Attempt[]): Usage {
  return attempts.reduce((sum: Usage, { usage }) => (usage === null ? sum : plus(sum, usage)), {});
}
