/**
 * Markdown that cannot be broken into: text from outside (titles, reasons, output) is shown as it is; nothing in it
 * becomes markup, moves a cursor or leaves its line. The compiler sees to it: what is put together here is `Markdown`,
 * and a plain string put into one is escaped. GitHub's Markdown is what is meant, tables and autolinks included.
 * This folder: report.md, section by section.
 */
import { printable } from '../../diagnostic.js';
import { formatUsd } from '../durations.js';
import { cut } from '../gist.js';

/** What is longer on one line is cut: a minified file in an error message is no reading matter. report.json has it whole. */
const WIDEST = 1000;

/** Finished Markdown. Made only by the functions of this file. */
export class Markdown {
  constructor(readonly text: string) {}
}

/** A tagged template: what stands in it is Markdown, every plain string put into it is escaped. */
export function md(words: TemplateStringsArray, ...values: readonly (string | number | Markdown)[]): Markdown {
  const parts = words.map((word, at) => {
    const value = values[at];
    if (value === undefined) return word;
    return word + (value instanceof Markdown ? value.text : inline(String(value)));
  });
  return new Markdown(parts.join(''));
}

/** Flowing text on one line. `_` inside a word and a lone `(` or `:` stay as they are: they cannot begin markup. */
function inline(text: string): string {
  return printable(cut(text, WIDEST))
    .replace(/[\\`*[\]<>|~$@#]/g, '\\$&')
    .replace(/(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, '\\_')
    .replace(/&(?=#?\w)/g, '\\&')
    .replace(/:(?=\/\/)/g, '\\:')
    .replace(/\b(www)\./gi, '$1\\.')
    .replace(/^(\s*)([-+=])/, '$1\\$2')
    .replace(/^(\s*\d+)([.)])(?=\s|$)/, '$1\\$2');
}

/** A code span. The fence is longer than any run of backticks inside; nothing at all is shown as a dash. */
export function code(text: string): Markdown {
  const shown = printable(cut(text.trim(), WIDEST));
  if (shown === '') return new Markdown('–');
  const fence = '`'.repeat(longestRun(shown) + 1);
  const pad = shown.startsWith('`') || shown.endsWith('`') ? ' ' : '';
  return new Markdown(`${fence}${pad}${shown}${pad}${fence}`);
}

/** A code span for a table. A table is split at `|` before anything else is read: what holds one stays plain text. */
export function codeCell(text: string): Markdown {
  return /[|\\]/.test(text) ? md`${text}` : code(text);
}

/**
 * Several lines as they are, fenced.
 * @param options `indent`: spaces before each line, so that the block stays within its list item; `most`: the most lines
 *   shown, what is left out is said; `language`: for the reader's colours
 */
export function block(text: string, options: { indent?: number; most?: number; language?: string } = {}): Markdown {
  const { indent = 0, most = 40, language = '' } = options;
  const all = text.trimEnd().split(/\r?\n/);
  const shown = all.slice(0, most).map((line) => printable(cut(line.replaceAll('\t', '    '), WIDEST)));
  if (all.length > most) shown.push(`… ${all.length - most} more lines`);
  const fence = '`'.repeat(Math.max(3, longestRun(shown.join('\n')) + 1));
  const margin = ' '.repeat(indent);
  return new Markdown([fence + language, ...shown, fence].map((line) => (line === '' ? '' : margin + line)).join('\n'));
}

/** Joined with `, ` or whatever is wanted; what goes beyond `most` is counted. */
export function listed(parts: readonly Markdown[], most = 12, separator = ', '): Markdown {
  const rest = parts.length > most ? ` and ${parts.length - most} more` : '';
  return new Markdown(
    parts
      .slice(0, most)
      .map(({ text }) => text)
      .join(separator) + rest,
  );
}

/** Lines one below the other: the items of a list, the rows of a table. */
export function lines(parts: readonly Markdown[]): Markdown {
  return new Markdown(parts.map(({ text }) => text).join('\n'));
}

/** Paragraphs, lists, blocks and headings, an empty line between; empty ones are left out. Ends in a newline. */
export function page(parts: readonly Markdown[]): string {
  const blocks = parts.flatMap(({ text }) => (text === '' ? [] : [text]));
  return `${blocks.join('\n\n')}\n`;
}

/** What is spelled out of each kind; beyond that the page says how many more there are. */
export const MOST_SPELLED_OUT = 25;
/** The same for what takes one line. */
export const MOST_LISTED = 500;

/** `… and 12 more in report.json`, or nothing. */
export function andMore(count: number, most: number): Markdown[] {
  return count > most ? [md`… and ${count - most} more in report.json.`] : [];
}

/** A sum of money: its sign is ours, and no markup. */
export function money(usd: number): Markdown {
  return new Markdown(formatUsd(usd));
}

function longestRun(text: string): number {
  let longest = 0;
  for (const run of text.match(/`+/g) ?? []) longest = Math.max(longest, run.length);
  return longest;
}
