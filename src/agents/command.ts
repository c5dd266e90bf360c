/**
 * The `command` kind: any program, run with `sh -c` in the workspace, prompt on standard input, verdict in the last
 * line of standard output that is a JSON object with a boolean `ok` (DESIGN "Agents"). It is the contract for every
 * agent that has no kind of its own. Beyond the design's fields the verdict may hold
 *
 *   `"limit": {"resetsAt": "2026-01-02T03:04:05Z"}` (or null) with `"ok": false`: the provider's usage limit was met
 *   `"environment": "not logged in: run x login"` with `"ok": false`: no rung can help; the run is halted
 *   `"model": "…"`: the model that really answered
 *
 * Exit 75 is transient, whatever was printed before: the program itself says "try again". Else a verdict counts,
 * whatever the exit code. Exit 126 and 127 mean that the command could not be run only where our own shell says so;
 * the same code out of a script of the agent's is a failure like any other.
 */
import type { AgentConfig } from '../config.js';
import { printable } from '../diagnostic.js';
import { OutputTail } from '../inspect/output-tail.js';
import { type ProcessEnd, runProcess } from '../inspect/run-process.js';
import { type Mask, maskFor } from '../inspect/secrets.js';
import { codeOf } from '../record/files.js';
import { formatDuration } from '../report/durations.js';
import type { Agent, AttemptEnd, AttemptRequest, Verdict } from './agent.js';
import { LineReader } from './lines.js';
import { Transcript } from './transcript.js';
import { type LastWord, LONGEST_VERDICT, parseLastWord } from './verdict.js';

const TRANSIENT = 75;
const NOT_RUN = [126, 127];
const REASON_LIMIT = 2000;
const ACTIVITY_LIMIT = 200;
const GRACE_MS = 5000;
/** What our shell calls itself, so that its complaints can be told from those of a script's own shell. */
const SHELL_NAME = 'stepladder-agent';

/** What an attempt ended in, less what all ends have. */
type Ending = AttemptEnd extends infer E
  ? E extends AttemptEnd
    ? Omit<E, 'usage' | 'model' | 'durationMs'>
    : never
  : never;

/** The shell text: the configured command, its `args` as parameters, so that nothing in them is read by a shell. */
function shellText({ command, args }: AgentConfig): string {
  const text = (command ?? '').trimEnd();
  return args.length === 0 ? text : `${text} "$@"`;
}

/** What sh is given. A sandbox is a prefix of the user's own, in shell words. */
function shellArgs(config: AgentConfig): string[] {
  const text = shellText(config);
  if (config.sandbox === '') return ['-c', text, SHELL_NAME, ...config.args];
  const inner = `script=$1; shift; exec ${config.sandbox} sh -c "$script" "$0" "$@"`;
  return ['-c', inner, SHELL_NAME, text, ...config.args];
}

function environmentOf(config: AgentConfig, request: AttemptRequest): Record<string, string> {
  return {
    ...request.env,
    ...config.env,
    STEPLADDER_TASK: request.task,
    STEPLADDER_TASK_FILE: request.taskFile,
    STEPLADDER_PROMPT_FILE: request.promptFile,
    STEPLADDER_RUNG: request.rung.text,
    STEPLADDER_MODEL: request.rung.model,
    STEPLADDER_THINKING: request.rung.thinking,
    STEPLADDER_ATTEMPT: String(request.attempt),
  };
}

/** What is known of an attempt while it prints: the transcript, the last word so far, the end of standard error. */
class Listener {
  word: LastWord | null = null;
  readonly stderr: OutputTail;
  readonly #readers: Record<'stdout' | 'stderr', LineReader>;

  constructor(transcript: Transcript, mask: Mask, onActivity: (line: string) => void) {
    this.stderr = new OutputTail(REASON_LIMIT, mask);
    const show = (text: string): void => {
      // So much that a secret which begins in what is shown is seen whole.
      const shown = mask.hide(text.slice(0, ACTIVITY_LIMIT + mask.longest)).trim();
      if (shown !== '') onActivity(printable(shown.slice(0, ACTIVITY_LIMIT)));
    };
    this.#readers = {
      stdout: new LineReader(LONGEST_VERDICT, (line) => {
        transcript.line(line);
        if (!line.cut) this.word = parseLastWord(line.text) ?? this.word;
        show(line.text);
      }),
      stderr: new LineReader(LONGEST_VERDICT, (line) => {
        transcript.line(line);
        show(line.text);
      }),
    };
  }

  take(stream: 'stdout' | 'stderr', bytes: Buffer): void {
    if (stream === 'stderr') this.stderr.push(bytes);
    this.#readers[stream].push(bytes);
  }

  end(): void {
    this.#readers.stdout.end();
    this.#readers.stderr.end();
  }
}

/** A verdict's texts go into receipts, which are committed: no secret may stand in them. */
function masked(verdict: Verdict, mask: Mask): Verdict {
  const hide = (text: string | null): string | null => (text === null ? null : mask.hide(text));
  switch (verdict.kind) {
    case 'ok':
      return verdict;
    case 'question':
      return { ...verdict, question: mask.hide(verdict.question), options: verdict.options.map(mask.hide) };
    case 'failed':
      return {
        ...verdict,
        reason: mask.hide(verdict.reason),
        blockedBy: hide(verdict.blockedBy),
        symbol: hide(verdict.symbol),
        file: hide(verdict.file),
      };
  }
}

