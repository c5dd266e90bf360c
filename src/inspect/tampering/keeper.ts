/** Puts files back, and keeps what was found in their place: nobody can tell an agent's hand from a person's. */
import * as fs from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { codeOf, files } from '../../record/files.js';
import type { Finding } from '../../record/receipt.js';

export function tampering(file: string, severity: Finding['severity'], message: string): Finding {
  return { kind: 'tampering', severity, file, line: null, symbol: null, message };
}

export class Keeper {
  readonly #root: string;
  readonly #folder: string;

  /** @param folder absolute path: where things are kept */
  constructor(root: string, folder: string) {
    this.#root = root;
    this.#folder = folder;
  }

  /** Keeps a copy of a file, moves away what is none. Where it lies now, relative to the root; null: there is nothing. */
  keep(path: string): string | null {
    const stat = fs.lstatSync(path, { throwIfNoEntry: false });
    if (stat === undefined) return null;
    const kept = this.#free(path);
    fs.mkdirSync(dirname(kept), { recursive: true });
    // A file stays until the old one is put in its place by rename: nobody must find it missing.
    if (stat.isFile()) fs.copyFileSync(path, kept);
    else moveAway(path, kept);
    return relative(this.#root, kept);
  }

  /** Moves away whatever is there. As `keep`. */
  remove(path: string): string | null {
    const stat = fs.lstatSync(path, { throwIfNoEntry: false });
    if (stat === undefined) return null;
    const kept = this.#free(path);
    fs.mkdirSync(dirname(kept), { recursive: true });
    moveAway(path, kept);
    return relative(this.#root, kept);
  }

  /** As `keep`, for what a file held before it was changed or removed. */
  keepText(path: string, text: string): string {
    const kept = this.#free(path);
    files.writeDurably(kept, text);
    return relative(this.#root, kept);
  }

  /**
   * Puts a file back to a text (null: to not being there). What was found there is kept, and said.
   * @param base absolute path of a folder above it: whatever below that is no folder any more is moved out of the way
   */
  restore(path: string, text: string | null, severity: Finding['severity'], who: string, base: string): Finding {
    const moved = this.#clearWay(base, path);
    const found = moved ?? this.keep(path);
    if (text === null) files.remove(path);
    else files.writeDurably(path, text);
    const what = found === null ? 'was removed' : text === null ? 'was made' : 'was changed';
    const where = found === null ? '' : ` (what was found there: ${found})`;
    return tampering(this.nameOf(path), severity, `${what} during the attempt and is put back: ${who}${where}`);
  }

  /** A path as people are told it: relative to the root where it lies below. */
  nameOf(path: string): string {
    const name = relative(this.#root, path);
    return name.startsWith(`..${sep}`) ? path : name;
  }

  /** A link, or a file, where a folder on the way must be: what is written there would come to lie elsewhere. */
  #clearWay(base: string, path: string): string | null {
    let folder = base;
    for (const segment of relative(base, dirname(path)).split(sep)) {
      if (segment === '') continue;
      folder = join(folder, segment);
      const stat = fs.lstatSync(folder, { throwIfNoEntry: false });
      if (stat === undefined) return null;
      if (!stat.isDirectory()) return this.remove(folder);
    }
    return null;
  }

  /** A name below the folder that nothing is kept under yet. */
  #free(path: string): string {
    const name = this.nameOf(path);
    for (let n = 1; ; n += 1) {
      const kept = join(this.#folder, String(n), name.startsWith(sep) ? join('elsewhere', name) : name);
      if (this.#isFree(kept)) return kept;
    }
  }

  /** Nothing there, and nothing but folders on the way: what is kept may be a link. */
  #isFree(path: string): boolean {
    for (let at = path; at !== this.#folder; at = dirname(at)) {
      const stat = fs.lstatSync(at, { throwIfNoEntry: false });
      if (stat !== undefined && (at === path || !stat.isDirectory())) return false;
    }
    return true;
  }
}

/** Also a folder or a link, and onto another file system. */
function moveAway(from: string, to: string): void {
  try {
    fs.renameSync(from, to);
  } catch (error) {
    if (codeOf(error) !== 'EXDEV') throw error;
    fs.cpSync(from, to, { recursive: true, verbatimSymlinks: true });
    fs.rmSync(from, { recursive: true });
  }
}

/** As `files.readText`; undefined for what is there and is no file that could be read: it differs from any text. */
export function textAt(path: string): string | null | undefined {
  try {
    return files.readText(path);
  } catch (error) {
    if (['EISDIR', 'ELOOP', 'EACCES', 'ENOTDIR'].includes(codeOf(error) ?? '')) return undefined;
    throw error;
  }
}
