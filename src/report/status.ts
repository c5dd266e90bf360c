/** `status`: the facts on one screen. */
import { printable } from '../diagnostic.js';
import { whereIs } from './chain.js';
import { formatDuration, formatUsd, plural } from './durations.js';
import { gist } from './gist.js';
import { headline, runLength } from './headline.js';
import { clock, stepLine, summary } from './live/summary.js';
import type { LiveView } from './live/view.js';
import type { Facts, RemainingTask, Stop, StuckTask } from './shape.js';
import { toRead } from './waits.js';

/** Of each kind; the report has all. */
const MOST = 10;
const WIDTH = 160;

/**
 * Plain text, safe to print, without colours and without a newline at the end.
 * @param live the run that goes on, if one does
 */
export function statusText(facts: Facts, live: LiveView | null = null): string {
  const causes = new Map([...facts.failed, ...facts.blocked].map((task) => [task.task, task]));
  const ready = facts.remaining.filter((task) => task.ready);
  const sections = [
    [headline(facts), about(facts), ...(live === null ? [] : goingOn(live))],
    section(
      'Waiting for you',
      facts.waiting.flatMap((item) => [
        `? ${item.task}: ${gist(item.text, WIDTH)}`,
        ...toRead(item).map((option) => `    · ${gist(option, WIDTH)}`),
        ...item.commands.slice(0, 3).map((command) => `    ${command}`),
      ]),
      MOST * 3,
    ),
    section(
      'Stopped',
      facts.stopped.flatMap((stop) => stopped(stop, causes)),
    ),
    section(
      'Running',
      runningNow(facts, live).map((line) => `▶ ${line}`),
    ),
    section('Could run now', ready.map(couldRun)),
    section('Waiting', held(facts.remaining)),
    section(
      'Next',
      facts.next.map(({ command, why }) => `${command}   # ${why}`),
      MOST,
      1,
    ),
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.map(printable).join('\n'))
    .join('\n\n');
}

function goingOn(live: LiveView): string[] {
  const { run, elapsedMs, ending } = live;
  const parts = summary(live);
  return [
    `run ${run} goes on for ${clock(elapsedMs)}${parts.length === 0 ? '' : `: ${parts.join(', ')}`}`,
    ...(ending === null ? [] : [`■ ${gist(ending, WIDTH)}`]),
  ];
}

/** With all that is known of them; steps of other runs by name alone. */
function runningNow(facts: Facts, live: LiveView | null): string[] {
  const known = new Set(live?.running.map(({ task }) => task));
  const others = facts.remaining.filter(({ task, state }) => state === 'running' && !known.has(task));
  return [...(live?.running.map((step) => gist(stepLine(step), WIDTH)) ?? []), ...others.map(({ task }) => task)];
}

/** @param end how many of the last lines stand there whatever is left out before them */
function section(title: string, lines: readonly string[], most = MOST, end = 0): string[] {
  if (lines.length === 0) return [];
  const [first, last] =
    lines.length > most ? [lines.slice(0, most - end), lines.slice(lines.length - end)] : [lines, []];
  const left = lines.length - first.length - last.length;
  const shown = [...first, ...(left > 0 ? [`… and ${left} more`] : []), ...last];
  return [`${title}:`, ...shown.map((line) => `  ${line}`)];
}

function about({ branch, run, totals }: Facts): string {
  const cost = totals.cost.usd === null ? '' : `, ${formatUsd(totals.cost.usd)} so far`;
  const time =
    totals.time.tasks === 0
      ? ''
      : `, ${formatDuration(totals.time.totalMs)} of work on ${plural(totals.time.tasks, 'task')}`;
  return `branch ${branch}${run === null ? '' : `, run ${run.id}${run.cutOff ? ` (${runLength(run)})` : ''}`}${time}${cost}`;
}

const MARK: Readonly<Record<Stop['kind'], string>> = { halted: '■', failed: '✗', blocked: '⏸', interrupted: '■' };

function stopped(stop: Stop, causes: ReadonlyMap<string, StuckTask>): string[] {
  const { kind, task, reason, remedy, holdsUp } = stop;
  const behind = holdsUp === 0 ? '' : ` (${plural(holdsUp, 'task')} behind it)`;
  const cause = task === null ? null : (causes.get(task)?.cause ?? null);
  const place = cause === null ? '' : gist(whereIs(cause), WIDTH);
  const owner = cause?.owner != null && cause.owner !== task ? `work of ${cause.owner}` : '';
  const under = [place, owner].filter((part) => part !== '').join(', ');
  return [
    `${MARK[kind]} ${task === null ? '' : `${task} `}${kind}${behind}: ${gist(reason, WIDTH)}`,
    ...(under === '' ? [] : [`    root cause: ${under}`]),
    ...(remedy === null ? [] : [`    → ${gist(remedy, WIDTH)}`]),
  ];
}

function couldRun({ task, why, state }: RemainingTask): string {
  const cutOff = state === 'interrupted' && why !== state ? ' (interrupted)' : '';
  return `${task}${cutOff}: ${gist(why, WIDTH)}`;
}

function held(remaining: readonly RemainingTask[]): string[] {
  return remaining
    .filter(({ ready, state }) => !ready && state !== 'running')
    .map(({ task, waitsFor }) => {
      const more = waitsFor.length > 4 ? ` and ${waitsFor.length - 4} more` : '';
      return `${task}: for ${waitsFor.slice(0, 4).join(', ')}${more}`;
    });
}
