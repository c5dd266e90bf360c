/**
 * Codex, driven by `codex exec --json`. It names no status and no kind of failure, only a sentence: the one in
 * `turn.failed` counts, and only as one that is known word for word at its beginning. `error` events pass by.
 */
import { isRecord, parseJson } from '../record/shape.js';
import type { Cli } from './cli-agent.js';
import { type Ending, withoutVerdict } from './ending.js';
import { EventListener, firstLine, type JsonObject, listAt, numberAt, objectAt, textAt, verdictIn } from './events.js';
import { failed, noMoney, notLoggedIn, ofFault, tryAgain } from './fault.js';
import type { OwnEnd } from './run-agent.js';
import { STRICT_VERDICT_SCHEMA } from './verdict-schema.js';

const LOGIN = 'log in (codex login) or set the key that its configuration names';

/** Put before any of them, where it failed while it made room in its context. */
const MAKING_ROOM = /^Error running (?:remote|local) compact task: /;
/** Status lines, whichever sentence they stand in. */
const STATUS =
  /^(?:unexpected status|exceeded retry limit, last status:|Access blocked by Cloudflare\b.*\(status) (\d{3})\b/;
const LIMIT = /^You[’']ve hit your usage limit\b/;
/** It begins a sentence of its own, or follows an “or”, by the kind of account. */
const UNTIL = /\b[Tt]ry again at (.+?)\.?$/;
const NO_LOGIN = [/^Your access token could not be refreshed\b/, /^Missing environment variable\b/];
const NO_MONEY = [
  /^Quota exceeded\b/,
  /^Your workspace is out of credits\b/,
  /^You hit your spend cap\b/,
  /^To use Codex with your ChatGPT plan\b/,
];
const PASSING = [
  /^We[’']re currently experiencing high demand\b/,
  /^Selected model is at capacity\b/,
  /^rate limit exceeded\b/,
  /^stream disconnected before completion\b/,
  /^Connection failed\b/,
  /^Error while reading the server response\b/,
  /^request timed out\b/,
  /^timeout waiting for\b/,
];
const OVERFLOW = /^Codex ran out of room in the model's context window\b/;

/**
 * The next time that such words mean, in ms since the epoch and in this machine's zone, as Codex writes them: `10:48 PM`,
 * or `Nov 24th, 2026 10:48 PM`. Null where they mean none.
 */
export function timeMeant(words: string, now: Date): number | null {
  const plain = words.replace(/(\d)(st|nd|rd|th)\b/, '$1');
  const whole = Date.parse(plain);
  if (!Number.isNaN(whole)) return whole;
  const today = Date.parse(`${now.toDateString()} ${plain}`);
  if (Number.isNaN(today)) return null;
  if (today > now.getTime()) return today;
  const tomorrow = new Date(now);
  tomorrow.setDate(now.getDate() + 1);
  return Date.parse(`${tomorrow.toDateString()} ${plain}`);
}

export class CodexListener extends EventListener {
  #answer: string | null = null;

  protected event(event: JsonObject): string {
    switch (event.type) {
      case 'thread.started':
        this.begun = true;
        this.session = textAt(event, 'thread_id');
        return '';
      case 'item.started':
      case 'item.completed':
        return this.#item(objectAt(event, 'item'), event.type === 'item.completed');
      case 'error': {
        const message = textAt(event, 'message') ?? '';
        if (!message.startsWith('Reconnecting')) return '';
        this.inTrouble(`the provider could not be reached: ${message.replace(/^Reconnecting\W*/, '')}`);
        return message;
      }
      case 'turn.failed':
        this.lastWord = this.#failure(textAt(event.error, 'message') ?? 'the turn failed');
        return '';
      case 'turn.completed': {
        const usage = objectAt(event, 'usage');
        const [inputTokens, outputTokens] = [numberAt(usage, 'input_tokens'), numberAt(usage, 'output_tokens')];
        // Those of the thread, whichever attempts they were.
        this.usage = this.ownOf({ inputTokens: inputTokens ?? 0, outputTokens: outputTokens ?? 0 });
        this.lastWord = this.#completed();
        return '';
      }
      default:
        return '';
    }
  }

  #item(item: JsonObject, completed: boolean): string {
    // A warning.
    if (item.type === 'error') return '';
    this.progress();
    const id = textAt(item, 'id') ?? '';
    if (completed) this.open.delete(id);
    else this.open.add(id);
    const message = textAt(item, 'text');
    if (item.type === 'agent_message' && message !== null && completed) this.#answer = message;
    if (completed && item.type !== 'agent_message') return '';
    const changed = listAt(item, 'changes').map((change) => textAt(change, 'path') ?? '');
    return firstLine(textAt(item, 'command') ?? message ?? changed.join(' '));
  }

  #completed(): Ending {
    const verdict = verdictIn(this.#answer ?? '');
    if (verdict !== null) return { end: 'verdict', verdict };
    return withoutVerdict('exit 0', 0, this.#answer === null ? 'the model gave no answer' : '');
  }

  #failure(message: string): Ending {
    const said = message.replace(MAKING_ROOM, '');
    const isOneOf = (patterns: readonly RegExp[]): boolean => patterns.some((pattern) => pattern.test(said));
    const status = STATUS.exec(said)?.[1] ?? (isBadRequest(said) ? '400' : undefined);
    if (status !== undefined) {
      const { agent, answered } = this;
      return ofFault({ status: Number(status), reason: message, retryAfterMs: null, answered, agent, login: LOGIN });
    }
    if (LIMIT.test(said)) {
      const until = UNTIL.exec(said)?.[1];
      const minute = until === undefined ? null : timeMeant(until, new Date());
      // Seconds are not told: the minute must be over.
      const resetsAt = minute === null ? null : minute + 60_000;
      return { end: 'limit', reason: message, resetsAt };
    }
    if (isOneOf(NO_LOGIN)) return notLoggedIn(message, LOGIN);
    if (isOneOf(NO_MONEY)) return noMoney(message);
    if (isOneOf(PASSING)) return tryAgain(message, null);
    if (OVERFLOW.test(said)) return failed(message);
    return failed(`codex failed: ${message}`);
  }

  ended(end: OwnEnd, said: string): Ending {
    return this.lastWord ?? this.broken(end, said);
  }
}

/** A refused request is told by the provider's own answer, as it came: JSON, of whatever shape the provider gives it. */
function isBadRequest(message: string): boolean {
  return isRecord(parseJson(message));
}

export const CODEX: Cli = {
  kind: 'codex',
  program: 'codex',
  scrubbed: [],
  schema: STRICT_VERDICT_SCHEMA,
  tellsCost: false,
  accountVariables: ['CODEX_HOME', 'CODEX_API_KEY', 'OPENAI_API_KEY', 'OPENAI_BASE_URL'],
  launch({ model, effort, schemaFile, resume }, config) {
    return {
      args: [
        ...['exec', '--json', '--skip-git-repo-check', '-m', model],
        ...(effort === null ? [] : ['-c', `model_reasoning_effort=${effort}`]),
        ...(config.permissions === 'bypass'
          ? ['--dangerously-bypass-approvals-and-sandbox']
          : ['-s', 'workspace-write']),
        ...['--output-schema', schemaFile, ...config.args],
        ...(resume === null ? ['-'] : ['resume', resume, '-']),
      ],
      env: {},
    };
  },
  listener: (agent, _, before) => new CodexListener(agent, before),
};
