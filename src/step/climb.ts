/**
 * The ladder: attempt after attempt until what is called done has been verified, or a reasoned stop.
 *
 *        ┌──────────── again (repair, silence, no verdict) ───────────┐
 *        │   ┌──────── wait (transient), hold (limit) ───────────┐    │
 *        ▼   ▼                                                   │    │
 *      attempt ──▶ judge ──▶ next ──┬────────────────────────────┴────┘
 *        ▲                          ├─ climb ─▶ next rung ─▶ attempt      (none left: failed)
 *        │                          ├─ land ───────────────────────────▶ done
 *        └──── next rung ◀──────────┼─ stop ───────────────────────────▶ blocked · question · interrupted
 *                                   └─ halt ───────────────────────────▶ halted
 */
import { agentFor } from '../agents/known.js';
import type { Rung } from '../config.js';
import { type Attempt, runAttempt } from './attempt.js';
import { runBudget, taskBudget } from './budget.js';
import type { StepContext } from './context.js';
import { dispute } from './dispute.js';
import { FRESH_RUNG, failure, next, type Outcome, reasonOf, type Tries } from './outcome.js';
import { usageOf } from './path.js';
import type { EarlierTry } from './prompt.js';
import { passHold, pause, placeHold } from './waiting.js';

export type Climbed =
  | {
      readonly end: 'done';
      readonly outcome: Extract<Outcome, { name: 'done' }>;
      readonly attempts: readonly Attempt[];
    }
  | {
      readonly end: 'failed' | 'blocked' | 'question' | 'interrupted';
      readonly outcome: Outcome;
      readonly attempts: readonly Attempt[];
    }
  | { readonly end: 'halted'; readonly reason: string; readonly remedy: string; readonly attempts: readonly Attempt[] };

/**
 * Climbs from the first of `rungs` to the last.
 * @param earlier what was tried before this step, for the prompts
 */
export async function climb(
  ctx: StepContext,
  rungs: readonly Rung[],
  earlier: readonly EarlierTry[],
): Promise<Climbed> {
  const attempts: Attempt[] = [];
  const told: EarlierTry[] = [...earlier];
  let previousRung: Outcome | null = null;
  let last: Outcome | null = null;

  for (const [at, rung] of rungs.entries()) {
    let before = rungs[at - 1] ?? null;
    let tries: Tries = FRESH_RUNG;
    let repair = false;
    for (let climbing = false; !climbing; ) {
      const agent = agentFor(ctx.config, rung.agent ?? ctx.settings.agent).name;
      const halted = ctx.halted() ?? runBudget(ctx) ?? (await passHold(ctx, agent));
      if (halted !== null) return { end: 'halted', ...halted, attempts };
      const spent = taskBudget(ctx, usageOf(attempts));
      if (spent !== null) return { end: 'failed', outcome: failure('verdict', spent), attempts };
      if (before !== null && last !== null) {
        ctx.say({ type: 'escalated', task: ctx.task.name, from: before.text, to: rung.text, reason: reasonOf(last) });
        before = null;
      }
      const attempt: Attempt = await runAttempt(ctx, rung, attempts.length + 1, repair, told);
      attempts.push(attempt);
      const outcome = attempt.outcome;
      last = outcome;
      if (outcome.name === 'failed' || outcome.name === 'timeout') {
        told.push({ rung: rung.text, outcome: outcome.name, reason: attempt.reason, output: attempt.output });
      }

      const step = next(outcome, tries, {
        repairs: ctx.config.repairs,
        retries: ctx.config.retries,
        chance: Math.random(),
      });
      switch (step.do) {
        case 'land':
          if (outcome.name !== 'done') throw new Error('only what was verified lands');
          return { end: 'done', outcome, attempts };
        case 'again':
          tries = step.tries;
          repair = step.repair;
          break;
        case 'wait':
          tries = step.tries;
          repair = false;
          ctx.say({ type: 'retried', task: ctx.task.name, rung: rung.text, waitMs: step.ms, reason: attempt.reason });
          if (!(await pause(ctx, step.ms))) return { end: 'interrupted', outcome, attempts };
          break;
        case 'hold':
          // A limit is nobody's failure: one hold for the account, and the same rung again after it.
          if (outcome.name === 'limit') placeHold(ctx, agent, outcome, rung.text);
          repair = false;
          break;
        case 'stop':
          return { end: step.state, outcome, attempts };
        case 'halt':
          return { end: 'halted', reason: step.reason, remedy: step.remedy, attempts };
        case 'climb': {
          const question = dispute(ctx, outcome, previousRung);
          if (question !== null) return { end: 'question', outcome: question, attempts };
          previousRung = outcome;
          climbing = true;
          break;
        }
        default:
          step satisfies never;
      }
    }
  }
  if (last === null) throw new Error(`no rung to climb for ${ctx.task.name}`);
  return { end: 'failed', outcome: last, attempts };
}
