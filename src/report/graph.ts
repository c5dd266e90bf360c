/** The task graph as text for other programs to draw: Graphviz and Mermaid. Pure; titles are only ever quoted text. */
import { printable } from '../diagnostic.js';
import type { GraphTask } from './graph/drawing.js';
import { COLOUR, LOOK_WORD, LOOKS, type Look, lookOf } from './graph/marks.js';

/** The nearest to our own marks that Graphviz has, and that Mermaid has. */
const SHAPE: Readonly<Record<Look, readonly [dot: string, before: string, after: string]>> = {
  done: ['shape=box, style=rounded', '([', '])'],
  unverified: ['shape=box, style="rounded,dashed"', '(', ')'],
  deferred: ['shape=box, style=dashed', '[/', '/]'],
  failed: ['shape=box, peripheries=2', '[[', ']]'],
  blocked: ['shape=diamond', '{', '}'],
  waiting: ['shape=house', '>', ']'],
  interrupted: ['shape=parallelogram', '[\\', '\\]'],
  running: ['shape=cds', '{{', '}}'],
  pending: ['shape=box', '[', ']'],
};

const dotText = (text: string): string => `"${printable(text).replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;

/** DOT: states by shape and colour, edges from a dependency to what needs it. */
export function graphDot(tasks: readonly GraphTask[]): string {
  const lines = tasks.flatMap((task) => {
    const look = lookOf(task);
    const tooltip = `${LOOK_WORD[look]}${task.title === '' ? '' : `: ${task.title}`}`;
    const [shape] = SHAPE[look];
    const color = dotText(COLOUR[look][0]);
    const name = dotText(task.name);
    return [
      `  ${name} [label=${name}, tooltip=${dotText(tooltip)}, ${shape}, color=${color}];`,
      ...task.depends.map((dependency) => `  ${dotText(dependency)} -> ${name};`),
    ];
  });
  return ['digraph backlog {', '  rankdir=LR;', ...lines, '}', ''].join('\n');
}

/** Mermaid escapes by numeric entities, not by backslashes. */
const mermaidText = (text: string): string =>
  printable(text).replace(/[^A-Za-z0-9 ._/-]/gu, (sign) => `#${sign.codePointAt(0) ?? 0};`);

/** Mermaid: states by shape and by the colour of the rim. */
export function graphMermaid(tasks: readonly GraphTask[]): string {
  const ids = new Map(tasks.map(({ name }, at) => [name, `t${at}`]));
  const lines = tasks.flatMap((task) => {
    const id = ids.get(task.name) ?? '';
    const [, before, after] = SHAPE[lookOf(task)];
    return [
      `  ${id}${before}"${mermaidText(task.name)}"${after}:::${lookOf(task)}`,
      ...task.depends.flatMap((dependency) =>
        ids.has(dependency) ? [`  ${ids.get(dependency) ?? ''} --> ${id}`] : [],
      ),
    ];
  });
  const classes = LOOKS.map((look) => `  classDef ${look} stroke:${COLOUR[look][0]},stroke-width:2px`);
  return ['flowchart LR', ...lines, ...classes, ''].join('\n');
}
