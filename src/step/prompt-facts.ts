import type { Backlog } from '../backlog/load.js';
import type { Task } from '../backlog/task.js';
import type { CheckConfig, Config } from '../config.js';
import { checksOf } from '../inspect/checks.js';
import type { Ledger } from '../inspect/ledger.js';
import { symbolLine } from '../inspect/symbol-line.js';
import { taskState } from '../record/task-state.js';
import type { PromptFacts } from './prompt.js';

/** What is on record of why the task was opened again, one line each. */
export function evidenceOnRecord(config: Config, task: Task): string[] {
  return taskState(config.root, task.name)
    .readEvidence()
    .map(({ evidence }) => evidence);
}

/** What a prompt is made from beside the backlog. */
export interface Known {
  /** The configuration's checks, `auto` looked up. */
  readonly verify: readonly CheckConfig[];
  /** Why the task is worked on again. */
  readonly evidence: readonly string[];
  readonly ledger: Ledger;
  /** Absolute path: the work tree. */
  readonly cwd: string;
}

/** So many later tasks are named as those that may take over a stub. */
const MOST_OWNERS = 12;

/** What the next prompt of a task would say. */
export function promptFacts(
  config: Config,
  backlog: Backlog,
  task: Task,
  { verify, evidence, ledger, cwd }: Known,
): Omit<PromptFacts, 'earlier'> {
  return {
    task,
    tasksFolder: config.tasks,
    hint: taskState(config.root, task.name).readRetry()?.hint ?? null,
    evidence,
    checks: checksOf(config, task, verify).map((check) => check.label),
    consumers: backlog.dependents(task.name).flatMap((name) => backlog.tasks.get(name) ?? []),
    owed: ledger
      .owedBy(task.name)
      .map(({ symbol, file, leftBy }) => ({ symbol, file, leftBy, line: symbolLine(cwd, file, symbol) })),
    mayLeave: task.stubs.filter((stub) => ledger.refusal(task.name, { ...stub, file: null }, 'task') === null),
    mayOwn: ledger.mayOwn(task.name, MOST_OWNERS),
  };
}
