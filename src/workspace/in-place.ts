/**
 * A work tree as a workspace; opened here, the user's own: steps wait for each other, since they share it. Those of a
 * step's own (worktree.ts) are made of the same.
 */
import { join } from 'node:path';
import type { Config } from '../config.js';
import { WORKSPACE_LOCK } from '../record/paths.js';
import { blockers } from './blockers.js';
import { treeWithout } from './commit.js';
import { askGit, GitError, git, gitRecords, pathText, type RawPath, recordsOf } from './git.js';
import { requireIdentity } from './identity.js';
import { awaitFreeIndex } from './index-lock.js';
import { dropKept, keepTree, keptOf, treesOf } from './kept.js';
import { mergeTrees } from './merge.js';
import { everythingElse, findPlace, leftOutPaths, pathInTop } from './place.js';
import { readPosition, refuseUnderWay } from './position.js';
import { PrivateIndex } from './private-index.js';
import { indexStamp, putGitBack, putTreeBack } from './put-back.js';
import { sweepScratch, withScratch } from './scratch.js';
import { setAsideLeftovers, setAsideStrays } from './strays.js';
import { changeOf, diffTrees } from './tree-diff.js';
import { bytesBefore, changedFiles, filesMatching, filesWithWords } from './tree-files.js';
import type { Change, KeptKind, KeptWork, Place, Snapshot, Workspace } from './workspace.js';

/**
 * Opens the configured workspace. Two git processes.
 * @throws Refusal where it is no git work tree, or git knows no name to commit under
 */
export function openWorkspace(config: Config): Workspace {
  const place = findPlace(config);
  requireIdentity(place);
  sweepScratch(place);
  return workspaceAt(place, null).workspace;
}

/** The tree of a commit, less what is left out of snapshots. */
export function headTree(place: Place, head: string | null): string {
  if (head === null) return withScratch(place, (index) => git(place.top, ['write-tree'], { index }));
  const list = ['ls-tree', '-r', '-z', '--name-only', '--full-tree', head, '--', ...leftOutPaths(place)];
  const paths = gitRecords(place.top, list);
  return paths.length === 0 ? git(place.top, ['rev-parse', `${head}^{tree}`]) : treeWithout(place, head, paths);
}

/** The path of a record of `git status --porcelain=v2 -z --no-renames`, or null where it is a header. */
function pathOfStatus(record: RawPath): RawPath | null {
  // The path is the last field: `1` has 8 before it, `u` 10, `?` 1.
  const before = { '1': 8, u: 10, '?': 1 }[record.charAt(0)];
  return before === undefined ? null : record.split(' ').slice(before).join(' ');
}

function dirtyPaths(place: Place): string[] {
  const status = [
    'status',
    '--porcelain=v2',
    '-z',
    '--no-renames',
    '--untracked-files=all',
    '--ignore-submodules=dirty',
  ];
  const { stdout } = askGit(place.top, [...status, '--', ...everythingElse(place)]);
  return recordsOf(stdout).flatMap((record) => {
    const path = pathOfStatus(record);
    return path === null ? [] : [pathText(path)];
  });
}

/** A workspace, and what it keeps of itself. */
export interface Opened {
  readonly workspace: Workspace;
  readonly index: PrivateIndex;
  /** Trees that can be brought back from a ref of ours. */
  readonly saved: Set<string>;
}

/** The workspace at a place. @param home null: it is the person's own */
export function workspaceAt(place: Place, home: Workspace | null): Opened {
  const index = new PrivateIndex(place);
  const saved = new Set<string>();
  /** When git's index was last known to be as it should be, for the snapshot of that moment. */
  let untouched: string | null = null;

  const snapshot = (tree: string): Snapshot => {
    untouched = indexStamp(place);
    return { ...readPosition(place), tree };
  };

  const foldCommits = (to: Snapshot): boolean => {
    const moved = putGitBack(place, index, to, untouched === indexStamp(place));
    untouched = indexStamp(place);
    return moved;
  };

  const keep = (kind: KeptKind, task: string, since: Snapshot, message: string): KeptWork | null => {
    const tree = index.scan();
    if (tree === since.tree) return null;
    saved.add(tree);
    return keepTree(place, kind, task, tree, since, message);
  };

  const takeUp = (work: KeptWork): boolean => {
    const trees = treesOf(place, work);
    if (trees === null) return false;
    const ours = index.scan();
    const merged = mergeTrees(place, trees.before, ours, trees.after);
    if (merged === null || blockers(place, diffTrees(place, ours, merged)).length > 0) return false;
    try {
      index.move(ours, merged);
    } catch (error) {
      // Somebody wrote to the tree meanwhile: git has changed nothing.
      if (error instanceof GitError) return false;
      throw error;
    }
    index.forceIgnored();
    saved.add(trees.after);
    return true;
  };

  const workspace: Workspace = {
    ...place,
    kind: 'in-place',
    get home() {
      return home ?? workspace;
    },
    lockPath: join(place.commonDir, WORKSPACE_LOCK),
    branch: () => readPosition(place).branch,
    pathInTop: (file) => pathInTop(place, file),
    dirty: () => {
      refuseUnderWay(place);
      awaitFreeIndex(place);
      return dirtyPaths(place);
    },
    tree: () => index.scan(),
    snapshot: () => snapshot(index.scan()),
    headSnapshot: () => {
      const at = readPosition(place);
      return { ...at, tree: headTree(place, at.head) };
    },
    changesSince: (since): Change[] => diffTrees(place, since.tree, index.scan()).map(changeOf),
    changedFiles: (since) => changedFiles(place, index, since),
    bytesBefore: (since, path) => bytesBefore(place, since, path),
    filesMatching: (globs) => filesMatching(place, index, globs),
    filesWithWords: (words) => filesWithWords(place, index, words),
    foldCommits,
    keep,
    restore: (to) => {
      foldCommits(to);
      return putTreeBack(place, index, to, saved);
    },
    kept: (task) => keptOf(place, task),
    takeUp,
    forget: (work, before) => {
      dropKept(place, work, before);
      saved.clear();
    },
    setAsideStrays: (task, since, globs) => setAsideStrays(place, index, task, since, globs),
    setAsideLeftovers: (task, tree) => setAsideLeftovers(place, index, task, { ...readPosition(place), tree }),
  };
  return { workspace, index, saved };
}
