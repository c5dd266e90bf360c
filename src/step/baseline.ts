/**
 * The checks on the tree a step starts from. The configuration's own are the baseline: red before anybody worked, they
 * would be held against every task, so they halt the run. All others only tell what was red before (evidence).
 */
import { checksOf } from '../inspect/checks.js';
import type { CheckResult } from '../inspect/inspection.js';
import type { Halted } from '../record/halts.js';
import { standingNow } from '../record/stands.js';
import { runOnTree } from './check-context.js';
import type { StepContext } from './context.js';

export interface RedBaseline extends Halted {
  /** The commands that are red. */
  readonly checks: readonly string[];
}

/** What is green in a person's tree may be red in a new one. */
const IN_A_NEW_TREE =
  '; it ran in a new work tree, in which there is nothing that git ignores (installed packages, say): see setup: and carry: in stepladder.yaml, or write isolation: in-place';

const isRed = (result: CheckResult): boolean => !result.ok;

/**
 * Runs every check of the task on the start tree and notes which are red.
 * @param excused whether something was just reopened, reverted or edited, so that a red baseline may be the very work
 * @returns the halt a red baseline calls for, or null
 */
export async function takeBaseline(ctx: StepContext, excused: boolean): Promise<RedBaseline | null> {
  const checks = checksOf(ctx.config, ctx.task, ctx.verify).filter((check) => check.kind !== 'clean');
  const counts = (result: CheckResult): boolean =>
    isRed(result) && result.check.origin === 'config' && !ctx.task.mends.includes(result.check.run);
  const first = await runOnTree(ctx, checks, 0);
  for (const result of first.filter(isRed)) ctx.redBefore.add(result.check.label);
  const red = first.filter(counts).map((result) => result.check);
  if (red.length === 0 || excused) return null;
  // A check that is red may be flaky: nothing is halted over a flake.
  const again = await runOnTree(ctx, red);
  for (const result of again) if (result.ok) ctx.redBefore.delete(result.check.label);
  const stillRed = again.filter(isRed);
  if (stillRed.length === 0) return null;
  const checksRed = stillRed.map((result) => result.check.run);
  const names = checksRed.join(', ');
  return {
    checks: checksRed,
    reason: `red before anybody worked: ${names} (${stillRed[0]?.failure ?? ''})`,
    remedy: `make it green first, or let one task say that it mends it (mends: ${JSON.stringify(checksRed)})${ctx.apart === null ? '' : IN_A_NEW_TREE}`,
  };
}

/**
 * The task that is there to make a red baseline green, and is not done yet: to wait for it is no deadlock, where a halt
 * would be one, since the run that would do it is the one halted. Null where some check has none, or only one that
 * itself waits for this task.
 */
export function menderOf(ctx: StepContext, red: RedBaseline): string | null {
  const { config, backlog, task } = ctx;
  const menders = red.checks.map((check) =>
    backlog.order.find((name) => {
      const other = backlog.tasks.get(name);
      if (other === undefined || name === task.name || !other.mends.includes(check)) return false;
      return standingNow(config, other).kind !== 'holds' && !backlog.graph.ancestors(name).has(task.name);
    }),
  );
  return menders.includes(undefined) ? null : (menders[0] ?? null);
}
