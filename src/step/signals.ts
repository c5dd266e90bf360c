/** Ctrl-C, SIGTERM and SIGHUP end a step in order: its agent first, its work kept; a second time: at once. */
import { EXIT } from '../diagnostic.js';
import { killMarked } from '../record/process.js';
import { onSignals } from '../record/signals.js';

export interface Interruptible {
  readonly signal: AbortSignal;
  close(): void;
}

/**
 * Turns signals into an AbortSignal.
 * @param mark what everything the step started carries
 * @param alone whether Make alone has started it, and no run that hears of a second signal: that one Make hands on to nobody
 */
export function interruptible(mark: string, alone = false): Interruptible {
  const controller = new AbortController();
  const close = onSignals({
    first: () => controller.abort(),
    // At once: the work stays in the tree, and is recognised and kept at the next start.
    again: () => {
      killMarked(mark);
      process.exit(EXIT.interrupted);
    },
    parentToo: alone,
  });
  return { signal: controller.signal, close };
}
