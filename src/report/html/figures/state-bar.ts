import { LOOKS, type Look } from '../../graph/marks.js';
import { type Markup, markup, tenth } from '../../markup.js';
import type { Totals } from '../../shape.js';

const WIDTH = 1000;
/** One task of ten thousand is still seen. */
const LEAST = 4;

/** How many tasks are in each state, as they are shown; the states that no task is in are left out. */
export function countsByLook(totals: Totals): { look: Look; count: number }[] {
  const count: Readonly<Record<Look, number>> = { ...totals, done: totals.done - totals.unverified };
  return LOOKS.map((look) => ({ look, count: count[look] })).filter((one) => one.count > 0);
}

/** All tasks as one bar, what is done on the left. Its numbers stand in the legend below it. */
export function stateBar(totals: Totals): Markup {
  const counts = countsByLook(totals).reverse();
  const spare = WIDTH - LEAST * counts.length;
  let x = 0;
  const parts = counts.map(({ look, count }) => {
    const width = LEAST + (spare * count) / totals.tasks;
    const part = markup`<rect class="${`s-${look}`}" x="${tenth(x)}" width="${tenth(Math.max(1, width - 2))}" height="12"/>`;
    x += width;
    return part;
  });
  return markup`<svg class="state-bar" viewBox="0 0 ${WIDTH} 12" preserveAspectRatio="none" aria-hidden="true">${parts}</svg>`;
}
