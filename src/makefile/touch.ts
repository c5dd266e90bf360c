/**
 * A whole clone can look old to Make (MAKE-RULES 14), and a clock gone wrong can make a file look new for ever: what
 * holds is given a time at which Make does not ask. A fast path.
 */
import type { Config } from '../config.js';
import { files } from '../record/files.js';
import { doesHold, kindOf, readKnownWhole, writeKnown } from './cache.js';
import { tasksFolder } from './places.js';
import { latestNeeded, looksOld } from './quick-look.js';
import { mtimeOf, noStamp, STAMP, sameStamp, takeStamp } from './stamps.js';
import { receiptStamps, survey } from './survey.js';

/**
 * Touches every receipt that holds but looks older to Make than its task file or a dependency's receipt, or comes from
 * the future; dependencies first. To be called after `generate`, and before Make; the next `generate` writes tasks.mk
 * anew. A receipt that was replaced since is left alone. Throws what the system throws.
 * @returns the names of the tasks
 */
export function touchHolding(config: Config, now: number = Date.now()): string[] {
  const known = readKnownWhole(config);
  const seen = known === null ? null : survey(config);
  if (known === null || seen === null) return [];
  const rowOf = new Map(seen.paths.map((path, row) => [path, row]));
  const pathOf = known.pathOf.map((row) => rowOf.get(known.paths[row] ?? '') ?? -1);
  const stamps = receiptStamps(config, known.names);
  const kept = Float64Array.from(known.receiptStamps);
  const base = tasksFolder(config);

  const touch = (name: string, task: number): boolean => {
    if (!doesHold(kindOf(known, task))) return false;
    const latest = latestNeeded({ ...known, pathOf }, seen.pathStamps, stamps, task);
    if (!looksOld(mtimeOf(stamps, task), latest, now)) return false;
    const inode = task * STAMP + STAMP - 1;
    if (stamps[inode] !== known.receiptStamps[inode]) return false;
    const asRead = sameStamp(stamps, task, known.receiptStamps, task);
    // utimes(2) is given seconds as a double, so that a time comes back a little off: `now` is good for what was touched
    // with `now` before, and a time that must not be older than another is a millisecond more.
    const time = latest < now + 1 ? now : Math.ceil(latest) + 1;
    if (!files.touch(`${base}${name}.done`, new Date(time))) return false;
    takeStamp(stamps, task, `${base}${name}.done`);
    // The content is the one that was read, so the new stamp can be trusted; an unsettled one stays like no other.
    if (asRead) kept.set(stamps.subarray(task * STAMP, (task + 1) * STAMP), task * STAMP);
    return true;
  };
  const touched = known.names.filter(touch);
  if (touched.length > 0) {
    writeKnown(config, { ...known, receiptStamps: kept, tasksMk: noStamp() });
  }
  return touched;
}
