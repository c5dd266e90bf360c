/**
 * The journal, read once from front to back, as the story of each task on one branch. What happened on another branch
 * is no part of this one's story: there its receipts speak, if its work was merged.
 */
import type { EventBody, JournalEvent, StepState } from '../../record/event.js';
import type { NotPaid, RunFacts } from '../shape.js';
import { NotPaidCount } from './not-paid.js';

type Of<T extends EventBody['type']> = Extract<JournalEvent, { type: T }>;

export interface LastStep {
  readonly run: string;
  readonly started: string;
  /** Null: it has no end, or none yet. */
  readonly state: StepState | null;
  /** Was any agent started in it? */
  readonly attempted: boolean;
}

export interface TaskHistory {
  /** Its attempts that ended, oldest first. */
  readonly attempts: Of<'attempt-finished'>[];
  readonly escalations: Of<'escalated'>[];
  /** Milliseconds in steps that ended, however they did. */
  spentMs: number;
  /** Steps that ended in which an agent was at work. */
  worked: number;
  /** The last step. */
  last: LastStep | null;
  /** The last step that ended done. */
  lastDone: { run: string; finished: string; rung: string | null } | null;
  /** The last finding that blocks, and the last `blocked`, of the last step. */
  finding: Of<'finding'> | null;
  blocked: Of<'blocked'> | null;
  /** Last withdrawal of its receipt. */
  reopened: Of<'reopened'> | null;
  /** The last withdrawal that this task brought about: whose receipt, on what evidence. */
  reopening: Of<'reopened'> | null;
  /** Its flaky checks, by how often. */
  readonly flaky: Map<string, number>;
}

export interface History {
  readonly tasks: ReadonlyMap<string, TaskHistory>;
  readonly run: RunFacts | null;
  /** Halts of the run reported on. */
  readonly halts: readonly string[];
  /** Has a step of another run come to an end since the run reported on was halted, or was last heard of? */
  readonly wentOn: boolean;
  /** Every receipt that was withdrawn, oldest first. */
  readonly reopenings: readonly Of<'reopened'>[];
  readonly notPaid: NotPaid;
}

const blank = (): TaskHistory => ({
  attempts: [],
  escalations: [],
  spentMs: 0,
  worked: 0,
  last: null,
  lastDone: null,
  finding: null,
  blocked: null,
  reopened: null,
  reopening: null,
  flaky: new Map(),
});

/** The last run of a branch; null where none is on record. */
export function lastRun(events: readonly JournalEvent[], branch: string): string | null {
  return events.findLast((event) => event.branch === branch && event.type === 'run-started')?.run ?? null;
}

/**
 * Reads the journal.
 * @param run the run to report on; null for the last one of the branch
 * @param rungsOf the rungs a task may be worked on, lowest first; none for a task that is no longer there
 * @param going the runs that go on; null where nobody looked
 */
export function readHistory(
  events: readonly JournalEvent[],
  branch: string,
  run: string | null,
  rungsOf: (task: string) => readonly string[],
  going: ReadonlySet<string> | null,
): History {
  const tasks = new Map<string, TaskHistory>();
  const of = (task: string): TaskHistory => {
    const known = tasks.get(task);
    if (known) return known;
    const made = blank();
    tasks.set(task, made);
    return made;
  };
  const notPaid = new NotPaidCount(rungsOf);
  const ours = events.filter((event) => event.branch === branch);
  for (const event of ours) {
    notPaid.see(event);
    see(event, of);
  }
  const wanted = run ?? lastRun(ours, branch);
  const ofRun = wanted === null ? [] : ours.filter((event) => event.run === wanted);
  return {
    tasks,
    run: runFacts(wanted, ofRun, going),
    halts: ofRun.flatMap((event) => (event.type === 'halted' ? [event.reason] : [])),
    wentOn: wentOn(ours, wanted),
    reopenings: ours.filter((event) => event.type === 'reopened'),
    notPaid: notPaid.result(),
  };
}

/** `make tasks/NAME.done` is a run without a start of its own: what it ends tells that the halt before it is over. */
function wentOn(ours: readonly JournalEvent[], run: string | null): boolean {
  const halted = ours.findLastIndex((event) => event.run === run && event.type === 'halted');
  const last = halted === -1 ? ours.findLastIndex((event) => event.run === run) : halted;
  return ours
    .slice(last + 1)
    .some((event) => event.run !== run && event.type === 'step-finished' && event.state !== 'interrupted');
}

function see(event: JournalEvent, of: (task: string) => TaskHistory): void {
  if (!('task' in event)) return;
  const history = of(event.task);
  switch (event.type) {
    case 'step-started':
      history.last = { run: event.run, started: event.time, state: null, attempted: false };
      history.finding = null;
      history.blocked = null;
      break;
    case 'attempt-started':
      if (history.last?.attempted === false) history.last = { ...history.last, attempted: true };
      break;
    case 'attempt-finished':
      history.attempts.push(event);
      break;
    case 'escalated':
      history.escalations.push(event);
      break;
    case 'checked':
      if (event.flaky) history.flaky.set(event.check, (history.flaky.get(event.check) ?? 0) + 1);
      break;
    case 'finding':
      // What is only noted is the cause of nothing.
      if (event.severity !== 'warning') history.finding = event;
      break;
    case 'blocked':
      history.blocked = event;
      break;
    case 'reopened':
      history.reopened = event;
      if (event.by !== event.task && event.by !== '') of(event.by).reopening = event;
      break;
    case 'step-finished':
      history.spentMs += event.durationMs;
      if (event.attempts > 0) history.worked += 1;
      history.last = {
        run: event.run,
        // A step that ends before any agent is paid (a false precondition, say) has no start of its own.
        started: history.last?.state === null ? history.last.started : event.time,
        state: event.state,
        attempted: event.attempts > 0,
      };
      if (event.state === 'done') history.lastDone = { run: event.run, finished: event.time, rung: event.rung };
      break;
  }
}

function runFacts(
  id: string | null,
  events: readonly JournalEvent[],
  going: ReadonlySet<string> | null,
): RunFacts | null {
  const first = events[0];
  const last = events.at(-1);
  if (id === null || first === undefined || last === undefined) return null;
  const ended = new Map<string, StepState>();
  let costUsd: number | null = null;
  for (const event of events) {
    if (event.type === 'step-finished') ended.set(event.task, event.state);
    const cost = event.type === 'attempt-finished' ? event.usage?.costUsd : undefined;
    if (cost !== undefined) costUsd = (costUsd ?? 0) + cost;
  }
  const states = [...ended.values()];
  const end = events.findLast((event) => event.type === 'run-finished');
  return {
    id,
    started: first.time,
    finished: end?.time ?? null,
    cutOff: end === undefined && going !== null && !going.has(id),
    durationMs: Math.max(0, Date.parse((end ?? last).time) - Date.parse(first.time)) || 0,
    done: states.filter((state) => state === 'done').length,
    failed: states.filter((state) => state === 'failed').length,
    blocked: states.filter((state) => state === 'blocked' || state === 'question').length,
    costUsd,
  };
}
