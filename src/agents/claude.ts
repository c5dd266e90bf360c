/**
 * Claude Code, driven by `claude -p` with its events as JSON lines. Neither its exit code nor `subtype` says whether it
 * worked: `is_error` does, and why it did not, `assistant.error` before it.
 */
import type { Usage } from '../record/event.js';
import { isRecord } from '../record/shape.js';
import type { Cli } from './cli-agent.js';
import { type Ending, withoutVerdict } from './ending.js';
import { EventListener, firstLine, type JsonObject, listAt, numberAt, objectAt, textAt } from './events.js';
import { failed, noMoney, noSuchModel, notLoggedIn, ofFault, spentOut, tryAgain } from './fault.js';
import type { OwnEnd } from './run-agent.js';
import { parseVerdict } from './verdict.js';
import { VERDICT_SCHEMA } from './verdict-schema.js';

const LOGIN = 'log in (run claude, then /login) or set ANTHROPIC_API_KEY';
/** It gives up at once where it is told to wait as long as this or longer, without saying how long. */
const LONG_WAIT_MS = 90_000;

/** Its labels for a login that will not do, whatever the status. */
const NO_LOGIN: ReadonlySet<string> = new Set([
  ...['authentication_failed', 'oauth_org_not_allowed', 'account_on_hold', 'verification_required'],
  ...['cloud_credential_error', 'provider_credentials', 'stored_login_refused', 'oauth_refresh_store_refused'],
  ...['api_key_auth_disabled', 'org_disabled_credential', 'invalid_credential_header', 'named_profile_unusable'],
  ...['gateway_signin_required', 'gateway_session_expired'],
]);
const NO_MONEY: ReadonlySet<string> = new Set([
  'billing_error',
  'model_requires_usage_credits',
  'long_context_credits_required',
]);

/** Among the stops of its own, which `subtype` names: never a verdict of the right shape. It may be asked once more. */
const WRONG_SHAPE = 'error_max_structured_output_retries';
/** It was told what it may spend (`--max-budget-usd`). */
const OWN_BUDGET = 'error_max_budget_usd';
/** It was interrupted, or so it says. */
const BROKEN_OFF = 'error_during_execution';

function usageOf(result: JsonObject): Usage | null {
  const usage = objectAt(result, 'usage');
  const parts = ['input_tokens', 'cache_creation_input_tokens', 'cache_read_input_tokens'];
  const input = parts.reduce((sum, key) => sum + (numberAt(usage, key) ?? 0), 0);
  const output = numberAt(usage, 'output_tokens') ?? 0;
  const cost = numberAt(result, 'total_cost_usd');
  if (input === 0 && output === 0 && !cost) return null;
  return { inputTokens: input, outputTokens: output, ...(cost === null ? {} : { costUsd: cost }) };
}

/** What it calls a model that was none: itself, saying why a request failed. */
const NO_MODEL = '<synthetic>';

/** The model that wrote most: smaller ones help it along. */
function mostOf(models: Iterable<readonly [model: string, tokens: number]>): string | null {
  return [...models].sort(([, a], [, b]) => b - a)[0]?.[0] ?? null;
}

/** The model that wrote most in the whole session, attempts before this one among it. */
function modelOf(result: JsonObject): string | null {
  const models = Object.entries(objectAt(result, 'modelUsage'));
  return mostOf(models.map(([model, usage]) => [model, numberAt(usage, 'outputTokens') ?? 0] as const));
}

export class ClaudeListener extends EventListener {
  /** The label of its last failed request. */
  #error: string | null = null;
  /** How often the last failed request was tried again. */
  #retries = 0;
  /** The usage limit that it has met, with its reset in ms since the epoch. */
  #limit: { readonly resetsAt: number | null } | null = null;

  /** Its last word where that is only that it was interrupted. */
  #brokenOff: Ending | null = null;
  /** Tokens by message, of which there are as many as requests. */
  readonly #requests = new Map<string, Usage | null>();
  /** Models that it was answered by itself, not a helper of its, by message. */
  readonly #models = new Map<string, readonly [model: string, tokens: number]>();

