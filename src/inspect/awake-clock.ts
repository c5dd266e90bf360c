/**
 * Time limits count only while this process is awake: `performance.now()` does not go back, but on some systems it
 * goes on while the machine sleeps, and everywhere while we are stopped (Ctrl-Z). What cannot have been a tick's
 * delay was such a pause, and is left out.
 */

/** A tick that comes later than this many intervals is taken for a pause: even a very busy machine is not that late. */
const LATEST = 5;

export class AwakeClock {
  readonly #intervalMs: number;
  readonly #now: () => number;
  #last: number;
  #elapsed = 0;

  /**
   * @param intervalMs how often `read` is called at least
   * @param now a clock that never goes back, in milliseconds
   */
  constructor(intervalMs: number, now: () => number = () => performance.now()) {
    this.#intervalMs = intervalMs;
    this.#now = now;
    this.#last = now();
  }

  /** Milliseconds awake since the clock was made. */
  read(): number {
    const now = this.#now();
    this.#elapsed += Math.min(now - this.#last, LATEST * this.#intervalMs);
    this.#last = now;
    return this.#elapsed;
  }
}
