/** Commits made beside the work tree, and git's index following them for just their paths. */
import { asInput, GitError, git, type RawPath } from './git.js';
import { withScratch } from './scratch.js';
import { type Entry, indexInfo } from './tree-diff.js';
import type { Place } from './workspace.js';

/** What stands for nothing in this repository: ids are of 40 or 64 digits. */
export function noObject(like: string): string {
  return '0'.repeat(like.length);
}

/** The tree of a commit (null: the empty one) with some entries changed. Three git processes. */
export function treeWith(place: Place, head: string | null, entries: readonly Entry[]): string {
  return withScratch(place, (index) => {
    if (head !== null) git(place.top, ['read-tree', head], { index });
    git(place.top, ['update-index', '--add', '-z', '--index-info'], { index, input: indexInfo(entries) });
    return git(place.top, ['write-tree'], { index });
  });
}

/** A tree without some of its paths. Three git processes. */
export function treeWithout(place: Place, tree: string, paths: readonly RawPath[]): string {
  return withScratch(place, (index) => {
    git(place.top, ['read-tree', tree], { index });
    git(place.top, ['update-index', '--force-remove', '-z', '--stdin'], { index, input: asInput(paths) });
    return git(place.top, ['write-tree'], { index });
  });
}

/** A commit object; no ref is moved. */
export function commitTree(place: Place, tree: string, parents: readonly (string | null)[], message: string): string {
  const before = parents.flatMap((parent) => (parent === null ? [] : ['-p', parent]));
  return git(place.top, ['commit-tree', tree, ...before, '-F', '-'], { input: message });
}

/** Stores a text as git would store that file (its filters and line ends applied). Gives the object's id. */
export function storeText(place: Place, path: string, text: string): string {
  return git(place.top, ['hash-object', '-w', '--stdin', `--path=${path}`], { input: text });
}

/**
 * Makes an index say what was committed, for these paths only: whatever else is staged stays staged.
 * @param index one that is ours alone, and becomes git's own (`withIndexHeld`)
 */
export function followInIndex(place: Place, entries: readonly Entry[], index: string): void {
  if (entries.length === 0) return;
  git(place.top, ['update-index', '--add', '-z', '--index-info'], { index, input: indexInfo(entries) });
  try {
    // Such entries know no stat: without this every later look would read the files again. Its exit code is 1 where
    // some file differs from the index, which is none of our business.
    git(place.top, ['update-index', '-q', '--refresh'], { index, accept: [1] });
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
  }
}
