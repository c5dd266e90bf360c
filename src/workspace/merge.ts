/**
 * Merges trees without a work tree, whole or with what cannot be merged marked. `git apply --3way` and `git merge` leave conflict markers behind and write to git's
 * index, and `git merge-tree --write-tree` is too new; so the three trees are read into an index of our own, and what
 * git does not settle by itself is settled file by file, by content, or not at all.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { askGit, git, gitRecords, type RawPath } from './git.js';
import { withScratch } from './scratch.js';
import type { Place } from './workspace.js';

interface Side {
  readonly mode: string;
  readonly object: string;
}

/** Unmerged paths with their three sides: base, ours, theirs. */
function unmerged(place: Place, index: string): Map<RawPath, Map<string, Side>> {
  const paths = new Map<RawPath, Map<string, Side>>();
  for (const record of gitRecords(place.top, ['ls-files', '--unmerged', '-z'], { index })) {
    const tab = record.indexOf('\t');
    const [mode = '', object = '', stage = ''] = record.slice(0, tab).split(' ');
    const path = record.slice(tab + 1);
    const sides = paths.get(path) ?? new Map<string, Side>();
    paths.set(path, sides.set(stage, { mode, object }));
  }
  return paths;
}

const isFile = ({ mode }: Side): boolean => mode === '100644' || mode === '100755';

/** What `git merge-file` ends with where it finds no text; else the number of conflicts. */
const NO_TEXT = 255;

/** What stands at the marks of a conflict: whose lines these are. */
export const MARKS = { ours: 'landed meanwhile', base: 'as it was before', theirs: 'this task' } as const;

interface MergedSide {
  readonly side: Side;
  readonly clean: boolean;
}

/** A file changed (or added) on both sides, merged by lines, conflicts marked. Null where that is no matter of lines. */
function mergeContents(place: Place, base: Side | undefined, ours: Side, theirs: Side): MergedSide | null {
  if (![base ?? ours, ours, theirs].every(isFile)) return null;
  const mode = base === undefined || base.mode === ours.mode ? theirs.mode : ours.mode;
  const write = (file: string, side: Side | undefined): string => {
    writeFileSync(file, side === undefined ? '' : askGit(place.top, ['cat-file', 'blob', side.object]).stdout);
    return file;
  };
  return withScratch(place, (one) =>
    withScratch(place, (two) =>
      withScratch(place, (three) => {
        const names = [write(one, ours), write(two, base), write(three, theirs)];
        const labels = [MARKS.ours, MARKS.base, MARKS.theirs].flatMap((label) => ['-L', label]);
        const accept = Array.from({ length: NO_TEXT }, (_, at) => at + 1);
        const { code } = askGit(place.top, ['merge-file', '-q', '--diff3', ...labels, ...names], { accept });
        if (code === NO_TEXT) return null;
        const object = git(place.top, ['hash-object', '-w', '--stdin', '--no-filters'], { input: readFileSync(one) });
        return { side: { mode, object }, clean: code === 0 };
      }),
    ),
  );
}

/** What becomes of a path that git leaves unmerged. */
interface Settled {
  readonly path: RawPath;
  /** Undefined: nothing. */
  readonly side: Side | undefined;
  readonly clean: boolean;
  /** The same of `theirs` alone. */
  readonly theirs: Side | undefined;
}

const isSame = (one: Side | undefined, other: Side | undefined): boolean =>
  one?.mode === other?.mode && one?.object === other?.object;

/** One path by itself. */
function settle(place: Place, path: RawPath, sides: ReadonlyMap<string, Side>): Settled {
  const [base, ours, theirs] = ['1', '2', '3'].map((stage) => sides.get(stage));
  // Where a folder became a file, or a file a folder, git leaves even that to us which only one side changed.
  if (isSame(base, ours)) return { path, side: theirs, clean: true, theirs };
  if (isSame(base, theirs)) return { path, side: ours, clean: true, theirs };
  const merged = ours === undefined || theirs === undefined ? null : mergeContents(place, base, ours, theirs);
  return { path, side: merged?.side ?? theirs, clean: merged?.clean === true && base !== undefined, theirs };
}

/** The folders in which a path lies. */
function foldersOf(path: RawPath): RawPath[] {
  const segments = path.split('/');
  return segments.slice(1).map((_, at) => segments.slice(0, at + 1).join('/'));
}

/** A file and a folder of the same name do not go together: there it is as `theirs` has it. */
function withoutClashes(settled: readonly Settled[]): readonly Settled[] {
  const files = settled.filter(({ side }) => side !== undefined).map(({ path }) => path);
  const [paths, folders] = [new Set(files), new Set(files.flatMap(foldersOf))];
  return settled.map((one) => {
    const clashes = paths.has(one.path) && (folders.has(one.path) || foldersOf(one.path).some((at) => paths.has(at)));
    return clashes ? { ...one, side: one.theirs, clean: false } : one;
  });
}

export interface Merged {
  readonly tree: string;
  /** Paths that both sides changed in ways that do not go together. */
  readonly conflicts: readonly RawPath[];
}

/**
 * What `ours` becomes with the changes from `base` to `theirs` made to it as well. Where both changed the same lines both
 * are in it, marked (`MARKS`); where that cannot be, it holds what `theirs` does.
 */
export function mergeMarked(place: Place, base: string, ours: string, theirs: string): Merged {
  if (ours === base || ours === theirs) return { tree: theirs, conflicts: [] };
  if (theirs === base) return { tree: ours, conflicts: [] };
  return withScratch(place, (index) => {
    git(place.top, ['read-tree', '-i', '-m', '--aggressive', base, ours, theirs], { index });
    const lines: string[] = [];
    const conflicts: RawPath[] = [];
    const found = [...unmerged(place, index)];
    const nothing = '0'.repeat(base.length);
    for (const { path, side, clean } of withoutClashes(found.map(([path, sides]) => settle(place, path, sides)))) {
      if (!clean) conflicts.push(path);
      lines.push(`0 ${nothing}\t${path}\0`);
      if (side !== undefined) lines.push(`${side.mode} ${side.object}\t${path}\0`);
    }
    const input = Buffer.from(lines.join(''), 'latin1');
    if (lines.length > 0) git(place.top, ['update-index', '-z', '--index-info'], { index, input });
    return { tree: git(place.top, ['write-tree'], { index }), conflicts };
  });
}

/**
 * As `mergeMarked`, whole.
 * @returns the merged tree's id, or null where both sides changed the same lines
 */
export function mergeTrees(place: Place, base: string, ours: string, theirs: string): string | null {
  const { tree, conflicts } = mergeMarked(place, base, ours, theirs);
  return conflicts.length === 0 ? tree : null;
}
