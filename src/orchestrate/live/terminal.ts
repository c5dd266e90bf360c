/**
 * What has to be known of the terminal, and kept of it, while a view is drawn on it. This folder: a view on a terminal,
 * and a run as JSON lines; what they say is made in report/live/. Loaded only where it is wanted.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { WriteStream } from 'node:tty';

/** A process as the terminal sees it; null where there is no telling. */
interface Standing {
  readonly parent: number;
  /** Process group. */
  readonly group: number;
  /** The process group in the foreground of its terminal; not positive where it has none. */
  readonly foreground: number;
}

function standing(pid: number): Standing | null {
  try {
    // pid (name) state ppid pgrp session tty tpgid: the name may hold anything, blanks and brackets too.
    const fields =
      process.platform === 'linux'
        ? readFileSync(`/proc/${pid}/stat`, 'utf8')
            .replace(/^.*\) . /s, '')
            .split(' ')
            .filter((_, nth) => nth !== 2 && nth !== 3)
        : execFileSync('ps', ['-o', 'ppid=,pgid=,tpgid=', '-p', String(pid)], { encoding: 'utf8', stdio: 'pipe' })
            .trim()
            .split(/\s+/);
    const [parent = Number.NaN, group = Number.NaN, foreground = Number.NaN] = fields.map(Number);
    return Number.isNaN(foreground) ? null : { parent, group, foreground };
  } catch {
    return null;
  }
}

/**
 * Whether this process is in the foreground of its terminal: in the background a view would be drawn over whatever a
 * person does meanwhile. Where there is no telling, it is.
 */
export function isInForeground(): boolean {
  const own = standing(process.pid);
  return own === null || own.foreground <= 0 || own.foreground === own.group;
}

/**
 * Whether who started us (Make, as a rule) is in our process group: then Ctrl-Z stops it too, and it is what the shell
 * waits for, not we.
 */
export function isStoppedWithParent(): boolean {
  const own = standing(process.pid);
  return own !== null && standing(own.parent)?.group === own.group;
}

const SCRIPT = [
  'old=$(stty -g <&3); while read -r _; do stty -echo <&3; done',
  // Erased below the cursor, which is shown: nothing where all ended well.
  "printf '\\033[J\\033[?7h\\033[?25h' >&3",
  'stty "$old" <&3',
].join('; ');
const LONGEST_END_MS = 2000;

/**
 * Keeps a terminal from showing what is typed, which would move a view that is being drawn. A small process of its own
 * does it, in a session of its own: whatever becomes of us, SIGKILL too, it takes the view away and puts the terminal
 * back to how it was. Signal keys work as ever, and what was typed is there for the shell afterwards. Without `stty` only
 * the latter part is done.
 */
export class Keeper {
  readonly #process: ChildProcess;

  constructor(terminal: WriteStream) {
    this.#process = spawn('sh', ['-c', SCRIPT], { stdio: ['pipe', 'ignore', 'ignore', terminal], detached: true });
    this.#process.on('error', () => {});
    this.#process.stdin?.on('error', () => {});
    this.again();
  }

  /** To be called when we were stopped and go on: the shell has set the terminal its own way meanwhile. */
  again(): void {
    this.#process.stdin?.write('\n');
  }

  /** Resolves when the terminal is as it was. */
  async end(): Promise<void> {
    const keeper = this.#process;
    if (keeper.pid === undefined || keeper.exitCode !== null || keeper.signalCode !== null) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, LONGEST_END_MS);
      keeper.once('close', () => {
        clearTimeout(timer);
        resolve();
      });
      keeper.stdin?.end();
    });
  }
}
