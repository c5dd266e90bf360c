/**
 * What every part of the facts is made from: the input, sorted and added up once. This folder: the parts of the facts,
 * one file each; none of them words anything for a screen.
 */

import type { FactsInput, ReportTask } from '../input.js';
import { Downstream } from './downstream.js';
import { type History, readHistory } from './history.js';
import { type Spent, spentOn } from './spent.js';
import { type States, statesOf } from './states.js';

export interface Gathering {
  readonly input: FactsInput;
  readonly tasks: ReadonlyMap<string, ReportTask>;
  readonly history: History;
  readonly states: States;
  readonly downstream: Downstream;
  /** Of every task, of what is `aside`, and of what is `gone`. */
  readonly spent: ReadonlyMap<string, Spent>;
  /** What has a place in the backlog and is no task: its file cannot be read, or was removed and waits for `trust`. */
  readonly aside: readonly { readonly name: string; readonly file: string }[];
  /** What this branch's journal has attempts of and the backlog has no more: removed, or renamed. */
  readonly gone: readonly string[];
  /** How this program is called in a shell. */
  readonly program: string;
}

/** Reads the journal once and sorts the backlog; grows with both, and nothing in it is done twice. */
export function gathering(input: FactsInput): Gathering {
  const tasks = new Map(input.tasks.map((task) => [task.name, task]));
  const rungsOf = (task: string): readonly string[] => tasks.get(task)?.rungs ?? [];
  const history = readHistory(input.events, input.branch, input.run, rungsOf, input.going ?? null);
  const states = statesOf(input, history);
  const waiting = new Map<string, { readonly file: string }>([...(input.untrusted ?? []), ...(input.broken ?? [])]);
  const aside = [...waiting].flatMap(([name, { file }]) => (tasks.has(name) ? [] : [{ name, file }]));
  const gone = [...history.tasks].flatMap(([name, { attempts }]) =>
    attempts.length === 0 || tasks.has(name) || waiting.has(name) ? [] : [name],
  );
  const names = [...input.tasks.map(({ name }) => name), ...aside.map(({ name }) => name), ...gone];
  const spent = new Map(names.map((name) => [name, spentOn(input.receipts.get(name), history.tasks.get(name))]));
  const downstream = new Downstream(input.tasks, states);
  return { input, tasks, history, states, downstream, spent, aside, gone, program: input.program ?? 'stepladder' };
}
