/** Files of lines, read piece by piece: a journal grows for months. */
import { files } from './files.js';

const PIECE = 256 * 1024;
/** No line of ours is nearly as long; longer ones are passed over without being held in memory. */
const LONGEST_LINE = 16 * 1024 * 1024;

/**
 * Hands every line of a file to `each`, without its newline, the last one even if it has none; null for a line that is
 * too long to be one of ours. None where there is no file.
 */
export function readLines(path: string, each: (line: string | null) => void): void {
  const file = files.open(path);
  if (file === null) return;
  try {
    let begun: Buffer[] = [];
    let length = 0;
    const end = (): void => {
      each(length > LONGEST_LINE ? null : Buffer.concat(begun).toString('utf8'));
      begun = [];
      length = 0;
    };
    const take = (bytes: Buffer): void => {
      length += bytes.length;
      // The piece is overwritten by the next read: what is kept must be a copy.
      if (length <= LONGEST_LINE) begun.push(Buffer.from(bytes));
      else begun = [];
    };
    const piece = Buffer.alloc(PIECE);
    for (let position = 0; ; ) {
      const read = file.read(piece, position);
      if (read === 0) break;
      position += read;
      const bytes = piece.subarray(0, read);
      const first = bytes.indexOf(10);
      if (first === -1) {
        take(bytes);
        continue;
      }
      take(bytes.subarray(0, first));
      end();
      // Whole lines are decoded together: a newline is a newline whatever the bytes before it are.
      const last = bytes.lastIndexOf(10);
      const text = bytes.toString('utf8', first + 1, last + 1);
      let from = 0;
      for (let to = text.indexOf('\n'); to !== -1; to = text.indexOf('\n', from)) {
        each(text.slice(from, to));
        from = to + 1;
      }
      if (last + 1 < read) take(bytes.subarray(last + 1));
    }
    if (length > 0) end();
  } finally {
    file.close();
  }
}
