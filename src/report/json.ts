/** Facts for programs: report.json, and what `--json` prints. */

// JSON.stringify escapes what stands below U+0020 only. What else could move a cursor or turn text round on a terminal
// (`printable` in diagnostic.ts knows the same characters) is written as \u escapes: another spelling of the same value.
const UNPRINTABLE = /[\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/**
 * Any plain value as JSON text that is safe to show on a terminal, ending in a newline. Keys stand in the order in
 * which they were made, so that equal facts give equal bytes.
 * @param indent spaces per level; 0 gives one line, for `--json` output that is read line by line.
 */
export function jsonText(value: unknown, indent = 2): string {
  const text = JSON.stringify(value, null, indent);
  return `${text.replace(UNPRINTABLE, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)}\n`;
}
