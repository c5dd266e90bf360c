/**
 * The live view of a run. This folder: events → view → lines, all of it pure; who draws the lines on a terminal, and who
 * prints the view as JSON, is in orchestrate/live/.
 *
 * This file: what is to be seen of a run at one moment, as far as its events and its agents' last actions tell it.
 */
import type { Budget } from '../../config.js';
import type { Activity } from '../../record/activity.js';
import type { JournalEvent, StepState } from '../../record/event.js';
import type { Range } from '../eta.js';
import type { LineContext } from '../lines.js';
import { Progress, type ProgressInput } from '../progress.js';

/** A run at one moment; what `status --json` prints as `live` (schema/report.schema.json, definitions/live). */
export interface LiveView {
  readonly run: string;
  /** ISO 8601; null where the start was not heard of (a step that was asked for by itself). */
  readonly started: string | null;
  readonly elapsedMs: number;
  /** Tasks of the backlog: done before the run or in it, and so on; all null where nobody counted. */
  readonly counts: Counts | null;
  /** How many of those that remain are held up by what ended without; a function, since `--json` tells it elsewhere. */
  behind(): number;
  /** Milliseconds until all is done; null where nothing is known yet, or nothing remains. */
  readonly eta: Range | null;
  readonly cost: Cost;
  /** Steps under way, the longest running first. */
  readonly running: readonly LiveStep[];
  /** Why it was halted, or that it is being ended; null while it goes on as it should. */
  readonly ending: string | null;
}

export interface Counts {
  readonly tasks: number;
  readonly done: number;
  readonly failed: number;
  readonly blocked: number;
  /** For a person. */
  readonly waiting: number;
  /** Still to be done, those under way included. */
  readonly remaining: number;
}

export interface Cost {
  /** Null where no agent told any. */
  readonly usd: number | null;
  readonly tokens: number | null;
  /** `budget.run`; null where there is none. */
  readonly budget: Budget | null;
}

export interface LiveStep {
  readonly task: string;
  readonly rung: string;
  /** 0 before the first. */
  readonly attempt: number;
  readonly repair: boolean;
  readonly agent: string | null;
  /** Since its step began. */
  readonly elapsedMs: number;
  /** What its agent did last, what the runner is about, or what it waits for; as it came, not yet escaped. */
  readonly doing: string;
  /** How much longer it waits before it tries again; null where it does not. */
  readonly waitMs: number | null;
}

/** What is known of a step under way beyond `Progress`. */
interface Phase {
  /** Told until something else is heard. */
  readonly text: string;
  /** Waits until then, in ms since the epoch. */
  readonly until: number | null;
}

const BEFORE: Phase = { text: 'making sure of what it builds on', until: null };

/** Feed it every event of one run, in order; ask it at any moment what there is to see. */
export class LiveRun {
  readonly #run: string;
  readonly #progress: Progress;
  readonly #budget: Budget | null;
  readonly #phases = new Map<string, Phase>();
  readonly #repairs = new Set<string>();
  /** How the last step of each task ended, until it runs again. */
  readonly #ended = new Map<string, StepState>();
  #started: string | null = null;
  #tokens: number | null = null;
  #ending: string | null = null;

  constructor(run: string, input: ProgressInput, budget: Budget | null) {
    this.#run = run;
    this.#progress = new Progress(input);
    this.#budget = budget;
  }

  /** Takes in the next event, and gives what a line about it needs. */
  see(event: JournalEvent): LineContext {
    const context = this.#progress.see(event);
    switch (event.type) {
      case 'run-started':
        this.#started = event.time;
        break;
      case 'step-started':
        this.#ended.delete(event.task);
        this.#phases.set(event.task, BEFORE);
        break;
      case 'attempt-started':
        this.#phases.set(event.task, { text: `${event.agent} begins`, until: null });
        if (event.repair) this.#repairs.add(event.task);
        else this.#repairs.delete(event.task);
        break;
      case 'attempt-finished':
        this.#phases.set(event.task, { text: event.outcome === 'done' ? 'landing' : event.outcome, until: null });
        this.#count(event.usage);
        break;
      case 'retried':
        this.#phases.set(event.task, { text: event.reason, until: Date.parse(event.time) + event.waitMs });
        break;
      case 'reopened':
        this.#ended.delete(event.task);
        break;
      case 'verified':
        this.#ended.set(event.task, 'done');
        break;
      case 'step-finished':
        this.#phases.delete(event.task);
        this.#repairs.delete(event.task);
        if (event.state !== 'blocked' || this.#progress.isSettled(event.task)) this.#ended.set(event.task, event.state);
        break;
      case 'halted':
        this.#ending ??= `halted: ${event.reason}`;
        break;
    }
    return context;
  }

  /** It was asked to end, and waits for its steps. */
  interrupted(): void {
    this.#ending = 'interrupted: the steps are being ended, and what they did is kept';
  }

  /** The tasks whose steps are under way. */
  get running(): Iterable<string> {
    return this.#progress.running.keys();
  }

  /**
   * @param now ms since the epoch
   * @param activities by task, what its step last said of itself; those of other runs and attempts are not heeded
   */
  view(now: number, activities: ReadonlyMap<string, Activity>): LiveView {
    const iso = new Date(now).toISOString();
    const counts = this.#counts();
    const behind = this.#progress.behind();
    return {
      run: this.#run,
      started: this.#started,
      elapsedMs: since(this.#started, now),
      counts,
      behind: () => behind,
      eta: counts === null || counts.remaining <= behind ? null : this.#progress.eta(iso),
      cost: { usd: this.#progress.costUsd, tokens: this.#tokens, budget: this.#budget },
      running: [...this.#progress.running.values()].map(({ task, rung, attempt, agent, since: began }) => ({
        task,
        rung,
        attempt,
        repair: this.#repairs.has(task),
        agent,
        elapsedMs: since(began, now),
        ...this.#doing(task, attempt, now, activities.get(task)),
      })),
      ending: this.#ending,
    };
  }

  #count(usage: { readonly inputTokens?: number; readonly outputTokens?: number } | null): void {
    if (usage?.inputTokens === undefined && usage?.outputTokens === undefined) return;
    this.#tokens = (this.#tokens ?? 0) + (usage.inputTokens ?? 0) + (usage.outputTokens ?? 0);
  }

  #counts(): Counts | null {
    const remaining = this.#progress.remaining();
    if (remaining === null) return null;
    const ended = [...this.#ended.values()];
    const count = (state: StepState): number => ended.filter((one) => one === state).length;
    const done = this.#progress.doneBefore() + count('done');
    const [failed, blocked, waiting] = [count('failed'), count('blocked'), count('question')];
    return { tasks: done + failed + blocked + waiting + remaining, done, failed, blocked, waiting, remaining };
  }

  #doing(
    task: string,
    attempt: number,
    now: number,
    activity: Activity | undefined,
  ): Pick<LiveStep, 'doing' | 'waitMs'> {
    const { text, until } = this.#phases.get(task) ?? BEFORE;
    if (until !== null) return { doing: text, waitMs: Math.max(0, until - now) };
    const current = activity !== undefined && activity.run === this.#run && activity.attempt === attempt;
    return { doing: current ? activity.doing : text, waitMs: null };
  }
}

function since(iso: string | null, now: number): number {
  const began = iso === null ? Number.NaN : Date.parse(iso);
  return Number.isNaN(began) ? 0 : Math.max(0, now - began);
}
