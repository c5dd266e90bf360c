/** Which tasks have something under way: one small file each, so that a start need not look into ten thousand folders. */
import { join } from 'node:path';
import { isTaskName } from '../backlog/names.js';
import { sha256 } from './digest.js';
import { files } from './files.js';
import { statePaths } from './paths.js';

/** The small file that says that a task may have something unfinished. */
export function inFlightMarker(root: string, name: string): string {
  return join(statePaths(root).inFlight, sha256(name).slice(0, 32));
}

/**
 * The names, sorted, of all tasks that may have an attempt or a landing under way, or cut short: those whose records
 * recovery has to read.
 */
export function tasksInFlight(root: string): string[] {
  const folder = statePaths(root).inFlight;
  return files
    .list(folder)
    .filter((entry) => !entry.startsWith('.'))
    .map((entry) => files.readText(join(folder, entry)) ?? '')
    .filter(isTaskName)
    .sort();
}
