/**
 * From what happened to what people read. Pure: the same input gives the same facts, byte for byte, and nothing here
 * looks at a file, a clock or git. In a clone without a journal the receipts tell what they can.
 */

import { chainsOf } from './chain.js';
import { causeOf } from './gather/cause.js';
import { type Gathering, gathering } from './gather/gathering.js';
import { nextSteps } from './gather/next-steps.js';
import { reopeningsOf } from './gather/reopenings.js';
import { isSettled } from './gather/states.js';
import { stubsOf } from './gather/stubs.js';
import { timelineOf } from './gather/timeline.js';
import { isUnverified, totalsOf } from './gather/totals.js';
import { waitingFor } from './gather/waiting-for.js';
import { gist } from './gist.js';
import type { AskedAgain, FactsInput, KnownFailure, KnownReceipt, ReportTask } from './input.js';
import type { BacklogTask, DeferredTask, DoneTask, Facts, KeptRef, RemainingTask, Stop, StuckTask } from './shape.js';

export type { FactsInput, KnownFailure, KnownReceipt, ReportTask } from './input.js';
export { reportTask } from './input.js';
export type * from './shape.js';

const LONGEST_HINT = 120;

/** Everything that report.json says (DESIGN "Report"). Never throws for what the record holds. */
export function gatherFacts(input: FactsInput): Facts {
  const g = gathering(input);
  const inState = (state: string): ReportTask[] => input.tasks.filter((task) => g.states.of.get(task.name) === state);
  const stuck = (state: 'failed' | 'blocked'): StuckTask[] => inState(state).flatMap((task) => stuckTask(task, g));
  const upstream = g.downstream.stuck();
  const waiting = waitingFor(g);
  const failed = stuck('failed');
  const blocked = stuck('blocked');
  const remaining = input.tasks.flatMap((task) => remainingTask(task, upstream.has(task.name), g));
  const facts = {
    stepladder: 1 as const,
    gathered: input.now.toISOString(),
    workspace: input.workspace ?? '.',
    branch: input.branch,
    run: g.history.run,
    waiting,
    stopped: stopsOf(g, failed, blocked),
    reopenings: reopeningsOf(g),
    done: inState('done').flatMap((task) => doneTask(task, g)),
    failed,
    blocked,
    deferred: inState('deferred').map((task) => deferredTask(task, g)),
    stubs: stubsOf(g),
    remaining,
    totals: totalsOf(g),
    backlog: backlogOf(g),
    timeline: timelineOf(input.events, input.branch),
    chains: chainsOf(g, [...failed, ...blocked]),
  };
  return { ...facts, next: nextSteps(facts, input) };
}

function backlogOf(g: Gathering): BacklogTask[] {
  const aside = g.aside.map((one) => ({ ...one, title: '', group: null, layer: null, depends: [] }));
  // They need nothing: dependencies stand before dependents.
  return [...aside, ...g.input.tasks].map(({ name, title, file, group, layer, depends }) => {
    const state = g.states.of.get(name) ?? 'pending';
    const elsewhere = g.spent.get(name)?.elsewhere ?? [];
    const unverified = isUnverified(name, g);
    const task = { task: name, title, file, group, layer, state, unverified, depends };
    return elsewhere.length === 0 ? task : { ...task, elsewhere };
  });
}

/** What is said of a task whose receipt holds; nothing for one whose receipt does not. */
export function doneTask(task: ReportTask, g: Gathering): DoneTask[] {
  const known = g.input.receipts.get(task.name);
  if (known === undefined || known.kind === 'unreadable') return [];
  const receipt = known.kind === 'receipt' ? known.receipt : null;
  const history = g.history.tasks.get(task.name);
  const spent = g.spent.get(task.name);
  const flaky = new Set(receipt?.verified.filter((check) => check.flaky).map(({ check }) => check));
  for (const check of history?.flaky.keys() ?? []) flaky.add(check);
  const evidence = receipt?.state === 'approved' ? null : (receipt?.evidence ?? null);
  return [
    {
      task: task.name,
      title: task.title,
      file: task.file,
      state: receipt === null ? 'asserted' : doneState(receipt.state),
      verified: receipt?.state === 'approved' || (evidence !== null && evidence !== 'none'),
      evidence,
      inThisRun: history?.lastDone != null && history.lastDone.run === g.history.run?.id,
      finished: receipt?.finished ?? null,
      durationMs: spent?.durationMs ?? null,
      agent: receipt?.agent ?? null,
      rung: receipt?.rung ?? null,
      attempts: spent?.attempts.length || (receipt?.attempts ?? 0),
      escalations: spent?.transitions.length ?? 0,
      reopened: receipt?.reopened ?? 0,
      path: receipt?.path ?? [],
      checks: receipt?.verified ?? [],
      flaky: [...flaky],
      claimed: receipt?.claimed ?? [],
      findings: receipt?.findings ?? [],
      stubs: receipt?.stubs ?? [],
      changed: receipt?.changed ?? [],
      costUsd: spent?.usd ?? null,
      commit: g.input.commits?.get(task.name) ?? null,
    },
  ];
}

