/**
 * What was verified is made ready to become the branch. Where steps run side by side the branch may have moved since: then
 * the work is brought onto it, and verified again as it will land, one step at a time.
 *
 *     my turn ─▶ has the branch moved? ─no─▶ landing checks ─▶ the workspace's lock ─▶ still there? ─▶ land
 *       ▲               │ yes                                                           │ no
 *       │               ▼                                                               │
 *       │         kept, rebased ─▶ conflict, or red now ─▶ back to the agent            │
 *       │               └─▶ verified ─▶ landing checks                                  │
 *       └───────────────────────────────────────────────────────────────────────────────┘
 */
import { join } from 'node:path';
import { checksOf } from '../inspect/checks.js';
import type { Halted } from '../record/halts.js';
import { acquire, describeHolder, type Lock } from '../record/locks.js';
import { LANDING_LOCK } from '../record/paths.js';
import type { Finding } from '../record/receipt.js';
import { finishLandings } from '../workspace/landing.js';
import { MARKS } from '../workspace/merge.js';
import { awaitPersonsGit, personsGit } from '../workspace/persons-git.js';
import type { StepWorktree } from '../workspace/workspace.js';
import { differ } from '../workspace/worktree.js';
import { runOnTree, sayFindings } from './check-context.js';
import type { StepContext } from './context.js';
import { inspectWork } from './inspect-work.js';
import type { Outcome } from './outcome.js';

type Done = Extract<Outcome, { name: 'done' }>;

function lock(ctx: StepContext, path: string, waitingFor: string): Promise<Lock> {
  return acquire(path, {
    what: `step ${ctx.task.name} (run ${ctx.run})`,
    mark: ctx.mark,
    onWait: (holder) => {
      if (!holder.record?.what.endsWith(`(run ${ctx.run})`))
        ctx.tell(`${ctx.task.name}: waiting for ${waitingFor}: ${describeHolder(holder)}`);
    },
    signal: ctx.signal,
    acrossHosts: ctx.config.launch !== '',
  });
}

const interrupted = (reason: string): Outcome => ({ name: 'interrupted', reason });

/** The checks that are run once for each landing, on what will land. */
async function landingChecks(ctx: StepContext, done: Done): Promise<Outcome> {
  const checks = checksOf(ctx.config, ctx.task, ctx.verify).filter(({ when }) => when === 'landing');
  if (checks.length === 0) return done;
  const results = await runOnTree(ctx, checks);
  const red = results.filter(({ ok }) => !ok);
  if (red.length > 0) {
    return {
      name: 'failed',
      why: 'inspection',
      reason: `red: ${red.map(({ check, failure }) => `${check.label} (${failure})`).join(', ')}`,
      output: red
        .map(({ check, failure, output }) => `check failed: ${check.label} (${failure})\n${output}`)
        .join('\n\n'),
      redChecks: red,
      findings: done.inspection.findings,
    };
  }
  const verified = results.map(({ check, durationMs, flaky }) => ({
    check: check.label,
    durationMs,
    redBefore: ctx.redBefore.has(check.label),
    flaky,
  }));
  const { inspection } = done;
  return {
    name: 'done',
    inspection: {
      ...inspection,
      results: [...inspection.results, ...results],
      verified: [...inspection.verified, ...verified],
    },
  };
}

/** What the agent is told of a landing that did not come about: why, and where it stands now. */
function conflict(reason: string, output: string, from: Partial<Extract<Outcome, { name: 'failed' }>> = {}): Outcome {
  const { redChecks = [], findings = [] } = from;
  return { name: 'failed', why: 'conflict', redChecks, findings, reason, output };
}

const MOST_NAMED = 20;

function conflictOf(paths: readonly string[]): Outcome {
  const named = paths.slice(0, MOST_NAMED).join(', ');
  return conflict(
    `it conflicts with what landed meanwhile, in ${named}`,
    [
      'Other tasks landed while this one was worked on. Your work was brought onto theirs; both sides changed the same places of',
      ...paths.slice(0, MOST_NAMED).map((path) => `- ${path}`),
      `In text files both are left in, between <<<<<<< ${MARKS.ours} and >>>>>>> ${MARKS.theirs}; elsewhere your version stands (theirs: git show HEAD:PATH).`,
      'Settle each so that both tasks are served, and take the marks away. What the others landed must go on working.',
    ].join('\n'),
  );
}

const finding = (file: string, message: string): Finding => ({
  kind: 'conflict',
  severity: 'error',
  file,
  line: null,
  symbol: null,
  message,
});

