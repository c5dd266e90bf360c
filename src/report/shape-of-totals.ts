/** The part of report.json that is counted: how many, how long, how dear, and what was not paid. */

/** Over the whole backlog on this branch. `done` to `pending` add up to `tasks`. */
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
  readonly flaky: readonly { readonly check: string; readonly times: number; readonly tasks: readonly string[] }[];
  readonly notPaid: NotPaid;
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
}

export interface Saved {
  /** How often it happened. */
  readonly times: number;
  /** The attempts that were not made because of it. */
  readonly attempts: number;
}
