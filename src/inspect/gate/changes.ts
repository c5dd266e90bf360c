/** What a task did to functions: which it made or changed, and which it only moved or renamed. By their bodies. */
import type { ChangedFile } from '../../workspace/workspace.js';
import type { SourceFunction, SourceReport, Stub } from '../stubs/report.js';
import type { SourceReader } from './reader.js';

/** A changed source as it was and as it is; null where it was not there, is no more, or could not be read. */
export interface Compared {
  readonly path: string;
  readonly before: SourceReport | null;
  readonly now: SourceReport | null;
}

/** Reads both sides of every changed source. */
export async function compare(changed: readonly ChangedFile[], reader: SourceReader): Promise<Compared[]> {
  const compared: Compared[] = [];
  for (const { path, before, now } of changed) {
    if (!reader.wants(path)) continue;
    compared.push({ path, before: await reader.read(path, before), now: await reader.read(path, now) });
  }
  return compared;
}

/** What became of a stub that stands now. */
export type Past =
  /** As it stood before, or in a file that the task did not change. */
  | { readonly kind: 'stood' }
  /** The same body stood elsewhere or under another name, and is gone from there. */
  | { readonly kind: 'moved'; readonly from: Stub }
  /** The task wrote it, changed its function, or made a stub of what was none. */
  | { readonly kind: 'made' };

const STOOD: Past = { kind: 'stood' };
const MADE: Past = { kind: 'made' };

const hasSymbol = (report: SourceReport | null, symbol: string): boolean =>
  report?.functions.some((one) => one.symbol === symbol) === true;

/** Without a body (a line found by words, a test without one) what was found there is all that can be compared. */
function isSame(one: Stub, other: Stub): boolean {
  if (one.symbol !== other.symbol || one.body !== other.body) return false;
  return one.body !== '' || (one.kind === other.kind && one.message === other.message);
}

export class Changes {
  readonly compared: readonly Compared[];
  readonly #byPath: ReadonlyMap<string, Compared>;
  /** Stubs of before whose symbol is no longer where it was; each is moved to one place at most. */
  readonly #gone: Stub[];
  readonly #pasts = new Map<Stub, Past>();

  constructor(compared: readonly Compared[]) {
    this.compared = compared;
    this.#byPath = new Map(compared.map((file) => [file.path, file]));
    this.#gone = compared.flatMap(({ before, now }) =>
      (before?.stubs ?? []).filter((stub) => stub.body !== '' && !hasSymbol(now, stub.symbol)),
    );
    const made = compared.flatMap(({ before, now }) =>
      (now?.stubs ?? []).filter((stub) => before?.stubs.some((other) => isSame(other, stub)) !== true),
    );
    // The same name first, then the same file: what is certain must not be taken by what is only alike.
    const ways: readonly ((stub: Stub, from: Stub) => boolean)[] = [
      (stub, from) => stub.symbol === from.symbol,
      (stub, from) => stub.file === from.file,
      () => true,
    ];
    for (const way of ways) for (const stub of made) if (!this.#pasts.has(stub)) this.#trace(stub, way);
    for (const stub of made) if (!this.#pasts.has(stub)) this.#pasts.set(stub, MADE);
  }

  #trace(stub: Stub, way: (stub: Stub, from: Stub) => boolean): void {
    const at = this.#gone.findIndex((from) => from.body === stub.body && way(stub, from));
    if (at === -1) return;
    const [from] = this.#gone.splice(at, 1);
    if (from !== undefined) this.#pasts.set(stub, { kind: 'moved', from });
  }

  /** Of a stub of one of the reports that were compared, or of any other file. */
  pastOf(stub: Stub): Past {
    return this.#pasts.get(stub) ?? STOOD;
  }

  changed(path: string): boolean {
    return this.#byPath.has(path);
  }

  /** What stood in a file before; null where it was not there. The file's present report where it did not change. */
  before(path: string, now: SourceReport): SourceReport | null {
    const file = this.#byPath.get(path);
    return file === undefined ? now : file.before;
  }

  /** Whether the task made or changed a function, moved and renamed ones left aside. */
  touched(file: string, one: SourceFunction): boolean {
    const compared = this.#byPath.get(file);
    if (compared === undefined) return false;
    const had = compared.before?.functions ?? [];
    return !had.some(({ symbol, body }) => symbol === one.symbol && body === one.body);
  }
}
