/** Where the next step of a task begins, read without beginning it. */
import type { Task } from '../backlog/task.js';
import { effective } from '../config/effective.js';
import type { Config, Rung } from '../config.js';
import { taskState } from '../record/task-state.js';
import { goesOnFrom, rungsToClimb } from '../step/ladder.js';

/**
 * The rungs that the task's next step would climb.
 * @param retry all that failed is tried again
 */
export function rungsAhead(config: Config, task: Task, retry = false): readonly Rung[] {
  const state = taskState(config.root, task.name);
  const past = {
    retry: state.readRetry(),
    failure: state.readFailure(),
    lastRung: state.readLast()?.rung ?? null,
  };
  const from = goesOnFrom(past, retry || state.readEvidence().length > 0);
  return rungsToClimb(effective(config, task).ladder, task, from);
}
