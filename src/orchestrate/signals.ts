/**
 * Signals during a run: handed to the inner Make, which ends its steps in order; the run then reports what stood. A second
 * time they go to the steps themselves: Make hands on the first one only.
 */
import { tasksInFlight } from '../record/in-flight.js';
import { isAlive, isElsewhere } from '../record/process.js';
import { onSignals } from '../record/signals.js';
import { taskState } from '../record/task-state.js';
import type { InnerMake } from './inner-make.js';

export interface Forwarding {
  /** Aborted by the first signal. */
  readonly signal: AbortSignal;
  forwardTo(make: InnerMake): void;
  /** Resolves when the steps that a second signal was for are gone; at once where there was none. */
  settled(): Promise<void>;
  close(): void;
}

const GLANCE_MS = 100;
/** A step that was told ends what it started by SIGKILL; what goes on all the same is the next start's. */
const PATIENCE_MS = 5_000;

/** The processes of the run's steps that have an attempt under way, here. */
function stepsAtWork(root: string, run: string): number[] {
  return tasksInFlight(root).flatMap((task) => {
    const attempt = taskState(root, task).readInFlight();
    if (attempt === null || attempt.run !== run) return [];
    return isAlive(attempt.runner) && !isElsewhere(attempt.runner) ? [attempt.runner.pid] : [];
  });
}

/** Tells them, until they are gone: one that is told too soon takes it for the first signal once more. */
function hurry(root: string, run: string): Promise<void> {
  const until = performance.now() + PATIENCE_MS;
  return new Promise((resolve) => {
    const tell = (): void => {
      const pids = stepsAtWork(root, run);
      for (const pid of pids) {
        try {
          process.kill(pid, 'SIGTERM');
        } catch {
          // Gone meanwhile.
        }
      }
      if (pids.length === 0 || performance.now() > until) resolve();
      else setTimeout(tell, GLANCE_MS);
    };
    tell();
  });
}

/**
 * Holds signals and hands them on as SIGTERM, the one that Make passes to its children wherever it came from
 * (MAKE-RULES 22); a step takes what it also got from the terminal for the same.
 * @param run whose steps are told at once where a second signal comes, or ends whoever started us
 */
export function forwardSignals(root: string, run: string): Forwarding {
  const controller = new AbortController();
  let make: InnerMake | null = null;
  let hurrying: Promise<void> | null = null;
  const close = onSignals({
    first: () => {
      controller.abort();
      make?.kill('SIGTERM');
    },
    again: () => {
      hurrying ??= hurry(root, run);
    },
    parentToo: true,
  });
  return {
    signal: controller.signal,
    forwardTo: (inner) => {
      make = inner;
      if (controller.signal.aborted) inner.kill('SIGTERM');
    },
    settled: () => hurrying ?? Promise.resolve(),
    close,
  };
}
