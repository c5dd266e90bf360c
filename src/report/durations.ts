/** Numbers as people read them: times, money, tokens, moments. Pure, the same on every machine: no locale, no time zone. */

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/**
 * A stretch of time: `812ms`, `12s`, `8m 40s`, `34h 12m`; the two largest units, a zero one left out (`20m`).
 * Cut off, never rounded up, as a clock shows it: 34 h 12 m over 137 tasks is `14m 58s`, not `14m 59s`.
 * @param ms milliseconds; negative ones and those that are no number count as 0.
 */
export function formatDuration(ms: number): string {
  const time = Number.isFinite(ms) && ms > 0 ? Math.floor(ms) : 0;
  if (time === 0) return '0s';
  if (time < SECOND) return `${time}ms`;
  if (time < MINUTE) return `${Math.floor(time / SECOND)}s`;
  if (time < HOUR) return twoUnits(Math.floor(time / MINUTE), 'm', Math.floor((time % MINUTE) / SECOND), 's');
  return twoUnits(Math.floor(time / HOUR), 'h', Math.floor((time % HOUR) / MINUTE), 'm');
}

function twoUnits(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large}${largeUnit}` : `${large}${largeUnit} ${small}${smallUnit}`;
}

/** Dollars: `$0.42`, `$1,234.50`, and `under $0.01` for a cost that is there but would read as nothing. */
export function formatUsd(usd: number): string {
  if (usd > 0 && usd < 0.01) return 'under $0.01';
  const [whole = '0', cents = '00'] = usd.toFixed(2).split('.');
  return `$${withCommas(whole)}.${cents}`;
}

/** A whole number with commas between thousands: `12,345`. */
export function formatCount(count: number): string {
  return withCommas(String(Math.round(count)));
}

function withCommas(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, ',');
}

/** A moment from the record (ISO 8601, UTC) to the minute: `2025-12-24 10:11 UTC`; anything else as it stands. */
export function formatMoment(iso: string): string {
  const found = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}).*Z$/.exec(iso);
  return found ? `${found[1]} ${found[2]} UTC` : iso;
}

/** `1 task`, `2 tasks`: the word gets an s unless there is one, or its own plural. */
export function plural(count: number, word: string, many = `${word}s`): string {
  return `${formatCount(count)} ${count === 1 ? word : many}`;
}
