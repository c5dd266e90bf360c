/** What cannot be done since something that it needs ended without. */

/** Who needs what, the other way round. */
export function dependentsOf(
  tasks: Iterable<{ readonly name: string; readonly depends: readonly string[] }>,
): ReadonlyMap<string, readonly string[]> {
  const dependents = new Map<string, string[]>();
  for (const { name, depends } of tasks) {
    for (const needed of depends) {
      const known = dependents.get(needed);
      if (known) known.push(name);
      else dependents.set(needed, [name]);
    }
  }
  return dependents;
}

/**
 * All that waits, at however many removes, for one of `stops`.
 * @param waits who waits for whom beyond its dependencies
 * @param remains whether a task is still to be done: what is done, or under way, waits for nothing
 */
export function downstream(
  stops: Iterable<string>,
  dependents: ReadonlyMap<string, readonly string[]>,
  waits: ReadonlyMap<string, string>,
  remains: (name: string) => boolean,
): Set<string> {
  const others = dependentsOf([...waits].map(([name, needed]) => ({ name, depends: [needed] })));
  const found = new Set<string>();
  const next = [...stops];
  for (let stop = next.pop(); stop !== undefined; stop = next.pop()) {
    for (const name of [...(dependents.get(stop) ?? []), ...(others.get(stop) ?? [])]) {
      if (found.has(name) || !remains(name)) continue;
      found.add(name);
      next.push(name);
    }
  }
  return found;
}
