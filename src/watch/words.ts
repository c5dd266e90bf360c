/** What a watch says of itself; everything else on the screen is said by the runs. */
import { CONFIG_FILE, type Config } from '../config.js';
import { EXIT, printable } from '../diagnostic.js';
import { goal } from '../record/goal.js';
import { formatDuration, plural } from '../report/durations.js';
import type { Look } from './could-run.js';

const MOST_NAMED = 5;

/** `a, b, c and 3 more`. */
function some(items: readonly string[]): string {
  const more = items.length - MOST_NAMED;
  const named = items.slice(0, MOST_NAMED).map(printable).join(', ');
  return more > 0 ? `${named} and ${more} more` : named;
}

/** The person's own time of day: he knows by it what he had just edited. */
const clock = (now: Date): string => now.toTimeString().slice(0, 8);

export function runLine(now: Date, why: readonly string[]): string {
  return `watch: ${clock(now)} a run${why.length === 0 ? '' : `: ${some(why)}`}`;
}

const ENDS: Readonly<Record<number, string>> = {
  [EXIT.done]: 'everything is done',
  [EXIT.failed]: 'something failed',
  [EXIT.usage]: 'it was refused; mend what is named above and save a task; a clean tree is noticed by itself',
  [EXIT.waiting]: `something waits for you (${goal('status')})`,
  [EXIT.halted]: `it was halted; once that is seen to, go on by an edit, or by ${goal('orchestrate')} in another terminal`,
  [EXIT.interrupted]: 'it was interrupted',
};

/** @param exit null where a signal ended it, or it could not be started */
export function endLine(now: Date, exit: number | null, ms: number): string {
  const how = exit === null ? 'it was killed' : (ENDS[exit] ?? `exit ${exit}`);
  return `watch: ${clock(now)} the run ended after ${formatDuration(ms)}: ${how}`;
}

/** An edit of the very task that is being worked on. */
export function outdatedLine(now: Date, name: string): string {
  return `watch: ${clock(now)} ${printable(name)} was edited while its step runs: that is ended, and begun anew`;
}

/** Why an edit started nothing. @param edited tasks whose file was edited, and that cannot run */
export function nothingLine(now: Date, look: Look, edited: readonly string[]): string {
  // What there would be to run, nobody can tell then.
  if (look.config === null) return `watch: ${clock(now)} nothing to run until what is broken is mended`;
  const held = edited.map((name) => `${name} waits for ${some(look.waitsFor.get(name) ?? [])}`);
  return `watch: ${clock(now)} nothing to run${held.length === 0 ? '' : `: ${held.slice(0, MOST_NAMED).join('; ')}`}`;
}

/** @param pollMs null: the system tells of changes */
export function watchingLine(config: Pick<Config, 'tasks'>, look: Look, pollMs: number | null): string {
  const what = look.config === null ? `${config.tasks}/` : `${plural(look.total, 'task')} in ${config.tasks}/`;
  const how = pollMs === null ? '' : `, looking every ${formatDuration(pollMs)}`;
  return `watch: watching ${printable(what)} and ${CONFIG_FILE}${how}; Ctrl-C ends`;
}

export const ENDING_LINE = 'watch: ending the run that goes on; its work is kept';
