/** A receipt's seal: shows that nobody, person or agent, changed it by hand. It guards against accident, not malice. */
import { sha256 } from './digest.js';

/**
 * One text for one value, whatever the order of its keys and the blanks between: JSON without any, keys sorted at
 * every depth, absent and undefined the same.
 */
export function canonicalText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  const held: Readonly<Record<string, unknown>> = { ...value };
  let text = '';
  for (const key of Object.keys(held).sort()) {
    if (held[key] === undefined) continue;
    text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${canonicalText(held[key])}`;
  }
  return `{${text}}`;
}

/** `sha256:…` of the canonical text of everything but the seal itself. */
export function sealOf(receipt: object): string {
  const unsealed = canonicalText({ ...receipt, seal: undefined });
  return `sha256:${sha256(unsealed)}`;
}
