/** Lines that somebody else printed (Make, a launcher, a person's command), made fit to stand above a live view. */
import { stripVTControlCharacters } from 'node:util';
import { printable } from '../../diagnostic.js';

const COLOUR = /(\u001b\[[0-9;:]*m)/;
const RESET = '\u001b[0m';

/**
 * One line of foreign output. Its colours stay, and end with it; what would move the cursor is taken out, what else
 * cannot be printed is made visible; of a line that was written over itself (`\r`) stays what was to be seen last.
 */
export function foreignLine(line: string): string {
  const [last = ''] = line
    .split('\r')
    .filter((part) => part !== '')
    .slice(-1);
  let coloured = false;
  const parts = last.split(COLOUR).map((part, at) => {
    // split() with a group: every second part is what separated the others.
    if (at % 2 === 0) return printable(stripVTControlCharacters(part).replaceAll('\t', '    '));
    coloured = true;
    return part;
  });
  return coloured ? `${parts.join('')}${RESET}` : parts.join('');
}
