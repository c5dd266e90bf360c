/** Early cutoff: where only inputs or conditions changed, what is done is verified again, and paid for only if that fails. */
import { EXIT, type ExitCode } from '../diagnostic.js';
import type { Standing } from '../record/standing.js';
import type { StepContext } from './context.js';
import { interrupted } from './finish.js';
import { inspectWork } from './inspect-work.js';
import { integrate } from './integrate.js';
import { landVerified } from './land.js';
import { reasonOf } from './outcome.js';

const BECAUSE = {
  inputs: 'what it builds on has changed',
  conditions: 'its dependencies, checks or conditions have changed',
} as const;

/**
 * Verifies a task whose receipt does not hold although its work may.
 * @returns done, or null where an agent is needed; what was red is then told to it
 */
export async function verifyFirst(
  ctx: StepContext,
  standing: Extract<Standing, { kind: 'inputs' | 'conditions' | 'unbelieved' }>,
): Promise<ExitCode | null> {
  const { task } = ctx;
  const because = standing.kind === 'unbelieved' ? standing.reason : BECAUSE[standing.kind];
  const began = Date.now();
  // A deferred task did no work that could be verified: that it is deferred still holds.
  const deferred = standing.kind !== 'unbelieved' && standing.receipt.state === 'deferred';
  const left = standing.kind === 'unbelieved' ? [] : standing.receipt.stubs;
  const outcome = deferred ? null : await inspectWork(ctx, { left, unchangedIsFine: true });
  if (outcome !== null && outcome.name !== 'done') {
    if (outcome.name === 'interrupted') return interrupted(ctx);
    ctx.evidenceNow.push(`${because}, and verifying it again failed: ${reasonOf(outcome)}`);
    return null;
  }
  if (standing.kind === 'unbelieved') {
    const ready = outcome === null ? null : await integrate(ctx, outcome);
    return ready?.name === 'done' ? landVerified(ctx, ready.inspection) : null;
  }
  ctx.state.writeReverified({ seal: standing.receipt.seal, fingerprint: task.fingerprint, inputs: ctx.inputs });
  ctx.state.clearFailure();
  ctx.touchReceipt();
  ctx.say({ type: 'verified', task: task.name, because, durationMs: Date.now() - began });
  return EXIT.done;
}
