/** The shapes of the backlog: what a task file says, once it has been read. This folder: what there is to do. */

/** One item of `## Preconditions` or `## Postconditions` (DESIGN "A task file"). */
export type Condition =
  /** `` `make check` passes ``: run by the runner, must exit 0. */
  | { readonly kind: 'command'; readonly command: string; readonly text: string }
  /** A fenced `sh` block, run as one script, must exit 0. */
  | { readonly kind: 'script'; readonly command: string; readonly text: string }
  /** `` `path` exists ``, relative to the workspace. */
  | { readonly kind: 'exists'; readonly path: string; readonly text: string }
  /** Nothing beyond the commit to be made. */
  | { readonly kind: 'clean'; readonly text: string }
  /** Prose: the agent's claim, never verified, listed as such. */
  | { readonly kind: 'claim'; readonly text: string };

export interface OwedStub {
  readonly symbol: string;
  /** Name of the task that removes it. */
  readonly until: string;
}

export interface Task {
  /** Path below the tasks folder without `.md`, with `/`; each segment `[A-Za-z0-9][A-Za-z0-9._-]*`. */
  readonly name: string;
  /** The task file, relative to the project's root, with `/`. */
  readonly file: string;
  readonly title: string;
  /** The whole text below the header, as written. */
  readonly body: string;
  /** Names, resolved, in the order written, without repeats. */
  readonly depends: readonly string[];
  /** As written, remark peeled off; null where the task names none. Checked against the ladder by `loadBacklog`. */
  readonly rung: string | null;
  readonly maxRung: string | null;
  readonly group: string | null;
  readonly layer: string | null;
  readonly priority: number;
  readonly files: readonly string[];
  readonly provides: readonly string[];
  readonly verify: readonly string[];
  readonly mends: readonly string[];
  readonly stubs: readonly OwedStub[];
  readonly checkpoint: boolean;
  /** `changes: none`: an unchanged tree is not a failure. */
  readonly changesNone: boolean;
  readonly agent: string | null;
  readonly timeoutMs: number | null;
  readonly isolation: 'auto' | 'in-place' | 'worktree' | null;
  readonly preconditions: readonly Condition[];
  readonly postconditions: readonly Condition[];
  /** Text of `## Decisions`, or ''. */
  readonly decisions: string;
  /** `1:sha256:…` of what the task means (DESIGN "Fingerprint"). */
  readonly fingerprint: string;
  /**
   * Hex hash of what has to be *worked* for: title, body, provides, files, stubs; of the condition sections only what
   * nobody can run. Same essence, other fingerprint = only `depends`, `verify` or executable conditions changed: the
   * step verifies first.
   */
  readonly essence: string;
}
