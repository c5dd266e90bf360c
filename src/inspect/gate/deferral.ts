/** Which stubs may stay: those that a task owes by the ledger, or that are put off, rightly, until one (DESIGN "Stubs"). */
import { posix } from 'node:path';
import { sameSymbol } from '../../backlog/named.js';
import type { DeferredStub } from '../../record/receipt.js';
import type { LedgerEntry } from '../ledger.js';
import type { Stub } from '../stubs/report.js';
import type { GateScope } from './scope.js';
import type { Meant, View } from './view.js';

export type PutOff =
  | { readonly kind: 'accepted'; readonly stub: DeferredStub }
  /** `why`: the ledger's whole sentence. */
  | { readonly kind: 'refused'; readonly why: string }
  | null;

/** Agents write `./a.py`, an absolute path, or one from the repository's top. */
function sameFile(said: string, file: string): boolean {
  const path = posix.normalize(said.trim());
  return path === file || path.endsWith(`/${file}`) || file.endsWith(`/${path}`);
}

/** What the task itself or the verdict says of a stub, and whether that is granted. */
export function putOff(scope: GateScope, meant: Meant, stub: Stub): PutOff {
  const { task, ledger, deferred, deferredBy } = scope;
  const claims = [
    ...task.stubs
      .filter(({ symbol }) => meant.means(symbol, stub, true))
      .map(({ until }) => ({ until, by: 'task' as const })),
    ...deferred
      .filter(({ symbol, file }) => sameSymbol(symbol, stub.symbol) && sameFile(file, stub.file))
      // What a receipt says was granted once already.
      .map(({ until }) => ({ until, by: deferredBy === 'receipt' ? ('task' as const) : ('verdict' as const) })),
  ];
  let refused: PutOff = null;
  for (const { until, by } of claims) {
    const { symbol, file } = stub;
    const why = ledger.refusal(task.name, { symbol, file, until }, by);
    if (why === null) {
      return { kind: 'accepted', stub: { symbol, file, until: ledger.ownerNamed(task.name, until) ?? until } };
    }
    refused ??= { kind: 'refused', why };
  }
  return refused;
}

const isOf = ({ symbol, file }: LedgerEntry, stub: Pick<Stub, 'symbol' | 'file'>): boolean =>
  file === stub.file && sameSymbol(symbol, stub.symbol);

/** Stubs that stood in an owed file at the step's start, or whatever else has that name there. */
function stoodThere({ symbol, file }: LedgerEntry, { changes, reports }: View): boolean {
  const changed = changes.compared.find(({ path }) => path === file);
  const before = changed === undefined ? reports.get(file) : changed.before;
  return [...(before?.functions ?? []), ...(before?.stubs ?? [])].some((one) => sameSymbol(symbol, one.symbol));
}

/** The entry by which this very task owes the stub: in its place, moved, or under another name. */
export function owedHere(scope: GateScope, view: View, stub: Stub): LedgerEntry | null {
  const past = view.changes.pastOf(stub);
  const ownedElsewhere = otherOwner(scope, stub) !== null;
  const owes = (entry: LedgerEntry): boolean => {
    if (isOf(entry, stub)) return true;
    if (past.kind === 'moved' && isOf(entry, past.from)) return true;
    if (!sameSymbol(entry.symbol, stub.symbol) || ownedElsewhere) return false;
    // Of the same name elsewhere: put there by this task, or by somebody between the leaver and this step.
    return past.kind === 'made' || !stoodThere(entry, view);
  };
  return scope.ledger.owedBy(scope.task.name).find(owes) ?? null;
}

/** What this task owes in files that were read by their syntax and cannot be any more: nobody can see that it is gone. */
export function owedUnseen({ task, ledger }: GateScope, { changes }: View): { entry: LedgerEntry; why: string }[] {
  return ledger.owedBy(task.name).flatMap((entry) => {
    const file = changes.compared.find(({ path }) => path === entry.file);
    if (file?.before?.read !== 'syntax' || file.now === null || file.now.read === 'syntax') return [];
    return [{ entry, why: file.now.why }];
  });
}

/** The entry by which another task owes the stub; a task that is no more owes nothing. */
export function otherOwner({ ledger, task }: GateScope, stub: Pick<Stub, 'symbol' | 'file'>): LedgerEntry | null {
  const isOther = (owner: string): boolean => owner !== task.name && ledger.ownerNamed(task.name, owner) === owner;
  return ledger.entries.find((entry) => isOf(entry, stub) && isOther(entry.owner)) ?? null;
}
