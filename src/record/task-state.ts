/**
 * What a step needs of its own past, one small file each in `.stepladder/tasks/NAME/`, so that it never reads the
 * journal (DESIGN "Journal"). What cannot be read counts as absent: at worst something is tried once more.
 */
import { join } from 'node:path';
import { files } from './files.js';
import { inFlightMarker } from './in-flight.js';
import { statePaths } from './paths.js';
import type { ProcessId } from './process.js';
import { type Finding, type PathEntry, pathEntryShape } from './receipt.js';
import {
  amount,
  type Guard,
  has,
  listOf,
  mapOf,
  object,
  oneOf,
  optional,
  orNull,
  parseJson,
  text,
  truth,
} from './shape.js';
import { type Reverified, reverifiedShape } from './standing.js';

/** Where the work of a step that did not get done was kept. */
export interface Kept {
  readonly ref: string;
  readonly commit: string;
  readonly base: string | null;
}

/** A finding by what it is about: the line and the words move. */
export type Disputed = Pick<Finding, 'kind' | 'file' | 'symbol'>;

/** `failure.json`: the step ended without a receipt, and why. */
export interface FailureRecord {
  /** The same key again: the same attempt would be made on the same footing (DESIGN "A step"). */
  readonly key: string;
  readonly state: 'failed' | 'blocked' | 'question';
  readonly reason: string;
  /** The rung it stopped at; null where no agent was started. */
  readonly rung: string | null;
  readonly path: readonly PathEntry[];
  readonly failedChecks: readonly { readonly label: string; readonly run: string; readonly kind: string }[];
  /** The task it is blocked by, and the work id that one had then. */
  readonly by: string | null;
  readonly byWork: string | null;
  /** True where a precondition was false. */
  readonly precondition: boolean;
  /** What a believed `blocked` named. */
  readonly claim: {
    readonly owner: string;
    readonly evidence: string;
    readonly symbol: string | null;
    readonly file: string | null;
    readonly line: number | null;
    /** Absent where an older version wrote the record; `about`: see `Blame`. */
    readonly commit?: string | null | undefined;
    readonly about?: string | undefined;
  } | null;
  readonly question: string | null;
  readonly options: readonly string[];
  /** The findings that a person is asked about; absent where he is asked about none. */
  readonly disputed?: readonly Disputed[] | undefined;
  readonly kept: Kept | null;
  readonly reopened: number;
  /** ISO 8601. */
  readonly finished: string;
}

/** `attempt.json`: an attempt is under way, or was when its process died. */
export interface InFlight {
  readonly task: string;
  /** Carried by everything that the attempt started. */
  readonly mark: string;
  readonly runner: ProcessId;
  readonly run: string;
  readonly rung: string;
  readonly attempt: number;
  /** The workspace's snapshot before the step's first attempt. */
  readonly snapshot: { readonly head: string | null; readonly branch: string | null; readonly tree: string };
  /** ISO 8601. */
  readonly started: string;
  /** In a work tree of the step's own (`worktrees/`): what that was given beside the commit, relative to its top. Absent: in the person's. */
  readonly worktree?: readonly string[] | undefined;
  /** Of the task as the step works from it; absent where an older version wrote the record. */
  readonly fingerprint?: string | undefined;
  /** Its work is being moved onto another commit: what it was is kept, what the work tree holds is nothing whole. */
  readonly rebasing?: boolean | undefined;
}

/** `landing.json` (DESIGN "Landing"): the branch may have moved already, the receipt is not yet in place. */
export interface LandingRecord {
  readonly token: string;
  readonly commit: string;
  /** The receipt's text, byte for byte. */
  readonly receipt: string;
}

/** `retry.json`: what a person asked for by `stepladder retry`. */
export interface RetryRequest {
  readonly from: string | null;
  readonly hint: string | null;
  readonly fresh: boolean;
}

/** One entry of `evidence.json`: why the task was reopened, and by whom. */
export interface ReopenEvidence {
  /** The task that found it unfinished, or `` for a person. */
  readonly by: string;
  readonly evidence: string;
  readonly symbol: string | null;
  readonly file: string | null;
  readonly line: number | null;
  /** That left it, abbreviated; absent where an older version wrote the entry. */
  readonly commit?: string | null | undefined;
  /** ISO 8601. */
  readonly time: string;
}

/**
 * `seen.json`: texts by which the task was found to be done. As long as each is the same to the letter, it still is, and
 * nothing has to be parsed or hashed to know it.
 */
export interface Seen {
  /** Of the task file. */
  readonly task: string;
  readonly receipt: string;
  /** Of `reverified.json`; null where there is none. */
  readonly reverified: string | null;
  /** Of each dependency's receipt, by name. */
  readonly inputs: Readonly<Record<string, string>>;
}

/** `last.json`: the latest receipt the task had here, whatever became of it since. */
export interface LastDone {
  readonly fingerprint: string;
  readonly rung: string | null;
  readonly reopened: number;
  /** It was removed by hand, and the work it certified is still in the tree. */
  readonly workStands: boolean;
}

const keptShape = object<Kept>({ ref: text, commit: text, base: orNull(text) });

