/**
 * What files hold, as git keeps it: a scan has put every file of the work tree among git's objects. So what is read is
 * what would be committed, whatever its name, and no link is followed. Many are read at a time: a process for each
 * would cost more than the reading.
 */
import { askGit } from './git.js';
import type { FileVersion, Place } from './workspace.js';

/** So much is read, and held, at a time; a single larger file goes alone. */
const AT_A_TIME_BYTES = 16 << 20;

/** `100644` or `100755`: neither a link nor a repository nor nothing. */
export function isFileMode(mode: string): boolean {
  return mode.startsWith('100');
}

/** The sizes of objects, in one process; those that are gone are left out. */
function sizesOf(place: Pick<Place, 'top'>, objects: readonly string[]): Map<string, number> {
  if (objects.length === 0) return new Map();
  const check = ['cat-file', '--batch-check=%(objectname) %(objectsize)', '--buffer'];
  const lines = askGit(place.top, check, { input: `${objects.join('\n')}\n` }).stdout.toString('latin1');
  return new Map(
    lines.split('\n').flatMap((line) => {
      const found = /^([0-9a-f]+) (\d+)$/.exec(line);
      return found === null ? [] : [[found[1] ?? '', Number(found[2])] as const];
    }),
  );
}

/** The contents of objects, in one process. */
function contentsOf(place: Pick<Place, 'top'>, objects: readonly string[]): Map<string, Uint8Array> {
  const input = `${objects.join('\n')}\n`;
  const { stdout } = askGit(place.top, ['cat-file', '--batch', '--buffer'], { input });
  const contents = new Map<string, Uint8Array>();
  for (let at = 0; at < stdout.length; ) {
    const end = stdout.indexOf(0x0a, at);
    const [object = '', , size] = stdout.toString('latin1', at, end).split(' ');
    // `ID missing` has no content.
    const length = size === undefined ? -1 : Number(size);
    if (length >= 0) contents.set(object, stdout.subarray(end + 1, end + 1 + length));
    at = end + 1 + length + 1;
  }
  return contents;
}

/** Objects that will be asked for, about in the order given. */
export class Blobs {
  readonly #place: Pick<Place, 'top'>;
  readonly #objects: readonly string[];
  readonly #at: ReadonlyMap<string, number>;
  readonly #sizes: ReadonlyMap<string, number>;
  #held = new Map<string, Uint8Array>();

  constructor(place: Pick<Place, 'top'>, objects: Iterable<string>) {
    this.#place = place;
    this.#objects = [...new Set(objects)];
    this.#at = new Map(this.#objects.map((object, at) => [object, at]));
    this.#sizes = sizesOf(place, this.#objects);
  }

  /** Null for an object that git does not have. */
  version(object: string): FileVersion | null {
    const size = this.#sizes.get(object);
    return size === undefined ? null : { object, size, read: () => this.#read(object) };
  }

  #read(object: string): Uint8Array {
    const held = this.#held.get(object);
    if (held !== undefined) return held;
    const wanted: string[] = [];
    let bytes = 0;
    for (let at = this.#at.get(object) ?? 0; at < this.#objects.length; at += 1) {
      const next = this.#objects[at] ?? '';
      bytes += this.#sizes.get(next) ?? 0;
      if (wanted.length > 0 && bytes > AT_A_TIME_BYTES) break;
      wanted.push(next);
    }
    this.#held = contentsOf(this.#place, wanted);
    return this.#held.get(object) ?? new Uint8Array();
  }
}
