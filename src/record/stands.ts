/** How a task of the backlog stands at this moment, by its receipt and those of its dependencies. */
import { join } from 'node:path';
import type { Task } from '../backlog/task.js';
import type { Config } from '../config.js';
import { files } from './files.js';
import { parseReceipt, workOf } from './receipt.js';
import { type Standing, standing } from './standing.js';
import { taskState } from './task-state.js';

/** A task's receipt, relative to the root. */
export function receiptFile(config: Config, name: string): string {
  return `${config.tasks}/${name}.done`;
}

export function receiptSource(config: Config, name: string): string | null {
  return files.readText(join(config.root, receiptFile(config, name)));
}

/** The work id in a task's receipt now; null where there is none that is believed. */
export function workNow(config: Config, name: string): string | null {
  const source = receiptSource(config, name);
  return source === null ? null : workOf(parseReceipt(source), name);
}

export function standingNow(
  config: Config,
  task: Pick<Task, 'name' | 'fingerprint' | 'essence' | 'depends'>,
): Standing {
  const works = new Map(task.depends.map((name) => [name, workNow(config, name)]));
  return standing(task, receiptSource(config, task.name), works, taskState(config.root, task.name).readReverified());
}

/** Makes Make see that a receipt holds. */
export function touchReceipt(config: Config, name: string): void {
  files.touch(join(config.root, receiptFile(config, name)));
}

/** How diagnostics get at the text they underline. */
export function readSource(root: string): (file: string) => string | null {
  return (file) => files.readText(join(root, file));
}
