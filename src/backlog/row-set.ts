/** A set of rows, numbers from 0 up to a known size: a bit each, so that thousands are put together in a moment. */
export class RowSet {
  readonly #words: Uint32Array;

  /** @param size how many rows there are */
  constructor(size: number) {
    this.#words = new Uint32Array(Math.ceil(size / 32));
  }

  add(row: number): void {
    const at = row >> 5;
    this.#words[at] = (this.#words[at] ?? 0) | (1 << (row & 31));
  }

  /** Takes in all of another set of the same size. */
  merge(other: RowSet): void {
    const words = this.#words;
    for (let at = 0; at < words.length; at++) words[at] = (words[at] ?? 0) | (other.#words[at] ?? 0);
  }

  /** Takes out all of another set of the same size. */
  subtract(other: RowSet): void {
    const words = this.#words;
    for (let at = 0; at < words.length; at++) words[at] = (words[at] ?? 0) & ~(other.#words[at] ?? 0);
  }

  /** The last row of the set below this one; -1 where there is none. */
  lastBelow(row: number): number {
    let at = row >> 5;
    let word = (this.#words[at] ?? 0) & ((1 << (row & 31)) - 1);
    while (word === 0 && at > 0) {
      at -= 1;
      word = this.#words[at] ?? 0;
    }
    return word === 0 ? -1 : at * 32 + 31 - Math.clz32(word);
  }
}
