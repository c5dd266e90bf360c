/** The part of report.json that is drawn: the backlog as a graph, and what was attempted when. */
import type { OutcomeName } from '../record/event.js';
import type { PathEntry } from '../record/receipt.js';
import type { TaskState } from './shape.js';

/** A task as a node of the backlog's graph; also one whose file cannot be read, of which only the name is known. */
export interface BacklogTask {
  readonly task: string;
  readonly title: string;
  readonly file: string;
  readonly group: string | null;
  readonly layer: string | null;
  readonly state: TaskState;
  /** Done, and nothing was checked: never to be shown as a plain tick. */
  readonly unverified: boolean;
  readonly depends: readonly string[];
  /** Attempts that only a receipt from elsewhere tells of, and no timeline here; absent where there are none. */
  readonly elsewhere?: readonly PathEntry[];
}

/** What the journal tells of this branch, in the order of time; empty in a clone. */
export interface Timeline {
  /** Attempts that ended, by their end. */
  readonly attempts: readonly TimelineAttempt[];
  readonly escalations: readonly {
    readonly task: string;
    readonly from: string;
    readonly to: string;
    readonly time: string;
  }[];
}

export interface TimelineAttempt {
  readonly task: string;
  readonly run: string;
  /** 1, 2, … within its step. */
  readonly attempt: number;
  readonly rung: string;
  /** Null where its start is not on record. */
  readonly agent: string | null;
  readonly repair: boolean;
  /** When it started, and when it had been inspected. */
  readonly started: string;
  readonly finished: string;
  /** Of its agent alone. */
  readonly durationMs: number;
  readonly outcome: OutcomeName;
  readonly reason: string;
  readonly costUsd: number | null;
  /**
   * Where its prompt and transcript lie: this path, with `.prompt.md` and `.log` put to it, from the project's folder.
   * Null where a later attempt has taken the place.
   */
  readonly record: string | null;
}
