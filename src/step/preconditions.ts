/** Preconditions run before any agent is paid: a false one is somebody else's unfinished work, never a reason to climb. */
import { lookIntoPrecondition } from '../inspect/blame.js';
import { preconditionsOf } from '../inspect/checks.js';
import type { Blame } from '../inspect/inspection.js';
import { blameContext } from './blame-context.js';
import { runOnTree } from './check-context.js';
import type { StepContext } from './context.js';

/** A precondition that is false. */
export interface RedPrecondition {
  /** What it says, and how it failed. */
  readonly reason: string;
  /** Null where nobody knows whose work it is. */
  readonly blame: Blame | null;
  /** A person put that task off. */
  readonly deferred: boolean;
}

/**
 * The first false precondition; null where all hold.
 * @param anew whether one that held on this very tree before is tried again
 */
export async function falsePrecondition(ctx: StepContext, anew = false): Promise<RedPrecondition | null> {
  const results = await runOnTree(ctx, preconditionsOf(ctx.config, ctx.task), undefined, anew);
  const red = results.find((result) => !result.ok);
  if (red === undefined) return null;
  const { check, failure, output } = red;
  const judged = await blameContext(ctx, (blame) => lookIntoPrecondition({ ...check, failure, output }, blame));
  const reason = `precondition is false: ${check.label} (${failure})`;
  if (!judged.believed) return { reason, blame: null, deferred: false };
  return { reason, blame: judged.blame, deferred: judged.deferred };
}
