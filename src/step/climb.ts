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
import { agentOf } from '../agents/known.js';
import type { Rung } from '../config.js';
import { type Attempt, runAttempt } from './attempt.js';
import { allowance, runBudget, taskBudget } from './budget.js';
import type { StepContext } from './context.js';
import { dispute } from './dispute.js';
import { integrate } from './integrate.js';
import { FRESH_RUNG, failure, next, type Outcome, reasonOf, type Tries } from './outcome.js';
import { usageOf } from './path.js';
import type { EarlierTry } from './prompt.js';
import { hold, passHold, pause } from './waiting.js';

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

const said = (outcome: Outcome): { reason: string; output: string } => ({
  reason: reasonOf(outcome),
  output: outcome.name === 'failed' ? outcome.output : '',
});

/** An attempt that was done, and did not land. */
const withOutcome = (attempt: Attempt, outcome: Outcome): Attempt => ({ ...attempt, outcome, ...said(outcome) });

/** The last attempt, if the next one is to go on in its session: where the agent's `resume:` says so, and it has one. */
function resumable(ctx: StepContext, last: Attempt | null, agent: string, rung: Rung): Attempt | null {
  if (last === null || last.session === null || last.agent !== agent) return null;
  switch (ctx.config.agents[agent]?.resume) {
    case 'ladder':
      return last;
    case 'rung':
      return last.rung.text === rung.text ? last : null;
    default:
      return null;
  }
}

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
      const { agent, model } = agentOf(ctx.config, rung, ctx.settings.agent);
      const account = agent.account(ctx.env, model);
      const passed = ctx.halted() ?? runBudget(ctx) ?? (await passHold(ctx, account));
      if (passed === 'interrupted') {
        return { end: 'interrupted', outcome: { name: 'interrupted', reason: 'interrupted' }, attempts };
      }
      if (!('probe' in passed)) return { end: 'halted', ...passed, attempts };
      const { probe } = passed;
      // Others may have spent it while this one waited.
      const broke = runBudget(ctx);
      if (broke !== null) {
        probe?.release();
        return { end: 'halted', ...broke, attempts };
      }
      const used = usageOf(attempts);
      const spent = taskBudget(ctx, used);
      if (spent !== null) {
        probe?.release();
        return { end: 'failed', outcome: failure('budget', spent), attempts };
      }
      if (before !== null && last !== null) {
        ctx.say({ type: 'escalated', task: ctx.task.name, from: before.text, to: rung.text, reason: reasonOf(last) });
        before = null;
      }
      const resumes = resumable(ctx, attempts.at(-1) ?? null, agent.name, rung);
      const number = attempts.length + 1;
      const asked = { rung, agent, model, account, number, repair, earlier: told, resumes, probe };
      const attempt = await runAttempt(ctx, { ...asked, allowance: allowance(ctx, used) });
      // A limit is noted before anybody else may ask whether it is over.
      if (attempt.outcome.name === 'limit') hold(ctx, account, attempt.outcome, rung.text);
      probe?.release();
      const outcome = attempt.outcome.name === 'done' ? await integrate(ctx, attempt.outcome) : attempt.outcome;
      attempts.push(outcome === attempt.outcome ? attempt : withOutcome(attempt, outcome));
      last = outcome;
      if (outcome.name === 'failed' || outcome.name === 'timeout') {
        told.push({ rung: rung.text, outcome: outcome.name, ...said(outcome) });
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
          // A limit is nobody's failure: the same rung again after it.
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
