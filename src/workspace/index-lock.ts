/** git's own index, the user's: touched only by short acts of ours, and never while somebody else holds its lock. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { refuse } from '../diagnostic.js';
import { GitError } from './git.js';
import type { Place } from './workspace.js';

/** A shell prompt or an editor that asks for the status holds the lock for a moment; a person's command for longer. */
const PATIENCE_MS = 2_000;
const GLANCE_MS = 20;

function pause(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

/**
 * Waits a moment for git's index to be free.
 * @throws Refusal where it stays locked: by a git that is running, or by one that was killed
 */
export function awaitFreeIndex(place: Place): void {
  const lock = join(place.gitDir, 'index.lock');
  for (let waited = 0; existsSync(lock); waited += GLANCE_MS) {
    if (waited >= PATIENCE_MS) {
      throw refuse(
        `git's index is locked: ${lock} exists`,
        `wait for the git command that is running there; if there is none, remove that file: rm ${lock}`,
      );
    }
    pause(GLANCE_MS);
  }
}

/** Runs an act that needs the lock of git's index; again, where somebody else was faster. Throws as `awaitFreeIndex`. */
export function withFreeIndex<T>(place: Place, act: () => T): T {
  for (;;) {
    awaitFreeIndex(place);
    try {
      return act();
    } catch (error) {
      if (!(error instanceof GitError) || !/index\.lock': File exists/.test(error.stderr)) throw error;
    }
  }
}
