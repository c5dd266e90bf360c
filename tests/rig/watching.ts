/** Watch mode in a project, read line by line: what a test waits for is what comes after what it has read already. */
import { processesOf } from './observing.js';
import { type Project, type ProjectOptions, type Ran, type Running, withProject } from './project.js';

export interface Watching {
  /** Waits for text further on in the output, and reads up to its end; gives what was read. */
  next(wanted: string | RegExp): Promise<string>;
  /** Waits until it waits. */
  waits(): Promise<string>;
  /** Every run it has started, by the words behind it: `a (edited)`. */
  runs(): string[];
  readonly running: Running;
  /** Ctrl-C, as a terminal sends it: to the whole group. */
  interrupt(): Promise<Ran>;
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Follows a program that was started. */
export function follow(running: Running): Watching {
  let read = 0;
  const next = async (wanted: string | RegExp): Promise<string> => {
    const source = typeof wanted === 'string' ? escaped(wanted) : wanted.source;
    const further = new RegExp(`^([^]{${read}})([^]*?(?:${source}))`);
    await running.until(further);
    const found = further.exec(running.output())?.[2] ?? '';
    read += found.length;
    return found;
  };
  return {
    next,
    running,
    waits: () => next(/watch: watching [^\n]*Ctrl-C ends\n/),
    runs: () => [...running.output().matchAll(/^watch: \S+ a run(?:: )?(.*)$/gm)].map((found) => found[1] ?? ''),
    interrupt: () => {
      running.kill('SIGINT', 'group');
      return running.done;
    },
  };
}

/** A watch for the length of a test, ended by Ctrl-C where the test did not. `how`: `make`, with further arguments. */
export async function withWatch(
  options: ProjectOptions & { readonly args?: readonly string[]; readonly env?: Record<string, string> },
  action: (made: Project, watching: Watching) => Promise<void>,
): Promise<void> {
  await withProject(options, async (made) => {
    const { args = [], env = {} } = options;
    const watching = follow(made.start('make', [...args, 'watch'], { env }));
    await action(made, watching);
    await watching.interrupt();
  });
}

/** The watch takes files for settled that were left alone for twice so long (src/watch/settling.ts). */
const QUIET_MS = 150;

/**
 * One act right after the other. Gives how often that was held up (by a disk, by others at work) for so long that a watch
 * may rightly have begun a run in between.
 */
export function inOneGo(acts: Iterable<() => void>): number {
  let pauses = 0;
  let last = performance.now();
  for (const act of acts) {
    act();
    const now = performance.now();
    if (now - last > QUIET_MS) pauses += 1;
    last = now;
  }
  return pauses;
}

/** Acts whose outcome alone the watch sees, however long they take here: it is stopped meanwhile. */
export function inABlink(made: Project, act: () => void): void {
  const watches = processesOf(made).filter(
    ({ words }) => /stepladder\.cjs$/.test(words[1] ?? '') && words[2] === 'watch',
  );
  for (const { pid } of watches) process.kill(pid, 'SIGSTOP');
  try {
    act();
  } finally {
    for (const { pid } of watches) process.kill(pid, 'SIGCONT');
  }
}

/** Whether any process of a group is left. */
export function isGroupLeft(group: number): boolean {
  try {
    process.kill(-group, 0);
    return true;
  } catch {
    return false;
  }
}
