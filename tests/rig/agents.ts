/** The two agents of the tests, seen from the test: one follows a script, the other is driven step by step. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/**
 * What the scripted agent does: the first rule that fits counts; a rule without task, rung, attempt or nth fits all.
 * Without a rule it writes `work/TASK.txt` and says `{"ok": true}`. In paths and texts %TASK%, %RUNG%, %NTH% are filled in.
 */
export interface Rule {
  readonly task?: string;
  readonly rung?: string;
  /** STEPLADDER_ATTEMPT. */
  readonly attempt?: number;
  /** The n-th time (from 1) that this task's agent was started since the project was made. */
  readonly nth?: number;
  readonly write?: Readonly<Record<string, string>>;
  readonly append?: Readonly<Record<string, string>>;
  readonly remove?: readonly string[];
  /** A shell line, run in the workspace after the files were written. */
  readonly run?: string;
  readonly sleepMs?: number;
  /** Printed as it is before the verdict. */
  readonly stdout?: string;
  readonly stderr?: string;
  /** Default `{"ok": true}` where `exit` is 0; null: no verdict at all. */
  readonly verdict?: unknown;
  readonly exit?: number;
}

/** One start of the scripted agent. */
export interface Invocation {
  readonly task: string;
  readonly rung: string;
  readonly attempt: number;
  readonly nth: number;
  readonly prompt: string;
  readonly cwd: string;
  readonly pid: number;
  /** Its whole environment but PATH. */
  readonly env: Readonly<Record<string, string>>;
  /** Receipts that existed when it started, such as `a.done`; seen where the backlog lies in the workspace. */
  readonly receipts: readonly string[];
  /** ms since the epoch; `ended` null where it was killed or is still running. */
  readonly started: number;
  readonly ended: number | null;
}

interface LogLine extends Omit<Invocation, 'started' | 'ended'> {
  readonly event: 'start' | 'end';
  readonly time: number;
}

/** Puts a script where the scripted agent reads it. */
export function writeScript(folder: string, rules: readonly Rule[]): void {
  writeFileSync(join(folder, 'script.json'), JSON.stringify(rules, null, 2));
}

/** The lines of a file to which others are adding: one that is long may be seen before all of it is there. */
export function wholeLines(text: string): string[] {
  return text
    .split('\n')
    .slice(0, -1)
    .filter((line) => line !== '');
}

/** Every start of the scripted agent, in order. */
export function readInvocations(folder: string): Invocation[] {
  const log = join(folder, 'log.jsonl');
  if (!existsSync(log)) return [];
  const lines = wholeLines(readFileSync(log, 'utf8')).map((line) => JSON.parse(line) as LogLine);
  return lines
    .filter((line) => line.event === 'start')
    .map(({ event: _, time, ...start }) => ({
      ...start,
      started: time,
      ended:
        lines.find((line) => line.event === 'end' && line.pid === start.pid && line.nth === start.nth)?.time ?? null,
    }));
}

/** One attempt of the driven agent; it waits between the calls. */
export interface DrivenAttempt {
  readonly task: string;
  readonly rung: string;
  readonly attempt: number;
  readonly prompt: string;
  readonly cwd: string;
  readonly pid: number;
  readonly env: Readonly<Record<string, string>>;
  write(path: string, text: string): Promise<void>;
  remove(path: string): Promise<void>;
  print(text: string): Promise<void>;
  stderr(text: string): Promise<void>;
  /** Runs a shell line in the workspace, gives its exit status. */
  run(command: string): Promise<number | null>;
  /** Prints the verdict and ends with 0. */
  verdict(verdict: unknown): Promise<void>;
  exit(code: number): Promise<void>;
  /** Resolves when the agent's process is gone, however it went. */
  readonly gone: Promise<void>;
}

interface Hello {
  readonly pid: number;
  readonly cwd: string;
  readonly env: Record<string, string>;
  readonly prompt: string;
}
type Answer = { readonly result: unknown } | { readonly failed: string };

/** Listens for driven agents of one project. */
export class Driver {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #arrived: DrivenAttempt[] = [];
  readonly #waiting: ((attempt: DrivenAttempt) => void)[] = [];

  private constructor(server: Server) {
    this.#server = server;
    server.on('connection', (socket) => this.#greet(socket));
  }

  static async listen(path: string): Promise<Driver> {
    const server = createServer();
    const driver = new Driver(server);
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(path, resolve));
    return driver;
  }

  /** The next agent that reports in. */
  next(): Promise<DrivenAttempt> {
    const arrived = this.#arrived.shift();
    if (arrived !== undefined) return Promise.resolve(arrived);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Agents that have reported in and that no test has taken up. */
  get waiting(): number {
    return this.#arrived.length;
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }

  #greet(socket: Socket): void {
    this.#sockets.add(socket);
    const gone = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    const answers: ((answer: Answer) => void)[] = [];
    let hello: Hello | null = null;
    socket.on('error', () => {});
    createInterface({ input: socket }).on('line', (line) => {
      if (hello === null) {
        hello = JSON.parse(line) as Hello;
        this.#arrive(attemptOf(hello, socket, answers, gone));
      } else answers.shift()?.(JSON.parse(line) as Answer);
    });
  }

  #arrive(attempt: DrivenAttempt): void {
    const taker = this.#waiting.shift();
    if (taker === undefined) this.#arrived.push(attempt);
    else taker(attempt);
  }
}

function attemptOf(hello: Hello, socket: Socket, answers: ((a: Answer) => void)[], gone: Promise<void>): DrivenAttempt {
  const tell = async (message: Record<string, unknown>): Promise<unknown> => {
    const answer = await new Promise<Answer>((resolve, reject) => {
      answers.push(resolve);
      void gone.then(() => reject(new Error(`the agent was gone before it could ${message.act}`)));
      socket.write(`${JSON.stringify(message)}\n`);
    });
    if ('failed' in answer) throw new Error(`the driven agent could not ${message.act}: ${answer.failed}`);
    return answer.result;
  };
  const exit = async (code: number): Promise<void> => {
    socket.write(`${JSON.stringify({ act: 'exit', code })}\n`);
    await gone;
  };
  return {
    task: hello.env.STEPLADDER_TASK ?? '',
    rung: hello.env.STEPLADDER_RUNG ?? '',
    attempt: Number(hello.env.STEPLADDER_ATTEMPT),
    prompt: hello.prompt,
    cwd: hello.cwd,
    pid: hello.pid,
    env: hello.env,
    gone,
    exit,
    write: async (path, text) => void (await tell({ act: 'write', path, text })),
    remove: async (path) => void (await tell({ act: 'remove', path })),
    print: async (text) => void (await tell({ act: 'print', text })),
    stderr: async (text) => void (await tell({ act: 'stderr', text })),
    run: async (command) => (await tell({ act: 'run', command })) as number | null,
    verdict: async (verdict) => {
      await tell({ act: 'print', text: `${JSON.stringify(verdict)}\n` });
      await exit(0);
    },
  };
}
