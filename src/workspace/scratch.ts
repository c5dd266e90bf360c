/** Files that live as long as one act: indexes of our own, mostly. They lie in the machine state, never in the tree. */
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { files } from '../record/files.js';
import { ensureIgnored, statePaths } from '../record/paths.js';
import type { Place } from './workspace.js';

const SCRATCH = /\.\d+-[0-9a-f]{8}(\.lock)?$/;
/** No act of ours takes this long: what is older was left behind by a process that was killed. */
const ABANDONED_MS = 24 * 60 * 60_000;

/** The folder of our indexes, made if need be. */
export function indexFolder(place: Pick<Place, 'root'>): string {
  const { state } = statePaths(place.root);
  const folder = join(state, 'index');
  ensureIgnored(state);
  files.makeFolder(folder);
  return folder;
}

/** Removes what killed processes left in the folder of indexes. */
export function sweepScratch(place: Pick<Place, 'root'>): void {
  const folder = indexFolder(place);
  for (const name of files.list(folder)) {
    const path = join(folder, name);
    const age = SCRATCH.test(name) ? Date.now() - (files.stat(path)?.mtimeMs ?? Date.now()) : 0;
    if (age > ABANDONED_MS) files.remove(path);
  }
}

/** Runs `act` with the name of a file that does not exist yet, in the folder of indexes; it is gone afterwards. */
export function withScratch<T>(place: Pick<Place, 'root'>, act: (file: string) => T): T {
  const file = join(indexFolder(place), `scratch.${process.pid}-${randomBytes(4).toString('hex')}`);
  try {
    return act(file);
  } finally {
    rmSync(file, { force: true });
    rmSync(`${file}.lock`, { force: true });
  }
}
