/** Where a task's steps work: in the person's own tree one after the other, or each in a work tree of its own. */
import type { Task } from '../backlog/task.js';
import type { Config } from '../config.js';

/**
 * Whether Make runs more than one job at a time: then it has a jobserver. Make before 4.2 does not tell the number
 * (MAKE-RULES 21), and with `-j1` there is none.
 */
export function hasManyJobs(env: Readonly<Record<string, string | undefined>>): boolean {
  return /(?:^|\s)--jobserver-(?:auth|fds)=/.test(env.MAKEFLAGS ?? '');
}

/**
 * What `isolation:` means for a task here and now (DESIGN "Configuration").
 * @param manyJobs whether Make runs more than one job at a time
 */
export function isolationOf(
  config: Pick<Config, 'isolation'>,
  task: Pick<Task, 'isolation'>,
  manyJobs: boolean,
): 'in-place' | 'worktree' {
  const asked = task.isolation ?? config.isolation;
  if (asked !== 'auto') return asked;
  return manyJobs ? 'worktree' : 'in-place';
}
