/**
 * The tasks folder itself: an attempt may move it away and put a link to a copy in its place, and whatever is then
 * compared, or put back, lies somewhere else.
 */
import * as fs from 'node:fs';
import { dirname, join } from 'node:path';
import type { Finding } from '../../record/receipt.js';
import { type Keeper, tampering } from './keeper.js';

interface Known {
  readonly path: string;
  /** Where it leads, of a link; null for a folder. */
  readonly link: string | null;
  readonly inode: string;
}

/** Tells a folder from every other, one that was given its number since among them. */
function inodeOf(path: string): string | null {
  const stat = fs.statSync(path, { bigint: true, throwIfNoEntry: false });
  return stat === undefined ? null : `${stat.dev}:${stat.ino}:${stat.birthtimeNs}`;
}

/** A folder, with those above it up to the root: each as it was when this was made. */
export class FolderGuard {
  readonly #keeper: Keeper;
  readonly #way: readonly Known[];

  /** @param folder relative to the root, with `/` */
  constructor(root: string, folder: string, keeper: Keeper) {
    this.#keeper = keeper;
    const segments = folder.split('/').filter((segment) => segment !== '' && segment !== '.');
    this.#way = segments.map((_, at) => {
      const path = join(root, ...segments.slice(0, at + 1));
      const link = fs.lstatSync(path).isSymbolicLink() ? fs.readlinkSync(path) : null;
      return { path, link, inode: inodeOf(path) ?? '' };
    });
  }

  /** Puts the folder back in its place. What it holds is looked at by others. */
  putBack(): Finding[] {
    return this.#way.flatMap((known) => {
      const stat = fs.lstatSync(known.path, { throwIfNoEntry: false });
      // That it is gone is seen by what was in it.
      if (stat === undefined && known.link === null) return [];
      const isLink = stat?.isSymbolicLink() ?? false;
      const same = known.link === null ? stat?.isDirectory() : isLink && fs.readlinkSync(known.path) === known.link;
      return same === true ? [] : [this.#exchange(known)];
    });
  }

  #exchange({ path, link, inode }: Known): Finding {
    // The very folder, under another name: it comes back as it is now.
    const elsewhere = link === null && inodeOf(path) === inode ? fs.realpathSync(path) : null;
    const kept = this.#keeper.remove(path);
    fs.mkdirSync(dirname(path), { recursive: true });
    if (link !== null) fs.symlinkSync(link, path);
    else if (elsewhere !== null) fs.renameSync(elsewhere, path);
    const where = kept === null ? '' : ` (what was found there: ${kept})`;
    const what = 'the tasks folder was exchanged for something else during the attempt and is put back';
    return tampering(this.#keeper.nameOf(path), 'error', `${what}${where}`);
  }
}
