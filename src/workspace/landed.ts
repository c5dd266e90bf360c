/** Which commit did which task, as the branch's own history tells. */
import { askGit, git } from './git.js';
import { refOf } from './refs.js';
import type { Place } from './workspace.js';

/** The latest commit that landed each task, by the task's name. Also found in the message of a squash, indented there. */
export function landedCommits(place: Pick<Place, 'top'>): ReadonlyMap<string, string> {
  const log = ['log', '--format=%H%n%B%x00', '--grep=^ *Stepladder-Task: '];
  const answer = askGit(place.top, log, { accept: [128] });
  const commits = new Map<string, string>();
  if (answer.code !== 0) return commits;
  for (const record of answer.stdout.toString().split('\0')) {
    const [commit = ''] = record.trimStart().split('\n', 1);
    for (const [, task] of record.matchAll(/^ *Stepladder-Task: (\S+)$/gm)) {
      if (task !== undefined && !commits.has(task)) commits.set(task, commit);
    }
  }
  return commits;
}

/** The work ids of all that was ever landed on the branch, those of tasks done anew since among them. */
export function landedWorks(place: Pick<Place, 'top'>): ReadonlySet<string> {
  const log = ['log', '--format=%B', '--grep=^ *Stepladder-Work: '];
  const text = askGit(place.top, log, { accept: [128] }).stdout.toString();
  return new Set([...text.matchAll(/^ *Stepladder-Work: (\S+)$/gm)].map(([, work = '']) => work));
}

/** Whether anything is kept of a task's failed or interrupted work: asked of git once, for all tasks. */
export function keptTasks(place: Pick<Place, 'top' | 'keptSuffix'>): (task: string) => boolean {
  const folders = ['refs/stepladder/failed', 'refs/stepladder/interrupted'];
  const refs = new Set(git(place.top, ['for-each-ref', '--format=%(refname)', ...folders]).split('\n'));
  return (task) => refs.has(refOf(place, 'failed', task)) || refs.has(refOf(place, 'interrupted', task));
}
