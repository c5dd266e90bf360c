/**
 * Merges trees without a work tree. `git apply --3way` and `git merge` leave conflict markers behind and write to git's
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

/** A file changed on both sides, merged by lines. Null where that gives a conflict. */
function mergeContents(place: Place, base: Side, ours: Side, theirs: Side): Side | null {
  if (![base, ours, theirs].every(isFile)) return null;
  const mode = base.mode === ours.mode ? theirs.mode : ours.mode;
  const write = (file: string, side: Side): string => {
    writeFileSync(file, askGit(place.top, ['cat-file', 'blob', side.object]).stdout);
    return file;
  };
  return withScratch(place, (one) =>
    withScratch(place, (two) =>
      withScratch(place, (three) => {
        const names = [write(one, ours), write(two, base), write(three, theirs)];
        // The number of conflicts, or 255 where it is no text.
        const accept = Array.from({ length: 255 }, (_, at) => at + 1);
        if (askGit(place.top, ['merge-file', '-q', ...names], { accept }).code !== 0) return null;
        const object = git(place.top, ['hash-object', '-w', '--stdin', '--no-filters'], { input: readFileSync(one) });
        return { mode, object };
      }),
    ),
  );
}

/**
 * What `ours` becomes with the changes from `base` to `theirs` made to it as well.
 * @returns the merged tree's id, or null where both sides changed the same lines
 */
export function mergeTrees(place: Place, base: string, ours: string, theirs: string): string | null {
  if (ours === base || ours === theirs) return theirs;
  if (theirs === base) return ours;
  return withScratch(place, (index) => {
    git(place.top, ['read-tree', '-i', '-m', '--aggressive', base, ours, theirs], { index });
    const lines: string[] = [];
    for (const [path, sides] of unmerged(place, index)) {
      const [before, mine, other] = ['1', '2', '3'].map((stage) => sides.get(stage));
      if (before === undefined || mine === undefined || other === undefined) return null;
      const merged = mergeContents(place, before, mine, other);
      if (merged === null) return null;
      lines.push(`0 ${merged.object}\t${path}\0`, `${merged.mode} ${merged.object}\t${path}\0`);
    }
    const input = Buffer.from(lines.join(''), 'latin1');
    if (lines.length > 0) git(place.top, ['update-index', '-z', '--index-info'], { index, input });
    return git(place.top, ['write-tree'], { index });
  });
}
