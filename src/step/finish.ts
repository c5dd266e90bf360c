/** How a step ends that is not done: its work kept, the tree as it was, the reason where the next run and people find it. */
import { EXIT, type ExitCode } from '../diagnostic.js';
import { type Halted, halt } from '../record/halts.js';
import type { Climbed } from './climb.js';
import type { StepContext } from './context.js';
import type { Opened } from './open.js';
import { reasonOf } from './outcome.js';
import { pathOf } from './path.js';
import { cutShort, putAway } from './put-away.js';
import { failureKey } from './sticky.js';

export interface Stop {
  readonly state: 'blocked' | 'question';
  readonly reason: string;
  readonly by?: string | null;
  readonly evidence?: string;
  readonly question?: string;
  readonly options?: readonly string[];
  /** True where a precondition was false: looked at again, free, every time. */
  readonly precondition?: boolean;
}

function since(ctx: StepContext): number {
  return Date.now() - ctx.started.getTime();
}

/** Ends the step before any agent was paid. */
export function stop(ctx: StepContext, why: Stop): ExitCode {
  const { task } = ctx;
  const by = why.by ?? null;
  if (why.state === 'blocked') ctx.say({ type: 'blocked', task: task.name, by, reason: why.reason });
  else ctx.say({ type: 'question', task: task.name, question: why.question ?? why.reason, options: why.options ?? [] });
  // Whoever asked for another try has had it; the next one is his to ask for again.
  ctx.state.clearRetry();
  ctx.state.writeFailure({
    key: failureKey(ctx),
    state: why.state,
    reason: why.reason,
    rung: null,
    path: [],
    failedChecks: [],
    by,
    byWork: by === null ? null : ctx.workOf(by),
    precondition: why.precondition ?? false,
    claim: null,
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
    reason: why.reason,
  });
  return EXIT.waiting;
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
export function finish(ctx: StepContext, opened: Opened, climbed: Exclude<Climbed, { end: 'done' }>): ExitCode {
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
  const reason = reasonOf(outcome);
  if (climbed.end === 'interrupted') {
    putAway(ctx, 'interrupted', reason);
    ended('interrupted', reason);
    return EXIT.interrupted;
  }
  const kept = putAway(ctx, 'failed', reason);
  if (outcome.name === 'blocked') ctx.say({ type: 'blocked', task: task.name, by: outcome.blame.owner, reason });
  if (outcome.name === 'question') {
    ctx.say({ type: 'question', task: task.name, question: outcome.question, options: outcome.options });
  }
  // Whoever asked for another try has had it; the next one is his to ask for again.
  ctx.state.clearRetry();
  ctx.state.writeFailure({
    key: opened.key,
    state: climbed.end,
    // The evidence ends with what the agent said.
    reason: outcome.name === 'blocked' ? outcome.blame.evidence : reason,
    rung,
    path: [...opened.earlier, ...pathOf(attempts)],
    failedChecks:
      outcome.name === 'failed'
        ? outcome.redChecks.map(({ check }) => ({ label: check.label, run: check.run, kind: check.kind }))
        : [],
    by: outcome.name === 'blocked' ? outcome.blame.owner : null,
    byWork: outcome.name === 'blocked' ? ctx.workOf(outcome.blame.owner) : null,
    precondition: false,
    claim: outcome.name === 'blocked' ? outcome.blame : null,
    question: outcome.name === 'question' ? outcome.question : null,
    options: outcome.name === 'question' ? outcome.options : [],
    kept,
    reopened: ctx.reopened,
    finished: new Date().toISOString(),
  });
  ended(climbed.end, reason);
  return climbed.end === 'failed' ? EXIT.failed : EXIT.waiting;
}
