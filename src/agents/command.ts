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
import { sha256 } from '../record/digest.js';
import type { Usage } from '../record/event.js';
import { goal } from '../record/goal.js';
import type { Agent, AttemptRequest } from './agent.js';
import { type Ending, withoutVerdict } from './ending.js';
import type { Line } from './lines.js';
import { GRACE_MS, type Listener, notRun, type OwnEnd, type Patience, runAgent } from './run-agent.js';
import { quoted, sandboxed } from './shell.js';
import { type LastWord, LONGEST_VERDICT, parseLastWord } from './verdict.js';

const TRANSIENT = 75;
/** Nobody hears whom it asks. A limit is met at once: whoever works as long as this has met none. */
const THROUGH_MS = 60_000;
/** Of what it ended with instead of a verdict. */
const LONGEST_TOLD = 200;
const NOT_RUN = [126, 127];
/** What our shell calls itself, so that its complaints can be told from those of a script's own shell. */
const SHELL_NAME = 'stepladder-agent';

/** The shell text: the configured command, its `args` as parameters, so that nothing in them is read by a shell. */
function shellText({ command, args }: AgentConfig): string {
  const text = (command ?? '').trimEnd();
  return args.length === 0 ? text : `${text} "$@"`;
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

/** Knows nothing of such a program but its last word so far. */
class CommandListener implements Listener {
  readonly busy = false;
  readonly trouble = null;
  readonly session = null;
  readonly sessionUsage = null;
  /** A program that does not end when it has spoken may still be at work. */
  readonly lastWord = null;
  /** Most end then, and what was paid for is done. */
  readonly tellsAtEnd = true;
  readonly #agent: string;
  #word: LastWord | null = null;
  /** The last line of standard output that is not empty, where it is short: cut, it could show half a secret. */
  #last = '';

  constructor(agent: string) {
    this.#agent = agent;
  }

  /** Whether anybody answers it, only its last word tells. */
  get answered(): boolean {
    return this.#word !== null && this.#word.limit === null && this.#word.environment === null;
  }

  get usage(): Usage | null {
    return this.#word?.usage ?? null;
  }

  get model(): string | null {
    return this.#word?.model ?? null;
  }

  line(stream: 'stdout' | 'stderr', line: Line): string {
    const word = stream === 'stdout' && !line.cut ? parseLastWord(line.text) : null;
    this.#word = word ?? this.#word;
    if (stream === 'stdout' && line.text.trim() !== '')
      this.#last = line.text.length > LONGEST_TOLD ? '' : line.text.trim();
    // A verdict is for us: what it was last about says more to people.
    return word === null ? line.text : '';
  }

  ended(end: OwnEnd, said: string): Ending {
    if (end.how === 'signal') {
      return this.#word === null ? withoutVerdict(`ended by ${end.signal}`, null, said) : this.#ofWord(this.#word);
    }
    if (end.code === TRANSIENT) {
      const reason = said === '' ? 'the agent says that it should be tried again (exit 75)' : said;
      return { end: 'transient', reason, retryAfterMs: null };
    }
    if (this.#word !== null) return this.#ofWord(this.#word);
    const ofOurShell = said.split('\n').some((line) => line.startsWith(`${SHELL_NAME}: `));
    if (NOT_RUN.includes(end.code) && ofOurShell) {
      return notRun(
        `the agent ${this.#agent} could not be run: ${said.replaceAll(`${SHELL_NAME}: `, '')}`,
        this.#agent,
      );
    }
    // Where it complains of nothing, what it took for a verdict is the likeliest reason.
    const ending = said === '' && this.#last !== '' ? `it ended with “${this.#last}”` : said;
    return withoutVerdict(`exit ${end.code}`, end.code, ending);
  }

  #ofWord({ verdict, environment, limit }: LastWord): Ending {
    if (environment !== null) {
      const remedy = `see to it, then run ${goal('orchestrate')} again: nothing is held against any task`;
      return { end: 'environment', reason: environment, remedy };
    }
    if (limit !== null) {
      const reason = verdict.kind === 'failed' ? verdict.reason : 'usage limit';
      return { end: 'limit', reason, resetsAt: limit.resetsAt };
    }
    return { end: 'verdict', verdict };
  }
}

/**
 * An agent that is a command.
 * @param options.graceMs how long it may take to end after SIGINT before it is killed; 5 s by default
 */
export function commandAgent(config: AgentConfig, options: Partial<Patience> = {}): Agent {
  return {
    name: config.name,
    kind: config.kind,
    tellsCost: null,
    // What it asks, and with whose login, only it knows: its name stands for that.
    account: () => ({ id: sha256(`command ${config.name}`).slice(0, 16), name: config.name }),
    refuses: () => null,
    describe({ model, thinking }) {
      const sandbox = config.sandbox === '' ? '' : `${config.sandbox} `;
      const words = [shellText(config), ...(config.args.length === 0 ? [] : [SHELL_NAME, ...config.args])].map(quoted);
      const variables = `STEPLADDER_MODEL=${quoted(model)} STEPLADDER_THINKING=${quoted(thinking)}`;
      return printable(`${variables} ${sandbox}sh -c ${words.join(' ')}`);
    },
    run(request) {
      const inner = ['-c', shellText(config), SHELL_NAME, ...config.args];
      const launch = {
        ...sandboxed(config, 'sh', inner, SHELL_NAME),
        env: environmentOf(config, request),
        longestLine: LONGEST_VERDICT,
        throughMs: THROUGH_MS,
      };
      const patience = { graceMs: GRACE_MS, ...options };
      return runAgent(config, request, launch, new CommandListener(config.name), patience);
    },
  };
}
