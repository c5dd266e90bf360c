/**
 * What a killed step has left at work: what it had started, which carries its mark and is ended, and a git of its own,
 * which is waited for. git is soon done, and ended in the middle it would leave locks behind; but as long as it works it
 * may still move the branch, whoever has taken the step's place meanwhile.
 */
import { refuse } from '../diagnostic.js';
import { killMarked } from './marked.js';
import { processTable } from './process-table.js';

/** The variable in which every git that a step runs for itself carries the step's mark. */
export const GIT_MARK = 'STEPLADDER_GIT';

const PATIENCE_MS = 10_000;
const GLANCE_MS = 5;
/** While a process puts another program in its place it shows no environment: one look that finds nobody may be wrong. */
const SURE = 3;

/** Not what a git has started: a filter, a hook of a filter, a daemon for passwords may go on for hours. */
function gitsOf(mark: string): number[] {
  return processTable
    .startedWith(`${GIT_MARK}=${mark}`)
    .filter((pid) => processTable.program(pid) === 'git' && processTable.entry(pid)?.zombie === false);
}

/** Marks of which nothing is left: their holders are gone, and start nothing any more. A step has many locks. */
const ended = new Set<string>();

function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, GLANCE_MS);
}

function awaitGit(mark: string, whose: string): void {
  const until = performance.now() + PATIENCE_MS;
  for (let none = 0; none < SURE; ) {
    const left = gitsOf(mark);
    none = left.length === 0 ? none + 1 : 0;
    if (left.length > 0 && performance.now() > until) {
      throw refuse(
        `a git that ${whose} had begun does not come to its end: ${left.join(', ')}`,
        `see what holds it up (ps -p ${left.join(',')}), then run the same command again`,
      );
    }
    pause();
  }
}

/**
 * Ends what carries a mark whose holder is gone, and waits for its git. Only then may anything of it be touched.
 * @param whose for people: `the interrupted attempt at openai-core`
 * @throws Refusal where something of it cannot be ended
 */
export function endLeftAtWork(mark: string, whose: string): void {
  if (ended.has(mark)) return;
  const left = killMarked(mark);
  if (left.length > 0) {
    throw refuse(
      `processes of ${whose} cannot be ended: ${left.join(', ')}`,
      `end them, then run the same command again: kill -9 ${left.join(' ')}`,
    );
  }
  awaitGit(mark, whose);
  ended.add(mark);
}
