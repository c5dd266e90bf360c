/** Who wrote these lines: the commits that last touched them, and the tasks that their messages name. */
import { askGit, git } from './git.js';
import type { Place } from './workspace.js';

/** A commit that some of the lines come from. */
export interface LineCommit {
  /** Abbreviated. */
  readonly commit: string;
  readonly subject: string;
  /** Every task its message names as landed by it; those of squashed commits too, which stand indented there. */
  readonly tasks: readonly string[];
  /** Where the lines stood in that commit, relative to the work tree's top: they may have been moved since. */
  readonly file: string;
  /** How many of the lines are its own, those that hold no word left out. */
  readonly lines: number;
}

interface Origin {
  readonly commit: string;
  file: string;
  lines: number;
}

/** The porcelain format: a header for each line, the commit's details at its first, the line itself after a tab. */
function originsOf(porcelain: string): Origin[] {
  const origins = new Map<string, Origin>();
  let current: Origin | null = null;
  for (const line of porcelain.split('\n')) {
    const header = /^([0-9a-f]{40,64}) \d+ \d+/.exec(line)?.[1];
    if (header !== undefined) {
      current = origins.get(header) ?? { commit: header, file: '', lines: 0 };
      origins.set(header, current);
    } else if (current !== null && line.startsWith('filename ')) {
      if (current.file === '') current.file = line.slice('filename '.length);
    } else if (current !== null && line.startsWith('\t') && /\w/.test(line)) current.lines += 1;
  }
  return [...origins.values()];
}

/**
 * The commits that the lines of a file come from, the one with most of them first; lines that were only moved, also from
 * another file, count for whoever wrote them. None where git does not know (no commits yet, the file is in none).
 * @param head the commit to look from
 * @param file relative to the workspace's `dir`
 * @param from first line, from 1; `to`: the last
 */
export function lineCommits(
  place: Pick<Place, 'dir'>,
  head: string | null,
  file: string,
  from: number,
  to: number,
): LineCommit[] {
  if (head === null) return [];
  const blame = ['blame', '--porcelain', '-w', '-M', '-C', '-C', '-L', `${from},${to}`, head, '--', file];
  const answer = askGit(place.dir, blame, { accept: [128] });
  const origins = answer.code === 0 ? originsOf(answer.stdout.toString()).filter(({ lines }) => lines > 0) : [];
  return origins
    .sort((a, b) => b.lines - a.lines)
    .map(({ commit, file: origin, lines }) => {
      const show = ['show', '-s', '--format=%h%x00%s%x00%B', commit];
      const [hash = '', subject = '', message = ''] = git(place.dir, show).split('\0');
      const tasks = [...message.matchAll(/^ *Stepladder-Task: (\S+)$/gm)].map(([, task = '']) => task);
      return { commit: hash, subject, tasks: [...new Set(tasks)], file: origin, lines };
    });
}
