/**
 * Whole trees, saved under refs of ours. A saved tree is two commits: one that holds the tree as it was, on top of the
 * branch's commit, and on top of that the one that holds the work. So `git diff REF^ REF` is the work and nothing else,
 * and `git cherry-pick --no-commit REF` brings it back, new and deleted files too, wherever the branch stands by then.
 */
import { mkdirSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { commitTree } from './commit.js';
import { askGit, git } from './git.js';
import { commitMessage } from './message.js';
import { commitOf } from './position.js';
import { refOf, syncRef } from './refs.js';
import type { KeptKind, KeptWork, Place, Snapshot } from './workspace.js';

/** For a POSIX shell; names that need no quotes get none. */
function shellWord(text: string): string {
  return /^[A-Za-z0-9_./%+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

function restoreCommand(place: Place, ref: string): string {
  const from = relative(place.root, place.homeTop);
  return ['git', ...(from === '' ? [] : ['-C', shellWord(from)]), 'cherry-pick', '--no-commit', shellWord(ref)].join(
    ' ',
  );
}

/**
 * Saves a tree so that it outlives a power cut; what the ref named before stays in its reflog.
 * @param since where the work began
 * @returns the commit that holds `tree`
 */
export function saveTree(
  place: Place,
  ref: string,
  tree: string,
  since: Snapshot,
  subject: string,
  why: string,
): string {
  const before = commitTree(place, since.tree, [since.head], commitMessage(`Before: ${subject}`, [], []));
  const commit = commitTree(place, tree, [before], commitMessage(subject, [why], []));
  git(place.top, ['update-ref', '--create-reflog', '-m', 'stepladder: saved', ref, commit]);
  syncRef(place, ref);
  return commit;
}

/** Saves a tree as the work of a task. */
export function keepTree(
  place: Place,
  kind: KeptKind,
  task: string,
  tree: string,
  since: Snapshot,
  why: string,
): KeptWork {
  const ref = refOf(place, kind, task);
  const commit = saveTree(place, ref, tree, since, `Work of ${task} (${kind})`, why);
  return { kind, ref, commit, base: since.head, restore: restoreCommand(place, ref) };
}

/** What is kept of a task; the interrupted first. */
export function keptOf(place: Place, task: string): KeptWork[] {
  const kinds: readonly KeptKind[] = ['interrupted', 'failed'];
  const refs = kinds.map((kind) => ({ kind, ref: refOf(place, kind, task) }));
  const list = ['for-each-ref', '--format=%(refname) %(objectname)', '--', ...refs.map(({ ref }) => ref)];
  const found = new Map(
    git(place.top, list)
      .split('\n')
      .map((line) => line.split(' ') as [string, string]),
  );
  return refs.flatMap(({ kind, ref }) => {
    const commit = found.get(ref);
    if (commit === undefined) return [];
    return [{ kind, ref, commit, base: commitOf(place, `${commit}~2`), restore: restoreCommand(place, ref) }];
  });
}

/** The trees of kept work: before and after. Null where it is gone, or not of our making. */
export function treesOf(place: Place, work: KeptWork): { before: string; after: string } | null {
  const trees = ['rev-parse', '--verify', `${work.commit}^^{tree}`];
  const before = askGit(place.top, trees, { accept: [128] });
  if (before.code !== 0) return null;
  return {
    before: before.stdout.toString().trim(),
    after: git(place.top, ['rev-parse', '--verify', `${work.commit}^{tree}`]),
  };
}

/** Writes kept work as a patch, binary files too: for whoever has no use for a ref. @param file absolute path */
export function writePatch(place: Pick<Place, 'top'>, work: Pick<KeptWork, 'commit'>, file: string): void {
  mkdirSync(dirname(file), { recursive: true });
  const diff = ['diff', '--binary', '--no-color', '--no-ext-diff', '--no-renames', `--output=${file}`];
  git(place.top, [...diff, `${work.commit}^`, work.commit]);
}

/**
 * Removes the ref of kept work, unless something newer is kept there by now.
 * @param before what the ref named before, and names again
 */
export function dropKept(place: Place, work: KeptWork, before?: KeptWork): void {
  const update = before === undefined ? ['-d', work.ref] : [work.ref, before.commit];
  askGit(place.top, ['update-ref', ...update, work.commit], { accept: [1, 128] });
}
