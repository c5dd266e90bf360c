/** One run, as a process of its own: what a run needs of memory, and what it does with signals, ends with it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { stdioWithJobserver } from '../orchestrate/inner-make.js';

export interface ChildRun {
  /** Its exit code; null where it could not be started, or a signal ended it. Never rejects. */
  readonly ended: Promise<number | null>;
  /** Ends it in order; it may have heard of Ctrl-C by itself, and takes both for one. */
  end(): void;
}

/**
 * @param args of this program
 * @param failed is told why it could not be started
 */
export function startRun(root: string, args: readonly string[], failed: (error: Error) => void): ChildRun {
  const child: ChildProcess = spawn(process.execPath, [process.argv[1] ?? '', ...args], {
    cwd: root,
    // Make's own -j, -k and the like: in MAKEFLAGS, and in the jobserver's descriptors (MAKE-RULES 10).
    stdio: stdioWithJobserver(process.env.MAKEFLAGS ?? ''),
  });
  const ended = new Promise<number | null>((resolve) => {
    child.on('error', (error) => {
      failed(error);
      resolve(null);
    });
    child.on('close', (code) => resolve(code));
  });
  return { ended, end: () => void child.kill('SIGTERM') };
}
