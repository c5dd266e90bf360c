/** Counts, times and costs by group: what the totals say of the whole backlog, of each part of it. */
import type { GroupTotals } from '../shape.js';
import type { Gathering } from './gathering.js';
import { sum } from './spent.js';

/** What was spent on what the backlog has no more stands as a group of its own. */
export const GONE = 'no longer in the backlog';

/** The done and failed tasks of which a time is known. */
export function endedTasks(g: Gathering): { task: string; durationMs: number; escalations: number }[] {
  return g.input.tasks.flatMap(({ name }) => {
    const state = g.states.of.get(name);
    const spent = g.spent.get(name);
    if ((state !== 'done' && state !== 'failed') || spent?.durationMs == null) return [];
    return [{ task: name, durationMs: spent.durationMs, escalations: spent.transitions.length }];
  });
}

/**
 * In the order in which the backlog first names each group; then tasks without one, then what is gone, which is no
 * task, and has no state. Their sums are the totals'.
 */
export function groupsOf(g: Gathering): GroupTotals[] {
  const members = new Map<string | null, string[]>();
  const aside = g.aside.map(({ name }) => ({ name, group: null }));
  for (const { name, group } of [...g.input.tasks, ...aside]) {
    const known = members.get(group);
    if (known) known.push(name);
    else members.set(group, [name]);
  }
  const ended = new Map(endedTasks(g).map((task) => [task.task, task.durationMs]));
  const groups = [...members].sort(([a], [b]) => Number(a === null) - Number(b === null));
  const told = groups.map(([group, names]) => ({ group, names, tasks: names.length }));
  if (g.gone.length > 0) told.push({ group: GONE, names: [...g.gone], tasks: 0 });
  return told.map(({ group, names, tasks }) => {
    const times = names.flatMap((name) => ended.get(name) ?? []);
    const totalMs = times.reduce((all, ms) => all + ms, 0);
    const spent = names.flatMap((name) => g.spent.get(name) ?? []);
    return {
      group,
      tasks,
      done: names.filter((name) => g.states.of.get(name) === 'done').length,
      time: { totalMs, averageMs: times.length === 0 ? 0 : Math.floor(totalMs / times.length), tasks: times.length },
      attempts: spent.reduce((all, { attempts }) => all + attempts.length, 0),
      escalations: spent.reduce((all, { transitions }) => all + transitions.length, 0),
      usd: sum(spent.map(({ usd }) => usd)),
    };
  });
}
