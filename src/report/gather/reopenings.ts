/** The stories of tasks that were called done and found unfinished: from the journal's withdrawals. */
import type { Reopening } from '../shape.js';
import type { Gathering } from './gathering.js';

/** Every withdrawal that this branch's journal knows of, oldest first. */
export function reopeningsOf(g: Gathering): Reopening[] {
  const stateOf = (name: string): Reopening['state'] => g.states.of.get(name) ?? null;
  return g.history.reopenings.map((event) => {
    const by = event.by === '' ? null : event.by;
    return {
      task: event.task,
      by,
      evidence: event.evidence,
      symbol: event.symbol ?? null,
      file: event.file ?? null,
      line: event.line ?? null,
      commit: event.commit ?? null,
      time: event.time,
      inThisRun: event.run === g.history.run?.id,
      state: stateOf(event.task),
      byState: by === null ? null : stateOf(by),
    };
  });
}
