/** New files that nobody asked for never land: they are saved, taken out of the tree, and told (DESIGN "A person's work is safe"). */
import { lstatSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import type { Finding } from '../record/receipt.js';
import { blockers, moveAside } from './blockers.js';
import { treeWithout } from './commit.js';
import { pathText, type RawPath } from './git.js';
import { saveTree } from './kept.js';
import { pathspecs, withoutBraces } from './pathspecs.js';
import type { PrivateIndex } from './private-index.js';
import { refOf } from './refs.js';
import { diffTrees, type Entry, REPOSITORY } from './tree-diff.js';
import type { Place, Snapshot } from './workspace.js';

/** DESIGN: "above 1 MB". */
const LARGE_BYTES = 1_000_000;

/** Paths that a task names outright, without a wildcard. */
function named(place: Place, globs: readonly string[]): Set<string> {
  const plain = globs.flatMap(withoutBraces).filter((glob) => !/[*?[!]/.test(glob));
  return new Set(plain.map((path) => relative(place.top, resolve(place.dir, path))));
}

function finding(kind: string, file: string, why: string): Finding {
  return { kind, severity: 'warning', file, line: null, symbol: null, message: why };
}

interface Stray {
  readonly path: RawPath;
  readonly why: string;
}

/** Which of the paths that differ are strays, and why. */
function straysAmong(
  place: Place,
  index: PrivateIndex,
  differing: readonly Entry[],
  globs: readonly string[],
): Stray[] {
  const added = differing.filter((entry) => entry.status === 'added');
  if (added.length === 0) return [];
  const specs = pathspecs(place, globs);
  // No pattern at all means "everything" to git.
  const wanted = globs.length === 0 ? null : specs.length === 0 ? new Set<RawPath>() : index.matching(specs);
  const asked = named(place, globs);
  const large = ({ path }: Entry): boolean =>
    !asked.has(pathText(path)) &&
    (lstatSync(join(place.top, pathText(path)), { throwIfNoEntry: false })?.size ?? 0) > LARGE_BYTES;
  const submodules = differing.some(({ path }) => path === '.gitmodules');
  return added.flatMap((entry): Stray[] => {
    const { path, mode } = entry;
    if (mode === REPOSITORY)
      return submodules ? [] : [{ path, why: 'a git repository of its own within the work tree' }];
    if (wanted !== null && !wanted.has(path)) return [{ path, why: 'a new file outside the files of the task' }];
    return large(entry) ? [{ path, why: 'a new file above 1 MB' }] : [];
  });
}

/** See `Workspace.setAsideStrays`. */
export function setAsideStrays(
  place: Place,
  index: PrivateIndex,
  task: string,
  since: Snapshot,
  globs: readonly string[],
): Finding[] {
  const tree = index.scan();
  const findings = index.unborn.map((path) => {
    const now = moveAside(place, path);
    return finding(
      'stray-file',
      path,
      `a git repository of its own within the work tree: it lies in ${now ?? path} now`,
    );
  });
  const differing = diffTrees(place, since.tree, tree);
  const strays = straysAmong(place, index, differing, globs);
  if (strays.length === 0) return findings;
  const ref = refOf(place, 'aside', task);
  saveTree(place, ref, tree, since, `Set aside from the work of ${task}`, 'new files that no task asked for');
  const repositories = new Set(differing.filter(({ mode }) => mode === REPOSITORY).map(({ path }) => path));
  const paths = strays.map(({ path }) => path);
  index.move(tree, treeWithout(place, tree, paths));
  for (const { path, why } of strays) {
    const name = pathText(path);
    const now = repositories.has(path) ? moveAside(place, name) : null;
    findings.push(finding('stray-file', name, `${why}: set aside in ${now ?? `${ref}, git show ${ref}:${name}`}`));
  }
  return findings;
}

/** See `Workspace.setAsideLeftovers`. */
export function setAsideLeftovers(place: Place, index: PrivateIndex, task: string, since: Snapshot): Finding[] {
  const tree = index.scan();
  if (tree === since.tree) return [];
  const ref = refOf(place, 'aside', task);
  const left = diffTrees(place, since.tree, tree);
  saveTree(place, ref, tree, since, `Left by the checks of ${task}`, 'not part of what was verified');
  for (const path of blockers(place, diffTrees(place, tree, since.tree))) moveAside(place, path);
  index.move(tree, since.tree);
  return left.map(({ path, status }) => {
    const name = pathText(path);
    return finding('leftover', name, `${status} while the checks ran: undone, the tree as they left it is ${ref}`);
  });
}
