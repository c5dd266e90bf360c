/** `stepladder-ok: REASON` in a comment exempts the stub that it stands in, or right above. */
import type { Comment } from './functions.js';

const EXEMPTION = /stepladder-ok:[^\S\n]*([^\n]*?)[^\S\n]*(?:\*\/|-->|$)/m;

/** Reasons by line, from 1; a comment without a reason exempts nothing. */
export function exemptions(comments: readonly Comment[]): ReadonlyMap<number, string> {
  const reasons = new Map<number, string>();
  for (const { text, line } of comments) {
    const found = EXEMPTION.exec(text);
    const reason = found?.[1]?.trim() ?? '';
    if (found !== null && reason !== '') reasons.set(line + text.slice(0, found.index).split('\n').length - 1, reason);
  }
  return reasons;
}

/** The reason that covers the lines of a stub, its documentation and attributes among them. */
export function exemptionOf(reasons: ReadonlyMap<number, string>, line: number, endLine: number): string | null {
  for (const [at, reason] of reasons) if (at >= line - 1 && at <= endLine) return reason;
  return null;
}
