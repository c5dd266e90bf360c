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

/**
 * Those of them that somebody may be waiting for: their parents, and theirs, run up to this process. What was left behind
 * by a parent that has ended is none of these.
 */
export function attachedProcesses(mark: string, table: ProcessTable = processTable): number[] {
  const parents = new Map(table.all().map(({ pid, parent }) => [pid, parent]));
  const reachesUs = (pid: number): boolean => {
    // No chain is longer than there are processes: they may have changed while they were listed.
    for (let at: number | undefined = pid, left = parents.size; at !== undefined && left > 0; left -= 1) {
      if (at === process.pid) return true;
      at = parents.get(at);
    }
    return false;
  };
  return markedProcesses(mark, table).filter(reachesUs);
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
/** While a process puts another program in its place it shows no environment: one look that finds nobody may be wrong. */
const SURE = 3;
/** What waits in the kernel stops only when that lets it go: it forks nothing meanwhile either. */
const FREEZE_MS = 500;

/** Where nothing new comes for so long, nobody forks any more. */
const QUIET_MS = 5;
/** A program is in its place soon. */
const MOST_TRIES = 20;

/** Whether a process that has just come belongs to a mark, or to what was stopped; null where it is gone already. */
function isForked(pid: number, mark: string, frozen: ReadonlySet<number>): boolean | null {
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const entry = processTable.entry(pid);
    if (entry === null) return null;
    if (entry.zombie) return false;
    if (frozen.has(entry.parent)) return true;
    const carries = processTable.wasStartedWith(pid, `${MARK}=${mark}`);
    if (carries !== null) return carries;
  }
  return null;
}

/**
 * Stops what was forked in the very moment in which its parent was stopped, and what that has forked since: a chain of
 * processes each of which starts the next and ends is faster than a look at all there are, but not than one at those
 * whose numbers were given since.
 * @param from the number given last before that look: where none was given since, nobody forks
 */
function chase(mark: string, frozen: Set<number>, from: number, until: number): void {
  const begun = performance.now();
  let seen = from;
  let quietAt = begun;
  do {
    const latest = processTable.latest();
    // Numbers begin anew: all are looked at again.
    if (latest === null || latest < seen) return;
    // The newest first: the others may have gone already.
    for (let pid = latest; pid > seen; pid -= 1) {
      const forked = frozen.has(pid) ? false : isForked(pid, mark, frozen);
      if (forked === null) quietAt = Math.max(quietAt, begun + QUIET_MS);
      if (forked !== true) continue;
      signalAll([pid], 'SIGSTOP');
      frozen.add(pid);
      quietAt = performance.now() + QUIET_MS;
    }
    seen = latest;
  } while (performance.now() < Math.min(quietAt, until));
}

/**
 * Stops all of them, until nothing new turns up and none runs any more. Killing them while they run would lose those
 * that are forked in that moment: their parent gone, nothing shows any more that they belong to it.
 * @param until to be given up then, by `performance.now()`
 */
function freeze(mark: string, until: number): Set<number> {
  const frozen = new Set<number>();
  const settledBy = performance.now() + FREEZE_MS;
  for (;;) {
    const before = processTable.latest();
    const found = belonging(mark, processTable);
    const fresh = found.map((entry) => entry.pid).filter((pid) => !frozen.has(pid));
    signalAll(fresh, 'SIGSTOP');
    for (const pid of fresh) frozen.add(pid);
    const known = frozen.size;
    // Also where none was found: they may be too short-lived to be seen among all others.
    if (before !== null) chase(mark, frozen, before, until);
    const settled = found.every((entry) => entry.stopped) || performance.now() > settledBy;
    if ((fresh.length === 0 && frozen.size === known && settled) || performance.now() > until) return frozen;
    pause();
  }
}

/**
 * Ends all of them by SIGKILL, again and again until none is left. Returns those that are still there after ten seconds
 * (waiting in the kernel, or another user's): nothing may be restored then.
 */
export function killMarked(mark: string): number[] {
  const until = performance.now() + PATIENCE_MS;
  for (let none = 0; ; ) {
    const frozen = freeze(mark, until);
    none = frozen.size === 0 ? none + 1 : 0;
    if (none === SURE) return [];
    signalAll(frozen, 'SIGKILL');
    pause();
    if (performance.now() > until) return markedProcesses(mark);
  }
}
