/** The drawn graph: nothing hides anything else, and what depends on something stands behind it. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Drawing, GraphTask } from '../src/report/graph/drawing.js';
import { layeredLayout } from '../src/report/graph/layers.js';
import { layout } from '../src/report/graph/layout.js';
import { LOOKS, outline } from '../src/report/graph/marks.js';
import { reduced } from '../src/report/graph/reduce.js';
import { graphSvg } from '../src/report/graph/svg.js';
import { graphTasks } from '../src/report/graph/tasks.js';
import { graphDot, graphMermaid } from '../src/report/graph.js';
import { busyBacklog } from './rig/busy-backlog.js';
import { tagsOf } from './rig/page.js';
import { withProject } from './rig/project.js';
import { ENTRIES } from './rig/real-backlog.js';
import { assert, suite } from './rig/suite.js';

const test = suite('html: the graph');

const tasksOf = (size: number): GraphTask[] => graphTasks(busyBacklog(size).facts().backlog);

function nothingHidden({ boxes }: Drawing): void {
  const sorted = [...boxes].sort((a, b) => a.y - b.y || a.x - b.x);
  sorted.forEach((box, at) => {
    for (const other of sorted.slice(at + 1)) {
      if (other.y >= box.y + box.height) break;
      const apart = other.x >= box.x + box.width || box.x >= other.x + other.width;
      assert.ok(apart, `${JSON.stringify(box)} and ${JSON.stringify(other)}`);
    }
  });
}

function behind({ boxes, edges }: Drawing): void {
  for (const { from, to } of edges) {
    const [start, end] = [boxes[from], boxes[to]];
    assert.ok(start !== undefined && end !== undefined && start.x + start.width <= end.x, `${from} → ${to}`);
  }
}

for (const [size, kind] of [
  [1, 'dagre'],
  [150, 'dagre'],
  [1000, 'layers'],
] as const) {
  test(`${size} tasks, by ${kind}: no box on another, every edge from left to right, all within the drawing`, () => {
    const drawing = layout(tasksOf(size));
    assert.is(drawing.kind, kind);
    assert.is(drawing.boxes.length, size);
    nothingHidden(drawing);
    behind(drawing);
    for (const { x, y, width, height } of drawing.boxes) {
      assert.ok(x >= 0 && y >= 0 && x + width <= drawing.width && y + height <= drawing.height);
    }
  });
}

test('five thousand tasks are a map: a place of its own for each', () => {
  const { kind, boxes } = layout(tasksOf(5000));
  assert.is(kind, 'map');
  assert.is(new Set(boxes.map(({ x, y }) => `${x} ${y}`)).size, 5000);
});

test('columns keep a long way straight enough: the drawing is not much taller than its longest column', () => {
  const chain = Array.from({ length: 200 }, (_, at) => (at === 0 ? [] : [at - 1]));
  const { height, boxes } = layeredLayout(
    chain.map((_, at) => `t${at}`),
    chain,
  );
  assert.ok(height < 120, `${height}`);
  assert.is(boxes.length, 200);
});

test('what a longer way implies is not drawn, all else is', () => {
  assert.equal(reduced([[], [0], [0, 1], [0, 1, 2], []]), [[], [0], [1], [2], []]);
  assert.equal(reduced([[], [], [0, 1]]), [[], [], [0, 1]]);
  const wide = Array.from({ length: 70 }, (_, at) => Array.from({ length: at }, (_, other) => other));
  assert.equal(
    reduced(wide).map((direct) => direct.length),
    wide.map((_, at) => (at === 0 ? 0 : 1)),
  );
});

test('a task that depends on what is none of them, or comes after it, is drawn all the same', () => {
  const task = { title: '', group: null, state: 'pending', unverified: false } as const;
  const drawing = layout([
    { ...task, name: 'a', depends: ['gone', 'b', 'a'] },
    { ...task, name: 'b', depends: ['a'] },
  ]);
  assert.is(drawing.boxes.length, 2);
  assert.equal(
    drawing.edges.map(({ from, to }) => [from, to]),
    [[0, 1]],
  );
  assert.is(layout([]).boxes.length, 0);
});

test('every state has a shape of its own, not only a colour', () => {
  assert.is(new Set(LOOKS.map((look) => outline(look, 0, 0))).size, LOOKS.length);
});

test('the drawing of a real backlog names all its tasks, and stands alone', () => {
  const tasks = ENTRIES.map(({ name, title, depends }): GraphTask => {
    return { name, title, depends, group: null, state: 'pending', unverified: false };
  });
  const svg = graphSvg(layout(tasks), tasks);
  const names = [...svg.matchAll(/<text [^>]*>([^<]*)<\/text>/g)].map(([, text]) => text);
  assert.is(names.length, tasks.length);
  for (const { attributes } of tagsOf(svg)) {
    assert.not.ok(attributes.has('data-t'));
    const href = attributes.get('href');
    if (href !== undefined) assert.match(href, /^#m-/);
  }
  assert.match(svg, 'prefers-color-scheme:dark');
});

test('DOT and Mermaid tell states apart by shape', () => {
  const tasks = tasksOf(150);
  const [dot, mermaid] = [graphDot(tasks), graphMermaid(tasks)];
  const failed = tasks.find(({ state }) => state === 'failed')?.name ?? '';
  assert.match(dot, `"${failed}" [label="${failed}", tooltip="failed: Title of task`);
  assert.match(dot, 'peripheries=2');
  assert.match(mermaid, `[["${failed}"]]:::failed`);
  assert.is(
    mermaid.match(/-->/g)?.length,
    tasks.reduce((sum, { depends }) => sum + depends.length, 0),
  );
});

test('make graph writes all three beside the reports, and with --json prints the graph', () =>
  withProject({ tasks: { a: '# A\n', b: '---\ndepends: [a]\n---\n# B\n' } }, async (made) => {
    const ran = await made.make(['graph']);
    assert.is(ran.code, 0);
    assert.match(ran.stdout, /reports\/graph\.svg\nreports\/graph\.dot\nreports\/graph\.mmd\n/);
    assert.equal(readdirSync(join(made.root, 'reports')).sort(), ['.gitignore', 'graph.dot', 'graph.mmd', 'graph.svg']);
    const printed = await made.stepladder(['graph', '--json']);
    const graph: { tasks: { task: string; depends: string[]; state: string }[] } = JSON.parse(printed.stdout);
    assert.equal(
      graph.tasks.map(({ task, depends, state }) => ({ task, depends, state })),
      [
        { task: 'a', depends: [], state: 'pending' },
        { task: 'b', depends: ['a'], state: 'pending' },
      ],
    );
  }));
