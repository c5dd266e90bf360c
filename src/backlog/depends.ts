/**
 * Reads what people write after "Depends on": names, links, numbers, remarks, `None`. What cannot be read for certain
 * ("all of M1–M6", "Tasks 1-7") is a problem that says how to write it, never a guess (DESIGN "A task file").
 */
import { printable } from '../diagnostic.js';
import type { Problem, RawText } from './fields.js';
import type { Span } from './markdown.js';
import type { TaskRef } from './parsed-file.js';

export interface DependsText {
  readonly refs: readonly TaskRef[];
  readonly problems: readonly Problem[];
}

export const HOW_TO_WRITE_DEPENDS =
  'write each name, with commas between: first-task, second-task; or None; remarks in parentheses';

const NONE_WORD = /^(?:none|nothing|no|n\/a|nil|null|~|no (?:dependencies|dependency|prerequisites|blockers)|[-–—]+)$/i;
/** `None` with a remark: in parentheses, or, as people do, after a full stop or a dash. */
const NONE_AND_REMARK =
  /^(?:none|nothing|no (?:dependencies|prerequisites|blockers)|n\/a)(?:\s*\([\s\S]*\)\s*\.?|\s*\.|\s*\.\s[\s\S]*|\s+[-–—]+\s[\s\S]*)$/i;
const NAME = /^(?=.*[A-Za-z0-9])(?:\.{1,2}\/)*[A-Za-z0-9._][A-Za-z0-9._/-]*$/;
const RANGE = /^([A-Za-z]*[-_]?)\d+\s*(?:-|\bto\b|\bthrough\b)\s*\1\d+$/i;

/**
 * The names in the values of a `depends` field.
 * @param source the file's text, to find each name's own place in it
 */
export function readDepends(values: readonly RawText[], source: string): DependsText {
  const refs: TaskRef[] = [];
  const problems: Problem[] = [];
  let none: RawText | null = null;
  for (const value of values) {
    const text = undecorated(value.text);
    if (NONE_WORD.test(text) || NONE_AND_REMARK.test(text)) {
      none ??= value;
      continue;
    }
    readValue(value, source, refs, problems);
  }
  if (none !== null && refs.length + problems.length > 0) problems.push(noneBesideNames(none));
  return { refs, problems };
}

function noneBesideNames(span: Span): Problem {
  return {
    message: '“None” stands beside other names',
    remedy: 'take it out, or the names',
    span: { start: span.start, end: span.end },
  };
}

function readValue(value: RawText, source: string, refs: TaskRef[], problems: Problem[]): void {
  const blanked = withoutRemarks(withoutLinks(value.text));
  const place = (from: number, to: number): Span => placeIn(value, source, from, to);
  if (blanked === null) {
    const span = place(0, value.text.length);
    problems.push({
      message: 'a parenthesis has no partner',
      remedy: 'remarks stand in parentheses: (like this)',
      span,
    });
    return;
  }
  let plural = false;
  for (const [from, to] of pieces(blanked)) {
    const peeled = peel(blanked, from, to);
    const text = blanked.slice(peeled.start, peeled.end);
    if (text === '') continue;
    plural ||= /tasks\b/i.test(blanked.slice(from, peeled.start));
    const span = place(peeled.start, peeled.end);
    const range = RANGE.test(text);
    if (NONE_WORD.test(text)) problems.push(noneBesideNames(span));
    else if (!NAME.test(text) || (range && plural))
      problems.push(unclear(value.text, trimmedSpan(blanked, from, to), place));
    else refs.push({ text: text.replace(/\.md$/, ''), ...span, ...(range ? { range: true } : {}) });
  }
}

function unclear(text: string, { start, end }: Span, place: (from: number, to: number) => Span): Problem {
  const written = text.slice(start, end).replace(/\s+/g, ' ');
  const shown = written.length > 60 ? `${written.slice(0, 59)}…` : written;
  return {
    message: `“${printable(shown)}” cannot be read for certain`,
    remedy: HOW_TO_WRITE_DEPENDS,
    span: place(start, end),
  };
}

