/** A run of another terminal, shown here until it ends: drawn where that can be, else in lines, or as JSON lines. */
import { EXIT, type ExitCode } from '../diagnostic.js';
import { goal } from '../record/goal.js';
import { followRun, type GoingOn } from './going-on.js';
import { JsonLines } from './live/as-json.js';
import { showRun } from './show.js';

export interface Showing {
  /** One JSON object a line. */
  readonly json: boolean;
  /** What stands at the beginning, where it is not drawn. */
  readonly text: string;
  print(text: string): void;
}

/** How many of those that ended before are told, where the view is drawn. */
const TOLD = 5;

/** Aborted by Ctrl-C and the like, and where nobody reads any more. */
export function untilLeft(): { readonly signal: AbortSignal; readonly interrupted: () => boolean; close(): void } {
  const controller = new AbortController();
  let interrupted = false;
  const stop = (): void => {
    interrupted = true;
    controller.abort();
  };
  const unread = (): void => controller.abort();
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const name of signals) process.on(name, stop);
  process.stdout.on('error', unread);
  return {
    signal: controller.signal,
    interrupted: () => interrupted,
    close: () => {
      for (const name of signals) process.off(name, stop);
      process.stdout.off('error', unread);
    },
  };
}

/** @returns 0 when the run has ended, however it did; 130 where the person went away before */
export async function showGoing(root: string, run: GoingOn, { json, text, print }: Showing): Promise<ExitCode> {
  const left = untilLeft();
  try {
    let how: Awaited<ReturnType<typeof followRun>>;
    if (json) {
      const lines = new JsonLines(root, run.live, print);
      how = await followRun(run, (event) => lines.see(event), left.signal);
      lines.close();
    } else {
      const shown = await showRun(root, run.live);
      if (shown.drawn) for (const line of run.ended.slice(-TOLD)) shown.say(line);
      else print(`${text}\n`);
      how = await followRun(run, shown.see, left.signal);
      await shown.close();
    }
    if (how === 'gone')
      process.stderr.write(`its process is gone: what it did is kept; ${goal('orchestrate')} goes on\n`);
    return left.interrupted() ? EXIT.interrupted : EXIT.done;
  } finally {
    left.close();
  }
}
