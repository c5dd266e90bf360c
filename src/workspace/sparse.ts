/**
 * A checkout of a part of the tree (`git sparse-checkout`). What lies beyond it is not in the work tree and not gone: an
 * index alone says so, path by path, and only as long as it is not read anew from the files.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { asInput, askGit, type GitAnswer, git, gitRecords, type RawPath } from './git.js';
import type { Place } from './workspace.js';

/** What git before 2.34 ends with, which knows no `--sparse`: nor does it need to be told. */
const WRONG_USAGE = 129;

export class Sparse {
  readonly #place: Pick<Place, 'top' | 'gitDir'>;
  /** What lay beyond it when this process first looked; null before it did. As `git ls-files --stage` gives them. */
  #beyond: readonly RawPath[] | null = null;

  constructor(place: Pick<Place, 'top' | 'gitDir'>) {
    this.#place = place;
  }

  #isSparse(): boolean {
    return (this.#beyond ?? []).length > 0 || existsSync(join(this.#place.gitDir, 'info', 'sparse-checkout'));
  }

  /** Everything that is in the work tree, wherever it is, is put into an index of ours; exit code 1 is an answer. */
  addAll(index: string, pathspecs: readonly string[]): GitAnswer {
    const { top } = this.#place;
    const add = (...flags: string[]): readonly string[] => [
      'add',
      '-A',
      '--ignore-errors',
      ...flags,
      '--',
      ...pathspecs,
    ];
    if (!this.#isSparse()) return askGit(top, add(), { index, accept: [1] });
    // Told that it is none any more, git would not look at the files which that has brought back.
    const options = { index, settings: ['core.sparseCheckout=true'], accept: [1, WRONG_USAGE] };
    const answer = askGit(top, add('--sparse'), options);
    return answer.code === WRONG_USAGE ? askGit(top, add(), { ...options, accept: [1] }) : answer;
  }

  /** Remembers what lies beyond, the first time. One git process; none where nothing is sparse. */
  remember(index: string): void {
    if (this.#beyond !== null) return;
    const list = ['ls-files', '--stage', '-t', '-z'];
    const records = this.#isSparse() && existsSync(index) ? gitRecords(this.#place.top, list, { index }) : [];
    this.#beyond = records.filter((record) => record.startsWith('S ')).map((record) => record.slice(2));
  }

  /** Puts what lay beyond into an index that is made anew: else all of it would look deleted. */
  bringBack(index: string): void {
    const beyond = this.#beyond ?? [];
    if (beyond.length === 0) return;
    const { top } = this.#place;
    git(top, ['update-index', '-z', '--index-info'], { index, input: asInput(beyond) });
    const paths = asInput(beyond.map((record) => record.slice(record.indexOf('\t') + 1)));
    git(top, ['update-index', '--skip-worktree', '-z', '--stdin'], { index, input: paths });
  }
}
