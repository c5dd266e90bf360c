/** A receipt's seal: shows that nobody, person or agent, changed it by hand. It guards against accident, not malice. */
import { sha256 } from './digest.js';

/**
 * One text for one value, whatever the order of its keys and the blanks between: JSON without any, keys sorted at
 * every depth, absent and undefined the same.
 */
export function canonicalText(value: unknown): string {
  // The engine writes a whole value three times as fast as we do it piece by piece, and a report looks at every seal.
  const sorted = inOrder(value);
  return sorted === UNSORTABLE ? spelledOut(value) : JSON.stringify(sorted ?? null);
}

/** Keys that an object does not keep in the place they were given: numbers come first, and one is no key at all. */
const ELSEWHERE = /^(?:\d+|__proto__)$/;
const UNSORTABLE = Symbol('no object has its keys in that order');

/** The same with its keys sorted, at every depth; what is in order already is not copied. */
function inOrder(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const list: unknown[] = value.map(inOrder);
    return list.includes(UNSORTABLE) ? UNSORTABLE : list;
  }
  const held = value as Readonly<Record<string, unknown>>;
  const keys = Object.keys(held);
  if (isSorted(keys) && keys.every((key) => typeof held[key] !== 'object')) return held;
  const sorted: Record<string, unknown> = {};
  for (const key of sortedKeys(keys)) {
    if (ELSEWHERE.test(key)) return UNSORTABLE;
    const one = inOrder(held[key]);
    if (one === UNSORTABLE) return UNSORTABLE;
    sorted[key] = one;
  }
  return sorted;
}

function isSorted(keys: readonly string[]): boolean {
  for (let at = 1; at < keys.length; at += 1) if ((keys[at - 1] ?? '') > (keys[at] ?? '')) return false;
  return true;
}

/** The keys of the last object that had so many, and how they are sorted: receipts have the same ones, thousands of times. */
const lastSorted: { keys: readonly string[]; sorted: readonly string[] }[] = [];

function sortedKeys(keys: readonly string[]): readonly string[] {
  const last = lastSorted[keys.length];
  if (last?.keys.every((key, at) => key === keys[at])) return last.sorted;
  const sorted = [...keys].sort();
  lastSorted[keys.length] = { keys, sorted };
  return sorted;
}

function spelledOut(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spelledOut).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  const held: Readonly<Record<string, unknown>> = { ...value };
  let text = '';
  for (const key of Object.keys(held).sort()) {
    if (held[key] === undefined) continue;
    text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${spelledOut(held[key])}`;
  }
  return `{${text}}`;
}

/** `sha256:…` of the canonical text of everything but the seal itself. */
export function sealOf(receipt: object): string {
  const unsealed = canonicalText({ ...receipt, seal: undefined });
  return `sha256:${sha256(unsealed)}`;
}
