/** The eyes, and what they are open on: another backlog, or the same in another place, and they are opened anew. */
import type { Config } from '../config.js';
import { type Refusal, refuse } from '../diagnostic.js';
import { isSystemError } from '../failure.js';
import { goal } from '../record/goal.js';
import { type Eyes, openEyes, openPollingEyes } from './eyes.js';
import { identityOf, type Places, placesOf } from './places.js';

export class Sight {
  readonly #pollMs: number | null;
  readonly #asked: (path: string) => void;
  readonly #failed: (error: Error) => void;
  #eyes: Eyes | null = null;
  #places: Places | null = null;
  /** Which folder the tasks folder was. */
  #identity = '';
  #isClosed = false;

  /**
   * @param pollMs look every so many ms; null: by the system's events
   * @param asked is told of a file (absolute path) that something may have happened to
   */
  constructor(pollMs: number | null, asked: (path: string) => void, failed: (error: Error) => void) {
    this.#pollMs = pollMs;
    this.#asked = asked;
    this.#failed = failed;
  }

  /** Whether the eyes are open on what this configuration says, and on the folder that is there now. */
  isOn(config: Config): boolean {
    const { tasks, reports } = placesOf(config);
    if (this.#places === null || tasks !== this.#places.tasks || reports !== this.#places.reports) return false;
    return identityOf(this.#places) === this.#identity;
  }

  /** Resolves when nothing is missed any more; what happened before that has no event. */
  async open(config: Config): Promise<void> {
    await this.#eyes?.close();
    // A signal may have come in the meantime.
    if (this.#isClosed) return;
    const places = placesOf(config);
    this.#places = places;
    this.#identity = identityOf(places);
    await new Promise<void>((ready) => {
      const failed = (error: Error): void => {
        this.#failed(error);
        ready();
      };
      const seeing = { asked: this.#asked, ready, failed };
      this.#eyes =
        this.#pollMs === null ? openEyes(places, seeing) : openPollingEyes(config, places, this.#pollMs, seeing);
    });
  }

  /** For good. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#eyes?.close();
  }
}

const LIMITS: Readonly<Record<string, string>> = {
  ENOSPC: 'fs.inotify.max_user_watches',
  EMFILE: 'fs.inotify.max_user_instances, or of open files',
  ENFILE: 'open files',
};

/** What a failure of the eyes is to be refused for; null: they still see. */
export function blindness(error: Error): Refusal | null {
  const limit = isSystemError(error) ? LIMITS[error.code] : undefined;
  if (!isSystemError(error) || limit === undefined) return null;
  return refuse(
    `the system's limit is reached and not all files can be watched (${error.code}: the limit of ${limit})`,
    `${goal('watch')} POLL=1 looks every second instead; or raise the limit (docs/troubleshooting.md)`,
  );
}
