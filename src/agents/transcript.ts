/** What an agent printed, for people (`stepladder log`): line by line as it came, secrets hidden, and never endless. */
import { closeSync, fstatSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Mask } from '../inspect/secrets.js';
import { naming } from '../record/files.js';
import type { Line } from './lines.js';

/** Characters of a line that are written. */
const LONGEST_LINE = 256 * 1024;
/** Characters in all: more than anybody reads, less than a disk. */
const LARGEST = 64 * 1024 * 1024;

export class Transcript {
  readonly #path: string;
  readonly #fd: number;
  readonly #mask: Mask;
  #written = 0;

  /**
   * Makes the file, and its folder if need be.
   * @param again goes on in the file that is there, with this line; null: begins anew
   * @throws the system's error
   */
  constructor(path: string, mask: Mask, again: string | null = null) {
    mkdirSync(dirname(path), { recursive: true });
    this.#path = path;
    this.#fd = openSync(path, again === null ? 'w' : 'a', 0o600);
    this.#mask = mask;
    if (again === null) return;
    this.#written = fstatSync(this.#fd).size;
    this.line({ text: again, cut: false });
  }

  /** @throws the system's error, such as ENOSPC */
  line(line: Line): void {
    if (this.#written > LARGEST) return;
    const text = `${this.#bounded(line)}\n`;
    this.#written += text.length;
    this.#write(text);
    if (this.#written > LARGEST) this.#write('… (the rest is left out: this is too much to keep)\n');
  }

  #bounded({ text, cut }: Line): string {
    const masked = this.#mask.hide(text);
    if (!cut && masked.length <= LONGEST_LINE) return masked;
    // Where the line itself was cut, its end may be a part of a secret, which no mask knows.
    const sure = cut ? masked.slice(0, Math.max(0, masked.length - this.#mask.longest)) : masked;
    return `${sure.slice(0, LONGEST_LINE)} … (the rest of this line is left out)`;
  }

  #write(text: string): void {
    const bytes = Buffer.from(text);
    naming(this.#path, () => {
      for (let at = 0; at < bytes.length; ) at += writeSync(this.#fd, bytes, at);
    });
  }

  close(): void {
    naming(this.#path, () => closeSync(this.#fd));
  }
}
