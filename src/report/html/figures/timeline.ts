/** What was attempted when, a lane for each rung, the highest on top: climbing goes up. */
import { formatDuration } from '../../durations.js';
import { gist } from '../../gist.js';
import type { Look } from '../../graph/marks.js';
import { type Markup, markup, tenth } from '../../markup.js';
import type { Facts, TimelineAttempt } from '../../shape.js';
import { type TimeScale, timeScale } from './time-scale.js';

const WIDTH = 1120;
const LEFT = 150;
const ROW = 11;
const MOST_ROWS = 8;
/** What a letter of a label takes at most. */
const LABEL_LETTER = 7;
/** Bars that can still be told apart; what was earlier stands in report.json. */
const MOST = 1500;

/** An outcome looks like the state that it leads to. */
export const OUTCOME_LOOK: Readonly<Record<TimelineAttempt['outcome'], Look>> = {
  done: 'done',
  failed: 'failed',
  timeout: 'failed',
  blocked: 'blocked',
  question: 'waiting',
  transient: 'deferred',
  limit: 'deferred',
  environment: 'interrupted',
  interrupted: 'interrupted',
};

interface Lane {
  readonly rung: string;
  readonly bars: { attempt: TimelineAttempt; row: number }[];
  /** When each row is free again. */
  readonly rows: number[];
  top: number;
  height: number;
}

export interface TimelineFigure {
  readonly figure: Markup;
  /** Attempts that are drawn, and those there are. */
  readonly shown: number;
  readonly all: number;
}

/** Null where the journal tells of no attempt. */
export function timelineFigure(facts: Facts, rungs: readonly string[]): TimelineFigure | null {
  const all = facts.timeline.attempts;
  const attempts = all.slice(-MOST);
  const first = attempts[0];
  if (first === undefined) return null;
  const times = attempts.map(({ started, finished }) => ({ from: Date.parse(started), to: Date.parse(finished) }));
  const since = times.reduce((least, { from }) => Math.min(least, from), Number.POSITIVE_INFINITY);
  const scale = timeScale(times, LEFT, WIDTH - 12);
  const lanes = lanesOf(attempts, rungs);
  const bottom = (lanes.at(-1)?.top ?? 0) + (lanes.at(-1)?.height ?? 0);
  const reopenings = facts.reopenings.filter(({ time }) => Date.parse(time) >= since);
  const below = reopenings.length === 0 ? bottom : bottom + 24;
  const height = below + 26;
  const said = `${all.length} attempts by rung over time, ${facts.totals.escalations.total} escalations, ${facts.reopenings.length} reopenings. Every attempt at a task of the backlog stands in the table of tasks.`;
  const figure = markup`<svg class="timeline" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${said}">${[
    ...lanes.map(laneGround),
    ...axis(scale, below),
    ...escalations(facts, lanes, scale, since),
    ...lanes.flatMap((lane) => lane.bars.map(({ attempt, row }) => bar(attempt, lane.top + 4 + row * ROW, scale))),
    ...(reopenings.length === 0 ? [] : [markup`<text class="lane" x="0" y="${bottom + 17}">reopened</text>`]),
    ...reopenings.map(
      ({ task, by, time }) =>
        markup`<text class="reopened" x="${tenth(scale.at(Date.parse(time)))}" y="${bottom + 18}" data-task="${task}">↺<title>${`${task} reopened by ${by ?? 'hand'}`}</title></text>`,
    ),
  ]}</svg>`;
  return { figure, shown: attempts.length, all: all.length };
}

