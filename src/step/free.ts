/** What costs nothing is tried again every time before a failure is called the same as before (DESIGN "A step"). */
import { EXIT, type ExitCode } from '../diagnostic.js';
import { lookInto } from '../inspect/blame.js';
import type { FailureRecord } from '../record/task-state.js';
import { takeBaseline } from './baseline.js';
import { blameContext } from './blame-context.js';
import { lookBeforeTheEnd, runOnTree } from './check-context.js';
import type { StepContext } from './context.js';
import { inspectWork } from './inspect-work.js';
import { integrate } from './integrate.js';
import { landAgain } from './land.js';
import { falsePrecondition } from './preconditions.js';
import { reopenOwner, whyNotReopened } from './reopen.js';

function same(ctx: StepContext, failure: FailureRecord, exit: ExitCode): ExitCode {
  const answer = ctx.task.checkpoint ? `approve ${ctx.task.name}` : `answer ${ctx.task.name} "…"`;
  const again = `${ctx.program} ${failure.state === 'question' ? answer : `retry ${ctx.task.name}`}`;
  lookBeforeTheEnd(ctx);
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
    if (!failure.precondition) return lookAgain(ctx, failure);
    const red = await falsePrecondition(ctx);
    // What it points to may be opened again by now, which is for the step itself to do.
    const stands = red !== null && (red.blame === null || whyNotReopened(ctx, red.blame, red.deferred) !== null);
    return stands ? same(ctx, failure, EXIT.waiting) : null;
  }
  return (await failedChecksHold(ctx, failure)) ?? same(ctx, failure, EXIT.failed);
}

/** Is what was blamed still as it was? If so, and it may be opened again by now, nobody has to be paid to say so again. */
async function lookAgain(ctx: StepContext, failure: FailureRecord): Promise<ExitCode | null> {
  const { by, claim } = failure;
  // Whom nobody is blamed for, and what was done anew, is for an agent to look at.
  if (by === null || claim === null || ctx.workOf(by) !== failure.byWork) return null;
  const { symbol, file } = claim;
  const judged = await blameContext(ctx, (blame) => lookInto({ by, symbol, file, reason: '' }, blame));
  if (!judged.believed || judged.blame.owner !== by) return null;
  if (whyNotReopened(ctx, judged.blame, judged.deferred) !== null) return same(ctx, failure, EXIT.waiting);
  ctx.say({ type: 'blocked', task: ctx.task.name, by, reason: judged.blame.evidence });
  await reopenOwner(ctx, judged.blame, { ...failure, claim: judged.blame, reason: judged.blame.evidence });
  return EXIT.waiting;
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
  const outcome = await inspectWork(ctx);
  const ready = outcome.name === 'done' ? await integrate(ctx, outcome) : outcome;
  return ready.name === 'done' ? landAgain(ctx, ready.inspection, failure) : null;
}
