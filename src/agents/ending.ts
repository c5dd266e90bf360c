/** How an attempt ended, while it is still being found out: less what all ends have, and with no secret in it. */
import type { Mask } from '../inspect/secrets.js';
import type { AttemptEnd, Verdict } from './agent.js';

/** What an attempt ended in, less what all ends have. */
export type Ending = AttemptEnd extends infer E
  ? E extends AttemptEnd
    ? Omit<E, 'usage' | 'model' | 'durationMs'>
    : never
  : never;

/** A verdict's texts go into receipts, which are committed. */
function maskedVerdict(verdict: Verdict, mask: Mask): Verdict {
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

/** The same with every secret in its texts hidden. */
export function masked(ending: Ending, mask: Mask): Ending {
  if (ending.end === 'verdict') return { ...ending, verdict: maskedVerdict(ending.verdict, mask) };
  return { ...ending, reason: mask.hide(ending.reason) };
}

/** An end without a verdict. @param said the end of standard error, or '' */
export function withoutVerdict(how: string, exitCode: number | null, said: string): Ending {
  return { end: 'no-verdict', reason: said === '' ? `no verdict (${how})` : `no verdict (${how}): ${said}`, exitCode };
}
