/**
 * Task files that became weaker while an attempt ran, until a person trusts them (`stepladder trust`). One file each in
 * `.stepladder/untrusted/`, so that a run with nothing to do sees at a glance that there is none. Loaded by the fast paths.
 */
import { join } from 'node:path';
import { sha256 } from './digest.js';
import { files } from './files.js';
import { statePaths } from './paths.js';
import { has, object, parseJson, text } from './shape.js';

export interface Untrusted {
  /** The task's name; there may be no such task any more. */
  readonly task: string;
  /** Its file, relative to the root. */
  readonly file: string;
  /** What the file held when it was last known to be a person's. */
  readonly before: string;
  /** The task that was being worked on. */
  readonly by: string;
  /** ISO 8601. */
  readonly time: string;
}

const shape = object<Untrusted>({ task: text, file: text, before: text, by: text, time: text });

/** The folder, absolute if the root is. */
export function untrustedFolder(root: string): string {
  return join(statePaths(root).state, 'untrusted');
}

function fileOf(root: string, task: string): string {
  return join(untrustedFolder(root), `${sha256(task).slice(0, 32)}.json`);
}

const isRecordFile = (name: string): boolean => !name.startsWith('.');

/** Whether there may be one: asked by whoever would say that all is done. */
export function isAnyUntrusted(root: string): boolean {
  return files.list(untrustedFolder(root)).some(isRecordFile);
}

/** All that is on record. Whether they are weaker still, their files say (`weaker`). */
export function untrustedOnRecord(root: string): Untrusted[] {
  const folder = untrustedFolder(root);
  return files
    .list(folder)
    .filter(isRecordFile)
    .flatMap((name) => {
      const value = parseJson(files.readText(join(folder, name)) ?? '');
      return has(shape, value) ? [value] : [];
    });
}

/** Puts one on record; of one that is there already, what its file held at first stays. */
export function markUntrusted(root: string, record: Untrusted): void {
  const path = fileOf(root, record.task);
  if (!files.exists(path)) files.writeDurably(path, `${JSON.stringify(record, null, 2)}\n`);
}

/** The task's file is taken as it is. */
export function clearUntrusted(root: string, task: string): void {
  files.remove(fileOf(root, task));
}
