/** Could anything still run? Make has tried all that it was told; what came back since is for another pass. */
import type { Config } from '../config.js';
import type { Generated } from '../makefile/generate.js';
import { taskState } from '../record/task-state.js';

/**
 * True where a task that is not done has all it needs, and has not just ended without: something was reopened, or edited
 * while Make was running.
 */
export function runnable(config: Config, generated: Generated): boolean {
  const pending = new Set(generated.pending);
  const aside = new Set(generated.setAside);
  return generated.tasks.some(
    (task) =>
      pending.has(task.name) &&
      !aside.has(task.name) &&
      task.depends.every((name) => !pending.has(name)) &&
      taskState(config.root, task.name).readFailure() === null,
  );
}
