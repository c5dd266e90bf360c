import type { FailureRecord } from '../record/task-state.js';
import type { EarlierTry } from './prompt.js';

/** What earlier runs of a task tell its next attempt: why it failed, lowest rung first. */
export function triesBefore(failure: FailureRecord | null): EarlierTry[] {
  if (failure === null) return [];
  return failure.path
    .filter((entry) => entry.outcome === 'failed' || entry.outcome === 'timeout')
    .map((entry) => ({ rung: entry.rung, outcome: entry.outcome, reason: entry.reason, output: '' }));
}
