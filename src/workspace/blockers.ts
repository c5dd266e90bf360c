/**
 * Things git can neither save nor remove: repositories within the work tree, and ignored files that stand where a file
 * has to come back. They are moved into git's own folder (`stepladder/aside/`), where they can be looked at.
 */
import { randomBytes } from 'node:crypto';
import { cpSync, lstatSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { codeOf } from '../record/files.js';
import { pathText } from './git.js';
import type { Entry } from './tree-diff.js';
import type { Place } from './workspace.js';

/** Moves a path out of the work tree. Gives where it lies now, or null where there was nothing. */
export function moveAside(place: Place, path: string): string | null {
  const from = join(place.top, path);
  if (lstatSync(from, { throwIfNoEntry: false }) === undefined) return null;
  const folder = join(place.commonDir, 'stepladder', 'aside', `${Date.now()}-${randomBytes(4).toString('hex')}`);
  const to = join(folder, path);
  mkdirSync(dirname(to), { recursive: true });
  try {
    renameSync(from, to);
  } catch (error) {
    // git's folder lies on another file system.
    if (codeOf(error) !== 'EXDEV') throw error;
    cpSync(from, to, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
    rmSync(from, { recursive: true, force: true });
  }
  return to;
}

/**
 * What stands where files will have to go when the tree is changed by `differing`, and would not go by itself: ignored
 * files, and folders that hold some. git 2.34 and later would write over them without a word.
 */
export function blockers(place: Place, differing: readonly Entry[]): string[] {
  const going = new Set(differing.filter(({ status }) => status === 'deleted').map(({ path }) => pathText(path)));
  const found = new Set<string>();
  for (const { path, status } of differing) {
    const blocker = status === 'added' ? inTheWay(place, pathText(path), going) : null;
    if (blocker !== null) found.add(blocker);
  }
  return [...found];
}

/** A file named like one of the path's folders, or whatever has its very name; unless that is `going`. */
function inTheWay(place: Place, path: string, going: ReadonlySet<string>): string | null {
  const segments = path.split('/');
  for (let length = 1; length <= segments.length; length += 1) {
    const at = segments.slice(0, length).join('/');
    const stat = lstatSync(join(place.top, at), { throwIfNoEntry: false });
    if (stat === undefined) return null;
    if (!stat.isDirectory()) return going.has(at) ? null : at;
  }
  return holdsOthers(place, path, going) ? path : null;
}

/** Whether a folder holds anything but what is `going`. */
function holdsOthers(place: Place, folder: string, going: ReadonlySet<string>): boolean {
  return readdirSync(join(place.top, folder), { withFileTypes: true }).some((entry) => {
    const path = `${folder}/${entry.name}`;
    return entry.isDirectory() ? holdsOthers(place, path, going) : !going.has(path);
  });
}
