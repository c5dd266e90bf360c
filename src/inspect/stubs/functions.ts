/** From the matches of a profile's query to functions: what belongs to whom, by positions, without walking the tree. */
import { createHash } from 'node:crypto';
import type { Node, QueryMatch } from 'web-tree-sitter';
import type { Profile, Seen } from './profile.js';
import { indexOfWord } from './word.js';

export interface Comment {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** From 1. */
  readonly line: number;
}

export interface Container {
  readonly name: string;
  readonly bases: string;
  readonly start: number;
  readonly end: number;
  /** Comments right above, and the head up to where the body begins. */
  readonly head: string;
}

/** A function or test, as `Seen` by profiles, with what the classifier needs beside. */
export interface Found extends Seen {
  readonly symbol: string;
  readonly line: number;
  readonly endLine: number;
  readonly start: number;
  readonly end: number;
  /** Null for a test without one. */
  readonly body: Node | null;
  /** What calls it, where a test is a call: `it.skip`. */
  readonly callee: string;
  /** Documentation: the comments above it. */
  readonly doc: string;
  /** Comments inside the body. */
  readonly comments: readonly Comment[];
  readonly within: Container | null;
  readonly parents: readonly Container[];
  /** Its name stands in the file as a value: in a table, or handed to something that calls it. */
  readonly asValue: () => boolean;
  /** Compiled only on some platforms, or under some option. */
  readonly conditional: boolean;
  /** Only for the place where the file lies, `win/core.c`: no more than a hint. */
  readonly platformFile: boolean;
  /** The other branch of a condition: what is there where the real thing is not. */
  readonly alternative: boolean;
}

interface Piece {
  readonly kind: string;
  readonly nodes: ReadonlyMap<string, Node>;
  readonly start: number;
  readonly end: number;
}

function pieces(matches: readonly QueryMatch[]): Piece[] {
  const found = new Map<string, Piece>();
  for (const { captures } of matches) {
    const nodes = new Map<string, Node>();
    for (const { name, node } of captures) nodes.set(name, node);
    const kind = ['function', 'test', 'container', 'comment', 'attribute', 'conditional'].find((name) =>
      nodes.has(name),
    );
    const node = kind === undefined ? undefined : nodes.get(kind);
    if (kind === undefined || node === undefined) continue;
    // A macro that defines a test may be a statement of its own, with the block behind it; or follow another macro.
    const start = nodes.get('start')?.startIndex ?? node.startIndex;
    const end = Math.max(node.endIndex, nodes.get('body')?.endIndex ?? 0);
    const key = `${kind} ${node.startIndex} ${node.endIndex}`;
    // Optional captures make one match for each way to read them; the one that tells most is kept.
    if ((found.get(key)?.nodes.size ?? 0) < nodes.size) found.set(key, { kind, nodes, start, end });
  }
  return [...found.values()].sort((a, b) => a.start - b.start || b.end - a.end);
}

