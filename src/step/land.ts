/** What was verified becomes the branch: one commit that holds the change, the task file and the receipt. */
import { join } from 'node:path';
import { EXIT, type ExitCode } from '../diagnostic.js';
import type { Inspection } from '../inspect/inspection.js';
import type { Usage } from '../record/event.js';
import { newWorkId, type PathEntry, type ReceiptState, sealReceipt } from '../record/receipt.js';
import type { FailureRecord } from '../record/task-state.js';
import { land as landCommit } from '../workspace/landing.js';
import type { KeptKind } from '../workspace/workspace.js';
import type { Climbed } from './climb.js';
import type { StepContext } from './context.js';
import type { Opened } from './open.js';

import { pathOf, usageOf } from './path.js';
import { cutShort } from './put-away.js';
import { rememberSeen } from './seen.js';

declare const STEPLADDER_VERSION: string;

interface Work {
  readonly state: ReceiptState;
  readonly inspection: Inspection;
  readonly agent: string | null;
  readonly rung: string | null;
  readonly path: readonly PathEntry[];
  readonly usage: Usage;
  /** Without the work that was kept: a person wanted it so. */
  readonly afresh?: boolean;
}

function evidenceOf(inspection: Inspection): 'strong' | 'weak' | 'none' {
  if (inspection.verified.some((check) => check.redBefore)) return 'strong';
  return inspection.verified.length > 0 ? 'weak' : 'none';
}

const MOST_NAMED = 10;

/** Where the person's checkout holds work of his in the very files that landed. */
function didNotFollow(ctx: StepContext, left: readonly string[]): string {
  const named = left.slice(0, MOST_NAMED).join(', ');
  const more = left.length > MOST_NAMED ? ` and ${left.length - MOST_NAMED} more` : '';
  return `${ctx.task.name}: landed; your checkout holds uncommitted work in ${named}${more}, and was left as it is there: what landed is in HEAD (git diff HEAD -- FILE)`;
}

function publish(ctx: StepContext, work: Work): ExitCode {
  const { task } = ctx;
  const changed = ctx.ws.changesSince(ctx.base).map((change) => change.path);
  const finished = new Date();
  const durationMs = finished.getTime() - ctx.started.getTime();
  const id = newWorkId(task.essence);
  const receipt = sealReceipt({
    stepladder: 1,
    task: task.name,
    state: work.state,
    fingerprint: task.fingerprint,
    work: id,
    inputs: ctx.inputs,
    agent: work.agent,
    rung: work.rung,
    attempts: work.path.length,
    reopened: ctx.reopened,
    path: work.path,
    started: ctx.started.toISOString(),
    finished: finished.toISOString(),
    durationMs,
    usage: work.usage,
    tree: work.inspection.tree === '' ? ctx.ws.tree() : work.inspection.tree,
    changed,
    evidence: evidenceOf(work.inspection),
    verified: work.inspection.verified,
    claimed: task.postconditions.filter((condition) => condition.kind === 'claim').map((condition) => condition.text),
    findings: work.inspection.findings,
    stubs: work.inspection.stubs,
    version: STEPLADDER_VERSION,
  });
  if (!ctx.owed()) {
    cutShort(ctx, 'nobody waits for this step any more');
    ctx.tell(`${task.name}: nothing was landed: whoever started this step is gone, or its lock was taken over`);
    return EXIT.interrupted;
  }
  const { left } = landCommit(ctx.ws, {
    root: ctx.root,
    task: task.name,
    taskFile: task.file,
    taskText: ctx.taskText,
    receipt,
    receiptPath: join(ctx.root, ctx.receiptFile),
    snapshot: { ...ctx.base, branch: ctx.homeBranch },
    began: ctx.began,
    subject: task.title,
    trailers: [
      ['Stepladder-Task', task.name],
      ['Stepladder-Rung', work.rung ?? work.state],
      ['Stepladder-Work', id],
    ],
    token: ctx.mark,
    lockHeld: ctx.owed,
  });
  if (left.length > 0) ctx.tell(didNotFollow(ctx, left));
  ctx.state.clearInFlight();
  ctx.state.clearFailure();
  ctx.state.clearRetry();
  // What was put off was not done: taken up again, an unchanged tree will not do, and why it was reopened still holds.
  if (work.state !== 'deferred') {
    ctx.state.clearEvidence();
    ctx.state.writeLast({
      fingerprint: receipt.fingerprint,
      rung: receipt.rung,
      reopened: receipt.reopened,
      workStands: false,
    });
  }
  rememberSeen(ctx.config, task);
  // What a person decided says nothing of the work that was kept: he may still want it. And what was taken up of an
  // interrupted attempt was forgotten then: what is kept of one did not fit, and is in nothing that landed.
  const goes = (kind: KeptKind): boolean => work.state === 'done' && (kind === 'failed' || work.afresh === true);
  for (const kept of ctx.ws.kept(task.name)) if (goes(kept.kind)) ctx.ws.forget(kept);
  const event = {
    task: task.name,
    state: 'done',
    rung: work.rung,
    attempts: work.path.length,
    durationMs,
    reason: work.state === 'done' ? '' : work.state,
  } as const;
  ctx.say({ type: 'step-finished', ...event });
  return EXIT.done;
}

/** Lands what the ladder got done. */
export function land(ctx: StepContext, opened: Opened, climbed: Extract<Climbed, { end: 'done' }>): ExitCode {
  const last = climbed.attempts.at(-1);
  return publish(ctx, {
    state: 'done',
    inspection: climbed.outcome.inspection,
    agent: last?.agent ?? null,
    rung: last?.rung.text ?? null,
    path: [...opened.earlier, ...pathOf(climbed.attempts)],
    usage: usageOf(climbed.attempts),
    afresh: opened.retry?.fresh === true || ctx.options.force,
  });
}

/** Lands kept work of a failed step whose checks hold by now: no agent was paid for this. */
export function landAgain(ctx: StepContext, inspection: Inspection, failure: FailureRecord): ExitCode {
  return publish(ctx, {
    state: 'done',
    inspection,
    agent: null,
    rung: failure.rung,
    path: failure.path,
    usage: {},
  });
}

/** A receipt that was not believed, replaced by one that says what was verified now. */
export function landVerified(ctx: StepContext, inspection: Inspection): ExitCode {
  return publish(ctx, { state: 'done', inspection, agent: null, rung: null, path: [], usage: {} });
}

/** A person did the work, or decided about it: accepted, approved, deferred. */
export function landByHand(
  ctx: StepContext,
  state: 'accepted' | 'approved' | 'deferred',
  inspection: Inspection,
): ExitCode {
  return publish(ctx, { state, inspection, agent: null, rung: null, path: [], usage: {} });
}
