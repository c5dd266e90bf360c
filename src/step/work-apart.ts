/** A work tree of the step's own: made, given what it needs, set up. */
import type { Config } from '../config.js';
import type { Halted } from '../record/halts.js';
import type { StepWorktree, Workspace } from '../workspace/workspace.js';
import { makeWorktree } from '../workspace/worktree.js';
import { pathsInTop, toCarry } from './carry.js';
import { type Prepared, type Preparing, prepare } from './prepare.js';

export interface Apart {
  readonly tree: StepWorktree;
  /** What it was given beside its commit, relative to its top: no part of the work. */
  readonly given: readonly string[];
  readonly ready: Prepared;
}

/**
 * Makes the work tree for a step. To be called with the task's lock held.
 * @param commit at which it begins
 * @returns the halt that a failing setup calls for instead; the work tree is gone then
 * @throws the signal's reason where interrupted; the system's error, GitError (a full disk)
 */
export async function workApart(
  config: Config,
  home: Workspace,
  task: string,
  commit: string,
  by: Preparing,
): Promise<Apart | Halted> {
  const carried = toCarry(config, home);
  const given = pathsInTop(home, carried);
  const tree = makeWorktree(home, task, commit, given);
  const ready = await prepare(config, tree, carried, by).catch((error: unknown) => {
    tree.dispose();
    throw error;
  });
  if ('key' in ready) return { tree, given, ready };
  tree.dispose();
  return ready;
}
