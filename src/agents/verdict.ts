/** The agent's last word (DESIGN "Verdict"): checked for shape, never searched for in prose. */
import type { Usage } from '../record/event.js';
import { isRecord, parseJson } from '../record/shape.js';
import type { Verdict } from './agent.js';

const MOST_OPTIONS = 20;
const MOST_STUBS = 100;
/** A longer line is no verdict. */
export const LONGEST_VERDICT = 1024 * 1024;

/** A text as it is, however long: cut (`ending.ts`) before its secrets are hidden, it could show a part of one. */
function textOf(value: unknown): string | null {
  return typeof value !== 'string' || value.trim() === '' ? null : value.trim();
}

function deferredStubs(value: unknown): { symbol: string; file: string; until: string }[] {
  if (!Array.isArray(value)) return [];
  return value.slice(0, MOST_STUBS).flatMap((stub) => {
    if (!isRecord(stub)) return [];
    const symbol = textOf(stub.symbol);
    const file = textOf(stub.file);
    const until = textOf(stub.until);
    return symbol === null || file === null || until === null ? [] : [{ symbol, file, until }];
  });
}

/**
 * A value as a verdict; null where it is no object with a boolean `ok`. Everything else in it is optional: what has the
 * wrong type counts as not said, and what nobody knows is let through. Its texts are as long as they came.
 */
export function parseVerdict(value: unknown): Verdict | null {
  if (!isRecord(value) || typeof value.ok !== 'boolean') return null;
  if (value.ok) return { kind: 'ok', deferredStubs: deferredStubs(value.deferredStubs) };
  const question = textOf(value.question);
  if (question !== null) {
    const options = Array.isArray(value.options) ? value.options : [];
    const texts = options.map(textOf).filter((option) => option !== null);
    return { kind: 'question', question, options: texts.slice(0, MOST_OPTIONS) };
  }
  return {
    kind: 'failed',
    reason: textOf(value.reason) ?? 'the agent gave no reason',
    blockedBy: textOf(value.blockedBy),
    symbol: textOf(value.symbol),
    file: textOf(value.file),
  };
}

/** What an agent says it used: numbers of 0 or more; null where it says none. */
export function parseUsage(value: unknown): Usage | null {
  if (!isRecord(value)) return null;
  const usage: { inputTokens?: number; outputTokens?: number; costUsd?: number } = {};
  for (const key of ['inputTokens', 'outputTokens', 'costUsd'] as const) {
    const number = value[key];
    if (typeof number === 'number' && Number.isFinite(number) && number >= 0) usage[key] = number;
  }
  return Object.keys(usage).length === 0 ? null : usage;
}

/** A verdict with what may stand beside it. */
export interface LastWord {
  readonly verdict: Verdict;
  readonly usage: Usage | null;
  /** The model that really answered. */
  readonly model: string | null;
  /** `"limit": {"resetsAt": ISO 8601 or null}`: the provider's usage limit; ms since the epoch where it was told. */
  readonly limit: { readonly resetsAt: number | null } | null;
  /** `"environment": "…"`: what is broken around the agent, so that no other rung would help either. */
  readonly environment: string | null;
}

function limitOf(value: unknown): LastWord['limit'] {
  if (!isRecord(value)) return null;
  const at = typeof value.resetsAt === 'string' ? Date.parse(value.resetsAt) : Number.NaN;
  return { resetsAt: Number.isNaN(at) ? null : at };
}

/** A line of output as an agent's last word; null where it is anything else. */
export function parseLastWord(line: string): LastWord | null {
  const text = line.trim();
  // Cheap to see, and every line of output is looked at.
  if (!text.startsWith('{') || !text.endsWith('}') || !text.includes('"ok"')) return null;
  const value = parseJson(text);
  const verdict = parseVerdict(value);
  if (verdict === null || !isRecord(value)) return null;
  const failed = !value.ok;
  return {
    verdict,
    usage: parseUsage(value.usage),
    model: textOf(value.model),
    limit: failed ? limitOf(value.limit) : null,
    environment: failed ? textOf(value.environment) : null,
  };
}
