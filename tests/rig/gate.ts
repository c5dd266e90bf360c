/** The stub gate over a real repository: what is committed is the step's start, what is written then is the work. */
import type { Ledger, LedgerEntry } from '../../src/inspect/ledger.js';
import { type GateResult, type GateScope, stubGate } from '../../src/inspect/stub-gate.js';
import type { Snapshot, Workspace } from '../../src/workspace/workspace.js';
import { type Repository, withRepository } from './repository.js';

/** A ledger of these entries, in which every owner is good enough but those that are refused by name. */
export function ledgerOf(
  entries: readonly LedgerEntry[] = [],
  refused: Readonly<Record<string, string>> = {},
  providers: Readonly<Record<string, string>> = {},
): Ledger {
  return {
    entries,
    owedBy: (task) => entries.filter(({ owner }) => owner === task),
    refusal: (_leaver, { until }) => refused[until] ?? null,
    ownerNamed: (_leaver, until) => (until in refused ? null : until.replace(/\.md$/, '')),
    provider: (symbol) => providers[symbol] ?? null,
    mayOwn: () => [],
  };
}

export interface Gated {
  readonly repo: Repository;
  readonly ws: Workspace;
  readonly start: Snapshot;
  /** The gate's answer about the work as it stands. */
  pass(task?: Partial<GateScope['task']>, more?: Partial<GateScope>): Promise<GateResult>;
}

/** Findings as `error src/a.py:3 kind: message`, in order. */
export function told({ findings }: GateResult): string[] {
  return findings.map(
    ({ severity, file, line, kind, symbol, message }) =>
      `${severity} ${file}${line === null ? '' : `:${line}`} ${kind}: ${symbol === null ? '' : `${symbol}: `}${message}`,
  );
}

/** Findings as `error file kind symbol`, in order. */
export function briefly({ findings }: GateResult): string[] {
  return findings.map(({ severity, file, kind, symbol }) => `${severity} ${file} ${kind} ${symbol ?? '-'}`);
}

/** Runs a test's body on a repository in which the files are committed. */
export function atGate(files: Readonly<Record<string, string>>, body: (gated: Gated) => Promise<void>) {
  return withRepository({ files: { 'README.txt': 'a project\n', ...files } }, async (repo) => {
    const ws = repo.open();
    const start = ws.snapshot();
    const pass: Gated['pass'] = (task = {}, more = {}) =>
      stubGate({
        gate: 'error',
        ignore: [],
        task: { name: 'own', title: 'Own', body: '', files: [], provides: [], stubs: [], ...task },
        changed: () => ws.changedFiles(start),
        filesMatching: (globs) => ws.filesMatching(globs),
        filesWithWords: (words) => ws.filesWithWords(words),
        deferred: [],
        deferredBy: 'verdict',
        ledger: ledgerOf(),
        personsWork: false,
        ...more,
      });
    await body({ repo, ws, start, pass });
  });
}
