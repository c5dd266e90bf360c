/**
 * What goes wrong in the world, as values: a diagnostic says what is wrong, where, and what to do.
 * Offsets are stored; line and column are computed only when one is printed.
 */
import { distance } from 'fastest-levenshtein';

/** A stretch of text in a file. `start`/`end` are UTF-16 offsets into the file's text; absent, the whole file is meant. */
export interface Place {
  /** Relative to the project's root where it lies below it, with `/`. */
  readonly file: string;
  readonly start?: number;
  readonly end?: number;
}

export interface Diagnostic {
  readonly severity: 'error' | 'warning';
  /** One sentence, no full stop, lower case unless it begins with a name. */
  readonly message: string;
  readonly place?: Place;
  /** What the person can do about it; imperative, one line. */
  readonly remedy?: string;
  /** Other places that belong to it, each with a word on why. */
  readonly also?: readonly { readonly place: Place; readonly note: string }[];
}

/** Exit codes of the command line (DESIGN "Command line"). */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  waiting: 3,
  halted: 4,
  interrupted: 130,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/**
 * The one exception for what is the world's fault: wrong input, a missing file, a lock held elsewhere.
 * Thrown where handing a value up would only be plumbing; turned into text and an exit code in one place (cli.ts).
 */
export class Refusal extends Error {
  readonly diagnostics: readonly Diagnostic[];
  readonly exitCode: ExitCode;

  constructor(diagnostics: Diagnostic | readonly Diagnostic[], exitCode: ExitCode = EXIT.usage) {
    const list = Array.isArray(diagnostics) ? diagnostics : [diagnostics as Diagnostic];
    super(list.map((d: Diagnostic) => d.message).join('; '));
    this.name = 'Refusal';
    this.diagnostics = list;
    this.exitCode = exitCode;
  }
}

/** Shorthand for the commonest refusal: one sentence, one remedy. */
export function refuse(message: string, remedy: string, exitCode: ExitCode = EXIT.usage, place?: Place): Refusal {
  return new Refusal({ severity: 'error', message, remedy, ...(place ? { place } : {}) }, exitCode);
}

/**
 * Beyond the first 32: control characters, the marks that turn the direction of text, and what takes no room at all (a
 * blank without width, tags). As the inside of a class in a pattern with the flag `u`. Joiners are not among them: letters
 * of several scripts, and families of emoji, are written with them.
 */
export const INVISIBLE =
  '\\u007f-\\u009f\\u061c\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u2069\\ufeff\\ufffe\\uffff\\u{e0000}-\\u{e007f}';

// Nothing printed may move the cursor, colour the terminal or read other than it is written. Tab and newline are the
// caller's to allow.
const UNPRINTABLE = new RegExp(`[\\u0000-\\u001f${INVISIBLE}]`, 'gu');

/** Text that came from outside, made safe to print on one line: control characters become visible escapes. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (c) => {
    if (c === '\n') return '\\n';
    if (c === '\t') return '\\t';
    if (c === '\r') return '\\r';
    const code = c.codePointAt(0) ?? 0;
    const digits = code.toString(16);
    if (code < 0x100) return `\\x${digits.padStart(2, '0')}`;
    return code < 0x10000 ? `\\u${digits.padStart(4, '0')}` : `\\u{${digits}}`;
  });
}

/** As `printable`, for text of several lines: newlines stay, tabs become spaces. */
export function printableBlock(text: string): string {
  return text
    .split(/\r?\n/)
    .map((line) => printable(line.replaceAll('\t', '    ')))
    .join('\n');
}

const sortedLetters = (word: string): string => [...word].sort().join('');

/** How far two words are apart; two letters that changed places, the commonest slip, count once, not twice. */
function apart(one: string, other: string): number {
  const edits = distance(one, other);
  return edits === 2 && sortedLetters(one) === sortedLetters(other) ? 1 : edits;
}

/** The candidate that was probably meant, or null when nothing is near enough to be worth saying. */
export function nearest(word: string, candidates: Iterable<string>): string | null {
  const wanted = word.toLowerCase();
  let best: string | null = null;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const d = apart(wanted, candidate.toLowerCase());
    if (d < bestDistance) {
      best = candidate;
      bestDistance = d;
    }
  }
  const limit = Math.max(1, Math.floor(wanted.length / 3));
  return bestDistance <= limit ? best : null;
}

/** `did you mean “x”?`, or the fallback where nothing is near. */
export function didYouMean(word: string, candidates: Iterable<string>, fallback: string): string {
  const near = nearest(word, candidates);
  return near === null ? fallback : `did you mean “${printable(near)}”?`;
}

/** Line (from 1) and column (from 1, in UTF-16 units) of an offset. */
export function lineColumn(text: string, offset: number): { line: number; column: number } {
  let line = 1;
  let lineStart = 0;
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) {
    line += 1;
    lineStart = at + 1;
  }
  return { line, column: offset - lineStart + 1 };
}

/** How a diagnostic gets at the text it underlines: null when the file cannot be read (any more). */
export type ReadText = (file: string) => string | null;

function renderPlace(place: Place, read: ReadText): { head: string; excerpt: string } {
  const file = printable(place.file);
  const text = place.start === undefined ? null : read(place.file);
  if (text === null || place.start === undefined) return { head: file, excerpt: '' };
  const { line, column } = lineColumn(text, place.start);
  const lineStart = place.start - (column - 1);
  const newline = text.indexOf('\n', lineStart);
  const lineEnd = newline === -1 ? text.length : newline;
  const before = printable(text.slice(lineStart, place.start).replaceAll('\t', ' '));
  const stop = Math.max(place.start, Math.min(place.end ?? place.start + 1, lineEnd));
  const marked = printable(text.slice(place.start, stop).replaceAll('\t', ' ').replace(/\r$/, ''));
  const after = printable(text.slice(stop, lineEnd).replaceAll('\t', ' ').replace(/\r$/, ''));
  const gutter = String(line);
  const pad = ' '.repeat(gutter.length);
  return {
    head: `${file}:${line}:${column}`,
    excerpt: `  ${gutter} | ${before}${marked}${after}\n  ${pad} | ${' '.repeat(before.length)}${'^'.repeat(Math.max(1, marked.length))}\n`,
  };
}

/** A diagnostic as text, ending in a newline: `file:line:column: error: message`, the text underlined, the remedy. */
export function renderDiagnostic(diagnostic: Diagnostic, read: ReadText): string {
  const { head, excerpt } = diagnostic.place
    ? renderPlace(diagnostic.place, read)
    : { head: 'stepladder', excerpt: '' };
  let out = `${head}: ${diagnostic.severity}: ${printable(diagnostic.message)}\n${excerpt}`;
  for (const { place, note } of diagnostic.also ?? []) {
    const other = renderPlace(place, read);
    out += `${other.head}: note: ${printable(note)}\n${other.excerpt}`;
  }
  if (diagnostic.remedy !== undefined) out += `  → ${printable(diagnostic.remedy)}\n`;
  return out;
}

/** For the `default` of a switch over a union: the compiler proves that it is never reached. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`);
}
