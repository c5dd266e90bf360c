/** Chance that can be had again: every test that leaves something to it prints its seed and takes one from outside. */

export interface Chance {
  readonly seed: number;
  /** In [0, 1). */
  next(): number;
  /** A whole number, both ends included. */
  between(least: number, most: number): number;
  oneOf<T>(list: readonly T[]): T;
}

/** The generator mulberry32: 32 bits of state, good enough to choose instants and victims. */
export function chance(seed: number): Chance {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (least: number, most: number): number => least + Math.floor(next() * (most - least + 1));
  return {
    seed,
    next,
    between,
    oneOf: <T>(list: readonly T[]): T => {
      const chosen = list[between(0, list.length - 1)];
      if (chosen === undefined) throw new Error('nothing to choose from');
      return chosen;
    },
  };
}

/**
 * What chance begins with: as `STEPLADDER_SEED` says; else always the same, so that what is tried in passing is the same
 * everywhere. The long form has a seed of its own each time (Makefile).
 */
export function seed(): number {
  const given = Number(process.env.STEPLADDER_SEED);
  return Number.isInteger(given) && given > 0 ? given : 20_261_129;
}

/** A line that scripts/test.mjs shows of a file that passed as well: how much was tried. */
export function counted(what: string): void {
  console.log(`\ncounted: ${what}`);
}
