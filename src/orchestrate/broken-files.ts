/** The task files that nobody can work from, for reports: each is a thing that waits for a person. */
import type { Backlog } from '../backlog/load.js';
import { belowTasks, fileOfTask, nameFromFile } from '../backlog/names.js';

export interface BrokenFile {
  readonly file: string;
  readonly problem: string;
}

/**
 * Every file with an error of its own, and every member of a cycle, by the name it has or would have.
 * @param tasks the tasks folder, as configured
 */
export function brokenFiles(backlog: Backlog, tasks: string): Map<string, BrokenFile> {
  const broken = new Map<string, BrokenFile>();
  const inside = belowTasks(tasks, '');
  const note = (file: string, problem: string): void => {
    if (file === tasks || !file.startsWith(inside)) return;
    const name = nameFromFile(file.slice(inside.length));
    if (!broken.has(name)) broken.set(name, { file, problem });
  };
  const errors = backlog.diagnostics.filter(({ severity }) => severity === 'error');
  for (const { place, message } of errors) if (place !== undefined) note(place.file, message);
  // What is wrong with several at once stands with the first of them, and is as much the others'.
  for (const { also = [], message } of errors) for (const { place } of also) note(place.file, message);
  // Of a long cycle not every member is named.
  for (const name of setAside(backlog)) {
    if (isInCycle(backlog, name)) note(fileOfTask(tasks, name), 'it depends on itself, through others');
  }
  return broken;
}

/** The tasks that hang on a cycle, dependencies first: the backlog's own order leaves them out, and a report must not. */
export function hangingOnCycles(backlog: Backlog): string[] {
  const aside = new Set(setAside(backlog).filter((name) => !isInCycle(backlog, name)));
  return aside.size === 0 ? [] : backlog.graph.order([...aside]).order.filter((name) => aside.has(name));
}

function setAside(backlog: Backlog): string[] {
  if (backlog.order.length === backlog.tasks.size) return [];
  const ordered = new Set(backlog.order);
  return [...backlog.tasks.keys()].filter((name) => !ordered.has(name));
}

function isInCycle(backlog: Backlog, name: string): boolean {
  return backlog.graph.dependsOn(name, name);
}
