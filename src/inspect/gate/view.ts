/** What the gate has before it: the sources that the task changed, delivers, provides, names or owes, as they stand. */
import { bareSymbol, namesFile, sameSymbol, symbolsNamed } from '../../backlog/named.js';
import type { ChangedFile, TreeFile } from '../../workspace/workspace.js';
import type { SourceReport, Stub } from '../stubs/report.js';
import { Changes, compare } from './changes.js';
import type { SourceReader } from './reader.js';
import type { GateScope } from './scope.js';

/** A word in the sources of more files than this is too common for a text's mention of it to mean any one of them. */
const TOO_COMMON = 100;

export interface View {
  readonly changed: readonly ChangedFile[];
  readonly changes: Changes;
  /** The present sources that were read, by path. */
  readonly reports: ReadonlyMap<string, SourceReport>;
  /** Those that match the task's `files`. */
  readonly deliverables: ReadonlySet<string>;
  /** Named in the task's text, and in too many files to be looked for. */
  readonly tooCommon: readonly string[];
}

/** Words by which git finds the sources of symbols. */
function wordsOf(symbols: readonly string[]): string[] {
  const words = symbols.map(bareSymbol).filter((word) => word !== '' && !/[\n\0]/.test(word));
  return [...new Set(words)];
}

/** Where the symbols stand that the text names; not those that stand nearly everywhere. */
function sourcesNaming(
  scope: GateScope,
  reader: SourceReader,
  words: readonly string[],
): { files: readonly TreeFile[]; tooCommon: string[] } {
  const sources = scope.filesWithWords(words).filter(({ path }) => reader.wants(path));
  const tooCommon = words.filter((word) => sources.filter((file) => file.words.includes(word)).length > TOO_COMMON);
  return { files: sources.filter((file) => file.words.some((word) => !tooCommon.includes(word))), tooCommon };
}

/** Reads whatever is in the gate's scope. */
export async function look(scope: GateScope, reader: SourceReader): Promise<View> {
  const { task, ledger, deferred } = scope;
  const changed = scope.changed();
  const compared = await compare(changed, reader);
  const reports = new Map<string, SourceReport>();
  for (const { path, now } of compared) if (now !== null) reports.set(path, now);

  const readAll = async (files: readonly TreeFile[]): Promise<void> => {
    for (const { path, now } of files) {
      const report = await reader.read(path, now);
      if (report !== null) reports.set(path, report);
    }
  };
  const deliverables = scope.filesMatching(task.files).filter(({ path }) => reader.wants(path));
  await readAll(deliverables);
  const sought = [...task.stubs, ...deferred, ...ledger.owedBy(task.name)].map(({ symbol }) => symbol);
  const must = wordsOf([...task.provides, ...sought]);
  await readAll(scope.filesWithWords(must));
  const named = sourcesNaming(
    scope,
    reader,
    wordsOf(symbolsNamed(task)).filter((word) => !must.includes(word)),
  );
  await readAll(named.files);
  return {
    changed,
    changes: new Changes(compared),
    reports,
    deliverables: new Set(deliverables.map(({ path }) => path)),
    tooCommon: named.tooCommon,
  };
}

/** One place where a symbol stands. */
interface Spot {
  readonly file: string;
  readonly symbol: string;
  readonly line: number;
}

/** Which of several functions of one name are meant. */
export class Meant {
  readonly #scope: GateScope;
  readonly #view: View;
  readonly #spots = new Map<string, { readonly near: readonly Spot[]; readonly all: readonly Spot[] }>();

  constructor(scope: GateScope, view: View) {
    this.#scope = scope;
    this.#view = view;
  }

  /**
   * Whether a text that says `symbol` means this stub: those that the task touched, delivers, or whose file it names, if
   * there are any of that name; else the only one of that name, or, where `orAll`, each of them.
   */
  means(symbol: string, stub: Stub, orAll: boolean): boolean {
    if (!sameSymbol(symbol, stub.symbol)) return false;
    const { near, all } = this.#spotsOf(symbol);
    const isIt = ({ file, symbol: other }: Spot): boolean => file === stub.file && other === stub.symbol;
    if (near.length > 0) return near.some(isIt);
    return orAll || all.length <= 1;
  }

  #spotsOf(symbol: string): { readonly near: readonly Spot[]; readonly all: readonly Spot[] } {
    const known = this.#spots.get(symbol);
    if (known !== undefined) return known;
    const { reports, changes } = this.#view;
    const all: Spot[] = [];
    const near: Spot[] = [];
    for (const report of reports.values()) {
      const isNear = this.#isNear(report.file);
      const lines = new Set<number>();
      for (const one of report.functions) {
        if (!sameSymbol(symbol, one.symbol)) continue;
        lines.add(one.line);
        all.push({ ...one, file: report.file });
        if (isNear || changes.touched(report.file, one)) near.push({ ...one, file: report.file });
      }
      for (const stub of report.stubs) {
        if (lines.has(stub.line) || !sameSymbol(symbol, stub.symbol)) continue;
        all.push(stub);
        if (isNear || changes.pastOf(stub).kind !== 'stood') near.push(stub);
      }
    }
    const spots = { near, all };
    this.#spots.set(symbol, spots);
    return spots;
  }

  #isNear(file: string): boolean {
    return this.#view.deliverables.has(file) || namesFile(this.#scope.task, file);
  }
}
