/** The drawn graph: zoomed, dragged, walked through by keys, and dimmed where a filter leaves tasks out. */
import { LOOK_WORD } from '../../graph/marks.js';
import type { Shown } from './filter.js';
import { graphNodes } from './graph-nodes.js';
import { byUrgency, type Model } from './model.js';
import { around, byId } from './page.js';
import { zooming } from './zoom.js';

const KEYS = ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'] as const;

/** Sets the graph going; what is given dims what a filter leaves out. */
export function showGraph(model: Model, open: (number: number) => void): (shown: Shown) => void {
  const box = byId('graph');
  const here = byId('graph-here');
  const svg = box.querySelector('svg');
  if (svg === null || model.tasks.length === 0) return () => undefined;
  const nodes = graphNodes(model, svg);
  const zoom = zooming(box, svg);
  let current = -1;
  let isShown: Shown = null;

  const look = (number: number): void => {
    current = number;
    const task = model.tasks[number];
    const title = task === undefined ? '' : model.text(task.title);
    here.textContent =
      task === undefined ? '' : `${task.name}: ${LOOK_WORD[task.look]}${title === '' ? '' : `. ${title}`}`;
    nodes.look(number);
  };
  const first = [...model.tasks].sort(byUrgency)[0]?.number ?? 0;
  const go = (key: string): void => {
    const next = current === -1 ? first : neighbour(key);
    if (next === -1) return;
    look(next);
    zoom.reveal(nodes.middle(next));
  };
  // To the nearest on that side: left and right among what it is tied to, up and down among all in its column.
  const neighbour = (key: string): number => {
    const task = model.tasks[current];
    if (task === undefined) return -1;
    const from = nodes.middle(current);
    const tied = key === 'ArrowLeft' ? (task.needs ?? []) : key === 'ArrowRight' ? task.neededBy : null;
    const candidates = tied ?? model.tasks.map(({ number }) => number);
    let best = { number: -1, far: Number.POSITIVE_INFINITY };
    for (const number of candidates) {
      if (number === current || (isShown !== null && !isShown[number])) continue;
      const { x, y } = nodes.middle(number);
      const across = Math.abs(x - from.x);
      const along = y - from.y;
      if (tied === null && (across > 100 || (key === 'ArrowUp' ? along >= 0 : along <= 0))) continue;
      const far = Math.abs(along) + across * (tied === null ? 3 : 1);
      if (far < best.far) best = { number, far };
    }
    return best.number;
  };

  box.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (KEYS.some((key) => key === event.key)) go(event.key);
    else if (event.key === 'Enter' && current !== -1) open(current);
    else if (event.key === '+' || event.key === '=') zoom.step(1);
    else if (event.key === '-') zoom.step(-1);
    else if (event.key === '0') zoom.step(0);
    else if (event.key === 'Escape') look(-1);
    else return;
    event.preventDefault();
  });
  box.addEventListener('mousemove', (event) => {
    const number = nodes.at(event);
    if (number !== -1 && number !== current) look(number);
    box.classList.toggle('over', number !== -1);
  });
  box.addEventListener('click', (event) => {
    event.preventDefault();
    const number = nodes.at(event);
    if (!zoom.wasDragged() && number !== -1) open(number);
  });
  const tools = document.querySelector<HTMLElement>('.tools');
  if (tools !== null) tools.hidden = false;
  tools?.addEventListener('click', (event) => {
    const step = around(event, '[data-zoom]')?.getAttribute('data-zoom');
    if (step === 'fit') zoom.fit();
    else if (step != null) zoom.step(Number(step));
  });
  zoom.begin(nodes.middle(first));
  return (shown) => {
    isShown = shown;
    nodes.dim(shown);
    const hit = shown?.indexOf(true) ?? -1;
    if (hit !== -1) zoom.reveal(nodes.middle(hit));
  };
}
