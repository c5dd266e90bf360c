/**
 * Whose work is it that is missing? Asked of what is on record, the surest first:
 *
 *   the ledger                  a receipt says that the stub was put off until a task: that one owes it, nobody else
 *   whoever must have seen it   the task that provides the symbol, the one that the claim names and whose text names the
 *                               symbol, those whose commits the lines come from: of these the last to be called done
 *   `changed` in receipts       the task that the claim names, else the last that changed the file
 *   text and `files`            the nearest task that names the symbol or the file, or whose globs match it
 *
 * Only tasks that the blocked one builds on are believed to owe it anything.
 */
import picomatch from 'picomatch';
import { names, namesFile, provides, sameSymbol } from '../../backlog/named.js';
import type { LineCommit } from '../../workspace/line-commits.js';
import type { BlameContext, CommitName, Lack } from './claim.js';

export type Owner =
  | {
      readonly owner: string;
      /** As a clause after its name: `which provides it`. */
      readonly how: string;
      /** That left it, or by which it was called done; null where none is known. */
      readonly commit: CommitName | null;
    }
  /** Nobody whose work could be taken back, and why. */
  | { readonly owner: null; readonly why: string };

interface Candidate {
  readonly name: string;
  readonly how: string;
}

/** The task at fault for a lack. @param named the ancestor that the claim names, if any */
export function ownerOf(lack: Lack, named: string | null, ctx: BlameContext): Owner {
  const origin = lack.kind === 'stub' ? linesOf(lack, ctx) : [];
  const commit = origin[0] ?? null;
  const owing = byLedger(lack, ctx);
  if (owing !== null) return 'why' in owing ? { owner: null, why: owing.why } : whole(owing, commit, ctx);
  const found =
    latest([...providers(lack, ctx), ...namers(lack, named, ctx), ...byLines(origin, ctx)], ctx) ??
    byRecord(lack, named, ctx) ??
    byPromise(lack, named, ctx);
  if (found !== null) return whole(found, commit, ctx);
  return { owner: null, why: `no task that ${ctx.task} builds on provides it, names it, or changed it` };
}

function whole({ name, how }: Candidate, commit: CommitName | null, ctx: BlameContext): Owner {
  return { owner: name, how, commit: commit ?? ctx.landed(name) };
}

function byLedger({ symbol, file }: Lack, ctx: BlameContext): Candidate | { readonly why: string } | null {
  if (symbol === null) return null;
  const entries = ctx.putOff().filter((entry) => sameSymbol(entry.symbol, symbol));
  // The same name may stand in several files; a stub that was moved has no entry under its present one.
  const entry = entries.find((one) => one.file === file) ?? entries[0];
  if (entry === undefined) return null;
  const { until, leftBy } = entry;
  if (until === ctx.task) return { why: `${leftBy} left it for ${until}: it is for ${until} itself to write` };
  if (ctx.ancestors.includes(until)) return { name: until, how: `for which ${leftBy} left it` };
  return { why: `${leftBy} left it for ${until}, on which ${ctx.task} does not build: do without it` };
}

function providers({ symbol }: Lack, ctx: BlameContext): Candidate[] {
  if (symbol === null) return [];
  return ctx.ancestors
    .filter((name) => {
      const task = ctx.promiser(name);
      return task !== null && provides(task, symbol);
    })
    .map((name) => ({ name, how: 'which provides it' }));
}

/** The task that the claim names, if its text names the symbol. */
function namers({ symbol }: Lack, named: string | null, ctx: BlameContext): Candidate[] {
  const task = named === null ? null : ctx.promiser(named);
  if (task === null || symbol === null || !names(task, symbol)) return [];
  return [{ name: task.name, how: 'whose task names it' }];
}

function linesOf({ file, line, endLine }: Lack, ctx: BlameContext): readonly LineCommit[] {
  return file === null || line === null ? [] : ctx.linesOf(file, line, endLine ?? line);
}

/** The tasks whose commits left the lines. One that squashed several names them all: then `changed` tells which it was. */
function byLines(origin: readonly LineCommit[], ctx: BlameContext): Candidate[] {
  return origin.slice(0, 1).flatMap(({ tasks, file }) => {
    const ours = tasks.filter((task) => ctx.ancestors.includes(task));
    const changed = ours.filter((task) => ctx.delivered(task)?.changed.includes(file));
    return (tasks.length === 1 ? ours : changed).map((name) => ({ name, how: 'whose commit left it' }));
  });
}

function byRecord(lack: Lack, named: string | null, ctx: BlameContext): Candidate | null {
  const { file } = lack;
  if (file === null || !isAboutFile(lack, ctx)) return null;
  const path = ctx.inTop(file);
  const changed = ctx.ancestors.filter((name) => ctx.delivered(name)?.changed.includes(path));
  if (named !== null && changed.includes(named)) return { name: named, how: 'which changed that file' };
  return latest(
    changed.map((name) => ({ name, how: 'which changed that file last' })),
    ctx,
  );
}

/** What a task's own words make its business; the one that the claim names first, then the nearest. */
function byPromise(lack: Lack, named: string | null, ctx: BlameContext): Candidate | null {
  const { symbol, file } = lack;
  const order = named === null ? ctx.ancestors : [named, ...ctx.ancestors];
  for (const name of order) {
    const task = ctx.promiser(name);
    if (task === null) continue;
    if (symbol !== null && names(task, symbol)) return { name, how: 'whose task names it' };
    if (file === null || !isAboutFile(lack, ctx)) continue;
    if (matches(file, task.files)) return { name, how: 'whose file that is' };
    if (namesFile(task, file)) return { name, how: 'whose task names that file' };
  }
  return null;
}

/** Whose file it is says nothing of a symbol that is nowhere, as long as the file itself is there. */
function isAboutFile({ kind, symbol, file }: Lack, ctx: BlameContext): boolean {
  return kind !== 'missing' || symbol === null || (file !== null && ctx.files.kindOf(file) === 'nothing');
}

function matches(file: string, globs: readonly string[]): boolean {
  return globs.some((glob) => picomatch.isMatch(file, glob, { dot: true }));
}

/** The one that was called done last: it must have seen what the others left. What a person put off comes after all. */
function latest(candidates: readonly Candidate[], ctx: BlameContext): Candidate | null {
  const when = ({ name }: Candidate): string => {
    const delivered = ctx.delivered(name);
    return delivered?.state === 'deferred' ? '~' : (delivered?.finished ?? '');
  };
  let last: Candidate | null = null;
  for (const candidate of candidates) if (last === null || when(candidate) > when(last)) last = candidate;
  return last;
}
