import type { BacklogTask } from '../shape.js';
import type { GraphTask } from './drawing.js';

/** The tasks of a backlog as they are drawn. */
export function graphTasks(backlog: readonly BacklogTask[]): GraphTask[] {
  return backlog.map(({ task, title, group, state, unverified, depends }) => {
    return { name: task, title, group, state, unverified, depends };
  });
}
