/** Which receipts hold, for the whole backlog at once, reading no more of them than has changed. */
import type { Config } from '../config.js';
import { files } from '../record/files.js';
import { type Standing, standing } from '../record/standing.js';
import { taskState } from '../record/task-state.js';
import { type Known, type KnownDetails, kindOf, type StandingKind } from './cache.js';
import { tasksFolder } from './places.js';
import { isThere, sameStamp } from './stamps.js';

/** A task as far as Make and its receipt are concerned. */
export interface Target {
  readonly name: string;
  readonly depends: readonly string[];
  readonly fingerprint: string;
  readonly essence: string;
}

export interface Stood {
  readonly target: Target;
  readonly kind: StandingKind;
  /** The work id in its receipt; null where there is none to be believed. */
  readonly work: string | null;
}

/** A receipt that cannot be read at all. */
export interface Problem {
  readonly name: string;
  readonly reason: string;
  readonly remedy: string;
}

/**
 * Where every task's receipt stands, in the order of the targets.
 * @param targets in topological order
 * @param stamps of their receipts, in the same order, taken before this is called
 * @param before what the last generator knew: a receipt that is as it was, of a task that is as it was and whose
 *   dependencies have the work they had, stands as it stood
 */
export function standings(
  config: Config,
  targets: readonly Target[],
  stamps: Float64Array,
  before: (Known & KnownDetails) | null,
): { readonly tasks: readonly Stood[]; readonly problems: readonly Problem[] } {
  const works = new Map<string, string | null>();
  const problems: Problem[] = [];
  const asBefore = recall(stamps, before, works);
  const base = tasksFolder(config);
  const tasks = targets.map((target, task): Stood => {
    const same = asBefore(target, task);
    if (same !== null) {
      works.set(target.name, same.work);
      return same;
    }
    const source = isThere(stamps, task) ? files.readText(`${base}${target.name}.done`) : null;
    const worksOfDepends = new Map(target.depends.map((name) => [name, works.get(name) ?? null]));
    let found = standing(target, source, worksOfDepends, null);
    if (found.kind === 'inputs' || found.kind === 'conditions') {
      const reverified = taskState(config.root, target.name).readReverified();
      if (reverified !== null) found = standing(target, source, worksOfDepends, reverified);
    }
    if (found.kind === 'unreadable') problems.push({ name: target.name, ...found });
    const kind = found.kind === 'holds' && found.state === 'deferred' ? 'deferred' : found.kind;
    const work = workOfStanding(found);
    works.set(target.name, work);
    return { target, kind, work };
  });
  return { tasks, problems };
}

/** Tells how a task stood, if nothing that could have changed it has. `works`: of the dependencies, now. */
function recall(
  stamps: Float64Array,
  before: (Known & KnownDetails) | null,
  works: ReadonlyMap<string, string | null>,
): (target: Target, task: number) => Stood | null {
  if (before === null) return () => null;
  const rows = new Map(before.names.map((name, row) => [name, row]));
  const workBefore = (name: string): string | null => before.works[rows.get(name) ?? -1] ?? null;
  return (target, task) => {
    const row = rows.get(target.name);
    if (row === undefined || !sameStamp(stamps, task, before.receiptStamps, row)) return null;
    // Which tasks it depends on is in the fingerprint.
    if (before.fingerprints[row] !== target.fingerprint || before.essences[row] !== target.essence) return null;
    if (target.depends.some((name) => works.get(name) !== workBefore(name))) return null;
    const kind = kindOf(before, row);
    return kind === 'unreadable' ? null : { target, kind, work: before.works[row] ?? null };
  };
}

function workOfStanding(found: Standing): string | null {
  switch (found.kind) {
    case 'holds':
      return found.work;
    case 'inputs':
    case 'conditions':
    case 'edited':
      return found.receipt.work;
    case 'missing':
    case 'unbelieved':
    case 'unreadable':
      return null;
  }
}
