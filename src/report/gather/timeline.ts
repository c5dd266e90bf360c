/** What was attempted when, and what it led to: from the journal alone. */
import { isTaskName } from '../../backlog/names.js';
import type { JournalEvent } from '../../record/event.js';
import { statePaths } from '../../record/paths.js';
import type { Timeline, TimelineAttempt } from '../shape.js';

type Started = Extract<JournalEvent, { type: 'attempt-started' }>;

/** Attempts and escalations of one branch; an attempt without an end (running, or cut off) is none of them. */
export function timelineOf(events: readonly JournalEvent[], branch: string): Timeline {
  const open = new Map<string, Started>();
  const attempts: TimelineAttempt[] = [];
  const escalations: Timeline['escalations'][number][] = [];
  for (const event of events) {
    if (event.branch !== branch) continue;
    if (event.type === 'attempt-started') open.set(event.task, event);
    else if (event.type === 'escalated') {
      escalations.push({ task: event.task, from: event.from, to: event.to, time: event.time });
    } else if (event.type === 'attempt-finished') {
      const start = open.get(event.task);
      open.delete(event.task);
      attempts.push({
        task: event.task,
        run: event.run,
        attempt: event.attempt,
        rung: event.rung,
        agent: start?.agent ?? null,
        repair: start?.repair ?? false,
        started: start?.time ?? event.time,
        finished: event.time,
        durationMs: event.durationMs,
        outcome: event.outcome,
        reason: event.reason,
        costUsd: event.usage?.costUsd ?? null,
        record: recordOf(event.task, event.run, event.attempt),
      });
    }
  }
  return { attempts: withoutOverwritten(attempts), escalations };
}

const { task: folderOf } = statePaths('');

function recordOf(task: string, run: string, attempt: number): string | null {
  return isTaskName(task) ? `${folderOf(task)}/_attempts/${run}-${attempt}` : null;
}

/** A task that is run twice in one run counts its attempts anew: the later ones lie where the earlier ones lay. */
function withoutOverwritten(attempts: readonly TimelineAttempt[]): TimelineAttempt[] {
  const latest = new Map(attempts.map((attempt) => [attempt.record, attempt]));
  return attempts.map((attempt) => (latest.get(attempt.record) === attempt ? attempt : { ...attempt, record: null }));
}
