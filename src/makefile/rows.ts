/** Tasks and where their receipts stand, put into the columns that are rendered and kept. */
import type { Known, StandingKind } from './cache.js';
import { emptyStamps, STAMP } from './stamps.js';
import type { Stood } from './standings.js';
import type { Survey } from './survey.js';

/** See `Known`; the stamps are as they were taken. */
export interface Rows extends Pick<Known, 'names' | 'pathOf' | 'firstEdge' | 'edges' | 'pathStamps' | 'receiptStamps'> {
  readonly kinds: readonly StandingKind[];
}

/**
 * @param tasks in topological order, each with the row of its receipt in `stamps`; whatever they depend on is among them
 * @param seen null where the tasks folder could not be walked: then nothing is known of the task files' times
 */
export function rowsOf(
  tasks: readonly (Stood & { readonly row: number })[],
  stamps: Float64Array,
  seen: Survey | null,
): Rows {
  const fileRows = new Map(seen?.paths.map((path, row) => [path, row]));
  const taskRows = new Map(tasks.map(({ target }, task) => [target.name, task]));
  const firstEdge = new Int32Array(tasks.length + 1);
  const edges: number[] = [];
  const receiptStamps = emptyStamps(tasks.length);
  tasks.forEach(({ target, row }, task) => {
    for (const name of target.depends) edges.push(taskRows.get(name) ?? -1);
    firstEdge[task + 1] = edges.length;
    receiptStamps.set(stamps.subarray(row * STAMP, (row + 1) * STAMP), task * STAMP);
  });
  return {
    names: tasks.map(({ target }) => target.name),
    pathOf: Int32Array.from(tasks, ({ target }) => fileRows.get(`${target.name}.md`) ?? -1),
    firstEdge,
    edges: Int32Array.from(edges),
    kinds: tasks.map(({ kind }) => kind),
    pathStamps: seen?.pathStamps ?? emptyStamps(0),
    receiptStamps,
  };
}
