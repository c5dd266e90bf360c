/** Looks at the code for what is said to be missing. Each file is read at most once. */
import { bareSymbol, sameSymbol } from '../../backlog/named.js';
import { decode } from '../stubs/decoding.js';
import type { SourceFunction, SourceReport, Stub } from '../stubs/report.js';
import { definitionLine, isProse, stubByWords } from './by-words.js';
import type { BlameContext, Lack } from './claim.js';
import { endsAlike, putInto } from './kin.js';

/** So many files that hold a word are read; a word that stands in more of them tells nothing. */
const MOST_FILES = 200;

/** What all files that hold a symbol say of it. */
export interface Sighting {
  readonly stubs: readonly Stub[];
  /** Functions of that name that are none of these stubs; what is only declared is none of them either. */
  readonly real: readonly { readonly file: string; readonly fn: SourceFunction }[];
  /** Where something else of that name is defined: a type, a constant. */
  readonly otherwise: { readonly file: string; readonly line: number } | null;
}

export class Looker {
  readonly #ctx: BlameContext;
  readonly #reports = new Map<string, Promise<{ report: SourceReport; source: Uint8Array } | null>>();

  constructor(ctx: BlameContext) {
    this.#ctx = ctx;
  }

  /** What reading a file tells; null where there is none. */
  async report(file: string): Promise<SourceReport | null> {
    return (await this.#read(file))?.report ?? null;
  }

  /** Where a symbol is defined, and how: in that file alone, or wherever source has it as a word (null). */
  async sight(symbol: string, file: string | null): Promise<Sighting> {
    const files = file === null ? this.#sourceWith([symbol]) : [file];
    const stubs: Stub[] = [];
    const real: { file: string; fn: SourceFunction }[] = [];
    let otherwise: Sighting['otherwise'] = null;
    for (const path of files) {
      const read = await this.#read(path);
      if (read === null) continue;
      const found = read.report.stubs.filter((stub) => sameSymbol(stub.symbol, symbol));
      stubs.push(...found);
      const functions = read.report.functions.filter((fn) => sameSymbol(fn.symbol, symbol));
      const isStub = (fn: SourceFunction): boolean =>
        found.some((stub) => stub.line <= fn.line && fn.line <= stub.endLine);
      real.push(...functions.filter((fn) => fn.body !== '' && !isStub(fn)).map((fn) => ({ file: path, fn })));
      if (functions.length > 0 || found.length > 0) continue;
      // A function of another type is none of that name.
      if (read.report.functions.some((fn) => bareSymbol(fn.symbol) === bareSymbol(symbol))) continue;
      const text = decode(read.source);
      const line = definitionLine(symbol, text);
      const byWords = line === null || read.report.read === 'syntax' ? null : stubByWords(symbol, path, text, line);
      if (byWords !== null) stubs.push(byWords);
      else if (line !== null) otherwise ??= { file: path, line };
    }
    return { stubs, real, otherwise };
  }

  /** Every stub that bears one of these names, wherever it is. */
  async stubsNamed(symbols: readonly string[]): Promise<Stub[]> {
    const found: Stub[] = [];
    for (const file of this.#sourceWith(symbols)) {
      const stubs = (await this.report(file))?.stubs ?? [];
      found.push(...stubs.filter((stub) => symbols.some((symbol) => sameSymbol(stub.symbol, symbol))));
    }
    return surestFirst(found);
  }

  /** Stubs that a symbol which nothing defines may mean: put into a member of that name, or so called in these files. */
  async stubsAkin(symbol: string, files: readonly string[]): Promise<Stub[]> {
    const names = new Set<string>();
    for (const file of this.#sourceWith([symbol])) {
      const read = await this.#read(file);
      if (read !== null) for (const name of putInto(symbol, decode(read.source))) names.add(name);
    }
    const put = names.size === 0 ? [] : await this.stubsNamed([...names]);
    const called = (await this.stubsIn(files)).filter((stub) => endsAlike(symbol, stub.symbol));
    // What bears the very name need not be certain: that of another type may be what is meant.
    const isSure = (stub: Stub): boolean => stub.severity === 'error' || bareSymbol(stub.symbol) === bareSymbol(symbol);
    return surestFirst([...put, ...called].filter(isSure));
  }

  async stubsIn(files: readonly string[]): Promise<Stub[]> {
    const found: Stub[] = [];
    for (const file of files) if (this.#ctx.isSource(file)) found.push(...((await this.report(file))?.stubs ?? []));
    return surestFirst(found);
  }

  #sourceWith(symbols: readonly string[]): string[] {
    const words = [...new Set(symbols.map(bareSymbol))];
    const files = this.#ctx.files.withWord(words);
    // What may be source of a language without a grammar comes last, and is read by words.
    const read = files.filter(this.#ctx.isSource);
    const others = files.filter((file) => !this.#ctx.isSource(file) && !isProse(file));
    return [...read, ...others].slice(0, MOST_FILES);
  }

  #read(file: string): Promise<{ report: SourceReport; source: Uint8Array } | null> {
    const known = this.#reports.get(file);
    if (known !== undefined) return known;
    const source = this.#ctx.files.read(file);
    const reading =
      source === null ? Promise.resolve(null) : this.#ctx.look(file, source).then((report) => ({ report, source }));
    this.#reports.set(file, reading);
    return reading;
  }
}

const isTest = ({ kind }: Stub): boolean => kind === 'skipped-test' || kind === 'vacuous-test';

/** What says itself that it is none before what looks like one, and tests last: seldom does anything build on them. */
export function surestFirst(stubs: readonly Stub[]): Stub[] {
  const weight = (stub: Stub): number => (isTest(stub) ? 2 : 0) + (stub.severity === 'error' ? 0 : 1);
  return [...stubs].sort((a, b) => weight(a) - weight(b));
}

export function lackOf(stub: Stub): Lack {
  const { symbol, file, line, endLine } = stub;
  return { kind: 'stub', symbol, file, line, endLine, says: `it is a stub (${stub.message})` };
}