/** Up to the bracket that opens it, or the first function in it: Python and Ruby document a class inside. */
function containerHead(source: string, start: number): string {
  const text = source.slice(start, start + 1500);
  const end = text.search(/\{|\n\s*(?:async )?def\b/);
  return end === -1 ? text.slice(0, 600) : text.slice(0, end);
}

/** Where the statement begins whose later part a function is: `export const flush = async () => {}`. */
function declaredAt(source: string, start: number): number {
  const lineStart = source.lastIndexOf('\n', start - 1) + 1;
  const before = source.slice(Math.max(lineStart, start - 80), start);
  return start - (/(?:\bexport\s+(?:default\s+)?)?(?:\b(?:const|let|var)\s+)?$/.exec(before)?.[0].length ?? 0);
}

const INCLUDE_GUARD = /_H(?:PP|H|XX)?_*$|INCLUDED|^_+[A-Z_]+_$|__cplusplus/;

export interface Contents {
  readonly functions: readonly Found[];
  readonly comments: readonly Comment[];
  readonly containers: readonly Container[];
}

export function functionsIn(profile: Profile, file: string, source: string, matches: readonly QueryMatch[]): Contents {
  const all = pieces(matches);
  const wholeFile = profile.conditionalFile.test(file) || profile.conditionalFile.test(source.slice(0, 2000));
  const text = (node: Node | undefined): string =>
    node === undefined ? '' : source.slice(node.startIndex, node.endIndex);
  const comments: Comment[] = [];
  const blank = (from: number, to: number): boolean => to - from < 2000 && /^[\s;]*$/.test(source.slice(from, to));

  /** Comments and attributes that end right before `start`, nearest last. `ends` is sorted by position. */
  const ends: Piece[] = [];
  const leadOf = (start: number): Piece[] => {
    const lead: Piece[] = [];
    let at = start;
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ends[middle]?.start ?? 0) < start) low = middle + 1;
      else high = middle;
    }
    for (let i = low - 1; i >= 0; i -= 1) {
      const piece = ends[i];
      if (piece === undefined || piece.end > at || !blank(piece.end, at)) break;
      // A blank line between parts a comment from what follows, and a comment behind code belongs to that code.
      if (piece.kind === 'comment' && /\n[^\S\n]*\r?\n/.test(source.slice(piece.end, at))) break;
      const lineStart = source.lastIndexOf('\n', piece.start - 1) + 1;
      if (piece.kind === 'comment' && !blank(lineStart, piece.start)) break;
      lead.unshift(piece);
      at = piece.start;
    }
    return lead;
  };

  const conditionals: Piece[] = [];
  const open: Container[] = [];
  const containers: Container[] = [];
  const functions: Found[] = [];
  for (const piece of all) {
    if (piece.kind === 'comment' || piece.kind === 'attribute') ends.push(piece);
    if (piece.kind === 'conditional' && !INCLUDE_GUARD.test(text(piece.nodes.get('name')))) conditionals.push(piece);
    if (piece.kind === 'comment') {
      const line = (piece.nodes.get('comment')?.startPosition.row ?? 0) + 1;
      comments.push({ text: source.slice(piece.start, piece.end), start: piece.start, end: piece.end, line });
    }
  }
  for (const piece of all) {
    if (piece.kind !== 'container' && piece.kind !== 'function' && piece.kind !== 'test') continue;
    while (open.length > 0 && (open.at(-1)?.end ?? 0) <= piece.start) open.pop();
    const lead = leadOf(declaredAt(source, piece.start));
    const doc = lead.filter((part) => part.kind === 'comment');
    const docText = doc.map((part) => source.slice(part.start, part.end)).join('\n');
    const attributes = lead.filter((part) => part.kind === 'attribute');
    const name = text(piece.nodes.get('name'));
    const body = piece.nodes.get('body') ?? null;
    const attributeText = attributes.map((part) => source.slice(part.start, part.end)).join('\n');
    const head = `${attributeText}\n${source.slice(piece.start, body === null ? piece.end : body.startIndex)}`;
    if (piece.kind === 'container') {
      const container = {
        name,
        bases: text(piece.nodes.get('bases')),
        start: piece.start,
        end: piece.end,
        head: `${docText}\n${attributeText}\n${containerHead(source, piece.start)}`,
      };
      open.push(container);
      containers.push(container);
      continue;
    }
    const node = piece.nodes.get(piece.kind);
    if (node === undefined) continue;
    const first = attributes[0]?.nodes.get('attribute') ?? node;
    const bodyStart = body?.startIndex ?? 0;
    const bodyEnd = body?.endIndex ?? 0;
    // Python and Ruby keep a first comment outside the block; one behind the end of the last line belongs to it too.
    const headEnd = Math.max(...['name', 'parameters', 'result'].map((part) => piece.nodes.get(part)?.endIndex ?? 0));
    const lineEnd = source.indexOf('\n', piece.end);
    const until =
      /^[\s;,]*(?:\/\/|\/\*|#)/.test(source.slice(piece.end, piece.end + 40)) && lineEnd > 0 ? lineEnd : piece.end;
    const inside = commentsBetween(
      comments,
      body === null ? Math.max(headEnd, piece.start) : Math.min(headEnd, bodyStart),
      until,
    );
    const parents = open.slice();
    const seen: Seen = {
      name,
      head,
      parameters: text(piece.nodes.get('parameters')),
      result: text(piece.nodes.get('result')),
      code: withoutComments(source, bodyStart, bodyEnd, inside),
      container: parents.at(-1)?.name ?? '',
      bases: parents.at(-1)?.bases ?? '',
      containerHead: parents.at(-1)?.head ?? '',
      file,
    };
    const branches = conditionals.filter((part) => part.start < piece.start && part.end >= piece.end);
    const own = profile.nameOf?.(seen) ?? name;
    // Written out: an object that begins as a copy is slow to make and slow to read, and these are many.
    functions.push({
      name: own,
      head,
      parameters: seen.parameters,
      result: seen.result,
      code: seen.code,
      container: seen.container,
      bases: seen.bases,
      containerHead: seen.containerHead,
      file,
      symbol: symbolOf(profile, seen, own, parents, piece.kind === 'test'),
      line: (attributes.length > 0 ? first : (piece.nodes.get('start') ?? node)).startPosition.row + 1,
      endLine: Math.max(node.endPosition.row, body?.endPosition.row ?? 0) + 1,
      start: piece.start,
      end: piece.end,
      body,
      callee: text(piece.nodes.get('callee')),
      doc: docText,
      comments: inside,
      within: parents.at(-1) ?? null,
      parents,
      asValue: () => new RegExp(`(?:[={(,&:]|\\breturn)\\s*${own.replace(/\W/g, '\\$&')}\\s*[,;})]`).test(source),
      conditional: wholeFile || branches.length > 0 || profile.conditionalHead.test(head),
      platformFile: wholeFile,
      alternative: branches.some((part) => part.nodes.has('alternative')),
    });
  }
  return { functions, comments, containers };
}

