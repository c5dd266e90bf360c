/** `show NAME`: one task: why it would run now or what it waits for, what was verified of it, where, and its past. */
import type { JournalEvent } from '../record/event.js';
import { doneTask, type FactsInput, remainingTask, stuckTask } from './facts.js';
import { type Gathering, gathering } from './gather/gathering.js';
import { repair, takeUp } from './gather/next-steps.js';
import { reopeningsOf } from './gather/reopenings.js';
import { isSettled } from './gather/states.js';
import { waitingFor } from './gather/waiting-for.js';
import { lineFor } from './lines.js';
import { Measures } from './measures.js';
import { Progress } from './progress.js';
import type { DoneTask, KeptRef, NextStep, RemainingTask, Reopening, StuckTask, TaskState, Waiting } from './shape.js';
import type { BacklogTask } from './shape-of-backlog.js';

/** What `show NAME --json` prints. At most one of `done`, `stuck`, `waiting`, `remaining` is there. */
export interface TaskPage extends Pick<BacklogTask, 'task' | 'title' | 'file' | 'group' | 'layer' | 'state'> {
  /** The rungs it may be worked on, from where it starts; none of a checkpoint, which has no agent. */
  readonly rungs: readonly string[];
  readonly depends: readonly { readonly task: string; readonly state: TaskState }[];
  readonly dependents: readonly { readonly task: string; readonly state: TaskState }[];
  readonly done: DoneTask | null;
  readonly stuck: StuckTask | null;
  readonly waiting: Waiting | null;
  readonly remaining: RemainingTask | null;
  /** On what it was verified, where a receipt of ours says so. */
  readonly verifiedOn: VerifiedOn | null;
  /** What keeps it from running: the tasks above it, however far, that failed, are blocked, or wait for a person. */
  readonly heldUpBy: readonly { readonly task: string; readonly state: TaskState; readonly reason: string }[];
  /** Each time that its receipt was withdrawn, and for what, oldest first. */
  readonly reopenings: readonly Reopening[];
  readonly kept: readonly KeptRef[];
  /** What the journal tells of it on this branch, oldest first, as lines. */
  readonly history: readonly { readonly time: string; readonly text: string }[];
  /** What a person can do about it now. */
  readonly next: readonly NextStep[];
}

export interface VerifiedOn {
  /** Id of the git tree that the checks were run on, backlog and receipts left out. */
  readonly tree: string;
  /** That it landed as, on `branch`; null where git tells of none. */
  readonly commit: string | null;
  readonly branch: string;
  /** That did the work in the end; null where nobody told, or a person did it. */
  readonly model: string | null;
}

/** The page of a task; null where the backlog has none of that name. Pure. */
export function taskPage(input: FactsInput, name: string): TaskPage | null {
  const g = gathering(input);
  const task = g.tasks.get(name);
  if (task === undefined) return null;
  const state = g.states.of.get(name) ?? 'pending';
  const withState = (names: readonly string[]) =>
    names.map((other) => ({ task: other, state: g.states.of.get(other) ?? ('pending' as const) }));
  const { title, file, group, layer } = task;
  const page = {
    task: name,
    title,
    file,
    group,
    layer,
    state,
    rungs: task.checkpoint ? [] : task.rungs,
    depends: withState(task.depends),
    dependents: withState(g.downstream.dependents(name)),
    done: state === 'done' || state === 'deferred' ? (doneTask(task, g)[0] ?? null) : null,
    stuck: state === 'failed' || state === 'blocked' ? (stuckTask(task, g)[0] ?? null) : null,
    waiting: waitingFor(g).find((item) => item.task === name) ?? null,
    remaining: remainingTask(task, g.downstream.stuck().has(name), g)[0] ?? null,
    verifiedOn: state === 'done' ? verifiedOn(name, g) : null,
    heldUpBy: isSettled(state) ? [] : heldUpBy(name, g),
    reopenings: reopeningsOf(g).filter((reopening) => reopening.task === name),
    kept: input.kept.get(name) ?? [],
    history: past(input.events, input.branch, name),
  };
  return { ...page, next: nextFor(page, g) };
}

