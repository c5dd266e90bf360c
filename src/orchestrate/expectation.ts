/** What a run is measured against while it goes on: what is to be done, and how long such things took before. */
import type { Backlog } from '../backlog/load.js';
import { effective } from '../config/effective.js';
import { type Config, startRung } from '../config.js';
import type { JournalEvent } from '../record/event.js';
import { readJournal } from '../record/journal.js';
import { standingsNow } from '../record/stands.js';
import { taskState } from '../record/task-state.js';
import type { EtaTask } from '../report/eta.js';
import { type Measures, measuresOf } from '../report/measures.js';
import type { ProgressInput } from '../report/progress.js';
import { isolationOf } from '../step/isolation.js';
import { standingFailure } from '../step/sticky.js';
import { rungsAhead } from './rungs-ahead.js';
import { whyAgain } from './why-again.js';

/**
 * How many steps Make runs side by side, as far as it tells (not before 4.2: then one, MAKE-RULES 21).
 * @param most that there are: `-j` without a number is as many
 */
export function jobsOf(env: Readonly<Record<string, string | undefined>>, own: number | null, most: number): number {
  const flags = env.MAKEFLAGS ?? '';
  const told = /(?:^|\s)-j(\d+)(?:\s|$)/.exec(flags)?.[1];
  // Without a number it stands by itself, or among the letters that come first, without a dash.
  const isUnlimited = /(?:^|\s)-j(?:\s|$)|^[A-Za-z]*j[A-Za-z]*(?:\s|$)/.test(flags);
  return own ?? (told !== undefined ? Number(told) : isUnlimited ? Math.max(1, most) : 1);
}

/** Tasks as estimates want them. @param ahead names of those whose next step is looked up, wherever it begins */
function etaTasks(config: Config, backlog: Backlog, ahead: ReadonlySet<string>, retry: boolean): EtaTask[] {
  return backlog.order
    .flatMap((name) => backlog.tasks.get(name) ?? [])
    .map((task) => {
      const first = ahead.has(task.name)
        ? rungsAhead(config, task, retry)[0]
        : startRung(effective(config, task).ladder, task.rung);
      return { name: task.name, depends: task.depends, rung: first?.text ?? '', group: task.group };
    });
}

/**
 * How long steps took and what they cost, by the journal; where it tells nothing of a task, as in a clone, by its receipt.
 * @param except tasks whose receipts are told otherwise
 */
export function measuresNow(
  config: Config,
  backlog: Backlog,
  events: readonly JournalEvent[],
  except: ReadonlySet<string> = new Set(),
): Measures {
  const told = new Set(except);
  for (const event of events) if (event.type === 'step-finished' && event.attempts > 0) told.add(event.task);
  const silent = [...backlog.tasks.values()].filter(({ name }) => !told.has(name));
  const receipts = [...standingsNow(config, silent).values()].flatMap(({ read, standing }) => {
    return standing.kind === 'holds' && read?.kind === 'receipt' ? [read.receipt] : [];
  });
  return measuresOf(events, (name) => backlog.tasks.get(name)?.group ?? null, receipts);
}

/** How a run began. */
export interface Began {
  /** Names of the tasks that were to be done. */
  readonly pending: readonly string[];
  /** Names of those that were done. */
  readonly done: readonly string[];
  readonly jobs: number;
  /** A person asked for all that failed to be tried again. */
  readonly retry: boolean;
}

/** Whether a run would leave a task where it is: it ended without, and nothing has changed since. */
function staysStuck(config: Config, backlog: Backlog, name: string): boolean {
  const task = backlog.tasks.get(name);
  if (task === undefined || taskState(config.root, name).readRetry() !== null) return false;
  const failure = standingFailure(config, task);
  return failure !== null && whyAgain(config, failure) === null;
}

/**
 * @param events those of earlier runs, which tell how long such things take
 * @param touched the tasks that this run has come to already
 */
export function progressInput(
  config: Config,
  backlog: Backlog,
  { pending, done, jobs, retry }: Began,
  events: readonly JournalEvent[] = readJournal(config.root),
  touched: ReadonlySet<string> = new Set(),
): ProgressInput {
  // Steps share one tree in place: more jobs do not make them faster.
  const sideBySide = isolationOf(config, { isolation: null }, jobs > 1) === 'worktree' ? jobs : 1;
  return {
    tasks: etaTasks(config, backlog, new Set(pending), retry),
    pending,
    done,
    stuck: retry ? [] : pending.filter((name) => staysStuck(config, backlog, name)),
    measures: measuresNow(config, backlog, events, touched),
    jobs: sideBySide,
  };
}
