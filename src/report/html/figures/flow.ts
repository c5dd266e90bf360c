/** How work climbed: a box for each rung, and between them ribbons as wide as there were escalations. */
import { formatDuration, plural } from '../../durations.js';
import { gist } from '../../gist.js';
import { type Markup, markup, tenth } from '../../markup.js';
import type { Totals } from '../../shape.js';

const BOX = 168;
const BETWEEN = 84;
const TOP = 44;
const TALLEST = 110;
const LEAST = 34;
const WIDEST = 30;
/** Wider ones do not become narrower than this (styles/figures.css): they are scrolled. */
const LEAST_WIDTH = 560;

/** Null where nothing was attempted. Its numbers stand in the tables beside it. */
export function flowFigure(totals: Totals): Markup | null {
  const { byRung } = totals.cost;
  if (byRung.length === 0) return null;
  const most = Math.max(...byRung.map(({ attempts }) => attempts));
  const widest = Math.max(1, ...totals.escalations.transitions.map(({ count }) => count));
  const middle = TOP + TALLEST / 2;
  const place = new Map(byRung.map(({ rung }, at) => [rung, at * (BOX + BETWEEN)]));
  const boxes = byRung.map(({ rung, attempts, durationMs }) => {
    const height = LEAST + ((TALLEST - LEAST) * attempts) / most;
    const x = (place.get(rung) ?? 0) + 1;
    return markup`<rect class="rung" x="${x}" y="${tenth(middle - height / 2)}" width="${BOX - 2}" height="${tenth(height)}" rx="5"/><text class="rung" x="${x + BOX / 2}" y="${middle - 2}">${gist(rung, 20)}</text><text class="count" x="${x + BOX / 2}" y="${middle + 13}">${`${plural(attempts, 'attempt')}, ${formatDuration(durationMs)}`}</text>`;
  });
  const ribbons = totals.escalations.transitions.flatMap(({ from, to, count }) => {
    const [start, end] = [place.get(from), place.get(to)];
    if (start === undefined || end === undefined) return [];
    const width = tenth(Math.max(2, (WIDEST * count) / widest));
    const next = end - start === BOX + BETWEEN;
    const path = next
      ? `M${start + BOX} ${middle}H${end - 7}`
      : `M${start + BOX / 2} ${middle - LEAST / 2}C${start + BOX} 4 ${end} 4 ${end + BOX / 2} ${middle - LEAST / 2}`;
    const x = next ? start + BOX + BETWEEN / 2 - 4 : (start + end + BOX) / 2;
    const y = next ? middle - width / 2 - 6 : 14;
    const tip = next
      ? markup`<path class="tip" d="M${end - 9} ${middle - width / 2 - 4}l9 ${width / 2 + 4}-9 ${width / 2 + 4}z"/>`
      : null;
    return [
      markup`<path class="ribbon" d="${path}" stroke-width="${width}"/>${tip}<text class="many" x="${x}" y="${y}">${count}</text>`,
    ];
  });
  const width = byRung.length * (BOX + BETWEEN) - BETWEEN;
  const said = totals.escalations.transitions.map(({ from, to, count }) => `${from} to ${to}: ${count}`).join(', ');
  return markup`<svg class="${width > LEAST_WIDTH ? 'flow wide' : 'flow'}" viewBox="0 0 ${width} ${TOP + TALLEST + 8}" width="${width}" role="img" aria-label="${`Escalations from rung to rung: ${said || 'none'}`}">${ribbons}${boxes}</svg>`;
}
