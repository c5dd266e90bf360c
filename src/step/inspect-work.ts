/** A claim of done, looked into: what was really changed, what every check says of it, what was found. */
import { checksOf } from '../inspect/checks.js';
import { findingText, inspect } from '../inspect/inspect.js';
import type { CheckResult, Inspection } from '../inspect/inspection.js';
import type { Finding } from '../record/receipt.js';
import { MARKS } from '../workspace/merge.js';
import type { FileVersion } from '../workspace/workspace.js';
import { checkContext, sayFindings } from './check-context.js';
import { type Unmet, unmetPreconditions, unmetReason } from './consumers.js';
import type { StepContext } from './context.js';
import { lookForStubs, type SaidToStay } from './look-for-stubs.js';
import type { Outcome } from './outcome.js';
import { lookIntoSubmodules } from './submodules.js';
import { weakenedNow } from './weakened-now.js';

const hasRun = ({ cached, check }: CheckResult): boolean =>
  !cached && (check.kind === 'command' || check.kind === 'script');

/** What an inspection is told; nothing of it is believed without a look. */
export interface Claimed extends SaidToStay {
  /**
   * An unchanged tree is no failure here: nobody was asked to change it (verifying again, a person's own work); then it
   * is not asked what others expect of it either.
   */
  readonly unchangedIsFine?: boolean;
  /** What was put back just now; absent: it is looked at here. */
  readonly putBack?: readonly Finding[];
}

/** So many findings stand in one line; all of them in the next prompt. */
const IN_ONE_LINE = 5;

const MARK_LINES = [`<<<<<<< ${MARKS.ours}`, `>>>>>>> ${MARKS.theirs}`];
/** What is larger git takes for no text (`core.bigFileThreshold`). */
const LARGEST_TEXT = 512 << 20;

/** Whether a file holds a line that marks a conflict. */
function isMarked({ size, read }: FileVersion): boolean {
  if (size >= LARGEST_TEXT) return false;
  const bytes = Buffer.from(read());
  return MARK_LINES.some((line) => bytes.indexOf(line) === 0 || bytes.includes(`\n${line}`));
}

/**
 * Files in which the marks of a conflict stand that the task has brought there. Whatever is text is marked, so the bytes
 * are looked at: git's own search takes for binary what its attributes say is not to be shown (`*.lock -diff`).
 */
function marksLeft({ apart, base }: StepContext): Finding[] {
  if (apart === null) return [];
  return apart
    .changedFiles(base)
    .filter(({ now }) => now !== null && isMarked(now))
    .map(({ path }) => ({
      kind: 'conflict',
      severity: 'error',
      file: path,
      line: null,
      symbol: null,
      message: 'the marks of a conflict are still in it: settle what stands between them, and take them away',
    }));
}

/** Inspects the work in the tree. */
export async function inspectWork(ctx: StepContext, claimed: Claimed = {}): Promise<Outcome> {
  const { task, ws, base } = ctx;
  const unchangedIsFine = claimed.unchangedIsFine === true;
  const leftovers: Finding[] = [];
  let tree: string | null = null;
  const refusals: string[] = [];
  // The others are run once, on what will land (integrate.ts).
  const checks = checksOf(ctx.config, task, ctx.verify).filter(({ when }) => when === 'step');
  const inside = lookIntoSubmodules(ctx);
  const inspection = await inspect({
    ...checkContext(ctx),
    checks,
    redBefore: ctx.redBefore,
    changesNone: task.changesNone || unchangedIsFine || ctx.wasDone,
    tampering: () => claimed.putBack ?? ctx.putBack(),
    weakened: () => weakenedNow(ctx, checks),
    // Strays go before the checks run: what lands is what was verified, so the checks must not see them either. A
    // person's own files are never taken away.
    strays: () => (ctx.options.personsWork ? [] : ws.setAsideStrays(task.name, base, task.files)),
    stubs: async () => {
      const gate = await lookForStubs(ctx, claimed);
      refusals.push(...gate.reasons);
      return gate;
    },
    treeNow: () => {
      tree ??= ws.tree();
      leftovers.push(...ws.setAsideLeftovers(task.name, tree));
      return ws.tree();
    },
    changed: () => ws.changesSince(base).map((change) => change.path),
  });
  const unmet = inspection.ok && !unchangedIsFine ? await unmetPreconditions(ctx) : [];
  const seen = [...marksLeft(ctx), ...inside];
  // The checks have run what the attempt wrote.
  const aftermath = inspection.results.some(hasRun) || ctx.consumers.length > 0 ? ctx.putBack() : [];
  const findings = [...inspection.findings, ...leftovers, ...aftermath, ...seen];
  sayFindings(ctx, findings);
  if (ctx.signal.aborted) return { name: 'interrupted', reason: 'interrupted while the work was being verified' };
  if (inspection.ok && unmet.length === 0 && [...seen, ...aftermath].every(({ severity }) => severity !== 'error')) {
    return { name: 'done', inspection: { ...inspection, findings } };
  }
  return failed(inspection, findings, unmet, refusals);
}

/**
 * @param unmet preconditions of consumers that are false
 * @param refusals why stubs could not be put off
 */
function failed(
  inspection: Inspection,
  findings: readonly Finding[],
  unmet: readonly Unmet[],
  refusals: readonly string[],
): Outcome {
  const redChecks = inspection.results.filter((result) => !result.ok);
  const red = redChecks.map(({ check, failure }) => `${check.label} (${failure})`);
  const found = findings.filter(({ severity }) => severity === 'error').map(findingText);
  const more = found.length > IN_ONE_LINE ? [`and ${found.length - IN_ONE_LINE} further findings`] : [];
  const said = [
    ...found.slice(0, IN_ONE_LINE),
    ...more,
    ...(red.length > 0 ? [`red: ${red.join(', ')}`] : []),
    ...unmet.map(unmetReason),
  ];
  const lines = [...(more.length > 0 ? found : []), ...refusals];
  const output = [
    lines.join('\n'),
    ...inspection.reasons.filter((reason) => reason.includes('\n')),
    ...unmet.flatMap((one) => (one.result.output === '' ? [] : [`${unmetReason(one)}\n${one.result.output}`])),
  ];
  return {
    name: 'failed',
    why: 'inspection',
    reason: said.length > 0 ? said.join('; ') : inspection.reasons.join('; '),
    output: output.filter((text) => text !== '').join('\n\n'),
    redChecks: [...redChecks, ...unmet.map(({ result }) => result)],
    findings,
  };
}
