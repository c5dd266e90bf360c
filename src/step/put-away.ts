/** What attempts left is saved before the tree is brought back to what it was. */
import { join } from 'node:path';
import type { FailureRecord } from '../record/task-state.js';
import { writePatch } from '../workspace/kept.js';
import type { KeptWork } from '../workspace/workspace.js';
import type { StepContext } from './context.js';

/** Where the work of a failed step lies as a patch. @param folder of the task's machine state */
export const patchOf = (folder: string): string => join(folder, '_kept', 'failed.patch');

/** Whether the tree holds the work: in the middle of being moved it does not. */
const isWhole = (ctx: StepContext): boolean => ctx.state.readInFlight()?.rebasing !== true;

/** What was kept before the work was moved. */
const keptBefore = (ctx: StepContext): KeptWork | null =>
  ctx.ws.kept(ctx.task.name).find((kept) => kept.kind === 'interrupted') ?? null;

/** Saves what the attempts left and brings the tree back; says how to get it again. */
export function putAway(ctx: StepContext, kind: 'failed' | 'interrupted', why: string): FailureRecord['kept'] {
  const kept = isWhole(ctx) ? ctx.ws.keep(kind, ctx.task.name, ctx.base, why) : keptBefore(ctx);
  // A work tree of the step's own goes as a whole.
  const told = ctx.ws.kind === 'in-place' ? ctx.ws.restore(ctx.base) : [];
  for (const line of told) ctx.tell(`${ctx.task.name}: ${line}`);
  ctx.state.clearInFlight();
  if (kept === null) return null;
  const next = kind === 'interrupted' ? ', and the next run takes it up' : '';
  ctx.tell(`${ctx.task.name}: the work is kept${next}; bring it back with: ${kept.restore}`);
  if (kind === 'failed') writePatch(ctx.ws.home, kept, patchOf(ctx.folder));
  return { ref: kept.ref, commit: kept.commit, base: kept.base };
}

/** Ends a step whose attempt was cut short by something that is nobody's failure. */
export function cutShort(ctx: StepContext, reason: string): void {
  if (ctx.state.readInFlight() !== null) putAway(ctx, 'interrupted', reason);
  const durationMs = Date.now() - ctx.started.getTime();
  const end = { state: 'interrupted', rung: null, attempts: 0, durationMs, reason } as const;
  ctx.say({ type: 'step-finished', task: ctx.task.name, ...end });
}
