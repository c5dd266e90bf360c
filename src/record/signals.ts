/** The signals by which people, terminals and service managers end a run; and the second one, of which Make tells nobody. */
import { constants } from 'node:os';
import { processTable } from './process-table.js';

export const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * One Ctrl-C may arrive more than once: from the terminal and from Make, which may have been held up, and Make 3.81 sends
 * SIGTERM twice. What was sent within that time after the first is the same signal on another way.
 */
const SAME_SIGNAL_MS = 2000;
const GLANCE_MS = 100;

interface Listening {
  /** Whether what is heard now was sent when the time of the first signal was over. */
  isOver(): boolean;
  end(): void;
}

/**
 * What begins with the first signal. One that came while we were held up (git was waited for) is heard later than it was
 * sent: at the earliest it was sent right after the last time that we had heard all there was, and that is what counts.
 * @param again called when whoever started this process gets another signal; null: nobody looks. Make, having handed on
 * the first, waits for its children with all others of the kind held back; the system shows that one waits for it. It may
 * also be ended outright.
 */
function listen(again: (() => void) | null): Listening {
  const parent = process.ppid;
  const begun = performance.now();
  const isLate = (at: number): boolean => at - begun > SAME_SIGNAL_MS;
  const isTold = (): boolean => SIGNALS.some((name) => processTable.isPending(parent, constants.signals[name]));
  const watched = again !== null;
  let before = watched && isTold();
  let heardUntil = begun;
  const stop = (): void => clearInterval(glancing);
  const glancing = setInterval(() => {
    const now = performance.now();
    // Timers come before what has arrived: only after this turn all that was sent by now is heard.
    setImmediate(() => {
      heardUntil = now;
    });
    if (!isLate(now)) {
      before = watched && isTold();
      return;
    }
    if (watched && process.ppid === parent && (before || !isTold())) return;
    if (!watched && !isLate(heardUntil)) return;
    stop();
    again?.();
  }, GLANCE_MS);
  glancing.unref();
  return { isOver: () => isLate(heardUntil), end: stop };
}

export interface SignalHandlers {
  readonly first: () => void;
  /** A second one, more than two seconds later; again for each that follows. */
  readonly again: () => void;
  /** Whether a second one that only whoever started this process got counts as well. */
  readonly parentToo: boolean;
}

/** Listens for signals. @returns ends that */
export function onSignals({ first, again, parentToo }: SignalHandlers): () => void {
  let listening: Listening | null = null;
  const handle = (): void => {
    if (listening === null) {
      listening = listen(parentToo ? again : null);
      first();
    } else if (listening.isOver()) again();
  };
  for (const name of SIGNALS) process.on(name, handle);
  return () => {
    listening?.end();
    for (const name of SIGNALS) process.off(name, handle);
  };
}
