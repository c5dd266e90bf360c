/** `show NAME`: one task: why it would run now or what it waits for, what was verified of it, where, and its past. */
import { printable, printableBlock } from '../diagnostic.js';
import type { JournalEvent } from '../record/event.js';
import { whereIs } from './chain.js';
import { formatDuration, formatMoment, formatUsd, plural } from './durations.js';
import { doneTask, type FactsInput, remainingTask, stuckTask } from './facts.js';
import { gathering } from './gather/gathering.js';
import { waitingFor } from './gather/waiting-for.js';
import { gist } from './gist.js';
import { lineFor } from './lines.js';
import { doneWord } from './markdown/done.js';
import { Measures } from './measures.js';
import { Progress } from './progress.js';
import type { DoneTask, KeptRef, RemainingTask, StuckTask, TaskState, Waiting } from './shape.js';

/** What `show NAME --json` prints. At most one of `done`, `stuck`, `waiting`, `remaining` is there. */
export interface TaskPage {
  readonly task: string;
  readonly title: string;
  readonly file: string;
  readonly group: string | null;
  readonly layer: string | null;
  readonly state: TaskState;
  /** The rungs it may be worked on, from where it starts. */
  readonly rungs: readonly string[];
  readonly depends: readonly { readonly task: string; readonly state: TaskState }[];
  readonly dependents: readonly { readonly task: string; readonly state: TaskState }[];
  readonly done: DoneTask | null;
  readonly stuck: StuckTask | null;
  readonly waiting: Waiting | null;
  readonly remaining: RemainingTask | null;
  readonly kept: readonly KeptRef[];
  /** What the journal tells of it on this branch, oldest first, as lines. */
  readonly history: readonly { readonly time: string; readonly text: string }[];
}

/** The page of a task; null where the backlog has none of that name. Pure. */
export function taskPage(input: FactsInput, name: string): TaskPage | null {
  const g = gathering(input);
  const task = g.tasks.get(name);
  if (task === undefined) return null;
  const state = g.states.of.get(name) ?? 'pending';
  const withState = (names: readonly string[]) =>
    names.map((other) => ({ task: other, state: g.states.of.get(other) ?? ('pending' as const) }));
  const { title, file, group, layer, rungs } = task;
  return {
    task: name,
    title,
    file,
    group,
    layer,
    state,
    rungs,
    depends: withState(task.depends),
    dependents: withState(g.downstream.dependents(name)),
    done: state === 'done' || state === 'deferred' ? (doneTask(task, g)[0] ?? null) : null,
    stuck: state === 'failed' || state === 'blocked' ? (stuckTask(task, g)[0] ?? null) : null,
    waiting: waitingFor(g).find((item) => item.task === name) ?? null,
    remaining: remainingTask(task, g.downstream.stuck().has(name), g)[0] ?? null,
    kept: input.kept.get(name) ?? [],
    history: past(input.events, input.branch, name),
  };
}

function past(events: readonly JournalEvent[], branch: string, name: string): TaskPage['history'] {
  const progress = new Progress({ tasks: [], measures: new Measures(), jobs: 1 });
  return events
    .filter((event) => event.branch === branch && 'task' in event && event.task === name)
    .flatMap((event) => {
      const text = lineFor(event, progress.see(event));
      return text === null ? [] : [{ time: event.time, text }];
    });
}

const MOST_HISTORY = 40;

/** The page as text: plain, safe to print, without a newline at the end. */
export function taskPageText(page: TaskPage): string {
  const names = (list: TaskPage['depends']): string =>
    list.length === 0 ? 'nothing' : list.map(({ task, state }) => `${task} (${state})`).join(', ');
  const head = [
    `${page.task}: ${page.title}`,
    `  file:       ${page.file}`,
    ...(page.group === null ? [] : [`  group:      ${page.group}`]),
    ...(page.layer === null ? [] : [`  layer:      ${page.layer}`]),
    `  rungs:      ${page.rungs.join(' → ')}`,
    `  depends on: ${names(page.depends)}`,
    `  needed by:  ${names(page.dependents)}`,
    `  state:      ${stateLine(page)}`,
  ];
  const recent = page.history.slice(-MOST_HISTORY);
  const earlier = page.history.length - recent.length;
  const history = [
    'History:',
    ...(earlier > 0 ? [`  … ${earlier} earlier`] : []),
    ...recent.map(({ time, text }) => `  ${formatMoment(time)}  ${text}`),
  ];
  const sections = [
    head,
    page.done === null ? [] : page.state === 'deferred' ? deferredLines(page.done) : doneLines(page.done),
    page.stuck === null ? [] : stuckLines(page.stuck),
    page.waiting === null
      ? []
      : ['Waiting for you:', ...indented(page.waiting.text), ...page.waiting.commands.map((c) => `  ${c}`)],
    page.kept.length === 0 ? [] : ['Kept work:', ...page.kept.map(({ ref, restore }) => `  ${ref}: ${restore}`)],
    page.history.length === 0 ? [] : history,
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.map(printable).join('\n'))
    .join('\n\n');
}

