/**
 * OpenCode, driven by `opencode run --format json`. It has no last event: it came to its end if the last step finished
 * with the reason `stop`. That it tries a provider again only its log says (on standard error, in logfmt), and an answer
 * that does not say how it ended it asks for once more, without an end.
 */
import { isRecord, parseJson } from '../record/shape.js';
import type { Cli } from './cli-agent.js';
import { type Ending, withoutVerdict } from './ending.js';
import { EventListener, firstLine, type JsonObject, numberAt, objectAt, textAt, verdictIn } from './events.js';
import { failed, noMoney, noSuchModel, notLoggedIn, ofFault } from './fault.js';
import type { OwnEnd } from './run-agent.js';

const LOGIN = 'log in (opencode auth login) or give its opencode.json a key';
/** What providers call an account that is used up. */
const NO_MONEY = new Set(['insufficient_quota', 'billing_error', 'billing_not_active', 'credit_balance_too_low']);

/** A request that failed, in its log. */
const STREAM_ERROR = /^timestamp=.* message="stream error" .*?(?:error\.error="((?:[^"\\]|\\.)*)"|$)/;

/** What a tool ends with that nobody was there to allow: it stops after it. */
const DENIED = /^The user rejected permission\b/;

/** Its server gave up, in its log: the event says only that it did. */
const GAVE_UP = /^timestamp=.* message=failed .*?error="((?:[^"\\]|\\.)*)"/;

/** What a header that says when to come back means, in ms from now. */
function retryAfter(headers: JsonObject): number | null {
  const exact = Number(textAt(headers, 'retry-after-ms') ?? Number.NaN);
  if (Number.isFinite(exact)) return exact;
  const text = textAt(headers, 'retry-after');
  if (text === null) return null;
  const seconds = Number(text);
  if (Number.isFinite(seconds)) return seconds * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? null : Math.max(0, date - Date.now());
}

/** The `error.type` or `error.code` of a provider's answer. */
function errorTypes(body: string | null): string[] {
  const value = body === null ? null : parseJson(body);
  const error = isRecord(value) ? objectAt(value, 'error') : {};
  return [textAt(error, 'type'), textAt(error, 'code')].filter((one) => one !== null);
}

export class OpencodeListener extends EventListener {
  readonly #processes: () => readonly number[];
  /** What ran when its latest step began: what has come since, some tool of that step has started. */
  #before: ReadonlySet<number> = new Set();
  #finished: string | null = null;
  #error: JsonObject | null = null;
  #gaveUp: string | null = null;
  readonly #denied = new Set<string>();
  #text = '';
  #input = 0;
  #output = 0;
  #cost = 0;

  constructor(agent: string, processes: () => readonly number[]) {
    super(agent);
    this.#processes = processes;
  }

  /** It tells of a tool only when that has ended. */
  isAtWork(): boolean {
    return this.#processes().some((pid) => !this.#before.has(pid));
  }

