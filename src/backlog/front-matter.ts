/** The header as YAML front matter: YAML → fields as they are written, with their places. */
import { isMap, isScalar, isSeq, type Node, type Pair, parseDocument, type Scalar } from 'yaml';
import { didYouMean, printable } from '../diagnostic.js';
import { FIELDS, fieldNames, fieldOf, type Problem, type RawField, type RawText, type RawValue } from './fields.js';
import type { Span } from './markdown.js';

export interface FrontMatter {
  readonly fields: readonly RawField[];
  readonly problems: readonly Problem[];
  /** Where the text below the header begins. */
  readonly end: number;
}

/**
 * The front matter that a file begins with; null where its first line is not `---`.
 * @param text the file's text as it is, byte-order mark and carriage returns included: offsets are into it
 */
export function readFrontMatter(text: string): FrontMatter | null {
  const opening = /^\uFEFF?---[ \t]*\r?\n/.exec(text);
  if (opening === null) return null;
  const from = opening[0].length;
  const close = /^(?:---|\.\.\.)[ \t]*\r?$/gm;
  close.lastIndex = from;
  const closing = close.exec(text);
  if (closing === null) {
    const span = { start: from - opening[0].trimStart().length, end: from };
    return {
      fields: [],
      problems: [{ message: 'the front matter has no end', remedy: 'close it with a line that holds only ---', span }],
      end: text.length,
    };
  }
  const newline = text.indexOf('\n', closing.index);
  const end = newline === -1 ? text.length : newline + 1;
  return { ...readYaml(text.slice(from, closing.index), from), end };
}

function readYaml(source: string, offset: number): { fields: RawField[]; problems: Problem[] } {
  const document = parseDocument(source, { prettyErrors: false, logLevel: 'silent' });
  const problems: Problem[] = document.errors.map((error) => ({
    message: `broken YAML: ${lowerFirst(error.message.split('\n')[0] ?? '')}`,
    remedy: 'mend it; text that begins with `, @, * or &, or that holds “: ” or “ #”, needs quotes',
    // What is not closed is found to be so at the very end: there the last thing written is underlined.
    span: within(source, offset, error.pos),
  }));
  // With one error the rest cannot be relied on: a second message about the same slip would only confuse.
  if (problems.length > 0 || document.contents === null) return { fields: [], problems: problems.slice(0, 1) };
  if (isScalar(document.contents) && document.contents.value === null) return { fields: [], problems };
  if (!isMap(document.contents)) {
    const span = spanOf(document.contents, offset);
    return {
      fields: [],
      problems: [
        { message: 'the front matter is no list of fields', remedy: 'write lines such as “depends: []”', ...span },
      ],
    };
  }
  const fields: RawField[] = [];
  for (const pair of document.contents.items) {
    const read = readPair(pair, source, offset);
    if ('field' in read) fields.push(read);
    else problems.push(read);
  }
  return { fields, problems };
}

function readPair(pair: Pair, source: string, offset: number): RawField | Problem {
  const key = spanOf(pair.key, offset).span ?? { start: offset, end: offset };
  const label = isScalar(pair.key) ? sourceOf(pair.key) : '';
  const field = fieldOf(label);
  if (field === null) {
    return {
      message: `unknown field “${printable(label)}”`,
      remedy: didYouMean(label, fieldNames(), `the fields are ${FIELDS.join(', ')}`),
      span: key,
    };
  }
  const value = readValue(pair.value, source, offset);
  return { field, label, key, value, span: spanOf(pair.value, offset).span ?? key };
}

function readValue(node: unknown, source: string, offset: number): RawValue {
  if (node === null || (isScalar(node) && node.value === null)) return { kind: 'nothing' };
  if (isScalar(node)) return { kind: 'text', text: rawText(node, offset) };
  if (!isSeq(node)) return { kind: 'other' };
  if (node.items.every((item) => isScalar(item))) {
    return { kind: 'list', items: node.items.map((item) => rawText(item, offset)) };
  }
  if (!node.items.every((item) => isMap(item))) return { kind: 'other' };
  return {
    kind: 'maps',
    items: node.items.map((item) => ({
      ...(spanOf(item, offset).span ?? { start: offset, end: offset + source.length }),
      entries: new Map(
        item.items.flatMap((pair): [string, RawText][] =>
          isScalar(pair.key) && isScalar(pair.value) ? [[sourceOf(pair.key), rawText(pair.value, offset)]] : [],
        ),
      ),
    })),
  };
}

/** A scalar's text. Numbers and booleans as they were written: `06` is a name here, `1.20` a version. */
function sourceOf(node: Scalar): string {
  return typeof node.value === 'string' ? node.value : (node.source ?? String(node.value));
}

function rawText(node: Scalar, offset: number): RawText {
  const span = spanOf(node, offset).span ?? { start: offset, end: offset };
  return { text: node.value === null ? '' : sourceOf(node), ...span };
}

function spanOf(node: unknown, offset: number): { span?: Span } {
  const range = (node as Node | null)?.range;
  return range ? { span: { start: offset + range[0], end: offset + range[1] } } : {};
}

function within(source: string, offset: number, [from, to]: readonly [number, number]): Span {
  const last = Math.max(0, source.trimEnd().length - 1);
  const start = Math.min(from, last);
  return { start: offset + start, end: offset + Math.max(start + 1, Math.min(to, last + 1)) };
}

function lowerFirst(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1);
}
