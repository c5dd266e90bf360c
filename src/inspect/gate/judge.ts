/** What a stub that stands means for the task at hand: nothing, a note for the record, or that it is not done. */
import { bareSymbol, names, provides, sameSymbol, symbolsNamed } from '../../backlog/named.js';
import { type DeferredStub, EXEMPT, type Finding } from '../../record/receipt.js';
import type { Stub } from '../stubs/report.js';
import type { Past } from './changes.js';
import { otherOwner, owedHere, putOff } from './deferral.js';
import type { GateScope } from './scope.js';
import { isOfTest } from './tests.js';
import { isToldToMove, isToldToSkip } from './told.js';
import type { Meant, View } from './view.js';

export interface Judgement {
  readonly finding: Finding;
  readonly stub?: DeferredStub;
  readonly reason?: string;
  readonly exempted?: boolean;
}

/** How a task has to do with a stub. */
interface Relation {
  readonly past: Past;
  readonly deliverable: boolean;
  readonly provided: boolean;
  readonly named: boolean;
}

function relationOf({ task }: GateScope, { changes, deliverables }: View, meant: Meant, stub: Stub): Relation {
  const means = (symbols: readonly string[], orAll: boolean): boolean =>
    symbols.some((symbol) => meant.means(symbol, stub, orAll));
  const past = changes.pastOf(stub);
  const deliverable = deliverables.has(stub.file);
  if (stub.symbol === '') return { past, deliverable, provided: false, named: false };
  // Under another name, or elsewhere, it is still what the task was to make real.
  const former = past.kind === 'moved' ? past.from.symbol : stub.symbol;
  return {
    past,
    deliverable,
    provided: means(task.provides, true) || (former !== stub.symbol && provides(task, former)),
    named:
      (names(task, stub.symbol) && means(mentionsOf(task, stub.symbol), false)) ||
      (former !== stub.symbol && names(task, former)),
  };
}

/** How the text names a symbol, the most exact way: `Parser.next` says more than the `next` that stands for it as well. */
function mentionsOf(task: GateScope['task'], symbol: string): readonly string[] {
  const bare = bareSymbol(symbol);
  const exact = symbolsNamed(task).filter((named) => sameSymbol(named, symbol) && bareSymbol(named) !== named);
  return exact.length > 0 ? exact : [bare];
}

/** Made a stub, or skipped, of what was a test that asserted something. */
function isEmptied(stub: Stub, { changes }: View): boolean {
  const before = changes.compared.find(({ path }) => path === stub.file)?.before ?? null;
  const had = before?.functions.some(({ symbol, test }) => test && symbol === stub.symbol) === true;
  return had && before?.stubs.some(({ symbol }) => symbol === stub.symbol) !== true;
}

/** Whether a stub of that relation keeps the task from being done, as far as nobody else owes it. */
function blocks(scope: GateScope, view: View, stub: Stub, relation: Relation): boolean {
  const { past, deliverable, provided, named } = relation;
  if (isOfTest(stub) && past.kind === 'made') {
    if (isToldToSkip(scope.task, stub.symbol, stub.file)) return false;
    if (isEmptied(stub, view)) return true;
  }
  if (provided || (named && !isToldToMove(scope.task, past, stub))) return true;
  if (stub.severity === 'warning') return false;
  // Tests that were skipped before this task are no work that it left undone.
  return past.kind === 'made' || (deliverable && !isOfTest(stub)) || isNewlyMade(past, stub);
}

/** Gone from one place, and alike in another by no more than a body that many stubs have: not moved, but made anew. */
function isNewlyMade(past: Past, stub: Stub): boolean {
  return past.kind === 'moved' && past.from.symbol !== stub.symbol && past.from.file !== stub.file;
}

/** `stepladder-ok` counts where it stood before the attempt, or where a person did the work. */
function isExempt(scope: GateScope, view: View, stub: Stub, past: Past): boolean {
  if (stub.exempt === null) return false;
  if (scope.personsWork) return true;
  if (past.kind === 'moved') return past.from.exempt !== null;
  const file = view.changes.compared.find(({ path }) => path === stub.file);
  if (file === undefined) return true;
  return file.before?.stubs.some(({ symbol, exempt }) => exempt !== null && symbol === stub.symbol) === true;
}

