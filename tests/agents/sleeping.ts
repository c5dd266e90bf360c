/** What an agent's shell tool was told to run: a sleep of its own, by which it is found. */
import { readdirSync, readFileSync } from 'node:fs';
import { busy } from '../rig/busy.js';
import type { Ran, Running } from '../rig/child.js';

/** Whether a program of that command line runs; `Z` is dead, only not yet collected. */
export function runs(words: string): boolean {
  return readdirSync('/proc').some((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').join(' ').trim() === words;
    } catch {
      // No process, or gone meanwhile.
      return false;
    }
  });
}

/** Resolves once a program of that command line runs. @throws where the run that is to start it has ended without it */
export async function running(words: string, { done }: Pick<Running, 'done'>): Promise<void> {
  let ended: Ran | null = null;
  void done.then((ran) => {
    ended = ran;
  });
  while (!runs(words)) {
    // Read anew: the callback sets it, which the compiler cannot see.
    const ran = ended as Ran | null;
    if (ran !== null) throw new Error(`it ended without having run ${words}:\n${ran.output}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Resolves once none of them runs. @throws where one still does after ten seconds, of a machine that has nothing else to do */
export async function gone(all: readonly string[]): Promise<void> {
  const until = performance.now() + 10_000 * busy();
  for (let left = all.filter(runs); left.length > 0; left = all.filter(runs)) {
    if (performance.now() > until) throw new Error(`ten seconds later there still runs: ${left.join(', ')}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

let told = 0;

/** A sleep for years, of as many seconds as no other is told on this machine: the process and a number are in them. */
export function unlikely(): string {
  told += 1;
  return `sleep ${1_000_000_000 + process.pid * 1000 + told}`;
}

/** What an agent may leave: in a session of its own, and deaf to every signal that can be ignored. */
export interface LeftBehind {
  /** Shell text that starts both and goes on. */
  readonly command: string;
  readonly all: readonly string[];
}

export function leftBehind(): LeftBehind {
  const [away, deaf] = [unlikely(), unlikely()];
  const apart = '>/dev/null 2>&1 &';
  return { command: `setsid ${away} ${apart} (trap '' INT TERM HUP; exec ${deaf}) ${apart}`, all: [away, deaf] };
}
