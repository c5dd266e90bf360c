/** Which steps are at work: by the locks of their tasks. */
import { join } from 'node:path';
import { isTaskName } from '../backlog/names.js';
import { files } from './files.js';
import { isHeld } from './locks.js';
import { statePaths } from './paths.js';

const LOCK = /^task-(.*)\.lock$/;

/** The tasks whose locks are held, by whomever. */
export function tasksAtWork(root: string): string[] {
  const { locks } = statePaths(root);
  return files.list(locks).flatMap((file) => {
    const task = LOCK.exec(file)?.[1]?.replaceAll(',', '/');
    return task !== undefined && isTaskName(task) && isHeld(join(locks, file)) ? [task] : [];
  });
}
