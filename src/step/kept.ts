/** Work that an interrupted, failed, blocked or questioning attempt left is taken up again where that is wanted and fits. */
import type { StepContext } from './context.js';
import type { Opened } from './open.js';

/**
 * Puts kept work back into the tree: an interrupted attempt's always; one's that asked, or was blocked, when it goes on;
 * a failed one's where a person asked for another try; none where he asked for a fresh start.
 */
export function takeUpWork(ctx: StepContext, opened: Opened): void {
  if (opened.retry?.fresh === true || ctx.options.force) return;
  const { failure } = opened;
  const goesOn = failure !== null && failure.state !== 'failed';
  const wanted = opened.again || goesOn ? ['interrupted', 'failed'] : ['interrupted'];
  for (const work of ctx.ws.kept(ctx.task.name)) {
    if (!wanted.includes(work.kind)) continue;
    ctx.inFlight('', 0);
    if (ctx.ws.takeUp(work)) {
      ctx.tell(`${ctx.task.name}: taking up the work of the ${work.kind} attempt`);
      ctx.ws.forget(work);
      return;
    }
    ctx.tell(
      `${ctx.task.name}: the work of the ${work.kind} attempt no longer fits the branch; it stays under ${work.ref}`,
    );
  }
}
