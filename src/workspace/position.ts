/** Where HEAD stands, and moving it: only by compare-and-swap, and only to where a snapshot says it was. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { refuse } from '../diagnostic.js';
import { askGit, git } from './git.js';
import { syncRef } from './refs.js';
import type { Place, Snapshot } from './workspace.js';

export type Position = Pick<Snapshot, 'head' | 'branch'>;

/** Where HEAD stands. One git process; two in a repository without commits. */
export function readPosition(place: Pick<Place, 'top'>): Position {
  const answer = askGit(place.top, ['rev-parse', 'HEAD', '--symbolic-full-name', 'HEAD'], { accept: [128] });
  if (answer.code === 0) {
    const [head = '', name = ''] = answer.stdout.toString().split('\n');
    return { head, branch: name === 'HEAD' ? null : name };
  }
  return { head: null, branch: git(place.top, ['symbolic-ref', 'HEAD']) };
}

/** The commit a ref names, or null where there is no such ref. */
export function commitOf(place: Pick<Place, 'top'>, ref: string): string | null {
  const answer = askGit(place.top, ['rev-parse', '--quiet', '--verify', `${ref}^{commit}`], { accept: [1, 128] });
  return answer.code === 0 ? answer.stdout.toString().trim() : null;
}

/** The id of what a commit holds at a path (relative to the top); '' where it holds nothing there. */
export function objectAt(place: Pick<Place, 'top'>, commit: string | null, path: string): string {
  if (commit === null) return '';
  const answer = askGit(place.top, ['rev-parse', '--quiet', '--verify', `${commit}:${path}`], { accept: [1, 128] });
  return answer.code === 0 ? answer.stdout.toString().trim() : '';
}

const NOTHING = '';

/**
 * Moves the branch that a position names (or a detached HEAD) from one commit to another, which outlives a power cut.
 * @param from null: there must be no such branch yet
 * @throws GitError where it does not stand at `from`
 */
export function moveBranch(place: Place, branch: string | null, to: string, from: string | null, why: string): void {
  const ref = branch ?? 'HEAD';
  git(place.top, ['update-ref', '--no-deref', '-m', `stepladder: ${why}`, ref, to, from ?? NOTHING]);
  if (branch !== null) syncRef(place, branch);
}

/**
 * Puts HEAD, and the branch it was on, back to where they were. Other branches are left as they are, and so is the
 * work tree.
 */
export function putHeadBack(place: Place, was: Position, now: Position): void {
  const { top } = place;
  const why = 'commits of the attempt are folded into the one of its task';
  if (was.branch === null) {
    if (was.head !== null) git(top, ['update-ref', '--no-deref', '-m', `stepladder: ${why}`, 'HEAD', was.head]);
    return;
  }
  if (now.branch !== was.branch) git(top, ['symbolic-ref', '-m', `stepladder: ${why}`, 'HEAD', was.branch]);
  const at = now.branch === was.branch ? now.head : commitOf(place, was.branch);
  if (at === was.head) return;
  if (was.head !== null) moveBranch(place, was.branch, was.head, at, why);
  else if (at !== null) git(top, ['update-ref', '-d', was.branch, at]);
}

/** What git leaves in its folder while something is under way: a file, what people call it, and how git forgets it. */
const UNDER_WAY = [
  { file: 'MERGE_HEAD', what: 'merge', end: 'git merge --abort', quit: ['merge', '--quit'] },
  { file: 'rebase-merge', what: 'rebase', end: 'git rebase --abort', quit: ['rebase', '--quit'] },
  // Before the next, in whose folder it lies: a rebase refuses to end it.
  { file: 'rebase-apply/applying', what: 'git am', end: 'git am --abort', quit: ['am', '--quit'] },
  { file: 'rebase-apply', what: 'rebase', end: 'git rebase --abort', quit: ['rebase', '--quit'] },
  { file: 'CHERRY_PICK_HEAD', what: 'cherry-pick', end: 'git cherry-pick --abort', quit: ['cherry-pick', '--quit'] },
  { file: 'REVERT_HEAD', what: 'revert', end: 'git revert --abort', quit: ['revert', '--quit'] },
  { file: 'sequencer', what: 'cherry-pick', end: 'git cherry-pick --abort', quit: ['cherry-pick', '--quit'] },
  { file: 'BISECT_START', what: 'bisect', end: 'git bisect reset', quit: ['bisect', 'reset', 'HEAD'] },
] as const;

/** @throws Refusal where a merge, rebase or the like of the person's is under way: nothing may be committed into it */
export function refuseUnderWay(place: Place): void {
  for (const { file, what, end } of UNDER_WAY) {
    if (!existsSync(join(place.gitDir, file))) continue;
    throw refuse(`a ${what} is under way in ${place.top}`, `finish it, or end it with “${end}”`);
  }
}

/** Makes git forget what an attempt left under way; the work tree stays as it is. Whether there was anything. */
export function forgetUnderWay(place: Place): boolean {
  let any = false;
  for (const { file, quit } of UNDER_WAY) {
    if (!existsSync(join(place.gitDir, file))) continue;
    git(place.top, quit);
    any = true;
  }
  return any;
}
