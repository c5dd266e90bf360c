import { LOOKS, outline } from '../../graph/marks.js';
import { markup } from '../../markup.js';
import type { Shown } from './filter.js';
import type { Model } from './model.js';
import { around } from './page.js';

/** How the tasks of a drawing are reached: as elements, or as marks on a map. */
export interface Nodes {
  /** The middle of a task in the drawing. */
  middle(number: number): { readonly x: number; readonly y: number };
  /** The task at a place, -1 where there is none. */
  at(event: MouseEvent): number;
  /** Shows which task is looked at, and what it is tied to. */
  look(number: number): void;
  dim(shown: Shown): void;
}

/** The tasks of the drawing that the page shows. */
export function graphNodes(model: Model, svg: SVGSVGElement): Nodes {
  return model.wire.graph === 'map' ? marksOnMap(model, svg) : boxes(model, svg);
}

function boxes(model: Model, svg: SVGSVGElement): Nodes {
  const links = [...svg.querySelectorAll<SVGAElement>('a[data-t]')];
  const middles = links.map((link) => {
    const [x = 0, y = 0] = (link.getAttribute('transform') ?? '').match(/-?[\d.]+/g)?.map(Number) ?? [];
    return { x: x + Number(link.firstElementChild?.getAttribute('width') ?? 0) / 2, y: y + 13 };
  });
  const edges = [...svg.querySelectorAll('path[data-e]')].map((path) => {
    const [from = -1, to = -1] = (path.getAttribute('data-e') ?? '').split(' ').map(Number);
    return { path, from, to };
  });
  return {
    middle: (number) => middles[number] ?? { x: 0, y: 0 },
    at: (event) => Number(around(event, 'a[data-t]')?.getAttribute('data-t') ?? -1),
    look(number) {
      links.forEach((link, at) => {
        link.classList.toggle('here', at === number);
      });
      for (const { path, from, to } of edges) path.classList.toggle('tie', from === number || to === number);
    },
    dim(shown) {
      const off = (number: number): boolean => shown !== null && !shown[number];
      for (const { number } of model.tasks) links[number]?.classList.toggle('off', off(number));
      for (const { path, from, to } of edges) path.classList.toggle('off', off(from) || off(to));
    },
  };
}

/** How near to the middle of a mark a click has to be. */
const NEAR = 8;

function marksOnMap({ tasks }: Model, svg: SVGSVGElement): Nodes {
  const middle = (number: number) => {
    const [x, y] = tasks[number]?.at ?? [0, 0];
    return { x, y };
  };
  const drawn = svg.querySelector('.map');
  const group = (name: string): SVGGElement => {
    const made = document.createElementNS('http://www.w3.org/2000/svg', 'g');
    made.setAttribute('class', name);
    svg.append(made);
    return made;
  };
  const wanted = group('map');
  const ties = group('ties');
  const cells = new Map(tasks.flatMap(({ at, number }) => (at === undefined ? [] : [[cellOf(at[0], at[1]), number]])));
  const line = (from: number, to: number) => {
    const [a, b] = [middle(from), middle(to)];
    return markup`<path d="${`M${a.x} ${a.y}L${b.x} ${b.y}`}"/>`;
  };
  return {
    middle,
    at({ clientX, clientY }) {
      const { left, top, width } = svg.getBoundingClientRect();
      const scale = svg.viewBox.baseVal.width / width;
      const [x, y] = [(clientX - left) * scale, (clientY - top) * scale];
      for (const [dx, dy] of [
        [0, 0],
        [-1, 0],
        [1, 0],
        [0, -1],
        [0, 1],
      ] as const) {
        const number = cells.get(cellOf(x + dx * NEAR, y + dy * NEAR));
        const { x: mx, y: my } = middle(number ?? -1);
        if (number !== undefined && Math.hypot(mx - x, my - y) <= NEAR) return number;
      }
      return -1;
    },
    look(number) {
      const task = tasks[number];
      const { x, y } = middle(number);
      const tied = (task?.needs ?? []).map((need) => line(need, number));
      const waits = (task?.neededBy ?? []).slice(0, 200).map((next) => line(number, next));
      const ring = markup`<circle cx="${x}" cy="${y}" r="9"/>`;
      ties.innerHTML = task === undefined ? '' : markup`${tied}${waits}${ring}`.text;
    },
    dim(shown: Shown) {
      drawn?.classList.toggle('off', shown !== null);
      wanted.innerHTML = LOOKS.map((look) => {
        const marks = tasks.filter((task) => shown?.[task.number] === true && task.look === look);
        const path = marks.map(({ at = [0, 0] }) => outline(look, at[0], at[1])).join('');
        return markup`<path class="${`s-${look}`}" fill-rule="evenodd" d="${path}"/>`.text;
      }).join('');
    },
  };
}

/** Marks stand further apart than a cell is wide: one to a cell. */
function cellOf(x: number, y: number): string {
  return `${Math.floor(x / 7)} ${Math.floor(y / 7)}`;
}
