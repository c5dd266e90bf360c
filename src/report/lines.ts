/** Progress as plain lines, one for each event that a person would want to hear of. Pure; nobody else words them. */
import { printable, unreachable } from '../diagnostic.js';
import type { JournalEvent } from '../record/event.js';
import { formatDuration, plural } from './durations.js';
import { gist } from './gist.js';

/** What a line says beyond its event (`Progress.see` gives it). */
export interface LineContext {
  /** How many tasks are still to be done; null where nobody counted. */
  readonly remaining: number | null;
  /** How many of them cannot be done in this run, since something that they need ended without. */
  readonly behind: number;
  /** `about 1h 12m`, or ''. */
  readonly eta: string;
  /** Of the step the event belongs to, so far. */
  readonly escalations: number;
  /** Nothing was found good by the runner in that step: never a plain tick (DESIGN "A step", evidence). */
  readonly unverified: boolean;
  /** Why the step stops was said already, by a `blocked` or `question` event. */
  readonly told: boolean;
}

/** For an event that nobody followed up to. */
export const NO_CONTEXT: LineContext = {
  remaining: null,
  behind: 0,
  eta: '',
  escalations: 0,
  unverified: false,
  told: false,
};

const REASON = 200;

/**
 * The line for an event, without a newline, safe to print, without colours; null where there is nothing to tell:
 *
 *     ▶ tests-openai-basic sonnet/thinking
 *     ↑ tests-openai-basic sonnet/thinking → sonnet/extended
 *     ✓ tests-openai-basic [8m 40s] opus/extended (2 escalations) | 5 remaining, about 1h 12m
 */
export function lineFor(event: JournalEvent, context: LineContext = NO_CONTEXT): string | null {
  const line = wording(event, context);
  return line === null ? null : printable(line);
}

function wording(event: JournalEvent, context: LineContext): string | null {
  switch (event.type) {
    case 'run-started':
      return `▶ run started: ${plural(event.pending, 'task')} to do, ${event.done} done`;
    case 'step-started':
      return `▶ ${event.task} ${event.rung}`;
    case 'attempt-started':
      // The first one is what the step's start was about.
      if (event.attempt <= 1) return null;
      return `▶ ${event.task} attempt ${event.attempt}${event.repair ? ' (repair)' : ''} on ${event.rung} by ${event.agent}`;
    case 'attempt-finished':
      return attempt(event);
    case 'escalated':
      return `↑ ${event.task} ${event.from} → ${event.to}`;
    case 'retried': {
      const wait = event.waitMs > 0 ? `waits ${formatDuration(event.waitMs)}` : 'tries again';
      return `⏸ ${event.task} ${wait}, then ${event.rung} again${because(event.reason)}`;
    }
    case 'checked':
      return event.flaky
        ? `≈ ${event.task} flaky check, red and then green on the same tree: ${gist(event.check)}`
        : null;
    case 'finding':
      return `${event.severity === 'warning' ? '·' : '!'} ${event.task} ${event.kind}: ${findingText(event)}`;
    case 'blocked':
      return `⏸ ${event.task} ${event.by === null ? 'is blocked' : `needs ${event.by}`}${because(event.reason)}`;
    case 'question':
      return `? ${event.task} asks${because(event.question)}${choices(event.options)}`;
    case 'reopened':
      return `↺ ${event.task} reopened by ${event.by === '' ? 'hand' : event.by}${because(event.evidence)}`;
    case 'verified':
      return `✓ ${event.task} [${formatDuration(event.durationMs)}] verified again, nothing paid${because(event.because)}${tail(context)}`;
    case 'step-finished':
      return finished(event, context);
    case 'halted':
      return `■ halted${because(event.reason)}`;
    case 'run-finished':
      return `■ run finished: ${event.done} done, ${event.failed} failed, ${event.blocked} blocked, ${event.pending} pending${others(event)}`;
    default:
      return unreachable(event);
  }
}

/** Only what nothing else tells: an end that is followed by a wait, a stop or a halt is told there. */
function attempt(event: Extract<JournalEvent, { type: 'attempt-finished' }>): string | null {
  if (event.outcome !== 'failed' && event.outcome !== 'timeout') return null;
  const how = event.outcome === 'failed' ? 'failed' : 'timed out';
  return `· ${event.task} attempt ${event.attempt} on ${event.rung} ${how} [${formatDuration(event.durationMs)}]${because(event.reason)}`;
}

function finished(event: Extract<JournalEvent, { type: 'step-finished' }>, context: LineContext): string {
  const { task, state, durationMs, rung, attempts, reason } = event;
  const took = `[${formatDuration(durationMs)}]`;
  const where = rung === null ? '' : ` ${rung}`;
  const climbed = context.escalations > 0 ? ` (${plural(context.escalations, 'escalation')})` : '';
  const why = context.told ? '' : because(reason);
  switch (state) {
    case 'done': {
      // What a person decided about it is its own reason.
      if (reason === 'deferred') return `◌ ${task} deferred${tail(context)}`;
      if (reason === 'approved') return `✓ ${task} approved${tail(context)}`;
      const how = attempts > 0 ? '' : reason === '' ? ' without an agent' : ` ${reason}`;
      const [mark, doubt] = context.unverified ? ['◌', ' done (unverified)'] : ['✓', ''];
      return `${mark} ${task} ${took}${where}${climbed}${doubt}${how}${tail(context)}`;
    }
    case 'failed':
      return `✗ ${task} ${took}${where}${climbed} failed${why}${tail(context)}`;
    case 'blocked':
      return `⏸ ${task} ${took}${where}${climbed} blocked${why}${tail(context)}`;
    case 'question':
      return `? ${task} ${took}${where}${climbed} waits for you${why}${tail(context)}`;
    case 'interrupted':
      return `■ ${task} ${took}${where} interrupted${reason === state ? '' : why}${tail(context)}`;
    default:
      return unreachable(state);
  }
}

/** What is neither done, failed, blocked nor pending, where there is any. */
function others({
  waiting = 0,
  interrupted = 0,
  deferred = 0,
}: Extract<JournalEvent, { type: 'run-finished' }>): string {
  return [
    waiting > 0 ? `, ${waiting} ${waiting === 1 ? 'waits' : 'wait'} for you` : '',
    interrupted > 0 ? `, ${interrupted} interrupted` : '',
    deferred > 0 ? `, ${deferred} deferred` : '',
  ].join('');
}

function tail({ remaining, behind, eta }: LineContext): string {
  if (remaining === null) return '';
  const held = behind > 0 ? `, ${behind} held up` : '';
  return ` | ${remaining} remaining${held}${remaining > behind && eta !== '' ? `, ${eta}` : ''}`;
}

function because(reason: string): string {
  const text = gist(reason, REASON);
  return text === '' ? '' : `: ${text}`;
}

/** None where one would have to be cut: half a choice, or half a command, helps nobody, and every report has them whole. */
function choices(options: readonly string[]): string {
  const [short, told] = [options.map((option) => gist(option, 60)), options.map((option) => gist(option))];
  return options.length === 0 || short.some((option, at) => option !== told[at]) ? '' : ` (${short.join(' / ')})`;
}

function findingText(event: Extract<JournalEvent, { type: 'finding' }>): string {
  const place = `${event.file}${event.line === null ? '' : `:${event.line}`}`;
  return `${event.symbol === null ? '' : `${event.symbol} in `}${place}${because(event.message)}`;
}
