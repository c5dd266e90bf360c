/**
 * A few lines at the bottom of a terminal that are drawn anew, and lines that scroll away above them.
 *
 * Between two drawings the cursor stands, hidden, at the beginning of the first of them. So all that is below it is
 * ours: it can be erased without knowing how often a terminal that became narrower has folded it, and what such a
 * terminal pushes out at its top is only what was to stay. Everything goes out in one write: nobody sees half of it.
 */
import type { WriteStream } from 'node:tty';
import * as ansi from 'ansi-escapes';
import type { Look } from '../../report/live/render.js';
import { isInForeground, isStoppedWithParent, Keeper } from './terminal.js';

/** Ten drawings a second at most. */
const LEAST_MS = 100;
/** How long after Ctrl-Z the shell may take until the terminal is its own; how often it is looked whether that is over. */
const AWAY_MS = 1000;
/** So much that is to be seen above does not wait. */
const MANY_LINES = 500;
/** Terminals that know it show nothing between the two; the others do not mind. */
const { beginSynchronizedOutput: HOLD, endSynchronizedOutput: SHOW } = ansi;
/** What turns out to be wider than was thought is cut off at the edge, and does not begin a line of its own. */
const [CLIP, WRAP] = ['\u001b[?7l', '\u001b[?7h'];
/** From the first line of the view to the end of the screen. Not at once: some keep what was on a screen erased whole. */
const ERASE = [
  ansi.cursorSavePosition,
  ansi.cursorDown(),
  ansi.cursorLeft,
  ansi.eraseDown,
  ansi.cursorRestorePosition,
  ansi.eraseLine,
].join('');

export class Screen {
  readonly #out: WriteStream;
  readonly #render: (look: Look) => readonly string[];
  readonly #keeper: Keeper;
  /** How many lines were drawn last, and how wide the terminal was. */
  #drawn = 0;
  #columns = 0;
  #above: string[] = [];
  #timer: NodeJS.Timeout | undefined;
  #last = Number.NEGATIVE_INFINITY;
  /** In the background only lines are printed. */
  #shown = true;
  /** When it is looked next whether we are in the foreground again. */
  #look = 0;
  #over = false;
  #stopping = false;

  readonly #resized = (): void => this.refresh();
  readonly #stopped = (): void => {
    // The shell comes back, or is there already: the view stays where it is, and what follows stands below it.
    if (this.#drawn > 0) this.#out.write(`${'\n'.repeat(this.#drawn)}${ansi.cursorShow}`);
    this.#drawn = 0;
    this.#shown = false;
    this.#look = performance.now() + AWAY_MS;
    this.#stopping = true;
    // The steps stop by themselves, and so does Make, for which the shell waits. We would only be watching them; and to
    // stop oneself is to stop for good where one has been continued a moment before without knowing it yet.
    if (isStoppedWithParent()) return;
    // Who looks at it late may have been continued by then: that is told after a turn.
    setImmediate(() => setImmediate(() => this.#stopping && process.kill(process.pid, 'SIGSTOP')));
  };
  readonly #continued = (): void => {
    this.#stopping = false;
    this.#return();
    this.#draw();
  };
  // The terminal is gone.
  readonly #failed = (): void => this.#stop();

  /** @param render the lines of the view at this moment, none of them wider or more than `look` says */
  constructor(out: WriteStream, render: (look: Look) => readonly string[]) {
    this.#out = out;
    this.#render = render;
    this.#keeper = new Keeper(out);
    out.on('resize', this.#resized);
    out.on('error', this.#failed);
    process.on('SIGTSTP', this.#stopped);
    process.on('SIGCONT', this.#continued);
    this.#draw();
  }

  /** A line that stays, printed above the view: safe to print, without a newline. */
  above(line: string): void {
    this.#above.push(line);
    if (this.#above.length >= MANY_LINES) this.#draw();
    else this.refresh();
  }

  /** There is something new to be seen. */
  refresh(): void {
    if (this.#over || this.#timer !== undefined) return;
    const wait = Math.max(0, this.#last + LEAST_MS - performance.now());
    this.#timer = setTimeout(() => this.#draw(), wait);
  }

  /** Takes the view away, what was printed above it stays; resolves when the terminal is as it was. */
  async close(): Promise<void> {
    if (!this.#over) {
      this.#shown = false;
      this.#look = Number.POSITIVE_INFINITY;
      this.#draw();
      this.#stop();
    }
    await this.#keeper.end();
  }

  #stop(): void {
    this.#over = true;
    clearTimeout(this.#timer);
    this.#out.off('resize', this.#resized);
    this.#out.off('error', this.#failed);
    process.off('SIGTSTP', this.#stopped);
    process.off('SIGCONT', this.#continued);
  }

  /** Shows the view again where that is in order. */
  #return(): void {
    this.#shown = isInForeground();
    this.#look = performance.now() + AWAY_MS;
    if (this.#shown) this.#keeper.again();
  }

  #draw(): void {
    if (this.#over) return;
    // Not every shell says that it put us there, and what it says twice may be heard the wrong way round.
    if (!this.#shown && performance.now() >= this.#look) this.#return();
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#last = performance.now();
    const { columns = 80, rows = 24 } = this.#out;
    // One column and one line are left free: what fills the last of either, terminals treat each in their way.
    const look = { columns: columns - 1, rows: rows - 1, colours: true };
    const lines = this.#shown && rows > 1 && columns > 1 ? this.#render(look) : [];
    const above = this.#above.map((line) => `${line}\n`).join('');
    this.#above = [];
    const before = this.#drawn > 0 && (above !== '' || lines.length === 0 || columns !== this.#columns) ? ERASE : '';
    const text = `${before}${above}${this.#frame(lines)}`;
    this.#drawn = lines.length;
    this.#columns = columns;
    if (text !== '') this.#out.write(`${HOLD}${text}${SHOW}`);
  }

  /** The view, over the one before; the cursor is then at its beginning again. */
  #frame(lines: readonly string[]): string {
    if (lines.length === 0) return this.#drawn > 0 ? ansi.cursorShow : '';
    const back = lines.length > 1 ? ansi.cursorUp(lines.length - 1) : '';
    const drawn = lines.map((line) => `${ansi.eraseLine}${line}`).join('\n');
    return `${ansi.cursorHide}${CLIP}${drawn}${ansi.eraseDown}${WRAP}${back}${ansi.cursorLeft}`;
  }
}