/** Links give the file they point to: `[317](317-axum.md)`, `[[317-axum]]`, `[[317-axum|the router]]`. */
function withoutLinks(text: string): string {
  return text
    .replace(/\[\[([^\][|]*)(\|[^\][]*)?\]\]/g, (_, name: string, alias?: string) => `  ${name}${blank(alias)}  `)
    .replace(/\[([^\][]*)\]\(\s*<?([^()<>\s]*)>?([^()]*)\)/g, (whole, shown: string, target: string) => {
      const file = target.replace(/#.*$/, '');
      const start = /\.md$/.test(file) ? whole.indexOf(target, shown.length + 2) : 1;
      const kept = /\.md$/.test(file) ? file : shown;
      return ' '.repeat(start) + kept + ' '.repeat(whole.length - start - kept.length);
    });
}

/** Remarks in parentheses, nested ones too, as blanks; null where a parenthesis has no partner. */
function withoutRemarks(text: string): string | null {
  if (!text.includes('(') && !text.includes(')')) return text;
  let depth = 0;
  let out = '';
  for (const char of text) {
    if (char === '(') depth += 1;
    out += depth > 0 ? blank(char) : char;
    if (char === ')') depth -= 1;
    if (depth < 0) return null;
  }
  return depth === 0 ? out : null;
}

/** Stretches between commas, semicolons, line ends and the word "and". */
function pieces(text: string): [number, number][] {
  const found: [number, number][] = [];
  const between = /\n[ \t>]*|[,;]|\s(?:and|&)(?=\s)/gi;
  let from = 0;
  for (const separator of text.matchAll(between)) {
    found.push([from, separator.index]);
    from = separator.index + separator[0].length;
  }
  found.push([from, text.length]);
  return found;
}

const DECORATION = /[\s`"'“”‘’[\]]/;

/** Without blanks, backticks, quotes, emphasis, `Task`, and the full stop of a sentence. */
function peel(text: string, from: number, to: number): Span {
  let { start, end } = trimmedSpan(text, from, to);
  const lead = /^(?:and\s+|&\s*)?[\s`"'“”‘’*_[\]]*(?:tasks?\b[:\s]+(?=\S))?[`"'“”‘’*[\]]*/i.exec(
    text.slice(start, end),
  );
  start += lead?.[0].length ?? 0;
  // An underscore can end a name, a star makes a glob: they are decoration only where they stand before it as well.
  const emphasis = /[*_]/.exec(lead?.[0] ?? '')?.[0];
  const marks = emphasis === undefined ? DECORATION : new RegExp(`${DECORATION.source}|[${emphasis}]`);
  const strip = (): void => {
    while (end > start && marks.test(text[end - 1] ?? '')) end -= 1;
  };
  strip();
  if (end > start && text[end - 1] === '.') end -= 1;
  strip();
  return { start, end };
}

function trimmedSpan(text: string, from: number, to: number): Span {
  const piece = text.slice(from, to);
  const start = from + (piece.length - piece.trimStart().length);
  return { start: Math.min(start, to), end: Math.max(Math.min(start, to), from + piece.trimEnd().length) };
}

/** The place in the file of a stretch of a value: exact where the file says it letter by letter, else the whole value. */
function placeIn(value: RawText, source: string, from: number, to: number): Span {
  const written = source.slice(value.start, value.end);
  const shift = written === value.text ? 0 : written.slice(1, -1) === value.text ? 1 : null;
  if (shift === null) return { start: value.start, end: value.end };
  return { start: value.start + shift + from, end: value.start + shift + to };
}

function undecorated(text: string): string {
  return text.trim().replace(/^[`"'*_]+|[`"'*_.]+$/g, '');
}

function blank(text: string | undefined): string {
  return ' '.repeat(text?.length ?? 0);
}
