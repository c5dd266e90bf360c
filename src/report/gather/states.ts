/** In which state each task is: exactly one, from its receipt first, and from its past only where no receipt holds. */

import type { FactsInput, ReportTask } from '../input.js';
import type { TaskState } from '../shape.js';
import type { History } from './history.js';

export interface States {
  readonly of: ReadonlyMap<string, TaskState>;
  /** What a task depends on that is not done, in the order its file names it. */
  waitsFor(task: ReportTask): string[];
}

/** Does a task in this state let its dependents go on? */
export function isSettled(state: TaskState | undefined): boolean {
  return state === 'done' || state === 'deferred';
}

/**
 * Sorts the backlog. A receipt that holds decides (DESIGN "Is it done?"); then a step that is alive, a failure on
 * record, what waits for a person, a step that was cut off; the rest is pending.
 */
export function statesOf(input: FactsInput, history: History): States {
  const of = new Map<string, TaskState>();
  for (const { name } of input.tasks) {
    const receipt = input.receipts.get(name);
    if (receipt === undefined || receipt.stale !== null) continue;
    of.set(name, receipt.kind === 'receipt' && receipt.receipt.state === 'deferred' ? 'deferred' : 'done');
  }
  const waitsFor = (task: ReportTask): string[] => task.depends.filter((name) => !isSettled(of.get(name)));
  for (const task of input.tasks) {
    if (!of.has(task.name)) of.set(task.name, unsettled(input, history, task, waitsFor));
  }
  for (const name of input.untrusted?.keys() ?? []) if (!of.has(name)) of.set(name, 'waiting');
  for (const name of input.broken?.keys() ?? []) of.set(name, 'waiting');
  return { of, waitsFor };
}

function unsettled(
  input: FactsInput,
  history: History,
  task: ReportTask,
  waitsFor: (task: ReportTask) => string[],
): TaskState {
  if (input.running?.has(task.name)) return 'running';
  if (input.untrusted?.has(task.name)) return 'waiting';
  const failure = input.failures.get(task.name);
  if (failure) return failure.state === 'question' ? 'waiting' : failure.state;
  if (task.checkpoint && waitsFor(task).length === 0) return 'waiting';
  const last = history.tasks.get(task.name)?.last;
  return last?.state === 'interrupted' || (last?.state === null && last.attempted) ? 'interrupted' : 'pending';
}
