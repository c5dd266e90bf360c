/** What differs between two trees. */
import { gitRecords, pathText, type RawPath } from './git.js';
import type { Change, Place } from './workspace.js';

/** The mode of a repository within the tree (a submodule): what stands there is the name of a commit of its own. */
export const REPOSITORY = '160000';

/** One path that differs, with its new content. */
export interface Entry {
  readonly path: RawPath;
  readonly status: Change['status'];
  /** `100644`, `100755`, `120000` (link), `160000` (repository); of the new side, or all zeros where deleted. */
  readonly mode: string;
  /** Object id on the new side, or all zeros where deleted. */
  readonly object: string;
  /** The same of the old side. */
  readonly before: { readonly mode: string; readonly object: string };
}

const STATUS: Readonly<Record<string, Change['status']>> = { A: 'added', D: 'deleted', M: 'modified', T: 'modified' };

/** The records of `--raw -z` output, two for each path. */
export function entriesOf(records: readonly RawPath[]): Entry[] {
  const entries: Entry[] = [];
  for (let at = 0; at + 1 < records.length; at += 2) {
    const [modeBefore = '', mode = '', objectBefore = '', object = '', letter = ''] = (records[at] ?? '')
      .slice(1)
      .split(' ');
    const status = STATUS[letter] ?? 'modified';
    entries.push({
      path: records[at + 1] ?? '',
      status,
      mode,
      object,
      before: { mode: modeBefore, object: objectBefore },
    });
  }
  return entries;
}

/** Trees never change: the latest question is asked again and again while work is looked at. */
let latest: { readonly question: string; readonly answer: readonly Entry[] } | null = null;

/** The paths that differ between two trees (or commits), in git's order. No process where they are the same. */
export function diffTrees(place: Pick<Place, 'top'>, from: string, to: string): readonly Entry[] {
  if (from === to) return [];
  const question = [place.top, from, to].join('\n');
  if (latest?.question !== question) {
    const diff = ['diff-tree', '-r', '-z', '--raw', '--no-renames', '--no-abbrev', from, to];
    latest = { question, answer: entriesOf(gitRecords(place.top, diff)) };
  }
  return latest.answer;
}

export function changeOf({ path, status }: Entry): Change {
  return { path: pathText(path), status };
}

/** Lines for `git update-index -z --index-info` that put the entries' new side into an index. */
export function indexInfo(entries: readonly Entry[]): Uint8Array {
  const lines = entries.map(({ mode, object, path }) => `${mode === '000000' ? '0' : mode} ${object}\t${path}\0`);
  return Buffer.from(lines.join(''), 'latin1');
}
