/**
 * Watch mode: what an edit of a task file, the configuration or a withdrawn receipt calls for is run, and nothing else.
 *
 *              ┌──────────────────────────── quiet ────────────────────────────┐
 *              ▼                                                               │
 *   start ─▶ looking ── something is called for ─▶ running ── it ended ─▶ settling ◀─┐
 *              │                                                            ▲  └─────┘ an event
 *              └── nothing ─▶ waiting ── an event, or the tree is clean ────┘
 *
 *   An event while looking or running is noted, and taken up in the next settling.
 *   a signal, the end of the Make that called, or of who reads what is said: ending ──the run has ended──▶ 130
 *
 * An event is only a question; watch/could-run.ts answers it by content. So it does no harm that events come late, twice,
 * for nothing, or by our own hand; and after every run there is a look, event or not: nothing hangs on one that was lost.
 */
import { defaultConfig } from './config.js';
import { EXIT, type ExitCode, Refusal } from './diagnostic.js';
import { explain, isSystemError } from './failure.js';
import { type ChildRun, startRun } from './watch/child-run.js';
import { isDirty, whenClean } from './watch/clean-tree.js';
import { calledFor, type Look, lookAt, triesIn, tryOf, whyCalled } from './watch/could-run.js';
import { endOutdated } from './watch/outdated.js';
import { Settling } from './watch/settling.js';
import { blindness, Sight } from './watch/sight.js';
import { ENDING_LINE, endLine, nothingLine, outdatedLine, runLine, watchingLine } from './watch/words.js';

export interface WatchOptions {
  /** `RETRY=1`, for the first run alone: else every edit would pay again for what failed before. */
  readonly retry: boolean;
  /** Look every so many ms instead of relying on the system's events; null: events. */
  readonly pollMs: number | null;
  readonly say: (line: string) => void;
  /** For what is wrong. */
  readonly warn: (text: string) => void;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** How often to see whether the Make that called is still there. */
const PARENT_EVERY_MS = 1000;

type State = 'looking' | 'running' | 'settling' | 'waiting' | 'ending';

class Watch {
  readonly #root: string;
  readonly #options: WatchOptions;
  readonly #settling = new Settling((paths) => void this.#look(paths).catch((error: unknown) => this.#fail(error)));
  readonly #outdating = new Settling(() => this.#endOutdated());
  readonly #noted = new Set<string>();
  /** Attempts that were ended for an edit, by their marks. */
  readonly #outdated = new Set<string>();
  readonly #sight: Sight;
  #state: State = 'looking';
  #run: ChildRun | null = null;
  /** The exit code of the run that has just ended, until there was a look; undefined: none has. */
  #ended: number | null | undefined;
  /** The project when the last run began, or at the last look since. */
  #before: Look | null = null;
  /** Tries that the last run left lying, halted say: they wait for something to change. */
  #left: ReadonlySet<string> = new Set();
  #ran = false;
  /** The last run was refused; `#dirty`: most likely for what lay in the tree then. */
  #owed = false;
  #dirty = false;
  /** The backlog had no error at some time: what breaks from then on is set aside, and the rest runs (DESIGN "A task file"). */
  #wasWhole = false;
  /** Stops looking for what the last run was refused for. */
  #unhinder: () => void = () => {};
  #problems = '';
  #watching = '';
  #finish: (exit: ExitCode) => void = () => {};
  #fail: (error: unknown) => void = () => {};

  constructor(root: string, options: WatchOptions) {
    this.#root = root;
    this.#options = options;
    this.#sight = new Sight(
      options.pollMs,
      (path) => this.#asked(path),
      (error) => this.#blinded(error),
    );
  }

  start(): Promise<ExitCode> {
    return new Promise((resolve, reject) => {
      this.#finish = resolve;
      this.#fail = reject;
      this.#look(new Set()).catch(reject);
    });
  }

