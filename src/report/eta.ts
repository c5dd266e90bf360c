/** How long what remains will take, said as wide as it is uncertain, and not at all where nothing is known. */
import { formatDuration } from './durations.js';
import type { Measure, Measures } from './measures.js';

/** A task that is still to be done, or being done. */
export interface EtaTask {
  readonly name: string;
  readonly depends: readonly string[];
  /** Where it starts. */
  readonly rung: string;
  readonly group: string | null;
}

/** Milliseconds (or dollars), from what would be lucky to what would be unlucky. */
export interface Range {
  readonly low: number;
  readonly high: number;
}

/**
 * Expected time until all of `tasks` are done.
 *
 * With J jobs no schedule can beat the longer of "all work divided by J" and "the longest chain of dependencies"; and
 * Make's way, to start whatever can start, needs at most the work divided by J plus (1 − 1/J) of that chain (Graham's
 * bound). Between the two lies the plan; the spread of what was measured widens it on both sides.
 * @param jobs how many steps may run side by side
 * @param elapsed milliseconds that steps which are under way have been running, by task
 */
export function estimate(
  tasks: readonly EtaTask[],
  measures: Measures,
  jobs: number,
  elapsed: ReadonlyMap<string, number> = new Map(),
): Range | null {
  const each = new Map<string, number>();
  const unlucky = new Map<string, number>();
  const used: Measure[] = [];
  for (const { name, rung, group } of tasks) {
    const measure = measures.duration(rung, group);
    if (measure === null) return null;
    used.push(measure);
    const spent = elapsed.get(name) ?? 0;
    // One that has run longer than usual is not about to end: what is left is never less than a quarter of the mean, and
    // may well be as much again as it has taken by now.
    const left = Math.max(measure.mean - spent, measure.mean / 4);
    each.set(name, left);
    unlucky.set(name, spent > measure.mean ? spent : left);
  }
  if (tasks.length === 0) return null;
  const chain = longestChain(tasks, each);
  const share = sum(each.values()) / Math.max(1, jobs);
  const [latestChain, latestShare] = [longestChain(tasks, unlucky), sum(unlucky.values()) / Math.max(1, jobs)];
  // With a place for each task, nothing ever waits for a place.
  const latest = tasks.length <= jobs ? latestChain : latestShare + latestChain * (1 - 1 / Math.max(1, jobs));
  const error = 1 + relativeError(used);
  return { low: Math.max(share, chain) / error, high: latest * error };
}

/** Expected dollars for all of `tasks`; null where no agent has told a cost yet. */
export function estimateCost(tasks: readonly Pick<EtaTask, 'rung' | 'group'>[], measures: Measures): Range | null {
  const used: Measure[] = [];
  for (const { rung, group } of tasks) {
    const measure = measures.cost(rung, group);
    if (measure === null) return null;
    used.push(measure);
  }
  if (used.length === 0) return null;
  const total = sum(used.map(({ mean }) => mean));
  const error = 1 + relativeError(used);
  return { low: total / error, high: total * error };
}

/**
 * How far a sum of such measures may be off, as a part of it. Each task errs by itself, and all tasks that were
 * estimated from the same few samples err together: k tasks by n samples have variance k·s² + k²·s²/n.
 */
function relativeError(used: readonly Measure[]): number {
  const buckets = new Map<string, { measure: Measure; tasks: number }>();
  for (const measure of used) {
    const known = buckets.get(measure.bucket);
    if (known) known.tasks += 1;
    else buckets.set(measure.bucket, { measure, tasks: 1 });
  }
  let variance = 0;
  for (const { measure, tasks } of buckets.values()) {
    variance += measure.deviation ** 2 * (tasks + tasks ** 2 / measure.count);
  }
  const total = sum(used.map(({ mean }) => mean));
  return total === 0 ? 0 : Math.sqrt(variance) / total;
}

/** The most time that any chain of tasks, each waiting for the one before it, takes one after the other. */
function longestChain(tasks: readonly EtaTask[], each: ReadonlyMap<string, number>): number {
  const byName = new Map(tasks.map((task) => [task.name, task]));
  const until = new Map<string, number>();
  // A stack of our own: a chain of ten thousand tasks is legal, a call stack of that depth is not. `next`: the
  // dependency to be looked at; `before`: when the latest of those looked at ends.
  const stack: { task: EtaTask; next: number; before: number }[] = [];
  for (const start of tasks) {
    if (!until.has(start.name)) stack.push({ task: start, next: 0, before: 0 });
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const name = top.task.depends[top.next];
      const depend = name === undefined ? undefined : byName.get(name);
      if (name === undefined) {
        until.set(top.task.name, top.before + (each.get(top.task.name) ?? 0));
        stack.pop();
      } else if (depend === undefined || until.has(name)) {
        top.before = Math.max(top.before, until.get(name) ?? 0);
        top.next += 1;
      } else {
        // Marked before it is known, so that a cycle, which the backlog refuses, would end here all the same.
        until.set(name, 0);
        stack.push({ task: depend, next: 0, before: 0 });
      }
    }
  }
  let longest = 0;
  for (const end of until.values()) longest = Math.max(longest, end);
  return longest;
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
/** Within this ratio a range is one number to a reader. */
const NARROW = 1.6;

/** `about 40m`, `about 1h 12m`, or, where it is wide, `about 1h–3h`; '' where nothing is known. */
export function etaText(range: Range | null): string {
  if (range === null) return '';
  if (range.high <= range.low * NARROW) {
    const middle = Math.sqrt(range.low * range.high);
    const grain = middle < MINUTE ? 5 * SECOND : middle < 10 * HOUR ? MINUTE : HOUR;
    return `about ${formatDuration(Math.max(grain, Math.round(middle / grain) * grain))}`;
  }
  const low = formatDuration(Math.max(SECOND, Math.floor(range.low / coarse(range.low)) * coarse(range.low)));
  const high = formatDuration(Math.ceil(range.high / coarse(range.high)) * coarse(range.high));
  return low === high ? `about ${low}` : `about ${low}–${high}`;
}

/** The grain in which a wide range is told: more digits would only pretend. */
function coarse(ms: number): number {
  if (ms < MINUTE) return 10 * SECOND;
  if (ms < 10 * MINUTE) return MINUTE;
  if (ms < HOUR) return 5 * MINUTE;
  return ms < 10 * HOUR ? HOUR / 2 : HOUR;
}
