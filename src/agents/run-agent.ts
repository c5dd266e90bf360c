/**
 * One attempt of any agent that is a program: run in the workspace, listened to line by line, its transcript kept,
 * ended when its time is up, and nothing of it left. What its words mean is the matter of each kind (`Listener`).
 */
import type { AgentConfig } from '../config.js';
import { printable } from '../diagnostic.js';
import { OutputTail } from '../inspect/output-tail.js';
import { type ProcessEnd, runProcess } from '../inspect/run-process.js';
import { KeyLines, type Mask, maskFor } from '../inspect/secrets.js';
import type { Usage } from '../record/event.js';
import { codeOf } from '../record/files.js';
import { goal } from '../record/goal.js';
import { formatDuration } from '../report/durations.js';
import type { AttemptEnd, AttemptRequest } from './agent.js';
import { type Ending, masked, shownName } from './ending.js';
import { type Line, LineReader } from './lines.js';
import { Transcript } from './transcript.js';

const REASON_LIMIT = 2000;
const ACTIVITY_LIMIT = 200;
export const GRACE_MS = 5000;
/**
 * How long an agent may go on trying a service that fails, and how often, before it is the runner that waits. One that
 * complains no more may have got through, and think: whether that is silence is for `idle-timeout` to say.
 */
const PATIENCE = { ms: 120_000, times: 20 };
/** How long it may go on without a word after its last one: it has only to end. */
const LINGER_MS = 30_000;

/** What is to be run. */
export interface Launch {
  readonly program: string;
  readonly args: readonly string[];
  /** The whole environment, but for the mark. */
  readonly env: Readonly<Record<string, string>>;
  /** Characters of a line that are read; the rest of a longer one is left out. */
  readonly longestLine: number;
  /** Where another start has written to the transcript already: a line that says why there is a further one. */
  readonly again?: string;
  /** Whoever works as long as this has been let through by its provider; absent where that can be heard. */
  readonly throughMs?: number;
}

/** An end that it came to by itself. */
export type OwnEnd = Extract<ProcessEnd, { readonly how: 'exit' | 'signal' }>;

/** Listens to one attempt, and says what it has heard. */
export interface Listener {
  /** A whole line of output. Gives what a person may see of it; '' for nothing. */
  line(stream: 'stdout' | 'stderr', line: Line): string;
  readonly usage: Usage | null;
  readonly model: string | null;
  /** In which it could go on another time. */
  readonly session: string | null;
  /** As in `AttemptEnd`. */
  readonly sessionUsage: Usage | null;
  /** The model has answered, so far as can be told. */
  readonly answered: boolean;
  /** It waits for something that it started: not a word from it is no silence then. */
  readonly busy: boolean;
  /** Whether something that it started is at work, where it does not tell of that itself: asked when it is silent too long. */
  readonly isAtWork?: () => boolean;
  /** It gets nowhere, as it says itself, since then: why, and how often it has said so. Null where it does. */
  readonly trouble: { readonly reason: string; readonly times: number } | null;
  /** What it said before its time was up, if that was its last word. */
  readonly lastWord: Ending | null;
  /** What it has used it tells with what may be its last word: it gets the time to end by itself. */
  readonly tellsAtEnd?: boolean;
  /** What it means that it ended so. @param said the end of standard error, secrets hidden */
  ended(end: OwnEnd, said: string): Ending;
}

export interface Patience {
  readonly graceMs: number;
  readonly patienceMs?: number;
}

/** The agent cannot be started at all. */
export function notRun(reason: string, agent: string): Ending {
  const remedy = `see that the command of the agent ${agent} in stepladder.yaml can be run in the workspace`;
  return { end: 'environment', reason, remedy };
}

/** Ends an attempt that gets nowhere, or that has said its last word and does not end. */
class Cut {
  readonly #listener: Listener;
  readonly #patienceMs: number;
  readonly #controller = new AbortController();
  /** The complaints so far without an answer in between, and when the first of them came, by `performance.now()`. */
  #complaints = 0;
  #since = 0;
  #linger: NodeJS.Timeout | undefined;
  #leaving: NodeJS.Timeout | undefined;
  #overspent: string | null = null;
  /** What it had come to when it was ended: in its grace it may get through after all. */
  #then: Ending | null = null;
  #over = false;

