import { formatCount, formatDuration } from './durations.js';
import type { Facts, RunFacts, Totals } from './shape.js';

/** The state of the backlog in one line, what needs a person first: `halted, 1 waits for you, 5 remain, 132 done`. */
export function headline({ totals, stopped }: Pick<Facts, 'totals' | 'stopped'>): string {
  const { tasks, done, deferred, waiting, failed, blocked, running } = totals;
  if (tasks === 0) return 'there are no tasks';
  const remain = totals.pending + totals.interrupted;
  const settled = `${done} done${deferred > 0 ? `, ${deferred} deferred` : ''}`;
  if (done === tasks)
    return `${tasks === 1 ? 'the one task is' : `all ${formatCount(tasks)} tasks are`} done${unverified(totals)}`;
  const parts = [
    stopped.some(({ kind }) => kind === 'halted') ? 'halted' : '',
    waiting > 0 ? `${waiting} ${waiting === 1 ? 'waits' : 'wait'} for you` : '',
    failed > 0 ? `${failed} failed` : '',
    blocked > 0 ? `${blocked} blocked` : '',
    running > 0 ? `${running} running` : '',
    remain > 0 ? `${remain} ${remain === 1 ? 'remains' : 'remain'}` : '',
    settled,
  ];
  return parts.filter((part) => part !== '').join(', ') + unverified(totals);
}

function unverified({ unverified: count }: Totals): string {
  return count > 0 ? ` (${count} unverified)` : '';
}

/** What stands where there is no next step. */
export function noNextStep({ remaining }: Pick<Facts, 'remaining'>): string {
  return remaining.length === 0
    ? 'None: nothing is left to do.'
    : 'None for now: what remains is being worked on, or waits for that.';
}

/** How long a run took, and whether it has an end at all: of one that was cut off only its last word is known. */
export function runLength({ finished, cutOff, durationMs }: RunFacts): string {
  const length = formatDuration(durationMs);
  if (cutOff) return `cut off: last heard of after ${length}`;
  return `${finished === null ? 'so far' : 'took'} ${length}`;
}
