/** What reading one source file by syntax tells. This folder: stubs found by syntax (DESIGN "Stubs"). */

/** What a stub is; the words of the corpus that the detector is developed on. */
export type StubKind =
  | 'not-implemented'
  | 'todo-only'
  | 'placeholder-return'
  | 'empty-body'
  | 'skipped-test'
  | 'vacuous-test'
  | 'partial';

/**
 * `error`: certain, it says itself that it is none, or is a skipped or empty test. `warning`: looks like one, a
 * placeholder without a marker, or complete but for a branch.
 */
export type Severity = 'error' | 'warning';

export interface Stub {
  /** As given to the detector: relative to the work tree, with `/`. */
  readonly file: string;
  /** First and last line of its function, from 1, decorators and attributes included. */
  readonly line: number;
  readonly endLine: number;
  /** As the language writes it from the outside in: `Parser.next`, `openai_start_stream`; a test's title for tests. */
  readonly symbol: string;
  readonly kind: StubKind;
  readonly severity: Severity;
  /** One printable line: what makes it one, with the words found, for a person and for the next prompt. */
  readonly message: string;
  /** The reason of a `stepladder-ok: REASON` comment on it or above it; null without one. */
  readonly exempt: string | null;
  /** Of its function. */
  readonly body: string;
}

export interface SourceFunction {
  readonly symbol: string;
  readonly line: number;
  readonly endLine: number;
  /** It is a test of the framework that the file uses. */
  readonly test: boolean;
  /**
   * Hex hash of the body without comments and white space, independent of the function's name: equal for a function
   * that was renamed or moved. '' where there is no body.
   */
  readonly body: string;
}

export interface SourceReport {
  readonly file: string;
  /** `words`: no grammar reads it, or the parser failed; `none`: not looked into (binary, generated, no source file). */
  readonly read: 'syntax' | 'words' | 'none';
  /** Why it was not read by syntax; '' where it was. */
  readonly why: string;
  readonly functions: readonly SourceFunction[];
  readonly stubs: readonly Stub[];
}