/** A test's title stands alone; all else is written from the outside in. */
function symbolOf(profile: Profile, seen: Seen, name: string, parents: readonly Container[], isTitle: boolean): string {
  if (isTitle) return seen.name.replace(/^(["'`])([\s\S]*)\1$/, '$2');
  const containers = parents.map((parent) => parent.name).filter(Boolean);
  return profile.symbolOf?.(seen, containers) ?? [...containers, name].join(profile.separator);
}

function commentsBetween(comments: readonly Comment[], start: number, end: number): readonly Comment[] {
  let low = 0;
  let high = comments.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((comments[middle]?.start ?? 0) < start) low = middle + 1;
    else high = middle;
  }
  const inside: Comment[] = [];
  for (let i = low; i < comments.length; i += 1) {
    const comment = comments[i];
    if (comment === undefined || comment.start >= end) break;
    inside.push(comment);
  }
  return inside;
}

function withoutComments(source: string, start: number, end: number, comments: readonly Comment[]): string {
  let code = '';
  let at = start;
  for (const comment of comments) {
    if (comment.start < start || comment.start >= end) continue;
    code += source.slice(at, comment.start);
    at = Math.max(at, comment.end);
  }
  return code + source.slice(at, end);
}

/** Independent of comments, white space and the function's own name, which a rename changes inside too. */
export function bodyHash(found: Found): string {
  if (found.body === null) return '';
  const bare = found.name.split(/\W+/).at(-1) ?? '';
  let code = found.code;
  for (let at = indexOfWord(code, bare); at !== -1; at = indexOfWord(code, bare, at + 1))
    code = `${code.slice(0, at)}_${code.slice(at + bare.length)}`;
  return createHash('sha1').update(code.replace(/\s+/g, '')).digest('hex');
}
