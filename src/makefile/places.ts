/** Where the files are that Make is told of. Loaded by the fast paths. */
import { join } from 'node:path';
import type { Config } from '../config.js';

/**
 * Path of the tasks folder, ending in `/`: put together once, since it stands before ten thousand names; and relative
 * where we are in the root, since the system walks down every part of it ten thousand times.
 */
export function tasksFolder(config: Config): string {
  return config.root === process.cwd() ? `${config.tasks}/` : `${join(config.root, config.tasks)}/`;
}

/** What Make puts before a task's name: `tasks/`, or nothing where the tasks lie in the root. */
export function targetPrefix(config: Config): string {
  return config.tasks === '.' || config.tasks === '' ? '' : `${config.tasks}/`;
}

/** A task's receipt as Make names it, relative to the root. */
export function receiptTarget(config: Config, name: string): string {
  return `${targetPrefix(config)}${name}.done`;
}
