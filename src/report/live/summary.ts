/** A run in a few words: how far it is, what is left, how long that takes, what it cost. For the live view and `status`. */
import { formatCount, formatDuration, formatUsd } from '../durations.js';
import { etaText } from '../eta.js';
import type { Cost, LiveStep, LiveView } from './view.js';

/** `5/8 done`, `1 failed`, `3 remaining`, `about 1h 12m`, `$4.20 of $50.00`: what there is to say of it. */
export function summary({ counts, behind, eta, cost }: LiveView): string[] {
  const money = costText(cost);
  if (counts === null) return money === '' ? [] : [money];
  const { tasks, done, failed, blocked, waiting, remaining } = counts;
  return [
    `${formatCount(done)}/${formatCount(tasks)} done`,
    failed > 0 ? `${formatCount(failed)} failed` : '',
    blocked > 0 ? `${formatCount(blocked)} blocked` : '',
    waiting > 0 ? `${formatCount(waiting)} ${waiting === 1 ? 'waits' : 'wait'} for you` : '',
    `${formatCount(remaining)} remaining`,
    behind() > 0 ? `${formatCount(behind())} held up` : '',
    remaining <= behind() ? '' : eta === null ? 'how long: unknown yet' : etaText(eta),
    money,
  ].filter((part) => part !== '');
}

/** `$4.20 of $50.00`, `1,204,000 of 2,000,000 tokens`; '' where nothing was told and nothing is allowed for. */
function costText({ usd, tokens, budget }: Cost): string {
  const parts: string[] = [];
  if (usd !== null || budget?.usd != null) {
    parts.push(`${formatUsd(usd ?? 0)}${budget?.usd == null ? '' : ` of ${formatUsd(budget.usd)}`}`);
  }
  if (budget?.tokens != null) parts.push(`${formatCount(tokens ?? 0)} of ${formatCount(budget.tokens)} tokens`);
  else if (usd === null && tokens !== null) parts.push(`${formatCount(tokens)} tokens`);
  return parts.join(', ');
}

/** Time that goes by second by second. */
export function clock(ms: number): string {
  return ms < 1000 ? '0s' : formatDuration(ms);
}

export function attemptText({ attempt, repair }: LiveStep): string {
  return attempt === 0 ? 'begins' : `attempt ${attempt}${repair ? ' (repair)' : ''}`;
}

/** What a step is about, or how long it still waits, and why. Not yet escaped. */
export function doingText({ doing, waitMs }: LiveStep): string {
  return waitMs === null || waitMs === 0 ? doing : `waits ${clock(waitMs)}: ${doing}`;
}

/** A step in one line, for `status`: `a: opus/extended, attempt 2, 4m 12s: Edit src/a.c`. Not yet escaped. */
export function stepLine(step: LiveStep): string {
  return `${step.task}: ${step.rung}, ${attemptText(step)}, ${clock(step.elapsedMs)}: ${doingText(step)}`;
}
