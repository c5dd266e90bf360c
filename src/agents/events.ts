/** Listening to a program that prints one JSON object a line: what all such listeners share. */
import type { Usage } from '../record/event.js';
import { isRecord, parseJson } from '../record/shape.js';
import type { Verdict } from './agent.js';
import { type Ending, withoutVerdict } from './ending.js';
import type { Line } from './lines.js';
import type { Listener, OwnEnd } from './run-agent.js';
import { parseLastWord, parseVerdict } from './verdict.js';

export type JsonObject = Record<string, unknown>;

/** An event is read up to this length, in characters; one that is longer (a file's whole text) is of no importance. */
export const LONGEST_EVENT = 8 * 1024 * 1024;

export const textAt = (object: unknown, key: string): string | null => {
  const value = isRecord(object) ? object[key] : null;
  return typeof value === 'string' ? value : null;
};

export const numberAt = (object: unknown, key: string): number | null => {
  const value = isRecord(object) ? object[key] : null;
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
};

export const objectAt = (object: unknown, key: string): JsonObject => {
  const value = isRecord(object) ? object[key] : null;
  return isRecord(value) ? value : {};
};

export const listAt = (object: unknown, key: string): readonly unknown[] => {
  const value = isRecord(object) ? object[key] : null;
  return Array.isArray(value) ? value : [];
};

/** The verdict that ends an answer: the answer as a whole, or its last line that is one. Never out of prose. */
export function verdictIn(answer: string): Verdict | null {
  const whole = parseVerdict(parseJson(answer.trim()));
  if (whole !== null) return whole;
  for (const line of answer.split('\n').reverse()) {
    const word = parseLastWord(line);
    if (word !== null) return word.verdict;
  }
  return null;
}

export abstract class EventListener implements Listener {
  usage: Usage | null = null;
  model: string | null = null;
  trouble: Listener['trouble'] = null;
  lastWord: Ending | null = null;
  session: string | null = null;
  /** Until the program tells it, as it stood before. */
  sessionUsage: Usage | null;
  readonly #before: Usage;
  /** Whether it has begun to work: what it refuses before that is its flags or its configuration. */
  protected begun = false;
  /** Whether the model has answered at all. */
  answered = false;
  /** Ids of tool calls that have begun and not ended. */
  protected readonly open = new Set<string>();
  protected readonly agent: string;

  /**
   * @param agent the name it has in the configuration
   * @param before `sessionUsage` of the session that it goes on in
   */
  constructor(agent: string, before: Usage | null = null) {
    this.agent = agent;
    this.sessionUsage = before;
    this.#before = before ?? {};
  }

  get busy(): boolean {
    return this.open.size > 0;
  }

  line(stream: 'stdout' | 'stderr', line: Line): string {
    if (stream === 'stderr') return this.complaint(line.text);
    const event = line.cut ? null : parseJson(line.text);
    return isRecord(event) ? this.event(event) : '';
  }

  /** Takes in an event, gives what a person may see of it. */
  protected abstract event(event: JsonObject): string;

  /** Takes in a line of standard error, gives what a person may see of it. */
  protected complaint(line: string): string {
    return line;
  }

  abstract ended(end: OwnEnd, said: string): Ending;

  /** Takes in what the program counts over its whole session, gives what of it is this attempt's own. */
  protected ownOf(whole: Usage): Usage {
    this.sessionUsage = whole;
    const own: { inputTokens?: number; outputTokens?: number; costUsd?: number } = {};
    for (const key of ['inputTokens', 'outputTokens', 'costUsd'] as const) {
      const number = whole[key];
      if (number !== undefined) own[key] = Math.max(0, number - (this.#before[key] ?? 0));
    }
    return own;
  }

  protected inTrouble(reason: string): void {
    this.trouble = { reason, times: (this.trouble?.times ?? 0) + 1 };
  }

  /** The model has answered, or a tool: whatever was said before was not the last word. */
  protected progress(): void {
    this.answered = true;
    this.lastWord = null;
    this.trouble = null;
  }

  /** It ended without saying what came of it. */
  protected broken(end: OwnEnd, said: string): Ending {
    // Not by us: that ends otherwise. No program kills itself so; a system that is out of memory does.
    if (end.how === 'signal' ? end.signal === 'SIGKILL' : end.code === KILLED) {
      const reason = 'its program was killed (SIGKILL), as the system does where memory runs out';
      return { end: 'transient', reason, retryAfterMs: null };
    }
    const how = end.how === 'signal' ? `ended by ${end.signal}` : `exit ${end.code}`;
    if (this.begun || end.how === 'signal') {
      return withoutVerdict(`${how}, its events broke off`, end.how === 'signal' ? null : end.code || 1, said);
    }
    const reason = `the agent ${this.agent} did not begin to work (${how})${said === '' ? '' : `: ${said}`}`;
    const remedy = `see that it runs by hand with these flags (make plan shows them), or give agents: ${this.agent}: others in stepladder.yaml`;
    return { end: 'environment', reason, remedy };
  }
}

/** How a shell, or a sandbox, tells that what it started was ended by SIGKILL. */
const KILLED = 128 + 9;

/** The first line of a text, for people. */
export const firstLine = (text: string): string => text.trim().split('\n', 1)[0] ?? '';
