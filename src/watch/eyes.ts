/**
 * What notices that files change: chokidar, by the system's own events; or, on request, looking again and again, where
 * there are none (network file systems, folders mounted into containers).
 */
import { join } from 'node:path';
import { watch as watchFiles } from 'chokidar';
import { nameFromFile } from '../backlog/names.js';
import type { Config } from '../config.js';
import { emptyStamps, STAMP, takeStamp } from '../makefile/stamps.js';
import { receiptStamps, survey } from '../makefile/survey.js';
import { isRecord } from '../record/shape.js';
import { anchorsOf, asks, isPassedOver, type Places } from './places.js';

export interface Seeing {
  /** Something happened to this file (absolute path), or to the tasks folder. May be told often, and for nothing. */
  readonly asked: (path: string) => void;
  /** From here on nothing is missed. */
  readonly ready: () => void;
  readonly failed: (error: Error) => void;
}

export interface Eyes {
  close(): Promise<void>;
}

/** Watches by the system's events. */
export function openEyes(places: Places, seeing: Seeing): Eyes {
  const watcher = watchFiles(anchorsOf(places), {
    ignoreInitial: true,
    // Only hides the gap of a save by rename for a while; waiting until files are settled does that for every editor.
    atomic: false,
    ignorePermissionErrors: true,
    ignored: (path, stats) => isPassedOver(places, path, stats ?? null),
  });
  watcher.on('all', (_, path) => {
    if (asks(places, path)) seeing.asked(path);
  });
  // A link to the backlog that now leads elsewhere is no event of chokidar's: the name is there as before.
  watcher.on('raw', (_, name: string | null, details) => {
    // Node does not know it where the folder itself went.
    if (name === null) return;
    const folder = isRecord(details) && typeof details.watchedPath === 'string' ? details.watchedPath : places.root;
    const path = join(folder, name);
    if (path === places.tasks || path === places.configFile) seeing.asked(path);
  });
  watcher.on('error', (error) => seeing.failed(error instanceof Error ? error : new Error(String(error))));
  watcher.on('ready', seeing.ready);
  return { close: () => watcher.close() };
}

/** The stamp of every file that counts, by its absolute path. */
function stampsOf(config: Config, places: Places): Map<string, string> {
  const seen = survey(config);
  const paths = seen?.paths ?? [];
  const names = paths.map(nameFromFile);
  const own = emptyStamps(1);
  takeStamp(own, 0, places.configFile);
  const all = new Map([[places.configFile, own.join(' ')]]);
  const add = (path: string, stamps: Float64Array | undefined, row: number): void =>
    void all.set(join(places.tasks, path), stamps?.subarray(row * STAMP, (row + 1) * STAMP).join(' ') ?? '');
  paths.forEach((path, row) => {
    add(path, seen?.pathStamps, row);
  });
  const receipts = receiptStamps(config, names);
  names.forEach((name, row) => {
    add(`${name}.done`, receipts, row);
  });
  return all;
}

/**
 * Looks every `everyMs` at the stamps that the generator goes by: one walk for all files, which chokidar's own polling
 * is not, and an older file put in place of a newer one is seen as well.
 */
export function openPollingEyes(config: Config, places: Places, everyMs: number, seeing: Seeing): Eyes {
  let before = stampsOf(config, places);
  const look = (): void => {
    const now = stampsOf(config, places);
    for (const path of new Set([...before.keys(), ...now.keys()])) {
      if (before.get(path) !== now.get(path) && asks(places, path)) seeing.asked(path);
    }
    before = now;
  };
  const timer = setInterval(() => {
    try {
      look();
    } catch (error) {
      // What cannot be looked at now (a mount that is gone for the moment) is looked at again.
      if (!(error instanceof Error && 'code' in error)) throw error;
    }
  }, everyMs);
  setImmediate(seeing.ready);
  return {
    close: () => {
      clearInterval(timer);
      return Promise.resolve();
    },
  };
}

/** Polling asked for by the environment, as everywhere where chokidar is: every how many ms; null: not asked for. */
export function pollingAsked(env: Readonly<Record<string, string | undefined>>): number | null {
  const asked = (env.CHOKIDAR_USEPOLLING ?? '').toLowerCase();
  return asked === '' || asked === '0' || asked === 'false' ? null : pollInterval(env);
}

/** Every how many ms to look, where polling is asked for. */
export function pollInterval(env: Readonly<Record<string, string | undefined>>): number {
  const own = Number(env.CHOKIDAR_INTERVAL);
  return Number.isFinite(own) && own >= 50 ? own : 1000;
}
