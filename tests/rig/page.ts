/** Reads report.html as text: what a reader sees, what its script is given, which elements and attributes there are. */
import type { Wire } from '../../src/report/html/wire.js';

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  '#39': "'",
  '#96': '`',
  '#92': '\\',
};

const unescaped = (text: string): string => text.replace(/&([#\w]+);/g, (whole, name) => ENTITIES[name] ?? whole);

/** What stands between the tags of its body, blanks run together; scripts, styles and drawings left out. */
export function textOf(html: string): string {
  const body = html.slice(html.indexOf('<body>'));
  const seen = body
    .replace(/<(script|svg)\b.*?<\/\1>/gs, ' ')
    .replace(/<\/?(b|a|code|span|i)\b[^>]*>/g, '')
    .replace(/<[^>]*>/g, ' ');
  return unescaped(seen).replace(/\s+/g, ' ');
}

/** What the page hands to its script. */
export function wireOf(html: string): Wire {
  const found = /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(html);
  return JSON.parse(found?.[1] ?? '');
}

export interface Tag {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
}

/** Every opening tag, as a browser would read them; what stands in script and style elements is no markup. */
export function tagsOf(html: string): Tag[] {
  const markup = html.replace(/(<(script|style)\b[^>]*>).*?<\/\2>/gs, '$1');
  return [...markup.matchAll(/<([a-zA-Z][^\s/>]*)((?:[^>"']|"[^"]*"|'[^']*')*)>/g)].map(([, name = '', rest = '']) => {
    const attributes = [...rest.matchAll(/([^\s"'=/]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g)];
    const pairs = attributes.map(([, key = '', a, b, c]) => [key, unescaped(a ?? b ?? c ?? '')] as const);
    return { name, attributes: new Map(pairs) };
  });
}
