/**
 * One task file, read by itself: plain JSON, so that the generator can keep it and need not read an unchanged file
 * again. What depends on other files (names, cycles, the ladder) is looked at afterwards, by load.ts.
 */
import type { Diagnostic } from '../diagnostic.js';
import type { Field } from './fields.js';
import type { Span } from './markdown.js';
import type { Task } from './task.js';

/** A name of another task as it is written, `.md` and decoration peeled off. */
export interface TaskRef extends Span {
  readonly text: string;
  /** `1-7`: a range, unless a task has exactly that name. */
  readonly range?: true;
}

/** What a header may set; what it leaves out is absent, and is filled in by `HEADER_DEFAULTS`. */
export type HeaderValues = Pick<
  Task,
  | 'title'
  | 'rung'
  | 'maxRung'
  | 'group'
  | 'layer'
  | 'priority'
  | 'files'
  | 'provides'
  | 'verify'
  | 'mends'
  | 'checkpoint'
  | 'changesNone'
  | 'agent'
  | 'timeoutMs'
  | 'isolation'
>;

export const HEADER_DEFAULTS: Omit<HeaderValues, 'title'> = {
  rung: null,
  maxRung: null,
  group: null,
  layer: null,
  priority: 0,
  files: [],
  provides: [],
  verify: [],
  mends: [],
  checkpoint: false,
  changesNone: false,
  agent: null,
  timeoutMs: null,
  isolation: null,
};

/** A task whose `depends` are names as written, not yet looked up. */
export interface UnresolvedTask {
  readonly header: Partial<HeaderValues> & Pick<HeaderValues, 'title'>;
  readonly depends: readonly TaskRef[];
  readonly stubs: readonly { readonly symbol: string; readonly until: TaskRef; readonly at: Span }[];
  /** Where the values stand that are checked against the configuration. */
  readonly places: Partial<Record<Field, Span>>;
  /** Hash of the normalised body. */
  readonly body: string;
  /** See `Task.essence`. */
  readonly essence: string;
}

export interface ParsedFile {
  /** Null where the file is a draft, or too broken to be a task. */
  readonly task: UnresolvedTask | null;
  /** `draft: true`: no task, and no error. */
  readonly draft?: true;
  readonly diagnostics: readonly Diagnostic[];
  /** What the names meant when they were last looked up, and the fingerprint that follows: spares hashing it again. */
  readonly resolved?: { readonly depends: readonly string[]; readonly fingerprint: string };
}
