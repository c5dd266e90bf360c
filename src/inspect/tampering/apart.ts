/**
 * Folders that git does not look into from above: what a link leads to, and repositories of their own. What lies there
 * is compared by itself; and one that an attempt makes (`git init tasks/sub`) would hide what is forged in it.
 */
import * as fs from 'node:fs';
import { join, posix } from 'node:path';
import type { Finding } from '../../record/receipt.js';
import { type Keeper, tampering } from './keeper.js';

const isThere = (path: string): boolean => fs.lstatSync(path, { throwIfNoEntry: false }) !== undefined;

/** Every folder on the way to one of these names, itself left out: `a/b/c` has `a` and `a/b`. */
export function waysTo(names: Iterable<string>): string[] {
  const ways = new Set<string>();
  for (const name of names) {
    for (let way = posix.dirname(name); way !== '.' && !ways.has(way); way = posix.dirname(way)) ways.add(way);
  }
  return [...ways].sort();
}

/** Those of the folders that lie apart, the topmost of each way. @param ways relative to the base, sorted */
export function apartFolders(base: string, ways: readonly string[]): string[] {
  const real = fs.realpathSync(base);
  const apart: string[] = [];
  for (const way of ways) {
    const path = join(base, way);
    if (apart.some((above) => way.startsWith(`${above}/`)) || !fs.existsSync(path)) continue;
    if (fs.realpathSync(path) !== join(real, way) || isThere(join(path, '.git'))) apart.push(way);
  }
  return apart;
}

/** Takes away repositories that were made in these folders meanwhile. @param folders absolute; what was one before is left out */
export function takeRepositoriesAway(folders: Iterable<string>, keeper: Keeper): Finding[] {
  const findings: Finding[] = [];
  for (const folder of folders) {
    const path = join(folder, '.git');
    if (!isThere(path)) continue;
    const kept = keeper.remove(path);
    const what = `a repository was made here during the attempt, which hides what is in it: it lies in ${kept} now`;
    findings.push(tampering(keeper.nameOf(folder), 'error', what));
  }
  return findings;
}
