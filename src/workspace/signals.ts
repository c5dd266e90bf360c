/** Acts that no signal may cut in two (MAKE-RULES 17): the branch is moved and the receipt is there, or neither. */
import { SIGNALS } from '../record/signals.js';

const came = new Set<NodeJS.Signals>();
const note = (signal: NodeJS.Signals): void => void came.add(signal);
/** Acts that are going on, or whose signals Node may not have told of yet. */
let holding = 0;

function release(): void {
  holding -= 1;
  if (holding > 0) return;
  for (const signal of SIGNALS) {
    process.off(signal, note);
    if (came.delete(signal) && process.listenerCount(signal) === 0) process.kill(process.pid, signal);
  }
}

/**
 * Runs a synchronous act with signals held. One that came meanwhile does what it would have done, once the act is over:
 * it reaches whoever listens for it, or ends the process where nobody does. (SIGKILL is what the landing record is for.)
 */
export function holdingSignals<T>(act: () => T): T {
  // A listener is all it takes for a signal to wait until the event loop turns; while `act` runs it does not turn.
  if (holding === 0) for (const signal of SIGNALS) process.on(signal, note);
  holding += 1;
  try {
    return act();
  } finally {
    // Node learns of signals when it polls, which comes after the first round of immediates and before the second.
    setImmediate(() => setImmediate(release));
  }
}
