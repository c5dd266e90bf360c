/** What would make a step pointless, or dangerous, before it begins. */
import { accessSync, constants } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Config } from '../config.js';
import { printable, refuse } from '../diagnostic.js';
import { tasksInFlight } from '../record/in-flight.js';
import { isAlive, isElsewhere } from '../record/process.js';
import { taskState } from '../record/task-state.js';
import { shellWord } from '../report/shell-word.js';
import type { Workspace } from '../workspace/workspace.js';

/** Before anybody is paid: can the receipts be put where they belong? @throws the system's error, naming the folder */
export function requireWritable(config: Config, names: readonly string[]): void {
  const folders = new Set(names.map((name) => dirname(join(config.root, config.tasks, name))));
  for (const folder of folders) accessSync(folder, constants.W_OK);
}

/**
 * A lock that is gone does not say that its holder is: a person may have removed it, an agent as well. Nobody takes over
 * from a step that lives, were it only stopped: woken, it would put back what it knows, over what its successor did.
 * To be called with the locks of the task and the workspace held.
 * @throws Refusal naming the process: one at work on the same task, or in the person's work tree
 */
export function refuseLiving(root: string, name: string): void {
  for (const task of tasksInFlight(root)) {
    const attempt = taskState(root, task).readInFlight();
    if (attempt === null || (task !== name && attempt.worktree !== undefined)) continue;
    const { runner } = attempt;
    // Whether one of another host lives only a person knows, and he has removed its lock.
    if (isElsewhere(runner) || !isAlive(runner) || runner.pid === process.pid) continue;
    throw refuse(
      `the lock of step ${task} was removed, but process ${runner.pid} is still at work on it, or stopped`,
      `let it come to its end (it will land nothing), or end it: kill -9 ${runner.pid}; then run the same command again`,
    );
  }
}

/** How many paths a refusal names. */
const MOST_NAMED = 10;

/** A person's uncommitted work is never worked on top of, and never swept into a commit. */
export function refuseDirty(ws: Workspace): void {
  const dirty = ws.dirty();
  if (dirty.length === 0) return;
  const shown = dirty.slice(0, MOST_NAMED).map((path) => printable(path));
  const more = dirty.length > shown.length ? ` and ${dirty.length - shown.length} more` : '';
  // By name: a bare `git stash -u` would take away tasks that are not committed yet.
  const paths = more === '' && ws.dir === process.cwd() ? ` -- ${dirty.map(shellWord).join(' ')}` : '';
  throw refuse(
    `the work tree holds work that is not committed: ${shown.join(', ')}${more}`,
    `commit it or put it aside (git stash push -u${paths}), then run the same command again; nothing was touched`,
  );
}
