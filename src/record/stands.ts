/** How a task of the backlog stands at this moment, by its receipt and those of its dependencies. */
import { join } from 'node:path';
import type { Task } from '../backlog/task.js';
import type { Config } from '../config.js';
import { files } from './files.js';
import { parseReceipt, type ReadReceipt, workOf } from './receipt.js';
import { type Standing, standing, standingOf } from './standing.js';
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

/** A receipt as it was read (null: there is none), and how its task stands by it. */
export interface ReadStanding {
  readonly read: ReadReceipt | null;
  readonly standing: Standing;
}

/** How all of these tasks stand: each receipt is read once, however many depend on it. */
export function standingsNow(
  config: Config,
  tasks: readonly Pick<Task, 'name' | 'fingerprint' | 'essence' | 'depends'>[],
): ReadonlyMap<string, ReadStanding> {
  const folder = join(config.root, config.tasks);
  const reads = new Map<string, ReadReceipt | null>();
  const read = (name: string): ReadReceipt | null => {
    const known = reads.get(name);
    if (known !== undefined) return known;
    const source = files.readText(`${folder}/${name}.done`);
    const made = source === null ? null : parseReceipt(source);
    reads.set(name, made);
    return made;
  };
  const work = (name: string): string | null => {
    const receipt = read(name);
    return receipt === null ? null : workOf(receipt, name);
  };
  return new Map(
    tasks.map((task) => {
      const works = new Map<string, string | null>();
      for (const name of task.depends) works.set(name, work(name));
      const receipt = read(task.name);
      const byReceipt = standingOf(task, receipt, works, null);
      // Only there does it matter, and most have none.
      const isOpen = byReceipt.kind === 'inputs' || byReceipt.kind === 'conditions';
      const reverified = isOpen ? taskState(config.root, task.name).readReverified() : null;
      return [
        task.name,
        { read: receipt, standing: isOpen ? standingOf(task, receipt, works, reverified) : byReceipt },
      ];
    }),
  );
}

/** Makes Make see that a receipt holds. */
export function touchReceipt(config: Config, name: string): void {
  files.touch(join(config.root, receiptFile(config, name)));
}

/** How diagnostics get at the text they underline. */
export function readSource(root: string): (file: string) => string | null {
  return (file) => files.readText(join(root, file));
}
