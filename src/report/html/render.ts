/** The page's templates (Nunjucks, everything escaped unless it is markup of ours), and what they word values with. */
import { Environment, type ILoader } from 'nunjucks';
import { whereIs } from '../chain.js';
import { formatCount, formatDuration, formatMoment, formatUsd, plural } from '../durations.js';
import { cut, gist } from '../gist.js';
import type { Look } from '../graph/marks.js';
import { noNextStep, runLength } from '../headline.js';
import { markup, tenth } from '../markup.js';
import type { Facts, Stop } from '../shape.js';
import { toRead, WAITS } from '../waits.js';
import { showCommand } from './pack.js';
import backlog from './templates/backlog.njk';
import causes from './templates/causes.njk';
import figures from './templates/figures.njk';
import page from './templates/page.njk';
import parts from './templates/parts.njk';
import rest from './templates/rest.njk';
import summary from './templates/summary.njk';
import waiting from './templates/waiting.njk';

const TEMPLATES: Readonly<Record<string, string>> = {
  'page.njk': page,
  'parts.njk': parts,
  'waiting.njk': waiting,
  'summary.njk': summary,
  'causes.njk': causes,
  'backlog.njk': backlog,
  'figures.njk': figures,
  'rest.njk': rest,
};

const loader: ILoader = {
  getSource: (name: string) => ({ src: TEMPLATES[name] ?? '', path: name, noCache: false }),
};

const STOP_LOOK: Readonly<Record<Stop['kind'], Look>> = {
  halted: 'interrupted',
  failed: 'failed',
  blocked: 'blocked',
  interrupted: 'interrupted',
};

const MOST_LINES = 40;
const LONGEST_BLOCK = 4000;

/** The page of these facts, with all that is drawn and counted already. */
export function renderPage(facts: Facts, view: Readonly<Record<string, unknown>>): string {
  const environment = new Environment(loader, {
    autoescape: true,
    throwOnUndefined: true,
    trimBlocks: true,
    lstripBlocks: true,
  });
  const filters: Readonly<Record<string, (value: never, ...more: never[]) => unknown>> = {
    duration: formatDuration,
    moment: formatMoment,
    noNextStep,
    runLength,
    toRead,
    usd: formatUsd,
    count: formatCount,
    plural: (count: number, word: string, many?: string) => plural(count, word, many),
    gist: (text: string, length: number) => gist(text, length),
    block: manyLines,
    capital: (text: string) => text.charAt(0).toUpperCase() + text.slice(1),
    first: (list: readonly unknown[], most: number) => list.slice(0, most),
    least: (numbers: readonly number[]) => Math.min(...numbers),
    where: whereIs,
    showCommand: (commit: string) => showCommand(facts.workspace, commit),
    told: (value: number | null, how: 'usd' | 'count') =>
      value === null ? 'not told' : how === 'usd' ? formatUsd(value) : formatCount(value),
    share: ([part, whole]: readonly [number, number]) => share(part, whole),
  };
  for (const [name, filter] of Object.entries(filters)) environment.addFilter(name, filter);
  // One whose file is broken or gone is named all the same, and has nothing to lead to.
  const names = new Set(facts.backlog.map(({ task }) => task));
  environment.addGlobal('isTask', (name: string) => names.has(name));
  return environment.render('page.njk', { ...view, waits: WAITS, stopLook: STOP_LOOK });
}

function manyLines(text: string): string {
  const lines = cut(text.trimEnd(), LONGEST_BLOCK).split('\n');
  const rest = lines.length - MOST_LINES;
  return rest > 0 ? [...lines.slice(0, MOST_LINES), `… ${rest} more lines`].join('\n') : lines.join('\n');
}

/** A part of a whole as a bar; its number stands beside it. */
function share(part: number, whole: number): string {
  const width = whole === 0 ? 0 : tenth((100 * part) / whole);
  return markup`<svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect class="ground" width="100" height="8"/><rect class="part" width="${width}" height="8"/></svg>`
    .text;
}
