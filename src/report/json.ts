/** Facts for programs: report.json, and what `--json` prints. */
import { INVISIBLE } from '../diagnostic.js';

// JSON.stringify escapes what stands below U+0020 only. What else could move a cursor, turn text round on a terminal or
// hide in it is written as \u escapes: another spelling of the same value.
const UNPRINTABLE = new RegExp(`[${INVISIBLE}]`, 'gu');

/** Each half of a pair by itself, as JSON has it. */
const spelt = (sign: string): string =>
  sign.split('').reduce((text, unit) => `${text}\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`, '');

/**
 * Any plain value as JSON text that is safe to show on a terminal, ending in a newline. Keys stand in the order in
 * which they were made, so that equal facts give equal bytes.
 * @param indent spaces per level; 0 gives one line, for `--json` output that is read line by line.
 */
export function jsonText(value: unknown, indent = 2): string {
  const text = JSON.stringify(value, null, indent);
  // Looking alone takes half the time, and mostly there is nothing.
  if (text.search(UNPRINTABLE) === -1) return `${text}\n`;
  return `${text.replace(UNPRINTABLE, spelt)}\n`;
}
