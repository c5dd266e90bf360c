/** What is wrong with a task as seen from the configuration and the other tasks: rungs, agents, owed stubs, cycles. */

import { effective } from '../config/effective.js';
import { type Config, type Rung, startRung } from '../config.js';
import { type Diagnostic, didYouMean, type Place, printable, unreachable } from '../diagnostic.js';
import type { Field } from './fields.js';
import type { Cycle, TaskGraph } from './graph.js';
import type { Span } from './markdown.js';
import { type NoOwner, whyNotOwner } from './owners.js';
import type { TaskRef, UnresolvedTask } from './parsed-file.js';
import type { Task } from './task.js';

/** A task with what was read of it. */
export interface TaskEntry {
  readonly task: Task;
  readonly parsed: UnresolvedTask;
}

/** Rung, highest rung and agent against the configuration as it is for this task's group. */
export function configurationProblems(config: Config, { task, parsed }: TaskEntry): Diagnostic[] {
  const problems: Diagnostic[] = [];
  const complain = (field: Field, message: string, remedy: string): void => {
    problems.push({ severity: 'error', message, place: { file: task.file, ...parsed.places[field] }, remedy });
  };
  if (task.rung !== null || task.maxRung !== null) {
    const { ladder } = effective(config, task);
    for (const [field, rung] of [
      ['rung', task.rung],
      ['max-rung', task.maxRung],
    ] as const) {
      if (rung === null || ladder.some((one) => one.text === rung)) continue;
      const texts = ladder.map((one) => one.text);
      complain(
        field,
        `unknown rung “${printable(rung)}”`,
        didYouMean(rung, texts, `the ladder is ${texts.join(', ')}`),
      );
    }
    const below = lowerThanStart(ladder, task);
    if (below !== null) complain('max-rung', below, 'raise it, or start lower');
  }
  if (task.agent !== null && task.agent !== 'auto' && !Object.hasOwn(config.agents, task.agent)) {
    const known = ['auto', ...Object.keys(config.agents)];
    const remedy = didYouMean(
      task.agent,
      known,
      `known are ${known.join(', ')}; others go under agents: in stepladder.yaml`,
    );
    complain('agent', `unknown agent “${printable(task.agent)}”`, remedy);
  }
  return problems;
}

function lowerThanStart(ladder: readonly Rung[], task: Task): string | null {
  const start = startRung(ladder, task.rung);
  const highest = ladder.findIndex((one) => one.text === task.maxRung);
  if (start === null || highest === -1 || highest >= ladder.indexOf(start)) return null;
  const why = task.rung === null ? 'where a task without a rung starts' : 'where the task starts';
  return `the highest rung “${printable(ladder[highest]?.text ?? '')}” is below “${printable(start.text)}”, ${why}`;
}

/**
 * Stubs that a task says it may leave, and that the backlog alone shows it may not (DESIGN "Stubs").
 * @param places where each of `task.stubs` is written
 */
export function stubProblems(
  task: Task,
  places: readonly Span[],
  tasks: ReadonlyMap<string, Task>,
  graph: TaskGraph,
): Diagnostic[] {
  return task.stubs.flatMap(({ symbol, until }, at): Diagnostic[] => {
    const owner = tasks.get(until);
    // A file too broken to be a task has problems of its own.
    if (owner === undefined) return [];
    const why = whyNotOwner(task, { symbol, file: null }, owner, graph);
    if (why === null) return [];
    const place: Place = { file: task.file, ...places[at] };
    return [{ severity: 'error', place, ...stubProblem(why, task.name, symbol, until) }];
  });
}

function stubProblem(why: NoOwner, leaver: string, symbol: string, until: string): { message: string; remedy: string } {
  const shown = `“${printable(symbol)}”`;
  switch (why) {
    case 'provided':
      return { message: `${shown} is provided by this very task`, remedy: 'take it out of stubs, or out of provides' };
    case 'itself':
      return { message: `${shown} is left to this very task`, remedy: 'name a later task, which depends on this one' };
    case 'checkpoint':
      return {
        message: `“${until}” is a checkpoint: nobody works on it, so it cannot remove a stub`,
        remedy: 'name a task that is worked on',
      };
    case 'apart':
      return {
        message: `“${until}” does not depend on this task, so it cannot remove its stub`,
        remedy: `let ${until} depend on ${leaver}, or name a task that does`,
      };
    case 'unrelated':
      return {
        message: `“${until}” neither provides nor names ${shown}`,
        remedy: `add provides: [${printable(symbol)}] to ${until}, or name it in its text`,
      };
    default:
      return unreachable(why);
  }
}

/** How many names of a cycle, and how many notes, are worth printing. */
const SHOWN = 10;

/** A cycle as a path, with every edge of it underlined. @param refOf where `from` writes that it depends on `to` */
export function cycleProblem(
  cycle: Cycle,
  fileOf: (name: string) => string,
  refOf: (from: string, to: string) => TaskRef | null,
): Diagnostic {
  const edges = cycle.map((from, at): [string, string] => [from, cycle[(at + 1) % cycle.length] ?? from]);
  const placeOf = ([from, to]: [string, string]): Place => {
    const ref = refOf(from, to);
    return ref === null ? { file: fileOf(from) } : { file: fileOf(from), start: ref.start, end: ref.end };
  };
  const [first = ['', ''], ...others] = edges;
  const path = [
    ...cycle.slice(0, SHOWN),
    ...(cycle.length > SHOWN ? [`… ${cycle.length - SHOWN} more …`] : []),
    first[0],
  ];
  return {
    severity: 'error',
    message:
      cycle.length === 1
        ? `“${first[0]}” depends on itself`
        : `tasks depend on each other in a cycle: ${path.join(' → ')}`,
    place: placeOf(first),
    also: others.slice(0, SHOWN).map((edge) => ({ place: placeOf(edge), note: `${edge[0]} depends on ${edge[1]}` })),
    remedy: cycle.length === 1 ? 'take its name out' : 'take one of these dependencies out',
  };
}
