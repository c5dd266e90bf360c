/** Which rungs a step may climb, in order. */
import { type Rung, startRung } from '../config.js';
import type { FailureRecord, RetryRequest } from '../record/task-state.js';

/** What is known of a task's earlier steps. */
interface Past {
  readonly retry: RetryRequest | null;
  readonly failure: FailureRecord | null;
  /** The rung that did it last; null where that is not known. */
  readonly lastRung: string | null;
}

/**
 * The rung on which a task goes on where it stopped: one that a person wants tried again, that was opened again, or was
 * blocked; null: it begins anew.
 * @param again it was opened again, or all that failed is tried again
 */
export function goesOnFrom({ retry, failure, lastRung }: Past, again: boolean): string | null {
  const goesOn = retry !== null || again || failure?.state === 'blocked';
  return retry?.from ?? (goesOn ? (failure?.rung ?? lastRung) : null);
}

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
