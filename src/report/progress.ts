/** A run as it goes on, followed event by event: what the progress lines, and later the live view, know beyond an event. */
import type { JournalEvent } from '../record/event.js';
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
  /** What is to be done in this run; whatever is not known to be settled is counted for the estimate. */
  readonly tasks: readonly EtaTask[];
  readonly measures: Measures;
  /** How many steps may run side by side. */
  readonly jobs: number;
}

interface StepSoFar {
  escalations: number;
  /** Anything looked at by the runner and found good. */
  checked: boolean;
  /** Its stop was told already by an event of its own. */
  told: boolean;
  costUsd: number | null;
}

/** Feed it every event of one run, in order. */
export class Progress {
  /** Steps under way, the longest running first. */
  readonly running = new Map<string, RunningTask>();
  costUsd: number | null = null;
  private readonly steps = new Map<string, StepSoFar>();
  private readonly settled = new Set<string>();
  private readonly tasks: ReadonlyMap<string, EtaTask>;
  private pending: number | null = null;
  private latest: { readonly at: number; readonly eta: Range | null } | null = null;

  constructor(private readonly input: ProgressInput) {
    this.tasks = new Map(input.tasks.map((task) => [task.name, task]));
  }

  /** Takes in the next event of the run, and gives what a line about it needs. */
  see(event: JournalEvent): LineContext {
    if (event.type === 'run-started') this.pending = event.pending;
    const step = 'task' in event ? this.step(event.task) : null;
    const context = (): LineContext => ({
      remaining: this.remaining(),
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

  /** How many are still to be done, those under way included; null before anything said how many there were. */
  remaining(): number | null {
    return this.pending === null ? null : Math.max(0, this.pending - this.settled.size);
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
    const left = this.input.tasks.filter(({ name }) => !this.settled.has(name));
    const elapsed = new Map<string, number>();
    for (const { task, since } of this.running.values()) elapsed.set(task, Date.parse(now) - Date.parse(since) || 0);
    return estimate(left, this.input.measures, this.input.jobs, elapsed);
  }

  private step(task: string): StepSoFar {
    const known = this.steps.get(task);
    if (known) return known;
    const made: StepSoFar = { escalations: 0, checked: false, told: false, costUsd: null };
    this.steps.set(task, made);
    return made;
  }

  private take(event: JournalEvent & { readonly task: string }, step: StepSoFar): void {
    const { task, time } = event;
    const running = this.running.get(task);
    switch (event.type) {
      case 'step-started':
        Object.assign(step, { escalations: 0, checked: false, told: false, costUsd: null });
        this.running.set(task, { task, rung: event.rung, attempt: 0, agent: null, since: time });
        this.settled.delete(task);
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
      case 'question':
        step.told = true;
        break;
      case 'reopened':
        // One that was done before the run began was not among those that remained.
        if (!this.settled.delete(task) && this.pending !== null) this.pending += 1;
        break;
      case 'verified':
        this.settled.add(task);
        break;
      case 'step-finished':
        this.finish(event, step);
        break;
    }
  }

  private finish(event: Extract<JournalEvent, { type: 'step-finished' }>, step: StepSoFar): void {
    const { task, state, durationMs } = event;
    this.running.delete(task);
    if (state !== 'interrupted') this.settled.add(task);
    const known = this.tasks.get(task);
    if (known && event.attempts > 0 && (state === 'done' || state === 'failed')) {
      this.input.measures.add({ rung: known.rung, group: known.group, durationMs, costUsd: step.costUsd });
    }
  }
}
