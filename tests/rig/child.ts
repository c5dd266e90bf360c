/**
 * How tests run programs: with a clean environment, everything they printed kept for the transcript that a failing
 * test shows, and waiting for what they print instead of sleeping.
 */
import { type ChildProcess, spawn } from 'node:child_process';

/** A program that has ended. */
export interface Ran {
  readonly command: string;
  /** Exit code; 128 + signal number is not made up: null where a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Both streams in the order in which they arrived. */
  readonly output: string;
  readonly ms: number;
}

/** A program that may still be running. */
export interface Running {
  readonly pid: number;
  readonly done: Promise<Ran>;
  output(): string;
  /** Resolves once the output holds the text or matches; rejects if the program ends without it. */
  until(wanted: string | RegExp): Promise<void>;
  /** Sends a signal to the program alone, or (`group`) to it and all it started in its process group. */
  kill(signal: NodeJS.Signals, group?: 'group'): void;
}

export interface RunOptions {
  readonly cwd?: string;
  /** Added to the clean environment; undefined removes a variable. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Text for standard input, which is /dev/null otherwise. */
  readonly stdin?: string;
  /** The program is killed after this time, 200 s by default: before its test's time is up, which then shows what it printed. */
  readonly timeoutMs?: number;
}

/** What is handed on of the environment of the tests themselves: nothing of Make, ours, git's, CI's. */
export function cleanEnvironment(home: string): Record<string, string> {
  const env: Record<string, string> = { HOME: home, TERM: 'dumb', LC_ALL: 'C.UTF-8' };
  for (const name of ['PATH', 'TMPDIR', 'USER', 'LOGNAME']) {
    const value = process.env[name];
    if (value !== undefined) env[name] = value;
  }
  return env;
}

function merged(base: Record<string, string>, extra: RunOptions['env']): Record<string, string> {
  const env = { ...base };
  for (const [name, value] of Object.entries(extra ?? {})) {
    if (value === undefined) delete env[name];
    else env[name] = value;
  }
  return env;
}

/** Starts programs for one test and remembers all of them. */
export class Children {
  readonly #base: Record<string, string>;
  readonly #cwd: string;
  readonly #all: { command: string; cwd: string; child: ChildProcess; output: () => string; ended: () => string }[] =
    [];

  constructor(base: Record<string, string>, cwd: string) {
    this.#base = base;
    this.#cwd = cwd;
  }

  /** In a process group of its own, so that a test can signal the group and nothing outlives the test. */
  start(program: string, args: readonly string[], options: RunOptions = {}): Running {
    const cwd = options.cwd ?? this.#cwd;
    const command = [program, ...args].join(' ');
    const started = performance.now();
    const child = spawn(program, args, {
      cwd,
      env: merged(this.#base, options.env),
      detached: true,
      stdio: [options.stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    });
    child.stdin?.on('error', () => {});
    child.stdin?.end(options.stdin);
    let stdout = '';
    let stderr = '';
    let output = '';
    let end = 'still running';
    const listeners = new Set<() => void>();
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      output += text;
      for (const listener of listeners) listener();
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      output += text;
      for (const listener of listeners) listener();
    });
    const kill: Running['kill'] = (signal, group) => {
      if (child.pid === undefined) return;
      try {
        process.kill(group === 'group' ? -child.pid : child.pid, signal);
      } catch {
        // It is gone already.
      }
    };
    const timer = setTimeout(() => kill('SIGKILL', 'group'), options.timeoutMs ?? 200_000);
    const done = new Promise<Ran>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code, signal) => {
        clearTimeout(timer);
        end = code === null ? `signal ${signal}` : `exit ${code}`;
        const ms = Math.round(performance.now() - started);
        resolve({ command, code, signal, stdout, stderr, output, ms });
        for (const listener of listeners) listener();
      });
    });
    done.catch(() => clearTimeout(timer));
    this.#all.push({ command, cwd, child, output: () => output, ended: () => end });
    return {
      pid: child.pid ?? -1,
      done,
      output: () => output,
      kill,
      until: (wanted) =>
        new Promise((resolve, reject) => {
          const look = (): void => {
            const found = typeof wanted === 'string' ? output.includes(wanted) : wanted.test(output);
            if (!found && end === 'still running') return;
            listeners.delete(look);
            if (found) resolve();
            else reject(new Error(`“${command}” ended (${end}) without printing ${wanted}`));
          };
          listeners.add(look);
          look();
        }),
    };
  }

  /** Every program that was run, with its output and how it ended. */
  transcript(): string {
    return this.#all.map((one) => `$ ${one.command}\n${one.output()}[${one.ended()} in ${one.cwd}]\n`).join('\n');
  }

  /** Ends whatever is still running. */
  end(): void {
    for (const { child } of this.#all) {
      if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) continue;
      try {
        process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It ended by itself in this moment.
      }
    }
  }
}
