/**
 * The one way in which agents and checks are run: in a session of their own, within their time, and so that nothing of
 * them is left when they have ended (MAKE-RULES 22, AGENT-CLIS "What follows for adapters").
 *
 *     spawn ─▶ running ──▶ it exits ───────────────────────────────┬─▶ SIGKILL to its group, to all marked ─▶ drained ─▶ end
 *                 │                                                │
 *                 └──▶ limit, abort ─▶ signal to its group ─▶ grace ─▶ SIGKILL to its group ─▶ it exits ─┘
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { withCeiling } from '../record/ceiling.js';
import { killMarked, MARK } from '../record/marked.js';
import { AwakeClock } from './awake-clock.js';

export interface ProcessRequest {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** The whole environment, but for the mark, which is added. */
  readonly env: Readonly<Record<string, string>>;
  /** Everything that carries it is ended with the process. */
  readonly mark: string;
  /** Text for standard input; null: /dev/null. A process that does not read it all is no error. */
  readonly stdin: string | null;
  /** Limits in milliseconds of being awake; null: none. Silence is the time since the last byte of output. */
  readonly limits: { readonly wallMs: number; readonly silenceMs: number | null };
  /** Time in which it says yes is no silence. */
  readonly isBusy?: () => boolean;
  /** Asked only when the silence has lasted too long: yes, and it begins anew. */
  readonly isAtWork?: () => boolean;
  /** How it is ended: this signal first, SIGKILL after the grace. */
  readonly ending: { readonly signal: NodeJS.Signals; readonly graceMs: number };
  readonly signal: AbortSignal;
  /** Called when the process itself is gone, whoever ended it; what it printed may still be on its way. */
  readonly onExit?: () => void;
  /** Called with what it prints, as it comes. What it throws ends the process, and `runProcess` rejects with it. */
  readonly onOutput: (stream: 'stdout' | 'stderr', bytes: Buffer) => void;
}

export type ProcessEnd = {
  /** Milliseconds awake, whole. */
  readonly durationMs: number;
  /** Pids of what it left behind and that could not be killed: as good as always none. */
  readonly survivors: readonly number[];
} & (
  | { readonly how: 'exit'; readonly code: number }
  /** A signal that was not ours. */
  | { readonly how: 'signal'; readonly signal: NodeJS.Signals }
  | { readonly how: 'wall' }
  | { readonly how: 'silence' }
  | { readonly how: 'aborted' }
  | { readonly how: 'not-started'; readonly reason: string }
);

/** Why we end it. */
type Stop = 'wall' | 'silence' | 'aborted' | { readonly threw: unknown };

/** How long the pipes may be quiet, once all we know of is dead, before whoever still holds them is left alone. */
const QUIET_MS = 200;
const LONGEST_DRAIN_MS = 5000;
const TICK_MS = { least: 10, most: 1000 };

/**
 * Runs a program to its end, whoever brings that about. Resolves only when the program, its process group and all that
 * carries the mark are gone, and what they printed has been handed on. Memory does not grow with the output.
 */
