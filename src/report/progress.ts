/** A run as it goes on, followed event by event: what the progress lines, and later the live view, know beyond an event. */
import type { JournalEvent } from '../record/event.js';
import { dependentsOf, downstream } from './downstream.js';
import { type EtaTask, estimate, etaText, type Range } from './eta.js';
import type { LineContext } from './lines.js';
import type { Measures } from './measures.js';

export interface RunningTask {
  readonly task: string;
  readonly rung: string;
  readonly attempt: number;
  readonly agent: string | null;
  /** When its step started, ISO 8601. */
  readonly since: string;
}

export interface ProgressInput {
  /** Whatever may come up in the run: also what was done before may be edited, or lose what it builds on. */
  readonly tasks: readonly EtaTask[];
  /** Names of those that were to be done when the run began (absent: all); others are counted when they come up. */
  readonly pending?: Iterable<string>;
  /** Names of those that were done then. */
  readonly done?: Iterable<string>;
  /** Names of those that ended without before, with nothing changed since: nobody is paid for them. */
  readonly stuck?: Iterable<string>;
  readonly measures: Measures;
  /** How many steps may run side by side. */
  readonly jobs: number;
}

interface StepSoFar {
  /** Where it started, what a sample of it is measured under; null before it did. */
  rung: string | null;
  escalations: number;
  /** Anything looked at by the runner and found good. */
  checked: boolean;
  /** Its stop was told already by an event of its own. */
  told: boolean;
  costUsd: number | null;
}

type Settled = 'done' | 'failed' | 'blocked' | 'question';

const UNKNOWN: Omit<EtaTask, 'name' | 'rung'> = { depends: [], group: null };

/** Feed it every event of one run, in order. */
export class Progress {
  /** Steps under way, the longest running first. */
  readonly running = new Map<string, RunningTask>();
  costUsd: number | null = null;
  private readonly steps = new Map<string, StepSoFar>();
  /** What is done with in this run, and how it ended. */
  private readonly settled = new Map<string, Settled>();
  /** For whom something was opened again, and what: when that is done they run once more. */
  private readonly comesBack = new Map<string, string>();
  /** Whatever was counted as to be done in this run, done by now or not. */
  private readonly counted: Set<string>;
  private readonly tasks: Map<string, EtaTask>;
  private readonly stuck: Set<string>;
  private readonly wasDone: Set<string>;
  private pending: number | null = null;
  private done = 0;
  private latest: { readonly at: number; readonly eta: Range | null } | null = null;
  /** Reckoned when it is asked for, and kept until something may have changed it: what is done holds up nobody. */
  private heldUp: ReadonlySet<string> | null = null;
  private dependents: ReadonlyMap<string, readonly string[]> | null = null;

  constructor(private readonly input: ProgressInput) {
    this.tasks = new Map(input.tasks.map((task) => [task.name, task]));
    this.counted = new Set(input.pending ?? this.tasks.keys());
    this.wasDone = new Set(input.done);
    this.stuck = new Set(input.stuck);
  }

  /** Takes in the next event of the run, and gives what a line about it needs. */
  see(event: JournalEvent): LineContext {
    if (event.type === 'run-started') {
      this.pending = event.pending;
      this.done = event.done;
    }
    const step = 'task' in event ? this.step(event.task) : null;
    const context = (): LineContext => ({
      remaining: this.remaining(),
      behind: this.behind(),
      eta: event.type === 'step-finished' || event.type === 'verified' ? etaText(this.eta(event.time)) : '',
      escalations: step?.escalations ?? 0,
      unverified: step !== null && !step.checked,
      told: step?.told ?? false,
    });
    if (step === null || !('task' in event)) return context();
    this.take(event, step);
    const result = context();
    if (event.type === 'step-finished') this.steps.delete(event.task);
    return result;
  }

  /** Whether a task is done with in this run, however it ended. */
  isSettled(task: string): boolean {
    return this.settled.has(task);
  }

  /** How many are still to be done, those under way included; null before anything said how many there were. */
  remaining(): number | null {
    return this.pending === null ? null : Math.max(0, this.pending - this.settled.size);
  }

  /** How many of those that remain cannot be done in this run: something that they need ended without. */
  behind(): number {
    if (this.remaining() === null) return 0;
    return this.held().size;
  }

  /** How many were done before the run, and did not come up again. */
  doneBefore(): number {
    return Math.max(0, this.done);
  }

  /**
   * With many tasks left it is reckoned anew only once a second: a thousand receipts verified again in a moment must not
   * look through ten thousand tasks a thousand times.
   * @param now ISO 8601
   */
  eta(now: string): Range | null {
    const at = Date.parse(now);
    const many = (this.remaining() ?? 0) > 500;
    if (this.latest !== null && many && Math.abs(at - this.latest.at) < 1000) return this.latest.eta;
    this.latest = { at, eta: this.reckon(now) };
    return this.latest.eta;
  }

