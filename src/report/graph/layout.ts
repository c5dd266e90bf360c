/**
 * Chooses how a backlog is laid out. Dagre draws best, and its time grows with the square of what it has to place (63
 * tasks 60 ms, 400 tasks half a second, 1,000 a minute): beyond what it can do at once, columns by the longest way
 * stand; beyond what anybody can read, a map of marks.
 */
import { dagreLayout } from './dagre.js';
import type { Drawing, GraphTask } from './drawing.js';
import { layeredLayout } from './layers.js';
import { mapLayout } from './map.js';
import { type Depends, ranksOf, reduced } from './reduce.js';

/** Tasks, and the places that edges take in the columns they pass. */
const MOST_FOR_DAGRE = 1200;
const MOST_WITH_EDGES = 2000;

/** Lays out the tasks, given in an order in which dependencies come first; a dependency that is none of them is passed over. */
export function layout(tasks: readonly GraphTask[]): Drawing {
  const index = new Map(tasks.map(({ name }, at) => [name, at]));
  const depends = tasks.map((task, at) => [
    ...new Set(task.depends.flatMap((name) => index.get(name) ?? []).filter((other) => other < at)),
  ]);
  const names = tasks.map(({ name }) => name);
  if (tasks.length > MOST_WITH_EDGES) return mapLayout(ranksOf(depends));
  const direct = reduced(depends);
  const implied = count(depends) - count(direct);
  const placed = placesOf(direct) <= MOST_FOR_DAGRE ? dagreLayout(names, direct) : layeredLayout(names, direct);
  return { ...placed, implied };
}

const count = (depends: Depends): number => depends.reduce((sum, { length }) => sum + length, 0);

function placesOf(depends: Depends): number {
  const ranks = ranksOf(depends);
  let places = depends.length;
  depends.forEach((direct, at) => {
    for (const from of direct) places += (ranks[at] ?? 0) - (ranks[from] ?? 0) - 1;
  });
  return places;
}
