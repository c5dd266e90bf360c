/** The edges that matter: what is implied by a longer way is left out of a drawing, as it only hides the rest. */

/** A graph by numbers: what each node depends on; every dependency comes before the node. */
export type Depends = readonly (readonly number[])[];

/** The same graph without edges that a longer way implies (its transitive reduction). */
export function reduced(depends: Depends): Depends {
  const width = Math.ceil(depends.length / 32);
  const above: Uint32Array[] = [];
  return depends.map((direct) => {
    const reached = new Uint32Array(width);
    // The nearest first: what lies further up is then known to be reached through it.
    const kept = [...direct]
      .sort((a, b) => b - a)
      .filter((at) => {
        if (has(reached, at)) return false;
        above[at]?.forEach((word, slot) => {
          reached[slot] = (reached[slot] ?? 0) | word;
        });
        reached[at >>> 5] = (reached[at >>> 5] ?? 0) | (1 << (at & 31));
        return true;
      });
    above.push(reached);
    return kept.reverse();
  });
}

function has(set: Uint32Array, at: number): boolean {
  return (((set[at >>> 5] ?? 0) >>> (at & 31)) & 1) === 1;
}

/** How many dependencies lie before each node, along the longest way. */
export function ranksOf(depends: Depends): number[] {
  const ranks: number[] = [];
  for (const direct of depends) ranks.push(direct.reduce((most, at) => Math.max(most, (ranks[at] ?? 0) + 1), 0));
  return ranks;
}
