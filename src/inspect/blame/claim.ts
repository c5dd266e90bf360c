/** What is asked about somebody else's work, what is known when it is asked, and what is answered. */
import { isAbsolute, normalize, relative } from 'node:path';
import type { Task } from '../../backlog/task.js';
import type { Receipt } from '../../record/receipt.js';
import type { LineCommit } from '../../workspace/line-commits.js';
import type { SnapshotFiles } from '../../workspace/snapshot-files.js';
import type { Blame } from '../inspection.js';
import type { SourceReport } from '../stubs/report.js';

/** What is said to be missing, and whose task that was. */
export interface Claim {
  /** A task's name as the agent wrote it. */
  readonly by: string | null;
  readonly symbol: string | null;
  /** Relative to the workspace's folder. */
  readonly file: string | null;
  readonly reason: string;
}

/** A task as far as it can owe something. */
export type Promiser = Pick<Task, 'name' | 'title' | 'body' | 'files' | 'provides'>;

/** What a task's receipt says, whether it still holds or not. */
export type Delivered = Pick<Receipt, 'state' | 'changed' | 'finished' | 'stubs'>;

/** A commit, by its abbreviated hash and its subject. */
export type CommitName = Pick<LineCommit, 'commit' | 'subject'>;

export interface BlameContext {
  /** The blocked task. */
  readonly task: string;
  /** All tasks that it builds on, directly or not, the nearest first. */
  readonly ancestors: readonly string[];
  /** Null where there is no such task (any more). */
  readonly promiser: (name: string) => Promiser | null;
  /** Null without a receipt that is believed; one made by hand says nothing. */
  readonly delivered: (name: string) => Delivered | null;
  /** Every stub that a receipt says was put off: `until` owes it, `leftBy` left it. */
  readonly putOff: () => readonly {
    readonly symbol: string;
    readonly file: string;
    readonly until: string;
    readonly leftBy: string;
  }[];
  /** Absolute path of the folder in which agents run, and how a path below it reads from the work tree's top. */
  readonly cwd: string;
  readonly inTop: (path: string) => string;
  /** The work tree as the step found it: what the blocked attempt itself left is evidence of nothing. */
  readonly files: SnapshotFiles;
  /** What reading a file by syntax tells. */
  readonly look: (file: string, source: Uint8Array) => Promise<SourceReport>;
  readonly isSource: (file: string) => boolean;
  /** Who wrote these lines of a file, the one with most of them first. */
  readonly linesOf: (file: string, from: number, to: number) => readonly LineCommit[];
  /** The commit that landed a task; null where none is known. */
  readonly landed: (name: string) => CommitName | null;
}

/** What is really missing, as the runner found it. */
export interface Lack {
  /** `unmet`: nothing says what of it is missing, only that it does not do what it should (a false precondition). */
  readonly kind: 'stub' | 'missing' | 'unmet';
  readonly symbol: string | null;
  readonly file: string | null;
  /** Of the stub; null where there is none. */
  readonly line: number | null;
  readonly endLine: number | null;
  /** What is the matter with it: `it is a stub (returns ERR(NOT_IMPLEMENTED))`. */
  readonly says: string;
}

export type Judgement =
  /** `deferred`: a person put the owner off, so that there is nothing to take back. */
  | { readonly believed: true; readonly blame: Blame; readonly deferred: boolean }
  /** `looked`: what was looked at, and what stood there. */
  | { readonly believed: false; readonly looked: string };

/** A path relative to the workspace's folder, without `./`; null where it leads out of it. */
export function pathInside(file: string, cwd: string): string | null {
  const written = file.trim();
  const path = normalize(isAbsolute(written) ? relative(cwd, written) : written).replace(/\/+$/, '');
  return written === '' || path === '' || path === '.' || path === '..' || path.startsWith('../') ? null : path;
}

/** Where it is, for people: `start in src/a.c:3`. */
export function placeOf({ symbol, file, line }: Pick<Lack, 'symbol' | 'file' | 'line'>): string {
  const place = file === null ? '' : `${file}${line === null ? '' : `:${line}`}`;
  if (symbol === null) return place;
  return place === '' ? symbol : `${symbol} in ${place}`;
}
