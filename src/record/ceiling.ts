/**
 * A step's own work tree lies within the project. Whoever runs git there, an agent or we, must not come to the person's
 * repository where the work tree has lost its `.git`: git looks for one upwards.
 */
import { STATE } from '../config.js';

const WORKTREES = `/${STATE}/worktrees/`;

/** The environment for a process in a folder: from within a step's own work tree git does not look beyond that. */
export function withCeiling(env: Readonly<Record<string, string>>, cwd: string): Record<string, string> {
  const at = `${cwd}/`.lastIndexOf(WORKTREES);
  if (at === -1) return { ...env };
  const folder = cwd.slice(0, at + WORKTREES.length - 1);
  const { GIT_CEILING_DIRECTORIES: others = '' } = env;
  return { ...env, GIT_CEILING_DIRECTORIES: others === '' ? folder : `${folder}:${others}` };
}
