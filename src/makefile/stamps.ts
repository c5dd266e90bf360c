/**
 * Stamps of files: what stat(2) says of one, four numbers in a row of a column. As long as a stamp is the same, so is
 * the content, provided that the stamp was settled when the content was read. Loaded by the fast paths.
 */
import { statSync } from 'node:fs';

/** mtime and ctime in ms since the epoch (with fractions), size, inode. */
export const STAMP = 4;

/** Where a file system tells only whole seconds, this long after a write another one may still look the same. */
const COARSE_MS = 2_000;
/** The same where it tells fractions: kernels reckon in ticks of 10 ms at most. */
const FINE_MS = 100;

export function emptyStamps(count: number): Float64Array {
  return new Float64Array(count * STAMP);
}

const OR_UNDEFINED = { throwIfNoEntry: false } as const;

/** Writes the stamp of the file, links followed, into row `row`: zeros where there is none. Throws what stat throws. */
export function takeStamp(stamps: Float64Array, row: number, path: string): void {
  const stat = statSync(path, OR_UNDEFINED);
  const at = row * STAMP;
  stamps[at] = stat?.mtimeMs ?? 0;
  stamps[at + 1] = stat?.ctimeMs ?? 0;
  stamps[at + 2] = stat?.size ?? 0;
  stamps[at + 3] = stat?.ino ?? 0;
}

/** The stamp of one file by itself. */
export function stampOf(path: string): Float64Array {
  const stamp = emptyStamps(1);
  takeStamp(stamp, 0, path);
  return stamp;
}

/** A stamp like no other, itself included. */
export function noStamp(): Float64Array {
  return new Float64Array(STAMP).fill(Number.NaN);
}

/** Whether there was a file. */
export function isThere(stamps: Float64Array, row: number): boolean {
  return stamps[row * STAMP + 3] !== 0;
}

/** ms since the epoch; 0 where there was no file. */
export function mtimeOf(stamps: Float64Array, row: number): number {
  return stamps[row * STAMP] ?? 0;
}

export function sameStamp(one: Float64Array, row: number, other: Float64Array, otherRow: number): boolean {
  for (let i = 0; i < STAMP; i++) if (one[row * STAMP + i] !== other[otherRow * STAMP + i]) return false;
  return true;
}

export function sameStamps(one: Float64Array, other: Float64Array): boolean {
  if (one.length !== other.length) return false;
  // NaN is unlike itself: an unsettled stamp is like none.
  for (let i = 0; i < one.length; i++) if (one[i] !== other[i]) return false;
  return true;
}

/**
 * The stamps as they may be kept: one that a later write could still leave as it is, is made unlike any other.
 * @param now ms since the epoch: when the stamps were taken, before the contents were read
 */
export function settled(stamps: Float64Array, now: number): Float64Array {
  const kept = Float64Array.from(stamps);
  for (let at = 0; at < kept.length; at += STAMP) {
    const latest = Math.max(kept[at] ?? 0, kept[at + 1] ?? 0);
    const whole = Number.isInteger((kept[at + 1] ?? 0) / 1000);
    if (latest > now - (whole ? COARSE_MS : FINE_MS)) kept[at] = Number.NaN;
  }
  return kept;
}

export function encodeStamps(stamps: Float64Array): string {
  return Buffer.from(stamps.buffer, stamps.byteOffset, stamps.byteLength).toString('base64');
}

export function decodeStamps(encoded: string): Float64Array {
  const bytes = Buffer.from(encoded, 'base64');
  return new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}