function verifiedOn(name: string, { input }: Gathering): VerifiedOn | null {
  const known = input.receipts.get(name);
  if (known?.kind !== 'receipt') return null;
  const { tree, path } = known.receipt;
  const model = path.findLast(({ outcome }) => outcome === 'done')?.model ?? null;
  return { tree, commit: input.commits?.get(name) ?? null, branch: input.branch, model };
}

function heldUpBy(name: string, g: Gathering): TaskPage['heldUpBy'] {
  const seen = new Set([name]);
  const found: { task: string; state: TaskState; reason: string }[] = [];
  const queue = [name];
  for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
    for (const task of g.tasks.get(at)?.depends ?? []) {
      const state = g.states.of.get(task) ?? 'pending';
      if (seen.has(task) || isSettled(state)) continue;
      seen.add(task);
      queue.push(task);
      if (state === 'failed' || state === 'blocked' || state === 'waiting')
        found.push({ task, state, reason: reasonOf(task, g) });
    }
  }
  return found;
}

function reasonOf(task: string, { input }: Gathering): string {
  const failure = input.failures.get(task);
  const aside = input.broken?.get(task)?.problem ?? input.untrusted?.get(task)?.why;
  return aside ?? failure?.question ?? failure?.reason ?? 'it waits to be approved';
}

/** The commands that come next for one task; those that answer what it waits for stand in `waiting`. */
function nextFor(page: Omit<TaskPage, 'next'>, g: Gathering): NextStep[] {
  const { task, file, state, stuck, remaining } = page;
  const isCheckpoint = g.tasks.get(task)?.checkpoint === true;
  const receipt = file.replace(/\.md$/, '.done');
  const make = g.input.make ?? 'make orchestrate';
  switch (state) {
    case 'done':
      return [
        { command: `${g.program} verify ${task}`, why: 'check again that it is done, free' },
        {
          command: `${g.program} reopen ${task} --because 'WHAT IS MISSING'`,
          why: isCheckpoint ? 'take the approval back' : 'have it worked on again, told why',
        },
      ];
    case 'deferred':
      return [takeUp({ task, file })];
    case 'failed':
    case 'blocked': {
      const isDone = (name: string): boolean => g.states.of.get(name) === 'done';
      return stuck === null
        ? []
        : repair(stuck, isDone, g.program, make).filter(({ command }) => !command.endsWith(` show ${task}`));
    }
    case 'waiting':
      return [{ command: make, why: 'go on after that' }];
    case 'running':
      return [{ command: `${g.program} log ${task}`, why: 'what its agent has done so far' }];
    default:
      if (page.heldUpBy.length > 0) return page.heldUpBy.map(({ task: name }) => seeWhatStopped(name, g));
      return [
        { command: `make ${receipt}`, why: remaining?.ready === true ? 'run it' : 'run what it needs, then it' },
        ...(isCheckpoint
          ? []
          : [{ command: `${g.program} prompt ${task}`, why: 'see what its agent would be told, free' }]),
      ];
  }
}

/** Nothing is shown of what is no task: its file is to be mended, or its removal to be trusted. */
function seeWhatStopped(name: string, g: Gathering): NextStep {
  if (g.input.broken?.has(name)) {
    return { command: `${g.program} lint`, why: `see what is wrong with the file of ${name}` };
  }
  if (!g.tasks.has(name)) return { command: `${g.program} trust ${name}`, why: `accept that ${name} was removed` };
  return { command: `${g.program} show ${name}`, why: `see what stopped ${name}` };
}

function past(events: readonly JournalEvent[], branch: string, name: string): TaskPage['history'] {
  const progress = new Progress({ tasks: [], measures: new Measures(), jobs: 1 });
  return events
    .filter((event) => event.branch === branch && 'task' in event && event.task === name)
    .flatMap((event) => {
      const text = lineFor(event, progress.see(event));
      return text === null ? [] : [{ time: event.time, text }];
    });
}
