/** Back to a snapshot: HEAD, branch and index; and the work tree, of which nothing goes that was not saved. */

import { statSync } from 'node:fs';
import { join } from 'node:path';
import { blockers, moveAside } from './blockers.js';
import { followInIndex } from './commit.js';
import { askGit, GitError, git, gitRecords, pathText } from './git.js';
import { withFreeIndex, withIndexHeld } from './index-lock.js';
import { saveTree } from './kept.js';
import { everythingElse, onlyLeftOut } from './place.js';
import { forgetUnderWay, putHeadBack, readPosition } from './position.js';
import type { PrivateIndex } from './private-index.js';
import { RESTORED_REF } from './refs.js';
import { diffTrees, type Entry, entriesOf, REPOSITORY } from './tree-diff.js';
import type { Place, Snapshot } from './workspace.js';

/** By which it is seen, without a process, whether anyone wrote git's index since. */
export function indexStamp(place: Pick<Place, 'gitDir'>): string {
  const stat = statSync(join(place.gitDir, 'index'), { throwIfNoEntry: false });
  return stat === undefined ? '' : `${stat.ino}:${stat.size}:${stat.mtimeMs}:${stat.ctimeMs}`;
}

/**
 * Puts HEAD, its branch and git's index back; the work tree stays. What the attempt staged of the backlog stays staged,
 * since it may be a person's.
 * @param indexUntouched known to be as it was at the snapshot
 * @returns whether HEAD or the branch had moved
 */
export function putGitBack(place: Place, index: PrivateIndex, to: Snapshot, indexUntouched: boolean): boolean {
  const wasUnderWay = forgetUnderWay(place);
  const now = readPosition(place);
  const moved = now.head !== to.head || now.branch !== to.branch;
  if (!moved && indexUntouched && !wasUnderWay) return false;
  // An ignored file that was added by force is work like any other; git's index is the only one that knows of it.
  index.force(index.ignoredButTracked());
  const movedAway = moved ? backlogMovedAway(place, now.head, to.head) : [];
  if (moved) putHeadBack(place, to, now);
  withFreeIndex(place, () => git(place.top, ['reset', '-q', '--', ...everythingElse(place)]));
  if (movedAway.length > 0) withIndexHeld(place, (index) => followInIndex(place, movedAway, index));
  return moved;
}

/**
 * What of the backlog git's index follows another commit in than the one HEAD is put back to, where the attempt left
 * the branch's history: nobody staged that. As entries of the commit to go back to.
 */
function backlogMovedAway(place: Place, from: string | null, to: string | null): readonly Entry[] {
  if (from === null || to === null) return [];
  const onTop = askGit(place.top, ['merge-base', '--is-ancestor', to, from], { accept: [1, 128] }).code === 0;
  // Committed on top: what it committed of the backlog is staged as it was before.
  if (onTop) return [];
  const list = ['diff-index', '--cached', '-z', '--name-only', '--no-renames', from, '--', ...onlyLeftOut(place)];
  const staged = new Set(gitRecords(place.top, list));
  const diff = ['diff-tree', '-r', '-z', '--raw', '--no-renames', '--no-abbrev', from, to, '--', ...onlyLeftOut(place)];
  return entriesOf(gitRecords(place.top, diff)).filter(({ path }) => !staged.has(path));
}

/** How often somebody may write to the tree while it is being brought back. */
const TRIES = 5;

/**
 * Brings each path that differs back to the snapshot's tree.
 * @param saved trees that can be brought back; what is found and not among them is saved first
 * @returns what could only be moved out of the way, one line each
 */
export function putTreeBack(place: Place, index: PrivateIndex, to: Snapshot, saved: Set<string>): string[] {
  const told: string[] = [];
  const aside = (path: string): void => {
    const now = moveAside(place, path);
    if (now !== null) told.push(`${path} was moved to ${now}`);
  };
  for (let tries = 1; ; tries += 1) {
    const found = index.scan();
    for (const path of index.unborn) aside(path);
    if (found === to.tree) return told;
    if (!saved.has(found)) {
      saveTree(place, RESTORED_REF, found, to, 'What the work tree held', 'saved before it was brought back');
      saved.add(found);
    }
    const differing = diffTrees(place, found, to.tree);
    for (const path of blockers(place, differing)) aside(path);
    try {
      index.move(found, to.tree);
      // git leaves a repository where it is when it forgets it.
      for (const entry of differing) {
        if (entry.before.mode === REPOSITORY && entry.status === 'deleted') aside(pathText(entry.path));
      }
      index.forgetForced();
      return told;
    } catch (error) {
      // Written to since it was looked at: then it is looked at, and saved, once more.
      if (!(error instanceof GitError) || tries === TRIES) throw error;
    }
  }
}
