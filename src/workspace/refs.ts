/** Names of our own refs, and making refs outlive a power cut. */
import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { naming } from '../record/files.js';
import type { Place } from './workspace.js';

/** What whole trees are saved for. */
export type RefKind = 'failed' | 'interrupted' | 'aside';

/** Longer names would not fit into a file name where git keeps refs as files. */
const LONGEST = 200;

/**
 * `refs/stepladder/KIND/TASK`. A task's name may hold what git refuses in a ref (`..`, a dot at the end, `.lock`), and
 * tasks `a` and `a/b` may both exist, where refs of these names could not: such characters are written as `%2E`, `%2F`.
 * No name of a task holds the `@` that may follow (`Place.keptSuffix`).
 */
export function refOf({ keptSuffix }: Pick<Place, 'keptSuffix'>, kind: RefKind, task: string): string {
  return `refs/stepladder/${kind}/${encoded(task)}${keptSuffix}`;
}

/** Whether such a ref is of this project. */
export function isKeptHere({ keptSuffix }: Pick<Place, 'keptSuffix'>, ref: string): boolean {
  return ref.includes('@') ? keptSuffix !== '' && ref.endsWith(keptSuffix) : keptSuffix === '';
}

/** A task's name as one segment of a ref. */
export function encoded(task: string): string {
  const name = task
    .replaceAll('/', '%2F')
    .replace(/\.(?=\.)/g, '%2E')
    .replace(/\.$/, '%2E')
    .replace(/\.lock$/, '%2Elock');
  if (name.length <= LONGEST) return name;
  return `${name.slice(0, LONGEST - 17)}%${createHash('sha256').update(task).digest('hex').slice(0, 16)}`;
}

/** What was to be removed without having been kept under a task's name. */
export const RESTORED_REF = 'refs/stepladder/restored';

/** Git before 2.36 does not fsync refs. Nothing happens where they are not kept as files. */
export function syncRef(place: Pick<Place, 'commonDir'>, ref: string): void {
  const file = join(place.commonDir, ref);
  for (const path of [file, dirname(file)]) {
    let fd: number;
    try {
      fd = openSync(path, 'r');
    } catch {
      return;
    }
    try {
      fsyncSync(fd);
    } catch {
      // Some file systems know no fsync for folders: then there is nothing more to be had.
    } finally {
      naming(path, () => closeSync(fd));
    }
  }
}
