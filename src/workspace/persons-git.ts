/**
 * What the person's own git is in the middle of: a commit whose editor is open, a merge. Nothing may be begun or landed
 * there meanwhile; and whoever works apart can wait for it, as for a lock.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { Refusal } from '../diagnostic.js';
import { indexLockedByOthers } from './index-lock.js';
import { refuseUnderWay } from './position.js';
import type { Place } from './workspace.js';

/** A shell prompt that asks for the status has the index locked for a moment: of that nothing is told. */
const A_MOMENT_MS = 2_000;
const GLANCE_MS = 100;

/** What it is in the middle of, and how to end that; null for nothing. */
export function personsGit(home: Place): Refusal | null {
  try {
    refuseUnderWay(home);
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  return indexLockedByOthers(home);
}

/**
 * Waits until it has come to an end, as long as that takes: it may be for a person to end it (an index.lock of a git that
 * was killed), so each is told once, with what ends it.
 * @param who is told to be waiting
 * @throws the signal's reason where that is aborted
 */
export async function awaitPersonsGit(
  home: Place,
  who: string,
  { signal, tell }: { readonly signal: AbortSignal; readonly tell: (line: string) => void },
): Promise<void> {
  const began = performance.now();
  const told = new Set<string>();
  for (;;) {
    signal.throwIfAborted();
    const busy = personsGit(home);
    if (busy === null) return;
    if (performance.now() - began > A_MOMENT_MS && !told.has(busy.message)) {
      told.add(busy.message);
      const remedies = busy.diagnostics.map(({ remedy = '' }) => `\n  → ${remedy}`);
      tell(`${who}: waiting: ${busy.message}${remedies.join('')}`);
    }
    // Aborted in the middle of it, the signal's own reason is thrown above.
    await pause(GLANCE_MS, undefined, { signal }).catch(() => undefined);
  }
}
