/** What lies below the tasks folder, by one walk. Never parsed, hardly looked at. Loaded by the fast paths. */
import { readdirSync, realpathSync, statSync } from 'node:fs';
import { isMeantAsTask } from '../backlog/names.js';
import type { Config } from '../config.js';
import { targetPrefix, tasksFolder } from './places.js';
import { emptyStamps, takeStamp } from './stamps.js';

export interface Survey {
  /** Every Markdown file that may be a task, relative to the tasks folder, with `/`. */
  readonly paths: readonly string[];
  readonly pathStamps: Float64Array;
}

/**
 * Walks the tasks folder. Null where it cannot be walked (missing, unreadable): whoever loads the backlog will say so.
 * Stamps are taken here, before anybody reads a file, so that an edit in between is seen next time.
 */
export function survey(config: Config): Survey | null {
  const base = tasksFolder(config);
  const prefix = targetPrefix(config);
  const paths: string[] = [];
  const mayHoldTasks = (path: string): boolean =>
    isMeantAsTask(`${path}/x`) && !/(?:^|\/)node_modules$/.test(path) && prefix + path !== config.reports;
  // `above`: the real folders on the way down; a link back to one of them is not followed for ever.
  const walk = (folder: string, above: readonly string[]): void => {
    // Names alone: asking for their kinds as well takes twice as long, and nearly all say it by how they end.
    for (const name of readdirSync(base + folder)) {
      if (name.endsWith('.done')) continue;
      const path = folder + name;
      if (name.endsWith('.md')) {
        if (isMeantAsTask(path)) paths.push(path);
      } else if (mayHoldTasks(path) && statSync(base + path, { throwIfNoEntry: false })?.isDirectory()) {
        const real = realpathSync(base + path);
        if (!above.includes(real)) walk(`${path}/`, [...above, real]);
      }
    }
  };
  try {
    walk('', [realpathSync(base)]);
    return { paths, pathStamps: stampsBelow(base, paths, '') };
  } catch {
    return null;
  }
}

/** Stamps of the receipts of these tasks, zeros where there is none. Throws what stat throws. */
export function receiptStamps(config: Config, names: readonly string[]): Float64Array {
  return stampsBelow(tasksFolder(config), names, '.done');
}

function stampsBelow(base: string, names: readonly string[], ending: string): Float64Array {
  const stamps = emptyStamps(names.length);
  names.forEach((name, row) => {
    takeStamp(stamps, row, base + name + ending);
  });
  return stamps;
}

export function samePaths(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((path, at) => path === other[at]);
}
