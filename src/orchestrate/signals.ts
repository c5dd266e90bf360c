/** Signals during a run: handed to the inner Make, which ends its steps in order; the run then reports what stood. */
import type { InnerMake } from './inner-make.js';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface Forwarding {
  /** Aborted by the first signal. */
  readonly signal: AbortSignal;
  forwardTo(make: InnerMake): void;
  close(): void;
}

/**
 * Holds signals and hands them on as SIGTERM, the one that Make passes to its children wherever it came from
 * (MAKE-RULES 22); a step takes what it also got from the terminal for the same.
 */
export function forwardSignals(): Forwarding {
  const controller = new AbortController();
  let make: InnerMake | null = null;
  const handle = (): void => {
    controller.abort();
    make?.kill('SIGTERM');
  };
  for (const name of SIGNALS) process.on(name, handle);
  return {
    signal: controller.signal,
    forwardTo: (inner) => {
      make = inner;
      if (controller.signal.aborted) inner.kill('SIGTERM');
    },
    close: () => {
      for (const name of SIGNALS) process.off(name, handle);
    },
  };
}
