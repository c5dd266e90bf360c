/** The end of what a process printed, in memory that does not grow with it. */
import type { Mask } from './secrets.js';

export class OutputTail {
  readonly #limit: number;
  readonly #mask: Mask;
  readonly #kept: number;
  #chunks: Buffer[] = [];
  #size = 0;
  #cut = false;

  /** @param limit bytes of UTF-8 that `text` gives at most */
  constructor(limit: number, mask: Mask) {
    this.#limit = limit;
    this.#mask = mask;
    // More than is given: the beginning may hold the rest of a secret whose head is gone, and is dropped.
    this.#kept = 2 * limit + 4 * mask.longest;
  }

  push(bytes: Buffer): void {
    this.#chunks.push(bytes);
    this.#size += bytes.length;
    if (this.#size > 2 * this.#kept) this.#compact();
  }

  /** One buffer of the last bytes: a slice would hold on to all that it was cut from. */
  #compact(): void {
    const all = Buffer.concat(this.#chunks);
    this.#cut = true;
    this.#chunks = [Buffer.from(all.subarray(all.length - this.#kept))];
    this.#size = this.#kept;
  }

  /**
   * The tail as text, secrets hidden, without blanks at its end; begins with `…` where something was left out. Bytes
   * are put together before they are read as UTF-8, so that a character split between two chunks is whole.
   */
  text(): string {
    const all = Buffer.concat(this.#chunks);
    const whole = this.#mask.hide(wellFormed(all).trimEnd());
    const tail = this.#cut ? whole.slice(this.#mask.longest) : whole;
    const bytes = Buffer.from(tail);
    if (bytes.length <= this.#limit && !this.#cut) return tail;
    const mark = Buffer.byteLength('…');
    return `…${wellFormed(bytes.subarray(Math.max(0, bytes.length - (this.#limit - mark))))}`;
  }
}

/** Reads UTF-8 that may begin in the middle of a character. */
function wellFormed(bytes: Buffer): string {
  let start = 0;
  while (start < 3 && start < bytes.length && ((bytes[start] ?? 0) & 0xc0) === 0x80) start += 1;
  return bytes.toString('utf8', start);
}
