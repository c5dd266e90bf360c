/** `status`: the facts on one screen. */
import { printable } from '../diagnostic.js';
import { whereIs } from './chain.js';
import { formatDuration, formatUsd, plural } from './durations.js';
import { gist } from './gist.js';
import { headline } from './headline.js';
import type { Facts, RemainingTask, Stop, StuckTask } from './shape.js';

/** Of each kind; the report has all. */
const MOST = 10;
const WIDTH = 160;

/** Plain text, safe to print, without colours and without a newline at the end. */
export function statusText(facts: Facts): string {
  const causes = new Map([...facts.failed, ...facts.blocked].map((task) => [task.task, task]));
  const ready = facts.remaining.filter((task) => task.ready);
  const sections = [
    [headline(facts.totals), about(facts)],
    section(
      'Waiting for you',
      facts.waiting.flatMap(({ task, text, commands }) => [
        `? ${task}: ${gist(text, WIDTH)}`,
        ...commands.slice(0, 3).map((command) => `    ${command}`),
      ]),
      MOST * 3,
    ),
    section(
      'Stopped',
      facts.stopped.flatMap((stop) => stopped(stop, causes)),
    ),
    section(
      'Running',
      facts.remaining.filter(({ state }) => state === 'running').map(({ task }) => `▶ ${task}`),
    ),
    section('Could run now', ready.map(couldRun)),
    section('Waiting', held(facts.remaining)),
    section(
      'Next',
      facts.next.map(({ command, why }) => `${command}   # ${why}`),
    ),
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.map(printable).join('\n'))
    .join('\n\n');
}

function section(title: string, lines: readonly string[], most = MOST): string[] {
  if (lines.length === 0) return [];
  const more = lines.length > most ? [`  … and ${lines.length - most} more`] : [];
  return [`${title}:`, ...lines.slice(0, most).map((line) => `  ${line}`), ...more];
}

function about({ branch, run, totals }: Facts): string {
  const cost = totals.cost.usd === null ? '' : `, ${formatUsd(totals.cost.usd)} so far`;
  const time =
    totals.time.tasks === 0
      ? ''
      : `, ${formatDuration(totals.time.totalMs)} of work on ${plural(totals.time.tasks, 'task')}`;
  return `branch ${branch}${run === null ? '' : `, run ${run.id}`}${time}${cost}`;
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
