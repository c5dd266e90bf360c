/**
 * Who owes the removal of which stub. There is no book: every receipt says which stubs were left and until which task
 * (`stubs`), and a stub is owed until that task has a receipt that holds (DESIGN "Stubs").
 */
import { join } from 'node:path';
import type { Backlog } from '../backlog/load.js';
import { names, provides, sameSymbol } from '../backlog/named.js';
import { type NoOwner, whyNotOwner } from '../backlog/owners.js';
import { Resolver } from '../backlog/resolve.js';
import type { Task } from '../backlog/task.js';
import type { Config } from '../config.js';
import { nearest, printable, unreachable } from '../diagnostic.js';
import { files } from '../record/files.js';
import { parseReceipt, type ReadReceipt, type Receipt } from '../record/receipt.js';
import { receiptFile, standingNow } from '../record/stands.js';

export interface LedgerEntry {
  readonly symbol: string;
  /** Relative to the work tree. */
  readonly file: string;
  /** Name of the task that has to remove it; as it was written where no task has that name (any more). */
  readonly owner: string;
  readonly leftBy: string;
  /** The task that had the owner opened again for it; absent where it was left by agreement. */
  readonly foundBy?: string;
}

/** A stub, and the task it would be put off until, as whoever wrote it calls it. */
export interface PutOff {
  readonly symbol: string;
  readonly file: string | null;
  readonly until: string;
}

export interface Ledger {
  /** Every stub that receipts say was left, and whose owner has not removed it; by owner, file and symbol. */
  readonly entries: readonly LedgerEntry[];
  owedBy(task: string): readonly LedgerEntry[];
  /**
   * Why a stub may not be put off until that task, as one printable line for a person and for the next prompt; null
   * where it may. @param by declared by a person in `stubs:`, or by an agent's verdict
   */
  refusal(leaver: string, stub: PutOff, by: 'task' | 'verdict'): string | null;
  /** The task that a name means which an agent wrote (`streaming.md`, a sibling's); null where it means none. */
  ownerNamed(leaver: string, until: string): string | null;
  /** Another task, not done, that provides the symbol: what stands there until then is its business. */
  provider(symbol: string, but: string): string | null;
  /** The tasks that could own a stub of that one, if they are about it: later ones, not done; the nearest first. */
  mayOwn(leaver: string, most: number): readonly string[];
}

/** Owners are looked for among so many of the nearest tasks downstream, and so many are named. */
const MOST_ASKED = 200;
const MOST_NAMED = 5;

/**
 * The ledger of a project as its receipts stand when they are first asked for.
 * @param known receipts that were read already, null where there is none; undefined for one that has to be read
 */
export function ledgerOf(
  config: Config,
  backlog: Backlog,
  known: (task: string) => ReadReceipt | null | undefined = () => undefined,
): Ledger {
  const { tasks, graph } = backlog;
  const resolver = new Resolver({
    has: (name) => tasks.has(name),
    all: () => tasks.keys(),
    isDraft: () => false,
    tasks: config.tasks,
  });
  let read: readonly LedgerEntry[] | null = null;
  const isDone = doneIn(config, backlog);

  const ledger: Ledger = {
    get entries() {
      read ??= entriesOf(config, backlog, ledger, known).filter(({ owner }) => !isDone(owner));
      return read;
    },
    owedBy: (task) => ledger.entries.filter(({ owner }) => owner === task),
    refusal(leaver, stub, by) {
      const task = tasks.get(leaver);
      if (task === undefined) return null;
      const owner = tasks.get(ledger.ownerNamed(leaver, stub.until) ?? '');
      const why =
        (by === 'verdict' ? againstTheTask(task, stub, owner) : null) ??
        (owner === undefined
          ? unknownOwner(stub.until, tasks.keys())
          : (whyNot(whyNotOwner(task, stub, owner, graph), stub, owner.name) ??
            (isDone(owner.name) ? { reason: `“${owner.name}” is done already and will not come back to it` } : null)));
      if (why === null) return null;
      const others =
        why.final === true ? [] : ledger.mayOwn(leaver, MOST_ASKED).filter((name) => fits(task, stub, name));
      return `“${printable(stub.symbol)}” cannot be left to “${printable(stub.until)}”: ${why.reason}; ${advice(others)}`;
    },
    ownerNamed(leaver, until) {
      const text = until
        .trim()
        .replace(/^`+|`+$/g, '')
        .replace(/\.(?:md|done)$/, '');
      if (tasks.has(text)) return text;
      const found = resolver.resolve({ text, start: 0, end: 0 }, leaver);
      return 'name' in found ? found.name : null;
    },
    provider(symbol, but) {
      for (const task of tasks.values()) {
        if (task.name !== but && provides(task, symbol) && !isDone(task.name)) return task.name;
      }
      return null;
    },
    mayOwn(leaver, most) {
      const found: string[] = [];
      for (const name of graph.descendants([leaver])) {
        if (found.length >= most) break;
        if (tasks.get(name)?.checkpoint === false && !isDone(name)) found.push(name);
      }
      return found;
    },
  };
  const fits = (leaver: Task, stub: PutOff, name: string): boolean => {
    const owner = tasks.get(name);
    return owner !== undefined && whyNotOwner(leaver, stub, owner, graph) === null;
  };
  return ledger;
}

