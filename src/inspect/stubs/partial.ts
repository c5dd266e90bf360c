/** Complete code with one branch that says that it is not implemented. Markers are found by words, then read by syntax. */
import type { Node } from 'web-tree-sitter';
import type { Found } from './functions.js';
import type { Profile } from './profile.js';
import { shapeOf } from './shape.js';
import { deedsOf, loggedMarker } from './statements.js';

const WORDS =
  /un_?implemented|not[\s_-]*(?:yet[\s_-]*)?(?:been[\s_-]*)?implemented|NotImpl|\btodo!|['"`][^'"`\n]*\bTODO\b|['"`][^'"`\n]* yet\b|\bENOSYS\b|coming soon|not supported yet/gi;

/** A branch that answers a request with 501 is complete. */
const HTTP = /\b501\b|\bHttp_?Status|\bStatusCodes?\b|\bStatusNotImplemented\b|\b\w*Status\.\w+(?![\w(])/i;

/** Nothing but a table in code, from constants to constants: naming the error is its work. */
function maps(code: string): boolean {
  const rest = code
    .replace(/\b(?:case\s[^;{}]*?|default)\s*(?::(?!:)|->|=>)/g, '')
    .replace(/\breturn\s+[\w.:]+(?:\s*\?\s*[\w.:]+\s*:\s*[\w.:]+)?\s*;/g, '')
    .replace(/\breturn\s+[^;?()]*\?\s*[\w.:]+\s*:\s*[\w.:]+\s*;/g, '')
    .replace(/\b(?:if|switch|while|match)\s*\([^;{}]*?\)(?=\s*(?:\{|$))/gm, '');
  return /^(?:\s|[{};]|\belse\b|\bbreak\b)*$/.test(rest);
}

/** It is there, on other systems. */
const ELSEWHERE =
  /\b(?:on|for|by|in) (?:this|the|your) (?:platform|system|os|operating system|host|architecture|build|kernel)\b/i;

/** Offsets of words that may mark an unimplemented branch. */
export function suspectOffsets(source: string): readonly number[] {
  return [...source.matchAll(WORDS)].map((found) => found.index + Math.min(found[0].length - 1, 8));
}

/** A statement that says that nothing is there. */
export interface Branch {
  readonly marker: string;
  readonly node: Node;
}

/** The branch at this offset that says so; null when it is data, a condition, or talk. */
export function unimplementedBranch(
  root: Node,
  offset: number,
  found: Found,
  profile: Profile,
  source: string,
): Branch | null {
  const { syntax } = profile;
  for (let node = root.descendantForIndex(offset, offset); node !== null; node = node.parent) {
    const start = node.startIndex;
    if (start <= (found.body?.startIndex ?? 0)) return null;
    const { type } = node;
    const statement = syntax.throws.includes(type) || syntax.returns.includes(type) || syntax.calls.includes(type);
    if (!statement) continue;
    const shape = shapeOf(node, source, 60);
    if (
      shape === null ||
      profile.words.answers?.test(shape.text) ||
      HTTP.test(shape.text) ||
      ELSEWHERE.test(shape.text)
    )
      return null;
    const scope = { profile, parameters: [], locals: new Map() };
    // As a body of its own: a block of one statement.
    const [deed] = deedsOf({ type: syntax.blocks[0] ?? '', text: shape.text, start, parts: [shape] }, scope);
    if (deed?.does === 'fail' && deed.marker !== null) return { marker: deed.marker, node };
    if (deed?.does === 'give' && deed.value.worth === 'marker') {
      const { marker } = deed.value;
      return marker === null || maps(found.code) ? null : { marker, node };
    }
    const after = node.parent?.nextNamedSibling ?? null;
    // Said, and then given up: by a return, an error, or the end of the program.
    const ends =
      after !== null &&
      (syntax.returns.includes(after.type) ||
        syntax.throws.includes(after.type) ||
        profile.words.fails.test(/^[\w:.!]+(?=\s*\()/.exec(after.text.slice(0, 60))?.[0] ?? ''));
    if (deed?.does === 'log' && ends) {
      const marker = loggedMarker([deed]);
      return marker === null ? null : { marker, node };
    }
    if (!syntax.calls.includes(type)) return null;
  }
  return null;
}

/** A way out of a function that is none of success: an error, or nothing at all. */
const GIVEN_UP =
  /^(?:return\b)?\s*(?:[({]\s*)?(?:-\s*\w|\w*ERR\w*\b|Err\b|\w*[Ee]rr(?:or)?\b|nil\b|None\b|null\b|nullptr\b|NULL\b|false\b|False\b|Promise\.reject\b)/;

/**
 * Whether the function comes to that statement whatever happens before, unless it gives up earlier: then what it does
 * first (a log line, a lock, a look at its arguments) makes it no less of a stub.
 */
export function endsIn({ node }: Branch, { body, code }: Found, { syntax }: Profile): boolean {
  if (body === null || /\byield\b/.test(code)) return false;
  const around = [...syntax.transparent, ...syntax.returns, ...syntax.throws, ...syntax.calls];
  let statement = node;
  while (statement.parent !== null && statement.parent.id !== body.id && around.includes(statement.parent.type))
    statement = statement.parent;
  // Some grammars have a list of statements between a block and its statements.
  const list = statement.parent;
  const isOwn = list?.id === body.id;
  if (list === null || (!isOwn && !(syntax.blocks.includes(list.type) && list.parent?.id === body.id && isLast(list))))
    return false;
  if (!isLast(statement)) return false;
  return body
    .descendantsOfType([...syntax.returns])
    .every((other) => other.startIndex >= statement.startIndex || GIVEN_UP.test(other.text));
}

function isLast(node: Node): boolean {
  for (let next = node.nextNamedSibling; next !== null; next = next.nextNamedSibling) if (!next.isExtra) return false;
  return true;
}
