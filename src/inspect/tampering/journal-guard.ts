/**
 * The journal grows while an attempt runs, by the lines of the step that runs it: whoever else tells of tasks holds the
 * workspace's lock. Another run may begin or end meanwhile. What the journal said before cannot be put back, but that it
 * is lost can be told; what somebody else added is blanked out in its place, so that no reader believes it and no other
 * line moves.
 */
import * as fs from 'node:fs';
import { readEvent } from '../../record/event.js';
import { files, naming } from '../../record/files.js';
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

/** How often, and how many ms apart, it is looked whether somebody comes to the end of the line he is writing. */
const LINE = { looks: 10, ms: 3 };
const NEWLINE = 0x0a;

/** The end as it is when nobody is in the middle of a line: a long one may be seen before all of it is there. */
function endOf(path: string): End | null {
  for (let looks = 1; ; looks += 1) {
    const size = files.stat(path)?.size;
    if (size === undefined) return null;
    const tail = bytesBefore(path, size);
    if (size === 0 || tail.at(-1) === NEWLINE || looks === LINE.looks) return { size, tail };
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LINE.ms);
  }
}

function bytesBefore(path: string, end: number): Buffer {
  const file = files.open(path);
  if (file === null) return Buffer.alloc(0);
  try {
    const start = Math.max(0, end - TAIL);
    const bytes = Buffer.alloc(end - start);
    return bytes.subarray(0, file.read(bytes, start));
  } finally {
    file.close();
  }
}

/** Written without the workspace's lock, by a run's front-end. */
function isOfRun(line: string): boolean {
  const event = readEvent(line);
  return event !== null && event !== 'unknown' && (event.type === 'run-started' || event.type === 'run-finished');
}

/** Who else may add to it while the attempt runs. */
export interface OtherSteps {
  /** Whether another step may tell of that task. */
  isAtWork(task: string): boolean;
  /** Whether another step may have halted that run. */
  isHalted(run: string): boolean;
}

export class JournalGuard {
  readonly #path: string;
  readonly #file: string;
  readonly #others: OtherSteps;
  #end: End | null;

  /** @param file how people are told it */
  constructor(path: string, file: string, others: OtherSteps) {
    this.#others = others;
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

  #isOfAnother(line: string): boolean {
    const event = readEvent(line);
    if (event === null || event === 'unknown') return false;
    if (event.type === 'halted') return this.#others.isHalted(event.run);
    return 'task' in event && this.#others.isAtWork(event.task);
  }

  /** Blanks out the lines between two offsets that are not this step's. */
  #forged(from: number, to: number): Finding[] {
    return to === from ? [] : naming(this.#path, () => this.#blankOut(from, to));
  }

  #blankOut(from: number, to: number): Finding[] {
    const fd = fs.openSync(this.#path, 'r+');
    let count = 0;
    try {
      const bytes = Buffer.alloc(to - from);
      fs.readSync(fd, bytes, 0, bytes.length, from);
      for (let at = 0; at < bytes.length; ) {
        const newline = bytes.indexOf(NEWLINE, at);
        const end = newline === -1 ? bytes.length : newline;
        const line = bytes.toString('utf8', at, end);
        if (line.trim() !== '' && !wroteHere(line) && !isOfRun(line) && !this.#isOfAnother(line)) {
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
