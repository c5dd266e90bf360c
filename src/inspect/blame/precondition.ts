/**
 * Whose work makes a precondition false? The runner ran it itself, so that something is missing is certain; what it is
 * about stands in its own words, and in what it printed.
 */
import { bareSymbol } from '../../backlog/named.js';
import type { BlameContext, Lack } from './claim.js';
import { pathInside } from './claim.js';
import { type Looker, lackOf } from './looker.js';
import { identifiersIn, pathsIn } from './symbols.js';

/** A precondition that turned out false. */
export interface FalsePrecondition {
  /** `exists`: `run` is a path. */
  readonly kind: 'command' | 'script' | 'exists' | 'clean';
  readonly run: string;
  readonly output: string;
}

/** A process of git's is asked about each. */
const MOST_WORDS = 40;

const unmet = (file: string, ctx: BlameContext): Lack => ({
  kind: ctx.files.kindOf(file) === 'nothing' ? 'missing' : 'unmet',
  symbol: null,
  file,
  line: null,
  endLine: null,
  says: ctx.files.kindOf(file) === 'nothing' ? 'there is no such file' : 'it is not as it should be',
});

/** What may be behind it, the likeliest first; each still wants an owner. */
export async function lacksBehind(
  { kind, run, output }: FalsePrecondition,
  ctx: BlameContext,
  looker: Looker,
): Promise<Lack[]> {
  if (kind === 'clean') return [];
  const inside = (paths: readonly string[]): string[] => paths.flatMap((path) => pathInside(path, ctx.cwd) ?? []);
  if (kind === 'exists') return inside([run]).map((path) => unmet(path, ctx));
  const symbols = [...new Set([...identifiersIn(run), ...promisedIn(run, ctx), ...identifiersIn(output)])];
  const stubs = symbols.length === 0 ? [] : await looker.stubsNamed(symbols);
  const lacks = stubs.map(lackOf);
  for (const symbol of promisedIn(run, ctx)) {
    const { stubs: none, real, otherwise } = await looker.sight(symbol, null);
    if (none.length > 0 || real.length > 0 || otherwise !== null) continue;
    const says = 'nothing in the workspace defines it';
    lacks.push({ kind: 'missing', symbol, file: null, line: null, endLine: null, says });
  }
  lacks.push(...pathsOf(run, ctx).map((path) => unmet(path, ctx)));
  return [...lacks, ...printedBy(inside(pathsIn(output)), ctx)];
}

/** The paths of a command: what looks like one, and whatever there is in the workspace. */
function pathsOf(command: string, ctx: BlameContext): string[] {
  const words = command.split(/[\s'"`;|&()<>={}$,!]+/).filter((word) => /^[^-].*\w/.test(word));
  const there = [...new Set(words)]
    .flatMap((word) => pathInside(word, ctx.cwd) ?? [])
    .slice(0, MOST_WORDS)
    .filter((path) => ctx.files.kindOf(path) === 'file');
  const alike = pathsIn(command).flatMap((path) => pathInside(path, ctx.cwd) ?? []);
  return [...new Set([...there, ...alike])];
}

/** The words of a command that some task says it provides. */
function promisedIn(command: string, ctx: BlameContext): string[] {
  const words = new Set(command.match(/[\p{L}_$][\p{L}\p{N}_$]*/gu) ?? []);
  const provided = ctx.ancestors.flatMap((name) => ctx.promiser(name)?.provides ?? []);
  return provided.filter((symbol) => words.has(bareSymbol(symbol)));
}

/** Paths in output prove little: they count where all of them that are anybody's are one task's. */
function printedBy(paths: readonly string[], ctx: BlameContext): Lack[] {
  const changedBy = (path: string): string[] =>
    ctx.ancestors.filter((name) => ctx.delivered(name)?.changed.includes(ctx.inTop(path)));
  const theirs = paths.filter((path) => changedBy(path).length > 0);
  const tasks = new Set(theirs.flatMap(changedBy));
  return tasks.size === 1 ? theirs.slice(0, 1).map((path) => unmet(path, ctx)) : [];
}
