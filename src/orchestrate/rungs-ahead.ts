/** Where the next step of a task begins, read without beginning it. */
import type { Task } from '../backlog/task.js';
import { effective } from '../config/effective.js';
import type { Config, Rung } from '../config.js';
import { taskState } from '../record/task-state.js';
import { rungsToClimb } from '../step/ladder.js';

/**
 * The rungs that the task's next step would climb, decided as step/step.ts does: one that a person wants tried again, that
 * was opened again or was blocked goes on where it stopped.
 * @param retry all that failed is tried again
 */
export function rungsAhead(config: Config, task: Task, retry = false): readonly Rung[] {
  const state = taskState(config.root, task.name);
  const [failure, asked] = [state.readFailure(), state.readRetry()];
  const goesOn = retry || asked !== null || failure?.state === 'blocked' || state.readEvidence().length > 0;
  const stoppedAt = goesOn ? (failure?.rung ?? state.readLast()?.rung ?? null) : null;
  return rungsToClimb(effective(config, task).ladder, task, asked?.from ?? stoppedAt);
}
