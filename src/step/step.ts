/**
 * One task, from start to done or to a reasoned stop (DESIGN "A step"). Each stage either ends the step or lets it go on:
 *
 *   missing input ─▶ waits          holds ─▶ done                 failed before, same key ─▶ what is free, else the same stop
 *        │                            │                                    │
 *   checkpoint ─▶ question      somebody's work in the tree ─▶ refused     only inputs or checks changed ─▶ verify first ─▶ done
 *        │                            │                                    │
 *   precondition false ─▶ blocked     red baseline ─▶ halted, blocked      climb ─▶ done · failed · blocked · question · …
 */
import { agentOf } from '../agents/known.js';
import { EXIT, type ExitCode, Refusal } from '../diagnostic.js';
import { explain, isSystemError, remedyOf, type SystemError } from '../failure.js';
import { halt, noteRefused } from '../record/halts.js';
import { menderOf, takeBaseline } from './baseline.js';
import { refuseBlind } from './budget.js';
import { lookBeforeTheEnd } from './check-context.js';
import { climb } from './climb.js';
import type { StepContext } from './context.js';
import { triesBefore } from './earlier.js';
import { finish, haltRun, interrupted, stop } from './finish.js';
import { tryWhatIsFree } from './free.js';
import { takeUpWork } from './kept.js';
import { goesOnFrom, rungsToClimb } from './ladder.js';
import { land } from './land.js';
import { type Opened, openStep } from './open.js';
import { falsePrecondition } from './preconditions.js';
import { runOf } from './run-of.js';
import { verifyFirst } from './verify-first.js';

/** The stages that cost nothing. Null: an agent has to be paid. */
async function withoutAgent(ctx: StepContext, opened: Opened): Promise<ExitCode | null> {
  const { failure, standing } = opened;
  const sticky = failure !== null && failure.key === opened.key && !opened.again;
  if (sticky) {
    const ended = await tryWhatIsFree(ctx, failure);
    if (ended !== null) return ended;
  }
  if (ctx.task.checkpoint) {
    const red = await falsePrecondition(ctx);
    if (red !== null) return stop(ctx, { state: 'blocked', precondition: true, ...red });
    return stop(ctx, {
      state: 'question',
      reason: `checkpoint: ${ctx.task.title}`,
      question: `Checkpoint: ${ctx.task.title}`,
      options: [`${ctx.program} approve ${ctx.task.name}`],
    });
  }
  if (standing.kind === 'inputs' || standing.kind === 'conditions' || standing.kind === 'unbelieved') {
    if (!ctx.options.force) {
      const ended = await verifyFirst(ctx, standing);
      if (ended !== null) return ended;
    }
  }
  const red = await falsePrecondition(ctx);
  if (red !== null) return stop(ctx, { state: 'blocked', precondition: true, ...red });
  return null;
}

async function work(ctx: StepContext, opened: Opened): Promise<ExitCode> {
  const free = await withoutAgent(ctx, opened);
  if (free !== null) return free;

  const from = goesOnFrom(opened, ctx.reopenedNow || ctx.options.retry);
  const rungs = rungsToClimb(ctx.settings.ladder, ctx.task, from);
  // Where Make was asked for the task itself, no run has looked before.
  for (const rung of rungs) {
    refuseBlind(ctx.config, ctx.settings.budget, agentOf(ctx.config, rung, ctx.settings.agent).agent);
  }
  ctx.say({ type: 'step-started', task: ctx.task.name, rung: rungs[0]?.text ?? '' });
  const red = await takeBaseline(ctx, opened.excused);
  if (red !== null) {
    const by = menderOf(ctx, red);
    if (by !== null) return stop(ctx, { state: 'blocked', reason: `${red.reason}; ${by} mends it`, by });
    lookBeforeTheEnd(ctx);
    return haltRun(ctx, red);
  }
  takeUpWork(ctx, opened);
  const climbed = await climb(ctx, rungs, triesBefore(opened.failure, ctx.workOf));
  if (climbed.end === 'done') return land(ctx, opened, climbed);
  return finish(ctx, opened, climbed);
}

/**
 * Runs the step of one task.
 * @param root absolute path of the project
 * @returns the exit code Make sees; why lies in the record (MAKE-RULES 20)
 * @throws Refusal where the task, the configuration or the workspace cannot be worked with
 */
export async function step(root: string, name: string, options: { force: boolean; retry: boolean }): Promise<ExitCode> {
  try {
    return await runStep(root, name, options);
  } catch (error) {
    if (error instanceof Refusal && error.exitCode === EXIT.usage)
      noteRefused(root, runOf(process.env, process.ppid), name);
    throw error;
  }
}

/** What the machine refuses one step it will refuse the next: nobody climbs a ladder over a full disk. */
function haltedByMachine(ctx: StepContext, error: SystemError): ExitCode {
  process.stderr.write(explain(error, ctx.root).text);
  const reason = `${ctx.task.name}: ${error.message}`;
  try {
    halt(ctx.root, ctx.run, reason, remedyOf(error));
    ctx.say({ type: 'halted', reason });
  } catch (another) {
    // The same disk, most likely: one error is enough, and each further step will meet it by itself.
    if (!isSystemError(another)) throw another;
  }
  return EXIT.halted;
}

async function runStep(root: string, name: string, options: { force: boolean; retry: boolean }): Promise<ExitCode> {
  const opened = await openStep(root, name, { ...options, inPlace: false, personsWork: false });
  if ('exit' in opened) return opened.exit;
  const { ctx } = opened;
  try {
    return await work(ctx, opened);
  } catch (error) {
    if (ctx.signal.aborted) return interrupted(ctx);
    if (isSystemError(error)) return haltedByMachine(ctx, error);
    throw error;
  } finally {
    opened.close();
  }
}
