/**
 * Submodules. A commit names a commit of theirs, and nothing else of what lies in them: what was only changed there does
 * not land with the work, and what was committed in a work tree of the step's own would go with it.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { askGit, GitError, git, gitRecords, pathText } from './git.js';
import { diffTrees, type Entry, REPOSITORY } from './tree-diff.js';
import type { Place, Workspace } from './workspace.js';

const isRepository = (folder: string): boolean => existsSync(join(folder, '.git'));

/** Without the file that says where they come from there are none, and nothing need be asked. */
export function hasSubmodules({ top }: Pick<Place, 'top'>): boolean {
  return existsSync(join(top, '.gitmodules'));
}

/** Those of a tree that are checked out; relative to the top. */
function checkedOut(place: Pick<Place, 'top'>, tree: string): string[] {
  if (!hasSubmodules(place)) return [];
  return gitRecords(place.top, ['ls-tree', '-r', '-z', '--full-tree', tree])
    .filter((record) => record.startsWith(REPOSITORY))
    .map((record) => pathText(record.slice(record.indexOf('\t') + 1)))
    .filter((path) => isRepository(join(place.top, path)));
}

/** What is uncommitted in a submodule. */
export interface DirtySubmodule {
  /** Relative to the top. */
  readonly path: string;
  /** Files that its own commit holds were changed: not just new ones, as builds leave them. */
  readonly changed: boolean;
  /** The same as long as it is changed in the same way. */
  readonly id: string;
}

/** Which submodules of a tree hold uncommitted changes. Two processes for each submodule; none where there are none. */
export function dirtySubmodules(place: Pick<Place, 'top'>, tree: string): DirtySubmodule[] {
  return checkedOut(place, tree).flatMap((path) => {
    const folder = join(place.top, path);
    const status = gitRecords(folder, ['status', '--porcelain', '-z', '--untracked-files=normal']);
    if (status.length === 0) return [];
    const changed = status.some((record) => !record.startsWith('??'));
    const diff = changed
      ? askGit(folder, ['diff', '--binary', '--no-ext-diff', '--no-textconv', 'HEAD', '--'], { accept: [128] }).stdout
      : '';
    return [{ path, changed, id: createHash('sha256').update(status.join('\0')).update(diff).digest('hex') }];
  });
}

/** Where a commit of a submodule's is kept, so that it does not go with the step's work tree. */
export interface KeptCommit {
  /** Relative to the top. */
  readonly path: string;
  readonly commit: string;
  /** The folder of the repository, and the ref in it. */
  readonly where: string;
  /** Null where it could not be kept: what git said. */
  readonly ref: string | null;
  readonly said: string;
}

/** The submodule's repository in the person's checkout; else the one that has it; else the checkout's own. */
function homeOf(home: Workspace, from: Place, path: string): string {
  const folder = join(home.top, path);
  if (isRepository(folder)) return folder;
  const asked = [
    'config',
    '-z',
    '--file',
    join(from.top, '.gitmodules'),
    '--get-regexp',
    String.raw`^submodule\..*\.path$`,
  ];
  const found = gitRecords(from.top, asked, { accept: [1, 128] }).find((record) => record.endsWith(`\n${path}`));
  const name = found?.slice('submodule.'.length, found.indexOf('\n') - '.path'.length) ?? '..';
  const own = join(home.commonDir, 'modules', pathText(name));
  return !name.split('/').includes('..') && existsSync(join(own, 'HEAD')) ? own : home.top;
}

/**
 * Keeps the commits that the submodules of a step's own work tree were moved to, in the person's repositories. Doing it
 * again does no harm.
 * @param before the tree that the work began with
 */
export function keepCommits(home: Workspace, from: Place, before: string, tree: string): KeptCommit[] {
  if (!hasSubmodules(from)) return [];
  return diffTrees(from, before, tree).flatMap(({ path: raw, mode, object }): KeptCommit[] => {
    const path = pathText(raw);
    const folder = join(from.top, path);
    if (mode !== REPOSITORY || !isRepository(folder)) return [];
    const where = homeOf(home, from, path);
    const ref = `refs/stepladder/submodules/${object}`;
    // Known there already, on a branch of its own: nothing can be lost.
    const list = ['for-each-ref', '--count=1', `--contains=${object}`];
    const known = askGit(where, list, { accept: [1, 128, 129] });
    if (known.code === 0 && known.stdout.length > 0 && !known.stdout.includes(ref)) return [];
    const fetch = ['fetch', '-q', '--no-tags', '--no-recurse-submodules', '--no-write-fetch-head'];
    try {
      git(where, [...fetch, folder, `+${object}:${ref}`]);
      return [{ path, commit: object, where, ref, said: '' }];
    } catch (error) {
      // A clone of a part of its history cannot be taken in.
      if (!(error instanceof GitError)) throw error;
      return [{ path, commit: object, where, ref: null, said: error.message }];
    }
  });
}

/**
 * Checks out in the person's submodule what the branch has there now, where it stood at what the branch had before and
 * nothing in it is changed. Whether it stands there.
 */
export function followInSubmodule(place: Pick<Place, 'top'>, { path, object, before }: Entry): boolean {
  const folder = join(place.top, pathText(path));
  if (!isRepository(folder)) return true;
  const head = (): string =>
    askGit(folder, ['rev-parse', 'HEAD'], { accept: [128] })
      .stdout.toString()
      .trim();
  const stands = head();
  if (stands === object) return true;
  if (stands !== before.object) return false;
  if (gitRecords(folder, ['status', '--porcelain', '-z', '--untracked-files=no']).length > 0) return false;
  askGit(folder, ['checkout', '-q', '--detach', object, '--'], { accept: [1, 128] });
  return head() === object;
}

/** The same for all of them, where one tree (or commit) has another commit of theirs than the one that lies there. */
export function followInSubmodules(place: Pick<Place, 'top'>, from: string, to: string): void {
  if (!hasSubmodules(place)) return;
  for (const entry of diffTrees(place, from, to)) if (entry.mode === REPOSITORY) followInSubmodule(place, entry);
}
