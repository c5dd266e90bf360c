/** Which rungs a step may climb, in order. */
import { type Rung, startRung } from '../config.js';

/**
 * The rungs from where the step starts to the highest allowed.
 * @param from a rung to start on instead of the task's own (reopened or retried: the one it stopped at); ignored where
 *   the ladder no longer has it, or where it lies above the highest allowed
 */
export function rungsToClimb(
  ladder: readonly Rung[],
  task: { readonly rung: string | null; readonly maxRung: string | null },
  from: string | null,
): readonly Rung[] {
  const highest = task.maxRung === null ? ladder.length - 1 : ladder.findIndex((rung) => rung.text === task.maxRung);
  const own = startRung(ladder, task.rung);
  const ownAt = own === null ? 0 : ladder.indexOf(own);
  const fromAt = from === null ? -1 : ladder.findIndex((rung) => rung.text === from);
  const start = fromAt >= 0 && fromAt <= highest ? fromAt : ownAt;
  return ladder.slice(start, Math.max(start, highest) + 1);
}
