/** The entries of `files`, paths and globs: which of them mean the same file. */
import picomatch from 'picomatch';

/** What may stand for something else than itself. */
const SPECIAL = /[*?[\]{}()!+@|\\"^$]/;
/** What picomatch takes; no path is as long. */
const LONGEST_GLOB = 65_536;

/** Entries of one backlog; what was found out about a glob is kept. */
export class FileEntries {
  readonly #globs = new Map<string, Glob | null>();

  /** The entries over which two lists meet, the narrower of each two, as written, sorted. */
  shared(one: readonly string[], other: readonly string[]): string[] {
    const found = new Set<string>();
    for (const mine of one) {
      for (const theirs of other) {
        const met = this.#met(mine, theirs);
        if (met !== null) found.add(met);
      }
    }
    return [...found].sort();
  }

  /**
   * Which of many entries meet which others, without comparing each with each: a glob is tried on those alone that begin
   * or end as it does. Entries that meet no other are left out.
   */
  meetings(entries: Iterable<string>): Map<string, Set<string>> {
    const known = new Set(entries);
    const all = [...known];
    const found = new Map<string, Set<string>>();
    const link = (from: string, to: string): void => {
      const others = found.get(from);
      if (others === undefined) found.set(from, new Set([to]));
      else others.add(to);
    };
    let byStart: Sorted | null = null;
    let byEnd: Sorted | null = null;
    for (const entry of all) {
      const glob = this.#globOf(entry);
      if (glob === null) continue;
      byStart ??= new Sorted(all, (text) => text);
      byEnd ??= new Sorted(all, (text) => backwards(unslashed(text)));
      const starting = byStart.range(glob.start);
      const ending = byEnd.range(backwards(glob.end));
      const near = starting.to - starting.from <= ending.to - ending.from ? byStart.in(starting) : byEnd.in(ending);
      for (const other of [...near, unslashed(glob.start)]) {
        if (other === entry || !known.has(other) || !glob.matches(other)) continue;
        link(entry, other);
        link(other, entry);
      }
    }
    return found;
  }

  /** The narrower of two entries that meet: the one that the other, a glob, matches. */
  #met(one: string, other: string): string | null {
    if (one === other) return one;
    const matched = [
      ...(this.#globOf(one)?.matches(other) ? [other] : []),
      ...(this.#globOf(other)?.matches(one) ? [one] : []),
    ];
    return matched.sort()[0] ?? null;
  }

  #globOf(entry: string): Glob | null {
    const known = this.#globs.get(entry);
    if (known !== undefined) return known;
    const glob = SPECIAL.test(entry) && entry.length < LONGEST_GLOB ? new Glob(entry) : null;
    this.#globs.set(entry, glob);
    return glob;
  }
}

/** A glob, compiled only when something is near enough to be tried. */
class Glob {
  readonly #text: string;
  #test: ((path: string) => boolean) | null = null;
  /** What all that it matches begins with; where that ends in a slash, the path without it may match too (`a/**`). */
  readonly start: string;
  /** What all that it matches ends with, slashes left out. */
  readonly end: string;

  constructor(text: string) {
    this.#text = text;
    // `!a` matches all but a, and `a|b` either.
    const pieces = /^!|\|/.test(text) ? [''] : text.split(new RegExp(SPECIAL, 'g'));
    this.start = pieces[0] ?? '';
    this.end = unslashed(pieces.at(-1) ?? '').replace(/^\//, '');
  }

  matches(path: string): boolean {
    const begins = path.startsWith(this.start) || path === unslashed(this.start);
    if (!begins || !unslashed(path).endsWith(this.end)) return false;
    this.#test ??= picomatch(this.#text, { dot: true });
    return this.#test(path);
  }
}

interface Range {
  readonly from: number;
  readonly to: number;
}

/** Texts by a key of theirs, so that those whose key begins alike stand side by side. */
class Sorted {
  readonly #rows: readonly { readonly key: string; readonly text: string }[];

  constructor(texts: readonly string[], keyOf: (text: string) => string) {
    this.#rows = texts
      .map((text) => ({ key: keyOf(text), text }))
      .sort((a, b) => (a.key === b.key ? 0 : a.key < b.key ? -1 : 1));
  }

  /** Where the texts stand whose key begins so. */
  range(beginning: string): Range {
    return {
      from: this.#first((key) => key >= beginning),
      to: this.#first((key) => key >= beginning && !key.startsWith(beginning)),
    };
  }

  in({ from, to }: Range): string[] {
    return this.#rows.slice(from, to).map(({ text }) => text);
  }

  /** The first row of which this is true, as it is of all behind it. */
  #first(isTrue: (key: string) => boolean): number {
    let low = 0;
    let high = this.#rows.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (isTrue(this.#rows[middle]?.key ?? '')) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

const unslashed = (path: string): string => (path.endsWith('/') ? path.slice(0, -1) : path);

function backwards(text: string): string {
  let turned = '';
  for (let at = text.length - 1; at >= 0; at--) turned += text.charAt(at);
  return turned;
}
