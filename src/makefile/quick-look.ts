/** Has anything changed since tasks.mk was written? Asked without reading a single task file. A fast path. */
import type { Config } from '../config.js';
import { statePaths } from '../record/paths.js';
import { doesHold, type Known, kindOf, readKnown } from './cache.js';
import { mtimeOf, sameStamps, stampOf } from './stamps.js';
import { receiptStamps, samePaths, survey } from './survey.js';

export interface QuickLook {
  /** Tasks in the backlog. */
  readonly total: number;
  /** Tasks whose receipt does not hold, or is missing, in topological order. */
  readonly pending: readonly string[];
  /** Tasks whose receipt holds. */
  readonly holding: number;
  /** Of these, tasks that were deferred. */
  readonly deferred: number;
  /** Tasks whose receipt holds, yet is older than its task file or a dependency's receipt, or from the future. */
  readonly oldLooking: readonly string[];
}

/**
 * What the last generator knew, if no task file, receipt, configuration, program, nor tasks.mk itself has changed since
 * (by stat); else null: then `generate` must look. Throws only what the system throws.
 */
export function quickLook(config: Config): QuickLook | null {
  const known = readKnown(config);
  if (known === null || !sameStamps(known.tasksMk, stampOf(statePaths(config.root).tasksMk))) return null;
  const seen = survey(config);
  if (seen === null || !samePaths(known.paths, seen.paths) || !sameStamps(known.pathStamps, seen.pathStamps)) {
    return null;
  }
  const receipts = receiptStamps(config, known.names);
  if (!sameStamps(known.receiptStamps, receipts)) return null;
  const now = Date.now();
  const pending: string[] = [];
  const old: string[] = [];
  let deferred = 0;
  known.names.forEach((name, task) => {
    const kind = kindOf(known, task);
    if (kind === 'deferred') deferred += 1;
    if (!doesHold(kind)) pending.push(name);
    else if (looksOld(mtimeOf(receipts, task), latestNeeded(known, seen.pathStamps, receipts, task), now))
      old.push(name);
  });
  const total = known.names.length;
  return { total, pending, holding: total - pending.length, deferred, oldLooking: old };
}

/** The columns that say which task needs which. */
export type Edges = Pick<Known, 'firstEdge' | 'edges'>;

/** The dependencies of a task, as rows of its column. */
export function dependsOf({ firstEdge, edges }: Edges, task: number): Int32Array {
  return edges.subarray(firstEdge[task], firstEdge[task + 1]);
}

/** The latest time, in ms since the epoch, among what a task's receipt must not be older than. */
export function latestNeeded(
  { firstEdge, edges, pathOf }: Edges & Pick<Known, 'pathOf'>,
  paths: Float64Array,
  receipts: Float64Array,
  task: number,
): number {
  let latest = mtimeOf(paths, pathOf[task] ?? -1);
  for (let edge = firstEdge[task] ?? 0; edge < (firstEdge[task + 1] ?? 0); edge++) {
    latest = Math.max(latest, mtimeOf(receipts, edges[edge] ?? -1));
  }
  return latest;
}

/** Clocks of file systems are not quite ours. */
const A_LITTLE_MS = 1_000;

/**
 * Whether Make would think a receipt out of date, or its clock wrong (MAKE-RULES 23).
 * @param own the receipt's time, `latest` that of `latestNeeded`, all in ms since the epoch
 */
export function looksOld(own: number, latest: number, now: number): boolean {
  const future = now + A_LITTLE_MS;
  return latest > own || (own > future && latest <= future);
}
