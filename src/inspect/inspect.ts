/** Is it really done? A list of inspectors, each of which looks for itself; all of them must be content. */
import type { DeferredStub, Finding, VerifiedCheck } from '../record/receipt.js';
import { type CheckContext, runChecks } from './checks.js';
import type { Check, CheckResult, Inspection } from './inspection.js';
import type { GateResult } from './stub-gate.js';

/** What an inspection is about. Functions are asked when it is their turn: what one inspector does, the next one sees. */
export interface InspectionContext extends Omit<CheckContext, 'tree' | 'treeNow'> {
  readonly checks: readonly Check[];
  /** Labels of the checks that were red before anybody worked. */
  readonly redBefore: ReadonlySet<string>;
  /** `changes: none`: an unchanged tree is not a failure. */
  readonly changesNone: boolean;
  /** Puts back what an attempt had no business to change (`tampering.ts`); what was found. */
  readonly tampering: () => readonly Finding[];
  /** Looks for checks that verify less than before (`weakened.ts`); what was found. */
  readonly weakened: () => readonly Finding[];
  /** Sets stray files aside; what was found. */
  readonly strays: () => readonly Finding[];
  /** Looks for stubs, and for tests made away with (`stub-gate.ts`). */
  readonly stubs: () => Promise<GateResult>;
  /** Id of the work tree as it stands now, backlog and receipts left out. */
  readonly treeNow: () => string;
  /** Paths that the task has changed, backlog and receipts left out. */
  readonly changed: () => readonly string[];
}

/** What one inspector saw. A finding of severity `error` blocks by itself; anything else that does is a reason. */
interface Seen {
  readonly results?: readonly CheckResult[];
  readonly findings?: readonly Finding[];
  readonly reasons?: readonly string[];
  /** Stubs that may stay for now. */
  readonly stubs?: readonly DeferredStub[];
  /** Id of the tree that was looked at. */
  readonly tree?: string;
}

/** To inspect for something further, write one of these and add it to the list below. */
interface Inspector {
  readonly name: string;
  /** @param before what the inspectors above it in the list saw */
  inspect(ctx: InspectionContext, before: readonly Seen[]): Seen | Promise<Seen>;
}

const resultsOf = (seen: readonly Seen[]): CheckResult[] => seen.flatMap(({ results }) => results ?? []);

/** A red check as text for the next prompt. */
function redReason({ check, failure, output }: CheckResult): string {
  const said = `check failed: ${check.label} (${failure})`;
  return output === '' ? said : `${said}\n${output}`;
}

/**
 * Runs the checks on what would be committed. A check may itself change the tree (a formatter): then they are run once
 * more, since only what stood there while they ran has been verified.
 */
const checks: Inspector = {
  name: 'checks',
  async inspect(ctx) {
    let tree = ctx.treeNow();
    for (let again = true; ; again = false) {
      let after = tree;
      const treeNow = (): string => {
        after = ctx.treeNow();
        return after;
      };
      const results = await runChecks(ctx.checks, { ...ctx, tree, treeNow });
      const reasons = results.filter(({ ok }) => !ok).map(redReason);
      if (after === tree || reasons.length > 0) return { results, reasons, tree };
      if (!again) return { results, reasons: ['the checks change the work tree each time they are run'], tree };
      tree = after;
    }
  },
};

/** A task that changed nothing, and turned no check green, has done nothing (DESIGN "Checks"). */
const change: Inspector = {
  name: 'change',
  inspect(ctx, before) {
    if (ctx.changesNone || ctx.changed().length > 0) return {};
    if (resultsOf(before).some(({ ok, check }) => ok && ctx.redBefore.has(check.label))) return {};
    return { reasons: ['nothing was changed, and no check turned green'] };
  },
};

/** In this order: what does not belong there is gone before the checks run on what is left. */
const INSPECTORS: readonly Inspector[] = [
  { name: 'tampering', inspect: (ctx) => ({ findings: ctx.tampering() }) },
  { name: 'strays', inspect: (ctx) => ({ findings: ctx.strays() }) },
  { name: 'weakened', inspect: (ctx) => ({ findings: ctx.weakened() }) },
  { name: 'stubs', inspect: (ctx) => ctx.stubs() },
  checks,
  change,
];

/** `src/x.c:88: open_it: …`, for prompts and people; what is about no file in particular stands for itself. */
export function findingText({ file, line, symbol, message }: Finding): string {
  const place = file === '.' ? [] : [`${file}${line === null ? '' : `:${line}`}`];
  return [...place, ...(symbol === null ? [] : [symbol]), message].join(': ');
}

function verifiedOf(results: readonly CheckResult[], redBefore: ReadonlySet<string>): VerifiedCheck[] {
  return results
    .filter(({ ok }) => ok)
    .map(({ check, durationMs, flaky }) => ({
      check: check.label,
      durationMs,
      redBefore: redBefore.has(check.label),
      flaky,
    }));
}

/**
 * Inspects what an attempt left, and calls done.
 * @throws the signal's reason if aborted; the system's error where git or the disk fails
 */
export async function inspect(ctx: InspectionContext): Promise<Inspection> {
  const seen: Seen[] = [];
  for (const inspector of INSPECTORS) seen.push(await inspector.inspect(ctx, seen));
  const results = resultsOf(seen);
  const findings = seen.flatMap((one) => one.findings ?? []);
  const blocking = findings.filter(({ severity }) => severity === 'error');
  const reasons = [...blocking.map(findingText), ...seen.flatMap((one) => one.reasons ?? [])];
  const verified = verifiedOf(results, ctx.redBefore);
  const tree = seen.find((one) => one.tree !== undefined)?.tree ?? ctx.treeNow();
  const stubs = seen.flatMap((one) => one.stubs ?? []);
  return { ok: reasons.length === 0, results, verified, findings, stubs, tree, reasons };
}

/** How much a receipt's checks prove (DESIGN "Checks"): `strong` if one was red before and is green now. */
export function evidenceOf(verified: readonly VerifiedCheck[]): 'strong' | 'weak' | 'none' {
  if (verified.length === 0) return 'none';
  return verified.some(({ redBefore }) => redBefore) ? 'strong' : 'weak';
}