  protected event(event: JsonObject): string {
    switch (event.type) {
      case 'system':
        return this.#system(event);
      case 'assistant':
        return this.#assistant(event);
      case 'user':
        for (const block of listAt(event.message, 'content')) {
          const id = textAt(block, 'tool_use_id');
          if (id !== null) this.open.delete(id);
        }
        return '';
      case 'rate_limit_event': {
        const info = objectAt(event, 'rate_limit_info');
        const seconds = numberAt(info, 'resetsAt');
        this.#limit = info.status === 'rejected' ? { resetsAt: seconds === null ? null : seconds * 1000 } : null;
        return '';
      }
      case 'result':
        this.usage = this.#told(event) ?? this.usage;
        this.model = this.#ownModel() ?? modelOf(event) ?? this.model;
        // Interrupted, it says so as well, as if that were its own doing.
        if (event.subtype === BROKEN_OFF) this.#brokenOff = this.#ending(event);
        else this.lastWord = this.#ending(event);
        return '';
      default:
        return '';
    }
  }

  #system(event: JsonObject): string {
    if (event.subtype === 'init') {
      this.begun = true;
      this.session = textAt(event, 'session_id');
      this.model ??= textAt(event, 'model');
    }
    if (event.subtype !== 'api_retry') return '';
    const status = numberAt(event, 'error_status');
    this.#retries += 1;
    const what = `${textAt(event, 'error') ?? 'unknown'}${status === null ? '' : `, status ${status}`}`;
    this.inTrouble(`the provider could not be reached (${what})`);
    return `trying again (${what})`;
  }

  #assistant(event: JsonObject): string {
    this.#error = textAt(event, 'error');
    if (this.#error !== null) return '';
    this.progress();
    this.#retries = 0;
    this.usage = this.#soFar(event);
    this.model = this.#modelSoFar(event);
    this.#limit = null;
    let shown = '';
    for (const block of listAt(event.message, 'content')) {
      const text = textAt(block, 'text');
      if (text !== null) shown = firstLine(text);
      if (!isRecord(block) || block.type !== 'tool_use') continue;
      const id = textAt(block, 'id');
      if (id !== null) this.open.add(id);
      const input = objectAt(block, 'input');
      const about = textAt(input, 'command') ?? textAt(input, 'file_path') ?? textAt(input, 'pattern') ?? '';
      shown = `${textAt(block, 'name') ?? 'tool'} ${firstLine(about)}`.trim();
    }
    return shown;
  }

  /** What has been used at least: the sums come with the result, which an attempt that is ended never prints. */
  #soFar(event: JsonObject): Usage | null {
    this.#requests.set(textAt(event.message, 'id') ?? '', usageOf(objectAt(event, 'message')));
    const all = [...this.#requests.values()].filter((one) => one !== null);
    const sum = (key: 'inputTokens' | 'outputTokens'): number => all.reduce((total, one) => total + (one[key] ?? 0), 0);
    return all.length === 0 ? null : { inputTokens: sum('inputTokens'), outputTokens: sum('outputTokens') };
  }

  /** The result's sums: its tokens are this attempt's, its dollars the whole session's. */
  #told(result: JsonObject): Usage | null {
    const usage = usageOf(result);
    if (usage?.costUsd === undefined) return usage;
    return { ...usage, ...this.ownOf({ costUsd: usage.costUsd }) };
  }

  #modelSoFar(event: JsonObject): string | null {
    const model = textAt(event.message, 'model');
    if (model !== null && model !== NO_MODEL && textAt(event, 'parent_tool_use_id') === null) {
      const tokens = numberAt(objectAt(event.message, 'usage'), 'output_tokens') ?? 0;
      this.#models.set(textAt(event.message, 'id') ?? '', [model, tokens]);
    }
    return this.#ownModel() ?? this.model;
  }

  /** Null where no message names one. */
  #ownModel(): string | null {
    const sums = new Map<string, number>();
    for (const [model, tokens] of this.#models.values()) sums.set(model, (sums.get(model) ?? 0) + tokens);
    return mostOf(sums);
  }

  #ending(result: JsonObject): Ending {
    const text =
      textAt(result, 'result') ??
      listAt(result, 'errors')
        .filter((one) => typeof one === 'string')
        .join('; ');
    const subtype = textAt(result, 'subtype') ?? 'without a subtype';
    if (subtype === WRONG_SHAPE) return withoutVerdict('exit 0', 0, text);
    if (subtype === OWN_BUDGET)
      return spentOut(`Claude Code stopped at what it may spend${text === '' ? '' : `: ${text}`}`);
    if (subtype !== 'success') return failed(text === '' ? subtype : `${subtype}: ${text}`);
    if (result.is_error === true) return this.#failure(result, text);
    const verdict = parseVerdict(result.structured_output);
    if (verdict !== null) return { end: 'verdict', verdict };
    // Older versions take an answer that broke off for one.
    if (result.stop_reason === null) return tryAgain('the answer broke off', null);
    const denied = listAt(result, 'permission_denials').map((one) => textAt(one, 'tool_name') ?? 'a tool');
    const why = denied.length === 0 ? '' : `it was not allowed to use ${[...new Set(denied)].join(', ')}`;
    return withoutVerdict('exit 0', 0, why);
  }

  /** A request that failed for good. */
  #failure(result: JsonObject, reason: string): Ending {
    if (this.#limit !== null) {
      return { end: 'limit', reason, resetsAt: this.#limit.resetsAt };
    }
    if (result.terminal_reason === 'prompt_too_long') return failed(reason);
    if (result.stop_reason === 'refusal') return failed(`the model refused: ${reason}`);
    const status = numberAt(result, 'api_error_status');
    const labels = [this.#error, textAt(result, 'api_error')].filter((label) => label !== null);
    if (labels.some((label) => NO_LOGIN.has(label))) return notLoggedIn(reason, LOGIN);
    if (labels.some((label) => NO_MONEY.has(label))) return noMoney(reason);
    switch (this.#error) {
      // Also where its context is full: it has tried to go on by itself.
      case 'max_output_tokens':
        return failed(reason);
      case 'model_not_found':
        return noSuchModel(reason, this.agent);
      case 'rate_limit':
        return tryAgain(reason, this.#retries === 0 ? LONG_WAIT_MS : null);
      default:
        return ofFault({
          status,
          reason,
          retryAfterMs: null,
          answered: this.answered,
          agent: this.agent,
          login: LOGIN,
        });
    }
  }

  ended(end: OwnEnd, said: string): Ending {
    return this.lastWord ?? this.#brokenOff ?? this.broken(end, said);
  }
}

/** How many tokens a model may think that knows no effort. */
const BUDGETS: Readonly<Record<string, string>> = {
  low: '1024',
  medium: '8000',
  high: '16000',
  xhigh: '24000',
  max: '31999',
};

export const CLAUDE: Cli = {
  kind: 'claude',
  program: 'claude',
  scrubbed: [
    // They would beat the rung's model and effort.
    'CLAUDE_CODE_EFFORT_LEVEL',
    'MAX_THINKING_TOKENS',
    'CLAUDE_CODE_DISABLE_THINKING',
    'CLAUDE_CODE_DISABLE_ADAPTIVE_THINKING',
    'ANTHROPIC_MODEL',
    // Left over where we were started by one: it is not that one's session.
    'CLAUDECODE',
    'CLAUDE_CODE_ENTRYPOINT',
    'CLAUDE_CODE_SSE_PORT',
  ],
  tellsCost: true,
  accountVariables: [
    ...[
      'ANTHROPIC_API_KEY',
      'ANTHROPIC_AUTH_TOKEN',
      'ANTHROPIC_BASE_URL',
      'CLAUDE_CODE_OAUTH_TOKEN',
      'CLAUDE_CONFIG_DIR',
    ],
    ...['CLAUDE_CODE_USE_BEDROCK', 'CLAUDE_CODE_USE_VERTEX', 'AWS_PROFILE', 'ANTHROPIC_VERTEX_PROJECT_ID'],
  ],
  launch({ model, effort, resume, allowanceUsd }, config) {
    const off = effort === 'none' || effort === null;
    // Newer models know only the one, older ones only the other.
    const quiet = { CLAUDE_CODE_DISABLE_THINKING: '1', MAX_THINKING_TOKENS: '0' };
    const thinking = off ? quiet : { MAX_THINKING_TOKENS: BUDGETS[effort] ?? '31999' };
    return {
      args: [
        ...['-p', '--output-format', 'stream-json', '--verbose'],
        ...['--model', model, '--effort', off ? 'low' : effort],
        ...['--permission-mode', config.permissions === 'bypass' ? 'bypassPermissions' : 'acceptEdits'],
        ...['--json-schema', JSON.stringify(VERDICT_SCHEMA)],
        ...(allowanceUsd === null ? [] : ['--max-budget-usd', allowanceUsd.toFixed(4)]),
        ...(resume === null ? [] : ['--resume', resume]),
        ...config.args,
      ],
      // It is the runner that waits and tries again.
      env: { ...thinking, CLAUDE_CODE_MAX_RETRIES: '2', DISABLE_AUTOUPDATER: '1' },
    };
  },
  listener: (agent, _, before) => new ClaudeListener(agent, before),
};
