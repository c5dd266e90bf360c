/** How a step ends that is not done: its work kept, the tree as it was, the reason where the next run and people find it. */
import { EXIT, type ExitCode } from '../diagnostic.js';
import type { Blame } from '../inspect/inspection.js';
import { type Halted, halt } from '../record/halts.js';
import type { FailureRecord } from '../record/task-state.js';
import { lookBeforeTheEnd } from './check-context.js';
import type { Climbed } from './climb.js';
import type { StepContext } from './context.js';
import type { Opened } from './open.js';
import { reasonOf } from './outcome.js';
import { pathOf } from './path.js';
import { cutShort, putAway } from './put-away.js';
import { reopenOwner, whyNotReopened } from './reopen.js';
import { failureKey } from './sticky.js';

export interface Stop {
  readonly state: 'blocked' | 'question';
  readonly reason: string;
  readonly by?: string | null;
  /** Whose unfinished work it is, as the runner found: that task is opened again, unless a person put it off. */
  readonly blame?: Blame | null;
  readonly deferred?: boolean;
  readonly question?: string;
  readonly options?: readonly string[];
  /** True where a precondition was false: looked at again, free, every time. */
  readonly precondition?: boolean;
}

function since(ctx: StepContext): number {
  return Date.now() - ctx.started.getTime();
}

/** Ends the step before any agent was paid. */
export async function stop(ctx: StepContext, why: Stop): Promise<ExitCode> {
  const { task } = ctx;
  const blame = why.blame ?? null;
  const by = blame?.owner ?? why.by ?? null;
  lookBeforeTheEnd(ctx);
  const refusal = blame === null ? null : whyNotReopened(ctx, blame, why.deferred ?? false);
  const reason = withRefusal(why.reason, refusal);
  if (why.state === 'blocked') ctx.say({ type: 'blocked', task: task.name, by, reason });
  else ctx.say({ type: 'question', task: task.name, question: why.question ?? why.reason, options: why.options ?? [] });
  // Whoever asked for another try has had it; the next one is his to ask for again.
  ctx.state.clearRetry();
  await record(ctx, refusal === null ? blame : null, {
    key: failureKey(ctx),
    state: why.state,
    reason: blame === null ? reason : withRefusal(blame.evidence, refusal),
    rung: null,
    path: [],
    failedChecks: [],
    by,
    byWork: by === null ? null : ctx.workOf(by),
    precondition: why.precondition ?? false,
    claim: blame,
    question: why.question ?? null,
    options: why.options ?? [],
    kept: null,
    reopened: ctx.reopened,
    finished: new Date().toISOString(),
  });
  ctx.say({
    type: 'step-finished',
    task: task.name,
    state: why.state,
    rung: null,
    attempts: 0,
    durationMs: since(ctx),
    reason,
  });
  return EXIT.waiting;
}

const withRefusal = (reason: string, refusal: string | null): string =>
  refusal === null ? reason : `${reason}; ${refusal}`;

/** Notes why the task stops; where somebody else's work is at fault and may be opened again, that is done with it. */
async function record(ctx: StepContext, reopened: Blame | null, failure: FailureRecord): Promise<void> {
  if (reopened === null) ctx.state.writeFailure(failure);
  else await reopenOwner(ctx, reopened, failure);
}

/** Halts the run: nothing is held against the task (DESIGN: under `-k` Make goes on, and each step ends at once). */
export function haltRun(ctx: StepContext, why: Halted): ExitCode {
  halt(ctx.root, ctx.run, why.reason, why.remedy);
  ctx.say({ type: 'halted', reason: why.reason });
  if (!ctx.shown) ctx.tell(`  → ${why.remedy}`);
  return EXIT.halted;
}

/** Ends a step that was interrupted while something was being verified. */
export function interrupted(ctx: StepContext): ExitCode {
  cutShort(ctx, 'interrupted');
  return EXIT.interrupted;
}

/** Ends a step whose attempts did not get it done. */
export async function finish(
  ctx: StepContext,
  opened: Opened,
  climbed: Exclude<Climbed, { end: 'done' }>,
): Promise<ExitCode> {
  const { task } = ctx;
  const { attempts } = climbed;
  const rung = attempts.at(-1)?.rung.text ?? null;
  const ended = (state: 'failed' | 'blocked' | 'question' | 'interrupted', reason: string): void =>
    ctx.say({
      type: 'step-finished',
      task: task.name,
      state,
      rung,
      attempts: attempts.length,
      durationMs: since(ctx),
      reason,
    });

  if (climbed.end === 'halted') {
    putAway(ctx, 'interrupted', `halted: ${climbed.reason}`);
    ended('interrupted', climbed.reason);
    return haltRun(ctx, climbed);
  }
  const { outcome } = climbed;
  const blame = outcome.name === 'blocked' ? outcome.blame : null;
  const refusal = outcome.name === 'blocked' && blame !== null ? whyNotReopened(ctx, blame, outcome.deferred) : null;
  const reason = withRefusal(reasonOf(outcome), refusal);
  if (climbed.end === 'interrupted') {
    putAway(ctx, 'interrupted', reason);
    ended('interrupted', reason);
    return EXIT.interrupted;
  }
  const kept = putAway(ctx, 'failed', reason);
  if (outcome.name === 'blocked') ctx.say({ type: 'blocked', task: task.name, by: blame?.owner ?? null, reason });
  if (outcome.name === 'question') {
    ctx.say({ type: 'question', task: task.name, question: outcome.question, options: outcome.options });
  }
  // Whoever asked for another try has had it; the next one is his to ask for again.
  ctx.state.clearRetry();
  await record(ctx, refusal === null ? blame : null, {
    key: opened.key,
    state: climbed.end,
    // The evidence ends with what the agent said.
    reason: blame === null ? reason : withRefusal(blame.evidence, refusal),
    rung,
    path: [...opened.earlier, ...pathOf(attempts)],
    failedChecks:
      outcome.name === 'failed'
        ? outcome.redChecks.map(({ check }) => ({ label: check.label, run: check.run, kind: check.kind }))
        : [],
    by: blame?.owner ?? null,
    byWork: blame === null ? null : ctx.workOf(blame.owner),
    // Where only that stands behind it, only that is looked at again.
    precondition: outcome.name === 'blocked' && blame === null,
    claim: blame,
    question: outcome.name === 'question' ? outcome.question : null,
    options: outcome.name === 'question' ? outcome.options : [],
    ...(outcome.name === 'question' && outcome.disputed !== undefined ? { disputed: outcome.disputed } : {}),
    kept,
    reopened: ctx.reopened,
    finished: new Date().toISOString(),
  });
  ended(climbed.end, reason);
  return climbed.end === 'failed' ? EXIT.failed : EXIT.waiting;
}
