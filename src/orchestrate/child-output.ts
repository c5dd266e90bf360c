/** Where the output of what a run starts goes: straight to where ours goes, or line by line to whoever draws. */
import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { LineReader } from '../agents/lines.js';

export interface ChildOutput {
  readonly stdout: 'inherit' | 'pipe';
  readonly stderr: 'inherit' | 'pipe';
  /** A whole line of what is piped, as it came. */
  line(text: string): void;
}

export const INHERITED: ChildOutput = { stdout: 'inherit', stderr: 'inherit', line: () => {} };

/** Characters of a line that are shown. */
const LONGEST_LINE = 16 * 1024;
/** A line whose end does not come is shown without it after so long: somebody may be asking something. */
const PATIENCE_MS = 1000;
/** Once the child is gone, and its pipes are quiet for so long, whoever still holds them is not waited for. */
const QUIET_MS = 300;

/** Hands on what a child prints, until it has ended. The child's `close` comes even where something outlives it. */
export function handOn(child: ChildProcess, { line }: ChildOutput): void {
  const streams = [child.stdout, child.stderr].filter((stream) => stream !== null);
  const quiet = new Quiet(QUIET_MS, () => streams.map((stream) => stream.destroy()));
  let gone = false;
  const wait = (): void => {
    if (gone) quiet.begin();
  };
  for (const stream of streams) inLines(stream, line, wait);
  child.once('exit', () => {
    gone = true;
    wait();
  });
  child.once('close', () => quiet.end());
}

/** Tells when nothing has come for a while. */
class Quiet {
  readonly #ms: number;
  readonly #tell: () => void;
  #timer: NodeJS.Timeout | undefined;
  #last: NodeJS.Immediate | undefined;

  constructor(ms: number, tell: () => void) {
    this.#ms = ms;
    this.#tell = tell;
  }

  /** Something came: it begins anew. */
  begin(): void {
    this.end();
    // After we were held up, timers come before what is readable: only what nothing was read after, as well, is quiet.
    this.#timer = setTimeout(() => {
      this.#last = setImmediate(this.#tell);
    }, this.#ms);
  }

  end(): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#last);
  }
}

function inLines(stream: Readable, line: (text: string) => void, onBytes: () => void): void {
  const reader = new LineReader(LONGEST_LINE, ({ text, cut }) => line(cut ? `${text} …` : text));
  const patience = new Quiet(PATIENCE_MS, () => reader.end());
  stream.on('data', (bytes: Buffer) => {
    reader.push(bytes);
    patience.begin();
    onBytes();
  });
  stream.on('close', () => {
    patience.end();
    reader.end();
  });
  stream.on('error', () => {});
}
