/** What a run does about a task that ended without, with nothing changed since. */
import type { Config } from '../config.js';
import { workNow } from '../record/stands.js';
import type { FailureRecord } from '../record/task-state.js';

/**
 * Why its step goes on all the same, as step/free.ts decides; null: it stays where it is.
 * @param failure what stopped it, under the key that it still has
 */
export function whyAgain(config: Config, failure: FailureRecord): string | null {
  const { state, reason, precondition, by, byWork, claim } = failure;
  if (state !== 'blocked') return null;
  if (precondition) return `blocked before, and its precondition is tried again first: ${reason}`;
  if (by === null || claim === null) return `blocked before, by nobody’s known work: ${reason}`;
  return workNow(config, by) === byWork ? null : `blocked before, and ${by} was done anew since`;
}
