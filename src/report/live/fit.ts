/** Text and the columns it takes on a terminal: wide letters take two, marks above a letter none. */
import sliceAnsi from 'slice-ansi';
import stringWidth from 'string-width';
import { printable } from '../../diagnostic.js';

/** Columns of a text. */
export const widthOf = (text: string): number => stringWidth(text);

/** Cut to so many columns, with `…` where something was left out. Colours in it stay whole. */
export function cutTo(text: string, columns: number): string {
  if (columns <= 0) return '';
  if (stringWidth(text) <= columns) return text;
  const cut = sliceAnsi(text, 0, columns - 1);
  // A wide letter that begins in the last column is kept whole.
  return `${stringWidth(cut) < columns ? cut : sliceAnsi(text, 0, columns - 2)}…`;
}

/** What came from outside, on one line, safe to print, and not longer than anybody would read. */
export function plain(text: string, longest = 1000): string {
  return printable(text.slice(0, longest).replace(/\s+/g, ' ').trim());
}

/** Cut or filled up with blanks to exactly so many columns. */
export function exactly(text: string, columns: number): string {
  const cut = cutTo(text, columns);
  return cut + ' '.repeat(Math.max(0, columns - stringWidth(cut)));
}

/** Parts with ` · ` between them, on as many lines as it takes; a part that is too long for a line is cut. */
export function flow(parts: readonly string[], columns: number): string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const last = lines.at(-1);
    const longer = last === undefined ? part : `${last} · ${part}`;
    if (last !== undefined && stringWidth(longer) <= columns) lines[lines.length - 1] = longer;
    else lines.push(cutTo(part, columns));
  }
  return lines;
}
