import { type Box, type Drawing, MARGIN } from './drawing.js';

/** The side of a task's square, with the air round its mark. */
const CELL = 14;
/** A column of more tasks than this goes on beside itself. */
const MOST_IN_A_ROW = 60;
const BETWEEN = 10;

/** Marks without names, in columns by how many dependencies lie before them along the longest way. */
export function mapLayout(ranks: readonly number[]): Drawing {
  const tall = Math.max(MOST_IN_A_ROW, Math.ceil(Math.sqrt(ranks.length / 2)));
  const sizes: number[] = [];
  for (const rank of ranks) sizes[rank] = (sizes[rank] ?? 0) + 1;
  const starts: number[] = [];
  let x = MARGIN;
  for (const size of sizes) {
    starts.push(x);
    x += Math.ceil(size / tall) * CELL + BETWEEN;
  }
  const placed = sizes.map(() => 0);
  const boxes: Box[] = ranks.map((rank) => {
    const at = placed[rank] ?? 0;
    placed[rank] = at + 1;
    const column = Math.floor(at / tall);
    return { x: (starts[rank] ?? 0) + column * CELL, y: MARGIN + (at % tall) * CELL, width: CELL, height: CELL };
  });
  const rows = Math.min(tall, Math.max(0, ...sizes));
  return { kind: 'map', width: x - BETWEEN + MARGIN, height: rows * CELL + 2 * MARGIN, boxes, edges: [], implied: 0 };
}
