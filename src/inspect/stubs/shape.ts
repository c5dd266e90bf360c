/**
 * A small body copied out of the tree: every access to a node crosses into wasm, so that a body is walked once, and
 * judged as often as needed. Comments are left out.
 */
import type { Node } from 'web-tree-sitter';

export interface Shape {
  readonly type: string;
  readonly text: string;
  readonly start: number;
  /** Named children. */
  readonly parts: readonly Shape[];
}

/** Null for what is too large to be a stub. */
export function shapeOf(node: Node, source: string, limit = 300): Shape | null {
  let left = limit;
  const copy = (from: Node): Shape | null => {
    left -= 1;
    if (left < 0) return null;
    const parts: Shape[] = [];
    for (const child of from.namedChildren) {
      if (child.isExtra) continue;
      const part = copy(child);
      if (part === null) return null;
      parts.push(part);
    }
    const start = from.startIndex;
    return { type: from.type, text: source.slice(start, from.endIndex), start, parts };
  };
  return copy(node);
}
