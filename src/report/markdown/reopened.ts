/** The report's section on what came back: called done, found unfinished by whoever needed it, and what became of it. */
import { whereIs } from '../chain.js';
import { formatMoment } from '../durations.js';
import { gist } from '../gist.js';
import type { Facts, Reopening, TaskState } from '../shape.js';
import { andMore, code, lines, type Markdown, MOST_SPELLED_OUT, md } from './text.js';

const NOW: Readonly<Record<TaskState, string>> = {
  done: 'is done',
  deferred: 'is deferred',
  failed: 'failed',
  blocked: 'is blocked',
  waiting: 'waits for you',
  interrupted: 'was interrupted',
  running: 'is being worked on',
  pending: 'is still to be done',
};

/** What came back in this run; where no run is known, all that is on record. */
export function reopenedSection({ reopenings, run }: Facts): Markdown[] {
  const news = reopenings.filter((one) => run === null || one.inThisRun);
  if (news.length === 0) return [];
  return [
    md`## Called done, and found unfinished`,
    ...news.slice(0, MOST_SPELLED_OUT).flatMap(story),
    ...andMore(news.length, MOST_SPELLED_OUT),
  ];
}

function story({ task, by, evidence, symbol, file, line, commit, time, state, byState }: Reopening): Markdown[] {
  const place = whereIs({ symbol, file, line });
  const who = by === null ? md`reopened by hand` : md`reopened by ${code(by)}, which needs it`;
  const now = [
    ...(state === null ? [] : [md`${code(task)} ${NOW[state]}`]),
    ...(by === null || byState === null ? [] : [md`${code(by)} ${NOW[byState]}`]),
  ];
  return [
    md`### ↺ ${code(task)}`,
    lines([
      md`- ${who}, ${formatMoment(time)}`,
      ...(place === '' ? [] : [md`- Where: ${code(place)}`]),
      ...(commit === null ? [] : [md`- Left so by commit ${code(commit)}`]),
      md`- Evidence: ${gist(evidence, 600)}`,
      ...now.map((sentence, at) => (at === 0 ? md`- Now ${sentence}` : md`- And ${sentence}`)),
    ]),
  ];
}