function lanesOf(attempts: readonly TimelineAttempt[], rungs: readonly string[]): Lane[] {
  const order = [...rungs, ...attempts.map(({ rung }) => rung)];
  const lanes = [...new Set(order)].map((rung): Lane => ({ rung, bars: [], rows: [], top: 0, height: 0 })).reverse();
  const byRung = new Map(lanes.map((lane) => [lane.rung, lane]));
  for (const attempt of [...attempts].sort((a, b) => (a.started < b.started ? -1 : 1))) {
    const lane = byRung.get(attempt.rung);
    if (lane === undefined) continue;
    const free = lane.rows.findIndex((until) => until <= Date.parse(attempt.started));
    const row = free !== -1 ? free : Math.min(lane.rows.length, MOST_ROWS - 1);
    lane.rows[row] = Date.parse(attempt.finished);
    lane.bars.push({ attempt, row });
  }
  let top = 0;
  for (const lane of lanes) {
    lane.top = top;
    lane.height = Math.max(1, lane.rows.length) * ROW + 11;
    top += lane.height;
  }
  return lanes;
}

function laneGround({ rung, top, height }: Lane, at: number): Markup {
  return markup`<rect class="${at % 2 === 0 ? 'lane even' : 'lane'}" x="${LEFT - 6}" y="${top}" width="${WIDTH - LEFT + 6}" height="${height}"/><text class="lane" x="0" y="${top + height / 2 + 4}">${gist(rung, 21)}</text>`;
}

function bar(attempt: TimelineAttempt, y: number, scale: TimeScale): Markup {
  const from = scale.at(Date.parse(attempt.started));
  const width = Math.max(2.5, scale.at(Date.parse(attempt.finished)) - from);
  const look = OUTCOME_LOOK[attempt.outcome];
  const title = `${attempt.task}, attempt ${attempt.attempt} on ${attempt.rung}: ${attempt.outcome} after ${formatDuration(attempt.durationMs)}${attempt.reason === '' ? '' : `\n${gist(attempt.reason, 160)}`}`;
  // By shape too: what was done is whole, what was not is half as high.
  const [top, height] = look === 'done' ? [y, 8] : [y + 2, 4];
  return markup`<g class="${`s-${look}`}" data-task="${attempt.task}"><rect x="${tenth(from)}" y="${top}" width="${tenth(width)}" height="${height}" rx="1.5"/><title>${title}</title></g>`;
}

function escalations(facts: Facts, lanes: readonly Lane[], scale: TimeScale, since: number): Markup[] {
  const middle = (rung: string): number | null => {
    const lane = lanes.find((one) => one.rung === rung);
    return lane === undefined ? null : lane.top + lane.height / 2;
  };
  return facts.timeline.escalations.flatMap(({ task, from, to, time }) => {
    const [start, end] = [middle(from), middle(to)];
    if (start === null || end === null || Date.parse(time) < since) return [];
    const x = tenth(scale.at(Date.parse(time)));
    const tip = end < start ? end + 5 : end - 5;
    const back = end < start ? tip + 5 : tip - 5;
    return [
      markup`<path class="climb" data-task="${task}" d="M${x} ${start}V${tip}M${tenth(x - 3)} ${back}L${x} ${tip}L${tenth(x + 3)} ${back}"><title>${`${task}: ${from} → ${to}`}</title></path>`,
    ];
  });
}

function axis(scale: TimeScale, y: number): Markup[] {
  let day = '';
  let free = 0;
  const labels = scale.ticks.map((tick) => {
    const [date = '', time = ''] = new Date(tick).toISOString().split('T');
    const clock = time.slice(0, tick % 60_000 === 0 ? 5 : 8);
    const label = date === day ? clock : `${date.slice(5)} ${clock}`;
    day = date;
    const x = tenth(scale.at(tick));
    // Half a label would be another time: at the right edge it ends where the others begin, if there is room.
    const long = label.length * LABEL_LETTER;
    const isLast = x + long > WIDTH;
    const fits = !isLast || x - long > free;
    free = x + long;
    const text = markup`<text class="${isLast ? 'tick last' : 'tick'}" x="${x}" y="${y + 17}">${label}</text>`;
    return markup`<path class="tick" d="M${x} 0V${y + 4}"/>${fits ? text : null}`;
  });
  const gaps = scale.gaps.map(
    ({ x, ms }) =>
      markup`<path class="gap" d="M${tenth(x)} 0V${y}"><title>${`${formatDuration(ms)} in which nothing ran`}</title></path>`,
  );
  return [...labels, ...gaps];
}