/** Brings the work onto the branch as it is now. Null where that went without a conflict. */
async function rebase(ctx: StepContext, ws: StepWorktree, onto: string): Promise<Outcome | null> {
  ws.foldCommits(ctx.base);
  const before = ws.kept(ctx.task.name).find(({ kind }) => kind === 'interrupted');
  const kept = ws.keep('interrupted', ctx.task.name, ctx.base, 'before it was brought onto what landed meanwhile');
  ctx.rebasing(true);
  let unready: Halted | null = null;
  const { snapshot, conflicts, failed } = await ws.rebase(ctx.base, onto, async () => {
    unready = await ctx.prepareAgain();
  });
  ctx.moveBase(snapshot);
  ctx.rebasing(false);
  // The work tree holds it whole again; what it was would only be taken up in its place.
  if (kept !== null) ws.forget(kept, before);
  if (failed !== null) throw failed.error;
  // Read anew: the callback has set it, which the compiler cannot see.
  const halted = unready as Halted | null;
  if (halted !== null) return { name: 'environment', ...halted };
  if (conflicts.length === 0) return null;
  sayFindings(
    ctx,
    conflicts.map((file) => finding(file, 'changed by this task and by what landed meanwhile')),
  );
  return conflictOf(conflicts);
}

/** Verifies what was brought onto the branch, as it will land. */
async function verifyAgain(ctx: StepContext, done: Done): Promise<Outcome> {
  const again = await inspectWork(ctx, { left: done.inspection.stubs, unchangedIsFine: false });
  if (again.name !== 'failed') return again;
  const output = `Other tasks landed while this one was worked on; together with their work it does not hold.\n\n${again.output}`;
  sayFindings(ctx, [finding('.', `together with what landed meanwhile: ${again.reason}`)]);
  return conflict(`together with what landed meanwhile: ${again.reason}`, output, again);
}

interface Settled {
  /** Verified as it stands on `head`. */
  readonly done: Done;
  /** The same with what its landing checks say. */
  readonly ready: Done;
  readonly head: string;
}

/** One look at the branch: the work verified on it as it is now, or why it cannot land. */
async function settle(ctx: StepContext, apart: StepWorktree, before: Done): Promise<Settled | Outcome> {
  const { head, branch } = apart.home.headSnapshot();
  if (branch !== ctx.homeBranch || head === null) {
    return interrupted(`nothing was landed: ${ctx.homeBranch ?? 'the commit it began on'} is not checked out any more`);
  }
  let done: Outcome = before;
  if (head !== ctx.base.head) {
    if (differ(apart.home, ctx.base.head ?? head, head)) {
      const clash = await rebase(ctx, apart, head);
      if (clash !== null) return clash;
      done = await verifyAgain(ctx, before);
      // Only receipts came or went: what was verified is what will land.
    } else ctx.moveBase({ ...ctx.base, head });
  }
  if (done.name !== 'done') return done;
  const ready = await landingChecks(ctx, done);
  return ready.name === 'done' ? { done, ready, head } : ready;
}

/**
 * Makes verified work ready to land.
 * @returns done, with the locks held under which it lands; or why not: then none of them is
 */
export async function integrate(ctx: StepContext, done: Done): Promise<Outcome> {
  const { apart } = ctx;
  if (apart === null) return landingChecks(ctx, done);
  const { home } = apart;
  const turn = await lock(ctx, join(home.commonDir, LANDING_LOCK), 'its turn to land');
  let verified = done;
  try {
    for (;;) {
      // In the middle of a rebase of his HEAD is nowhere; and while he commits nothing can land.
      await awaitPersonsGit(home, ctx.task.name, ctx);
      const settled = await settle(ctx, apart, verified);
      if ('name' in settled) return settled;
      verified = settled.done;
      await awaitPersonsGit(home, ctx.task.name, ctx);
      const front = await lock(ctx, home.lockPath, 'the workspace');
      try {
        // Whoever had it may have died in the middle of landing: the checkout must have what the branch has.
        for (const line of finishLandings(home, ctx.root)) ctx.tell(line);
        const { head, branch } = home.headSnapshot();
        if (head === settled.head && branch === ctx.homeBranch && personsGit(home) === null) {
          ctx.hold(turn, front);
          return settled.ready;
        }
        // A receipt was taken back, or a person has committed, or is about to, while it was being verified.
      } finally {
        if (!ctx.holds(front)) front.release();
      }
    }
  } finally {
    if (!ctx.holds(turn)) turn.release();
  }
}
