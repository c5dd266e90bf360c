/**
 * Unordered work on one file: tasks that name the same file in `files` and of which neither needs the other. Their steps
 * run one after the other by themselves, but nobody has said in which order.
 */
import { FileEntries } from './file-entries.js';
import type { Backlog } from './load.js';
import { RowSet } from './row-set.js';
import type { Task } from './task.js';

/** Another task, and the entries of `files` over which both meet: the narrower of each two, as written, sorted. */
export interface Overlap {
  readonly task: string;
  readonly files: readonly string[];
}

/** Two tasks; `earlier` stands before `later` in the backlog's order. */
export interface OverlappingPair {
  readonly later: string;
  readonly earlier: string;
  readonly files: readonly string[];
}

export interface OverlapOptions {
  /** Between these tasks only; all of them where absent. */
  readonly among?: Iterable<string>;
  /**
   * Without the pairs that would be in order if the later task of every pair given depended on the earlier: of three on
   * one file, the second after the first, and the third after the second.
   */
  readonly chained?: boolean;
}

/** Whether a task's `files` count: nobody works on a checkpoint, and an audit changes nothing. */
function worksOnFiles(task: Task | undefined): task is Task {
  return task !== undefined && task.files.length > 0 && !task.checkpoint && !task.changesNone;
}

/**
 * The tasks that name a file which this one names too, with no path between them, by name. One walk over the backlog.
 * @param name of a task; a task that is none, or changes no files, overlaps with nobody
 */
export function overlapsOf(backlog: Backlog, name: string): Overlap[] {
  const task = backlog.tasks.get(name);
  if (!worksOnFiles(task)) return [];
  const entries = new FileEntries();
  const found: Overlap[] = [];
  for (const other of backlog.tasks.values()) {
    if (other === task || !worksOnFiles(other)) continue;
    const files = entries.shared(task.files, other.files);
    if (files.length > 0) found.push({ task: other.name, files });
  }
  if (found.length === 0) return [];
  const before = backlog.ancestors(name);
  const after = descendants(backlog, name);
  return found
    .filter((overlap) => !before.has(overlap.task) && !after.has(overlap.task))
    .sort((a, b) => (a.task < b.task ? -1 : 1));
}

/** Everything that needs a task: one pass in the backlog's order, which is cheaper than to make the graph. */
function descendants({ tasks, order }: Backlog, name: string): Set<string> {
  const found = new Set([name]);
  for (const one of order) if (tasks.get(one)?.depends.some((needed) => found.has(needed))) found.add(one);
  return found;
}

/**
 * All pairs of tasks that name the same file with no path between them, each once: in the backlog's order of the later
 * one, and for each of these the nearest earlier one first.
 */
export function overlaps(backlog: Backlog, { among, chained = false }: OverlapOptions = {}): OverlappingPair[] {
  const wanted = among === undefined ? null : new Set(among);
  const inOrder = backlog.order.flatMap((name) => backlog.tasks.get(name) ?? []);
  const met = new Meetings(inOrder.filter((task) => worksOnFiles(task) && (wanted?.has(task.name) ?? true)));
  const pairs: OverlappingPair[] = [];
  if (met.tasks.length === 0) return pairs;
  const needs = new Map<string, RowSet>();
  for (const later of inOrder) {
    const needed = new RowSet(met.tasks.length);
    needs.set(later.name, needed);
    const need = (name: string): void => {
      const further = needs.get(name);
      const row = met.rowOf(name);
      if (further !== undefined) needed.merge(further);
      if (row !== undefined) needed.add(row);
    };
    later.depends.forEach(need);
    const row = met.rowOf(later.name);
    if (row === undefined) continue;
    const open = met.before(row);
    open.subtract(needed);
    for (let other = open.lastBelow(row); other !== -1; other = open.lastBelow(other)) {
      const earlier = met.tasks[other];
      if (earlier === undefined) break;
      pairs.push({ later: later.name, earlier: earlier.name, files: met.files(later, earlier) });
      if (!chained) continue;
      need(earlier.name);
      open.subtract(needed);
    }
  }
  return pairs;
}

/** Who meets whom over a file, in order or not. */
class Meetings {
  /** Those of the tasks that meet another one, in the order given. */
  readonly tasks: readonly Task[];
  readonly #entries = new FileEntries();
  readonly #meeting: ReadonlyMap<string, ReadonlySet<string>>;
  readonly #rows: ReadonlyMap<string, number>;
  /** Rows of the tasks that name an entry, ascending. */
  readonly #naming: ReadonlyMap<string, readonly number[]>;

  constructor(tasks: readonly Task[]) {
    const named = naming(tasks);
    this.#meeting = this.#entries.meetings(named.keys());
    this.tasks = tasks.filter(({ files }) =>
      files.some((file) => (named.get(file)?.length ?? 0) > 1 || this.#meeting.has(file)),
    );
    this.#naming = naming(this.tasks);
    this.#rows = new Map(this.tasks.map(({ name }, row) => [name, row]));
  }

  /** Where a task stands in `tasks`; undefined where it is not among them. */
  rowOf(name: string): number | undefined {
    return this.#rows.get(name);
  }

  /** The rows of the tasks that meet this one and stand before it. */
  before(row: number): RowSet {
    const found = new RowSet(this.tasks.length);
    for (const file of this.tasks[row]?.files ?? []) {
      for (const entry of [file, ...(this.#meeting.get(file) ?? [])]) {
        for (const other of this.#naming.get(entry) ?? []) {
          if (other >= row) break;
          found.add(other);
        }
      }
    }
    return found;
  }

  files(one: Task, other: Task): string[] {
    return this.#entries.shared(one.files, other.files);
  }
}

function naming(tasks: readonly Task[]): Map<string, number[]> {
  const rows = new Map<string, number[]>();
  tasks.forEach(({ files }, row) => {
    for (const file of new Set(files)) {
      const known = rows.get(file);
      if (known === undefined) rows.set(file, [row]);
      else known.push(row);
    }
  });
  return rows;
}
