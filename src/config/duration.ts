/** Durations and amounts as people write them in stepladder.yaml and task files: `90s`, `15m`, `6h`, `2M`. */

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds of `90s`, `1.5h`, …; null where it is not a duration. A bare number is none: its unit would be a guess. */
export function parseDuration(text: string): number | null {
  const found = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)$/.exec(text.trim());
  if (!found?.[1] || !found[2]) return null;
  const ms = Number(found[1]) * (UNITS[found[2]] ?? Number.NaN);
  // Little is not nothing, which may mean something of its own.
  return ms > 0 ? Math.max(1, Math.round(ms)) : ms;
}

/** A number of tokens: `500000`, `500k`, `2M`; null where it is none. */
export function parseAmount(value: string | number): number | null {
  if (typeof value === 'number') return Number.isFinite(value) && value >= 0 ? value : null;
  const found = /^(\d+(?:\.\d+)?)\s*([kKM]?)$/.exec(value.trim());
  if (!found?.[1]) return null;
  const factor = found[2] === 'M' ? 1e6 : found[2] === '' ? 1 : 1e3;
  return Number(found[1]) * factor;
}
