/** The `.git` of a step's own work tree: the file by which it is one, and the folder of git's that it points to. */
import { existsSync, lstatSync, realpathSync, rmSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { codeOf, files } from '../record/files.js';
import type { Place } from './workspace.js';

/** Where git keeps what belongs to the work tree in a folder, which may be gone; null where it knows of none there. */
export function adminOf({ commonDir }: Pick<Place, 'commonDir'>, folder: string): string | null {
  const parent = dirname(folder);
  const real = existsSync(parent) ? join(realpathSync(parent), basename(folder)) : folder;
  const admins = join(commonDir, 'worktrees');
  for (const name of files.list(admins)) {
    const path = files.readText(join(admins, name, 'gitdir'))?.trim();
    // Relative to where it stands, where git was told to (2.48 and later).
    if (path !== undefined && resolve(join(admins, name), path) === join(real, '.git')) return join(admins, name);
  }
  return null;
}

/**
 * Tells git where a work tree of ours lies now, that was moved with the whole project since it was made. Whether there was
 * such a one: its `.git` names a folder of git's by the old path, and nothing is any more where that says that it lies.
 */
export function followMove({ commonDir }: Pick<Place, 'commonDir'>, folder: string): boolean {
  const path = join(folder, '.git');
  if (!lstatSync(path, { throwIfNoEntry: false })?.isFile()) return false;
  const text = files.readText(path) ?? '';
  if (!text.startsWith('gitdir: ')) return false;
  const admin = join(commonDir, 'worktrees', basename(text.trimEnd()));
  const was = files.readText(join(admin, 'gitdir'))?.trim();
  if (was === undefined || existsSync(resolve(admin, was))) return false;
  if (basename(dirname(was)) !== basename(folder)) return false;
  files.writeDurably(join(admin, 'gitdir'), `${join(realpathSync(folder), '.git')}\n`);
  return true;
}

/** What such a file says. */
export const gitFileText = (gitDir: string): string => `gitdir: ${gitDir}\n`;

/** Whether a folder's `.git` is the file that points there. */
export function isGitFileOf(top: string, gitDir: string): boolean {
  try {
    const text = files.readText(join(top, '.git'));
    if (text === null || !text.startsWith('gitdir: ')) return false;
    return realpathSync(resolve(top, text.slice('gitdir: '.length).trimEnd())) === realpathSync(gitDir);
  } catch (error) {
    // A folder, a link that leads nowhere, a path to nothing.
    if (codeOf(error) === null) throw error;
    return false;
  }
}

/** Puts that file back where an agent (or a check) has removed it, or put something in its place. */
export function mendGitFile({ top, gitDir }: Pick<Place, 'top' | 'gitDir'>): void {
  if (isGitFileOf(top, gitDir)) return;
  const path = join(top, '.git');
  rmSync(path, { recursive: true, force: true });
  files.writeDurably(path, gitFileText(gitDir));
}
