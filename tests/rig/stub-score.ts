/** Scores the detector on a corpus of labelled source files; tests/fixtures/stub-cases/README.md has the rules. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stubDetector } from '../../src/inspect/stubs/detector.js';
import type { Stub } from '../../src/inspect/stubs/report.js';

interface Span {
  readonly line: number;
  readonly endLine: number;
}
interface Label {
  readonly file: string;
  readonly stubs: readonly (Span & { readonly symbol: string; readonly kind: string })[];
  readonly note: string;
}
interface Functions {
  readonly file: string;
  readonly functions: readonly (Span & { readonly lead: number })[];
}

/** `hit`, `false alarm` and `missed` of what was labelled; `partial` is counted in none of them. */
export class Tally {
  hits = 0;
  alarms = 0;
  missed = 0;

  get precision(): number {
    return this.hits / (this.hits + this.alarms || 1);
  }
  get recall(): number {
    return this.hits / (this.hits + this.missed || 1);
  }
  get f1(): number {
    return (2 * this.precision * this.recall) / (this.precision + this.recall || 1);
  }
  toString(): string {
    const [p, r, f] = [this.precision, this.recall, this.f1].map((n) => n.toFixed(3));
    return `precision ${p}, recall ${r}, F1 ${f} (${this.hits} hits, ${this.alarms} false, ${this.missed} missed)`;
  }
}

export interface Score {
  readonly total: Tally;
  readonly byLanguage: ReadonlyMap<string, Tally>;
  /** Findings of severity `error` alone; its `missed` says nothing. */
  readonly errors: Tally;
  readonly partial: { labelled: number; found: number };
  /** One line per miss and per false alarm. */
  readonly wrong: readonly string[];
}

function lines<T>(folder: string, name: RegExp): T[] {
  return readdirSync(folder)
    .filter((file) => name.test(file))
    .sort()
    .flatMap((file) => readFileSync(join(folder, file), 'utf8').split('\n').filter(Boolean))
    .map((line) => JSON.parse(line) as T);
}

/** The label that a finding hits, by its line or by the function around it; and what else it would be an alarm about. */
function aim(label: Label, functions: Functions['functions'], line: number): { index: number; unit: number } {
  const around = functions
    .filter((span) => line >= span.lead && line <= span.endLine)
    .sort((a, b) => a.endLine - a.lead - (b.endLine - b.lead))[0] ?? { line, endLine: line };
  const index = label.stubs.findIndex(
    (stub) =>
      (line >= stub.line && line <= stub.endLine) || (around.line >= stub.line && around.endLine <= stub.endLine),
  );
  return { index, unit: around.line };
}

/** Reads every file that the folder's labels name. */
export async function scoreOf(folder: string): Promise<Score> {
  const spans = new Map(lines<Functions>(folder, /^functions.*\.jsonl$/).map((row) => [row.file, row.functions]));
  const byLanguage = new Map<string, Tally>();
  const [total, errors] = [new Tally(), new Tally()];
  const partial = { labelled: 0, found: 0 };
  const wrong: string[] = [];
  const detector = stubDetector();
  try {
    for (const label of lines<Label>(folder, /^labels.*\.jsonl$/)) {
      const path = join(folder, label.file);
      if (!existsSync(path)) throw new Error(`${label.file} is labelled and not there`);
      const language = label.file.split('/')[0] ?? '';
      const tally = byLanguage.get(language) ?? new Tally();
      byLanguage.set(language, tally);
      const { stubs } = await detector.read(label.file, readFileSync(path));
      tallyFile(label, spans.get(label.file) ?? [], stubs, { tallies: [tally, total], errors, partial, wrong });
    }
  } finally {
    detector.close();
  }
  return { total, byLanguage, errors, partial, wrong };
}

interface Books {
  readonly tallies: readonly Tally[];
  readonly errors: Tally;
  readonly partial: { labelled: number; found: number };
  readonly wrong: string[];
}

function tallyFile(label: Label, spans: Functions['functions'], stubs: readonly Stub[], books: Books): void {
  const hit = new Map<number, boolean>();
  const alarms = new Map<number, Stub>();
  for (const stub of stubs) {
    const { index, unit } = aim(label, spans, stub.line);
    if (index >= 0) hit.set(index, hit.get(index) === true || stub.severity === 'error');
    else if (stub.kind !== 'partial' && alarms.get(unit)?.severity !== 'error') alarms.set(unit, stub);
  }
  label.stubs.forEach((stub, index) => {
    const found = hit.get(index);
    if (found === true) books.errors.hits++;
    if (stub.kind === 'partial') {
      books.partial.labelled++;
      if (found !== undefined) books.partial.found++;
      return;
    }
    for (const tally of books.tallies) {
      if (found === undefined) tally.missed++;
      else tally.hits++;
    }
    if (found === undefined) books.wrong.push(`missed ${label.file}:${stub.line} ${stub.symbol} [${stub.kind}]`);
  });
  for (const stub of alarms.values()) {
    for (const tally of books.tallies) tally.alarms++;
    if (stub.severity === 'error') books.errors.alarms++;
    books.wrong.push(`false ${label.file}:${stub.line} ${stub.symbol} [${stub.severity} ${stub.kind}] ${stub.message}`);
  }
}
