/** Takes the locks that a step needs before it begins; whoever waits is told once for what. */
import { acquire, describeHolder, type Lock } from '../record/locks.js';
import type { Interruptible } from './signals.js';

/** Takes locks for one step. */
export interface Taker {
  readonly name: string;
  readonly run: string;
  /** Carried by all that the step starts. */
  readonly mark: string;
  readonly stop: Interruptible;
  readonly acrossHosts: boolean;
  readonly tell: (line: string) => void;
}

/**
 * Waits for a lock, telling once for what; null where the step was interrupted while it waited.
 * @param always told also where a step of the same run holds it, which else the run's own lines tell
 */
export async function takeLock(
  { name, run, mark, stop, acrossHosts, tell }: Taker,
  path: string,
  what: string,
  always = false,
): Promise<Lock | null> {
  let told = false;
  const own = ` (run ${run})`;
  try {
    return await acquire(path, {
      what: `step ${name}${own}`,
      mark,
      onWait: (holder) => {
        if (told || (!always && holder.record?.what.endsWith(own))) return;
        told = true;
        const sibling = holder.record?.what.endsWith(own) ? holder.record.what.slice(0, -own.length) : null;
        tell(
          `step ${name}: waiting for ${what}${sibling === null ? `: ${describeHolder(holder)}` : `, until ${sibling} has ended`}`,
        );
      },
      signal: stop.signal,
      // A step that was launched on another host holds its lock there, and gives it back.
      acrossHosts,
    });
  } catch (error) {
    if (stop.signal.aborted) return null;
    throw error;
  }
}
