import { LOOKS } from '../../graph/marks.js';
import type { TextAt, Wire, WireTask } from '../wire.js';
import { byId } from './page.js';

/** A task with its number, what needs it, and the words it is found by. */
export interface Task extends WireTask {
  readonly number: number;
  readonly neededBy: readonly number[];
  readonly words: string;
}

export interface Model {
  readonly wire: Wire;
  readonly tasks: readonly Task[];
  text(at: TextAt | -1 | undefined): string;
  /** The number of the task of that name; -1 where there is none. */
  numberOf(name: string): number;
}

/** Reads what the page holds for its script. */
export function readModel(): Model {
  const wire: Wire = JSON.parse(byId('data').textContent ?? '');
  const text = (at: TextAt | -1 | undefined): string => (at === undefined ? '' : (wire.texts[at] ?? ''));
  const neededBy: number[][] = wire.tasks.map(() => []);
  wire.tasks.forEach(({ needs = [] }, number) => {
    for (const needed of needs) neededBy[needed]?.push(number);
  });
  const tasks = wire.tasks.map((task, number) => {
    const words = `${task.name}\n${text(task.title)}\n${text(task.file)}`.toLowerCase();
    return { ...task, number, neededBy: neededBy[number] ?? [], words };
  });
  const numbers = new Map(tasks.map(({ name, number }) => [name, number]));
  return { wire, tasks, text, numberOf: (name) => numbers.get(name) ?? -1 };
}

/** What needs a person first; equals in the backlog's order. */
export function byUrgency(a: Task, b: Task): number {
  return LOOKS.indexOf(a.look) - LOOKS.indexOf(b.look) || a.number - b.number;
}
