/** The task graph as text for other programs to draw: Graphviz and Mermaid. Pure; titles are only ever quoted text. */
import { printable } from '../diagnostic.js';

export interface GraphNode {
  readonly name: string;
  readonly title: string;
  readonly depends: readonly string[];
  readonly done: boolean;
}

const dotText = (text: string): string => `"${printable(text).replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;

/** DOT: done tasks filled, edges from a dependency to what needs it. */
export function graphDot(nodes: readonly GraphNode[]): string {
  const lines = nodes.flatMap(({ name, title, depends, done }) => [
    `  ${dotText(name)} [label=${dotText(name)}, tooltip=${dotText(title)}${done ? ', style=filled, fillcolor=palegreen' : ''}];`,
    ...depends.map((dependency) => `  ${dotText(dependency)} -> ${dotText(name)};`),
  ]);
  return ['digraph backlog {', '  rankdir=LR;', '  node [shape=box];', ...lines, '}', ''].join('\n');
}

/** Mermaid escapes by numeric entities, not by backslashes. */
const mermaidText = (text: string): string =>
  printable(text).replace(/[^A-Za-z0-9 ._/-]/gu, (sign) => `#${sign.codePointAt(0) ?? 0};`);

/** Mermaid: done tasks rounded, the others square. */
export function graphMermaid(nodes: readonly GraphNode[]): string {
  const ids = new Map(nodes.map(({ name }, at) => [name, `t${at}`]));
  const lines = nodes.flatMap(({ name, depends, done }) => [
    `  ${ids.get(name) ?? ''}${done ? `(["${mermaidText(name)}"])` : `["${mermaidText(name)}"]`}`,
    ...depends.flatMap((dependency) =>
      ids.has(dependency) ? [`  ${ids.get(dependency) ?? ''} --> ${ids.get(name) ?? ''}`] : [],
    ),
  ]);
  return ['flowchart LR', ...lines, ''].join('\n');
}
