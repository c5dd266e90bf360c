/** Money and tokens: looked at before every attempt. A spent run budget halts the run, a spent task budget ends the task. */
import type { Budget } from '../config.js';
import type { Usage } from '../record/event.js';
import { type Halted, spent } from '../record/halts.js';
import type { StepContext } from './context.js';

const tokensOf = (usage: Usage): number => (usage.inputTokens ?? 0) + (usage.outputTokens ?? 0);

function exceeded(budget: Budget | null, usage: Usage): string | null {
  if (budget === null) return null;
  if (budget.usd !== null && (usage.costUsd ?? 0) >= budget.usd) {
    return `$${(usage.costUsd ?? 0).toFixed(2)} of $${budget.usd.toFixed(2)} are spent`;
  }
  if (budget.tokens !== null && tokensOf(usage) >= budget.tokens) {
    return `${tokensOf(usage)} of ${budget.tokens} tokens are spent`;
  }
  return null;
}

/** The halt that a spent budget of the run calls for, or null. */
export function runBudget(ctx: StepContext): Halted | null {
  const why = exceeded(ctx.config.budget.run, spent(ctx.root, ctx.run));
  return why === null
    ? null
    : {
        reason: `the run's budget: ${why}`,
        remedy: 'raise budget.run in stepladder.yaml and run make orchestrate again',
      };
}

/** Why the task may not go on, or null. */
export function taskBudget(ctx: StepContext, usage: Usage): string | null {
  const why = exceeded(ctx.settings.budget, usage);
  return why === null ? null : `the task's budget: ${why}`;
}

/**
 * A budget in dollars with an agent that reports none could never be spent: that is an error, not a free ride.
 * Null where the budget can be kept.
 */
export function budgetBlind(ctx: StepContext, usage: Usage | null): Halted | null {
  const wanted = [ctx.config.budget.run, ctx.settings.budget];
  const remedy = 'let the agent report usage in its verdict, or change budget: in stepladder.yaml';
  if (wanted.some((budget) => budget?.usd != null) && usage?.costUsd === undefined) {
    return { reason: 'a budget in dollars is set, but the agent reports no cost', remedy };
  }
  if (
    wanted.some((budget) => budget?.tokens != null) &&
    usage?.inputTokens === undefined &&
    usage?.outputTokens === undefined
  ) {
    return { reason: 'a budget in tokens is set, but the agent reports none', remedy };
  }
  return null;
}
