/** The report's section on what is done: how long, by which path, what was verified of it and what merely claimed. */

import type { PathEntry } from '../../record/receipt.js';
import { whereIs } from '../chain.js';
import { formatDuration, formatMoment, plural } from '../durations.js';
import { gist } from '../gist.js';
import type { DoneTask, Facts } from '../shape.js';
import { andMore, code, codeCell, lines, listed, type Markdown, MOST_LISTED, md, money } from './text.js';

/**
 * What this run got done is spelled out; what was done before it is a table. Where no run is known (a clone), all of it
 * is news to the reader.
 */
export function doneSection({ done, run }: Facts): Markdown[] {
  if (done.length === 0) return [];
  const news = done.filter((task) => run === null || task.inThisRun);
  const spelled = news.slice(0, MOST_LISTED);
  const before = [...news.slice(MOST_LISTED), ...done.filter((task) => run !== null && !task.inThisRun)];
  const table = before.slice(0, MOST_LISTED);
  const heading = spelled.length > 0 && before.length > 0 ? [md`### Before this run`] : [];
  return [
    md`## Done`,
    ...spelled.flatMap(taskSection),
    ...(table.length === 0 ? [] : [...heading, doneTable(table), ...lessons(table)]),
    ...andMore(before.length, MOST_LISTED),
  ];
}

/** The model that really did it, where that says more than the rung. */
function answeredBy({ path, rung }: DoneTask): Markdown | string {
  const model = path.at(-1)?.model ?? null;
  return model === null || rung?.replace(/^[^:/]*:/, '').startsWith(`${model}/`)
    ? ''
    : md`, answered by ${code(model)}`;
}

/** Every sign of verification, or none: a plain tick is for what was checked. */
export function doneMark({ verified, state }: Pick<DoneTask, 'verified' | 'state'>): string {
  return verified || state === 'approved' ? '✓' : '◌';
}

/** `done`, `done (unverified)`, `approved`, `accepted`, `asserted by hand (unverified)`. */
export function doneWord({ verified, state }: Pick<DoneTask, 'verified' | 'state'>): string {
  const word = state === 'asserted' ? 'asserted by hand' : state;
  return verified ? word : `${word} (unverified)`;
}

/** The rungs of a path, each named once where several attempts were made on it. */
export function ladder(path: readonly PathEntry[]): Markdown {
  const rungs = path.filter(({ rung }, at) => path[at - 1]?.rung !== rung);
  return listed(
    rungs.map(({ rung }) => codeCell(rung)),
    12,
    ' → ',
  );
}

function taskSection(task: DoneTask): Markdown[] {
  const took = [
    md`${capital(doneWord(task))}${task.durationMs === null ? '' : ` in ${formatDuration(task.durationMs)}`}${task.rung === null ? '' : md` on ${code(task.rung)}`}${answeredBy(task)}`,
    ...(task.attempts > 0
      ? [md`${plural(task.attempts, 'attempt')}`, md`${plural(task.escalations, 'escalation')}`]
      : []),
    ...(task.reopened > 0 ? [md`reopened ${plural(task.reopened, 'time')}`] : []),
    ...(task.costUsd === null ? [] : [money(task.costUsd)]),
    ...(task.finished === null ? [] : [md`${formatMoment(task.finished)}`]),
    ...(task.commit === null ? [] : [md`commit ${code(task.commit)}`]),
  ];
  const failures = task.path.filter(({ outcome }) => outcome !== 'done').map((entry) => md`  - ${failure(entry)}`);
  const items = [
    md`- ${listed(took)}`,
    ...(task.path.length > 1 ? [md`- Path: ${ladder(task.path)}`, ...failures] : []),
    ...verification(task),
    ...(task.flaky.length > 0 ? [md`- Flaky (red, then green on the same tree): ${listed(task.flaky.map(code))}`] : []),
    ...task.findings
      .slice(0, 12)
      .map(
        (finding) =>
          md`- Finding (${finding.severity}, ${finding.kind}): ${code(whereIs(finding))}: ${gist(finding.message)}`,
      ),
    ...task.stubs.map(
      (stub) => md`- Left as a stub until ${code(stub.until)}: ${code(whereIs({ ...stub, line: null }))}`,
    ),
    ...(task.changed.length > 0 ? [md`- Changed: ${listed(task.changed.map(code))}`] : []),
  ];
  return [md`### ${doneMark(task)} ${code(task.task)}${task.title === '' ? '' : md`: ${task.title}`}`, lines(items)];
}

function verification({ checks, evidence, claimed, state }: DoneTask): Markdown[] {
  const items: Markdown[] = [];
  if (checks.length > 0) {
    const shown = checks.map(({ check, redBefore }) => md`${code(check)}${redBefore ? ' (red before)' : ''}`);
    items.push(md`- Verified (${evidence ?? 'none'}): ${listed(shown)}`);
  } else if (state !== 'approved') {
    items.push(md`- Verified: nothing`);
  }
  if (claimed.length > 0) {
    const shown = claimed.map((claim) => md`${gist(claim)}`);
    items.push(md`- Claimed, not verified: ${listed(shown, 12, '; ')}`);
  }
  return items;
}

/** `sonnet/thinking` failed after 2m: reason. */
function failure({ rung, outcome, durationMs, reason }: PathEntry): Markdown {
  return md`${code(rung)} ${outcome} after ${formatDuration(durationMs)}${reason === '' ? '' : md`: ${gist(reason, 600)}`}`;
}

function doneTable(tasks: readonly DoneTask[]): Markdown {
  const rows = tasks.map(
    (task) =>
      md`| ${doneMark(task)} ${codeCell(task.task)} | ${doneWord(task)} | ${task.durationMs === null ? '' : formatDuration(task.durationMs)} | ${ladder(task.path)} | ${task.evidence ?? ''} | ${task.claimed.length} |`,
  );
  return lines([
    md`| Task | How | Took | Path | Evidence | Claimed only |`,
    md`| --- | --- | ---: | --- | --- | ---: |`,
    ...rows,
  ]);
}

/** What the lower rungs of the tasks in the table failed at. */
function lessons(tasks: readonly DoneTask[]): Markdown[] {
  const items = tasks.flatMap(({ task, path }) =>
    path.filter(({ outcome }) => outcome !== 'done').map((entry) => md`- ${code(task)} on ${failure(entry)}`),
  );
  if (items.length === 0) return [];
  return [
    md`What their other attempts ended with:`,
    lines(items.slice(0, MOST_LISTED)),
    ...andMore(items.length, MOST_LISTED),
  ];
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
