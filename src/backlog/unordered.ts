/** What is said of unordered work on one file: who shares what with whom, and the line that would put it in order. */
import type { Diagnostic, Place } from '../diagnostic.js';
import { dependsLine, writtenFrom } from './depends-line.js';
import type { Backlog } from './load.js';
import { type Overlap, overlaps } from './overlaps.js';
import { type SplitTask, splitTask } from './split-task.js';

/** A task that shares files with earlier ones, and nothing says which comes first. */
export interface Unordered {
  readonly task: string;
  /** Its task file, relative to the root. */
  readonly file: string;
  /** What remains to be put in order, the nearest first: see `OverlapOptions.chained`. */
  readonly shares: readonly Overlap[];
}

/** What a task file has, and lacks, to be in order. */
export interface Order {
  /** The header's line of dependencies with the tasks added that it shares files with. As written: not yet escaped. */
  readonly line: string;
  /** Where its `files` are written. */
  readonly place: Place;
}

/**
 * The tasks that would wait for others for no other reason than a file, in the backlog's order. What is broken is left
 * out: its dependencies are not known.
 * @param among names of the tasks that are still to be done
 */
export function unorderedTasks(backlog: Backlog, among: Iterable<string>): Unordered[] {
  const shares = new Map<string, Overlap[]>();
  const sound = [...among].filter((name) => !backlog.broken.has(name));
  for (const { later, earlier, files } of overlaps(backlog, { among: sound, chained: true })) {
    const known = shares.get(later);
    const one = { task: earlier, files };
    if (known === undefined) shares.set(later, [one]);
    else known.push(one);
  }
  return [...shares].map(([task, shared]) => ({ task, file: backlog.tasks.get(task)?.file ?? '', shares: shared }));
}

/** How a task would be put in order. Reads its file. */
export function orderFor(backlog: Backlog, { task, file, shares }: Unordered): Order {
  const text = backlog.read(file) ?? '';
  const split = splitTask(text);
  const further = shares.map((overlap) => writtenFrom(task, overlap.task, (name) => backlog.tasks.has(name)));
  return { line: dependsLine(text, split, further), place: placeOfFiles(file, split) };
}

/** The value of `files`, or, where that begins on a line of its own, the label. */
function placeOfFiles(file: string, { fields, plain }: SplitTask): Place {
  const field = fields.find((one) => one.field === 'files');
  if (field === undefined) return { file };
  const { start, end } = plain.slice(field.key.end, field.span.start).includes('\n') ? field.key : field.span;
  return { file, start, end };
}

/** As many tasks as are worth naming beside other things; all of them are in lint's list. */
export const HANDFUL = 5;
/** As many tasks or files of one warning as are worth naming. */
const NAMED = 3;
/** A line with more names than this is no line to add: then the files are too wide. */
const MOST_NAMES = 20;

/** What a task shares with whom, on one line, not yet escaped: `src/x.c with “a”, src/y.c with “b” and 2 more`. */
export function sharesText({ shares }: Pick<Unordered, 'shares'>): string {
  return some(shares.map(({ task, files }) => `${some(files)} with “${task}”`));
}

function some(texts: readonly string[]): string {
  const more = texts.length - NAMED;
  return `${texts.slice(0, NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** What to do about it, on one line, not yet escaped. */
export function orderRemedy({ shares }: Pick<Unordered, 'shares'>, { line }: Pick<Order, 'line'>): string {
  return shares.length > MOST_NAMES
    ? 'name fewer files, or let it depend on those tasks'
    : `to say which comes first: ${line}`;
}

/** The warning, in the line of the task's `files`. */
export function unorderedWarning(backlog: Backlog, unordered: Unordered): Diagnostic {
  const order = orderFor(backlog, unordered);
  return {
    severity: 'warning',
    message: `“${unordered.task}” shares ${sharesText(unordered)}, and no dependency puts them in order`,
    place: order.place,
    remedy: `they run one after the other; ${orderRemedy(unordered, order)}`,
  };
}
