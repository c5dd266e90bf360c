/**
 * Loads the backlog: finds the files, reads those that changed, looks names up, and says everything that is wrong, all
 * at once. Nothing here throws for what a task file holds.
 */
import type { Config } from '../config.js';
import type { Diagnostic } from '../diagnostic.js';
import { findTaskFiles, tasksFolderProblem } from './find.js';
import { TaskGraph } from './graph.js';
import { loadedTask } from './loaded-task.js';
import { lookUpNames, type TaskFile, withResolved } from './look-up.js';
import { clashes, namingProblem } from './name-problems.js';
import { belowTasks, fileOfTask, nameFromFile } from './names.js';
import type { ParsedFile, TaskRef } from './parsed-file.js';
import { type Reuse, readTaskFile, Texts } from './read-files.js';
import type { Task } from './task.js';
import { configurationProblems, cycleProblem, stubProblems } from './task-problems.js';

export interface Backlog {
  /** By name; a file too broken to be read as a task is in `broken` only. */
  readonly tasks: ReadonlyMap<string, Task>;
  /** Dependencies first, otherwise by priority, layer and name. What hangs on a cycle is left out. */
  readonly order: readonly string[];
  /** By file and place. */
  readonly diagnostics: readonly Diagnostic[];
  /** Names with an error of their own, and all that depend on them. */
  readonly broken: ReadonlySet<string>;
  readonly graph: TaskGraph;
  /** What is worth keeping of each file for `reuse`, by the file's path relative to the root. Plain JSON. */
  readonly files: ReadonlyMap<string, { readonly parsed: ParsedFile }>;
  /** The text of a file relative to the root, as it was read, for underlining; null where there is none. */
  read(file: string): string | null;
  /** The tasks that name this one in their `depends`, sorted. */
  dependents(name: string): string[];
  /** Everything that a task needs, directly or not, the nearest first. */
  ancestors(name: string): Set<string>;
}

export interface LoadOptions {
  readonly reuse?: Reuse;
}

interface Entry extends TaskFile {
  readonly keep: boolean;
}

/**
 * The backlog of a project.
 * @param options `reuse` gives what was kept of unchanged files, which are then not read
 */
export function loadBacklog(config: Config, options: LoadOptions = {}): Backlog {
  const texts = new Texts(config.root);
  const problems = new Problems(config.tasks);
  const entries = readEntries(config, options, texts, problems);
  const names = lookUpNames(config.tasks, entries, (name, problem) => problems.add([name], problem));
  const meant = entries.filter(isMeant);
  const graph = new TaskGraph(new Map(meant.map(({ name }) => [name, names.get(name)?.depends ?? []])));
  const { order, cycles } = graph.order(inPreference(meant).map(({ name }) => name));
  for (const cycle of cycles) {
    const refOf = (from: string, to: string): TaskRef | null => names.get(from)?.refs.get(to) ?? null;
    problems.add(
      cycle,
      cycleProblem(cycle, (name) => fileOfTask(config.tasks, name), refOf),
    );
  }
  const tasks = new Map<string, Task>();
  for (const { name, file, parsed } of meant) {
    const resolved = names.get(name);
    if (parsed.task === null || resolved === undefined) continue;
    tasks.set(
      name,
      loadedTask(name, file, parsed.task, resolved, () => texts.of(file) ?? ''),
    );
  }
  for (const { name, parsed } of meant) {
    const task = tasks.get(name);
    if (task === undefined || parsed.task === null) continue;
    for (const problem of configurationProblems(config, { task, parsed: parsed.task })) problems.add([name], problem);
    const places = names.get(name)?.stubPlaces ?? [];
    for (const problem of stubProblems(task, places, tasks, graph)) problems.add([name], problem);
  }
  const stuck =
    cycles.length === 0 ? new Set<string>() : new Set([...cycles.flat(), ...graph.descendants(cycles.flat())]);
  const wrong = problems.names;
  return {
    tasks,
    order: order.filter((name) => tasks.has(name) && !stuck.has(name)),
    diagnostics: problems.sorted(),
    broken: wrong.size === 0 ? wrong : new Set([...wrong, ...graph.descendants(wrong)]),
    graph,
    // Only the generator asks.
    get files() {
      return new Map(
        entries.flatMap(({ name, file, parsed, keep }) =>
          keep ? [[file, { parsed: withResolved(parsed, names.get(name)) }]] : [],
        ),
      );
    },
    read: (file) => texts.of(file),
    dependents: (name) => graph.dependents(name),
    ancestors: (name) => graph.ancestors(name),
  };
}

/** What is wrong, and with whom. */
class Problems {
  readonly names = new Set<string>();
  readonly #found: Diagnostic[] = [];
  readonly #tasks: string;

  constructor(tasks: string) {
    this.#tasks = tasks;
  }

  add(names: Iterable<string>, diagnostic: Diagnostic): void {
    this.#found.push(diagnostic);
    if (diagnostic.severity === 'error') for (const name of names) this.names.add(name);
  }

  sorted(): Diagnostic[] {
    const file = (one: Diagnostic): string => one.place?.file ?? this.#tasks;
    return this.#found.sort((a, b) =>
      file(a) === file(b) ? (a.place?.start ?? -1) - (b.place?.start ?? -1) : file(a) < file(b) ? -1 : 1,
    );
  }
}

/** Reads all files that can be tasks. Drafts are among them: they have a name, and no task. */
function readEntries(config: Config, { reuse }: LoadOptions, texts: Texts, problems: Problems): Entry[] {
  const noFolder = tasksFolderProblem(config);
  if (noFolder !== null) {
    problems.add([], noFolder);
    return [];
  }
  const { paths, diagnostics } = findTaskFiles(config);
  for (const diagnostic of diagnostics) problems.add([], diagnostic);
  const all = new Set(paths.map(nameFromFile));
  const entries: Entry[] = [];
  for (const path of paths) {
    const name = nameFromFile(path);
    const naming = namingProblem(config.tasks, name, all);
    if (naming !== null) {
      problems.add([], naming);
      continue;
    }
    const file = belowTasks(config.tasks, path);
    const read = readTaskFile(config.root, file, name, texts, reuse);
    if (read === null) continue;
    entries.push({ name, file, ...read });
    for (const diagnostic of read.parsed.diagnostics) problems.add([name], diagnostic);
  }
  const meant = entries.filter(isMeant).map(({ name }) => name);
  for (const { names, diagnostic } of clashes(config.tasks, meant)) problems.add(names, diagnostic);
  return entries;
}

const isMeant = ({ parsed }: TaskFile): boolean => parsed.draft !== true;

/** The more urgent first, then the lower layer, then by name. */
function inPreference(entries: readonly Entry[]): Entry[] {
  const layer = (entry: Entry): number => {
    const number = Number.parseFloat(entry.parsed.task?.header.layer ?? '');
    return Number.isNaN(number) ? Number.POSITIVE_INFINITY : number;
  };
  const keyed = entries.map((entry) => ({
    entry,
    priority: entry.parsed.task?.header.priority ?? 0,
    layer: layer(entry),
  }));
  keyed.sort((a, b) => {
    if (a.priority !== b.priority) return b.priority - a.priority;
    if (a.layer !== b.layer) return a.layer < b.layer ? -1 : 1;
    return a.entry.name < b.entry.name ? -1 : 1;
  });
  return keyed.map(({ entry }) => entry);
}