  private reckon(now: string): Range | null {
    const held = this.held();
    const left = [...this.counted].flatMap((name) => {
      return this.settled.has(name) || held.has(name) ? [] : (this.tasks.get(name) ?? []);
    });
    const elapsed = new Map<string, number>();
    for (const { task, since } of this.running.values()) elapsed.set(task, Date.parse(now) - Date.parse(since) || 0);
    return estimate(left, this.input.measures, this.input.jobs, elapsed);
  }

  private held(): ReadonlySet<string> {
    if (this.heldUp !== null) return this.heldUp;
    const ended = [...this.settled].flatMap(([name, how]) => (how === 'done' ? [] : [name]));
    const remains = (name: string): boolean => this.isOpen(name) && !this.running.has(name);
    const stuck = [...this.stuck].filter(remains);
    this.heldUp = new Set(stuck);
    if (ended.length + stuck.length > 0) {
      this.dependents ??= dependentsOf(this.input.tasks);
      this.heldUp = new Set([...stuck, ...downstream([...ended, ...stuck], this.dependents, this.comesBack, remains)]);
    }
    return this.heldUp;
  }

  private step(task: string): StepSoFar {
    const known = this.steps.get(task);
    if (known) return known;
    const made: StepSoFar = { rung: null, escalations: 0, checked: false, told: false, costUsd: null };
    this.steps.set(task, made);
    return made;
  }

  /** Counts what was not among those to be done: edited or added while the run goes on, or opened again in it. */
  private comesUp(task: string): void {
    if (this.counted.has(task)) return;
    this.counted.add(task);
    if (this.pending !== null) this.pending += 1;
    if (this.wasDone.delete(task)) this.done -= 1;
  }

  private take(event: JournalEvent & { readonly task: string }, step: StepSoFar): void {
    const { task, time } = event;
    const running = this.running.get(task);
    switch (event.type) {
      case 'step-started':
        Object.assign(step, { rung: event.rung, escalations: 0, checked: false, told: false, costUsd: null });
        this.comesUp(task);
        // It may start elsewhere than its file says, and one that came since is in no file that was read.
        this.tasks.set(task, { ...(this.tasks.get(task) ?? UNKNOWN), name: task, rung: event.rung });
        this.running.set(task, { task, rung: event.rung, attempt: 0, agent: null, since: time });
        this.settles(task, null);
        this.comesBack.delete(task);
        break;
      case 'attempt-started':
        this.running.set(task, {
          task,
          rung: event.rung,
          attempt: event.attempt,
          agent: event.agent,
          since: running?.since ?? time,
        });
        break;
      case 'attempt-finished': {
        const cost = event.usage?.costUsd;
        if (cost !== undefined) {
          step.costUsd = (step.costUsd ?? 0) + cost;
          this.costUsd = (this.costUsd ?? 0) + cost;
        }
        break;
      }
      case 'escalated':
        step.escalations += 1;
        break;
      case 'checked':
        if (event.ok || event.flaky) step.checked = true;
        break;
      case 'blocked':
        step.told = true;
        // Somebody else had it opened again, or it was to be done anyway: nobody opens what is open.
        if (event.by !== null && this.isOpen(event.by)) this.waits(task, event.by);
        break;
      case 'question':
        step.told = true;
        break;
      case 'reopened':
        this.comesUp(task);
        this.settled.delete(task);
        this.waits(event.by, task);
        break;
      case 'verified':
        this.comesUp(task);
        this.settles(task, 'done');
        break;
      case 'step-finished':
        this.finish(event, step);
        break;
    }
  }

  private isOpen(task: string): boolean {
    return this.counted.has(task) && !this.settled.has(task);
  }

  /** @param how null: it is under way again */
  private settles(task: string, how: Settled | null): void {
    const stood = this.settled.get(task) ?? 'done';
    const wasHeld = this.stuck.delete(task) || stood !== 'done' || this.heldUp?.has(task) === true;
    if (how === null) this.settled.delete(task);
    else this.settled.set(task, how);
    if (wasHeld || (how !== null && how !== 'done')) this.heldUp = null;
  }

  private waits(task: string, by: string): void {
    this.comesBack.set(task, by);
    this.heldUp = null;
  }

  private finish(event: Extract<JournalEvent, { type: 'step-finished' }>, step: StepSoFar): void {
    const { task, state, durationMs } = event;
    this.running.delete(task);
    this.comesUp(task);
    if (state === 'interrupted' || (state === 'blocked' && this.comesBack.has(task))) this.heldUp = null;
    else this.settles(task, state);
    if (step.rung !== null && event.attempts > 0 && (state === 'done' || state === 'failed')) {
      const group = this.tasks.get(task)?.group ?? null;
      this.input.measures.add({ rung: step.rung, group, durationMs, costUsd: step.costUsd });
    }
  }
}
