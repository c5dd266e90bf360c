/** A stream of bytes as lines of bounded length: a program that never ends a line must not fill the memory. */
import { StringDecoder } from 'node:string_decoder';

export interface Line {
  /** Without its line end; the beginning of it where it was cut. */
  readonly text: string;
  readonly cut: boolean;
}

export class LineReader {
  readonly #limit: number;
  readonly #onLine: (line: Line) => void;
  readonly #decoder = new StringDecoder('utf8');
  #rest = '';
  #cut = false;

  /** @param limit characters of a line that are kept at most */
  constructor(limit: number, onLine: (line: Line) => void) {
    this.#limit = limit;
    this.#onLine = onLine;
  }

  push(bytes: Buffer): void {
    this.#take(this.#decoder.write(bytes));
  }

  /** The last line need not have an end. */
  end(): void {
    this.#take(this.#decoder.end());
    if (this.#rest !== '' || this.#cut) this.#finish();
  }

  #take(text: string): void {
    const parts = text.split('\n');
    for (const [index, part] of parts.entries()) {
      this.#append(part);
      if (index < parts.length - 1) this.#finish();
    }
  }

  #append(part: string): void {
    const room = this.#limit - this.#rest.length;
    if (part.length > room) this.#cut = true;
    this.#rest += part.slice(0, room);
  }

  #finish(): void {
    const line = { text: this.#rest.replace(/\r$/, ''), cut: this.#cut };
    this.#rest = '';
    this.#cut = false;
    this.#onLine(line);
  }
}
