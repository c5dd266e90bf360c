/** The run that goes on in another terminal, as its record tells it; and following it until it ends. */
import type { Backlog } from '../backlog/load.js';
import type { Config } from '../config.js';
import { type JournalEvent, readEvent } from '../record/event.js';
import { type GoingRun, goingRun, isGoing } from '../record/going.js';
import { tasksInFlight } from '../record/in-flight.js';
import { statePaths } from '../record/paths.js';
import { isAlive } from '../record/process.js';
import { Tail } from '../record/tail.js';
import { taskState } from '../record/task-state.js';
import { lineFor } from '../report/lines.js';
import { LiveRun } from '../report/live/view.js';
import { progressInput } from './expectation.js';
import { followTail } from './follow.js';

export interface GoingOn {
  readonly going: GoingRun;
  /** The task whose step it is, where it has no front-end: with that step it ends. */
  readonly alone: string | null;
  /** It had its last word before anybody followed it. */
  readonly isOver: boolean;
  /** Knows all that has happened in it so far. */
  readonly live: LiveRun;
  /** The lines of what ended in it so far, oldest first. */
  readonly ended: readonly string[];
  /** The tasks that it has come to so far. */
  readonly touched: ReadonlySet<string>;
  /** The journal from here on. */
  readonly tail: Tail;
}

/** A step that was asked for by itself (`make tasks/x.done`) has no front-end: as long as it works, it is its own. */
function stepByItself(root: string): { readonly going: GoingRun; readonly alone: string } | null {
  for (const name of tasksInFlight(root)) {
    const attempt = taskState(root, name).readInFlight();
    if (attempt === null || !isAlive(attempt.runner)) continue;
    return { going: { run: attempt.run, process: attempt.runner, jobs: 1 }, alone: name };
  }
  return null;
}

/**
 * The latest run that goes on; null where none does.
 * @param done names of the tasks that are done now
 */
export function lookAtRun(config: Config, backlog: Backlog, done: ReadonlySet<string>): GoingOn | null {
  const run = goingRun(config.root);
  const found = run === null ? stepByItself(config.root) : { going: run, alone: null };
  if (found === null) return null;
  const { going, alone } = found;
  const tail = new Tail(statePaths(config.root).journal, 0);
  const events: JournalEvent[] = [];
  tail.read((line) => {
    const event = line === null ? null : readEvent(line);
    if (event !== null && event !== 'unknown') events.push(event);
  });
  const own = events.filter(({ run }) => run === going.run);
  const touched = new Set(own.flatMap((event) => ('task' in event ? [event.task] : [])));
  const earlier = events.filter(({ run }) => run !== going.run);
  const began = {
    pending: going.pending ?? backlog.order.filter((name) => !done.has(name) || touched.has(name)),
    done: going.done ?? backlog.order.filter((name) => done.has(name) && !touched.has(name)),
    jobs: going.jobs,
    retry: going.retry ?? false,
  };
  const expected = progressInput(config, backlog, began, earlier, touched);
  const live = new LiveRun(going.run, expected, config.budget.run);
  const ended = own.flatMap((event) => {
    const context = live.see(event);
    return event.type === 'step-finished' || event.type === 'verified' ? (lineFor(event, context) ?? []) : [];
  });
  const latest = own.filter((event) => alone === null || ('task' in event && event.task === alone)).at(-1);
  const isOver = latest !== undefined && isLast(latest, alone);
  return { going, alone, isOver, live, ended, touched, tail };
}

function isLast(event: JournalEvent, alone: string | null): boolean {
  return alone === null ? event.type === 'run-finished' : event.type === 'step-finished' && event.task === alone;
}

const LOOK_EVERY_MS = 1000;

/**
 * Hands on each further event of the run until it ends, or `signal` is aborted.
 * @returns how: `gone` where its process went away without a word
 */
export function followRun(
  { going, alone, isOver, tail }: GoingOn,
  show: (event: JournalEvent) => void,
  signal: AbortSignal,
): Promise<'finished' | 'gone' | 'left'> {
  return new Promise((resolve) => {
    let finished = isOver;
    const following = followTail(tail, (event) => {
      if (event.run !== going.run || finished) return;
      show(event);
      if (!isLast(event, alone)) return;
      finished = true;
      // Not from within the reading.
      setImmediate(() => end('finished'));
    });
    const end = (how: 'finished' | 'gone' | 'left'): void => {
      clearInterval(timer);
      signal.removeEventListener('abort', leave);
      following.close();
      resolve(finished ? 'finished' : how);
    };
    const leave = (): void => end('left');
    const timer = setInterval(() => {
      if (!isGoing(going)) end('gone');
    }, LOOK_EVERY_MS);
    signal.addEventListener('abort', leave);
    if (signal.aborted || isOver) leave();
  });
}
