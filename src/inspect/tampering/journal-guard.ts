/**
 * The journal grows while an attempt runs, by the lines of the step that runs it: whoever else tells of tasks holds the
 * workspace's lock. Another run may begin or end meanwhile. What the journal said before cannot be put back, but that it
 * is lost can be told; what somebody else added is blanked out in its place, so that no reader believes it and no other
 * line moves.
 */
import * as fs from 'node:fs';
import { readEvent } from '../../record/event.js';
import { files } from '../../record/files.js';
import { wroteHere } from '../../record/journal.js';
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

/** Written without the workspace's lock, by a run's front-end. */
function isOfRun(line: string): boolean {
  const event = readEvent(line);
  return event !== null && event !== 'unknown' && (event.type === 'run-started' || event.type === 'run-finished');
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
    if (stands) return before === null || now === null ? [] : this.#forged(before.size, now.size);
    const what = 'the journal was shortened or rewritten during the attempt: what it said before is lost';
    return [tampering(this.#file, 'error', what)];
  }

  /** Blanks out the lines between two offsets that are not this step's. */
  #forged(from: number, to: number): Finding[] {
    if (to === from) return [];
    const fd = fs.openSync(this.#path, 'r+');
    let count = 0;
    try {
      const bytes = Buffer.alloc(to - from);
      fs.readSync(fd, bytes, 0, bytes.length, from);
      for (let at = 0; at < bytes.length; ) {
        const newline = bytes.indexOf(0x0a, at);
        const end = newline === -1 ? bytes.length : newline;
        const line = bytes.toString('utf8', at, end);
        if (line.trim() !== '' && !wroteHere(line) && !isOfRun(line)) {
          fs.writeSync(fd, Buffer.alloc(end - at, ' '), 0, end - at, from + at);
          count += 1;
        }
        at = end + 1;
      }
    } finally {
      fs.closeSync(fd);
    }
    this.#end = endOf(this.#path);
    if (count === 0) return [];
    const lines = count === 1 ? 'a line was' : `${count} lines were`;
    return [tampering(this.#file, 'error', `${lines} added to the journal that nobody here wrote, and blanked out`)];
  }
}
