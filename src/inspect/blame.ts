/**
 * Whose fault is it? An agent that says it is blocked is not taken at its word: the runner looks for the task that
 * owed what is missing, among those the blocked task builds on, and for where it stands (DESIGN, outcome `blocked`).
 */
import { readFileSync, statSync } from 'node:fs';
import { isAbsolute, join, normalize } from 'node:path';
import picomatch from 'picomatch';
import { bareSymbol, sameSymbol } from '../backlog/named.js';
import { printable } from '../diagnostic.js';
import type { Blame } from './inspection.js';

/** What is said to be missing, and whose task that was. */
export interface Claim {
  /** A task's name as the agent wrote it. */
  readonly by: string | null;
  readonly symbol: string | null;
  /** Relative to the work tree. */
  readonly file: string | null;
  readonly reason: string;
}

export interface BlameContext {
  /** The blocked task. */
  readonly task: string;
  /** All tasks that it builds on, directly or not, the nearest first. */
  readonly ancestors: readonly string[];
  /** What a task says it makes; null where there is no such task (any more). */
  readonly promised: (
    name: string,
  ) => { readonly files: readonly string[]; readonly provides: readonly string[] } | null;
  /** What a task's receipt says it changed, and when it was finished (ISO 8601); null without a receipt. */
  readonly delivered: (name: string) => { readonly changed: readonly string[]; readonly finished: string } | null;
  /** Absolute path: the work tree. */
  readonly cwd: string;
}

/** A path of the work tree without `./`; null where it leads out of it. */
function pathInside(file: string): string | null {
  const path = normalize(file.trim());
  return path === '' || isAbsolute(path) || path === '..' || path.startsWith('../') ? null : path;
}

function byName({ by }: Claim, ctx: BlameContext): string | null {
  if (by === null) return null;
  const wanted = by.trim().replace(/\.(md|done)$/, '');
  const exact = ctx.ancestors.find((name) => name === wanted || wanted.endsWith(`/${name}`));
  if (exact !== undefined) return exact;
  // As people write them in a folder of tasks: without the folder, where only one can be meant.
  const short = ctx.ancestors.filter((name) => name.endsWith(`/${wanted}`));
  return short.length === 1 ? (short[0] ?? null) : null;
}

function bySymbol({ symbol }: Claim, ctx: BlameContext): string | null {
  if (symbol === null) return null;
  const provides = (name: string): readonly string[] => ctx.promised(name)?.provides ?? [];
  return ctx.ancestors.find((name) => provides(name).some((one) => sameSymbol(one, symbol))) ?? null;
}

function byFile({ file }: Claim, ctx: BlameContext): string | null {
  const path = file === null ? null : pathInside(file);
  if (path === null) return null;
  const promises = (name: string): readonly string[] => ctx.promised(name)?.files ?? [];
  return (
    ctx.ancestors.find((name) => promises(name).some((glob) => picomatch.isMatch(path, glob, { dot: true }))) ?? null
  );
}

/** Whoever changed the file last left it as it is. */
function byChange({ file }: Claim, ctx: BlameContext): string | null {
  const path = file === null ? null : pathInside(file);
  let last: { name: string; finished: string } | null = null;
  for (const name of path === null ? [] : ctx.ancestors) {
    const delivered = ctx.delivered(name);
    if (path === null || delivered?.changed.includes(path) !== true) continue;
    if (last === null || delivered.finished > last.finished) last = { name, finished: delivered.finished };
  }
  return last?.name ?? null;
}

/** How an owner is found, the surest first, and how the evidence says so. */
const WAYS: readonly { readonly find: (claim: Claim, ctx: BlameContext) => string | null; readonly how: string }[] = [
  { find: byName, how: 'named by the agent' },
  { find: bySymbol, how: 'which provides it' },
  { find: byFile, how: 'whose file that is' },
  { find: byChange, how: 'which changed that file last' },
];

const LARGEST_SEARCHED = 1 << 20;

/** The first line of a file of the work tree that has the symbol, from 1; null where none does. */
function lineOf(symbol: string | null, file: string | null, cwd: string): number | null {
  const path = file === null ? null : pathInside(file);
  if (symbol === null || path === null) return null;
  const absolute = join(cwd, path);
  const stat = statSync(absolute, { throwIfNoEntry: false });
  if (stat?.isFile() !== true || stat.size > LARGEST_SEARCHED) return null;
  const at = readFileSync(absolute, 'utf8')
    .split('\n')
    .findIndex((line) => line.split(/[^\p{L}\p{N}_$]+/u).includes(bareSymbol(symbol)));
  return at === -1 ? null : at + 1;
}

/**
 * The task at fault for what is missing, with the evidence; null where nothing on which the blocked task builds owes
 * it: then the claim is unfounded. A task named that is no ancestor is not believed, however sure the agent is.
 */
export function findOwner(claim: Claim, ctx: BlameContext): Blame | null {
  for (const { find, how } of WAYS) {
    const owner = find(claim, ctx);
    if (owner === null) continue;
    const { symbol, file } = claim;
    const line = lineOf(symbol, file, ctx.cwd);
    const where = file === null ? '' : ` in ${file}${line === null ? '' : `:${line}`}`;
    const what = symbol === null && file === null ? 'what is missing' : `${symbol ?? 'what is missing'}${where}`;
    const evidence = printable(`${ctx.task} needs ${what} from ${owner}, ${how}: ${claim.reason}`);
    return { owner, evidence, symbol, file, line };
  }
  return null;
}
