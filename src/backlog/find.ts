/** Finds the task files below the tasks folder. */
import { readdirSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { globSync } from 'tinyglobby';
import type { Config } from '../config.js';
import type { Diagnostic } from '../diagnostic.js';
import { belowTasks, isMeantAsTask } from './names.js';

/** Whether there is a tasks folder; null where all is well. */
export function tasksFolderProblem(config: Config): Diagnostic | null {
  const stat = statSync(join(config.root, config.tasks), { throwIfNoEntry: false });
  if (stat?.isDirectory()) return null;
  return {
    severity: 'error',
    message: stat === undefined ? 'there is no tasks folder' : 'this is no folder of tasks, but a file',
    place: { file: config.tasks },
    remedy: 'make the folder and write a task into it, or set tasks: in stepladder.yaml',
  };
}

export interface FoundFiles {
  /** Relative to the tasks folder, with `/`, sorted by code unit. */
  readonly paths: readonly string[];
  /** Folders that could not be looked into, and links that lead nowhere. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Every Markdown file below the tasks folder that is meant as a task (DESIGN "Files"), behind symbolic links too. */
export function findTaskFiles(config: Config): FoundFiles {
  const cwd = join(config.root, config.tasks);
  const diagnostics: Diagnostic[] = [];
  // The search passes over what it cannot read; a task that is not seen must be told about all the same.
  const told = <T>(path: string, read: () => T): T => {
    try {
      return read();
    } catch (error) {
      const problem = unseen(config, relative(cwd, path), error);
      if (problem !== null) diagnostics.push(problem);
      throw error;
    }
  };
  // Hidden names are seen, so that a slip such as `..md` can be told about. Installed packages and our own reports are
  // full of Markdown, and may lie below a tasks folder such as `.`.
  const paths = globSync('**/*.md', {
    cwd,
    dot: true,
    ignore: ['**/node_modules/**', '**/.git/**'],
    fs: {
      readdirSync: ((path: string, options: { withFileTypes: true }) =>
        told(path, () => readdirSync(path, options))) as typeof readdirSync,
      realpathSync: ((path: string) =>
        outsideOf(
          path,
          told(path, () => realpathSync(path)),
        )) as typeof realpathSync,
    },
  });
  return {
    paths: paths
      .filter((path) => isMeantAsTask(path) && !belowTasks(config.tasks, path).startsWith(`${config.reports}/`))
      .sort(),
    diagnostics,
  };
}

/** A link to a folder that it lies in would show every task once more under another name: passed over, by throwing. */
function outsideOf(link: string, target: string): string {
  const folder = realpathSync(dirname(link));
  if (`${folder}/`.startsWith(`${target}/`)) throw new Error(`${link} leads to a folder above it`);
  return target;
}

function unseen(config: Config, path: string, error: unknown): Diagnostic | null {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
  const place = { file: belowTasks(config.tasks, path) };
  if (code !== 'ENOENT' && code !== 'ELOOP') {
    const remedy = 'make it readable, or move it elsewhere';
    return { severity: 'error', message: `the folder cannot be looked into (${code})`, place, remedy };
  }
  if (!path.endsWith('.md') || !isMeantAsTask(path)) return null;
  return {
    severity: 'error',
    message: 'the task file is a symbolic link that leads nowhere',
    place,
    remedy: 'mend the link, or delete it',
  };
}
