/** Ctrl-C, SIGTERM and SIGHUP end a step in order: its agent first, its work kept; a second time: at once. */
import { EXIT } from '../diagnostic.js';
import { killMarked } from '../record/process.js';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** One Ctrl-C may arrive more than once: from the terminal and from Make, and Make 3.81 sends SIGTERM twice. */
const SAME_SIGNAL_MS = 1000;

export interface Interruptible {
  readonly signal: AbortSignal;
  close(): void;
}

/** Turns signals into an AbortSignal. `mark`: what everything the step started carries. */
export function interruptible(mark: string): Interruptible {
  const controller = new AbortController();
  let first: number | null = null;
  const handle = (): void => {
    const now = performance.now();
    if (first === null) {
      first = now;
      controller.abort();
    } else if (now - first > SAME_SIGNAL_MS) {
      // At once: the work stays in the tree, and is recognised and kept at the next start.
      killMarked(mark);
      process.exit(EXIT.interrupted);
    }
  };
  for (const name of SIGNALS) process.on(name, handle);
  return {
    signal: controller.signal,
    close: () => {
      for (const name of SIGNALS) process.off(name, handle);
    },
  };
}
