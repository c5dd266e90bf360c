/** Two tasks that name the same file, with no path between them, run one after the other: by a lock for each such file. */
import type { Backlog } from '../backlog/load.js';
import { overlapsOf } from '../backlog/overlaps.js';
import { sha256 } from '../record/digest.js';
import { statePaths } from '../record/paths.js';

/** A file that another task names as well. */
export interface SharedFile {
  /** As written. */
  readonly file: string;
  /** Absolute path of the lock; the same for all that name it. */
  readonly lock: string;
}

/** What a step has to hold before it works apart, in the order in which everybody takes them: so that nobody waits in a circle. */
export function filesInUse(root: string, backlog: Backlog, task: string): SharedFile[] {
  const shared = new Set(overlapsOf(backlog, task).flatMap(({ files }) => files));
  return [...shared]
    .map((file) => ({ file, lock: statePaths(root).lock(`file-${sha256(file).slice(0, 24)}`) }))
    .sort((a, b) => (a.lock < b.lock ? -1 : 1));
}
