/** The journal's events (DESIGN "Journal"): one documented shape per thing that can happen. */
import {
  amount,
  type Guard,
  has,
  isRecord,
  listOf,
  object,
  oneOf,
  optional,
  orNull,
  parseJson,
  text,
  truth,
} from './shape.js';

export const OUTCOMES = [
  'done',
  'failed',
  'blocked',
  'question',
  'timeout',
  'transient',
  'limit',
  'environment',
  'interrupted',
] as const;

/** How an attempt ended (DESIGN, the table of outcomes). */
export type OutcomeName = (typeof OUTCOMES)[number];

/** What an agent said it used; absent numbers were not reported. */
export interface Usage {
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  readonly costUsd?: number;
}

export const usageShape: Guard<Usage> = object<Usage>({
  inputTokens: optional(amount),
  outputTokens: optional(amount),
  costUsd: optional(amount),
});

export const STEP_STATES = ['done', 'failed', 'blocked', 'question', 'interrupted'] as const;
export type StepState = (typeof STEP_STATES)[number];

export type EventBody =
  | { readonly type: 'run-started'; readonly pending: number; readonly done: number }
  | { readonly type: 'step-started'; readonly task: string; readonly rung: string }
  | {
      readonly type: 'attempt-started';
      readonly task: string;
      readonly attempt: number;
      readonly rung: string;
      readonly agent: string;
      readonly repair: boolean;
    }
  | {
      readonly type: 'attempt-finished';
      readonly task: string;
      readonly attempt: number;
      readonly rung: string;
      readonly outcome: OutcomeName;
      readonly reason: string;
      readonly durationMs: number;
      readonly usage: Usage | null;
      /** That answered, where the agent told it; absent where an older version wrote the event. */
      readonly model?: string | null | undefined;
    }
  | {
      readonly type: 'escalated';
      readonly task: string;
      readonly from: string;
      readonly to: string;
      readonly reason: string;
    }
  | {
      readonly type: 'retried';
      readonly task: string;
      readonly rung: string;
      readonly waitMs: number;
      readonly reason: string;
    }
  | {
      readonly type: 'checked';
      readonly task: string;
      readonly check: string;
      readonly ok: boolean;
      readonly flaky: boolean;
      readonly cached: boolean;
      readonly durationMs: number;
    }
  | {
      readonly type: 'finding';
      readonly task: string;
      readonly kind: string;
      readonly file: string;
      readonly line: number | null;
      readonly symbol: string | null;
      readonly message: string;
      /** Whether it blocks; absent where an older version wrote the event. */
      readonly severity?: 'error' | 'warning' | undefined;
    }
  | { readonly type: 'blocked'; readonly task: string; readonly by: string | null; readonly reason: string }
  | { readonly type: 'question'; readonly task: string; readonly question: string; readonly options: readonly string[] }
  /** The task's receipt was withdrawn. `by`: the task that found it unfinished, or '' for a person. */
  | {
      readonly type: 'reopened';
      readonly task: string;
      readonly by: string;
      readonly evidence: string;
      /** What is missing, where it is, and the commit that left it so (abbreviated), as far as they are known. */
      readonly symbol?: string | null | undefined;
      readonly file?: string | null | undefined;
      readonly line?: number | null | undefined;
      readonly commit?: string | null | undefined;
    }
  /** The task's receipt still holds after its inputs or conditions changed: checked again, nothing paid. */
  | { readonly type: 'verified'; readonly task: string; readonly because: string; readonly durationMs: number }
  | {
      readonly type: 'step-finished';
      readonly task: string;
      readonly state: StepState;
      readonly rung: string | null;
      readonly attempts: number;
      readonly durationMs: number;
      readonly reason: string;
    }
  | { readonly type: 'halted'; readonly reason: string }
  | {
      readonly type: 'run-finished';
      readonly done: number;
      readonly failed: number;
      readonly blocked: number;
      readonly pending: number;
      /** Absent where an older version wrote the event. */
      readonly waiting?: number | undefined;
      readonly interrupted?: number | undefined;
      readonly deferred?: number | undefined;
    };

export type JournalEvent = EventBody & {
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly run: string;
  readonly branch: string;
};

const at = { time: text, run: text, branch: text };

/** One guard for each type of event: the compiler sees to it that none is forgotten. */
const EVENT_SHAPES: { readonly [T in EventBody['type']]: Guard<Extract<JournalEvent, { type: T }>> } = {
  'run-started': object({ ...at, type: oneOf('run-started'), pending: amount, done: amount }),
  'step-started': object({ ...at, type: oneOf('step-started'), task: text, rung: text }),
  'attempt-started': object({
    ...at,
    type: oneOf('attempt-started'),
    task: text,
    attempt: amount,
    rung: text,
    agent: text,
    repair: truth,
  }),
  'attempt-finished': object({
    ...at,
    type: oneOf('attempt-finished'),
    task: text,
    attempt: amount,
    rung: text,
    outcome: oneOf(...OUTCOMES),
    reason: text,
    durationMs: amount,
    usage: orNull(usageShape),
    model: optional(orNull(text)),
  }),
  escalated: object({ ...at, type: oneOf('escalated'), task: text, from: text, to: text, reason: text }),
  retried: object({ ...at, type: oneOf('retried'), task: text, rung: text, waitMs: amount, reason: text }),
  checked: object({
    ...at,
    type: oneOf('checked'),
    task: text,
    check: text,
    ok: truth,
    flaky: truth,
    cached: truth,
    durationMs: amount,
  }),
  finding: object({
    ...at,
    type: oneOf('finding'),
    task: text,
    kind: text,
    file: text,
    line: orNull(amount),
    symbol: orNull(text),
    message: text,
    severity: optional(oneOf('error', 'warning')),
  }),
  blocked: object({ ...at, type: oneOf('blocked'), task: text, by: orNull(text), reason: text }),
  question: object({ ...at, type: oneOf('question'), task: text, question: text, options: listOf(text) }),
  reopened: object({
    ...at,
    type: oneOf('reopened'),
    task: text,
    by: text,
    evidence: text,
    symbol: optional(orNull(text)),
    file: optional(orNull(text)),
    line: optional(orNull(amount)),
    commit: optional(orNull(text)),
  }),
  verified: object({ ...at, type: oneOf('verified'), task: text, because: text, durationMs: amount }),
  'step-finished': object({
    ...at,
    type: oneOf('step-finished'),
    task: text,
    state: oneOf(...STEP_STATES),
    rung: orNull(text),
    attempts: amount,
    durationMs: amount,
    reason: text,
  }),
  halted: object({ ...at, type: oneOf('halted'), reason: text }),
  'run-finished': object({
    ...at,
    type: oneOf('run-finished'),
    done: amount,
    failed: amount,
    blocked: amount,
    pending: amount,
    waiting: optional(amount),
    interrupted: optional(amount),
    deferred: optional(amount),
  }),
};

/**
 * A line of the journal: the event, `unknown` where it is one that this version does not know or that lacks something,
 * null where it is no JSON object at all.
 */
export function readEvent(line: string): JournalEvent | 'unknown' | null {
  const value = parseJson(line);
  if (!isRecord(value)) return null;
  const type = value.type;
  if (typeof type !== 'string' || !Object.hasOwn(EVENT_SHAPES, type)) return 'unknown';
  const shape: Guard<JournalEvent> = EVENT_SHAPES[type as EventBody['type']];
  return has(shape, value) ? value : 'unknown';
}
