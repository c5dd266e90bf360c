/**
 * A work tree of a step's own (DESIGN "A run", `isolation: worktree`): made from the branch's commit, on a branch of its
 * own, in `.stepladder/worktrees/TASK`; gone when the step is. What is done in it becomes the branch only by landing.
 */
import { existsSync, mkdirSync, realpathSync, renameSync, rmSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { isTaskName } from '../backlog/names.js';
import { randomHex, sha256 } from '../record/digest.js';
import { codeOf, files } from '../record/files.js';
import { breakIfDead } from '../record/locks.js';
import { statePaths } from '../record/paths.js';
import { taskState } from '../record/task-state.js';
import { askGit, git, pathText } from './git.js';
import { adminOf, followMove, mendGitFile } from './git-file.js';
import { headTree, workspaceAt } from './in-place.js';
import { mergeMarked } from './merge.js';
import { opening, removeTree } from './open-up.js';
import { commitOf } from './position.js';
import type { PrivateIndex } from './private-index.js';
import { putTreeBack } from './put-back.js';
import { encoded } from './refs.js';
import { followInSubmodules, keepCommits } from './submodules.js';
import { diffTrees } from './tree-diff.js';
import type { Place, Rebased, Snapshot, StepWorktree, Workspace } from './workspace.js';

/**
 * `refs/heads/stepladder/TASK-…`: where agents find themselves. What they commit there is folded. The ending tells it from
 * a person's own, and from that of the same backlog in another work tree of the repository.
 */
export function branchOf(root: string, task: string): string {
  return `refs/heads/stepladder/${encoded(task)}-${sha256(root).slice(0, 8)}`;
}

/** The folder of a task's work tree. Names of tasks hold no comma. */
export function worktreeFolder(root: string, task: string): string {
  return join(statePaths(root).worktrees, task.replaceAll('/', ','));
}

/** The task whose work tree a folder of that name is. */
export function taskOfFolder(folder: string): string {
  return folder.replaceAll(',', '/');
}

/** A work tree's place: as its home's, at another top. Null where there is none that git knows. */
function placeAt(home: Workspace, top: string, given: readonly string[]): Place | null {
  const admin = existsSync(top) ? adminOf(home, top) : null;
  if (admin !== null) mendGitFile({ top, gitDir: admin });
  const answer = existsSync(join(top, '.git'))
    ? askGit(top, ['rev-parse', '--absolute-git-dir', '--show-toplevel'], { accept: [128] })
    : null;
  const [gitDir = '', found = ''] = answer?.code === 0 ? answer.stdout.toString().split('\n') : [];
  // A folder without a work tree of its own lies in its home's.
  if (found === '' || found !== realpathSync(top)) return null;
  const dir = join(found, relative(home.top, home.dir));
  const { root, tasks, commonDir, backlogInside, homeTop, keptSuffix } = home;
  const leftOut = [...new Set([...home.leftOut, ...given])].sort();
  return { root, tasks, dir, top: found, homeTop, gitDir, commonDir, keptSuffix, backlogInside, leftOut };
}

/**
 * Moves the work tree onto another commit of the branch, with what was done in it since `base`. What both sides changed
 * in the same lines is left with both in it, marked; the work itself must have been kept before.
 */
async function rebase(
  place: Place,
  index: PrivateIndex,
  saved: Set<string>,
  base: Snapshot,
  onto: string,
  between: () => Promise<void>,
): Promise<Rebased> {
  mendGitFile(place);
  const theirs = index.scan();
  saved.add(theirs);
  putTreeBack(place, index, base, saved);
  opening(place, () => git(place.top, ['reset', '-q', '--hard', onto]));
  // git leaves submodules where they are: what the work checked out there would pass for what it begins from.
  followInSubmodules(place, theirs, onto);
  // What it makes is part of what the work begins from. Whatever becomes of it, the work comes back.
  const failed = await between().then(
    () => null,
    (error: unknown) => ({ error }),
  );
  const ours = index.scan();
  const { tree, conflicts } = mergeMarked(place, base.tree, ours, theirs);
  index.move(ours, tree);
  index.forceIgnored();
  followInSubmodules(place, ours, tree);
  return { snapshot: { head: onto, branch: base.branch, tree: ours }, conflicts: conflicts.map(pathText), failed };
}

/**
 * What git keeps of a work tree beside its folder. `git worktree prune` would take the person's own as well; and
 * `git worktree remove` gives up where it is kept out, and takes away the folder in which another step's is just being made.
 */
function forgetAdmin(home: Workspace, folder: string): void {
  for (let admin = adminOf(home, folder); admin !== null; admin = adminOf(home, folder)) {
    rmSync(admin, { recursive: true, force: true });
  }
}

/**
 * Removes a work tree and its branch, whatever state it is in. Nothing of what it held is kept by this. The folder goes
 * last: by it what was cut short is found again (`sweepWorktrees`).
 */
export function removeWorktree(home: Workspace, task: string): void {
  const folder = worktreeFolder(home.root, task);
  askGit(home.top, ['update-ref', '-d', branchOf(home.root, task)], { accept: [1, 128] });
  forgetAdmin(home, folder);
  discard(folder);
}

/** Names of folders that hold what could not be removed: no task's. */
const DISCARDED = /^\.gone-/;

/** Whether a folder is gone now; not where it holds what is not ours to remove (a container has left files of root's). */
function isRemoved(folder: string): boolean {
  try {
    removeTree(folder);
    return true;
  } catch (error) {
    if (!['EACCES', 'EPERM', 'EBUSY', 'ENOTEMPTY'].includes(codeOf(error) ?? '')) throw error;
    return false;
  }
}

/** Moves a folder out of the way, which takes no rights in it, and removes it, or leaves it to a person (`notRemoved`). */
function discard(folder: string): void {
  if (!existsSync(folder)) return;
  const aside = join(dirname(folder), `.gone-${randomHex(6)}`);
  try {
    renameSync(folder, aside);
  } catch {
    // A full disk may have no room for another name; to remove it takes none, and says what else is wrong.
    removeTree(folder);
    return;
  }
  isRemoved(aside);
}

/** Work trees that are done with and still cannot be removed, absolute. */
export function notRemoved(root: string): string[] {
  const { worktrees } = statePaths(root);
  const discarded = files.list(worktrees).filter((name) => DISCARDED.test(name));
  return discarded.map((name) => join(worktrees, name)).filter((folder) => !isRemoved(folder));
}

/** The same; but before anything of it is asked the work tree is one again, should an agent or a check have undone that. */
function mending(place: Place, workspace: Workspace): Workspace {
  return new Proxy(workspace, {
    get(target, name): unknown {
      const found: unknown = Reflect.get(target, name);
      if (typeof found !== 'function') return found;
      return (...args: unknown[]): unknown => {
        mendGitFile(place);
        return Reflect.apply(found, target, args);
      };
    },
  });
}

function worktreeAt(home: Workspace, task: string, place: Place): StepWorktree {
  const { workspace: bare, index, saved } = workspaceAt(place, home);
  const workspace = mending(place, bare);
  return {
    ...workspace,
    kind: 'worktree',
    home,
    keep: (kind, of, since, why) => {
      const kept = workspace.keep(kind, of, since, why);
      if (kept !== null) keepCommits(home, place, since.tree, kept.commit);
      return kept;
    },
    rebase: (base, onto, between) => rebase(place, index, saved, base, onto, between),
    dispose: () => {
      removeWorktree(home, task);
      index.forget();
    },
  };
}

/**
 * The work tree that a step left; null where there is none.
 * @param given what was put into it beside its commit, relative to its top: no part of the work
 */
export function findWorktree(home: Workspace, task: string, given: readonly string[]): StepWorktree | null {
  const folder = worktreeFolder(home.root, task);
  const isMoved = adminOf(home, folder) === null && followMove(home, folder);
  const place = placeAt(home, folder, given);
  // Its branch bears a sign of where the project lay: under that of now it goes with the work tree.
  const branch = branchOf(home.root, task).slice('refs/heads/'.length);
  if (isMoved && place !== null) askGit(place.top, ['branch', '-q', '-M', branch], { accept: [1, 128] });
  return place === null ? null : worktreeAt(home, task, place);
}

/**
 * Makes a work tree for a task. To be called with the task's lock held, whatever was there before recovered.
 * @param commit at which it begins
 * @param given what will be put into it beside that, relative to its top: no part of the work
 * @throws GitError where git cannot make it (a full disk)
 */
export function makeWorktree(home: Workspace, task: string, commit: string, given: readonly string[]): StepWorktree {
  const folder = worktreeFolder(home.root, task);
  removeWorktree(home, task);
  // There before the branch is: see `removeWorktree`.
  mkdirSync(folder, { recursive: true });
  const name = branchOf(home.root, task).slice('refs/heads/'.length);
  // Where the person has a branch of just that name, ours could not lie below it.
  const isTaken = commitOf(home, 'refs/heads/stepladder') !== null;
  const on = isTaken ? ['--detach'] : ['-B', name];
  git(home.top, ['worktree', 'add', '-q', '--force', ...on, folder, commit]);
  const place = placeAt(home, folder, given);
  if (place === null) throw new Error(`git made no work tree in ${folder}`);
  // The configured folder may hold nothing that git knows.
  mkdirSync(place.dir, { recursive: true });
  return worktreeAt(home, task, place);
}

/**
 * Removes the work trees of steps that are gone. To be called with the workspace's lock held, after `recoverDead`: what
 * they held is kept by then.
 */
export function sweepWorktrees(home: Workspace): void {
  const { worktrees, lock } = statePaths(home.root);
  for (const folder of files.list(worktrees)) {
    const task = taskOfFolder(folder);
    // What it had at work is at work no more once its lock is broken.
    if (!isTaskName(task) || !breakIfDead(lock(`task-${task}`))) continue;
    // One that lives, and whose lock was taken away, still has something there.
    if (taskState(home.root, task).readInFlight() === null) removeWorktree(home, task);
  }
}

/** What a work tree's commit holds, less what is left out of snapshots, compared with another's: whether they differ. */
export function differ(home: Workspace, one: string, other: string): boolean {
  if (one === other) return false;
  return diffTrees(home, headTree(home, one), headTree(home, other)).length > 0;
}