function doneState(state: 'done' | 'approved' | 'accepted' | 'deferred'): DoneTask['state'] {
  return state === 'deferred' ? 'done' : state;
}

/** What is said of a task with a failure on record. */
export function stuckTask(task: ReportTask, g: Gathering): StuckTask[] {
  const failure = g.input.failures.get(task.name);
  if (failure === undefined) return [];
  const spent = g.spent.get(task.name);
  return [
    {
      task: task.name,
      title: task.title,
      file: task.file,
      reason: failure.reason,
      rung: failure.rung,
      attempts: spent?.attempts.length || failure.path.length,
      escalations: spent?.transitions.length ?? 0,
      reopened: failure.reopened,
      durationMs: spent?.durationMs ?? null,
      finished: failure.finished,
      path: failure.path,
      failedChecks: failure.failedChecks.map(({ label, run }) => ({ label, run })),
      cause: causeOf(task.name, failure, g),
      kept: keptOf(task.name, failure, g.input),
      costUsd: spent?.usd ?? null,
      holdsUp: g.downstream.holdsUp(task.name),
    },
  ];
}

function keptOf(task: string, failure: KnownFailure, input: FactsInput): KeptRef | null {
  const refs = input.kept.get(task) ?? [];
  return refs.find(({ ref }) => ref === failure.kept?.ref) ?? null;
}

function deferredTask(task: ReportTask, g: Gathering): DeferredTask {
  const known = g.input.receipts.get(task.name);
  return {
    task: task.name,
    title: task.title,
    file: task.file,
    since: known?.kind === 'receipt' ? known.receipt.finished : null,
    dependents: g.downstream.dependents(task.name),
  };
}

/** What is said of a task that is neither done nor stuck nor waiting for a person. */
export function remainingTask(task: ReportTask, stuck: boolean, g: Gathering): RemainingTask[] {
  const state = g.states.of.get(task.name);
  if (state !== 'pending' && state !== 'interrupted' && state !== 'running') return [];
  const waitsFor = g.states.waitsFor(task);
  return [
    {
      task: task.name,
      title: task.title,
      file: task.file,
      state,
      ready: waitsFor.length === 0 && state !== 'running',
      waitsFor,
      stuck,
      why: whyNotDone(task.name, g),
      kept: g.input.kept.get(task.name)?.at(-1) ?? null,
    },
  ];
}

/** Why a task counts as not done: what is the matter with its receipt, or that it has none. */
export function whyNotDone(name: string, g: Gathering): string {
  const asked = g.input.retries?.get(name);
  if (asked !== undefined) return toBeTriedAgain(asked);
  const known: KnownReceipt | undefined = g.input.receipts.get(name);
  if (known?.stale) return known.stale;
  const history = g.history.tasks.get(name);
  const reopened = history?.reopened ?? null;
  if (reopened && (history?.lastDone == null || reopened.time >= history.lastDone.finished)) {
    return `reopened by ${reopened.by === '' ? 'hand' : reopened.by}: ${reopened.evidence}`;
  }
  if (history?.last?.state === 'interrupted') return 'interrupted';
  if (g.input.running?.has(name)) return 'being worked on';
  if (history?.last?.state === null && history.last.attempted) return 'its step was cut off';
  if (history?.lastDone) return 'its receipt is gone';
  return history?.last ? 'to be tried again' : 'never run';
}

function toBeTriedAgain({ from, hint }: AskedAgain): string {
  const where = from === null ? '' : `, from ${from}`;
  return `to be tried again${where}${hint === null ? '' : `; hint: ${gist(hint, LONGEST_HINT)}`}`;
}

/** Halts of the run, then what stopped by itself; what waits for a person has its own place, further up. */
function stopsOf(g: Gathering, failed: readonly StuckTask[], blocked: readonly StuckTask[]): Stop[] {
  const cutOff = g.input.tasks.filter((task) => g.states.of.get(task.name) === 'interrupted');
  return [
    ...haltsOf(g).map(({ reason, remedy }) => ({ kind: 'halted' as const, task: null, reason, remedy, holdsUp: 0 })),
    ...failed.map((task) => stop('failed', task)),
    ...blocked.map((task) => stop('blocked', task)),
    ...cutOff.map(({ name }) => ({
      kind: 'interrupted' as const,
      task: name,
      reason: 'its step was interrupted; nothing of it is lost, and it counts as no failure',
      remedy: null,
      holdsUp: g.downstream.holdsUp(name),
    })),
  ];
}

/** None where it is a thing of the past: everything was done since, or work went on in steps of other runs. */
function haltsOf(g: Gathering): { reason: string; remedy: string | null }[] {
  const { halts, wentOn } = g.history;
  if ((wentOn && g.input.run === null) || g.input.tasks.every(({ name }) => isSettled(g.states.of.get(name))))
    return [];
  const halt = g.input.halt ?? null;
  const reasons = halts.filter((reason, at, all) => reason !== halt?.reason && all.indexOf(reason) === at);
  return [...(halt ? [halt] : []), ...reasons.map((reason) => ({ reason, remedy: null }))];
}

function stop(kind: 'failed' | 'blocked', { task, reason, holdsUp }: StuckTask): Stop {
  return { kind, task, reason, remedy: null, holdsUp };
}