  constructor(listener: Listener, patienceMs: number) {
    this.#listener = listener;
    this.#patienceMs = patienceMs;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** What it comes to where we ended it, although nobody interrupted us: its last word, or that it got nowhere. */
  get ending(): Ending | null {
    return this.#now() ?? this.#then;
  }

  /** It has used more than it may: unless it has said its last word, that was its last. */
  spend(why: string | null): void {
    if (why === null || this.#listener.lastWord !== null || this.#over) return;
    this.#overspent ??= why;
    if (this.#listener.tellsAtEnd === true) this.#leaving ??= setTimeout(() => this.#end(), this.#lingerMs);
    else this.#end();
  }

  /** Looks at what the listener has heard so far: after every line. */
  look(): void {
    const { trouble, lastWord } = this.#listener;
    clearTimeout(this.#linger);
    if (this.#over) return;
    if (lastWord !== null) this.#linger = setTimeout(() => this.#end(), this.#lingerMs);
    const complaints = trouble?.times ?? 0;
    if (this.#complaints === 0) this.#since = performance.now();
    const isLong = complaints >= PATIENCE.times || performance.now() - this.#since >= this.#patienceMs;
    if (complaints > this.#complaints && isLong) this.#end();
    this.#complaints = complaints;
  }

  /** It has ended, whoever ended it: from now on nothing is. */
  stop(): void {
    this.#over = true;
    clearTimeout(this.#linger);
    clearTimeout(this.#leaving);
  }

  get #lingerMs(): number {
    return Math.min(LINGER_MS, this.#patienceMs);
  }

  #now(): Ending | null {
    const { lastWord, trouble } = this.#listener;
    if (lastWord !== null) return lastWord;
    if (this.#overspent !== null) return { end: 'budget', reason: this.#overspent };
    return trouble === null ? null : { end: 'transient', reason: trouble.reason, retryAfterMs: null };
  }

  #end(): void {
    if (this.#over) return;
    this.#then ??= this.#now();
    this.#controller.abort();
  }
}

function judge(
  end: ProcessEnd,
  listener: Listener,
  cut: Cut,
  said: string,
  name: string,
  request: AttemptRequest,
): Ending {
  switch (end.how) {
    case 'not-started':
      return notRun(`the agent ${name} could not be started: ${end.reason}`, name);
    case 'aborted': {
      const interrupted: Ending = { end: 'interrupted', reason: 'interrupted' };
      return request.signal.aborted ? interrupted : (cut.ending ?? interrupted);
    }
    case 'wall':
      // Where the service was not there, it was nobody's time.
      return (
        cut.ending ?? {
          end: 'timeout',
          kind: 'wall',
          reason: `still running after ${formatDuration(request.timeoutMs)}`,
        }
      );
    case 'silence':
      return (
        cut.ending ?? {
          end: 'timeout',
          kind: 'silence',
          reason: `silent for ${formatDuration(request.idleTimeoutMs)}`,
        }
      );
    case 'signal':
    case 'exit':
      return listener.ended(end, said);
  }
}

async function attempt(
  config: AgentConfig,
  request: AttemptRequest,
  launch: Launch,
  listener: Listener,
  patience: Patience,
): Promise<AttemptEnd> {
  // The user's own as well, where the launch puts another in its place: it may lie in a file.
  const mask = maskFor(launch.env, request.env, ...request.secrets);
  const transcript = new Transcript(request.transcript, mask, launch.again ?? null);
  const stderr = new OutputTail(REASON_LIMIT, mask);
  const cut = new Cut(listener, patience.patienceMs ?? PATIENCE.ms);
  let isThrough = false;
  const through = (): void => {
    if (!isThrough) request.onAnswer();
    isThrough = true;
  };
  const throughAt = launch.throughMs === undefined ? undefined : setTimeout(through, launch.throughMs);
  const reader = (stream: 'stdout' | 'stderr'): LineReader => {
    const keys = new KeyLines();
    return new LineReader(launch.longestLine, (read) => {
      const line = { ...read, text: keys.hide(read.text) };
      transcript.line(line);
      const before = listener.usage;
      show(listener.line(stream, line), mask, request.onActivity);
      if (listener.answered) through();
      if (listener.usage !== null && listener.usage !== before) cut.spend(request.overspent(listener.usage));
      cut.look();
    });
  };
  const readers = { stdout: reader('stdout'), stderr: reader('stderr') };
  try {
    const end = await runProcess({
      program: launch.program,
      args: launch.args,
      cwd: request.cwd,
      env: launch.env,
      mark: request.mark,
      stdin: request.prompt,
      limits: { wallMs: request.timeoutMs, silenceMs: request.idleTimeoutMs },
      isBusy: () => listener.busy,
      isAtWork: () => listener.isAtWork?.() ?? false,
      ending: { signal: 'SIGINT', graceMs: patience.graceMs },
      signal: AbortSignal.any([request.signal, cut.signal]),
      onExit: () => cut.stop(),
      onOutput: (stream, bytes) => {
        if (stream === 'stderr') stderr.push(bytes);
        readers[stream].push(bytes);
      },
    });
    readers.stdout.end();
    readers.stderr.end();
    const { usage, sessionUsage, answered } = listener;
    const model = shownName(listener.model, mask);
    const session = answered ? listener.session : null;
    const common = { usage, model, session, sessionUsage, durationMs: end.durationMs };
    if (end.survivors.length > 0) return { ...common, ...survived(end.survivors) };
    return { ...common, ...masked(judge(end, listener, cut, stderr.text(), config.name, request), mask) };
  } finally {
    cut.stop();
    clearTimeout(throughAt);
    transcript.close();
  }
}

/** So much that a secret which begins in what is shown is seen whole. */
function show(text: string, mask: Mask, onActivity: (line: string) => void): void {
  const shown = mask.hide(text.slice(0, ACTIVITY_LIMIT + mask.longest)).trim();
  if (shown !== '') onActivity(printable(shown.slice(0, ACTIVITY_LIMIT)));
}

function survived(pids: readonly number[]): Ending {
  const list = pids.join(', ');
  const remedy = `see what they are (ps -p ${list}) and end them, then run ${goal('orchestrate')} again`;
  return { end: 'environment', reason: `processes that the agent started cannot be ended: ${list}`, remedy };
}

/** Runs an attempt to its end. Never throws for what is the agent's fault or the world's. */
export async function runAgent(
  config: AgentConfig,
  request: AttemptRequest,
  launch: Launch,
  listener: Listener,
  patience: Patience,
): Promise<AttemptEnd> {
  const started = performance.now();
  try {
    return await attempt(config, request, launch, listener, patience);
  } catch (error) {
    // The disk, not the agent: the transcript could not be written.
    if (!(error instanceof Error) || codeOf(error) === null) throw error;
    return {
      end: 'environment',
      reason: `the transcript ${request.transcript} cannot be written: ${error.message}`,
      remedy: `see to the disk, then run ${goal('orchestrate')} again`,
      usage: null,
      model: null,
      session: null,
      sessionUsage: null,
      durationMs: Math.round(performance.now() - started),
    };
  }
}