function ofWord(word: LastWord, agent: string, mask: Mask): Ending {
  const verdict = masked(word.verdict, mask);
  if (word.environment !== null) {
    const remedy = 'see to it, then run make orchestrate again: nothing is held against any task';
    return { end: 'environment', reason: mask.hide(word.environment), remedy };
  }
  if (word.limit !== null) {
    const reason = verdict.kind === 'failed' ? verdict.reason : 'usage limit';
    return { end: 'limit', reason, resetsAt: word.limit.resetsAt, account: agent };
  }
  return { end: 'verdict', verdict };
}

/** An end without a verdict. */
function withoutWord(how: string, exitCode: number | null, said: string): Ending {
  return { end: 'no-verdict', reason: said === '' ? `no verdict (${how})` : `no verdict (${how}): ${said}`, exitCode };
}

function notRun(reason: string, agent: string): Ending {
  const remedy = `see that the command of the agent ${agent} in stepladder.yaml can be run in the workspace`;
  return { end: 'environment', reason, remedy };
}

/** What the end of the process and its last word come to. */
function judge(end: ProcessEnd, listener: Listener, config: AgentConfig, request: AttemptRequest, mask: Mask): Ending {
  const said = listener.stderr.text();
  switch (end.how) {
    case 'not-started':
      return notRun(`the agent ${config.name} could not be started: ${end.reason}`, config.name);
    case 'aborted':
      return { end: 'interrupted', reason: 'interrupted' };
    case 'wall':
      return { end: 'timeout', kind: 'wall', reason: `still running after ${formatDuration(request.timeoutMs)}` };
    case 'silence':
      return { end: 'timeout', kind: 'silence', reason: `silent for ${formatDuration(request.idleTimeoutMs)}` };
    case 'signal':
      if (listener.word !== null) return ofWord(listener.word, config.name, mask);
      return withoutWord(`ended by ${end.signal}`, null, said);
    case 'exit':
      break;
  }
  if (end.code === TRANSIENT) {
    const reason = said === '' ? 'the agent says that it should be tried again (exit 75)' : said;
    return { end: 'transient', reason, retryAfterMs: null };
  }
  if (listener.word !== null) return ofWord(listener.word, config.name, mask);
  const ofOurShell = said.split('\n').some((line) => line.startsWith(`${SHELL_NAME}: `));
  if (NOT_RUN.includes(end.code) && ofOurShell) {
    return notRun(`the agent ${config.name} could not be run: ${said.replaceAll(`${SHELL_NAME}: `, '')}`, config.name);
  }
  return withoutWord(`exit ${end.code}`, end.code, said);
}

async function attempt(config: AgentConfig, request: AttemptRequest, graceMs: number): Promise<AttemptEnd> {
  const env = environmentOf(config, request);
  const mask = maskFor(env);
  const transcript = new Transcript(request.transcript, mask);
  try {
    const listener = new Listener(transcript, mask, request.onActivity);
    const end = await runProcess({
      program: 'sh',
      args: shellArgs(config),
      cwd: request.cwd,
      env,
      mark: request.mark,
      stdin: request.prompt,
      limits: { wallMs: request.timeoutMs, silenceMs: request.idleTimeoutMs },
      ending: { signal: 'SIGINT', graceMs },
      signal: request.signal,
      onOutput: (stream, bytes) => listener.take(stream, bytes),
    });
    listener.end();
    const common = {
      usage: listener.word?.usage ?? null,
      model: listener.word?.model ?? null,
      durationMs: end.durationMs,
    };
    if (end.survivors.length > 0) {
      const pids = end.survivors.join(', ');
      const remedy = `see what they are (ps -p ${pids}) and end them, then run make orchestrate again`;
      return {
        ...common,
        end: 'environment',
        reason: `processes that the agent started cannot be ended: ${pids}`,
        remedy,
      };
    }
    return { ...common, ...judge(end, listener, config, request, mask) };
  } finally {
    transcript.close();
  }
}

/** A shell word on one line, quoted only where it has to be. */
function quoted(word: string): string {
  if (/^[A-Za-z0-9_./:=@%+,-]+$/.test(word)) return word;
  const within = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;
  if (!word.includes('\n')) return within(word);
  return `"$(printf %b ${within(word.replaceAll('\\', '\\\\').replaceAll('\n', '\\n'))})"`;
}

/**
 * An agent that is a command.
 * @param options.graceMs how long it may take to end after SIGINT before it is killed; 5 s by default
 */
export function commandAgent(config: AgentConfig, options: { readonly graceMs?: number } = {}): Agent {
  return {
    name: config.name,
    kind: config.kind,
    describe({ model, thinking }) {
      const sandbox = config.sandbox === '' ? '' : `${config.sandbox} `;
      const words = [shellText(config), ...(config.args.length === 0 ? [] : [SHELL_NAME, ...config.args])].map(quoted);
      const variables = `STEPLADDER_MODEL=${quoted(model)} STEPLADDER_THINKING=${quoted(thinking)}`;
      return printable(`${variables} ${sandbox}sh -c ${words.join(' ')}`);
    },
    async run(request) {
      const started = performance.now();
      try {
        return await attempt(config, request, options.graceMs ?? GRACE_MS);
      } catch (error) {
        // The disk, not the agent: the transcript could not be written.
        if (!(error instanceof Error) || codeOf(error) === null) throw error;
        return {
          end: 'environment',
          reason: `the transcript cannot be written: ${error.message}`,
          remedy: 'see to the disk, then run make orchestrate again',
          usage: null,
          model: null,
          durationMs: Math.round(performance.now() - started),
        };
      }
    },
  };
}
