/** Reads sources for the gate: each version once, within a time that a step can bear, and never silently not at all. */
import type { Finding } from '../../record/receipt.js';
import type { FileVersion } from '../../workspace/workspace.js';
import { isSource, type StubDetector, stubDetector } from '../stubs/detector.js';
import type { SourceReport } from '../stubs/report.js';

/** What the gate may read for all in all: at the detector's 2 MB/s more than any one task changes. */
const LONGEST_MS = 120_000;
/** No source that people or agents write is larger. */
const LARGEST_BYTES = 32 << 20;

function notRead(file: string, why: string): Finding {
  return { kind: 'not-read', severity: 'warning', file, line: null, symbol: null, message: why };
}

export class SourceReader {
  readonly #ignored: (path: string) => boolean;
  readonly #limitMs: number;
  readonly #reports = new Map<string, Promise<SourceReport>>();
  readonly #late = new Set<string>();
  readonly #large = new Map<string, number>();
  /** Made when the first source is read: its parser costs time and memory. */
  #detector: StubDetector | null = null;
  #spentMs = 0;

  /** @param ignored whether the configuration leaves a path to itself */
  constructor(ignored: (path: string) => boolean, limitMs: number = LONGEST_MS) {
    this.#ignored = ignored;
    this.#limitMs = limitMs;
  }

  /** Whether a file of that name is looked into at all. */
  wants(path: string): boolean {
    return isSource(path) && !this.#ignored(path);
  }

  /** Null where there is nothing to read: no file, none that is wanted, one too large, or too late. */
  async read(path: string, version: FileVersion | null): Promise<SourceReport | null> {
    if (version === null || !this.wants(path)) return null;
    const key = `${version.object} ${path}`;
    const known = this.#reports.get(key);
    if (known !== undefined) return known;
    if (version.size > LARGEST_BYTES) {
      this.#large.set(path, version.size);
      return null;
    }
    if (this.#spentMs > this.#limitMs) {
      this.#late.add(path);
      return null;
    }
    const began = performance.now();
    this.#detector ??= stubDetector();
    const report = this.#detector.read(path, version.read());
    this.#reports.set(key, report);
    await report;
    this.#spentMs += performance.now() - began;
    return report;
  }

  /** As `read`, of a file that calls itself generated. */
  async readGenerated(path: string, version: FileVersion): Promise<SourceReport> {
    this.#detector ??= stubDetector();
    return this.#detector.read(path, version.read(), true);
  }

  /** What could not be looked into, for the record. */
  notRead(): Finding[] {
    const large = [...this.#large].map(([file, size]) =>
      notRead(file, `not looked into for stubs: ${Math.round(size / 1_000_000)} MB are too many`),
    );
    const [first, ...others] = this.#late;
    if (first === undefined) return large;
    const rest = others.length === 0 ? '' : `, nor were ${others.length} further files`;
    const limit = Math.round(this.#limitMs / 1000);
    return [...large, notRead(first, `not looked into for stubs${rest}: reading sources took more than ${limit} s`)];
  }

  close(): void {
    this.#detector?.close();
    this.#detector = null;
  }
}

/** How a file was read, where that was not by its syntax. */
export function degraded(report: SourceReport): Finding | null {
  if (report.read === 'syntax') return null;
  const how = report.read === 'words' ? 'looked into for the usual words only' : 'not looked into for stubs';
  return notRead(report.file, `${how}: ${report.why}`);
}