  protected event(event: JsonObject): string {
    this.begun = true;
    this.session = textAt(event, 'sessionID') ?? this.session;
    const part = objectAt(event, 'part');
    switch (event.type) {
      case 'step_start':
        this.#before = new Set(this.#processes());
        this.#text = '';
        this.lastWord = null;
        return '';
      case 'text':
        this.#text = textAt(part, 'text') ?? '';
        return firstLine(this.#text);
      case 'tool_use':
        this.progress();
        if (DENIED.test(textAt(objectAt(part, 'state'), 'error') ?? ''))
          this.#denied.add(textAt(part, 'tool') ?? 'a tool');
        return `${textAt(part, 'tool') ?? 'tool'} ${firstLine(textAt(objectAt(part, 'state'), 'title') ?? '')}`.trim();
      case 'step_finish':
        this.#finish(part);
        return '';
      case 'error':
        this.#error = objectAt(event, 'error');
        return firstLine(textAt(objectAt(this.#error, 'data'), 'message') ?? '');
      default:
        return '';
    }
  }

  protected override complaint(line: string): string {
    if (!line.startsWith('timestamp=')) return line;
    this.#gaveUp = GAVE_UP.exec(line)?.[1] ?? this.#gaveUp;
    const found = STREAM_ERROR.exec(line);
    if (found === null) return '';
    const why = found[1] ?? 'unknown';
    this.inTrouble(`the provider could not be reached: ${why}`);
    return `trying again (${why})`;
  }

  #finish(part: JsonObject): void {
    const tokens = objectAt(part, 'tokens');
    const cache = objectAt(tokens, 'cache');
    this.#input += (numberAt(tokens, 'input') ?? 0) + (numberAt(cache, 'read') ?? 0) + (numberAt(cache, 'write') ?? 0);
    this.#output += (numberAt(tokens, 'output') ?? 0) + (numberAt(tokens, 'reasoning') ?? 0);
    this.#cost += numberAt(part, 'cost') ?? 0;
    this.usage = { inputTokens: this.#input, outputTokens: this.#output, costUsd: this.#cost };
    this.#finished = textAt(part, 'reason');
    if (this.#finished === 'unknown') this.inTrouble('the provider’s answers break off');
    else this.progress();
    this.#error = null;
    this.lastWord = this.#finished === 'stop' ? this.#stopped() : null;
  }

  #stopped(): Ending {
    const verdict = verdictIn(this.#text);
    return verdict === null ? withoutVerdict('exit 0', 0, '') : { end: 'verdict', verdict };
  }

  #failure(error: JsonObject): Ending {
    const data = objectAt(error, 'data');
    const name = textAt(error, 'name') ?? 'an error';
    const reason = textAt(data, 'message') ?? name;
    if (name === 'ProviderAuthError') return notLoggedIn(reason, LOGIN);
    if (name === 'ContentFilterError') return failed(`the model refused: ${reason}`);
    // No such model, no key for its provider: nothing was asked of any model.
    if (name === 'UnknownError' && !this.answered) return noSuchModel(this.#gaveUp ?? reason, this.agent, LOGIN);
    if (name !== 'APIError') return failed(`${name}: ${reason}`);
    if (errorTypes(textAt(data, 'responseBody')).some((type) => NO_MONEY.has(type))) return noMoney(reason);
    const { agent, answered } = this;
    const status = numberAt(data, 'statusCode');
    const retryAfterMs = retryAfter(objectAt(data, 'responseHeaders'));
    return ofFault({ status, reason, retryAfterMs, answered, agent, login: LOGIN });
  }

  ended(end: OwnEnd, said: string): Ending {
    if (this.#error !== null) return this.#failure(this.#error);
    if (this.#finished === 'length') return failed('the answer was longer than the model may write');
    if (this.#finished === 'tool-calls' && this.#denied.size > 0 && end.how === 'exit') {
      return failed(`it was not allowed to use ${[...this.#denied].join(', ')}`);
    }
    return this.lastWord ?? this.broken(end, said);
  }
}

export const OPENCODE: Cli = {
  kind: 'opencode',
  program: 'opencode',
  scrubbed: [],
  tellsCost: true,
  accountVariables: [
    'XDG_DATA_HOME',
    'OPENCODE_CONFIG',
    'OPENCODE_CONFIG_DIR',
    'OPENCODE_CONFIG_CONTENT',
    'ANTHROPIC_API_KEY',
    'OPENAI_API_KEY',
  ],
  providerOf: (model) => model.split('/', 1)[0] ?? '',
  launch({ model, effort, task, resume }, config) {
    return {
      args: [
        ...['run', '--format', 'json', '--print-logs', '--log-level', 'ERROR', '--title', task, '--model', model],
        ...(effort === null ? [] : ['--variant', effort]),
        ...(config.permissions === 'bypass' ? ['--auto'] : []),
        ...(resume === null ? [] : ['--session', resume]),
        ...config.args,
      ],
      env: { OPENCODE_DISABLE_AUTOUPDATE: '1' },
    };
  },
  listener: (agent, processes) => new OpencodeListener(agent, processes),
};
