/**
 * A view as lines for a terminal of a given size. Pure: the same view and size give the same lines.
 *
 *     ▶ openai-streaming-chat  sonnet/thinking  attempt 2 (repair)  4m 12s  Edit src/openai-stream.js
 *     ▶ vcr-makefile           sonnet/none      attempt 1           12s     check: make check
 *     ━━━━━━━━━━━━━━━━━━━─────────── 5/8 done · 1 failed · 3 remaining · about 1h 12m · $4.20 of $50.00
 *
 * Where there is little width a step takes two lines, where there is little height one, and what does not fit is counted.
 */
import pc from 'picocolors';
import { cutTo, exactly, flow, plain, widthOf } from './fit.js';
import { attemptText, clock, doingText, summary } from './summary.js';
import type { Counts, LiveStep, LiveView } from './view.js';

export interface Look {
  readonly columns: number;
  /** Lines that the view may take at most. */
  readonly rows: number;
  readonly colours: boolean;
}

type Paint = ReturnType<typeof pc.createColors>;

/** Below this a step takes two lines; and where less than this is left for the last action. */
const NARROW = 72;
const LEAST_ACTION = 20;
const GAP = '  ';
const LONGEST_NAME = 34;
const LONGEST_CELL = 24;
const LONGEST_TIME = 12;
const WIDEST_BAR = 30;

/** The view as lines, none wider than `columns`, no more than `rows` of them (but one, where rows is less). */
export function renderView(view: LiveView, { columns, rows, colours }: Look): string[] {
  const paint = pc.createColors(colours);
  const foot = footer(view, Math.max(1, columns), paint).slice(0, Math.max(1, rows));
  return [...steps(view.running, Math.max(1, columns), rows - foot.length, paint), ...foot];
}

function steps(running: readonly LiveStep[], columns: number, rows: number, paint: Paint): string[] {
  if (running.length === 0 || rows <= 0) return [];
  const isNarrow = columns < NARROW || columns - widthOfHeads(running, columns) < LEAST_ACTION;
  const twoLines = isNarrow && running.length * 2 <= rows;
  const shown = running.slice(0, twoLines || running.length <= rows ? running.length : rows - 1);
  const lines = twoLines
    ? shown.flatMap((step) => apart(step, columns, paint))
    : isNarrow
      ? shown.map((step) => alone(step, columns))
      : table(shown, columns, paint);
  const more = running.length - shown.length;
  return more === 0 ? lines : [...lines, paint.dim(cutTo(`  … and ${more} more running`, columns))];
}

/** One step on two lines: name and time, then rung, attempt and last action. */
function apart(step: LiveStep, columns: number, paint: Paint): string[] {
  const { task, elapsedMs, rung, attempt } = step;
  const time = clock(elapsedMs);
  const room = columns - widthOf(time) - 1;
  const first = room < 8 ? cutTo(`▶ ${task}`, columns) : `${paint.cyan(exactly(`▶ ${task}`, room))} ${time}`;
  const number = attempt === 0 ? '' : ` #${attempt}`;
  return [first, cutTo(`  ${plain(rung)}${number} ${plain(doingText(step))}`, columns)];
}

interface Cells {
  readonly name: string;
  readonly rung: string;
  readonly attempt: string;
  readonly time: string;
}

const cellsOf = (step: LiveStep): Cells => ({
  name: `▶ ${step.task}`,
  rung: plain(step.rung),
  attempt: attemptText(step),
  time: clock(step.elapsedMs),
});

/** How wide each column has to be. */
function widths(cells: readonly Cells[], columns: number): Record<keyof Cells, number> {
  const widest = (key: keyof Cells, most: number): number =>
    Math.min(most, Math.max(...cells.map((cell) => widthOf(cell[key]))));
  return {
    name: widest('name', Math.min(LONGEST_NAME, Math.floor(columns / 3))),
    rung: widest('rung', LONGEST_CELL),
    attempt: widest('attempt', LONGEST_CELL),
    time: widest('time', LONGEST_TIME),
  };
}

/** Columns before the last action. */
function widthOfHeads(running: readonly LiveStep[], columns: number): number {
  const { name, rung, attempt, time } = widths(running.map(cellsOf), columns);
  return name + rung + attempt + time + 4 * GAP.length;
}

/** One step on one line where there is room for no more: the name, and how long it takes, before all else. */
function alone(step: LiveStep, columns: number): string {
  const { name, time, rung } = cellsOf(step);
  return cutTo(`${cutTo(name, Math.ceil(columns / 2))} ${time} ${rung} ${plain(doingText(step))}`, columns);
}

/** One line a step, the cells beneath each other; the last action gets what is left. */
function table(shown: readonly LiveStep[], columns: number, paint: Paint): string[] {
  const wide = widths(shown.map(cellsOf), columns);
  return shown.map((step) => {
    const cell = cellsOf(step);
    const name = paint.cyan(exactly(cell.name, wide.name));
    const attempt = paint.dim(exactly(cell.attempt, wide.attempt));
    const [rung, time] = [exactly(cell.rung, wide.rung), exactly(cell.time, wide.time)];
    return cutTo([name, rung, attempt, time, plain(doingText(step))].join(GAP), columns);
  });
}

function footer(view: LiveView, columns: number, paint: Paint): string[] {
  const width = Math.min(WIDEST_BAR, Math.floor(columns / 3));
  const [first = '', ...rest] = summary(view);
  const drawn = view.counts === null || width < 4 ? first : `${bar(view.counts, width, paint)} ${first}`;
  const ending = view.ending === null ? [] : [paint.yellow(cutTo(`■ ${plain(view.ending)}`, columns))];
  return [
    ...flow(
      [drawn, ...rest].filter((part) => part !== ''),
      columns,
    ),
    ...ending,
  ];
}

/** What is done, then what failed, then what waits or is blocked; each that is there takes a column at least. */
function bar({ tasks, done, failed, blocked, waiting }: Counts, width: number, paint: Paint): string {
  let left = width;
  const share = (count: number): number => {
    if (count === 0 || tasks === 0) return 0;
    const columns = Math.min(left, Math.max(1, Math.floor((count / tasks) * width)));
    left -= columns;
    return columns;
  };
  const [red, yellow] = [share(failed), share(blocked + waiting)];
  const green = done === tasks ? left : share(done);
  left = width - red - yellow - green;
  return [
    paint.green('━'.repeat(green)),
    paint.red('╍'.repeat(red)),
    paint.yellow('┅'.repeat(yellow)),
    paint.dim('─'.repeat(left)),
  ].join('');
}
