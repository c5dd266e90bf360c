/**
 * The gate that what was called done has to pass: no stub in what the task changed, delivers, provides or names, none
 * that it owes, and no test made away with (DESIGN "Stubs").
 *
 *   changed files ─┐
 *   `files` globs ─┼─▶ look: read by syntax, ─▶ judge each stub ─▶ exempt · put off · owed by another ─▶ a note
 *   symbols named ─┤    before and now                          └▶ made here, delivered, provided, owed ─▶ blocks
 *   stubs owed    ─┘                          ─▶ tests lost, symbols missing                             ─▶ blocks
 */
import picomatch from 'picomatch';
import { bareSymbol, sameSymbol } from '../backlog/named.js';
import type { DeferredStub, Finding } from '../record/receipt.js';
import { owedUnseen } from './gate/deferral.js';
import { behindTheMark } from './gate/generated.js';
import { judge } from './gate/judge.js';
import { degraded, SourceReader } from './gate/reader.js';
import { type GateResult, type GateScope, NOTHING_FOUND } from './gate/scope.js';
import { lostTestFiles, lostTests } from './gate/tests.js';
import { look, Meant, type View } from './gate/view.js';

export type { GateResult, GateScope } from './gate/scope.js';

/** So many findings that block, and so many that are only noted, go to the record; the rest are counted. */
const MOST = 50;

function ignoredBy(globs: readonly string[]): (path: string) => boolean {
  return globs.length === 0 ? () => false : picomatch([...globs], { dot: true });
}

/** Symbols that the task provides, and that no text of the workspace holds as a word. */
function missingSymbols({ task, filesWithWords }: GateScope, { reports }: View): Finding[] {
  const functions = [...reports.values()].flatMap((report) => report.functions);
  return task.provides
    .filter((symbol) => !functions.some((one) => sameSymbol(symbol, one.symbol)))
    .filter((symbol) => filesWithWords([bareSymbol(symbol)]).length === 0)
    .map((symbol) => ({
      kind: 'missing-symbol',
      severity: 'error' as const,
      file: task.files.find((glob) => !/[*?[{!]/.test(glob)) ?? '.',
      line: null,
      symbol,
      message: `this task provides it, and nothing of that name is in the workspace`,
    }));
}

function unseen(scope: GateScope, view: View): Finding[] {
  return owedUnseen(scope, view).map(({ entry: { symbol, file, leftBy }, why }) => ({
    kind: 'owed-stub',
    severity: 'error' as const,
    file,
    line: null,
    symbol,
    message: `whether it still is the stub that ${leftBy} left for this task cannot be seen any more: ${why}`,
  }));
}

/** What the record must know of how far the gate could see. */
function limits(view: View, reader: SourceReader): Finding[] {
  const { changes, deliverables, reports, tooCommon } = view;
  const ways = [...reports.values()]
    .filter(({ file }) => changes.changed(file) || deliverables.has(file))
    .flatMap((report) => degraded(report) ?? []);
  const them = tooCommon.length === 1 ? 'it, and it stands' : 'them, and they stand';
  const common: Finding = {
    kind: 'not-read',
    severity: 'warning',
    file: '.',
    line: null,
    symbol: null,
    message: `${tooCommon.join(', ')}: the text names ${them} in too many files to be looked for`,
  };
  return [...ways, ...reader.notRead(), ...(tooCommon.length > 0 ? [common] : [])];
}

function capped(findings: readonly Finding[], what: string): Finding[] {
  const first = findings.slice(0, MOST);
  const [next] = findings.slice(MOST);
  if (next === undefined) return first;
  const message = `and ${findings.length - MOST} further ${what}, not listed`;
  return [...first, { ...next, line: null, symbol: null, message }];
}

function unique(stubs: readonly DeferredStub[]): DeferredStub[] {
  return [...new Map(stubs.map((stub) => [JSON.stringify([stub.symbol, stub.file, stub.until]), stub])).values()];
}

async function examine(scope: GateScope, reader: SourceReader): Promise<GateResult> {
  const view = await look(scope, reader);
  const meant = new Meant(scope, view);
  const judged = [...view.reports.values()].flatMap((report) =>
    report.stubs.flatMap((stub) => judge(scope, view, meant, stub) ?? []),
  );
  const all = [
    ...judged.map(({ finding }) => finding),
    ...(await behindTheMark(scope, view, reader)),
    ...unseen(scope, view),
    ...missingSymbols(scope, view),
    ...lostTests(scope.task, view.changes.compared),
    ...lostTestFiles(scope.task, view.changed, ignoredBy(scope.ignore)),
    ...limits(view, reader),
  ];
  const warn = scope.gate === 'warn';
  const blocking = warn ? [] : all.filter(({ severity }) => severity === 'error');
  const noted = all
    .filter((finding) => !blocking.includes(finding))
    .map((finding) => ({ ...finding, severity: 'warning' as const }));
  return {
    findings: [...capped(blocking, 'findings that block'), ...capped(noted, 'findings')],
    reasons: warn ? [] : judged.flatMap(({ reason }) => reason ?? []).slice(0, MOST),
    stubs: unique(judged.flatMap(({ stub }) => stub ?? [])),
    exempted: judged.filter(({ exempted }) => exempted === true).length,
  };
}

/**
 * Looks for itself whether the work is free of stubs.
 * @throws the system's error where git fails; whatever stands in a source is an answer
 */
export async function stubGate(scope: GateScope): Promise<GateResult> {
  if (scope.gate === 'off') return NOTHING_FOUND;
  const reader = new SourceReader(ignoredBy(scope.ignore));
  try {
    return await examine(scope, reader);
  } finally {
    reader.close();
  }
}
