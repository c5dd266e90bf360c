/** Finds the repository of the configured workspace, and what in it is not the agents'. */
import { existsSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { CONFIG_FILE, type Config, STATE } from '../config.js';
import { refuse } from '../diagnostic.js';
import { sha256 } from '../record/digest.js';
import { askGit } from './git.js';
import type { Place } from './workspace.js';

/** The real path of something that need not exist: of its nearest ancestor that does, and the rest as given. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(realPath(parent), basename(path));
  }
}

/** `path` relative to `folder`, with `/`; null where it does not lie below it. */
function below(folder: string, path: string): string | null {
  const rest = relative(folder, path);
  if (rest === '' || rest === '..' || rest.startsWith(`..${sep}`) || isAbsolute(rest)) return null;
  return rest.split(sep).join('/');
}

/** Whether a repository of its own (a submodule, a clone) lies between the top and `path`, or at it. */
function inNestedRepository(top: string, path: string): boolean {
  for (let folder = path; folder !== top && below(top, folder) !== null; folder = dirname(folder)) {
    if (existsSync(join(folder, '.git'))) return true;
  }
  return false;
}

/** See `Workspace.pathInTop`. The last segment is not followed, should it be a link. */
export function pathInTop(place: Pick<Place, 'root' | 'top'>, file: string): string | null {
  const path = resolve(place.root, file);
  const real = join(realPath(dirname(path)), basename(path));
  return inNestedRepository(place.top, dirname(real)) ? null : below(place.top, real);
}

function answers(dir: string): { top: string; gitDir: string; commonDir: string } {
  const asked = ['--is-bare-repository', '--show-toplevel', '--absolute-git-dir', '--git-common-dir'];
  const answer = askGit(dir, ['rev-parse', ...asked], { accept: [128] });
  const [bare, top, gitDir, commonDir] = answer.stdout.toString().split('\n');
  if (answer.code === 0 && top !== undefined && gitDir !== undefined && commonDir !== undefined) {
    return { top, gitDir, commonDir: resolve(dir, commonDir) };
  }
  if (answer.stderr.includes('dubious ownership')) {
    throw refuse(
      `git does not trust the repository in ${dir}: it belongs to another user`,
      `git config --global --add safe.directory ${dir}`,
    );
  }
  if (bare === 'true') throw refuse(`${dir} is a bare git repository`, 'point `workspace` at a clone with a work tree');
  throw refuse(
    `${dir} is not a git work tree`,
    'run “git init” there and commit what you have, or set `workspace` in stepladder.yaml',
  );
}

/**
 * Whether no other backlog can have the same refs: at the top of the repository's own checkout there is one. In folders
 * below it, and outside, there may be any number, as in linked checkouts.
 */
function isOnlyOne(root: string, top: string, gitDir: string, commonDir: string): boolean {
  return root === realPath(top) && realPath(gitDir) === realPath(commonDir);
}

/**
 * Finds the workspace's repository. One git process.
 * @throws Refusal where there is none that can be worked in
 */
export function findPlace(config: Config): Place {
  const root = realPath(config.root);
  const dir = realPath(resolve(root, config.workspace));
  if (!statSync(dir, { throwIfNoEntry: false })?.isDirectory()) {
    throw refuse(`the workspace ${dir} is not a folder`, 'make it, or change `workspace` in stepladder.yaml');
  }
  const { top, gitDir, commonDir } = answers(dir);
  const tasks = resolve(root, config.tasks);
  const realTasks = realPath(tasks);
  if (realTasks === top) {
    throw refuse('the backlog is the whole work tree of the workspace', 'put the tasks into a folder of their own');
  }
  const leftOut = new Set<string>();
  for (const path of [tasks, resolve(root, config.reports), join(root, STATE), join(root, CONFIG_FILE)]) {
    // Both the name it goes by and where that leads: either may be a link within the work tree.
    for (const form of [path, realPath(path)]) {
      const inside = below(top, form);
      if (inside !== null) leftOut.add(inside);
    }
  }
  return {
    root,
    tasks,
    dir,
    top,
    homeTop: top,
    gitDir,
    commonDir: realPath(commonDir),
    keptSuffix: isOnlyOne(root, top, gitDir, commonDir) ? '' : `@${sha256(root).slice(0, 8)}`,
    backlogInside: below(top, realTasks) !== null && !inNestedRepository(top, realTasks),
    leftOut: [...leftOut].sort(),
  };
}

/** The pathspecs for everything but what is left out. To stand behind `--`, with the top as working directory. */
export function everythingElse(place: Place): string[] {
  return ['.', ...place.leftOut.map((path) => `:(exclude,literal)${path}`)];
}

/**
 * What is left out, for git to be asked about; where nothing is, what no tree and no index ever holds: no path at all
 * means "everything" to git.
 */
export function leftOutPaths({ leftOut }: Pick<Place, 'leftOut'>): readonly string[] {
  return leftOut.length === 0 ? ['.git'] : leftOut;
}

/** The same as pathspecs. */
export function onlyLeftOut(place: Pick<Place, 'leftOut'>): string[] {
  return leftOutPaths(place).map((path) => `:(literal)${path}`);
}
