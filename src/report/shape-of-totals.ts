/** The part of report.json that is counted: how many, how long, how dear, and what was not paid. */

/**
 * Over the whole backlog on this branch. `done` to `pending` add up to `tasks`. Attempts, costs and escalations are those
 * of tasks that were removed or renamed as well.
 */
export interface Totals {
  readonly tasks: number;
  readonly done: number;
  readonly failed: number;
  readonly blocked: number;
  readonly deferred: number;
  /** For a person: questions, checkpoints, files to be mended or trusted. */
  readonly waiting: number;
  readonly interrupted: number;
  readonly running: number;
  readonly pending: number;
  /** Of the done ones: with nothing checked. */
  readonly unverified: number;
  /** Over done and failed tasks of which a time is known; the average cut off to the millisecond. */
  readonly time: { readonly totalMs: number; readonly averageMs: number; readonly tasks: number };
  readonly escalations: {
    readonly total: number;
    /** The most frequent first. */
    readonly transitions: readonly { readonly from: string; readonly to: string; readonly count: number }[];
  };
  /** The five slowest of the done and failed ones. */
  readonly slowest: readonly { readonly task: string; readonly durationMs: number; readonly escalations: number }[];
  readonly cost: Cost;
  /**
   * By group, as the backlog names them; tasks without one last, and behind them, with no tasks, what was spent on what
   * is `no longer in the backlog`. Every sum over them is the one above.
   */
  readonly byGroup: readonly GroupTotals[];
  readonly flaky: readonly { readonly check: string; readonly times: number; readonly tasks: readonly string[] }[];
  readonly notPaid: NotPaid;
}

/** The tasks of one group. */
export interface GroupTotals {
  /** Null: those that name none. */
  readonly group: string | null;
  readonly tasks: number;
  readonly done: number;
  /** As in `Totals`. */
  readonly time: Totals['time'];
  readonly attempts: number;
  readonly escalations: number;
  readonly usd: number | null;
}

/** Null: no agent told. Where some told and some did not, what was told is added up, and `untold` counts the others. */
export interface Cost {
  readonly usd: number | null;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  /** Attempts whose agent told no cost. */
  readonly untold: number;
  readonly byRung: readonly {
    readonly rung: string;
    readonly attempts: number;
    readonly durationMs: number;
    readonly usd: number | null;
    readonly inputTokens: number | null;
    readonly outputTokens: number | null;
  }[];
}

/** Attempts that a loop which sends every failure one rung up would have paid for. Counted in not-paid.ts. */
export interface NotPaid {
  readonly limits: Saved;
  readonly outages: Saved;
  readonly flakes: Saved;
  readonly questions: Saved;
  readonly blame: Saved;
  readonly earlyCutoff: Saved;
  readonly attempts: number;
  /** Where it happened: the counts above, task by task, in the order in which it first did. */
  readonly causes: readonly (Saved & { readonly kind: SavedKind; readonly task: string })[];
}

export type SavedKind = 'limits' | 'outages' | 'flakes' | 'questions' | 'blame' | 'earlyCutoff';

export interface Saved {
  /** How often it happened. */
  readonly times: number;
  /** The attempts that were not made because of it. */
  readonly attempts: number;
}
