/** A claim of done, looked into: what was really changed, what every check says of it, what was found. */
import { checksOf } from '../inspect/checks.js';
import { inspect } from '../inspect/inspect.js';
import type { DeferredStub, Finding } from '../record/receipt.js';
import { checkContext, sayFindings } from './check-context.js';
import type { StepContext } from './context.js';
import type { Outcome } from './outcome.js';

/**
 * Inspects the work in the tree.
 * @param unchangedIsFine an unchanged tree is no failure here: nobody was asked to change it (verifying again)
 */
export async function inspectWork(
  ctx: StepContext,
  deferredStubs: readonly DeferredStub[],
  unchangedIsFine = false,
): Promise<Outcome> {
  const { task, ws, base } = ctx;
  const leftovers: Finding[] = [];
  let tree: string | null = null;
  const inspection = await inspect({
    ...checkContext(ctx),
    checks: checksOf(ctx.config, task, ctx.verify),
    redBefore: ctx.redBefore,
    changesNone: task.changesNone || unchangedIsFine || ctx.wasDone,
    tampering: ctx.putBack,
    // Strays go before the checks run: what lands is what was verified, so the checks must not see them either. A
    // person's own files are never taken away.
    strays: () => (ctx.options.personsWork ? [] : ws.setAsideStrays(task.name, base, task.files)),
    treeNow: () => {
      tree ??= ws.tree();
      leftovers.push(...ws.setAsideLeftovers(task.name, tree));
      return ws.tree();
    },
    changed: () => ws.changesSince(base).map((change) => change.path),
  });
  const findings = [...inspection.findings, ...leftovers];
  sayFindings(ctx, findings);
  if (ctx.signal.aborted) return { name: 'interrupted', reason: 'interrupted while the work was being verified' };
  if (inspection.ok) return { name: 'done', inspection: { ...inspection, findings }, deferredStubs };
  const redChecks = inspection.results.filter((result) => !result.ok);
  const red = redChecks.map(({ check, failure }) => `${check.label} (${failure})`);
  const found = findings
    .filter((finding) => finding.severity === 'error')
    .map((finding) => `${finding.file}: ${finding.message}`);
  const said = [...found, ...(red.length > 0 ? [`red: ${red.join(', ')}`] : [])];
  return {
    name: 'failed',
    why: 'inspection',
    reason: said.length > 0 ? said.join('; ') : inspection.reasons.join('; '),
    output: inspection.reasons.filter((reason) => reason.includes('\n')).join('\n\n'),
    redChecks,
    findings,
  };
}