/** `final`: no other owner would make it right. */
interface Why {
  readonly reason: string;
  readonly final?: true;
}

/** What the leaver's own task says against an agent that puts a stub off. Its `stubs:` outrank its text. */
function againstTheTask(task: Task, { symbol }: PutOff, owner: Task | undefined): Why | null {
  const declared = task.stubs.filter((stub) => sameSymbol(stub.symbol, symbol));
  if (declared.some(({ until }) => until === owner?.name)) return null;
  const [first] = declared;
  if (first !== undefined) return { reason: `this task leaves it to “${first.until}”`, final: true };
  return names(task, symbol) && !task.provides.some((one) => sameSymbol(one, symbol))
    ? { reason: 'this task names it itself', final: true }
    : null;
}

function unknownOwner(until: string, all: Iterable<string>): Why {
  const near = nearest(until, all);
  return { reason: `there is no task of that name${near === null ? '' : ` (did you mean “${near}”?)`}` };
}

function whyNot(why: NoOwner | null, { file }: PutOff, owner: string): Why | null {
  switch (why) {
    case null:
      return null;
    case 'provided':
      return { reason: 'this task provides it, so it must be real when this task is done', final: true };
    case 'itself':
      return { reason: 'that is this very task' };
    case 'checkpoint':
      return { reason: 'that is a checkpoint, on which nobody works' };
    case 'apart':
      return { reason: `“${owner}” does not depend on this task, so it may be done without it` };
    case 'unrelated':
      return {
        reason: `“${owner}” neither provides nor names it${file === null ? '' : `, nor its file ${printable(file)}`}`,
      };
    default:
      return unreachable(why);
  }
}

function advice(owners: readonly string[]): string {
  if (owners.length === 0) return 'finish it in this task';
  const some = owners.slice(0, MOST_NAMED).map((name) => `“${name}”`);
  return `finish it in this task, or leave it to ${some.join(' or ')}`;
}

/** Whether a task's own work is done: a receipt that holds, of an agent's or a person's work. Each is looked at once. */
function doneIn(config: Config, { tasks }: Backlog): (name: string) => boolean {
  const known = new Map<string, boolean>();
  return (name) => {
    let done = known.get(name);
    if (done === undefined) {
      const task = tasks.get(name);
      const found = task === undefined ? null : standingNow(config, task);
      // One that was set aside goes on owing, and a checkpoint that was approved is nobody's work.
      done = found?.kind === 'holds' && (found.state === 'done' || found.state === 'accepted');
      known.set(name, done);
    }
    return done;
  };
}

function entriesOf(
  config: Config,
  backlog: Backlog,
  { ownerNamed }: Pick<Ledger, 'ownerNamed'>,
  known: (task: string) => ReadReceipt | null | undefined,
): LedgerEntry[] {
  const entries = new Map<string, LedgerEntry>();
  // Also of tasks whose file is too broken to be read at the moment: what they left stands all the same.
  for (const leftBy of new Set([...backlog.tasks.keys(), ...backlog.broken])) {
    for (const { symbol, file, until } of stubsLeft(config, leftBy, known(leftBy))) {
      const owner = ownerNamed(leftBy, until) ?? until;
      entries.set(JSON.stringify([owner, file, symbol, leftBy]), { symbol, file, owner, leftBy });
    }
  }
  return [...entries].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry);
}

/** As our receipts are written, and as a formatter may leave them: nothing was left, which is so for nearly all. */
const NOTHING_LEFT = /"stubs"\s*:\s*\[\s*\]/;

/**
 * The stubs that a task's receipt says were left. Whether it still holds is no matter: the stub was left; but a seal
 * that is wrong is not believed.
 */
function stubsLeft(config: Config, task: string, known: ReadReceipt | null | undefined): Receipt['stubs'] {
  const found = known === undefined ? readWithStubs(config, task) : known;
  return found?.kind === 'receipt' && found.sealed && found.receipt.task === task ? found.receipt.stubs : [];
}

/**
 * A receipt, if it says that stubs were left. Only those with stubs are parsed: reading 10,000 receipts takes 70 ms, and
 * must stay below 200.
 */
function readWithStubs(config: Config, task: string): ReadReceipt | null {
  const source = files.readText(join(config.root, receiptFile(config, task)));
  return source === null || NOTHING_LEFT.test(source) ? null : parseReceipt(source);
}