function stateLine({ state, remaining, done, waiting, stuck }: TaskPage): string {
  if (state === 'deferred') return 'deferred: its dependents go on without it';
  if (done !== null) return doneWord(done);
  if (waiting !== null) return 'waits for you';
  if (stuck !== null) return `${state}: ${gist(stuck.reason)}`;
  if (remaining === null || state === 'running') return state;
  const why = remaining.ready ? `would run now: ${remaining.why}` : `waits for ${remaining.waitsFor.join(', ')}`;
  return state === 'interrupted' && remaining.why !== 'interrupted' ? `interrupted; ${why}` : why;
}

/** Nothing was done, so nothing was verified or claimed. */
function deferredLines({ finished, commit }: DoneTask): string[] {
  const when = finished === null ? [] : [formatMoment(finished)];
  return [`Deferred: ${[...when, ...(commit === null ? [] : [`commit ${commit}`])].join(', ')}`];
}

function doneLines(done: DoneTask): string[] {
  const took = [
    ...(done.finished === null ? [] : [formatMoment(done.finished)]),
    ...(done.durationMs === null ? [] : [formatDuration(done.durationMs)]),
    ...(done.rung === null ? [] : [`on ${done.rung}${done.agent === null ? '' : ` by ${done.agent}`}`]),
    ...(done.attempts === 0 ? [] : [plural(done.attempts, 'attempt'), plural(done.escalations, 'escalation')]),
    ...(done.costUsd === null ? [] : [formatUsd(done.costUsd)]),
    ...(done.commit === null ? [] : [`commit ${done.commit}`]),
  ];
  return [
    ...(took.length === 0 ? [] : [`Done: ${took.join(', ')}`]),
    ...done.path.map(({ rung, outcome, durationMs, reason }) => {
      return `  ${rung} ${outcome} after ${formatDuration(durationMs)}${reason === '' ? '' : `: ${gist(reason)}`}`;
    }),
    `Verified (${done.evidence ?? 'none'}):`,
    ...(done.checks.length === 0 ? ['  nothing'] : []),
    ...done.checks.map(({ check, redBefore, flaky, durationMs }) => {
      return `  ✓ ${gist(check)} [${formatDuration(durationMs)}]${redBefore ? ', red before' : ''}${flaky ? ', flaky' : ''}`;
    }),
    ...(done.claimed.length === 0
      ? []
      : ['Claimed, not verified:', ...done.claimed.map((claim) => `  ◌ ${gist(claim)}`)]),
    ...(done.findings.length === 0 ? [] : ['Findings:']),
    ...done.findings.map(
      (finding) => `  ${finding.severity} ${finding.kind}: ${gist(whereIs(finding))}: ${gist(finding.message)}`,
    ),
    ...(done.stubs.length === 0 ? [] : ['Left as stubs:']),
    ...done.stubs.map(({ symbol, file, until }) => `  ${symbol} in ${file}, until ${until}`),
    ...(done.changed.length === 0 ? [] : ['Changed:', ...done.changed.map((file) => `  ${file}`)]),
  ];
}

function stuckLines(stuck: StuckTask): string[] {
  const { cause } = stuck;
  const owner = cause?.owner != null && cause.owner !== stuck.task ? `, work of ${cause.owner}` : '';
  return [
    'What each attempt ended with:',
    ...(stuck.path.length === 0 ? indented(stuck.reason) : []),
    ...stuck.path.flatMap(({ rung, outcome, durationMs, reason }) => [
      `  ${rung} ${outcome} after ${formatDuration(durationMs)}`,
      ...indented(reason).map((line) => `  ${line}`),
    ]),
    ...(stuck.failedChecks.length === 0
      ? []
      : [`Red: ${stuck.failedChecks.map(({ label }) => gist(label)).join(', ')}`]),
    ...(cause === null ? [] : [`Root cause: ${gist(whereIs(cause))}${owner}`, ...indented(cause.message)]),
    ...(cause?.claim
      ? [`  its receipt: ${cause.claim.receipt}${cause.claim.present ? '' : ' (withdrawn since)'}`]
      : []),
  ];
}

function indented(text: string): string[] {
  if (text.trim() === '') return [];
  return printableBlock(text.trim())
    .split('\n')
    .slice(0, 30)
    .map((line) => `  ${line}`);
}
