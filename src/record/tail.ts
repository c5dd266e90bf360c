/** A file of lines that grows: read as it comes, never again from its beginning. */
import { codeOf, files } from './files.js';

const PIECE = 64 * 1024;
/** Longer lines are none of ours: passed over, not held in memory. */
const LONGEST_LINE = 16 * 1024 * 1024;

/** Reads what is added to a file, line by line; a line without its newline is not there yet. */
export class Tail {
  readonly #path: string;
  readonly #piece = Buffer.alloc(PIECE);
  #at: number;
  #begun: Buffer[] = [];
  #length = 0;

  /** @param from offset in bytes to begin at: 0, or `endOf` the file */
  constructor(path: string, from: number) {
    this.#path = path;
    this.#at = from;
  }

  /** Where the file ends now; 0 where there is none. */
  static endOf(path: string): number {
    return files.stat(path)?.size ?? 0;
  }

  /**
   * Hands every whole line that was added since to `each`; null for one too long to be ours. Of a file that became
   * shorter, what it holds now is new.
   */
  read(each: (line: string | null) => void): void {
    const size = Tail.endOf(this.#path);
    if (size < this.#at) this.#begin();
    if (size <= this.#at) return;
    const file = files.open(this.#path);
    if (file === null) return;
    try {
      for (let read = file.read(this.#piece, this.#at); read > 0; read = file.read(this.#piece, this.#at)) {
        this.#at += read;
        this.#take(this.#piece.subarray(0, read), each);
      }
    } catch (error) {
      // What cannot be read now may be the next time; who follows must not end over it.
      if (codeOf(error) === null) throw error;
    } finally {
      file.close();
    }
  }

  /** The beginning of a line whose end is not there; forgotten thereby. For a file that nobody adds to any more. */
  rest(): string {
    const text = Buffer.concat(this.#begun).toString('utf8');
    this.#forget();
    return text;
  }

  #begin(): void {
    this.#at = 0;
    this.#forget();
  }

  #forget(): void {
    this.#begun = [];
    this.#length = 0;
  }

  #take(bytes: Buffer, each: (line: string | null) => void): void {
    let from = 0;
    for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, from)) {
      this.#keep(bytes.subarray(from, end));
      const line = this.#length > LONGEST_LINE ? null : Buffer.concat(this.#begun).toString('utf8');
      this.#forget();
      from = end + 1;
      each(line);
    }
    this.#keep(bytes.subarray(from));
  }

  #keep(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#length += bytes.length;
    // The piece is overwritten by the next read: what is kept must be a copy.
    if (this.#length <= LONGEST_LINE) this.#begun.push(Buffer.from(bytes));
    else this.#begun = [];
  }
}