export async function runProcess(request: ProcessRequest): Promise<ProcessEnd> {
  if (request.signal.aborted) return { how: 'aborted', durationMs: 0, survivors: [] };
  const tick = tickFor(request.limits);
  const clock = new AwakeClock(tick);
  const started = await start(request);
  if (typeof started === 'string') {
    return { how: 'not-started', reason: started, durationMs: Math.round(clock.read()), survivors: [] };
  }

  let lastOutput = 0;
  let stop: Stop | null = null;
  let grace: NodeJS.Timeout | undefined;
  let isGone = false;
  const end = (why: Stop): void => {
    const first = stop === null;
    // Whoever interrupts a step interrupts it, even where its time was up already.
    if (first || why === 'aborted') stop = why;
    // The number of a group that is gone may be another's soon.
    if (!first || isGone) return;
    signalGroup(started, request.ending.signal);
    grace = setTimeout(() => signalGroup(started, 'SIGKILL'), request.ending.graceMs);
  };
  const abort = (): void => end('aborted');
  const onBytes = (stream: 'stdout' | 'stderr', bytes: Buffer): void => {
    lastOutput = clock.read();
    try {
      request.onOutput(stream, bytes);
    } catch (threw) {
      end({ threw });
    }
  };
  started.stdout?.on('data', (bytes: Buffer) => onBytes('stdout', bytes));
  started.stderr?.on('data', (bytes: Buffer) => onBytes('stderr', bytes));
  // It may end, or close its input, without having read all of it.
  started.stdin?.on('error', () => {});
  started.stdin?.end(request.stdin);
  request.signal.addEventListener('abort', abort, { once: true });
  // Aborted while it was starting.
  if (request.signal.aborted) abort();
  const ticking = setInterval(() => {
    const now = clock.read();
    if (request.isBusy?.() === true) lastOutput = now;
    if (now >= request.limits.wallMs) end('wall');
    else if (request.limits.silenceMs !== null && now - lastOutput >= request.limits.silenceMs) {
      if (request.isAtWork?.() === true) lastOutput = now;
      else end('silence');
    }
  }, tick);

  const { code, signal } = await exitOf(started);
  isGone = true;
  request.onExit?.();
  clearInterval(ticking);
  clearTimeout(grace);
  signalGroup(started, 'SIGKILL');
  const survivors = killMarked(request.mark);
  await drained(started);
  request.signal.removeEventListener('abort', abort);
  const common = { durationMs: Math.round(clock.read()), survivors };
  // Read anew: callbacks have set it meanwhile, which the compiler cannot see.
  const why = stop as Stop | null;
  if (why !== null && typeof why === 'object') throw why.threw;
  if (why !== null) return { how: why, ...common };
  if (signal === null) return { how: 'exit', code: code ?? 0, ...common };
  // A Ctrl-C or a shutdown may have reached it a moment before it reached us.
  return request.signal.aborted ? { how: 'aborted', ...common } : { how: 'signal', signal, ...common };
}

/** A twentieth of the shortest limit, so that it is kept to about that. */
function tickFor(limits: ProcessRequest['limits']): number {
  const shortest = Math.min(limits.wallMs, limits.silenceMs ?? Number.POSITIVE_INFINITY);
  return Math.max(TICK_MS.least, Math.min(TICK_MS.most, shortest / 20));
}

/** The process, running, or why it could not be started. */
async function start(request: ProcessRequest): Promise<ChildProcess | string> {
  const { program, args, cwd, env, mark, stdin } = request;
  try {
    const child = spawn(program, args, {
      cwd,
      env: { ...withCeiling(env, cwd), [MARK]: mark },
      // A session of its own: no terminal, and a process group that can be signalled as a whole.
      detached: true,
      stdio: [stdin === null ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    });
    await new Promise((resolve, reject) => child.once('spawn', resolve).once('error', reject));
    // Failing to be signalled is told by an event too: it is gone then, which its exit says.
    child.on('error', () => {});
    return child;
  } catch (error) {
    // ENOENT is said of the program even where it is the folder that is missing.
    if (statSync(cwd, { throwIfNoEntry: false })?.isDirectory() !== true) return `there is no folder ${cwd}`;
    return `${program} could not be started: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // Nobody is left in it (on macOS also: only dead ones are).
  }
}

interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** The end of the process itself: not of its pipes, which whoever it started may hold open for ever. */
function exitOf(child: ChildProcess): Promise<Exit> {
  if (child.exitCode !== null || child.signalCode !== null) {
    return Promise.resolve({ code: child.exitCode, signal: child.signalCode });
  }
  return new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
}

/** Resolves when both pipes have ended, or have been quiet for a while although all that is known of is dead. */
function drained(child: ChildProcess): Promise<void> {
  const pipes = [child.stdout, child.stderr].filter((pipe): pipe is Readable => pipe !== null && !pipe.readableEnded);
  child.stdin?.destroy();
  if (pipes.length === 0) return Promise.resolve();
  return new Promise((resolve) => {
    let open = pipes.length;
    let seen = true;
    const finish = (): void => {
      clearInterval(quiet);
      clearTimeout(longest);
      // Somebody without a mark in a session of his own holds them: what he prints is no longer ours.
      for (const pipe of pipes) pipe.destroy();
      resolve();
    };
    for (const pipe of pipes) {
      pipe.on('data', () => {
        seen = true;
      });
      pipe.once('close', () => {
        open -= 1;
        if (open === 0) finish();
      });
    }
    // Timers come before what is readable: only what nothing was read after, as well, counts as quiet.
    const quiet = setInterval(() => {
      setImmediate(() => {
        if (!seen) finish();
        seen = false;
      });
    }, QUIET_MS);
    const longest = setTimeout(finish, LONGEST_DRAIN_MS);
  });
}
