/**
 * `activity.json` in a task's folder: what its step is about at this moment, for whoever watches. Nothing is decided by
 * it: a step writes it at most once a second, without fsync, and takes it away at its end; what is left of a killed one
 * names another run or attempt, and is not heeded.
 */
import { join } from 'node:path';
import { files } from './files.js';
import { statePaths } from './paths.js';
import { amount, has, object, parseJson, text } from './shape.js';

export interface Activity {
  readonly run: string;
  /** 1, 2, … within the step; 0 before the first. */
  readonly attempt: number;
  /** One line: the agent's last action, secrets hidden, or what the runner does. */
  readonly doing: string;
  /** ISO 8601. */
  readonly time: string;
}

const activityShape = object<Activity>({ run: text, attempt: amount, doing: text, time: text });

/** Ours is far shorter: what is longer was put there by somebody else. */
const LONGEST = 8 * 1024;

function activityFile(root: string, task: string): string {
  return join(statePaths(root).task(task), 'activity.json');
}

/** What a task's step is about; null where nothing is known. Never throws, and never waits: it may be anything. */
export function readActivity(root: string, task: string): Activity | null {
  try {
    const path = activityFile(root, task);
    const stat = files.stat(path);
    if (stat === null || !stat.isFile() || stat.size > LONGEST) return null;
    const value = parseJson(files.readText(path) ?? '');
    return has(activityShape, value) ? value : null;
  } catch {
    return null;
  }
}

/** @throws the system's error */
export function writeActivity(root: string, task: string, activity: Activity): void {
  files.replace(activityFile(root, task), `${JSON.stringify(activity)}\n`);
}

export function clearActivity(root: string, task: string): void {
  files.remove(activityFile(root, task));
}
