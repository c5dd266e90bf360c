/** What attempts left is saved before the tree is brought back to what it was. */
import type { FailureRecord } from '../record/task-state.js';
import type { StepContext } from './context.js';

/** Saves what the attempts left and brings the tree back; says how to get it again. */
export function putAway(ctx: StepContext, kind: 'failed' | 'interrupted', why: string): FailureRecord['kept'] {
  const kept = ctx.ws.keep(kind, ctx.task.name, ctx.base, why);
  for (const line of ctx.ws.restore(ctx.base)) ctx.tell(`${ctx.task.name}: ${line}`);
  ctx.state.clearInFlight();
  if (kept === null) return null;
  ctx.tell(`${ctx.task.name}: the work is kept; bring it back with: ${kept.restore}`);
  return { ref: kept.ref, commit: kept.commit, base: kept.base };
}

/** Ends a step whose attempt was cut short by something that is nobody's failure. */
export function cutShort(ctx: StepContext, reason: string): void {
  if (ctx.state.readInFlight() !== null) putAway(ctx, 'interrupted', reason);
  const durationMs = Date.now() - ctx.started.getTime();
  const end = { state: 'interrupted', rung: null, attempts: 0, durationMs, reason } as const;
  ctx.say({ type: 'step-finished', task: ctx.task.name, ...end });
}
