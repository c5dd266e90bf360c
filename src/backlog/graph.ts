/** Who needs whom. The graph is graphlib's; the walks over it are ours where a deep backlog would overflow its stack. */
import { Graph } from 'graphlib';

/** A cycle as a path: each name depends on the next, the last on the first. */
export type Cycle = readonly string[];

export class TaskGraph {
  readonly #depends: ReadonlyMap<string, readonly string[]>;
  #graph: Graph | null = null;

  /** @param depends the names each task depends on; every name that is depended on has an entry of its own */
  constructor(depends: ReadonlyMap<string, readonly string[]>) {
    this.#depends = depends;
  }

  /**
   * The graph, edges from a dependency to its dependents; made when first asked for, since it costs more than
   * everything else that is done with a backlog of ten thousand. Its nodes are `keyOf(name)`.
   */
  get graph(): Graph {
    if (this.#graph !== null) return this.#graph;
    const graph = new Graph();
    for (const name of this.#depends.keys()) graph.setNode(keyOf(name));
    for (const [name, depends] of this.#depends) {
      for (const dependency of depends) graph.setEdge(keyOf(dependency), keyOf(name));
    }
    this.#graph = graph;
    return graph;
  }

  /** The tasks that name this one in their `depends`, sorted. */
  dependents(name: string): string[] {
    return (this.graph.successors(keyOf(name)) ?? []).map(nameOf).sort();
  }

  /** Everything a task needs, directly or not, the nearest first; itself left out unless it is in a cycle. */
  ancestors(name: string): Set<string> {
    return reached(this.#depends.get(name) ?? [], (one) => this.#depends.get(one) ?? []);
  }

  /** Whether a task needs another, directly or not; looks no further than to where it is found. */
  dependsOn(name: string, other: string): boolean {
    const seen = new Set(this.#depends.get(name) ?? []);
    for (const one of seen) {
      if (one === other) return true;
      for (const next of this.#depends.get(one) ?? []) seen.add(next);
    }
    return false;
  }

  /** Everything that needs one of these tasks, directly or not, those tasks themselves left out. */
  descendants(names: Iterable<string>): Set<string> {
    const from = new Set(names);
    const found = reached(from, (one) => (this.graph.successors(keyOf(one)) ?? []).map(nameOf));
    for (const name of from) found.delete(name);
    return found;
  }

  /**
   * Dependencies before dependents, and otherwise in the order given: each task right behind what it still needs, as
   * Make goes through its prerequisites. With a cycle, the order of its members means nothing.
   */
  order(names: readonly string[]): { order: string[]; cycles: Cycle[] } {
    const order: string[] = [];
    const state = new Map<string, 'open' | 'done'>();
    const closing: [string, string][] = [];
    for (const start of names) {
      if (state.has(start)) continue;
      const stack: { name: string; depends: readonly string[]; next: number }[] = [];
      const enter = (name: string): void => {
        state.set(name, 'open');
        stack.push({ name, depends: this.#depends.get(name) ?? [], next: 0 });
      };
      enter(start);
      for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
        const dependency = top.depends[top.next];
        if (dependency === undefined) {
          state.set(top.name, 'done');
          order.push(top.name);
          stack.pop();
          continue;
        }
        top.next += 1;
        const seen = state.get(dependency);
        if (seen === 'open') closing.push([top.name, dependency]);
        else if (seen === undefined) enter(dependency);
      }
    }
    return { order, cycles: this.#cyclesThrough(closing) };
  }

  /** For each edge that closes a cycle the shortest one through it; one that has all its tasks in an earlier is left out. */
  #cyclesThrough(edges: readonly [string, string][]): Cycle[] {
    const cycles: Cycle[] = [];
    for (const [name, dependency] of edges) {
      const known = cycles.some((cycle) => cycle.includes(name) && cycle.includes(dependency));
      const path = known ? null : this.#shortestPath(dependency, name);
      if (path !== null) cycles.push(fromSmallest(path));
    }
    return cycles;
  }

  #shortestPath(from: string, to: string): string[] | null {
    const cameFrom = new Map<string, string | null>([[from, null]]);
    const queue = [from];
    for (const name of queue) {
      if (name === to) break;
      for (const next of this.#depends.get(name) ?? []) {
        if (cameFrom.has(next)) continue;
        cameFrom.set(next, name);
        queue.push(next);
      }
    }
    if (!cameFrom.has(to)) return null;
    const path: string[] = [];
    for (let at: string | null = to; at !== null; at = cameFrom.get(at) ?? null) path.push(at);
    return path.reverse();
  }
}

/** A name as a node of the graph: graphlib keeps nodes in plain objects, where `constructor` is there already. */
export function keyOf(name: string): string {
  return `${name}.md`;
}

/** The name of a node. */
export function nameOf(key: string): string {
  return key.slice(0, -3);
}

function fromSmallest(cycle: readonly string[]): string[] {
  const smallest = cycle.reduce((least, name, at) => (name < (cycle[least] ?? '') ? at : least), 0);
  return [...cycle.slice(smallest), ...cycle.slice(0, smallest)];
}

function reached(from: Iterable<string>, next: (name: string) => Iterable<string>): Set<string> {
  const found = new Set<string>(from);
  for (const name of found) for (const other of next(name)) found.add(other);
  return found;
}
