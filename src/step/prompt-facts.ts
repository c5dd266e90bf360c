import type { Backlog } from '../backlog/load.js';
import type { Task } from '../backlog/task.js';
import type { CheckConfig, Config } from '../config.js';
import { checksOf } from '../inspect/checks.js';
import { taskState } from '../record/task-state.js';
import type { PromptFacts } from './prompt.js';

/** What is on record of why the task was opened again, one line each. */
export function evidenceOnRecord(config: Config, task: Task): string[] {
  return taskState(config.root, task.name)
    .readEvidence()
    .map((entry) => (entry.by === '' ? entry.evidence : `${entry.by}: ${entry.evidence}`));
}

/**
 * What the next prompt of a task would say.
 * @param verify the configuration's checks, `auto` looked up
 * @param evidence why it is worked on again
 */
export function promptFacts(
  config: Config,
  backlog: Backlog,
  task: Task,
  verify: readonly CheckConfig[],
  evidence: readonly string[],
): Omit<PromptFacts, 'earlier'> {
  return {
    task,
    tasksFolder: config.tasks,
    hint: taskState(config.root, task.name).readRetry()?.hint ?? null,
    evidence,
    checks: checksOf(config, task, verify).map((check) => check.label),
    consumers: backlog.dependents(task.name).flatMap((name) => backlog.tasks.get(name) ?? []),
  };
}
