/** What a task's agents printed: the transcript of its latest attempt, or of each from now on until its step ends. */
import { join } from 'node:path';
import type { JournalEvent } from '../record/event.js';
import { files } from '../record/files.js';
import { isHeld } from '../record/locks.js';
import { statePaths } from '../record/paths.js';
import { Tail } from '../record/tail.js';
import { taskState } from '../record/task-state.js';
import { followTail } from './follow.js';

/** One attempt of a task, by what it is called in the journal. */
export interface AttemptName {
  readonly run: string;
  readonly attempt: number;
}

export interface TranscriptReader {
  /** A line as it was printed; not yet escaped. */
  line(text: string, attempt: AttemptName): void;
  /** Another attempt begins. */
  begins(event: Extract<JournalEvent, { type: 'attempt-started' }>): void;
}

function folderOf(root: string, task: string): string {
  return join(taskState(root, task).folder, '_attempts');
}

/** The latest attempt of which there is a transcript; null where there is none. */
export function latestAttempt(root: string, task: string): AttemptName | null {
  const folder = folderOf(root, task);
  const found = files.list(folder).flatMap((file) => {
    const [, run, attempt] = /^(.+)-(\d+)\.log$/.exec(file) ?? [];
    if (run === undefined) return [];
    return { run, attempt: Number(attempt), time: files.stat(join(folder, file))?.mtimeMs ?? 0 };
  });
  return found.sort((a, b) => a.time - b.time || a.attempt - b.attempt).at(-1) ?? null;
}

/** A transcript that is being read, in as much memory as one line takes. */
class Transcript {
  readonly #name: AttemptName;
  readonly #tail: Tail;
  readonly #reader: TranscriptReader;

  constructor(root: string, task: string, name: AttemptName, reader: TranscriptReader) {
    this.#name = name;
    this.#tail = new Tail(join(folderOf(root, task), `${name.run}-${name.attempt}.log`), 0);
    this.#reader = reader;
  }

  isOf({ run, attempt }: AttemptName): boolean {
    return this.#name.run === run && this.#name.attempt === attempt;
  }

  /** Hands on what was added. */
  read(): void {
    this.#tail.read((line) => this.#reader.line(line ?? '…', this.#name));
  }

  /** Hands on what is left, a last line without an end too. */
  end(): void {
    this.read();
    const rest = this.#tail.rest();
    if (rest !== '') this.#reader.line(rest, this.#name);
  }
}

/** Hands on the whole transcript of one attempt, as far as it is there. */
export function readTranscript(root: string, task: string, name: AttemptName, reader: TranscriptReader): void {
  new Transcript(root, task, name, reader).end();
}

/** Whether a step of the task is at work, or waits for its turn. */
export function isAtWork(root: string, task: string): boolean {
  return isHeld(statePaths(root).lock(`task-${task}`));
}

const LOOK_EVERY_MS = 150;
const LOOK_FOR_LIFE_EVERY_MS = 1000;

/**
 * Follows a task's attempts, from the one under way, until its step ends.
 * @param awaited whether the step may still begin, where it has not
 * @returns how: `gone` where its process went away without a word, `left` where `signal` was aborted
 */
export function followTranscripts(
  root: string,
  task: string,
  reader: TranscriptReader,
  awaited: () => boolean,
  signal: AbortSignal,
): Promise<'ended' | 'gone' | 'left'> {
  // The journal first: what begins from here on is told by it.
  const journal = statePaths(root).journal;
  const tail = new Tail(journal, Tail.endOf(journal));
  const inFlight = taskState(root, task).readInFlight();
  let current = inFlight === null ? null : new Transcript(root, task, inFlight, reader);
  return new Promise((resolve) => {
    let hasFinished = false;
    const following = followTail(tail, (event) => {
      if (!('task' in event) || event.task !== task) return;
      if (event.type === 'attempt-started' && current?.isOf(event) !== true) {
        current?.end();
        current = new Transcript(root, task, event, reader);
        reader.begins(event);
      } else if (event.type === 'step-finished') {
        hasFinished = true;
        setImmediate(() => end('ended'));
      }
    });
    const reading = setInterval(() => current?.read(), LOOK_EVERY_MS);
    const living = setInterval(() => {
      if (isAtWork(root, task) || awaited()) return;
      // Its last word was written before it went: only who has read all of that knows that there is none.
      following.drain();
      end(hasFinished ? 'ended' : 'gone');
    }, LOOK_FOR_LIFE_EVERY_MS);
    let over = false;
    const end = (how: 'ended' | 'gone' | 'left'): void => {
      if (over) return;
      over = true;
      clearInterval(reading);
      clearInterval(living);
      signal.removeEventListener('abort', leave);
      following.close();
      current?.end();
      resolve(how);
    };
    const leave = (): void => end('left');
    signal.addEventListener('abort', leave);
    if (signal.aborted) leave();
  });
}
