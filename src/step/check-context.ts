/** How a step has checks run: baseline, preconditions, inspection and verifying again alike, so that they share one cache. */
import { printable } from '../diagnostic.js';
import { type CheckContext, runChecks } from '../inspect/checks.js';
import type { Check, CheckResult } from '../inspect/inspection.js';
import { agentEnvironments } from '../inspect/secrets.js';
import { statePaths } from '../record/paths.js';
import type { Finding } from '../record/receipt.js';
import type { StepContext } from './context.js';

/** What checks of this step are run with; `retries` where it differs from the configuration's. */
export function checkContext(
  ctx: StepContext,
  retries = ctx.config.checkRetries,
): Omit<CheckContext, 'tree' | 'treeNow'> {
  return {
    cwd: ctx.ws.dir,
    env: ctx.env,
    secrets: agentEnvironments(ctx.config),
    mark: ctx.mark,
    task: ctx.task.name,
    base: ctx.base.head ?? '',
    retries,
    stateRoot: statePaths(ctx.root).state,
    sandbox: ctx.sandbox,
    shared: ctx.apart !== null,
    signal: ctx.signal,
    // Strays are set aside before any check runs, and what checks leave behind is taken out: nothing else is left over.
    leftOver: () => [],
    onStart: (check) => ctx.activity.tell(printable(`check: ${check.label}`)),
    onResult: (result) =>
      ctx.say({
        type: 'checked',
        task: ctx.task.name,
        check: result.check.label,
        ok: result.ok,
        flaky: result.flaky,
        cached: result.cached,
        durationMs: result.durationMs,
      }),
  };
}

/** Records what was found. */
export function sayFindings(ctx: StepContext, findings: readonly Finding[]): void {
  for (const { kind, severity, file, line, symbol, message } of findings) {
    ctx.say({ type: 'finding', task: ctx.task.name, kind, severity, file, line, symbol, message });
  }
}

/**
 * Runs checks on the tree as it stands, and takes out of it whatever they left behind. They may run what some attempt
 * wrote: an attempt that follows is looked at after; who ends the step instead looks himself (`lookBeforeTheEnd`).
 * @param anew whether what passed on this tree before is run again
 */
export async function runOnTree(
  ctx: StepContext,
  checks: readonly Check[],
  retries?: number,
  anew = false,
): Promise<CheckResult[]> {
  if (checks.length === 0) return [];
  const tree = ctx.ws.tree();
  const treeNow = (): string => {
    sayFindings(ctx, ctx.ws.setAsideLeftovers(ctx.task.name, tree));
    return ctx.ws.tree();
  };
  return runChecks(checks, { ...checkContext(ctx, retries), tree, treeNow, anew });
}

/** Puts back what checks may have changed, where a step ends before any attempt. To be called before it writes why. */
export function lookBeforeTheEnd(ctx: StepContext): void {
  sayFindings(ctx, ctx.putBack());
}
