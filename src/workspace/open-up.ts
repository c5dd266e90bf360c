/**
 * Folders that nothing may be written to, files that may not be read: agents make them, and so do tools (the module cache
 * of Go). In a work tree of a step's own, which is ours, they are opened: else it could be neither read nor removed.
 */
import { chmodSync, lstatSync, readdirSync, rmSync } from 'node:fs';
import { codeOf } from '../record/files.js';
import { GitError } from './git.js';
import type { Place } from './workspace.js';

/** Lets the owner into all folders of one, and read all files. Links are not followed; what is somebody else's stays. */
function openUp(path: Buffer): void {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined || stat.isSymbolicLink()) return;
  const needed = stat.isDirectory() ? 0o700 : stat.isFile() ? 0o400 : 0;
  try {
    if ((stat.mode & needed) !== needed) chmodSync(path, (stat.mode & 0o7777) | needed);
    if (!stat.isDirectory()) return;
    for (const name of readdirSync(path, 'buffer')) openUp(Buffer.concat([path, Buffer.from('/'), name]));
  } catch {
    // Whoever needs it is told why he cannot have it.
  }
}

/** Removes a folder of ours with all that is in it, whatever is there. @throws the system's error */
export function removeTree(path: string): void {
  const remove = (): void => rmSync(path, { recursive: true, force: true, maxRetries: 3 });
  try {
    remove();
  } catch (error) {
    if (!['EACCES', 'EPERM', 'ENOTEMPTY'].includes(codeOf(error) ?? '')) throw error;
    openUp(Buffer.from(path));
    remove();
  }
}

/** Runs what git does in a work tree; once more, the tree opened up, where that is a step's own and git was kept out. */
export function opening<T>({ top, homeTop }: Pick<Place, 'top' | 'homeTop'>, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (top === homeTop || !(error instanceof GitError) || !/Permission denied/.test(error.stderr)) throw error;
    openUp(Buffer.from(top));
    return act();
  }
}
