/** The numbers of the whole backlog on one branch. */

import type { TaskState, Totals } from '../shape.js';
import type { Gathering } from './gathering.js';
import { endedTasks, groupsOf } from './groups.js';
import { costOf, type Spent } from './spent.js';

const SLOWEST = 5;

/** Counts, times, escalations, costs; what each means stands at `Totals`. */
export function totalsOf(g: Gathering): Totals {
  const count = new Map<TaskState, number>();
  for (const state of g.states.of.values()) count.set(state, (count.get(state) ?? 0) + 1);
  const many = (state: TaskState): number => count.get(state) ?? 0;
  const ended = endedTasks(g);
  const totalMs = ended.reduce((sum, { durationMs }) => sum + durationMs, 0);
  const slowest = [...ended].sort((a, b) => b.durationMs - a.durationMs || (a.task < b.task ? -1 : 1));
  const spent = [...g.spent.values()];
  return {
    tasks: g.states.of.size,
    done: many('done'),
    failed: many('failed'),
    blocked: many('blocked'),
    deferred: many('deferred'),
    waiting: many('waiting'),
    interrupted: many('interrupted'),
    running: many('running'),
    pending: many('pending'),
    unverified: g.input.tasks.filter(({ name }) => isUnverified(name, g)).length,
    time: {
      totalMs,
      averageMs: ended.length === 0 ? 0 : Math.floor(totalMs / ended.length),
      tasks: ended.length,
    },
    escalations: escalationsOf(spent),
    slowest: slowest.slice(0, SLOWEST),
    cost: costOf(
      spent.flatMap(({ attempts }) => attempts),
      g.input.ladder ?? longestLadder(g),
    ),
    byGroup: groupsOf(g),
    flaky: flakyChecks(g),
    notPaid: g.history.notPaid,
  };
}

/** Is it done without anything having been checked? */
export function isUnverified(name: string, g: Gathering): boolean {
  const known = g.input.receipts.get(name);
  if (known === undefined || known.kind === 'unreadable' || g.states.of.get(name) !== 'done') return false;
  return known.kind === 'asserted' || (known.receipt.state !== 'approved' && known.receipt.evidence === 'none');
}

function escalationsOf(spent: readonly Spent[]): Totals['escalations'] {
  const byRungs = new Map<string, Map<string, { from: string; to: string; count: number }>>();
  for (const { transitions } of spent) {
    for (const { from, to } of transitions) {
      const known = byRungs.get(from) ?? new Map<string, { from: string; to: string; count: number }>();
      const one = known.get(to) ?? { from, to, count: 0 };
      if (one.count === 0) byRungs.set(from, known.set(to, one));
      one.count += 1;
    }
  }
  const counts = [...byRungs.values()].flatMap((known) => [...known.values()]);
  const keyed = counts.map((one) => ({ one, key: JSON.stringify([one.from, one.to]) }));
  const transitions = keyed.sort((a, b) => b.one.count - a.one.count || (a.key < b.key ? -1 : 1)).map(({ one }) => one);
  return { total: transitions.reduce((sum, { count }) => sum + count, 0), transitions };
}

function longestLadder(g: Gathering): readonly string[] {
  return g.input.tasks.reduce<readonly string[]>((best, { rungs }) => (rungs.length > best.length ? rungs : best), []);
}

/** Each check that was red and then green on the same tree: how often by the journal, once for a foreign receipt. */
function flakyChecks(g: Gathering): Totals['flaky'] {
  const found = new Map<string, { times: number; tasks: Set<string> }>();
  const add = (check: string, times: number, task: string): void => {
    const known = found.get(check) ?? { times: 0, tasks: new Set<string>() };
    found.set(check, known);
    known.times += times;
    known.tasks.add(task);
  };
  for (const { name } of g.input.tasks) {
    const journaled = g.history.tasks.get(name)?.flaky;
    for (const [check, times] of journaled ?? []) add(check, times, name);
    const known = g.input.receipts.get(name);
    if (known?.kind !== 'receipt') continue;
    for (const { check, flaky } of known.receipt.verified) if (flaky && !journaled?.has(check)) add(check, 1, name);
  }
  return [...found.entries()]
    .sort(([a, one], [b, other]) => other.times - one.times || (a < b ? -1 : 1))
    .map(([check, { times, tasks }]) => ({ check, times, tasks: [...tasks].sort() }));
}
