/** A run that was refused since somebody's work lies in the tree: it goes on as soon as that is committed or put aside. */
import type { Config } from '../config.js';
import { openWorkspace } from '../workspace/in-place.js';

const LOOK_EVERY_MS = 2_000;

/** Whether a run would be refused for what lies in the tree; null where nobody knows: no workspace, git does not answer. */
export function isDirty(config: Config): boolean | null {
  try {
    return openWorkspace(config).dirty().length > 0;
  } catch {
    return null;
  }
}

/**
 * Calls `clean` once the tree is: a commit touches no file of the backlog, so no event tells.
 * @returns stops looking
 */
export function whenClean(config: Config, clean: () => void): () => void {
  const timer = setInterval(() => {
    if (isDirty(config) !== false) return;
    clearInterval(timer);
    clean();
  }, LOOK_EVERY_MS);
  return () => clearInterval(timer);
}
