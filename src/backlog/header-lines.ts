/**
 * The header as people write it by hand: `**Model:** sonnet/thinking`, `- **Depends On**: None`,
 * `> **Depends On**: …`, `_Depends on: …_`, `Depends-On: …`, anywhere between the title and the first section.
 */
import { printable } from '../diagnostic.js';
import { fieldOf, LIST_FIELDS, misspeltField, type Problem, type RawField, type RawText } from './fields.js';
import type { Outline, Span } from './markdown.js';

export interface HeaderLines {
  readonly fields: readonly RawField[];
  readonly problems: readonly Problem[];
  /** The lines that were read: what remains of the text is the task's body. */
  readonly lines: readonly Span[];
}

/** Marks before a line's words: blockquote, list item. */
const LEAD = /^ {0,3}(?:>[ \t]?)*[ \t]*(?:(?:[-*+]|\d+[.)])[ \t]+)?/;
const LABEL = /^(\*{1,3}|_{1,3}|)([A-Za-z][A-Za-z0-9 _-]{0,38}?)(\*{1,3}|_{1,3}|)[ \t]*:(\*{1,3}|_{1,3}|)([ \t]*)/;
/** Another field on the same line: `… | **Blocks:** …`. */
const NEXT_FIELD = /[\s|·•;,]\*\*[A-Za-z][A-Za-z0-9 _-]{0,38}(?::\*\*|\*\*:)/;
const ITEM = /^[ \t]*(?:>[ \t]?)*[ \t]*(?:[-*+]|\d+[.)])[ \t]+/;
const ONLY_FILES = /^[ \t]*(?:>[ \t]?)*`?[\w./-]+\.md`?(?:[ \t]*,[ \t]*`?[\w./-]+\.md`?)*,?[ \t]*$/;
/** Labels that are fields even where no mark sets them off and prose came before. */
const CERTAIN = /^(?:depends[ _-]on|dependencies|blocked[ _-]by|model|rung)$/i;

interface Labelled {
  readonly label: string;
  readonly decorated: boolean;
  readonly key: Span;
  /** The value on this line, trimmed. */
  readonly value: Span;
}

/**
 * The hand-written fields of a text.
 * @param text with plain line ends
 * @param end where the header must end: the first section
 */
export function readHeaderLines(text: string, end: number, { opaque }: Pick<Outline, 'opaque'>): HeaderLines {
  const fields: RawField[] = [];
  const problems: Problem[] = [];
  const lines: Span[] = [];
  let prose = false;
  let at = 0;
  while (at < end) {
    const hidden = opaque.find((span) => at >= span.start && at < span.end);
    const lineEnd = endOfLine(text, at);
    const next = hidden === undefined ? lineEnd + 1 : endOfLine(text, hidden.end) + 1;
    const labelled = hidden === undefined ? labelsOf(text, at, lineEnd) : [];
    let after = next;
    let taken = false;
    for (const one of labelled) {
      const field = fieldOf(one.label);
      const meant = one.decorated || !prose || CERTAIN.test(one.label);
      if (field !== null && meant) {
        const last = one === labelled[labelled.length - 1] && LIST_FIELDS.has(field);
        const read = last ? continued(text, at, one.value, end) : { items: [one.value], list: false, next };
        fields.push(fieldFrom(text, one, field, read));
        after = Math.max(after, read.next);
        taken = true;
      } else if (field === null && (one.decorated || !prose)) {
        const meantField = misspeltField(one.label);
        if (meantField !== null) problems.push(misspelt(one, meantField));
      }
    }
    if (taken) lines.push({ start: at, end: Math.min(after, text.length) });
    if (labelled.length === 0 && hidden === undefined && isProse(text.slice(at, lineEnd))) prose = true;
    at = after;
  }
  return { fields, problems, lines };
}

/** The labelled values of one line, from left to right; mostly one or none. */
function labelsOf(text: string, start: number, lineEnd: number): Labelled[] {
  const found: Labelled[] = [];
  let at = start + (LEAD.exec(text.slice(start, lineEnd))?.[0].length ?? 0);
  while (at < lineEnd) {
    const rest = text.slice(at, lineEnd);
    const match = LABEL.exec(rest);
    if (match === null) break;
    const [whole, open = '', label = '', closed = '', closedAfter = '', gap = ''] = match;
    const decorated = open !== '';
    // `https://…`, `12:30`: a plain label wants a blank after its colon.
    if (!decorated && gap === '' && rest.length > whole.length) break;
    const valueStart = at + whole.length;
    const nextField = NEXT_FIELD.exec(text.slice(valueStart, lineEnd));
    const valueEnd = nextField === null ? lineEnd : valueStart + nextField.index + 1;
    const around = decorated && closed === '' && closedAfter === '' ? open : '';
    found.push({
      label,
      decorated,
      key: { start: at + open.length, end: at + open.length + label.length },
      value: trimmed(text, valueStart, valueEnd, nextField === null ? around : '|·•;,'),
    });
    if (nextField === null) break;
    at = valueEnd;
  }
  return found;
}

