/** Where things lie below `.stepladder/` (DESIGN "Files"). Nobody else puts such a path together. */
import { join } from 'node:path';
import { isTaskName } from '../backlog/names.js';
import { STATE } from '../config.js';
import { refuse } from '../diagnostic.js';
import { files } from './files.js';

export interface StatePaths {
  /** `.stepladder` itself; all paths are absolute if the root is. */
  readonly state: string;
  readonly tasksMk: string;
  readonly journal: string;
  readonly cache: string;
  /** Task files as they were parsed last. */
  readonly parsed: string;
  readonly locks: string;
  readonly runs: string;
  readonly tasks: string;
  readonly worktrees: string;
  /** What `setup` made, to be used again. */
  readonly setup: string;
  /** Usage limits that steps wait for. */
  readonly holds: string;
  readonly checks: string;
  /** One small file for each task with an attempt or a landing under way: what recovery has to look at. */
  readonly inFlight: string;
  /** The reopening that is under way, or was when its process died. */
  readonly reopening: string;
  /** The folder of one task's past; a Refusal for what is no task's name. Files of ours in it have a dot in their name, folders begin with `_`. */
  task(name: string): string;
  /** The folder of one run. */
  run(id: string): string;
  /** The file of a lock that belongs to this project. */
  lock(name: string): string;
}

/**
 * A task's folder. Names nest (`a`, `a/b`), so that the folder of `a` holds the folder of `a/b`: a segment with a dot
 * gets a comma, which no name can have, lest the folder of a task `a/failure.json` be in the way of a file of `a`.
 */
function taskFolder(tasks: string, name: string): string {
  if (!isTaskName(name)) throw refuse(`“${name}” is no name of a task`, 'stepladder graph --json prints the tasks');
  const [first, ...rest] = name.split('/');
  return join(tasks, first ?? '', ...rest.map((segment) => (segment.includes('.') ? `${segment},` : segment)));
}

/** `newRunId`'s form: a run's id comes back to us through the environment, and becomes a path. */
const RUN_ID = /^[A-Za-z0-9][A-Za-z0-9-]*$/;

/** The lock of a workspace, in git's common folder. */
export const WORKSPACE_LOCK = 'stepladder.lock';

/** Beside it: whose turn it is to land; held while what will land is verified. */
export const LANDING_LOCK = 'stepladder-landing.lock';

/** All paths of a project's machine state. Touches nothing. */
export function statePaths(root: string): StatePaths {
  const state = join(root, STATE);
  const tasks = join(state, 'tasks');
  const runs = join(state, 'runs');
  const locks = join(state, 'locks');
  return {
    state,
    tasksMk: join(state, 'tasks.mk'),
    journal: join(state, 'journal.jsonl'),
    cache: join(state, 'cache.json'),
    parsed: join(state, 'parsed.json'),
    locks,
    runs,
    tasks,
    worktrees: join(state, 'worktrees'),
    setup: join(state, 'setup'),
    holds: join(state, 'holds'),
    checks: join(state, 'checks'),
    inFlight: join(state, 'in-flight'),
    reopening: join(state, 'reopening.json'),
    task: (name) => taskFolder(tasks, name),
    run: (id) => {
      if (!RUN_ID.test(id)) throw refuse(`“${id}” is no run's id`, 'unset STEPLADDER_RUN');
      return join(runs, id);
    },
    lock: (name) => join(locks, `${name.replaceAll('/', ',')}.lock`),
  };
}

/**
 * Makes a folder that git ignores whole, by a `.gitignore` of `*` in it (DESIGN "Files"). One that is there already is
 * the user's to change. `ours`: the names we put there; where a folder without one holds anything else, it is not ours
 * alone, and hiding a person's files from git would be worse than showing him ours.
 */
export function ensureIgnored(dir: string, ours: readonly string[] | null = null): void {
  const ignore = join(dir, '.gitignore');
  if (files.exists(ignore)) return;
  if (ours !== null && files.list(dir).some((name) => !ours.includes(name) && !name.endsWith('.tmp'))) return;
  files.writeIfChanged(ignore, '*\n');
}
