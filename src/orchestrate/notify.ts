/** `notify:` a person's own command, run when a run ends or first waits for a person. */
import { randomUUID } from 'node:crypto';
import { LineReader } from '../agents/lines.js';
import type { Config } from '../config.js';
import { EXIT, type ExitCode, printable } from '../diagnostic.js';
import { runProcess } from '../inspect/run-process.js';
import { cleanEnvironment } from '../record/environment.js';

/** A command that hangs (a mail server that does not answer) must not keep a run from ending. */
const LONGEST_MS = 10_000;
const GRACE_MS = 1_000;
/** Characters of a line of its output that are shown above a view. */
const LONGEST_LINE = 16 * 1024;

/** What a run has to tell. Texts come from tasks and agents: they reach the command as variables, and as one line. */
export type Notice =
  | { readonly event: 'waiting'; readonly task: string; readonly summary: string }
  | { readonly event: 'ended'; readonly exit: ExitCode; readonly summary: string; readonly report: string };

function variables(notice: Notice): Record<string, string> {
  const { event, summary } = notice;
  const common = { STEPLADDER_EVENT: event, STEPLADDER_SUMMARY: printable(summary) };
  return notice.event === 'waiting'
    ? { ...common, STEPLADDER_EXIT: String(EXIT.waiting), STEPLADDER_TASK: notice.task }
    : { ...common, STEPLADDER_EXIT: String(notice.exit), STEPLADDER_REPORT: notice.report };
}

/** Runs the command beside the run, which goes on meanwhile; that it failed is told, and changes nothing. */
export class Notifier {
  readonly #config: Config;
  readonly #warn: (line: string) => void;
  /** Ends with the last notice: one after the other, so that nobody is told of the end first and then of a question. */
  #underWay: Promise<void> = Promise.resolve();
  #hasWaited = false;
  /** Where lines go while a view is drawn, which they must not garble; null: straight to where ours go. */
  #line: ((text: string) => void) | null = null;

  constructor(config: Config, warn: (line: string) => void) {
    this.#config = config;
    this.#warn = warn;
  }

  /** @param line takes whole lines while a view is drawn; null where none is */
  through(line: ((text: string) => void) | null): void {
    this.#line = line;
  }

  /** The first time, and only then, that something waits for a person in this run. */
  waiting(task: string, question: string): void {
    if (this.#hasWaited) return;
    this.#hasWaited = true;
    this.#start({ event: 'waiting', task, summary: `${task} waits for you: ${question}` });
  }

  ended(exit: ExitCode, summary: string, report: string): void {
    this.#start({ event: 'ended', exit, summary, report });
  }

  /** Resolves when all that was to be told is told: each in its ten seconds. */
  close(): Promise<void> {
    return this.#underWay;
  }

  #start(notice: Notice): void {
    const { notify } = this.#config;
    if (notify !== null) this.#underWay = this.#underWay.then(() => this.#run(notify, notice));
  }

  #say(text: string): void {
    if (this.#line === null) this.#warn(text);
    else this.#line(text);
  }

  async #run(command: string, notice: Notice): Promise<void> {
    const reader = (): LineReader => new LineReader(LONGEST_LINE, ({ text }) => this.#say(text));
    const readers = { stdout: reader(), stderr: reader() };
    const end = await runProcess({
      program: 'sh',
      args: ['-c', command],
      cwd: this.#config.root,
      env: { ...cleanEnvironment(process.env), ...variables(notice) },
      mark: `notify-${randomUUID()}`,
      stdin: null,
      limits: { wallMs: LONGEST_MS, silenceMs: null },
      ending: { signal: 'SIGTERM', graceMs: GRACE_MS },
      // It is told of an interrupted run too: its own limit is what ends it.
      signal: new AbortController().signal,
      onOutput: (stream, bytes) => {
        if (this.#line === null) process[stream].write(bytes);
        else readers[stream].push(bytes);
      },
    });
    readers.stdout.end();
    readers.stderr.end();
    const told = (what: string): void => this.#say(`stepladder: warning: notify: ${printable(what)}`);
    if (end.how === 'exit' && end.code !== 0) told(`the command ended with ${end.code}`);
    else if (end.how === 'not-started') told(end.reason);
    else if (end.how === 'wall') told(`the command did not end within ${LONGEST_MS / 1000}s, and was ended`);
    else if (end.how === 'signal') told(`the command was ended by ${end.signal}`);
  }
}
