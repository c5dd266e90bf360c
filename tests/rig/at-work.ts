/** Steps side by side report in whichever order they come. */
import type { DrivenAttempt } from './agents.js';
import type { Project } from './project.js';

/** The next two attempts, which are to be at tasks of these names, in that order. @throws where they are at others */
export async function bothAtWork(
  made: Pick<Project, 'nextAttempt'>,
  one: string,
  other: string,
): Promise<[DrivenAttempt, DrivenAttempt]> {
  const found = [await made.nextAttempt(), await made.nextAttempt()];
  const at = (task: string): DrivenAttempt => {
    const attempt = found.find((each) => each.task === task);
    if (attempt === undefined) throw new Error(`no attempt at ${task}: ${found.map((each) => each.task)}`);
    return attempt;
  };
  return [at(one), at(other)];
}
