import { graphlib, layout } from '@dagrejs/dagre';
import { boxWidth, COLUMN_GAP, type Drawing, GAP, left, MARGIN, NODE_HEIGHT, right } from './drawing.js';
import type { Depends } from './reduce.js';

/** By Dagre, from left to right: few crossings, short edges. */
export function dagreLayout(names: readonly string[], depends: Depends): Omit<Drawing, 'implied'> {
  const graph = new graphlib.Graph();
  graph.setGraph({ rankdir: 'LR', nodesep: GAP, edgesep: 4, ranksep: COLUMN_GAP, marginx: MARGIN, marginy: MARGIN });
  graph.setDefaultEdgeLabel(() => ({}));
  names.forEach((name, at) => {
    graph.setNode(String(at), { width: boxWidth(name), height: NODE_HEIGHT });
  });
  depends.forEach((direct, at) => {
    for (const from of direct) graph.setEdge(String(from), String(at));
  });
  if (names.length > 0) layout(graph);
  const boxes = names.map((_, at) => {
    const { x = 0, y = 0, width = 0, height = 0 } = graph.node(String(at));
    return { x: x - width / 2, y: y - height / 2, width, height };
  });
  const edges = graph.edges().map(({ v, w }) => ({
    from: Number(v),
    to: Number(w),
    // Its own first and last points lie anywhere on the boxes' rims: from side to side reads better.
    points: [right(boxes[Number(v)]), ...(graph.edge(v, w).points ?? []).slice(1, -1), left(boxes[Number(w)])],
  }));
  const { width = 0, height = 0 } = graph.graph();
  return { kind: 'dagre', width: Math.max(width, 0) || MARGIN, height: Math.max(height, 0) || MARGIN, boxes, edges };
}
