/** How an agent is driven: the one interface between a step and whatever does the work. One file per kind beside it. */
import type { Usage } from '../record/event.js';
import type { Account } from '../record/holds.js';

/** A session that an attempt goes on in. */
export interface Resumed {
  readonly session: string;
  /** What is said there instead of the prompt. */
  readonly prompt: string;
  /** As its last attempt ended with it (`AttemptEnd`). */
  readonly sessionUsage: Usage | null;
}

/** What a step asks of an agent: one attempt. */
export interface AttemptRequest {
  readonly task: string;
  /** Absolute path of the start-time copy of the task file. */
  readonly taskFile: string;
  readonly prompt: string;
  /** The session to go on in; null: a new one. */
  readonly resume: Resumed | null;
  /** Absolute path of a file that holds the prompt. */
  readonly promptFile: string;
  readonly rung: { readonly text: string; readonly model: string; readonly thinking: string };
  /** 1, 2, … within the step. */
  readonly attempt: number;
  /** Absolute path: the work tree in which the agent works. */
  readonly cwd: string;
  /** The user's environment, already less every variable of Make and ours. */
  readonly env: Readonly<Record<string, string>>;
  /** Environments beside the attempt's own whose secrets it may come to know: they are hidden too. */
  readonly secrets: readonly Readonly<Record<string, string>>[];
  /** Unique; put into the agent's environment as STEPLADDER_MARK, so that everything it starts can be found again. */
  readonly mark: string;
  /** Absolute path of the transcript to write (standard output and error as they came). */
  readonly transcript: string;
  readonly timeoutMs: number;
  readonly idleTimeoutMs: number;
  /** Aborted by the runner on Ctrl-C, SIGTERM, SIGHUP: the agent and all it started must be gone when `run` returns. */
  readonly signal: AbortSignal;
  /** Called with a short printable line whenever the agent visibly does something. */
  readonly onActivity: (line: string) => void;
  /** Called once, as soon as it is known that the provider lets the agent through. */
  readonly onAnswer: () => void;
  /** Dollars that the attempt may cost, for agents that can keep to it themselves; null: no such limit. */
  readonly allowanceUsd: number | null;
  /** Asked whenever more was used: why the attempt is to be ended for it; null: go on. */
  readonly overspent: (usage: Usage) => string | null;
}

/** The agent's last word (DESIGN "Verdict"), checked for shape. */
export type Verdict =
  | { readonly kind: 'ok'; readonly deferredStubs: readonly { symbol: string; file: string; until: string }[] }
  | {
      readonly kind: 'failed';
      readonly reason: string;
      readonly blockedBy: string | null;
      readonly symbol: string | null;
      readonly file: string | null;
    }
  | { readonly kind: 'question'; readonly question: string; readonly options: readonly string[] };

/** How an attempt ended, before anything was inspected. `usage` (its own) and `model` where the agent told them. */
export type AttemptEnd = {
  readonly usage: Usage | null;
  readonly model: string | null;
  /** In which a later attempt could go on; null where there is no such thing. */
  readonly session: string | null;
  /** Of what the program counts over its whole session, where that stands now; null where it counts nothing so. */
  readonly sessionUsage: Usage | null;
  readonly durationMs: number;
} & (
  | { readonly end: 'verdict'; readonly verdict: Verdict }
  /** It ended by itself without a verdict that can be read; `reason` says how, `exitCode` null where a signal ended it. */
  | { readonly end: 'no-verdict'; readonly reason: string; readonly exitCode: number | null }
  | { readonly end: 'timeout'; readonly kind: 'wall' | 'silence'; readonly reason: string }
  | { readonly end: 'transient'; readonly reason: string; readonly retryAfterMs: number | null }
  /** The provider's usage limit; `resetsAt` in ms since the epoch where it was told. */
  | { readonly end: 'limit'; readonly reason: string; readonly resetsAt: number | null }
  /** What it may spend is spent. */
  | { readonly end: 'budget'; readonly reason: string }
  | { readonly end: 'environment'; readonly reason: string; readonly remedy: string }
  | { readonly end: 'interrupted'; readonly reason: string }
);

export interface Agent {
  /** The name it has in the configuration. */
  readonly name: string;
  readonly kind: string;
  /** What would be executed for a rung, for `make plan`: one printable shell line, no prompt in it. */
  describe(rung: { readonly model: string; readonly thinking: string }): string;
  /** Whose limits it meets. @param env the environment of `AttemptRequest` */
  account(env: Readonly<Record<string, string>>, model: string): Account;
  /** Whether it ever tells what it cost; null where only it knows. */
  readonly tellsCost: boolean | null;
  /** Why it cannot do such a rung, as what it could do instead; null where it can, as far as that is known for free. */
  refuses(rung: { readonly model: string; readonly thinking: string }): string | null;
  /** Never throws for anything that is the agent's or the world's fault: that is an `AttemptEnd`. */
  run(request: AttemptRequest): Promise<AttemptEnd>;
}
