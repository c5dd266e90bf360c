/**
 * What was not paid: the attempts that a loop which sends every failure one rung up would have made, and that were not
 * (DESIGN "Report"). Counted from the journal alone, event by event, so that every number can be traced to lines of it:
 *
 * - **limits**: an attempt ended with outcome `limit` and the next one of that step was on the same rung: a climb saved.
 * - **outages**: the same for `transient`.
 * - **flakes**: a `checked` event that is `flaky`: a red check that would have cost an attempt, and was none.
 * - **questions**: a step that ended as `question` asked by an agent: every rung it was allowed, from the one it started
 *   at, and had not tried. A checkpoint is nobody's question: nothing would have been paid for it.
 * - **blame**: a step that ended `blocked`: likewise. With a false precondition that
 *   is all of them.
 * - **early cutoff**: a `verified` event: a receipt verified again and kept, where a loop that goes by "an input
 *   changed" would have run the task: one attempt, the least it could have cost.
 *
 * A step that ends `question` or `blocked` without an attempt, straight after one of the task that ended the same way,
 * is the same stop told again, and counts nothing. Attempts on a rung are counted as one, whatever `repairs` allows.
 */
import type { JournalEvent, StepState } from '../../record/event.js';
import type { NotPaid, Saved, SavedKind } from '../shape.js';

interface OpenStep {
  /** Where it started; null where its start is not in the journal. */
  start: string | null;
  readonly tried: Set<string>;
  /** The last attempt's rung and whether it ended with a limit or an outage; null once that was counted. */
  waited: { rung: string; kind: 'limits' | 'outages' } | null;
  lastState: StepState | null;
}

/** Feed it every event of one branch, in order; what it counts stands above. */
export class NotPaidCount {
  private readonly steps = new Map<string, OpenStep>();
  private readonly causes = new Map<string, { kind: SavedKind; task: string; times: number; attempts: number }>();
  private readonly counted: Record<SavedKind, { times: number; attempts: number }> = {
    limits: { times: 0, attempts: 0 },
    outages: { times: 0, attempts: 0 },
    flakes: { times: 0, attempts: 0 },
    questions: { times: 0, attempts: 0 },
    blame: { times: 0, attempts: 0 },
    earlyCutoff: { times: 0, attempts: 0 },
  };

  /** @param rungsOf the rungs a task may be worked on; none for a task that is no longer there: then 0 are saved. */
  constructor(private readonly rungsOf: (task: string) => readonly string[]) {}

  /** Takes in the next event of the journal. */
  see(event: JournalEvent): void {
    if (!('task' in event)) return;
    switch (event.type) {
      case 'step-started':
        this.begin(event.task, event.rung);
        break;
      case 'attempt-started': {
        const step = this.step(event.task);
        if (step.waited !== null && step.waited.rung === event.rung) this.add(step.waited.kind, event.task, 1);
        step.waited = null;
        break;
      }
      case 'attempt-finished': {
        const step = this.step(event.task);
        step.tried.add(event.rung);
        const kind = event.outcome === 'limit' ? 'limits' : event.outcome === 'transient' ? 'outages' : null;
        step.waited = kind === null ? null : { rung: event.rung, kind };
        break;
      }
      case 'checked':
        if (event.flaky) this.add('flakes', event.task, 1);
        break;
      case 'verified':
        this.add('earlyCutoff', event.task, 1);
        break;
      case 'step-finished':
        this.end(event.task, event.state);
        break;
    }
  }

  /** All that was counted so far. */
  result(): NotPaid {
    const saved: Record<SavedKind, Saved> = this.counted;
    const attempts = Object.values(saved).reduce((sum, { attempts: some }) => sum + some, 0);
    return { ...structuredClone(saved), attempts, causes: [...this.causes.values()] };
  }

  private begin(task: string, start: string): void {
    this.steps.set(task, { start, tried: new Set(), waited: null, lastState: this.steps.get(task)?.lastState ?? null });
  }

  private step(task: string): OpenStep {
    const open = this.steps.get(task);
    if (open) return open;
    const made: OpenStep = { start: null, tried: new Set(), waited: null, lastState: null };
    this.steps.set(task, made);
    return made;
  }

  private end(task: string, state: StepState): void {
    const step = this.step(task);
    const paid = step.tried.size > 0;
    const again = !paid && step.lastState === state;
    if ((state === 'question' && paid) || (state === 'blocked' && !again)) {
      // A step that was reopened or retried starts higher up: what lies below was not before it.
      const rungs = this.rungsOf(task);
      const ahead = rungs.slice(Math.max(0, step.start === null ? 0 : rungs.indexOf(step.start)));
      const untried = ahead.filter((rung) => !step.tried.has(rung)).length;
      this.add(state === 'question' ? 'questions' : 'blame', task, untried);
    }
    step.lastState = state;
    step.tried.clear();
    // The next one need not begin with a `step-started`: one that ends before any agent is paid has none.
    step.start = null;
  }

  private add(kind: SavedKind, task: string, attempts: number): void {
    const key = `${kind} ${task}`;
    const cause = this.causes.get(key) ?? { kind, task, times: 0, attempts: 0 };
    this.causes.set(key, cause);
    for (const count of [this.counted[kind], cause]) {
      count.times += 1;
      count.attempts += attempts;
    }
  }
}