  /** Ends the run that goes on, if any, then the watch. @param why 130, or what is wrong */
  end(why: Refusal | null = null): void {
    if (this.#state === 'ending') return;
    this.#state = 'ending';
    this.#settling.stop();
    this.#outdating.stop();
    this.#unhinder();
    const run = this.#run;
    if (run !== null) this.#options.say(ENDING_LINE);
    run?.end();
    // What it was asked to do by Ctrl-C, the run does in order and in its own time: its agents first, their work kept.
    Promise.resolve(run?.ended)
      .then(() => this.#sight.close())
      .then(() => (why === null ? this.#finish(EXIT.interrupted) : this.#fail(why)), this.#fail);
  }

  #asked(path: string): void {
    this.#noted.add(path);
    if (this.#state === 'waiting' || this.#state === 'settling') this.#settle();
    // Else it is taken up once the run has ended; but a step that works on an older text, and apart, is ended first.
    else if (this.#state === 'running') this.#outdating.wait([path]);
  }

  /** The run goes on, and starts what was ended anew, or the next one does. */
  #endOutdated(): void {
    if (this.#state !== 'running') return;
    try {
      for (const name of endOutdated(this.#root, this.#outdated)) this.#options.say(outdatedLine(new Date(), name));
    } catch (error) {
      // A file that cannot be read just now is told of when the run has ended.
      if (!(error instanceof Refusal) && !isSystemError(error)) throw error;
    }
  }

  #settle(): void {
    this.#unhinder();
    this.#state = 'settling';
    this.#settling.wait(this.#noted);
    this.#noted.clear();
  }

  /** Answers the question. @param paths what was touched; empty after a run that nothing happened in */
  async #look(paths: ReadonlySet<string>): Promise<void> {
    this.#state = 'looking';
    let look = await lookAt(this.#root);
    if (this.#isEnding()) return;
    // While the configuration cannot be read, the last one that could says where the backlog is.
    const config = look.config ?? this.#before?.config ?? defaultConfig(this.#root);
    if (!this.#sight.isOn(config)) {
      await this.#sight.open(config);
      if (this.#isEnding()) return;
      // What changed before the eyes were open has no event.
      look = await lookAt(this.#root);
      if (this.#isEnding()) return;
    }
    this.#wasWhole ||= look.whole;
    if (this.#before !== null && look.config !== null && look.ways !== this.#before.ways) this.#left = new Set();
    const after = this.#ended;
    this.#ended = undefined;
    const called = this.#wasWhole
      ? calledFor(look, after === undefined ? this.#left : this.#settledBy(after, look))
      : [];
    const first = !this.#ran && look.whole;
    if (first || called.length > 0) this.#start(look, called, first);
    else this.#wait(look, paths, after);
  }

  /** After an await: a signal may have come in the meantime, and whoever ends it has taken over. */
  #isEnding(): boolean {
    return this.#state === 'ending';
  }

  #blinded(error: Error): void {
    const why = blindness(error);
    if (why !== null) this.end(why);
    else if (!this.#isEnding()) this.#options.warn(`watch: ${explain(error, this.#root).text.trimEnd()}`);
  }

  /** What a run that has ended leaves nobody to try again at once: all it was told, or had no time for. */
  #settledBy(exit: number | null, look: Look): ReadonlySet<string> {
    const before = this.#before;
    if (before === null || before.ways !== look.ways) return new Set();
    const tried = triesIn(before);
    // A run that was cut short has opened tasks again, or never got to those that new work made stale: that is no edit.
    const short = exit === null || exit === EXIT.halted || exit === EXIT.interrupted;
    const known = [...before.keys.keys()].map((name) => tryOf(before, name));
    return new Set(short ? [...tried, ...known] : tried);
  }

  #start(look: Look, called: readonly string[], first: boolean): void {
    const { say, retry } = this.#options;
    this.#state = 'running';
    // The run tells of them.
    this.#problems = look.problems;
    this.#watching = '';
    say(runLine(new Date(), first ? [] : whyCalled(this.#before, look, called)));
    this.#before = look;
    this.#ran = true;
    const args = ['orchestrate', ...(first ? (retry ? ['--retry'] : []) : ['--set-aside'])];
    const began = performance.now();
    const run = startRun(this.#root, args, (error) => this.#options.warn(`watch: ${explain(error, this.#root).text}`));
    this.#run = run;
    void run.ended.then((exit) => {
      this.#run = null;
      if (this.#isEnding()) return;
      // Asked before anybody is told: he may have cleaned it up by the next look.
      this.#dirty = exit === EXIT.usage && look.config !== null && isDirty(look.config) === true;
      say(endLine(new Date(), exit, performance.now() - began));
      this.#ended = exit;
      // What happened while it ran is taken up now, and a look is due in any case: events may be late, or lost.
      this.#settle();
    });
  }

  #wait(look: Look, paths: ReadonlySet<string>, ended: number | null | undefined): void {
    const { say, warn, pollMs } = this.#options;
    // What was called for and refused is still owed; the next question will find it.
    if (ended !== undefined) this.#owed = ended === EXIT.usage;
    if (ended !== undefined && !this.#owed) this.#left = new Set(triesIn(look));
    if (look.problems !== '' && look.problems !== this.#problems) warn(look.problems);
    this.#problems = look.problems;
    const edited = [...look.waitsFor.keys()].filter((name) => this.#before?.keys.get(name) !== look.keys.get(name));
    if (ended === undefined && paths.size > 0) say(nothingLine(new Date(), look, edited));
    // While the configuration cannot be read, the last one that could is what an edit is told by.
    if (look.config !== null) this.#before = look;
    const line = watchingLine(look.config ?? this.#before?.config ?? defaultConfig(this.#root), look, pollMs);
    if (line !== this.#watching) say(line);
    this.#watching = line;
    this.#state = 'waiting';
    if (this.#owed && this.#dirty && look.config !== null)
      this.#unhinder = whenClean(look.config, () => this.#settle());
    // Asked while looking: before the look read the file, or after it. Nobody knows.
    if (this.#noted.size > 0) this.#settle();
  }
}

/**
 * Watches the project at `root` until interrupted. Resolves with 130.
 * @throws Refusal where the system will not let the files be watched
 */
export async function watch(root: string, options: WatchOptions): Promise<ExitCode> {
  const watching = new Watch(root, options);
  const end = (): void => watching.end();
  for (const name of SIGNALS) process.on(name, end);
  // Nobody reads what is said any more (`make watch | head`): then nobody wants to pay either.
  process.stdout.once('error', end);
  const parent = process.ppid;
  // A Make that was killed cannot tell us (MAKE-RULES 22). Without Make it is the person's affair: nohup, say.
  const orphaned = setInterval(() => process.ppid !== parent && end(), PARENT_EVERY_MS);
  if (process.env.STEPLADDER_MAKE === undefined) clearInterval(orphaned);
  try {
    return await watching.start();
  } finally {
    clearInterval(orphaned);
    for (const name of SIGNALS) process.off(name, end);
  }
}
