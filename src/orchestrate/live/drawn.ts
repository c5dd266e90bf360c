/** A run drawn on a terminal: its events as lines that stay, and below them what is going on. */
import type { WriteStream } from 'node:tty';
import pc from 'picocolors';
import { printable } from '../../diagnostic.js';
import type { Activity } from '../../record/activity.js';
import type { JournalEvent } from '../../record/event.js';
import { lineFor } from '../../report/lines.js';
import { foreignLine } from '../../report/live/foreign.js';
import { renderView } from '../../report/live/render.js';
import type { LiveRun, LiveView } from '../../report/live/view.js';
import { activitiesOf } from './activities.js';
import { Screen } from './screen.js';

/** A clock goes on, and agents do something, without any event. */
const TICK_MS = 1000;

const paint = pc.createColors(true);
const COLOUR: Readonly<Record<string, (text: string) => string>> = {
  '✓': paint.green,
  '✗': paint.red,
  '!': paint.red,
  '■': paint.yellow,
  '⏸': paint.yellow,
  '?': paint.yellow,
  '↑': paint.magenta,
  '↺': paint.magenta,
};

/** What the view itself tells needs no line. */
const SEEN_BELOW: ReadonlySet<JournalEvent['type']> = new Set(['step-started', 'attempt-started']);

function coloured(line: string): string {
  const mark = line.slice(0, line.indexOf(' '));
  return `${COLOUR[mark]?.(mark) ?? mark}${line.slice(mark.length)}`;
}

export class Drawn {
  readonly #live: LiveRun;
  readonly #root: string;
  readonly #screen: Screen;
  readonly #timer: NodeJS.Timeout;
  #activities: ReadonlyMap<string, Activity> = new Map();

  constructor(root: string, live: LiveRun, out: WriteStream) {
    this.#live = live;
    this.#root = root;
    this.#screen = new Screen(out, (look) => renderView(this.#view(), look));
    this.#timer = setInterval(() => this.tick(), TICK_MS);
  }

  see(event: JournalEvent): void {
    const line = lineFor(event, this.#live.see(event));
    if (line !== null && !SEEN_BELOW.has(event.type)) this.#screen.above(coloured(line));
    this.#screen.refresh();
  }

  /** A line of our own, which stays. */
  say(line: string): void {
    this.#screen.above(printable(line));
  }

  /** A line that something else printed, which stays. */
  foreign(line: string): void {
    this.#screen.above(foreignLine(line));
  }

  tick(): void {
    this.#activities = activitiesOf(this.#root, this.#live);
    this.#screen.refresh();
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#screen.close();
  }

  #view(): LiveView {
    return this.#live.view(Date.now(), this.#activities);
  }
}
