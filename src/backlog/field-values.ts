/** What the values of header fields mean: text, lists, durations, yes or no. Each refusal says how to write it. */
import { parseDuration } from '../config/duration.js';
import { didYouMean, printable } from '../diagnostic.js';
import type { Problem, RawField, RawText } from './fields.js';

/** A value, or why there is none. */
export type Reading<T> = { readonly value: T } | { readonly problem: Problem };

const CODE_SPAN = /(`+)(.+?)\1(?!`)/g;

function wrong(field: RawField, message: string, remedy: string, at: RawText | null = null): { problem: Problem } {
  const { start, end } = at ?? field.span;
  return { problem: { message, remedy, span: { start, end } } };
}

const label = (field: RawField): string => printable(field.label);
const shown = (text: string): string => printable(text.length > 60 ? `${text.slice(0, 59)}…` : text);

/** One text, or null where the field says nothing. */
export function oneText(field: RawField): Reading<string | null> {
  if (field.value.kind === 'nothing') return { value: null };
  if (field.value.kind === 'text') return { value: field.value.text.text.trim().replace(/\s+/g, ' ') };
  const only = field.value.kind === 'list' && field.value.items.length === 1 ? field.value.items[0] : undefined;
  if (only !== undefined) return { value: only.text.trim() };
  return wrong(field, `“${label(field)}” must be one text`, `write one value: ${label(field)}: …`);
}

/** One word such as a rung or an agent: decoration, a closing full stop and a remark in parentheses are peeled off. */
export function oneWord(field: RawField): Reading<string | null> {
  const text = oneText(field);
  if ('problem' in text || text.value === null) return text;
  const word = undecorated(text.value.replace(/\s*\([^()]*\)\s*$/, ''));
  return { value: word === '' || /^(?:none|n\/a|null|[-–—])$/i.test(word) ? null : word };
}

