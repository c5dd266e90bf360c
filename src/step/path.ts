/** What attempts come to, as receipts and failures tell it. */
import type { Usage } from '../record/event.js';
import type { PathEntry } from '../record/receipt.js';
import type { Attempt } from './attempt.js';

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
  const sum: { inputTokens?: number; outputTokens?: number; costUsd?: number } = {};
  for (const { usage } of attempts) {
    for (const key of ['inputTokens', 'outputTokens', 'costUsd'] as const) {
      const value = usage?.[key];
      if (value !== undefined) sum[key] = (sum[key] ?? 0) + value;
    }
  }
  return sum;
}
