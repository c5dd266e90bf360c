import { EXIT, type ExitCode } from '../diagnostic.js';

export const plural = (n: number, word: string): string => `${n} ${word}${n === 1 ? '' : 's'}`;

/** What a run says that has no step to start; deferred tasks are not done. Part of the small bundle. */
export function nothingToDo(total: number, deferred: number): { line: string; exit: ExitCode } {
  if (total === 0) return { line: 'nothing to do: there are no tasks', exit: EXIT.done };
  const all = total === 1 ? 'the one task is' : `all ${total} tasks are`;
  if (deferred === 0) return { line: `nothing to do: ${all} done`, exit: EXIT.done };
  const line = deferred === total ? `${all} deferred` : `${deferred} of ${total} tasks deferred, all others done`;
  return { line: `nothing to run: ${line}`, exit: EXIT.waiting };
}