function undecorated(text: string): string {
  return text.trim().replace(/^[`"'*_]+|[`"'*_.]+$/g, '');
}

/** Only quotes and backticks: `*` and `_` belong to globs and symbols. */
function unquoted(text: string): string {
  return text.trim().replace(/^[`"']+|[`"']+$/g, '');
}

const isNone = (text: string): boolean =>
  /^(?:none|nothing|n\/a|null|\[\]|[-–—])\.?(?:\s*\(.*\))?$/i.test(undecorated(text));

/** Globs or symbols: a list, or one line with commas between. A remark in parentheses and backticks are peeled off. */
export function manyWords(field: RawField, what: string): Reading<string[]> {
  const texts = textsOf(field);
  if (texts === null) return wrong(field, `“${label(field)}” must be a list`, `write a list of ${what}: [a, b]`);
  const words: string[] = [];
  for (const text of texts) {
    if (isNone(text.text)) continue;
    for (const piece of splitAtCommas(text.text)) {
      const word = unquoted(piece.replace(/\s+\([^()]*\)\s*$/, '').replace(/^\s*\[([^\]]+)\]\([^)]*\)\s*$/, '$1'));
      if (word === '') continue;
      if (/\s/.test(word)) {
        return wrong(field, `“${shown(word)}” cannot be read for certain`, `write ${what} with commas between`, text);
      }
      if (!words.includes(word)) words.push(word);
    }
  }
  return { value: words };
}

/** Globs of files, relative to the workspace. */
export function manyGlobs(field: RawField): Reading<string[]> {
  const globs = manyWords(field, 'paths or globs');
  if ('problem' in globs) return globs;
  const outside = globs.value.find((glob) => glob.startsWith('/') || glob.split('/').includes('..'));
  if (outside === undefined) return { value: globs.value.map((glob) => glob.replace(/^(?:\.\/)+/, '')) };
  return wrong(
    field,
    `“${shown(outside)}” lies outside the workspace`,
    'write paths relative to the workspace, without ..',
  );
}

/** Symbols; a call's empty parentheses are no part of the name: `openai_start_stream()`. */
export function manySymbols(field: RawField): Reading<string[]> {
  const symbols = manyWords(field, 'symbols');
  if ('problem' in symbols) return symbols;
  return { value: [...new Set(symbols.value.map((symbol) => symbol.replace(/\(\)$/, '')))] };
}

/**
 * Shell commands. In YAML each text is one; in a hand-written line only what stands in backticks is: prose is never
 * run.
 */
export function manyCommands(field: RawField, handWritten: boolean): Reading<string[]> {
  const texts = textsOf(field);
  if (texts === null) {
    return wrong(
      field,
      `“${label(field)}” must be a list of commands`,
      `write each as text: ${label(field)}: [make check]`,
    );
  }
  const commands: string[] = [];
  for (const text of texts) {
    if (isNone(text.text)) continue;
    if (!handWritten) {
      commands.push(text.text.trim());
      continue;
    }
    const spans = [...text.text.matchAll(CODE_SPAN)].map((found) => (found[2] ?? '').trim());
    if (spans.length === 0) {
      return wrong(
        field,
        `“${shown(text.text)}” names no command`,
        'put each command in backticks: `make check`',
        text,
      );
    }
    commands.push(...spans);
  }
  return { value: [...new Set(commands.filter((command) => command !== ''))] };
}

/** `true`, `false`, `yes`, `no`. */
export function yesOrNo(field: RawField): Reading<boolean> {
  const word = oneWord(field);
  if ('problem' in word) return word;
  if (word.value === null || /^(?:false|no)$/i.test(word.value)) return { value: false };
  if (/^(?:true|yes)$/i.test(word.value)) return { value: true };
  return wrong(field, `“${label(field)}” cannot be “${shown(word.value)}”`, 'write true or false');
}

/** One of a few words. */
export function oneOf<T extends string>(field: RawField, allowed: readonly T[]): Reading<T | null> {
  // Asked first, since one of them may be `none`, which elsewhere means that nothing is said.
  const text = oneText(field);
  if ('problem' in text) return text;
  const said = undecorated(text.value ?? '').toLowerCase();
  const found = allowed.find((one) => one === said);
  if (found !== undefined) return { value: found };
  const word = oneWord(field);
  if ('problem' in word) return word;
  if (word.value === null) return { value: null };
  const list = allowed.length === 1 ? `write ${allowed[0]}, or leave it out` : `one of: ${allowed.join(', ')}`;
  return wrong(field, `“${label(field)}” cannot be “${shown(word.value)}”`, didYouMean(word.value, allowed, list));
}

/** Milliseconds, more than none. */
export function duration(field: RawField): Reading<number | null> {
  const word = oneWord(field);
  if ('problem' in word) return word;
  if (word.value === null) return { value: null };
  const ms = parseDuration(word.value);
  if (ms !== null && ms > 0) return { value: ms };
  return wrong(field, `“${shown(word.value)}” is no duration`, 'write a number and a unit: 90s, 15m, 6h');
}

const PRIORITIES: readonly (readonly [RegExp, number])[] = [
  [/^(?:critical|urgent|highest)$/i, 2],
  [/^high$/i, 1],
  [/^(?:normal|medium|default)$/i, 0],
  [/^low$/i, -1],
  [/^lowest$/i, -2],
];

/** A number, the higher the sooner; `P0` to `P9` the other way about; `high`, `low` and their like. */
export function priority(field: RawField): Reading<number> {
  const word = oneWord(field);
  if ('problem' in word) return word;
  const text = word.value;
  if (text === null) return { value: 0 };
  if (/^[-+]?\d+(?:\.\d+)?$/.test(text)) return { value: Number(text) };
  const p = /^p(\d)$/i.exec(text)?.[1];
  if (p !== undefined) return { value: 2 - Number(p) };
  const named = PRIORITIES.find(([pattern]) => pattern.test(text));
  if (named !== undefined) return { value: named[1] };
  return wrong(field, `“${shown(text)}” is no priority`, 'write a number, the higher the sooner; or P1, high, low');
}

function textsOf(field: RawField): readonly RawText[] | null {
  switch (field.value.kind) {
    case 'nothing':
      return [];
    case 'text':
      return [field.value.text];
    case 'list':
      return field.value.items;
    default:
      return null;
  }
}

/** At the commas and line ends that stand outside braces and backticks: `{a,b}.c` is one glob. */
function splitAtCommas(text: string): string[] {
  const pieces: string[] = [];
  let piece = '';
  let depth = 0;
  let code = false;
  for (const char of text) {
    if (char === '`') code = !code;
    if (char === '{') depth += 1;
    if (char === '}') depth -= 1;
    if ((char === ',' || char === '\n') && depth <= 0 && !code) {
      pieces.push(piece);
      piece = '';
    } else piece += char;
  }
  return [...pieces, piece];
}
