/** What is left when no grammar reads a file: lines that say in the usual words that something is not implemented. */
import type { Stub } from './report.js';

const LINE =
  /\braise\s+NotImplementedError\b|\bthrow\b.*\bnot\W*implemented|\b(?:todo|unimplemented)!\s*\(|\b(?:panic|abort|fatalError|die|fail)\w*\s*\(.*\b(?:not implemented|unimplemented|TODO)\b|\breturn\b.*\b(?:not[ _]implemented|unimplemented|ENOSYS)\b/i;

export function stubsByWords(file: string, text: string): readonly Stub[] {
  const stubs: Stub[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const found = line.length < 1000 ? LINE.exec(line) : null;
    if (found === null) continue;
    stubs.push({
      file,
      line: index + 1,
      endLine: index + 1,
      symbol: '',
      kind: 'not-implemented',
      severity: 'warning',
      message: `read by words only: ${found[0].trim()}`,
      exempt: null,
      body: '',
    });
  }
  return stubs;
}
