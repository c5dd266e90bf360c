/** What the task files say, as far as Make is concerned: read from what is known where no file has changed. */
import { loadBacklog } from '../backlog/load.js';
import { isTaskName } from '../backlog/names.js';
import type { Config } from '../config.js';
import { type Diagnostic, Refusal } from '../diagnostic.js';
import type { Known, KnownDetails } from './cache.js';
import { keepParsed, readParsed } from './parsed.js';
import { dependsOf } from './quick-look.js';
import { sameStamps, settled } from './stamps.js';
import type { Target } from './standings.js';
import { type Survey, samePaths } from './survey.js';

export interface Targets {
  /** In topological order, without those set aside. */
  readonly targets: readonly Target[];
  /** Tasks with an error, and all that depend on them. */
  readonly setAside: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * The tasks Make is to be told of.
 * @param surveyed when, in ms since the epoch, the survey began
 * @throws Refusal with everything that is wrong with the backlog; if `tolerant`, only where there is no backlog at all
 */
export function readTargets(
  config: Config,
  tolerant: boolean,
  seen: Survey | null,
  surveyed: number,
  before: (Known & KnownDetails) | null,
): Targets {
  if (before !== null && !before.told && seen !== null && asBefore(seen, before)) {
    return { targets: targetsOf(before), setAside: [], diagnostics: [] };
  }
  const parsed = readParsed(config, seen);
  const backlog = loadBacklog(config, { reuse: parsed });
  if (seen !== null) keepParsed(config, seen, settled(seen.pathStamps, surveyed), backlog.files);
  const failed = backlog.diagnostics.some(({ severity }) => severity === 'error');
  if (failed && (!tolerant || backlog.tasks.size === 0)) throw new Refusal(backlog.diagnostics);
  const targets = backlog.order.flatMap((name) => {
    const task = backlog.tasks.get(name);
    if (task === undefined || backlog.broken.has(name)) return [];
    // The backlog refuses such names; this one line stands between a file's name and a shell.
    if (!isTaskName(name)) throw new Error('a name that Make cannot carry got through');
    const { depends, fingerprint, essence } = task;
    return [{ name, depends, fingerprint, essence }];
  });
  return { targets, setAside: [...backlog.broken].sort(), diagnostics: backlog.diagnostics };
}

function asBefore(seen: Survey, before: Known): boolean {
  return samePaths(seen.paths, before.paths) && sameStamps(seen.pathStamps, before.pathStamps);
}

function targetsOf(known: Known & KnownDetails): Target[] {
  return known.names.map((name, task) => ({
    name,
    depends: Array.from(dependsOf(known, task), (dependency) => known.names[dependency] ?? ''),
    fingerprint: known.fingerprints[task] ?? '',
    essence: known.essences[task] ?? '',
  }));
}
