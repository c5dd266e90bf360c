/**
 * What the machine state of all tasks held when an attempt began (`.stepladder/tasks/`), so that it can be put back. As
 * in backlog-record.ts git does it, so that what did not change by stat is not read; but the index is held in memory:
 * nothing an attempt can reach says what was there.
 */
import { createHash } from 'node:crypto';
import { copyFileSync, lstatSync, mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf } from '../../record/files.js';
import { gitRecords, pathText, type RawPath, rawPath } from '../../workspace/git.js';
import { indexFolder, withScratch } from '../../workspace/scratch.js';
import type { Place } from '../../workspace/workspace.js';
import { AS_IT_IS, blobText, followFiles, identity } from './backlog-record.js';

/** What decides whether a task is done or paid for; kept, so that it can be put back. */
const KEPT = ['landing', 'reverified', 'last', 'evidence', 'reopenings', 'failure', 'attempt', 'retry'].map(
  (name) => `${name}.json`,
);
/** Only spares work, and is forgotten where it changed. */
const FORGOTTEN = 'seen.json';

/** A file of some task's state that is not as it was; relative to the folder. */
export interface StateChange {
  readonly path: string;
  /** What it held; null where there was none, undefined where that cannot be known any more. */
  readonly before: string | null | undefined;
}

/** No task's name begins with `_`: what is kept for people lies in such folders. */
const ONLY_OURS = ':(exclude,glob)**/_*/**';

const glob = (name: string): string => `:(glob)**/${name}`;

export class StateRecord {
  readonly #place: Pick<Place, 'root' | 'gitDir'>;
  readonly #folder: string;
  readonly #index: string;
  /** The index as it was when the state was noted, and when that was (ms since the epoch). */
  #noted: { readonly bytes: Buffer; readonly mtimeMs: number; readonly identity: string | null } | null = null;

  /** @param folder absolute path, links resolved */
  constructor(place: Pick<Place, 'root' | 'gitDir'>, folder: string) {
    this.#place = place;
    this.#folder = folder;
    const name = createHash('sha256').update(folder).digest('hex').slice(0, 16);
    this.#index = join(indexFolder(place), `state-${name}`);
  }

  #args(...args: string[]): string[] {
    return [...AS_IT_IS, `--git-dir=${this.#place.gitDir}`, `--work-tree=${this.#folder}`, ...args];
  }

  /** Notes what there is. One git process, two where something changed since it was last noted. */
  note(): void {
    mkdirSync(this.#folder, { recursive: true });
    withScratch(this.#place, (own) => {
      this.#begin(own);
      const stale = this.#differing(own, [...KEPT, FORGOTTEN]);
      const isForgotten = (path: RawPath): boolean => pathText(path).endsWith(FORGOTTEN);
      this.#update(
        own,
        stale.filter((path) => !isForgotten(path)),
        [],
      );
      this.#update(own, stale.filter(isForgotten), ['--info-only']);
      if (stale.length > 0) copyFileSync(own, this.#index);
      const stat = lstatSync(own, { throwIfNoEntry: false });
      this.#noted =
        stat === undefined
          ? null
          : { bytes: readFileSync(own), mtimeMs: stat.mtimeMs, identity: identity(this.#index) };
    });
  }

  #begin(own: string): void {
    try {
      // Of another process, or meddled with since: an index remembers only what was read, so all of it is read anew.
      if (this.#noted !== null && this.#noted.identity !== identity(this.#index)) return;
      copyFileSync(this.#index, own);
      older(own, lstatSync(this.#index).mtimeMs);
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error;
    }
  }

  #differing(index: string, names: readonly string[]): RawPath[] {
    const list = this.#args('ls-files', '-z', '--modified', '--others', '--', ...names.map(glob), ONLY_OURS);
    return [...new Set(gitRecords(this.#folder, list, { index }))];
  }

  #update(index: string, paths: readonly RawPath[], options: readonly string[]): void {
    followFiles(this.#folder, this.#args(), index, paths, options);
  }

  /** What is not as it was noted. One git process where all is. */
  changes(): StateChange[] {
    const noted = this.#noted;
    mkdirSync(this.#folder, { recursive: true });
    // Whoever begins anew must not believe it.
    if (identity(this.#index) !== (noted?.identity ?? null)) rmSync(this.#index, { force: true });
    return withScratch(this.#place, (own) => {
      if (noted !== null) {
        writeFileSync(own, noted.bytes);
        older(own, noted.mtimeMs);
      }
      const differing = this.#differing(own, [...KEPT, FORGOTTEN]);
      if (differing.length === 0) return [];
      const objects = new Map<RawPath, string>();
      for (const record of noted === null
        ? []
        : gitRecords(this.#folder, this.#args('ls-files', '-z', '--stage'), { index: own })) {
        const tab = record.indexOf('\t');
        objects.set(record.slice(tab + 1), record.split(' ')[1] ?? '');
      }
      return differing.map((path) => {
        const object = objects.get(rawPath(pathText(path)));
        if (object === undefined || pathText(path).endsWith(FORGOTTEN)) return { path: pathText(path), before: null };
        return { path: pathText(path), before: blobText(this.#folder, this.#args(), object) ?? undefined };
      });
    });
  }
}

/** git reads a file again that may have changed within the tick in which the index was written. */
function older(index: string, mtimeMs: number): void {
  const seconds = Math.floor(mtimeMs - 1) / 1000;
  utimesSync(index, seconds, seconds);
}
