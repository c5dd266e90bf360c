/** The report's sections on what failed and what is blocked: the reason of each attempt, and what lies under it. */
import { whereIs } from '../chain.js';
import { formatDuration, formatMoment, plural } from '../durations.js';
import { gist } from '../gist.js';
import type { RootCause, StuckTask } from '../shape.js';
import { ladder } from './done.js';
import { andMore, block, code, lines, listed, type Markdown, MOST_SPELLED_OUT, md, money } from './text.js';

/** `Failed` or `Blocked`, each task in full. */
export function stuckSection(word: 'Failed' | 'Blocked', tasks: readonly StuckTask[]): Markdown[] {
  if (tasks.length === 0) return [];
  const spelled = tasks.slice(0, MOST_SPELLED_OUT).flatMap((task) => stuckTask(word, task));
  return [md`## ${word}`, ...spelled, ...andMore(tasks.length, MOST_SPELLED_OUT)];
}

function stuckTask(word: string, task: StuckTask): Markdown[] {
  const how = [
    md`${word}${task.rung === null ? '' : md` on ${code(task.rung)}`}${task.durationMs === null ? '' : ` after ${formatDuration(task.durationMs)}`}`,
    md`${plural(task.attempts, 'attempt')}`,
    md`${plural(task.escalations, 'escalation')}`,
    ...(task.reopened > 0 ? [md`reopened ${plural(task.reopened, 'time')}`] : []),
    ...(task.costUsd === null ? [] : [money(task.costUsd)]),
    ...(task.finished === null ? [] : [md`${formatMoment(task.finished)}`]),
    md`${plural(task.holdsUp, 'task')} behind it`,
  ];
  const items = [
    md`- ${listed(how)}`,
    ...(task.path.length > 1 ? [md`- Path: ${ladder(task.path)}`] : []),
    ...(task.failedChecks.length > 0 ? [md`- Red: ${listed(task.failedChecks.map(({ label }) => code(label)))}`] : []),
    ...(task.kept === null ? [] : [md`- Its work is kept; bring it back with ${code(task.kept.restore)}`]),
  ];
  return [
    md`### ✗ ${code(task.task)}${task.title === '' ? '' : md`: ${task.title}`}`,
    lines(items),
    ...(task.cause === null ? [] : rootCause(task.cause, task.task)),
    ...reasons(task),
  ];
}

function rootCause(cause: RootCause, task: string): Markdown[] {
  const { claim, owner } = cause;
  const place = whereIs(cause);
  const items: Markdown[] = [];
  if (place !== '') items.push(md`- Where: ${code(place)}`);
  if (cause.commit !== null) items.push(md`- Left so by commit ${code(cause.commit)}`);
  if (owner !== null && owner !== task) {
    const commit = claim?.commit ?? null;
    items.push(md`- Whose: ${code(owner)}${commit === null ? '' : md`, landed by commit ${code(commit)}`}`);
  }
  if (claim !== null) {
    const { finished, rung } = claim;
    const when = finished === null ? md`` : md`, ${formatMoment(finished)}`;
    items.push(
      md`- The receipt that says it is done: ${code(claim.receipt)}${when}${rung === null ? '' : md`, ${code(rung)}`}${claim.present ? '' : ' (withdrawn since)'}`,
    );
    const verified = listed(claim.verified.map(code));
    if (claim.present)
      items.push(claim.verified.length > 0 ? md`- Verified of it: ${verified}` : md`- Verified of it: nothing`);
    const claimed = claim.claimed.map((text) => md`${gist(text)}`);
    if (claimed.length > 0) items.push(md`- Merely claimed: ${listed(claimed, 12, '; ')}`);
    if (claim.changed.length > 0) items.push(md`- What exists of it: ${listed(claim.changed.map(code))}`);
  }
  return [md`**Root cause:** ${gist(cause.message, 600)}`, lines(items)];
}

function reasons(task: StuckTask): Markdown[] {
  if (task.path.length === 0) return [block(task.reason)];
  const each = task.path.map(({ rung, outcome, durationMs, reason, model }, at) => {
    const by = model === null ? md`` : md`, answered by ${code(model)}`;
    const head = md`${at + 1}. ${code(rung)} ${outcome} after ${formatDuration(durationMs)}${by}`;
    return reason === '' ? head : lines([head, md``, block(reason, { indent: 3 })]);
  });
  return [md`What each attempt ended with:`, ...each];
}
