/**
 * Money and tokens: looked at before every attempt, and while it goes on as far as the agent tells. A spent run budget
 * halts the run, a spent task budget ends the task.
 */
import type { Agent } from '../agents/agent.js';
import type { Budget, Config } from '../config.js';
import { refuse } from '../diagnostic.js';
import type { Usage } from '../record/event.js';
import { goal } from '../record/goal.js';
import { type Halted, spent } from '../record/halts.js';
import type { StepContext } from './context.js';
import { failure, type Outcome } from './outcome.js';

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

const ofRun = (why: string): string => `the run's budget: ${why}`;
const ofTask = (why: string): string => `the task's budget: ${why}`;

/** The halt that a spent budget of the run calls for, or null. */
export function runBudget(ctx: StepContext): Halted | null {
  const why = exceeded(ctx.config.budget.run, spent(ctx.root, ctx.run));
  return why === null
    ? null
    : { reason: ofRun(why), remedy: `raise budget.run in stepladder.yaml and run ${goal('orchestrate')} again` };
}

/** Why the task may not go on, or null. */
export function taskBudget(ctx: StepContext, usage: Usage): string | null {
  const why = exceeded(ctx.settings.budget, usage);
  return why === null ? null : ofTask(why);
}

/** The sum of two usages; a number is missing where neither tells it. */
export function plus(a: Usage, b: Usage): Usage {
  const sum: { inputTokens?: number; outputTokens?: number; costUsd?: number } = { ...a };
  for (const key of ['inputTokens', 'outputTokens', 'costUsd'] as const) {
    const more = b[key];
    if (more !== undefined) sum[key] = (sum[key] ?? 0) + more;
  }
  return sum;
}

/** What an attempt may use. */
export interface Allowance {
  /** Dollars; null: no such limit. */
  readonly usd: number | null;
  /** Why it must not go on, having used that much; null where it may. Other steps of the run spend at the same time. */
  readonly overspent: (usage: Usage) => string | null;
}

/** @param before what the step's attempts have used so far */
export function allowance(ctx: StepContext, before: Usage): Allowance {
  const { run } = ctx.config.budget;
  const task = ctx.settings.budget;
  if (run === null && task === null) return { usd: null, overspent: () => null };
  const soFar = (): Usage => (run === null ? {} : spent(ctx.root, ctx.run));
  const left = [
    ...(run?.usd == null ? [] : [run.usd - (soFar().costUsd ?? 0)]),
    ...(task?.usd == null ? [] : [task.usd - (before.costUsd ?? 0)]),
  ];
  return {
    usd: left.length === 0 ? null : Math.min(...left),
    overspent: (usage) => {
      const ofThis = exceeded(task, plus(before, usage));
      if (ofThis !== null) return ofTask(ofThis);
      const ofAll = exceeded(run, plus(soFar(), usage));
      return ofAll === null ? null : ofRun(ofAll);
    },
  };
}

/** What it comes to that an attempt was ended for what it used, which is noted by now: the run's end, or the task's. */
export function spentOut(ctx: StepContext, reason: string): Outcome {
  const halt = runBudget(ctx);
  return halt === null ? failure('budget', reason) : { name: 'interrupted', reason, halt };
}

/**
 * A budget in dollars for an agent that is known to tell no cost.
 * @throws Refusal, before anything is paid
 */
export function refuseBlind(config: Config, budget: Budget | null, agent: Pick<Agent, 'name' | 'tellsCost'>): void {
  if (agent.tellsCost !== false || (config.budget.run?.usd == null && budget?.usd == null)) return;
  throw refuse(
    `a budget in dollars is set, but the agent ${agent.name} never tells what it cost`,
    'give the budget in tokens in stepladder.yaml: budget: {run: {tokens: 20M}}, or use another agent',
  );
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
