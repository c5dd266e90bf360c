/**
 * git's own index, the user's: touched only by short acts of ours, and never while somebody else holds its lock. Where
 * branch and index have to move as one, ours is the lock: nobody can commit what the index had before.
 */
import { copyFileSync, existsSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { type Refusal, refuse } from '../diagnostic.js';
import { files } from '../record/files.js';
import { breakIfDead, holderOf, tryAcquire } from '../record/locks.js';
import { GitError } from './git.js';
import type { Place } from './workspace.js';

/** A shell prompt or an editor that asks for the status holds the lock for a moment; a person's command for longer. */
const PATIENCE_MS = 2_000;
const GLANCE_MS = 20;

function pause(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

function locked(lock: string): Refusal {
  return refuse(
    `git's index is locked: ${lock} exists`,
    `wait for the git command that is running there; if there is none, remove that file: rm ${lock}`,
  );
}

/** Looks again and again until it gives something. @throws Refusal where it goes on to give nothing */
function patiently<T>(lock: string, look: () => T | null): T {
  for (let waited = 0; ; waited += GLANCE_MS) {
    const found = look();
    if (found !== null) return found;
    if (waited >= PATIENCE_MS) throw locked(lock);
    pause(GLANCE_MS);
  }
}

const lockOf = ({ gitDir }: Pick<Place, 'gitDir'>): string => join(gitDir, 'index.lock');

/** What is to be said where somebody's git holds the lock of the index; null where nobody does, or a landing of ours. */
export function indexLockedByOthers(place: Pick<Place, 'gitDir'>): Refusal | null {
  const lock = lockOf(place);
  const holder = holderOf(lock);
  return holder === null || holder.record !== null ? null : locked(lock);
}

/**
 * Waits a moment for git's index to be free; a lock of our own whose holder was killed is removed.
 * @throws Refusal where it stays locked: by a git that is running, or by one that was killed
 */
export function awaitFreeIndex(place: Pick<Place, 'gitDir'>): void {
  const lock = lockOf(place);
  patiently(lock, () => (!existsSync(lock) || breakIfDead(lock) ? true : null));
}

/** Removes a lock of git's index that is ours, and whose holder was killed in the middle of a landing. */
export function breakDeadIndexLock(place: Pick<Place, 'gitDir'>): void {
  breakIfDead(lockOf(place));
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

/** What a process that was killed while it held the lock has left of its copy. */
const COPY = /^stepladder-index\.\d+(\.lock)?$/;

/**
 * A copy that git believes as much as the original: by the time of the file it knows which entries were written within
 * the same tick as their files, and have to be looked at again.
 */
function copyIndex(from: string, to: string): void {
  const stat = statSync(from, { throwIfNoEntry: false });
  if (stat === undefined) return;
  copyFileSync(from, to);
  utimesSync(to, stat.atimeMs / 1000, Math.floor(stat.mtimeMs) / 1000);
}

/**
 * Holds the lock of git's index over all of an act, which works on a copy; that becomes the index at the end, as git
 * does it. Until then no `git commit` of anybody's gets through. Where the act throws, the index stays as it was.
 * @param act is given the copy, for `index` of every git that it runs; there may be none yet
 * @throws Refusal where it stays locked, or somebody removed the lock meanwhile
 */
export function withIndexHeld<T>(place: Pick<Place, 'gitDir'>, act: (index: string) => T): T {
  const lock = lockOf(place);
  const held = patiently(lock, () => {
    const taken = tryAcquire(lock, 'git’s index, while what was verified is landed');
    return taken.kind === 'lock' ? taken : null;
  });
  const index = join(place.gitDir, 'index');
  const copy = join(place.gitDir, `stepladder-index.${process.pid}`);
  try {
    for (const name of files.list(place.gitDir)) if (COPY.test(name)) files.remove(join(place.gitDir, name));
    copyIndex(index, copy);
    const result = act(copy);
    if (!held.held()) throw refuse(`${lock} was removed while it was needed`, 'run the same command again');
    if (existsSync(copy)) renameSync(copy, index);
    return result;
  } finally {
    rmSync(copy, { force: true });
    held.release();
  }
}
