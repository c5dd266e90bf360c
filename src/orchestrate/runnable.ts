/** Could anything still run? Make has tried all that it was told; what came back since is for another pass. */
import type { Backlog } from '../backlog/load.js';
import type { Task } from '../backlog/task.js';
import type { Config } from '../config.js';
import { untrusted } from '../inspect/trust.js';
import type { Generated } from '../makefile/generate.js';
import { pastReopenings } from '../record/reopenings.js';
import { workNow } from '../record/stands.js';
import { taskState } from '../record/task-state.js';
import { standingFailure } from '../step/sticky.js';

/** Whether a person has asked for another try that nobody has made yet. */
const isAskedFor = (config: Config, name: string): boolean => taskState(config.root, name).readRetry() !== null;

/** Whether a task has ended without, and nothing has changed since that could matter. */
export function isStuck(config: Config, task: Task): boolean {
  const failure = standingFailure(config, task);
  if (failure === null || isAskedFor(config, task.name)) return false;
  // What it waits for may have been done in this very pass, without being one of its dependencies.
  return failure.state !== 'blocked' || failure.by === null || workNow(config, failure.by) === failure.byWork;
}

/**
 * True where a task that is not done has all it needs, and has not just ended without: something was reopened, or edited
 * or answered while Make was running.
 */
export function runnable(config: Config, backlog: Backlog, generated: Generated): boolean {
  const pending = new Set(generated.pending);
  const aside = new Set([...generated.setAside, ...untrusted(config.root).keys()]);
  return generated.pending.some((name) => {
    const task = backlog.tasks.get(name);
    if (task === undefined || aside.has(name) || task.depends.some((needed) => pending.has(needed))) return false;
    return !isStuck(config, task);
  });
}

/** What a pass starts from: the same again, and Make would only try the same again. */
export function footing(config: Config, backlog: Backlog, generated: Generated): string {
  const one = (name: string): string =>
    `${name} ${backlog.tasks.get(name)?.fingerprint ?? ''} ${isAskedFor(config, name)} ${pastReopenings(config.root, name).length}`;
  return generated.pending.map(one).join('\n');
}
