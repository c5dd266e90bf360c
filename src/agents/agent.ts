/** How an agent is driven: the one interface between a step and whatever does the work. One file per kind beside it. */
import type { Usage } from '../record/event.js';

/** What a step asks of an agent: one attempt. */
export interface AttemptRequest {
  readonly task: string;
  /** Absolute path of the start-time copy of the task file. */
  readonly taskFile: string;
  readonly prompt: string;
  /** Absolute path of a file that holds the prompt. */
  readonly promptFile: string;
  readonly rung: { readonly text: string; readonly model: string; readonly thinking: string };
  /** 1, 2, … within the step. */
  readonly attempt: number;
  /** Absolute path: the work tree in which the agent works. */
  readonly cwd: string;
  /** The user's environment, already less every variable of Make and ours. */
  readonly env: Readonly<Record<string, string>>;
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

/** How an attempt ended, before anything was inspected. `usage` and `model` where the agent told them. */
export type AttemptEnd = {
  readonly usage: Usage | null;
  readonly model: string | null;
  readonly durationMs: number;
} & (
  | { readonly end: 'verdict'; readonly verdict: Verdict }
  /** It ended by itself without a verdict that can be read; `reason` says how, `exitCode` null where a signal ended it. */
  | { readonly end: 'no-verdict'; readonly reason: string; readonly exitCode: number | null }
  | { readonly end: 'timeout'; readonly kind: 'wall' | 'silence'; readonly reason: string }
  | { readonly end: 'transient'; readonly reason: string; readonly retryAfterMs: number | null }
  /** The provider's usage limit; `resetsAt` in ms since the epoch where it was told. `account` shares one hold. */
  | { readonly end: 'limit'; readonly reason: string; readonly resetsAt: number | null; readonly account: string }
  | { readonly end: 'environment'; readonly reason: string; readonly remedy: string }
  | { readonly end: 'interrupted'; readonly reason: string }
);

export interface Agent {
  /** The name it has in the configuration. */
  readonly name: string;
  readonly kind: string;
  /** What would be executed for a rung, for `make plan`: one printable shell line, no prompt in it. */
  describe(rung: { readonly model: string; readonly thinking: string }): string;
  /** Why it cannot do such a rung, as what it could do instead; null where it can, as far as that is known for free. */
  refuses(rung: { readonly model: string; readonly thinking: string }): string | null;
  /** Never throws for anything that is the agent's or the world's fault: that is an `AttemptEnd`. */
  run(request: AttemptRequest): Promise<AttemptEnd>;
}
