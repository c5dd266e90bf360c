/**
 * Things git can neither save nor remove: repositories within the work tree, and ignored files that stand where a file
 * has to come back. They are moved into git's own folder (`stepladder/aside/`), where they can be looked at.
 */
import { randomBytes } from 'node:crypto';
import { cpSync, lstatSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { codeOf } from '../record/files.js';
import { fileAt, pathText, type RawPath } from './git.js';
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
  const going = new Set(differing.filter(({ status }) => status === 'deleted').map(({ path }) => path));
  const found = new Set<string>();
  for (const { path, status } of differing) {
    const blocker = status === 'added' ? inTheWay(place, path, going) : null;
    if (blocker !== null) found.add(pathText(blocker));
  }
  return [...found];
}

/** As names are compared where upper and lower case are the same, and so are the ways to write an accent. */
const folded = (path: RawPath): string => pathText(path).normalize('NFC').toLowerCase();

/** Whether a path is among others: by its own name, or by one under which the file system gives the very same file. */
export function isAmong(place: Place, at: RawPath, others: ReadonlySet<RawPath>): boolean {
  if (others.has(at)) return true;
  const identity = (path: RawPath): string => {
    const stat = lstatSync(fileAt(place, path), { bigint: true, throwIfNoEntry: false });
    return stat === undefined ? '' : `${stat.dev}:${stat.ino}`;
  };
  const name = folded(at);
  return [...others].some((path) => folded(path) === name && identity(path) === identity(at));
}

/** A file named like one of the path's folders, or whatever has its very name; unless that is `going`. */
export function inTheWay(place: Place, path: RawPath, going: ReadonlySet<RawPath>): RawPath | null {
  const segments = path.split('/');
  for (let length = 1; length <= segments.length; length += 1) {
    const at = segments.slice(0, length).join('/');
    const stat = lstatSync(fileAt(place, at), { throwIfNoEntry: false });
    if (stat === undefined) return null;
    if (!stat.isDirectory()) return isAmong(place, at, going) ? null : at;
  }
  return holdsOthers(place, path, going) ? path : null;
}

/** Whether a folder holds anything but what is `going`. */
function holdsOthers(place: Place, folder: RawPath, going: ReadonlySet<RawPath>): boolean {
  return readdirSync(fileAt(place, folder), 'buffer').some((name) => {
    const path = `${folder}/${name.toString('latin1')}`;
    const isFolder = lstatSync(fileAt(place, path), { throwIfNoEntry: false })?.isDirectory() === true;
    return isFolder ? holdsOthers(place, path, going) : !isAmong(place, path, going);
  });
}
