/** Waits until files are settled: editors save in several steps, and a checkout changes many files one after the other. */
import { statSync } from 'node:fs';
import { isSystemError } from '../failure.js';

/** Nothing may have happened for twice so long: the files are looked at, and again after it. */
const QUIET_MS = 150;
/** A task file that is empty was truncated to be written, or is about to be: it is waited for longer. */
const EMPTY_MS = 3_000;

/** What stat says of a file. A device that is full of changes may tell the same second twice: size and inode as well. */
function stampOf(path: string): { readonly stamp: string; readonly empty: boolean } {
  try {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined) return { stamp: '', empty: false };
    return { stamp: `${stat.mtimeMs} ${stat.size} ${stat.ino}`, empty: stat.size === 0 && path.endsWith('.md') };
  } catch (error) {
    // Links that lead in a circle, a folder that was closed: as settled as anything, and told of by who reads it.
    if (!isSystemError(error)) throw error;
    return { stamp: error.code, empty: false };
  }
}

export class Settling {
  readonly #settled: (paths: ReadonlySet<string>) => void;
  #timer: NodeJS.Timeout | undefined;
  #paths = new Map<string, string>();
  #since = 0;

  /** @param settled is handed every file that was touched, when all of them have been left alone */
  constructor(settled: (paths: ReadonlySet<string>) => void) {
    this.#settled = settled;
  }

  /** Starts to wait, or waits anew. */
  wait(paths: Iterable<string>): void {
    if (this.#paths.size === 0) this.#since = performance.now();
    for (const path of paths) if (!this.#paths.has(path)) this.#paths.set(path, 'not looked at');
    this.#later();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#paths.clear();
  }

  #later(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#look(), QUIET_MS);
  }

  /** Slow writers, and file systems that tell late, are found out by looking: no event says that a file is whole. */
  #look(): void {
    let moved = false;
    let empty = false;
    for (const [path, before] of this.#paths) {
      const now = stampOf(path);
      moved ||= now.stamp !== before;
      empty ||= now.empty;
      this.#paths.set(path, now.stamp);
    }
    if (moved || (empty && performance.now() - this.#since < EMPTY_MS)) {
      this.#later();
      return;
    }
    const paths = new Set(this.#paths.keys());
    this.#paths.clear();
    this.#settled(paths);
  }
}
