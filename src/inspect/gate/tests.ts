/**
 * Tests that a task made away with. What is gone under its name is looked for under its body, and in the other changed
 * files: moved and renamed tests are none that are lost. A test that was renamed and changed at once can be told from a
 * deleted one by nothing certain: as long as no fewer tests of that file assert something than before (of all changed
 * files, where the task is to move tests), it is recorded and does not block.
 */
import { basename } from 'node:path';
import type { Finding } from '../../record/receipt.js';
import type { ChangedFile } from '../../workspace/workspace.js';
import { isSource } from '../stubs/detector.js';
import type { SourceFunction, SourceReport, Stub } from '../stubs/report.js';
import type { Compared } from './changes.js';
import type { GateScope } from './scope.js';
import { isToldToMoveTests, isToldToRemove } from './told.js';

/** So many names of a deleted file's tests are told. */
const NAMED = 5;

export const isOfTest = ({ kind }: Stub): boolean => kind === 'skipped-test' || kind === 'vacuous-test';

const testsOf = (report: SourceReport | null): readonly SourceFunction[] =>
  (report?.functions ?? []).filter(({ test }) => test);

/** Those of `some` that have no partner among `others`; each of those is the partner of one at most. */
function without(
  some: readonly SourceFunction[],
  others: readonly SourceFunction[],
  alike: (one: SourceFunction, other: SourceFunction) => boolean,
): { left: SourceFunction[]; free: SourceFunction[] } {
  const free = [...others];
  const left = some.filter((one) => {
    const at = free.findIndex((other) => alike(one, other));
    if (at !== -1) free.splice(at, 1);
    return at === -1;
  });
  return { left, free };
}

const sameName = (one: SourceFunction, other: SourceFunction): boolean => one.symbol === other.symbol;
const sameBody = (one: SourceFunction, other: SourceFunction): boolean => one.body !== '' && one.body === other.body;

/** How many tests of a file are neither skipped nor empty nor assert nothing. */
function asserting(report: SourceReport | null): number {
  const idle = new Set((report?.stubs ?? []).filter(isOfTest).map(({ symbol, line }) => `${line} ${symbol}`));
  return testsOf(report).filter(({ symbol, line }) => !idle.has(`${line} ${symbol}`)).length;
}

const asMany = (files: readonly Compared[]): boolean => {
  const sum = (of: (file: Compared) => number): number => files.reduce((total, file) => total + of(file), 0);
  return sum(({ now }) => asserting(now)) >= sum(({ before }) => asserting(before));
};

function finding(severity: Finding['severity'], file: string, symbol: string | null, message: string): Finding {
  return { kind: 'deleted-test', severity, file, line: null, symbol, message };
}

/** @param replaced whether as many tests assert something as before */
function ofFile(
  task: GateScope['task'],
  { path, now }: Compared,
  lost: readonly SourceFunction[],
  replaced: boolean,
): Finding[] {
  if (now === null) {
    const names = lost.slice(0, NAMED).map(({ symbol }) => symbol);
    const more = lost.length > names.length ? ` and ${lost.length - names.length} more` : '';
    const said = `the test file was deleted, with ${names.join(', ')}${more}`;
    return replaced ||
      isToldToRemove(task, null, path) ||
      lost.every(({ symbol }) => isToldToRemove(task, symbol, path))
      ? [finding('warning', path, null, said)]
      : [finding('error', path, null, `${said}: bring it back, and make what it tests work`)];
  }
  return lost.map(({ symbol }) => {
    if (isToldToRemove(task, symbol, path)) {
      return finding('warning', path, symbol, 'the test was deleted, as the task tells');
    }
    return replaced
      ? finding('warning', path, symbol, `the test is gone; as many assert something as before`)
      : finding('error', path, symbol, `the test was deleted: bring it back, and make what it tests work`);
  });
}

/** Tests of the changed files that are nowhere any more. */
export function lostTests(task: GateScope['task'], compared: readonly Compared[]): Finding[] {
  const before = compared.filter((file) => file.before?.read === 'syntax');
  const known = before.filter(({ now }) => now === null || now.read === 'syntax');
  const gone = known.map((file) => ({ file, ...without(testsOf(file.before), testsOf(file.now), sameName) }));
  const madeElsewhere = compared
    .filter((file) => !known.includes(file))
    .flatMap(({ before, now }) => without(testsOf(now), testsOf(before), sameName).left);
  let made = [...gone.flatMap(({ free }) => free), ...madeElsewhere];
  const moving = isToldToMoveTests(task);
  const lostFiles = gone.flatMap(({ file, left }) => {
    let lost: readonly SourceFunction[] = left;
    for (const alike of [sameName, sameBody]) {
      const found = without(lost, made, alike);
      lost = found.left;
      made = found.free;
    }
    return lost.length === 0 ? [] : ofFile(task, file, lost, moving ? asMany(compared) : asMany([file]));
  });
  return [...lostFiles, ...before.flatMap((file) => unreadable(task, file))];
}

/** Of a file that cannot be read by its syntax any more nobody knows what tests it has. */
function unreadable(task: GateScope['task'], { path, before, now }: Compared): Finding[] {
  const tests = testsOf(before).length;
  if (now === null || now.read === 'syntax' || tests === 0) return [];
  const severity = isToldToRemove(task, null, path) ? 'warning' : 'error';
  const had = tests === 1 ? 'the test that it had' : `the ${tests} tests that it had`;
  return [finding(severity, path, null, `${had} cannot be seen any more: ${now.why}`)];
}

const TEST_NAME = /^(?:test[-_.].*|.*[-_.](?:test|spec)s?)\.(?!json|ya?ml|md|txt|snap|xml|csv|html?)\w+$|\.bats$/i;

/** Deleted files that are tests by their names, in languages that nobody reads here. */
export function lostTestFiles(
  task: GateScope['task'],
  changed: readonly ChangedFile[],
  ignored: (path: string) => boolean,
): Finding[] {
  const made = new Set(changed.flatMap(({ before, now }) => (before === null && now !== null ? [now.object] : [])));
  return changed.flatMap(({ path, before, now }) => {
    if (before === null || now !== null || isSource(path) || ignored(path)) return [];
    if (!TEST_NAME.test(basename(path)) || made.has(before.object)) return [];
    return isToldToRemove(task, null, path)
      ? [finding('warning', path, null, 'the test file was deleted, as the task tells')]
      : [finding('error', path, null, 'the test file was deleted: bring it back, and make what it tests work')];
  });
}
