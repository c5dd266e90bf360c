/** Calls Make on the tasks: its own flags and jobserver are handed through (MAKE-RULES 10, 13, 21). This folder: the parts of a run. */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { EXIT, refuse } from '../diagnostic.js';
import { type ChildOutput, handOn, INHERITED } from './child-output.js';

/** The file descriptors of GNU Make's jobserver named in MAKEFLAGS; none for a named pipe (4.4), which needs nothing. */
export function jobserverDescriptors(makeflags: string): readonly number[] {
  const found = /(?:^|\s)--jobserver-(?:auth|fds)=(-?\d+),(-?\d+)/.exec(makeflags);
  const fds = found ? [Number(found[1]), Number(found[2])] : [];
  // Make says -2,-2 where it withholds the jobserver.
  return fds.every((fd) => Number.isInteger(fd) && fd > 2) ? fds : [];
}

/**
 * MAKEFLAGS for the inner Make: the outer one's, without `B` (what does not hold is stale by content already, and
 * what holds needs no process to say so), without variables of the command line.
 */
export function innerMakeflags(makeflags: string): string {
  const [flags = ''] = makeflags.split(/(?:^|\s)--(?:\s|$)/);
  const words = flags.split(/\s+/);
  const first = words[0] ?? '';
  if (first !== '' && !first.startsWith('-') && !first.includes('=')) words[0] = first.replaceAll('B', '');
  return words
    .filter((word) => word.startsWith('-') || !word.includes('='))
    .join(' ')
    .trim();
}

/** What to give `spawn` as stdio, so that the child gets the jobserver that was handed to us: Node closes what is not named. */
export function stdioWithJobserver(
  makeflags: string,
  output: Pick<ChildOutput, 'stdout' | 'stderr'> = INHERITED,
): ('inherit' | 'pipe' | 'ignore' | number)[] {
  const fds = jobserverDescriptors(makeflags);
  const stdio: ('inherit' | 'pipe' | 'ignore' | number)[] = ['ignore', output.stdout, output.stderr];
  for (let fd = 3; fd <= Math.max(2, ...fds); fd += 1) stdio.push(fds.includes(fd) ? fd : 'ignore');
  return stdio;
}

export interface InnerMake {
  /** Settles when Make has ended; 128 + n where signal n ended it. */
  readonly ended: Promise<number>;
  kill(signal: NodeJS.Signals): void;
}

/**
 * Starts Make on `.stepladder/tasks.mk` with `-k`.
 * @param args further arguments, such as `-j4`
 * @param output where it and its steps print: not to the terminal itself while a live view is drawn there
 */
export function startMake(
  root: string,
  make: string,
  tasksMk: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  output: ChildOutput = INHERITED,
): InnerMake {
  const makeflags = env.MAKEFLAGS ?? '';
  const words = ['-f', tasksMk, '-k', '--no-print-directory', ...args, 'stepladder-all'];
  // Both streams in one pipe, so that what is drawn above a view stays in order.
  const merged = output.stdout === 'pipe' && output.stderr === 'pipe';
  const [program, ...before] = merged ? ['sh', '-c', 'exec "$@" 2>&1', 'sh', make] : [make];
  const child = spawn(program, [...before, ...words], {
    cwd: root,
    env: { ...env, MAKEFLAGS: innerMakeflags(makeflags) },
    stdio: stdioWithJobserver(makeflags, output),
  });
  handOn(child, output);
  const ended = new Promise<number>((resolve, reject) => {
    const missing = (): Error =>
      refuse(
        `“${make}” is not installed`,
        'install GNU Make 3.81 or newer, and see that it is on the PATH',
        EXIT.usage,
      );
    child.on('error', (error: NodeJS.ErrnoException) => reject(error.code === 'ENOENT' ? missing() : error));
    child.on('close', (code, signal) => {
      // Of the shell: Make has no such code.
      if (merged && code === 127) reject(missing());
      else resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
  return { ended, kill: (signal) => void child.kill(signal) };
}
