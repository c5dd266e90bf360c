/** What git ignores and a work tree of a step's own needs all the same (`carry:`): copied, or linked, from the person's. */
import { existsSync, lstatSync, mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { globSync } from 'tinyglobby';
import type { Config } from '../config.js';
import { gitRecords, pathText } from '../workspace/git.js';
import type { Workspace } from '../workspace/workspace.js';

export interface Carried {
  /** Relative to the workspace's folder, with `/`. */
  readonly path: string;
  readonly how: 'copy' | 'link';
}

function found(dir: string, glob: string): string[] {
  // A name that stands for itself: nothing has to be searched, however large the folder is.
  if (existsSync(join(dir, glob))) return [glob.replace(/\/+$/, '')];
  return globSync(glob, {
    cwd: dir,
    dot: true,
    onlyFiles: false,
    expandDirectories: false,
    followSymbolicLinks: false,
  }).map((path) => path.replace(/\/+$/, ''));
}

/** Whether git tracks anything at or below a path. */
function isTracked(home: Workspace, path: string): boolean {
  const list = gitRecords(home.dir, ['ls-files', '-z', '--', `:(literal)${path}`]);
  return list.map(pathText).length > 0;
}

/** What is there to be carried now; what git tracks is in every work tree anyway. */
export function toCarry(config: Pick<Config, 'carry'>, home: Workspace): Carried[] {
  const all = new Map<string, Carried>();
  for (const how of ['copy', 'link'] as const) {
    for (const glob of config.carry[how]) for (const path of found(home.dir, glob)) all.set(path, { path, how });
  }
  // What lies in a folder that is carried comes with it.
  const inside = (path: string): boolean => [...all.keys()].some((other) => path.startsWith(`${other}/`));
  return [...all.values()].filter(({ path }) => !inside(path) && !isTracked(home, path));
}

/** The same as they are called from the work tree's top. */
export function pathsInTop(home: Workspace, carried: readonly Carried[]): string[] {
  return carried.map(({ path }) => relative(home.top, join(home.dir, path)));
}

/**
 * Puts them into a work tree, as far as they are not there yet.
 * @param copy copies a file or folder, as it is
 */
export async function carry(
  home: Workspace,
  dir: string,
  carried: readonly Carried[],
  copy: (from: string, to: string) => Promise<void>,
): Promise<void> {
  for (const { path, how } of carried) {
    const from = join(home.dir, path);
    const to = join(dir, path);
    if (lstatSync(to, { throwIfNoEntry: false }) !== undefined) continue;
    // The person has taken it away since the step began.
    if (lstatSync(from, { throwIfNoEntry: false }) === undefined) continue;
    mkdirSync(dirname(to), { recursive: true });
    if (how === 'link') symlinkSync(from, to);
    else await copy(from, to);
  }
}
