/** Anchors and aliases of YAML (`&name`, `*name`): what would keep a file from being read as what it stands for. */
import { type Document, isAlias, isCollection, isNode, isPair, type Node } from 'yaml';
import { CONFIG_FILE } from '../config.js';
import type { Diagnostic } from '../diagnostic.js';
import { printable } from '../diagnostic.js';

/** How much a file may stand for, aliases written out: a real one comes to hundreds, and ten lines could to billions. */
const MOST_VALUES = 100_000;

/** What an anchor stands for, as far as it has been read. */
interface Anchored {
  /** How many values; null while we are inside of it. */
  values: number | null;
}

/** Every alias that stands for nothing, for what it is part of, or for too much. */
export function aliasProblems(document: Document): Diagnostic[] {
  const problems: Diagnostic[] = [];
  const anchors = new Map<string, Anchored>();
  let tooMuch = false;
  const complain = (alias: Node, message: string, remedy: string): void => {
    const place = alias.range ? { start: alias.range[0], end: alias.range[1] } : {};
    problems.push({ severity: 'error', message, place: { file: CONFIG_FILE, ...place }, remedy });
  };
  const ofAlias = (alias: Node, source: string): number => {
    const name = printable(source);
    const anchored = anchors.get(source);
    if (anchored === undefined) {
      complain(alias, `*${name} stands for nothing`, `write &${name} in front of what is meant, above this`);
      return 1;
    }
    if (anchored.values !== null) return anchored.values;
    complain(alias, `*${name} stands for what it is part of`, 'write out what is meant');
    return 1;
  };
  // As YAML means it, in the order of the text: an anchor holds from where it stands to the next of that name.
  const valuesOf = (node: unknown, before: number): number => {
    if (isAlias(node)) {
      const values = ofAlias(node, node.source);
      if (before + values > MOST_VALUES && !tooMuch) {
        tooMuch = true;
        const most = MOST_VALUES.toLocaleString('en-US');
        complain(node, `with *${printable(node.source)} the file stands for more than ${most} values`, 'repeat less');
      }
      return values;
    }
    if (isPair(node)) return valuesOf(node.key, before) + valuesOf(node.value, before);
    if (!isNode(node)) return 0;
    const anchored: Anchored = { values: null };
    if ('anchor' in node && typeof node.anchor === 'string') anchors.set(node.anchor, anchored);
    let values = 1;
    for (const item of isCollection(node) ? node.items : []) values += valuesOf(item, before + values);
    anchored.values = values;
    return values;
  };
  valuesOf(document.contents, 0);
  return problems;
}
