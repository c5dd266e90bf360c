/** How an attempt ended, while it is still being found out: less what all ends have, and with no secret in it. */
import type { Mask } from '../inspect/secrets.js';
import type { AttemptEnd, Verdict } from './agent.js';

/** What an attempt ended in, less what all ends have. */
export type Ending = AttemptEnd extends infer E
  ? E extends AttemptEnd
    ? Omit<E, 'usage' | 'model' | 'session' | 'sessionUsage' | 'durationMs'>
    : never
  : never;

/** How long the texts may be, in characters: they go into prompts, receipts (which are committed) and reports. */
const LONGEST_TEXT = 4000;
const LONGEST_OPTION = 500;
const LONGEST_NAME = 500;

/** The text without its secrets, cut where it is too long: never before, since half a secret is none that is known. */
function shown(text: string, limit: number, mask: Mask): string {
  const hidden = mask.hide(text);
  // Not in the middle of a character.
  return hidden.length <= limit ? hidden : `${hidden.slice(0, limit - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/** A name that an agent tells: a model, a symbol, a file; without secrets and not endless. */
export function shownName(name: string | null, mask: Mask): string | null {
  return name === null ? null : shown(name, LONGEST_NAME, mask);
}

function shownVerdict(verdict: Verdict, mask: Mask): Verdict {
  const name = (text: string): string => shown(text, LONGEST_NAME, mask);
  switch (verdict.kind) {
    case 'ok': {
      const stubs = verdict.deferredStubs.map(({ symbol, file, until }) => ({
        symbol: name(symbol),
        file: name(file),
        until: name(until),
      }));
      return { ...verdict, deferredStubs: stubs };
    }
    case 'question':
      return {
        ...verdict,
        question: shown(verdict.question, LONGEST_TEXT, mask),
        options: verdict.options.map((option) => shown(option, LONGEST_OPTION, mask)),
      };
    case 'failed':
      return {
        ...verdict,
        reason: shown(verdict.reason, LONGEST_TEXT, mask),
        blockedBy: shownName(verdict.blockedBy, mask),
        symbol: shownName(verdict.symbol, mask),
        file: shownName(verdict.file, mask),
      };
  }
}

/** The same with every secret in its texts hidden, and none of them too long. */
export function masked(ending: Ending, mask: Mask): Ending {
  if (ending.end === 'verdict') return { ...ending, verdict: shownVerdict(ending.verdict, mask) };
  return { ...ending, reason: shown(ending.reason, LONGEST_TEXT, mask) };
}

/** An end without a verdict. @param said the end of standard error, or '' */
export function withoutVerdict(how: string, exitCode: number | null, said: string): Ending {
  return { end: 'no-verdict', reason: said === '' ? `no verdict (${how})` : `no verdict (${how}): ${said}`, exitCode };
}
