import { readFileSync, statSync } from 'node:fs';
import { isAbsolute, join, normalize } from 'node:path';
import { bareSymbol } from '../backlog/named.js';

/** A larger file is not searched for a line that merely saves a look. */
const LARGEST_SEARCHED = 1 << 20;

/**
 * The first line, from 1, of a file of the work tree that has a symbol's word; null where none does, or where the file
 * cannot be read. A hint for a reader: finding what stands there is the parser's.
 */
export function symbolLine(cwd: string, file: string, symbol: string): number | null {
  const path = normalize(file);
  if (isAbsolute(path) || path === '..' || path.startsWith('../')) return null;
  const word = bareSymbol(symbol);
  try {
    const stat = statSync(join(cwd, path));
    if (!stat.isFile() || stat.size > LARGEST_SEARCHED) return null;
    const lines = readFileSync(join(cwd, path), 'utf8').split('\n');
    const at = lines.findIndex((line) => line.split(/[^\p{L}\p{N}_$]+/u).includes(word));
    return at === -1 ? null : at + 1;
  } catch {
    // Gone, or not ours to read: the hint is left out.
    return null;
  }
}