const ADDED = ' (a stepladder-ok comment counts only where it stood before the attempt)';

function findingOf(stub: Stub, kind: string, severity: Finding['severity'], message: string): Finding {
  const { file, line } = stub;
  return { kind, severity, file, line, symbol: stub.symbol === '' ? null : stub.symbol, message };
}

/** Null where the stub is none of the task's business. */
export function judge(scope: GateScope, view: View, meant: Meant, stub: Stub): Judgement | null {
  const relation = relationOf(scope, view, meant, stub);
  const { past } = relation;
  const exempt = isExempt(scope, view, stub, past);
  // Written now above what stood there, it would excuse the next task.
  const excuseAdded = stub.exempt !== null && !exempt;
  const owed = owedHere(scope, view, stub);
  const deferral = putOff(scope, meant, stub);
  const inScope = past.kind !== 'stood' || relation.deliverable || relation.provided || relation.named || excuseAdded;
  if (!inScope && owed === null && deferral?.kind !== 'accepted') return null;

  const refused = deferral?.kind === 'refused' ? deferral : null;
  const reason = refused === null ? {} : { reason: `${stub.file}:${stub.line}: ${refused.why}` };
  if (deferral?.kind === 'accepted') {
    return { finding: note(stub, `left until ${deferral.stub.until}`), stub: deferral.stub };
  }
  // What is owed no comment excuses: whoever left it could have written that as well.
  if (owed !== null) {
    const why =
      owed.foundBy === undefined
        ? `which ${owed.leftBy} left for this task to remove`
        : `for which ${owed.foundBy} had this task opened again`;
    const said = `still a stub, ${why}: ${stub.message}`;
    return { finding: findingOf(stub, 'owed-stub', 'error', said), ...reason };
  }
  const excused = excuse(scope, stub, relation, exempt);
  if (excused !== null) return excused;
  const addedToError = excuseAdded && stub.severity === 'error';
  if (refused === null && !addedToError && !blocks(scope, view, stub, relation)) {
    return { finding: findingOf(stub, stub.kind, 'warning', stub.message) };
  }
  const said = `${stub.message}${excuseAdded ? ADDED : ''}`;
  return { finding: findingOf(stub, stub.kind, 'error', said), ...reason };
}

const note = (stub: Stub, said: string): Finding => findingOf(stub, stub.kind, 'warning', `${stub.message} (${said})`);

/** What lets a stub stand that the task neither puts off nor owes: it is somebody else's, or exempt. */
function excuse(scope: GateScope, stub: Stub, { past, provided }: Relation, exempt: boolean): Judgement | null {
  const other = provided ? null : ownerOf(scope, stub, past);
  if (other !== null) {
    return { finding: note(stub, `${other.until} owes it`), ...(other.carry ? { stub: other.stub } : {}) };
  }
  if (exempt) {
    const said = `${EXEMPT}${stub.exempt} (${stub.message})`;
    return { finding: findingOf(stub, stub.kind, 'warning', said), exempted: true };
  }
  const provider = provided || past.kind === 'made' ? null : scope.ledger.provider(stub.symbol, scope.task.name);
  return provider === null ? null : { finding: note(stub, `${provider} provides it, and is not done`) };
}

/** The other task that owes a stub; `carry`: by this task's doing it goes by another name now, or lies elsewhere. */
function ownerOf(
  scope: GateScope,
  stub: Stub,
  past: Past,
): { readonly until: string; readonly carry: boolean; readonly stub: DeferredStub } | null {
  const { symbol, file } = stub;
  const here = otherOwner(scope, stub);
  const entry = here ?? (past.kind === 'moved' ? otherOwner(scope, past.from) : null);
  if (entry === null) return null;
  // What this very task left before is left again.
  const carry = here === null || here.leftBy === scope.task.name;
  return { until: entry.owner, carry, stub: { symbol, file, until: entry.owner } };
}
