/** What steps took so far, by the rung they started on and the group of their task: the ground of every estimate. */
import type { JournalEvent } from '../record/event.js';
import type { Receipt } from '../record/receipt.js';

/** One step that ended done or failed, with all its attempts and escalations. */
export interface Sample {
  /** Where it started. */
  readonly rung: string;
  readonly group: string | null;
  readonly durationMs: number;
  /** Null where its agent told no cost. */
  readonly costUsd: number | null;
}

/** Mean and spread of some samples. */
export interface Measure {
  /** Which samples it is from: two tasks of one bucket err together. */
  readonly bucket: string;
  readonly count: number;
  readonly mean: number;
  readonly deviation: number;
}

/** Fewer than these say more about chance than about a rung. */
const ENOUGH = 3;
/** A step that hung for a night says nothing about the next one: what is beyond so many medians counts as so many. */
const WILD = 4;

/** Samples, and the mean of those that are nearest of kin to a task. */
export class Measures {
  private readonly samples: Sample[] = [];
  private readonly known = new Map<string, Measure | null>();

  constructor(samples: Iterable<Sample> = []) {
    for (const sample of samples) this.samples.push(sample);
  }

  /** Takes in what was measured while the run goes on. */
  add(sample: Sample): void {
    this.samples.push(sample);
    this.known.clear();
  }

  /** Milliseconds of a step; null where nothing has been measured yet. */
  duration(rung: string, group: string | null): Measure | null {
    return this.nearest('time', rung, group, ({ durationMs }) => durationMs);
  }

  /** Dollars of a step; null where no agent has told a cost yet. */
  cost(rung: string, group: string | null): Measure | null {
    return this.nearest('cost', rung, group, ({ costUsd }) => costUsd);
  }

  /** From the nearest kin of which there is enough: same rung and group, same rung, same group, any. */
  private nearest(
    what: string,
    rung: string,
    group: string | null,
    value: (sample: Sample) => number | null,
  ): Measure | null {
    const kin: readonly (readonly [string, number, (sample: Sample) => boolean])[] = [
      [`${rung}\n${group ?? ''}`, ENOUGH, (s) => s.rung === rung && s.group === group],
      [`${rung}\n*`, ENOUGH, (s) => s.rung === rung],
      [`*\n${group ?? ''}`, group === null ? Number.POSITIVE_INFINITY : ENOUGH, (s) => s.group === group],
      ['*', 1, () => true],
    ];
    for (const [name, enough, matches] of kin) {
      const bucket = `${what}\n${name}`;
      let measure = this.known.get(bucket);
      if (measure === undefined) {
        measure = measureOf(
          bucket,
          this.samples.filter(matches).flatMap((sample) => value(sample) ?? []),
        );
        this.known.set(bucket, measure);
      }
      if (measure !== null && measure.count >= enough) return measure;
    }
    return null;
  }
}

function measureOf(bucket: string, values: readonly number[]): Measure | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const tamed = values.map((value) => Math.min(value, median * WILD));
  const mean = tamed.reduce((sum, value) => sum + value, 0) / tamed.length;
  const squares = tamed.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  // Of one or two nothing is known about how they vary: as much as they are long, then.
  const deviation = tamed.length < ENOUGH ? mean : Math.sqrt(squares / (tamed.length - 1));
  return { bucket, count: tamed.length, mean, deviation };
}

/** Everything measured so far, ready for estimates. */
export function measuresOf(
  events: Iterable<JournalEvent>,
  groupOf: (task: string) => string | null,
  receipts: Iterable<Receipt> = [],
): Measures {
  return new Measures(samplesOf(events, groupOf, receipts));
}

/**
 * What journal and receipts tell of steps that ended done or failed, on any branch. A receipt of a task whose steps the
 * journal tells of adds nothing.
 */
export function samplesOf(
  events: Iterable<JournalEvent>,
  groupOf: (task: string) => string | null,
  receipts: Iterable<Receipt>,
): Sample[] {
  const samples: Sample[] = [];
  const open = new Map<string, { rung: string; costUsd: number | null }>();
  const told = new Set<string>();
  for (const event of events) {
    if (event.type === 'step-started') open.set(event.task, { rung: event.rung, costUsd: null });
    else if (event.type === 'attempt-finished') {
      const step = open.get(event.task);
      if (step && event.usage?.costUsd !== undefined) step.costUsd = (step.costUsd ?? 0) + event.usage.costUsd;
    } else if (event.type === 'step-finished') {
      const step = open.get(event.task);
      open.delete(event.task);
      if (!step || event.attempts === 0 || (event.state !== 'done' && event.state !== 'failed')) continue;
      told.add(event.task);
      samples.push({ ...step, group: groupOf(event.task), durationMs: event.durationMs });
    }
  }
  for (const { task, path, durationMs, usage } of receipts) {
    const first = path[0];
    if (first === undefined || told.has(task)) continue;
    samples.push({ rung: first.rung, group: groupOf(task), durationMs, costUsd: usage.costUsd ?? null });
  }
  return samples;
}
