/** Preconditions run before any agent is paid: a false one is somebody else's unfinished work, never a reason to climb. */
import { preconditionsOf } from '../inspect/checks.js';
import { runOnTree } from './check-context.js';
import type { StepContext } from './context.js';
import type { Stop } from './finish.js';

/** What the first false precondition says, and the upstream task it points to; null where all hold. */
export async function falsePrecondition(ctx: StepContext): Promise<Omit<Stop, 'state'> | null> {
  const results = await runOnTree(ctx, preconditionsOf(ctx.config, ctx.task));
  const red = results.find((result) => !result.ok);
  if (red === undefined) return null;
  const { label, kind, run } = red.check;
  const blame = ctx.findOwner({ by: null, symbol: null, file: kind === 'exists' ? run : null, reason: label });
  return {
    reason: `precondition is false: ${label} (${red.failure})${blame === null ? '' : `; ${blame.evidence}`}`,
    by: blame?.owner ?? null,
    precondition: true,
  };
}
