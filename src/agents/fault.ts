/** What a provider's refusal means, by its status: the same for all that speak HTTP to one (DESIGN, table of outcomes). */

import { goal } from '../record/goal.js';
import type { Ending } from './ending.js';

/** A wait longer than this is no hiccup: it is held for all steps, and `max-wait` says how long is too long. */
const LONGEST_WAIT_MS = 5 * 60_000;

/** What an account may spend in a month, as Anthropic tells it: with the status of a request that is wrong. */
const SPEND_LIMIT = /^(?:API Error: 400 )?You have reached your specified (?:workspace )?API usage limits\b/;
const REGAINED = /\bregain access on (\d{4}-\d\d-\d\d) at (\d\d:\d\d) UTC\b/;

export interface Fault {
  /** HTTP status; null where there was no answer that could be read. */
  readonly status: number | null;
  readonly reason: string;
  /** Milliseconds, where the provider said so. */
  readonly retryAfterMs: number | null;
  /** Whether the model had answered before: what fails then is hardly the configuration. */
  readonly answered: boolean;
  /** Name of the agent. */
  readonly agent: string;
  /** How to log in. */
  readonly login: string;
}

/** What it may spend is spent, as it says itself. */
export function spentOut(reason: string): Ending {
  return { end: 'budget', reason };
}

/** A failure of this rung: the next one may do better. */
export function failed(reason: string): Ending {
  // Any code but 0: it did not end well, and it need not be asked for a verdict once more.
  return { end: 'no-verdict', reason, exitCode: 1 };
}

export function notLoggedIn(reason: string, login: string): Ending {
  return { end: 'environment', reason, remedy: `${login}; then run ${goal('orchestrate')} again` };
}

export function noMoney(reason: string): Ending {
  const remedy = `see to the account with the provider, then run ${goal('orchestrate')} again`;
  return { end: 'environment', reason, remedy };
}

/** @param login what else may be the matter, for a program that does not tell the two apart */
export function noSuchModel(reason: string, agent: string, login = ''): Ending {
  const remedy = `${login === '' ? '' : `${login}, or `}name a model that the account may use: aliases: {${agent}: {NAME: MODEL}} in stepladder.yaml`;
  return { end: 'environment', reason, remedy };
}

/** Try again, after that time; one that is no time to come counts as not told. Long waits are one hold for the account. */
export function tryAgain(reason: string, retryAfterMs: number | null): Ending {
  const told = retryAfterMs !== null && retryAfterMs > 0 ? retryAfterMs : null;
  if (told === null || told <= LONGEST_WAIT_MS) return { end: 'transient', reason, retryAfterMs: told };
  return { end: 'limit', reason, resetsAt: Date.now() + told };
}

/** A limit that comes as a request that is wrong; null where it is that. */
function spendLimit(reason: string): Ending | null {
  if (!SPEND_LIMIT.test(reason)) return null;
  const [, day, time] = REGAINED.exec(reason) ?? [];
  const at = Date.parse(`${day}T${time}Z`);
  return { end: 'limit', reason, resetsAt: Number.isNaN(at) ? null : at };
}

export function ofFault({ status, reason, retryAfterMs, answered, agent, login }: Fault): Ending {
  switch (status) {
    case 401:
    case 403:
      return notLoggedIn(reason, login);
    case 402:
      return noMoney(reason);
    case 404:
      return noSuchModel(reason, agent);
    case null:
    case 408:
    case 429:
      return tryAgain(reason, retryAfterMs);
    case 413:
      return failed(reason);
    default:
      if (status >= 500) return tryAgain(reason, retryAfterMs);
      return spendLimit(reason) ?? (answered ? failed(reason) : refused(reason, agent));
  }
}

/** A first request that is refused: hardly the task. */
function refused(reason: string, agent: string): Ending {
  const remedy = `see what the provider has against the request (stepladder log), and agents: ${agent}: in stepladder.yaml`;
  return { end: 'environment', reason, remedy };
}
