/**
 * What a task means, as a hash (DESIGN "Fingerprint"): normalised for line ends, trailing blanks and the marks in
 * checkboxes; without how it is run (rung, timeout, group, layer, priority, agent, isolation).
 */
import { createHash } from 'node:crypto';

/** Raised when the same task would hash otherwise than before: receipts of an older one are verified again, unpaid. */
const FINGERPRINT_VERSION = 1;

const MARK = /^([ \t]*(?:>[ \t]*)*(?:[-*+]|\d+[.)])[ \t]+)\[[xX ]\]/;

/** A text as it counts: LF, no blanks at line ends, every checkbox open, no blank lines around it. */
export function normalised(text: string): string {
  let clean = text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
  // Most texts need none of it: looking is cheaper than taking ten thousand of them apart.
  if (/[^\S\n]\n/.test(clean) || /\[[xX]\]/.test(clean)) {
    clean = clean
      .split('\n')
      .map((line) => line.trimEnd().replace(MARK, '$1[ ]'))
      .join('\n');
  }
  return clean.replace(/^\n+/, '').trimEnd();
}

/** Hex sha256 of a body, normalised first. */
export function hashOfBody(body: string): string {
  return sha256(normalised(body));
}

/** What of a task has to be worked for. */
export interface Work {
  readonly title: string;
  /** Without the condition sections. */
  readonly body: string;
  /** What those sections say that nobody can run. */
  readonly claims: readonly string[];
  readonly provides: readonly string[];
  readonly files: readonly string[];
  readonly stubs: readonly { readonly symbol: string; readonly until: string }[];
  readonly checkpoint: boolean;
}

/** See `Task.essence`. */
export function essence(work: Work): string {
  return sha256(
    JSON.stringify([
      FINGERPRINT_VERSION,
      work.title,
      normalised(work.body),
      asSet(work.provides),
      asSet(work.files),
      asSet(work.stubs.map(({ symbol, until }) => `${symbol} until ${until}`)),
      ...(work.claims.length > 0 ? [work.claims] : []),
      ...(work.checkpoint ? ['checkpoint'] : []),
    ]),
  );
}

/** What of a task is checked, beside what has to be worked for. */
export interface Checked {
  /** Names, resolved. */
  readonly depends: readonly string[];
  readonly verify: readonly string[];
  readonly mends: readonly string[];
}

/**
 * See `Task.fingerprint`: `1:sha256:…`. The order of lists is no part of the meaning.
 * @param essenceHash what `essence` gave
 * @param bodyHash what `hashOfBody` gave for the whole body: the conditions are in it
 */
export function fingerprint(essenceHash: string, bodyHash: string, checked: Checked): string {
  const text = JSON.stringify([
    essenceHash,
    bodyHash,
    asSet(checked.depends),
    asSet(checked.verify),
    asSet(checked.mends),
  ]);
  return `${FINGERPRINT_VERSION}:sha256:${sha256(text)}`;
}

function asSet(items: readonly string[]): string[] {
  return [...new Set(items)].sort();
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
