/**
 * What the scripted model says, one turn for each request of a client, in words that fit every protocol. What a tool is
 * called depends on who asks (`tools.ts`); what bytes a turn becomes, on the protocol (`anthropic.ts`, `responses.ts`).
 */

export type Turn = Answer | Status | Raw | Drop | Stall;

/** A whole answer of the model. */
export interface Answer {
  readonly kind: 'answer';
  readonly text: string;
  readonly calls: readonly Call[];
  /** The model will not do it. */
  readonly refused: boolean;
  /** Ended without saying why: no stop reason, no `response.completed`. */
  readonly unfinished: boolean;
  readonly usage: { readonly input: number; readonly output: number };
  readonly headers: Readonly<Record<string, string>>;
}

export type Call =
  | { readonly tool: 'shell'; readonly command: string }
  | { readonly tool: 'write'; readonly path: string; readonly text: string }
  /** The structured output, where the client offers a tool for it. */
  | { readonly tool: 'verdict'; readonly value: unknown }
  | { readonly tool: 'named'; readonly name: string; readonly input: unknown };

/** An HTTP error with a body in the form of the protocol, or with that body. */
export interface Status {
  readonly kind: 'status';
  readonly status: number;
  /** The error's `type`; what goes with the status by default. */
  readonly type: string | null;
  readonly message: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Added to the `error` object. */
  readonly more: Readonly<Record<string, unknown>>;
}

/** Bytes as they are. */
export interface Raw {
  readonly kind: 'raw';
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** The connection is cut: before anything was said, or in the middle of a streamed answer. */
export interface Drop {
  readonly kind: 'drop';
  readonly when: 'at-once' | 'mid-stream';
}

/** Nothing more comes, and the connection stays: before the headers, or in the middle of a streamed answer. */
export interface Stall {
  readonly kind: 'stall';
  readonly when: 'at-once' | 'mid-stream';
}

/** A turn, or what makes it when it is asked for, and how many requests get it. */
export interface Scripted {
  readonly turn: Turn | (() => Turn);
  readonly times: number;
}

const PLAIN: Omit<Answer, 'text' | 'calls'> = {
  kind: 'answer',
  refused: false,
  unfinished: false,
  usage: { input: 100, output: 20 },
  headers: {},
};

export const say = (text: string, more: Partial<Omit<Answer, 'kind' | 'text'>> = {}): Answer => ({
  ...PLAIN,
  calls: [],
  ...more,
  text,
});
export const calls = (...made: readonly Call[]): Answer => ({ ...PLAIN, text: '', calls: made });
export const shell = (command: string): Answer => calls({ tool: 'shell', command });
export const write = (path: string, text: string): Answer => calls({ tool: 'write', path, text });
/** The verdict, in the way this client takes it: by its tool for structured output, else as the answer's text. */
export const verdict = (value: unknown): Answer => calls({ tool: 'verdict', value });
export const refuse = (text = 'I cannot help with that.'): Answer => ({ ...say(text), refused: true });
export const unfinished = (text: string): Answer => ({ ...say(text), unfinished: true });

export const status = (code: number, more: Partial<Omit<Status, 'kind' | 'status'>> = {}): Status => ({
  kind: 'status',
  status: code,
  type: null,
  message: `scripted ${code}`,
  headers: {},
  more: {},
  ...more,
});

export const raw = (body: string, contentType = 'text/event-stream', code = 200): Raw => ({
  kind: 'raw',
  status: code,
  contentType,
  body,
});
export const drop = (when: Drop['when'] = 'mid-stream'): Drop => ({ kind: 'drop', when });
export const stall = (when: Stall['when'] = 'mid-stream'): Stall => ({ kind: 'stall', when });

/** The same for so many requests; for all that still come by default. */
export const often = (turn: Turn, times = Number.POSITIVE_INFINITY): Scripted => ({ turn, times });
/** One that depends on when it is said. */
export const whenAsked = (turn: () => Turn): Scripted => ({ turn, times: 1 });
