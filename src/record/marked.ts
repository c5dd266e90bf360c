/**
 * An agent outlives a killed runner, and what it started outlives the agent (MAKE-RULES 22). All of it carries a mark
 * in its environment, by which it is found again and ended before anything is restored.
 */
import { type ProcessEntry, type ProcessTable, processTable } from './process-table.js';

/** The variable in which an agent, and all that it starts, carries its attempt's mark. */
export const MARK = 'STEPLADDER_MARK';

/** All processes that belong to a mark, as `markedProcesses` has it. */
function belonging(mark: string, table: ProcessTable): ProcessEntry[] {
  if (mark === '') return [];
  const carrying = new Set(table.startedWith(`${MARK}=${mark}`));
  const living = table.all().filter((entry) => !entry.zombie && entry.pid !== process.pid);
  const found = new Set(living.filter((entry) => carrying.has(entry.pid)).map((entry) => entry.pid));
  for (let before = -1; before !== found.size; ) {
    before = found.size;
    for (const { pid, parent, session } of living) if (found.has(parent) || found.has(session)) found.add(pid);
  }
  return living.filter((entry) => found.has(entry.pid));
}

/**
 * The pids of all processes that belong to a mark, but never our own: those whose environment holds it, and those
 * below them or in their sessions, which may have dropped it (`env -i`). Dead ones not yet collected do not count.
 */
export function markedProcesses(mark: string, table: ProcessTable = processTable): number[] {
  return belonging(mark, table).map((entry) => entry.pid);
}

function signalAll(pids: Iterable<number>, signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      // Gone already, or not ours to end: the next look tells.
    }
  }
}

/** Signals take effect when a process is next scheduled: gives it that. */
function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
}

const PATIENCE_MS = 10_000;
/** What waits in the kernel stops only when that lets it go: it forks nothing meanwhile either. */
const FREEZE_MS = 500;

/**
 * Stops all of them, until nothing new turns up and none runs any more. Killing them while they run would lose those
 * that are forked in that moment: their parent gone, nothing shows any more that they belong to it.
 */
function freeze(mark: string): Set<number> {
  const frozen = new Set<number>();
  const until = performance.now() + FREEZE_MS;
  for (;;) {
    const found = belonging(mark, processTable);
    const fresh = found.map((entry) => entry.pid).filter((pid) => !frozen.has(pid));
    const settled = found.every((entry) => entry.stopped) || performance.now() > until;
    if (fresh.length === 0 && settled) return frozen;
    signalAll(fresh, 'SIGSTOP');
    for (const pid of fresh) frozen.add(pid);
    pause();
  }
}

/**
 * Ends all of them by SIGKILL, again and again until none is left. Returns those that are still there after ten seconds
 * (waiting in the kernel, or another user's): nothing may be restored then.
 */
export function killMarked(mark: string): number[] {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    const frozen = freeze(mark);
    if (frozen.size === 0) return [];
    signalAll(frozen, 'SIGKILL');
    pause();
    if (performance.now() > until) return markedProcesses(mark);
  }
}
