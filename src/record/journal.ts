/**
 * The journal, `.stepladder/journal.jsonl` (DESIGN "Journal"): one JSON object a line, appended in a single write.
 * Written by many processes at once, any of which may be killed in the middle; so every reader takes what it can read.
 */
import { type EventBody, type JournalEvent, readEvent } from './event.js';
import { files } from './files.js';
import { readLines } from './lines.js';
import { statePaths } from './paths.js';

export interface Journal {
  readonly run: string;
  readonly branch: string;
  /** Puts an event on record, with the time and ours of run and branch. Throws the system's error where it cannot. */
  append(event: EventBody): void;
}

/** Where something was decided that must outlive a power cut; the others tell only how it came to it. */
const DECIDED: ReadonlySet<EventBody['type']> = new Set([
  'run-started',
  'attempt-finished',
  'reopened',
  'verified',
  'step-finished',
  'halted',
  'run-finished',
]);

/** A reason may carry a whole output: what is longer than this many UTF-16 units is cut, so that lines stay lines. */
const LONGEST_TEXT = 32_768;

function shortened(_key: string, value: unknown): unknown {
  if (typeof value !== 'string' || value.length <= LONGEST_TEXT) return value;
  return `${value.slice(0, LONGEST_TEXT / 2)}\n…\n${value.slice(-LONGEST_TEXT / 2)}`;
}

/** The lines that this process has written. */
const written = new Set<string>();

/** Whether a line of the journal is one that this process wrote, to the letter. */
export function wroteHere(line: string): boolean {
  return written.has(line);
}

/** The journal of a project, for one run on one branch. Opens nothing yet: a step may live for hours. */
export function openJournal(root: string, run: string, branch: string): Journal {
  const path = statePaths(root).journal;
  return {
    run,
    branch,
    append(event) {
      const { type, ...rest } = event;
      const line = JSON.stringify({ time: new Date().toISOString(), run, branch, type, ...rest }, shortened);
      written.add(line);
      files.append(path, `${line}\n`, DECIDED.has(type));
    },
  };
}

export interface JournalCounts {
  readonly events: number;
  /** Lines that are no JSON: torn by a process that died. */
  readonly torn: number;
  /** Events that this version does not know, or that lack something. */
  readonly unknown: number;
}

/**
 * Hands every event to `each`, oldest first, in as much memory as one line takes. None where there is no journal.
 */
export function scanJournal(root: string, each: (event: JournalEvent) => void): JournalCounts {
  const counts = { events: 0, torn: 0, unknown: 0 };
  readLines(statePaths(root).journal, (line) => {
    // An empty one is what a writer leaves that found another in the middle of its write.
    if (line !== null && line.trim() === '') return;
    const event = line === null ? null : readEvent(line);
    if (event === null) counts.torn += 1;
    else if (event === 'unknown') counts.unknown += 1;
    else {
      counts.events += 1;
      each(event);
    }
  });
  return counts;
}

/** All events of a project's journal, oldest first. A step never calls this (DESIGN "Journal"). */
export function readJournal(root: string): JournalEvent[] {
  const events: JournalEvent[] = [];
  scanJournal(root, (event) => events.push(event));
  return events;
}
