/** A drawing as SVG: for the page, which colours and moves it, and as a picture that stands alone. */
import { printable } from '../../diagnostic.js';
import { Markup, markup, tenth } from '../markup.js';
import { type Drawing, type Edge, type GraphTask, LONGEST_LABEL } from './drawing.js';
import { COLOUR, LOOK_WORD, LOOKS, type Look, lookOf, markSymbols, outline } from './marks.js';

/**
 * Edges and tasks.
 * @param linked whether every task is a link, to be told apart by its number in the backlog's order
 */
export function graphBody(drawing: Drawing, tasks: readonly GraphTask[], linked: boolean): Markup {
  if (drawing.kind === 'map') return mapBody(drawing, tasks);
  const edges = drawing.edges.map((edge) => markup`<path d="${curve(edge)}" data-e="${`${edge.from} ${edge.to}`}"/>`);
  const nodes = tasks.map((task, at) => node(task, at, drawing, linked));
  return markup`<g class="edges">${edges}</g><g class="nodes">${nodes}</g>`;
}

function node(task: GraphTask, at: number, drawing: Drawing, linked: boolean): Markup {
  const box = drawing.boxes[at] ?? { x: 0, y: 0, width: 0, height: 0 };
  const look = lookOf(task);
  const name = printable(task.name);
  const label = name.length > LONGEST_LABEL ? `${name.slice(0, LONGEST_LABEL - 1)}…` : name;
  const [x, y] = [tenth(box.x), tenth(box.y)];
  const place = markup`class="${`s-${look}`}" transform="translate(${x} ${y})"`;
  const body = markup`<rect width="${tenth(box.width)}" height="${box.height}" rx="4"/><use href="${`#m-${look}`}" x="6" y="6" width="14" height="14"/><text x="27" y="17">${label}</text>`;
  if (!linked) return markup`<g ${place}>${body}<title>${tooltip(task, look)}</title></g>`;
  // What is seen is a part of what is heard, also where it had to be cut.
  const said = `${label === name ? name : `${label} ${name}`}, ${LOOK_WORD[look]}`;
  const href = `#task=${encodeURIComponent(name)}`;
  return markup`<a ${place} href="${href}" data-t="${at}" tabindex="-1" aria-label="${said}">${body}</a>`;
}

function tooltip(task: GraphTask, look: Look): string {
  const title = task.title === '' ? '' : `\n${printable(task.title)}`;
  return `${printable(task.name)}: ${LOOK_WORD[look]}${title}`;
}

/** From side to side in soft bows, through every place that the layout keeps free for the edge. */
function curve({ points }: Edge): string {
  const [first, ...rest] = points;
  if (first === undefined) return '';
  let [path, before] = [`M${tenth(first.x)} ${tenth(first.y)}`, first];
  for (const point of rest) {
    const half = tenth((before.x + point.x) / 2);
    path += `C${half} ${tenth(before.y)} ${half} ${tenth(point.y)} ${tenth(point.x)} ${tenth(point.y)}`;
    before = point;
  }
  return path;
}

/** One path for each state: thousands of elements would be slow, and say no more. */
function mapBody(drawing: Drawing, tasks: readonly GraphTask[]): Markup {
  const paths = new Map<Look, string[]>();
  tasks.forEach((task, at) => {
    const box = drawing.boxes[at];
    if (box === undefined) return;
    const look = lookOf(task);
    const known = paths.get(look) ?? [];
    paths.set(look, known);
    known.push(outline(look, box.x + box.width / 2, box.y + box.height / 2));
  });
  const marks = [...paths].map(
    ([look, shapes]) => markup`<path class="${`s-${look}`}" fill-rule="evenodd" d="${shapes.join('')}"/>`,
  );
  return markup`<g class="map">${marks}</g>`;
}

// Written out twice, without variables: what shows a picture that stands alone is often no browser.
const rules = (theme: 0 | 1): string => {
  const [ground, ink, line, box] =
    theme === 0 ? ['#ffffff', '#1d1f23', '#b9bdc4', '#f7f7f5'] : ['#16181b', '#e9e9e7', '#4a4f57', '#1e2125'];
  const states = LOOKS.map(
    (look) => `.s-${look}{color:${COLOUR[look][theme]}}.s-${look} rect{stroke:${COLOUR[look][theme]}}`,
  );
  return `.ground{fill:${ground}}.edges path{stroke:${line}}rect{fill:${box}}text{fill:${ink}}.cut{stroke:${box}}.map .cut{stroke:${ground}}${states.join('')}.map path{fill:currentColor}`;
};

/** graph.svg: opens by itself, light or dark as its viewer likes it. */
export function graphSvg(drawing: Drawing, tasks: readonly GraphTask[]): string {
  const { width, height } = drawing;
  const style = new Markup(
    `.edges path{fill:none;stroke-width:1.2}rect{stroke-width:1.2}text{font:11.5px ui-monospace,Menlo,Consolas,monospace}a{text-decoration:none}${rules(0)}@media(prefers-color-scheme:dark){${rules(1)}}`,
  );
  const size = markup`width="${Math.ceil(width)}" height="${Math.ceil(height)}" viewBox="0 0 ${Math.ceil(width)} ${Math.ceil(height)}"`;
  const named = markup`<title>The task graph: ${tasks.length} tasks</title>`;
  const body = graphBody(drawing, tasks, false);
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img">${named}<style>${style}</style><defs>${markSymbols()}</defs><rect class="ground" width="100%" height="100%"/>${body}</svg>\n`;
}
