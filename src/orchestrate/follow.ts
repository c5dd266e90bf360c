/** Shows a run while it goes on: follows the journal, one line for each event worth one. */
import { closeSync, openSync, readSync } from 'node:fs';
import type { Config } from '../config.js';
import type { JournalEvent } from '../record/event.js';
import { files } from '../record/files.js';
import { statePaths } from '../record/paths.js';
import { parseJson } from '../record/shape.js';

const LOOK_EVERY_MS = 150;
const PIECE = 64 * 1024;

export interface Following {
  /** Shows everything that has been written so far. */
  drain(): void;
  close(): void;
}

/** Reads what is added to a file, line by line; a line without its newline is not there yet. */
class Follower {
  readonly #path: string;
  #at: number;
  #rest = Buffer.alloc(0);

  constructor(path: string) {
    this.#path = path;
    this.#at = files.stat(path)?.size ?? 0;
  }

  read(each: (line: string) => void): void {
    const size = files.stat(this.#path)?.size ?? 0;
    if (size <= this.#at) return;
    const fd = openSync(this.#path, 'r');
    try {
      const piece = Buffer.alloc(PIECE);
      for (
        let read = readSync(fd, piece, 0, PIECE, this.#at);
        read > 0;
        read = readSync(fd, piece, 0, PIECE, this.#at)
      ) {
        this.#at += read;
        this.#rest = Buffer.concat([this.#rest, piece.subarray(0, read)]);
        for (let end = this.#rest.indexOf(10); end !== -1; end = this.#rest.indexOf(10)) {
          each(this.#rest.subarray(0, end).toString('utf8'));
          this.#rest = this.#rest.subarray(end + 1);
        }
      }
    } finally {
      closeSync(fd);
    }
  }
}

/**
 * Follows the events of one run until closed.
 * @param show is handed each event of the run
 */
export function followJournal(config: Config, run: string, show: (event: JournalEvent) => void): Following {
  const follower = new Follower(statePaths(config.root).journal);
  const drain = (): void =>
    follower.read((line) => {
      const event = parseJson(line);
      if (typeof event === 'object' && event !== null && 'run' in event && event.run === run && 'type' in event) {
        show(event as JournalEvent);
      }
    });
  const timer = setInterval(drain, LOOK_EVERY_MS);
  return {
    drain,
    close: () => {
      clearInterval(timer);
      drain();
    },
  };
}
