/**
 * Steps at work on a task that reads otherwise by now. In place that has to wait: steps share one tree, and each works
 * from its copy. In a work tree of its own such a step is ended at once: what it does is not wanted any more.
 */
import { knownBacklog } from '../makefile/known-backlog.js';
import { tasksInFlight } from '../record/in-flight.js';
import { loadConfig } from '../record/load-config.js';
import { isAlive, thisProcess } from '../record/process.js';
import { taskState } from '../record/task-state.js';

/**
 * Ends the steps whose tasks were edited since they began, as Ctrl-C would: their work is kept, and taken up by the step
 * that begins anew. One whose file is broken or gone by now goes on: nobody knows what is meant.
 * @param told marks of the attempts that were told before, to which others are added: told twice, a step would end at
 * once, without keeping its work
 * @returns the names of the tasks whose steps were told now
 * @throws Refusal where the configuration cannot be read
 */
export function endOutdated(root: string, told: Set<string>): string[] {
  const atWork = tasksInFlight(root);
  if (atWork.length === 0) return [];
  const backlog = knownBacklog(loadConfig(root));
  return atWork.filter((name) => {
    const attempt = taskState(root, name).readInFlight();
    const now = backlog.broken.has(name) ? undefined : backlog.tasks.get(name)?.fingerprint;
    if (attempt?.worktree === undefined || attempt.fingerprint === undefined || now === undefined) return false;
    const { mark, runner, fingerprint } = attempt;
    if (told.has(mark) || fingerprint === now || runner.host !== thisProcess().host || !isAlive(runner)) return false;
    process.kill(runner.pid, 'SIGTERM');
    told.add(mark);
    return true;
  });
}