export const failureShape = object<FailureRecord>({
  key: text,
  state: oneOf('failed', 'blocked', 'question'),
  reason: text,
  rung: orNull(text),
  path: listOf(pathEntryShape),
  failedChecks: listOf(object<FailureRecord['failedChecks'][number]>({ label: text, run: text, kind: text })),
  by: orNull(text),
  byWork: orNull(text),
  precondition: truth,
  claim: orNull(
    object<NonNullable<FailureRecord['claim']>>({
      owner: text,
      evidence: text,
      symbol: orNull(text),
      file: orNull(text),
      line: orNull(amount),
      commit: optional(orNull(text)),
      about: optional(text),
    }),
  ),
  question: orNull(text),
  options: listOf(text),
  disputed: optional(listOf(object<Disputed>({ kind: text, file: text, symbol: orNull(text) }))),
  kept: orNull(keptShape),
  reopened: amount,
  finished: text,
});

const inFlightShape = object<InFlight>({
  task: text,
  mark: text,
  runner: object<ProcessId>({ host: text, bootId: text, pid: amount, startTime: text }),
  run: text,
  rung: text,
  attempt: amount,
  snapshot: object<InFlight['snapshot']>({ head: orNull(text), branch: orNull(text), tree: text }),
  started: text,
  worktree: optional(listOf(text)),
  fingerprint: optional(text),
  rebasing: optional(truth),
});

const lastShape = object<LastDone>({ fingerprint: text, rung: orNull(text), reopened: amount, workStands: truth });
const landingShape = object<LandingRecord>({ token: text, commit: text, receipt: text });
const retryShape = object<RetryRequest>({ from: orNull(text), hint: orNull(text), fresh: truth });
export const evidenceShape = object<ReopenEvidence>({
  by: text,
  evidence: text,
  symbol: orNull(text),
  file: orNull(text),
  line: orNull(amount),
  commit: optional(orNull(text)),
  time: text,
});
const seenShape = object<Seen>({ task: text, receipt: text, reverified: orNull(text), inputs: mapOf(text) });

/** What is on record of one task. Every `read…` gives null for absent, every `write…` is durable, unless it says so. */
export interface TaskState {
  /** The task's folder, absolute if the root is. */
  readonly folder: string;
  readFailure(): FailureRecord | null;
  writeFailure(record: FailureRecord): void;
  clearFailure(): void;
  readInFlight(): InFlight | null;
  writeInFlight(record: InFlight): void;
  clearInFlight(): void;
  readLanding(): LandingRecord | null;
  writeLanding(record: LandingRecord): void;
  clearLanding(): void;
  readReverified(): Reverified | null;
  writeReverified(record: Reverified): void;
  clearReverified(): void;
  readRetry(): RetryRequest | null;
  writeRetry(record: RetryRequest): void;
  clearRetry(): void;
  /** Oldest first; none where it was never reopened. */
  readEvidence(): readonly ReopenEvidence[];
  addEvidence(entry: ReopenEvidence): void;
  clearEvidence(): void;
  readLast(): LastDone | null;
  writeLast(record: LastDone): void;
  /** The text of `reverified.json`, for `Seen`. */
  reverifiedText(): string | null;
  readSeen(): Seen | null;
  /** Not fsynced: it only spares work. */
  writeSeen(record: Seen): void;
}

/** The record of one task. Touches nothing by itself. */
export function taskState(root: string, name: string): TaskState {
  const paths = statePaths(root);
  const folder = paths.task(name);
  const markerOf = (): string => inFlightMarker(root, name);
  const at = (file: string): string => join(folder, file);
  const read = <T>(file: string, shape: Guard<T>): T | null => {
    const source = files.readText(at(file));
    const value = source === null ? undefined : parseJson(source);
    return has(shape, value) ? value : null;
  };
  const write = (file: string, value: unknown): void =>
    files.writeDurably(at(file), `${JSON.stringify(value, null, 2)}\n`);
  const clear = (file: string): void => {
    files.remove(at(file));
  };
  // The marker is there before the record and goes after it: whoever looks for records at a start reads the markers
  // alone, instead of ten thousand folders. One without a record does no harm.
  const writeMarked = (file: string, value: unknown): void => {
    const marker = markerOf();
    if (!files.exists(marker)) files.writeDurably(marker, name);
    write(file, value);
  };
  const clearMarked = (file: string, other: string): void => {
    clear(file);
    if (!files.exists(at(other))) files.remove(markerOf());
  };
  const readEvidence = (): readonly ReopenEvidence[] => read('evidence.json', listOf(evidenceShape)) ?? [];

  return {
    folder,
    readFailure: () => read('failure.json', failureShape),
    writeFailure: (record) => write('failure.json', record),
    clearFailure: () => clear('failure.json'),
    readInFlight: () => read('attempt.json', inFlightShape),
    writeInFlight: (record) => writeMarked('attempt.json', record),
    clearInFlight: () => clearMarked('attempt.json', 'landing.json'),
    readLanding: () => read('landing.json', landingShape),
    writeLanding: (record) => writeMarked('landing.json', record),
    clearLanding: () => clearMarked('landing.json', 'attempt.json'),
    readReverified: () => read('reverified.json', reverifiedShape),
    writeReverified: (record) => write('reverified.json', record),
    clearReverified: () => clear('reverified.json'),
    readRetry: () => read('retry.json', retryShape),
    writeRetry: (record) => write('retry.json', record),
    clearRetry: () => clear('retry.json'),
    readEvidence,
    addEvidence: (entry) => write('evidence.json', [...readEvidence(), entry]),
    clearEvidence: () => clear('evidence.json'),
    readLast: () => read('last.json', lastShape),
    writeLast: (record) => write('last.json', record),
    reverifiedText: () => files.readText(at('reverified.json')),
    readSeen: () => read('seen.json', seenShape),
    writeSeen: (record) => {
      files.writeIfChanged(at('seen.json'), `${JSON.stringify(record)}\n`);
    },
  };
}
