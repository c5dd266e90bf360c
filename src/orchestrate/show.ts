/** How a run is shown: drawn live on a terminal that can be drawn on, else as one plain line for each event. */
import type { WriteStream } from 'node:tty';
import type { JournalEvent } from '../record/event.js';
import { lineFor } from '../report/lines.js';
import type { LiveRun } from '../report/live/view.js';
import { type ChildOutput, INHERITED } from './child-output.js';

/** The one who prints while a run is shown. */
export interface Shown {
  /** Whether it is drawn, and not in lines. */
  readonly drawn: boolean;
  see(event: JournalEvent): void;
  /** A printable line for people. */
  say(line: string): void;
  /** As `say`, to standard error. */
  warn(line: string): void;
  /** The run was asked to end. */
  interrupted(): void;
  /** How children's output gets there. */
  readonly children: ChildOutput;
  /** Calls back before a child's line is shown: what was put on record before it is to be told before it. */
  beforeForeign(drain: () => void): void;
  close(): Promise<void>;
}

const set = (value: string | undefined): boolean => value !== undefined && value !== '';

/**
 * Whether a live view may be drawn there (DESIGN "Command line"): a terminal that can, and nobody who asked for plain
 * text (NO_COLOR) or reads it as a log (CI).
 */
export function canDraw(
  out: { readonly isTTY?: boolean | undefined },
  env: Readonly<Record<string, string | undefined>>,
): boolean {
  const ci = set(env.CI) && env.CI !== 'false' && env.CI !== '0';
  return out.isTTY === true && set(env.TERM) && env.TERM !== 'dumb' && !set(env.NO_COLOR) && !ci;
}

export const say = (line: string): void => void process.stdout.write(`${line}\n`);
export const warn = (line: string): void => void process.stderr.write(`${line}\n`);

/** Plain lines, for logs, pipes and terminals that can do no more. */
function inLines(live: LiveRun): Shown {
  return {
    drawn: false,
    see(event) {
      const line = lineFor(event, live.see(event));
      if (line !== null) say(line);
    },
    say,
    warn,
    interrupted: () => {},
    children: INHERITED,
    beforeForeign: () => {},
    close: async () => {},
  };
}

async function drawn(root: string, live: LiveRun, out: WriteStream): Promise<Shown> {
  const { Drawn } = await import('./live/drawn.js');
  const view = new Drawn(root, live, out);
  // Standard error may go elsewhere: into a file, then not a word of it belongs here.
  const both = process.stderr.isTTY === true;
  let drain = (): void => {};
  return {
    drawn: true,
    see: (event) => view.see(event),
    say: (line) => view.say(line),
    warn: both ? (line) => view.say(line) : warn,
    interrupted: () => {
      live.interrupted();
      view.tick();
    },
    children: {
      stdout: 'pipe',
      stderr: both ? 'pipe' : 'inherit',
      line: (text) => {
        drain();
        view.foreign(text);
      },
    },
    beforeForeign: (before) => {
      drain = before;
    },
    close: () => view.close(),
  };
}

/** Begins to show a run, from here on. @param root absolute path of the project */
export async function showRun(root: string, live: LiveRun): Promise<Shown> {
  if (!canDraw(process.stdout, process.env)) return inLines(live);
  const { isInForeground } = await import('./live/terminal.js');
  return isInForeground() ? drawn(root, live, process.stdout) : inLines(live);
}
