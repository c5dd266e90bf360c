/**
 * Columns: each task stands behind the last of what it depends on, and within its column near the middle of its
 * neighbours. Its time grows with tasks and edges only.
 */
import {
  type Box,
  boxWidth,
  COLUMN_GAP,
  type Drawing,
  type Edge,
  GAP,
  left,
  MARGIN,
  NODE_HEIGHT,
  right,
} from './drawing.js';
import { type Depends, ranksOf } from './reduce.js';

const SWEEPS = 8;
/** How much taller than its longest column the drawing may be. */
const AIR = 1.3;
const STEP = NODE_HEIGHT + GAP;

/** By columns of the longest way. */
export function layeredLayout(names: readonly string[], depends: Depends): Omit<Drawing, 'implied'> {
  const needed = neededBy(depends);
  const columns = columnsOf(nearer(ranksOf(depends), depends, needed));
  const heights = settle(columns, depends, needed);
  const boxes: Box[] = names.map(() => ({ x: 0, y: 0, width: 0, height: 0 }));
  let x = MARGIN;
  for (const column of columns) {
    const width = column.reduce((most, at) => Math.max(most, boxWidth(names[at] ?? '')), 0);
    for (const at of column) {
      const y = MARGIN + (heights[at] ?? 0) * STEP;
      boxes[at] = { x, y, width: boxWidth(names[at] ?? ''), height: NODE_HEIGHT };
    }
    x += width + COLUMN_GAP;
  }
  const edges: Edge[] = depends.flatMap((direct, to) =>
    direct.map((from) => ({ from, to, points: [right(boxes[from]), left(boxes[to])] })),
  );
  const bottom = boxes.reduce((most, box) => Math.max(most, box.y + box.height), 0);
  return { kind: 'layers', width: Math.max(x - COLUMN_GAP, 0) + MARGIN, height: bottom + MARGIN, boxes, edges };
}

function columnsOf(ranks: readonly number[]): number[][] {
  const columns: number[][] = [];
  ranks.forEach((rank, at) => {
    columns[rank] ??= [];
    columns[rank]?.push(at);
  });
  // One that everything has left is none.
  return Object.values(columns);
}

function neededBy(depends: Depends): number[][] {
  const needed: number[][] = depends.map(() => []);
  depends.forEach((direct, at) => {
    for (const from of direct) needed[from]?.push(at);
  });
  return needed;
}

/** What needs less than needs it moves to the right, up to those: else the first column holds all that needs nothing. */
function nearer(ranks: number[], depends: Depends, needed: Depends): number[] {
  const moved = [...ranks];
  for (let at = depends.length - 1; at >= 0; at -= 1) {
    const next = (needed[at] ?? []).reduce((least, to) => Math.min(least, moved[to] ?? 0), Number.POSITIVE_INFINITY);
    const isLoose = (depends[at]?.length ?? 0) < (needed[at]?.length ?? 0);
    if (isLoose && Number.isFinite(next)) moved[at] = Math.max(moved[at] ?? 0, next - 1);
  }
  return moved;
}

/** The place of each task in its column, from 0 at the top; a column moves towards its neighbours, to and fro. */
function settle(columns: readonly number[][], depends: Depends, needed: Depends): number[] {
  const place: number[] = depends.map(() => 0);
  const rows = Math.ceil(columns.reduce((most, { length }) => Math.max(most, length), 0) * AIR);
  for (const column of columns) put(column, place, rows);
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    const forth = sweep % 2 === 0;
    for (const column of forth ? columns : [...columns].reverse()) {
      const wish = new Map(
        column.map((at) => [at, middle((forth ? depends : needed)[at] ?? [], place) ?? place[at] ?? 0]),
      );
      column.sort((a, b) => (wish.get(a) ?? 0) - (wish.get(b) ?? 0) || a - b);
      put(column, place, rows, wish);
    }
  }
  const top = place.reduce((least, at) => Math.min(least, at), Number.POSITIVE_INFINITY);
  return place.map((at) => at - (Number.isFinite(top) ? top : 0));
}

/**
 * One below the other, each where it wishes to be or as near as those before it leave room, none below the last row:
 * else long ways would drift apart, and nobody could see the whole.
 */
function put(column: readonly number[], place: number[], rows: number, wish?: ReadonlyMap<number, number>): void {
  let next = 0;
  column.forEach((at, index) => {
    const lowest = rows - column.length + index;
    const got = Math.min(Math.max(Math.round(wish?.get(at) ?? 0), next), lowest);
    place[at] = got;
    next = got + 1;
  });
}

function middle(neighbours: readonly number[], place: readonly number[]): number | null {
  if (neighbours.length === 0) return null;
  return neighbours.reduce((sum, at) => sum + (place[at] ?? 0), 0) / neighbours.length;
}