/**
 * Without blanks and Markdown's hard line breaks around it, nor, at its end, any of these further characters: the marks
 * that close `_Depends on: x_`, what stands before another field.
 */
function trimmed(text: string, from: number, to: number, further: string): Span {
  let end = to;
  if (text[end - 1] === '\\') end -= 1;
  for (let goesOn = true; goesOn; ) {
    while (end > from && (/\s/.test(text[end - 1] ?? '') || further.includes(text[end - 1] ?? ' '))) end -= 1;
    const wrap = /<br ?\/?>$/.exec(text.slice(Math.max(from, end - 6), end));
    end -= wrap?.[0].length ?? 0;
    goesOn = wrap !== null;
  }
  let start = from;
  while (start < end && /\s/.test(text[start] ?? '')) start += 1;
  return { start, end };
}

interface Continued {
  readonly items: readonly Span[];
  readonly list: boolean;
  readonly next: number;
}

/** A list field's value with what belongs to it on the lines below: a list, or text that plainly goes on. */
function continued(text: string, lineStart: number, value: Span, end: number): Continued {
  const next = endOfLine(text, lineStart) + 1;
  if (value.start < value.end) return wrapped(text, value, next, end);
  const deeper = leadWidth(text, lineStart);
  const items: Span[] = [];
  let at = next;
  let line = text.slice(at, endOfLine(text, at));
  if (line.trim() === '') {
    at = endOfLine(text, at) + 1;
    line = text.slice(at, endOfLine(text, at));
  }
  while (at < end && isItem(text, at) && leadWidth(text, at) > deeper) {
    const lineEnd = endOfLine(text, at);
    items.push(trimmed(text, at + (ITEM.exec(text.slice(at, lineEnd))?.[0].length ?? 0), lineEnd, ''));
    at = lineEnd + 1;
  }
  if (items.length > 0) return { items, list: true, next: at };
  const plain = text.slice(next, endOfLine(text, next));
  if (
    next < end &&
    plain.trim() !== '' &&
    !plain.startsWith('#') &&
    labelsOf(text, next, next + plain.length).length === 0
  ) {
    const lineEnd = endOfLine(text, next);
    return wrapped(text, trimmed(text, next, lineEnd, ''), lineEnd + 1, end);
  }
  return { items: [value], list: false, next };
}

/** Text goes on below where it ends in a comma or inside parentheses, or the next line is indented or all file names. */
function wrapped(text: string, value: Span, from: number, end: number): Continued {
  let stop = value.end;
  let at = from;
  while (at < end) {
    const lineEnd = endOfLine(text, at);
    const line = text.slice(at, lineEnd);
    const sofar = text.slice(value.start, stop);
    const open = sofar.split('(').length > sofar.split(')').length;
    const goesOn = open || sofar.endsWith(',') || /^[ \t]{2,}[^\s]/.test(line) || ONLY_FILES.test(line);
    if (line.trim() === '' || !goesOn || line.startsWith('#') || labelsOf(text, at, lineEnd).length > 0) break;
    if (isItem(text, at) && !open) break;
    stop = trimmed(text, at, lineEnd, '').end;
    at = lineEnd + 1;
  }
  return { items: [{ start: value.start, end: stop }], list: false, next: at };
}

function isItem(text: string, at: number): boolean {
  const line = text.slice(at, endOfLine(text, at));
  return ITEM.test(line) && labelsOf(text, at, at + line.length).length === 0;
}

/** How far a list mark stands in; -1 where the line has none, so that any list below is deeper. */
function leadWidth(text: string, at: number): number {
  const line = text.slice(at, endOfLine(text, at)).replace(/^[ \t]*(?:>[ \t]?)+/, '');
  return ITEM.test(line) ? line.length - line.trimStart().length : -1;
}

function fieldFrom(text: string, one: Labelled, field: RawField['field'], read: Continued): RawField {
  const items = read.items.map((span): RawText => ({ text: text.slice(span.start, span.end), ...span }));
  const first = items[0];
  const last = items[items.length - 1];
  const span = first && last && last.end > first.start ? { start: first.start, end: last.end } : one.key;
  const value: RawField['value'] = read.list
    ? { kind: 'list', items }
    : first === undefined || first.text === ''
      ? { kind: 'nothing' }
      : { kind: 'text', text: first };
  return { field, label: one.label, key: one.key, value, span };
}

function misspelt(one: Labelled, field: string): Problem {
  return {
    message: `unknown field “${printable(one.label)}”`,
    remedy: `did you mean “${field}”? If it is no field, put a full stop instead of the colon`,
    span: one.key,
  };
}

/** A line of running text: no heading, quote mark, rule or comment. */
function isProse(line: string): boolean {
  return /^[ \t]*[A-Za-z0-9`"'“(]/.test(line);
}

function endOfLine(text: string, from: number): number {
  const newline = text.indexOf('\n', from);
  return newline === -1 ? text.length : newline;
}
