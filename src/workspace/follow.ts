/**
 * The person's own checkout follows the branch that was moved beneath it, as far as it is clean. What holds work of his
 * stays as it is: git's index knows what the branch holds there, so that nothing looks staged that nobody staged.
 */
import { lstatSync, rmdirSync, type Stats, unlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import { inTheWay, isAmong } from './blockers.js';
import { asInput, askGit, fileAt, git, gitRecords, pathText, type RawPath } from './git.js';
import { followInSubmodule } from './submodules.js';
import { type Entry, indexInfo, REPOSITORY } from './tree-diff.js';
import type { Place } from './workspace.js';

/** The checkout, and an index of our own in which it is seen and follows. */
export type Followed = Place & { readonly index: string };

const NOTHING = '000000';

const idOf = ({ mode, object }: { readonly mode: string; readonly object: string }): string =>
  mode === NOTHING ? '' : `${mode} ${object}`;

/** How git's index has a path. */
interface Indexed {
  /** Mode and object; '' for nothing. One in several stages is like no other. */
  readonly id: string;
  /** Git was told not to look at its file: it may hold anything. */
  readonly flags: readonly ('--skip-worktree' | '--assume-unchanged')[];
}

const ABSENT: Indexed = { id: '', flags: [] };

function indexed({ top, index }: Followed, paths: readonly RawPath[]): Map<RawPath, Indexed> {
  const known = new Map<RawPath, Indexed>();
  const wanted = new Set(paths);
  // Only meant to be added (`git add -N`): git has its name, and nothing of it would be committed.
  const added = ['diff-files', '-z', '--name-only', '--diff-filter=A', '--ignore-submodules=all'];
  for (const path of gitRecords(top, added, { index })) wanted.delete(path);
  // `TAG MODE OBJECT STAGE<tab>PATH`: `S` is to be skipped, a small letter assumed to be unchanged.
  for (const record of gitRecords(top, ['ls-files', '--stage', '-v', '-z'], { index })) {
    const tab = record.indexOf('\t');
    const path = record.slice(tab + 1);
    if (!wanted.has(path)) continue;
    const [tag = '', mode = '', object = '', stage = ''] = record.slice(0, tab).split(' ');
    const skipped = /s/i.test(tag) ? (['--skip-worktree'] as const) : [];
    const assumed = /[a-z]/.test(tag) ? (['--assume-unchanged'] as const) : [];
    known.set(path, { id: stage === '0' ? `${mode} ${object}` : 'unmerged', flags: [...skipped, ...assumed] });
  }
  return known;
}

/** What is there; a file or a link in the place of one of its folders is as if nothing were. */
function lookAt(place: Place, path: RawPath): Stats | undefined {
  const folder = dirname(path);
  if (folder !== '.' && lookAt(place, folder)?.isDirectory() !== true) return undefined;
  return lstatSync(fileAt(place, path), { throwIfNoEntry: false });
}

/** Whether a file of which git does not tell is what the branch has there now. One process. */
function isAsItBecame(place: Place, { path, object }: Entry): boolean {
  if (lookAt(place, path)?.isFile() !== true) return false;
  const answer = askGit(place.top, ['hash-object', `--path=${pathText(path)}`, '--', pathText(path)], {
    accept: [128],
  });
  return answer.code === 0 && answer.stdout.toString().trim() === object;
}

/** Lets git see which files are as it last wrote them. */
function refresh({ top, index }: Followed): void {
  git(top, ['update-index', '-q', '--refresh'], { index, accept: [1, 128] });
}

/** Paths whose files are not as the index has them, those left out that git was told not to look at. */
function dirtyIn({ top, index }: Followed): ReadonlySet<RawPath> {
  return new Set(gitRecords(top, ['diff-files', '-z', '--name-only', '--ignore-submodules=all'], { index }));
}

/** Those in whose files nobody's work can be: they may be written, or removed. */
function cleanAmong(place: Followed, behind: readonly Entry[], known: ReadonlyMap<RawPath, Indexed>): readonly Entry[] {
  const dirty = dirtyIn(place);
  const isOurs = ({ path, before }: Entry): boolean =>
    before.mode !== NOTHING && !dirty.has(path) && (known.get(path) ?? ABSENT).flags.length === 0;
  const going = new Set(behind.filter((entry) => entry.mode === NOTHING && isOurs(entry)).map(({ path }) => path));
  return behind.filter((entry) =>
    entry.before.mode === NOTHING ? inTheWay(place, entry.path, going) === null : isOurs(entry),
  );
}

/** Removes a file, and the folders that it leaves empty. */
function remove(place: Place, path: RawPath): void {
  try {
    unlinkSync(fileAt(place, path));
    for (let folder = dirname(path); folder !== '.'; folder = dirname(folder)) rmdirSync(fileAt(place, folder));
  } catch {
    // Something else is in the folder; or the file stays, which is found out by looking.
  }
}

/** Writes and removes files, as the index has them by now. */
function moveFiles(place: Followed, clean: readonly Entry[]): void {
  const moved = clean.filter(({ mode, before }) => mode !== REPOSITORY && before.mode !== REPOSITORY);
  for (const { path } of moved.filter(({ mode }) => mode === NOTHING)) remove(place, path);
  const written = moved.filter(({ mode }) => mode !== NOTHING).map(({ path }) => path);
  // They say how the others are written (git-lfs, line ends), and git reads those of a folder once, from its files.
  const areRules = (path: RawPath): boolean => /(^|\/)\.gitattributes$/.test(path);
  writeFiles(place, written.filter(areRules));
  writeFiles(
    place,
    written.filter((path) => !areRules(path)),
  );
}

function writeFiles({ top, index }: Followed, paths: readonly RawPath[]): void {
  if (paths.length === 0) return;
  const checkout = ['checkout-index', '-q', '-f', '-z', '--stdin'];
  // What it could not write is found out by looking.
  git(top, checkout, { index, input: asInput(paths), accept: [1, 128] });
}

/** The index says what the branch has; what it was told of a path it is told again. */
function moveIndex({ top, index }: Followed, behind: readonly Entry[], known: ReadonlyMap<RawPath, Indexed>): void {
  git(top, ['update-index', '--add', '--replace', '-z', '--index-info'], { index, input: indexInfo(behind) });
  for (const flag of ['--skip-worktree', '--assume-unchanged'] as const) {
    const paths = behind.filter(({ path, mode }) => mode !== NOTHING && known.get(path)?.flags.includes(flag));
    if (paths.length === 0) continue;
    const input = asInput(paths.map(({ path }) => path));
    git(top, ['update-index', flag, '-z', '--stdin'], { index, input });
  }
}

/**
 * Lets files and index follow what a commit changed. To be called when the branch has moved; doing it again does no harm.
 * @param place with the index that becomes git's own (`withIndexHeld`)
 * @param entries what the commit changed against its parent
 * @returns paths, relative to the top, that hold work of the person's and were left as they are
 */
export function followInCheckout(place: Followed, entries: readonly Entry[]): string[] {
  if (entries.length === 0) return [];
  refresh(place);
  const paths = entries.map(({ path }) => path);
  const known = indexed(place, paths);
  const idNow = ({ path }: Entry): string => (known.get(path) ?? ABSENT).id;
  // Staged otherwise by a person: his to settle.
  const staged = entries.filter((entry) => idNow(entry) !== idOf(entry.before) && idNow(entry) !== idOf(entry));
  const behind = entries.filter((entry) => idNow(entry) === idOf(entry.before) && idOf(entry) !== idOf(entry.before));
  const clean = cleanAmong(place, behind, known);
  moveIndex(place, behind, known);
  moveFiles(place, clean);
  refresh(place);
  // Asked once, for all of them: everybody waits for the index meanwhile.
  const dirty = dirtyIn(place);
  const present = new Set(entries.filter(({ mode }) => mode !== NOTHING).map(({ path }) => path));
  const isLeft = (entry: Entry): boolean => {
    const { path, mode } = entry;
    if (mode === REPOSITORY) return !followInSubmodule(place, entry);
    const { flags } = known.get(path) ?? ABSENT;
    if (mode === NOTHING) {
      const stat = lookAt(place, path);
      // Where upper and lower case are the same, what it was renamed to is found by its old name as well.
      return stat !== undefined && !stat.isDirectory() && !isAmong(place, path, present);
    }
    if (flags.length === 0) return dirty.has(path);
    return !(flags.includes('--skip-worktree') && lookAt(place, path) === undefined) && !isAsItBecame(place, entry);
  };
  const left = behind.filter(isLeft);
  return [...staged, ...left].map(({ path }) => pathText(path));
}
