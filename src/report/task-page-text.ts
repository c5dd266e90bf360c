/** The page of one task as text, for a terminal. */
import { printable, printableBlock } from '../diagnostic.js';
import type { PathEntry } from '../record/receipt.js';
import { whereIs } from './chain.js';
import { formatDuration, formatMoment, formatUsd, plural } from './durations.js';
import { gist } from './gist.js';
import { doneWord } from './markdown/done.js';
import type { DoneTask, Reopening, StuckTask } from './shape.js';
import type { TaskPage, VerifiedOn } from './task-page.js';
import { toRead } from './waits.js';

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
    `  rungs:      ${page.rungs.length === 0 ? 'none: a person approves it' : page.rungs.join(' → ')}`,
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
    page.heldUpBy.map(({ task, state, reason }) => `Held up by ${task} (${state}): ${gist(reason)}`),
    page.done === null
      ? []
      : page.state === 'deferred'
        ? deferredLines(page.done)
        : doneLines(page.done, page.verifiedOn),
    page.stuck === null ? [] : stuckLines(page.stuck),
    page.waiting === null
      ? []
      : [
          'Waiting for you:',
          ...indented(page.waiting.text),
          ...toRead(page.waiting).map((option) => `  · ${gist(option)}`),
          ...page.waiting.commands.map((c) => `  ${c}`),
        ],
    page.kept.length === 0 ? [] : ['Kept work:', ...page.kept.map(({ ref, restore }) => `  ${ref}: ${restore}`)],
    page.reopenings.length === 0 ? [] : ['Reopened:', ...page.reopenings.flatMap(reopenedLines)],
    page.history.length === 0 ? [] : history,
    page.next.length === 0
      ? []
      : ['Next:', ...page.next.flatMap(({ command, why }) => [`  ${command}   # ${gist(why)}`])],
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

/** What each kind of evidence says. */
const EVIDENCE = {
  strong: 'strong: red before, green now',
  weak: 'weak: green before as well',
  none: 'none: nothing was checked',
} as const;

function evidenceOf({ evidence, state }: DoneTask): string {
  if (evidence !== null) return EVIDENCE[evidence];
  return state === 'approved' ? 'approved by a person' : 'asserted by hand: nothing was checked';
}

function attempt({ rung, model, outcome, durationMs, reason }: PathEntry): string {
  const by = model === null ? '' : ` (${gist(model)})`;
  return `  ${rung}${by} ${outcome} after ${formatDuration(durationMs)}${reason === '' ? '' : `: ${gist(reason)}`}`;
}

function doneLines(done: DoneTask, on: VerifiedOn | null): string[] {
  const by = [done.agent, on?.model].filter((name) => name != null).join(', ');
  const took = [
    ...(done.finished === null ? [] : [formatMoment(done.finished)]),
    ...(done.durationMs === null ? [] : [formatDuration(done.durationMs)]),
    ...(done.rung === null ? [] : [`on ${done.rung}${by === '' ? '' : ` by ${by}`}`]),
    ...(done.attempts === 0 ? [] : [plural(done.attempts, 'attempt'), plural(done.escalations, 'escalation')]),
    ...(done.costUsd === null ? [] : [formatUsd(done.costUsd)]),
  ];
  const branch = on === null ? '' : ` of ${on.branch}`;
  const where = [
    ...(on === null ? [] : [`tree ${on.tree.slice(0, 12)}`]),
    ...(done.commit === null ? [] : [`commit ${done.commit}${branch}`]),
  ];
  return [
    ...(took.length === 0 ? [] : [`Done: ${took.join(', ')}`]),
    ...done.path.map(attempt),
    `Verified (${evidenceOf(done)})${where.length === 0 ? '' : ` on ${where.join(', ')}`}:`,
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

function reopenedLines(reopening: Reopening): string[] {
  const { time, by, evidence, commit } = reopening;
  const place = reopening.symbol === null && reopening.file === null ? '' : `: ${gist(whereIs(reopening))}`;
  const left = commit === null ? '' : `, left by commit ${commit}`;
  return [
    `  ${formatMoment(time)} by ${by ?? 'hand'}${place}${left}`,
    ...indented(evidence).map((line) => `  ${line}`),
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
