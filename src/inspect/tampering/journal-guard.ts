/** The journal may grow while an attempt runs; what it said before cannot be put back, but that it is lost can be told. */
import * as fs from 'node:fs';
import { files } from '../../record/files.js';
import type { Finding } from '../../record/receipt.js';
import { tampering } from './keeper.js';

/** So much of the journal's end is looked at again: whoever rewrites it meets an append sooner or later. */
const TAIL = 4096;

interface End {
  readonly size: number;
  /** The bytes before it. */
  readonly tail: Buffer;
}

function endOf(path: string): End | null {
  const size = files.stat(path)?.size;
  return size === undefined ? null : { size, tail: bytesBefore(path, size) };
}

function bytesBefore(path: string, end: number): Buffer {
  const fd = fs.openSync(path, 'r');
  try {
    const start = Math.max(0, end - TAIL);
    const bytes = Buffer.alloc(end - start);
    return bytes.subarray(0, fs.readSync(fd, bytes, 0, bytes.length, start));
  } finally {
    fs.closeSync(fd);
  }
}

export class JournalGuard {
  readonly #path: string;
  readonly #file: string;
  #end: End | null;

  /** @param file how people are told it */
  constructor(path: string, file: string) {
    this.#path = path;
    this.#file = file;
    this.#end = endOf(path);
  }

  look(): Finding[] {
    const before = this.#end;
    const now = endOf(this.#path);
    const stands =
      before === null ||
      (now !== null && now.size >= before.size && bytesBefore(this.#path, before.size).equals(before.tail));
    this.#end = now;
    if (stands) return [];
    const what = 'the journal was shortened or rewritten during the attempt: what it said before is lost';
    return [tampering(this.#file, 'error', what)];
  }
}
