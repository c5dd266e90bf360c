/** What costs nothing is tried again every time before a failure is called the same as before (DESIGN "A step"). */
import { EXIT, type ExitCode } from '../diagnostic.js';
import type { FailureRecord } from '../record/task-state.js';
import { takeBaseline } from './baseline.js';
import { runOnTree } from './check-context.js';
import type { StepContext } from './context.js';
import { inspectWork } from './inspect-work.js';
import { landAgain } from './land.js';
import { falsePrecondition } from './preconditions.js';

function same(ctx: StepContext, failure: FailureRecord, exit: ExitCode): ExitCode {
  const again =
    failure.state === 'question'
      ? `${ctx.program} answer ${ctx.task.name} "…"`
      : `${ctx.program} retry ${ctx.task.name}`;
  ctx.tell(
    `${ctx.task.name}: ${failure.state} before, and nothing has changed since: ${failure.reason}\n  → ${again}, or edit the task`,
  );
  return exit;
}

/**
 * Looks again at what stopped the task.
 * @returns the exit code where the stop stands (or where the kept work turns out to be done after all); null: go on
 */
export async function tryWhatIsFree(ctx: StepContext, failure: FailureRecord): Promise<ExitCode | null> {
  if (failure.state === 'question') return same(ctx, failure, EXIT.waiting);
  if (failure.state === 'blocked') {
    if (failure.precondition) return (await falsePrecondition(ctx)) === null ? null : same(ctx, failure, EXIT.waiting);
    const blame =
      failure.claim === null
        ? null
        : ctx.findOwner({
            by: failure.by,
            symbol: failure.claim.symbol,
            file: failure.claim.file,
            reason: failure.reason,
          });
    const moved = blame === null || ctx.workOf(blame.owner) !== failure.byWork;
    return moved ? null : same(ctx, failure, EXIT.waiting);
  }
  return (await failedChecksHold(ctx, failure)) ?? same(ctx, failure, EXIT.failed);
}

/** The failed checks on the work that was kept: what failed for want of a tool, say, is done once the tool is there. */
async function failedChecksHold(ctx: StepContext, failure: FailureRecord): Promise<ExitCode | null> {
  const { kept } = failure;
  if (kept === null || failure.failedChecks.length === 0) return null;
  const work = ctx.ws.kept(ctx.task.name).find((candidate) => candidate.commit === kept.commit);
  if (work === undefined) return null;
  await takeBaseline(ctx, true);
  ctx.inFlight(failure.rung ?? '', 0);
  const ended = ctx.ws.takeUp(work) ? await inspectKept(ctx, failure) : null;
  if (ended === null) {
    ctx.ws.restore(ctx.base);
    ctx.state.clearInFlight();
  }
  return ended;
}

const kindOf = (kind: string): 'command' | 'script' | 'exists' =>
  kind === 'script' || kind === 'exists' ? kind : 'command';

async function inspectKept(ctx: StepContext, failure: FailureRecord): Promise<ExitCode | null> {
  const checks = failure.failedChecks.map((check) => ({
    label: check.label,
    run: check.run,
    kind: kindOf(check.kind),
    timeoutMs: ctx.settings.timeoutMs,
    origin: 'task' as const,
    when: 'step' as const,
  }));
  const results = await runOnTree(ctx, checks, 0);
  if (results.some((result) => !result.ok)) return null;
  const outcome = await inspectWork(ctx, []);
  return outcome.name === 'done' ? landAgain(ctx, outcome.inspection, failure) : null;
}
