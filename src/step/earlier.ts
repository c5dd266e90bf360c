import type { FailureRecord } from '../record/task-state.js';
import type { EarlierTry } from './prompt.js';

/**
 * What earlier runs of a task tell its next attempt: why it failed, lowest rung first, and by whose work it was blocked.
 * @param workOf the work id in a task's receipt now
 */
export function triesBefore(failure: FailureRecord | null, workOf: (name: string) => string | null): EarlierTry[] {
  if (failure === null) return [];
  const { by, byWork, path } = failure;
  const since = by !== null && workOf(by) !== byWork ? `; ${by} was done again since then: look at it anew` : '';
  return path.flatMap(({ rung, outcome, reason }): EarlierTry[] => {
    if (outcome === 'failed' || outcome === 'timeout') return [{ rung, outcome, reason, output: '' }];
    return outcome === 'blocked' && since !== '' ? [{ rung, outcome, reason: `${reason}${since}`, output: '' }] : [];
  });
}
