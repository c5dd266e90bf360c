/** A run for programs, while it goes on: one JSON object a line, `{"event": …, "live": …}`. */
import type { JournalEvent } from '../../record/event.js';
import { jsonText } from '../../report/json.js';
import type { LiveRun } from '../../report/live/view.js';
import { activitiesOf } from './activities.js';

const TICK_MS = 1000;

export class JsonLines {
  readonly #root: string;
  readonly #live: LiveRun;
  readonly #print: (line: string) => void;
  readonly #timer: NodeJS.Timeout;
  #doing = '';

  /** The first line is printed at once: how things stand. */
  constructor(root: string, live: LiveRun, print: (line: string) => void) {
    this.#root = root;
    this.#live = live;
    this.#print = print;
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
    this.#say(null);
  }

  see(event: JournalEvent): void {
    this.#live.see(event);
    this.#say(event);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** What agents did since is no event: told where it is another thing than before. */
  #tick(): void {
    if (this.#doingNow() !== this.#doing) this.#say(null);
  }

  #doingNow(): string {
    return JSON.stringify(this.#view().running.map(({ task, attempt, doing }) => [task, attempt, doing]));
  }

  #view(): ReturnType<LiveRun['view']> {
    return this.#live.view(Date.now(), activitiesOf(this.#root, this.#live));
  }

  #say(event: JournalEvent | null): void {
    this.#doing = this.#doingNow();
    this.#print(jsonText({ event, live: this.#view() }, 0).trimEnd());
  }
}
