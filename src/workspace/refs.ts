/** Names of our own refs, and making refs outlive a power cut. */
import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Place } from './workspace.js';

/** What whole trees are saved for. */
export type RefKind = 'failed' | 'interrupted' | 'aside';

/** Longer names would not fit into a file name where git keeps refs as files. */
const LONGEST = 200;

/**
 * `refs/stepladder/KIND/TASK`. A task's name may hold what git refuses in a ref (`..`, a dot at the end, `.lock`), and
 * tasks `a` and `a/b` may both exist, where refs of these names could not: such characters are written as `%2E`, `%2F`.
 */
export function refOf(kind: RefKind, task: string): string {
  const encoded = task
    .replaceAll('/', '%2F')
    .replace(/\.(?=\.)/g, '%2E')
    .replace(/\.$/, '%2E')
    .replace(/\.lock$/, '%2Elock');
  const short =
    encoded.length <= LONGEST
      ? encoded
      : `${encoded.slice(0, LONGEST - 17)}%${createHash('sha256').update(task).digest('hex').slice(0, 16)}`;
  return `refs/stepladder/${kind}/${short}`;
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
      closeSync(fd);
    }
  }
}
