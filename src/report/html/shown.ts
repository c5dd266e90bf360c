import { printableBlock } from '../../diagnostic.js';

/** Nearly every text is of these alone, and then it is shown as it is. */
const PLAIN = /^[\n\u0020-\u007e]*$/;

/**
 * Every text of the facts as it may be shown: control characters and turned directions as visible escapes. What needs
 * no change is not copied: a large backlog has a million texts.
 */
export function shown<T>(value: T): T {
  return shownValue(value) as T;
}

function shownValue(value: unknown): unknown {
  if (typeof value === 'string') return PLAIN.test(value) ? value : printableBlock(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    let list: unknown[] | null = null;
    for (let at = 0; at < value.length; at += 1) {
      const now = shownValue(value[at]);
      if (now === value[at]) continue;
      list ??= [...value];
      list[at] = now;
    }
    return list ?? value;
  }
  const held = value as Readonly<Record<string, unknown>>;
  let changed: Record<string, unknown> | null = null;
  for (const key of Object.keys(held)) {
    const now = shownValue(held[key]);
    if (now === held[key]) continue;
    changed ??= { ...held };
    changed[key] = now;
  }
  return changed ?? value;
}
