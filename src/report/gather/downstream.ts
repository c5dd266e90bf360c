/** Who waits for whom: the backlog's graph turned round. */
import type { ReportTask } from '../input.js';
import { isSettled, type States } from './states.js';

const STUCK: ReadonlySet<string> = new Set(['failed', 'blocked', 'waiting']);

export interface Waiter {
  readonly task: string;
  /** The task nearer to the one asked about, on a shortest way. */
  readonly through: string;
  /** Steps from the one asked about; 1 for what depends on it directly. */
  readonly depth: number;
}

/**
 * Works on numbers, not names: a backlog of ten thousand tasks, half of them failed, asks five thousand times how many
 * wait for one, and each answer is a walk through the graph.
 */
export class Downstream {
  private readonly names: string[] = [];
  private readonly index = new Map<string, number>();
  private readonly direct: number[][] = [];
  private readonly settled: boolean[];
  /** Which walk last came by: spares every walk a set of its own. */
  private readonly visited: Int32Array;
  private walk = 0;

  constructor(
    tasks: readonly ReportTask[],
    private readonly states: States,
  ) {
    for (const { name } of tasks) this.indexOf(name);
    for (const task of tasks) {
      const own = this.indexOf(task.name);
      for (const name of new Set(task.depends)) this.direct[this.indexOf(name)]?.push(own);
    }
    this.settled = this.names.map((name) => isSettled(states.of.get(name)));
    this.visited = new Int32Array(this.names.length);
  }

  /** The tasks that name this one, done or not, in the backlog's order. */
  dependents(task: string): string[] {
    return (this.direct[this.index.get(task) ?? -1] ?? []).map((at) => this.names[at] ?? '');
  }

  /** How many that are not done wait for this one, directly or through others. */
  holdsUp(task: string): number {
    return this.waitersOf(task, Number.POSITIVE_INFINITY).length;
  }

  /** The first `limit` of those, nearest first. */
  waiters(task: string, limit: number): Waiter[] {
    return this.waitersOf(task, limit).map(({ at, through, depth }) => ({
      task: this.names[at] ?? '',
      through: this.names[through] ?? '',
      depth,
    }));
  }

  /** Every task with something upstream that failed, is blocked or waits for a person. */
  stuck(): Set<string> {
    const stuck = new Set<string>();
    const queue = [...this.states.of].flatMap(([name, state]) => (STUCK.has(state) ? [name] : []));
    for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
      for (const dependent of this.dependents(name)) {
        if (stuck.has(dependent) || isSettled(this.states.of.get(dependent))) continue;
        stuck.add(dependent);
        queue.push(dependent);
      }
    }
    return stuck;
  }

  private waitersOf(task: string, limit: number): { at: number; through: number; depth: number }[] {
    const start = this.index.get(task);
    const found: { at: number; through: number; depth: number }[] = [];
    if (start === undefined) return found;
    this.walk += 1;
    this.visited[start] = this.walk;
    let from = { at: start, through: start, depth: 0 };
    for (let next = 0; ; next += 1) {
      for (const at of this.direct[from.at] ?? []) {
        if (this.visited[at] === this.walk || this.settled[at]) continue;
        if (found.length >= limit) return found;
        this.visited[at] = this.walk;
        found.push({ at, through: from.at, depth: from.depth + 1 });
      }
      const following = found[next];
      if (following === undefined) return found;
      from = following;
    }
  }

  private indexOf(name: string): number {
    const known = this.index.get(name);
    if (known !== undefined) return known;
    this.index.set(name, this.names.length);
    this.names.push(name);
    this.direct.push([]);
    return this.names.length - 1;
  }
}
