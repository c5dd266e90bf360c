/** Which tasks wait for a person to trust them: those whose files became weaker while an attempt ran, and still are. */
import { join } from 'node:path';
import { readTask } from '../backlog/read-task.js';
import { weaker } from '../backlog/weaker.js';
import { files } from '../record/files.js';
import { clearUntrusted, type Untrusted, untrustedOnRecord } from '../record/untrusted.js';

export interface Weakened extends Untrusted {
  /** See `weaker`; not empty. */
  readonly weaker: readonly string[];
}

/** What a task file on record asks for no longer, as it reads now. */
function lessOf(root: string, record: Untrusted): string[] {
  return weaker(record.task, record.before, files.readText(join(root, record.file)));
}

/** The tasks that wait, by name. Nothing is read where none ever did. @throws the system's error */
export function untrusted(root: string): ReadonlyMap<string, Weakened> {
  const waiting = untrustedOnRecord(root).flatMap((record) => {
    const less = lessOf(root, record);
    return less.length === 0 ? [] : [[record.task, { ...record, weaker: less }] as const];
  });
  return new Map(waiting);
}

/**
 * Whether a task that others may depend on is missing for an attempt's doing: then what is wrong with the backlog is set
 * aside, as while a run goes on, and everything else runs.
 */
export function isBacklogCut(root: string): boolean {
  return [...untrusted(root).values()].some(({ task, file }) => {
    const text = files.readText(join(root, file));
    return text === null || readTask(file, task, text).task === null;
  });
}

/** Forgets those whose file asks for as much as before: somebody put it back. To be called with the workspace's lock held. */
export function forgetTrusted(root: string): void {
  for (const record of untrustedOnRecord(root)) {
    if (lessOf(root, record).length === 0) clearUntrusted(root, record.task);
  }
}

/** Why a task waits, in one line. */
export function whyUntrusted({ by, weaker: less }: Weakened): string {
  return `its task file became weaker while ${by} was worked on (${less.join('; ')})`;
}
