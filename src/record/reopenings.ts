/**
 * Receipts taken back with evidence. What is meant is written down whole before anything is done, and each part can be
 * done twice: a process may die anywhere in between, and whoever comes next finishes it.
 */
import { join } from 'node:path';
import { isTaskName } from '../backlog/names.js';
import { files } from './files.js';
import { statePaths } from './paths.js';
import { has, listOf, matching, object, orNull, parseJson, text } from './shape.js';
import { evidenceShape, type FailureRecord, failureShape, type ReopenEvidence } from './task-state.js';

/** `reopening.json`: a task's receipt is being taken back. Only who holds the workspace's lock writes or ends it. */
export interface Reopening {
  /** Names this reopening: nothing of it is counted or noted twice. */
  readonly id: string;
  readonly owner: string;
  /** The work id of the receipt that goes: any other stays. */
  readonly work: string;
  /** What the same evidence is recognised by another time; null where a person reopened it, which is not counted. */
  readonly about: string | null;
  readonly evidence: ReopenEvidence;
  readonly run: string;
  /** Why the task that found it unfinished stops; null where a person reopened it. */
  readonly failure: FailureRecord | null;
}

/** One entry of `reopenings.json` in the folder of a task: never removed, so that all runs together are counted. */
export interface PastReopening {
  readonly id: string;
  readonly by: string;
  readonly about: string | null;
  /** ISO 8601. */
  readonly time: string;
}

const reopeningShape = object<Reopening>({
  id: text,
  // It becomes a path.
  owner: (value, at) => (typeof value === 'string' && isTaskName(value) ? null : `${at} is no name of a task`),
  work: text,
  about: orNull(text),
  evidence: evidenceShape,
  run: matching(/^[A-Za-z0-9][A-Za-z0-9-]*$/, 'id of a run'),
  failure: orNull(failureShape),
});

const pastShape = listOf(object<PastReopening>({ id: text, by: text, about: orNull(text), time: text }));

const read = (path: string): unknown => {
  const source = files.readText(path);
  return source === null ? undefined : parseJson(source);
};

export function readReopening(root: string): Reopening | null {
  const value = read(statePaths(root).reopening);
  return has(reopeningShape, value) ? value : null;
}

export function writeReopening(root: string, reopening: Reopening): void {
  files.writeDurably(statePaths(root).reopening, `${JSON.stringify(reopening, null, 2)}\n`);
}

export function clearReopening(root: string): void {
  files.remove(statePaths(root).reopening);
}

const pastFile = (root: string, owner: string): string => join(statePaths(root).task(owner), 'reopenings.json');

/** Every reopening of a task that this project's own record knows, oldest first. */
export function pastReopenings(root: string, owner: string): readonly PastReopening[] {
  const value = read(pastFile(root, owner));
  return has(pastShape, value) ? value : [];
}

/** Notes a reopening, once. */
export function noteReopening(root: string, { id, owner, about, evidence }: Reopening): void {
  const past = pastReopenings(root, owner);
  if (past.some((entry) => entry.id === id)) return;
  const entry: PastReopening = { id, by: evidence.by, about, time: evidence.time };
  files.writeDurably(pastFile(root, owner), `${JSON.stringify([...past, entry], null, 2)}\n`);
}
