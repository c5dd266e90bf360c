/**
 * Who moved HEAD? While an attempt runs its commits are folded, whoever made them. But a machine that died may be
 * found days later, with commits of a person's on the branch; these must stay. What an attempt does to HEAD it writes
 * into HEAD's reflog under a name of ours, which its environment tells git to use.
 */
import { askGit } from './git.js';
import { readPosition } from './position.js';
import type { Place, Snapshot } from './workspace.js';

/** Belongs into the environment of every agent: by this recovery tells an agent's commits from a person's. */
export const ATTEMPT_ENVIRONMENT: Readonly<Record<string, string>> = { GIT_REFLOG_ACTION: 'stepladder attempt' };

/** The attempt's entries, and those of our own putting back. */
const OURS = /^stepladder\b/;

/**
 * Who moved HEAD since the snapshot: nobody, the attempt (as far as the reflog tells: all moves bear its name), or
 * somebody else, at least once.
 */
export function movedBy(place: Place, since: Snapshot): 'nobody' | 'attempt' | 'someone' {
  const now = readPosition(place);
  if (now.head === since.head && now.branch === since.branch) return 'nobody';
  const log = askGit(place.top, ['log', '--walk-reflogs', '--format=%H %gs', 'HEAD', '--'], { accept: [128] });
  const entries = log.stdout
    .toString()
    .split('\n')
    .filter((line) => line !== '');
  const ours = entries.findIndex((line) => !OURS.test(line.slice(line.indexOf(' ') + 1)));
  const before = ours === -1 ? null : (entries[ours]?.split(' ')[0] ?? null);
  return ours !== 0 && entries.length > 0 && before === since.head ? 'attempt' : 'someone';
}

/** Whether an object is (still) there. */
export function isKnown(place: Pick<Place, 'top'>, object: string): boolean {
  return askGit(place.top, ['cat-file', '-e', object], { accept: [1, 128] }).code === 0;
}
