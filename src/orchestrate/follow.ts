/** Follows a run while it goes on: each of its events as it is put on record, by reading only what was added. */
import type { Config } from '../config.js';
import { type JournalEvent, readEvent } from '../record/event.js';
import { statePaths } from '../record/paths.js';
import { Tail } from '../record/tail.js';

const LOOK_EVERY_MS = 150;

export interface Following {
  /** Shows everything that has been written so far. */
  drain(): void;
  /** Shows what is left, and ends. */
  close(): void;
}

/**
 * Follows the events of one run until closed.
 * @param show is handed each event of the run, from here on
 */
export function followJournal(config: Config, run: string, show: (event: JournalEvent) => void): Following {
  const path = statePaths(config.root).journal;
  return followTail(new Tail(path, Tail.endOf(path)), (event) => {
    if (event.run === run) show(event);
  });
}

/** Follows the events of a journal, of whatever run, from where `tail` stands. */
export function followTail(tail: Tail, show: (event: JournalEvent) => void): Following {
  const drain = (): void =>
    tail.read((line) => {
      const event = line === null ? null : readEvent(line);
      if (event !== null && event !== 'unknown') show(event);
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
