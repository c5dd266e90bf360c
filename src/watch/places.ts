/** Which files a watch is about. Everything else (backups, swap files, reports, machine state) never so much as asks. */
import { realpathSync, type Stats, statSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { isMeantAsTask } from '../backlog/names.js';
import { CONFIG_FILE, type Config, STATE } from '../config.js';
import { files } from '../record/files.js';
import { parseReceipt, type ReadReceipt } from '../record/receipt.js';

export interface Places {
  readonly root: string;
  /** Absolute. */
  readonly configFile: string;
  /** The tasks folder, absolute, as the configuration names it: links are not resolved. */
  readonly tasks: string;
  readonly reports: string;
}

export function placesOf(config: Pick<Config, 'root' | 'tasks' | 'reports'>): Places {
  const { root } = config;
  const reports = join(root, config.reports);
  return { root, configFile: join(root, CONFIG_FILE), tasks: join(root, config.tasks), reports };
}

const isWithin = (folder: string, path: string): boolean =>
  path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);

/**
 * Whether a path is passed over whole. As it is asked of folders too, and at first without knowing what it is: what may
 * be, or lead to, one of our files, is not.
 * @param stats null where they are not known (yet)
 */
export function isPassedOver(places: Places, path: string, stats: Pick<Stats, 'isFile'> | null): boolean {
  // The folders above ours are watched for it to come and go; nothing else in them.
  if (path === places.configFile || isWithin(path, places.tasks) || path === places.root) return false;
  if (!isWithin(places.tasks, path)) return true;
  if (isWithin(places.reports, path) || isWithin(join(places.root, STATE), path)) return true;
  const inside = relative(places.tasks, path).replaceAll(sep, '/');
  if (/(?:^|\/)node_modules(?:\/|$)/.test(inside)) return true;
  if (inside.endsWith('.md') || inside.endsWith('.done')) return !isMeantAsTask(inside);
  return stats?.isFile() === true || !isMeantAsTask(`${inside}/x`);
}

/**
 * Whether what happened to a file is a question at all. A receipt that steps write, ours or another run's, is none: only
 * one that is gone, or that a person stands for.
 */
export function asks(places: Places, path: string): boolean {
  if (!path.endsWith('.done')) return !isPassedOver(places, path, null);
  if (isPassedOver(places, path, null)) return false;
  const read = readReceipt(path);
  return read?.kind !== 'receipt' || !read.sealed || read.receipt.state !== 'done';
}

/** Null where there is none, or none that can be read at this moment. */
function readReceipt(path: string): ReadReceipt | null {
  try {
    const source = files.readText(path);
    return source === null ? null : parseReceipt(source);
  } catch {
    return null;
  }
}

/** Which folder the tasks folder really is; '' where there is none. Another one, and the eyes have to be opened anew. */
export function identityOf(places: Places): string {
  try {
    const real = realpathSync(places.tasks);
    return `${statSync(real).ino} ${real}`;
  } catch {
    return '';
  }
}

/** The folders to watch from: the root, and where the backlog lies elsewhere, the nearest one above it that is there. */
export function anchorsOf(places: Places): string[] {
  if (isWithin(places.root, places.tasks)) return [places.root];
  let above = dirname(places.tasks);
  while (above !== dirname(above) && statSync(above, { throwIfNoEntry: false }) === undefined) above = dirname(above);
  return [places.root, above];
}

/** A path as people know it. */
export const shown = (places: Places, path: string): string => relative(places.root, path) || basename(path);
