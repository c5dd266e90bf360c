/** Files of the work tree as it was scanned last, and as they were before: for whoever looks at what they hold. */
import { relative, resolve } from 'node:path';
import { Blobs, isFileMode } from './blobs.js';
import { askGit, gitRecords, pathText, type RawPath } from './git.js';
import { pathspecs } from './pathspecs.js';
import type { PrivateIndex } from './private-index.js';
import { diffTrees } from './tree-diff.js';
import type { ChangedFile, FileVersion, FileWithWords, Place, Snapshot, TreeFile } from './workspace.js';

/** A path of git's as people write it: relative to the configured folder. */
function fromDir(place: Pick<Place, 'top' | 'dir'>, path: RawPath): string {
  return relative(place.dir, resolve(place.top, pathText(path)));
}

/** See `Workspace.changedFiles`. */
export function changedFiles(place: Place, index: PrivateIndex, since: Snapshot): ChangedFile[] {
  const entries = diffTrees(place, since.tree, index.scan());
  const sides = entries.map(({ path, mode, object, before }) => ({
    path,
    before: isFileMode(before.mode) ? before.object : null,
    now: isFileMode(mode) ? object : null,
  }));
  // The two sides of a file follow each other, as they are asked for.
  const blobs = new Blobs(
    place,
    sides.flatMap(({ before, now }) => [before, now].filter((object) => object !== null)),
  );
  const version = (object: string | null): FileVersion | null => (object === null ? null : blobs.version(object));
  return sides.map(({ path, before, now }) => ({
    path: fromDir(place, path),
    before: version(before),
    now: version(now),
  }));
}

/** See `Workspace.bytesBefore`. */
export function bytesBefore(place: Place, since: Snapshot, path: string): Uint8Array | null {
  const inTop = relative(place.top, resolve(place.dir, path));
  if (inTop === '' || inTop.startsWith('..')) return null;
  const list = ['ls-tree', '-z', '--full-tree', since.tree, '--', `:(literal)${inTop}`];
  const [record = ''] = gitRecords(place.top, list);
  const [mode = '', , object = ''] = (record.split('\t')[0] ?? '').split(' ');
  if (!isFileMode(mode)) return null;
  return askGit(place.top, ['cat-file', 'blob', object]).stdout;
}

/** Those of the paths that are files, with what they hold. */
function withContents(
  place: Place,
  index: PrivateIndex,
  paths: ReadonlySet<RawPath> | ReadonlyMap<RawPath, unknown>,
): (TreeFile & { readonly raw: RawPath })[] {
  const files = paths.size === 0 ? [] : index.entries().filter(({ path, mode }) => paths.has(path) && isFileMode(mode));
  const blobs = new Blobs(
    place,
    files.map(({ object }) => object),
  );
  return files.flatMap(({ path, object }) => {
    const now = blobs.version(object);
    return now === null ? [] : [{ path: fromDir(place, path), now, raw: path }];
  });
}

/** See `Workspace.filesMatching`. */
export function filesMatching(place: Place, index: PrivateIndex, globs: readonly string[]): TreeFile[] {
  const specs = pathspecs(place, globs);
  // No pattern at all means "everything" to git.
  if (!specs.some((spec) => !spec.includes('exclude'))) return [];
  index.scan();
  return withContents(place, index, index.matching(specs)).map(({ path, now }) => ({ path, now }));
}

/** See `Workspace.filesWithWords`. */
export function filesWithWords(place: Place, index: PrivateIndex, words: readonly string[]): FileWithWords[] {
  if (words.length === 0) return [];
  index.scan();
  const found = index.withWords(words);
  return withContents(place, index, found).map(({ raw, ...file }) => ({ ...file, words: [...(found.get(raw) ?? [])] }));
}
