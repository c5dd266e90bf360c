/** What a claim comes to in the code: stubs, and things that are not there at all. */
import type { Stub } from '../stubs/report.js';
import type { BlameContext, Claim, Lack } from './claim.js';
import { pathInside, placeOf } from './claim.js';
import { type Looker, lackOf, type Sighting, surestFirst } from './looker.js';
import { identifiersIn } from './symbols.js';

/** What was found, the surest first, and what was looked at without finding anything: one clause each. */
export interface Looked {
  readonly lacks: readonly Lack[];
  readonly notes: readonly string[];
}

const missing = (symbol: string | null, file: string | null, says: string): Lack => ({
  kind: 'missing',
  symbol,
  file,
  line: null,
  endLine: null,
  says,
});

/**
 * Looks for what a claim names. The word of the claim narrows where to look, and is never evidence itself.
 * @param owner the ancestor that the claim names, if any
 */
export async function lacksOf(claim: Claim, owner: string | null, ctx: BlameContext, looker: Looker): Promise<Looked> {
  const lacks: Lack[] = [];
  const notes: string[] = [];
  const add = (looked: Looked): void => {
    lacks.push(...looked.lacks);
    notes.push(...looked.notes);
  };
  const file = claim.file === null ? null : pathInside(claim.file, ctx.cwd);
  if (claim.file !== null && file === null) notes.push(`${claim.file} leads out of the workspace`);
  if (claim.symbol !== null) add(await symbolLacks(claim.symbol, file, ctx, looker));
  const words = identifiersIn(claim.reason);
  if (claim.symbol === null && file !== null) add(await fileLacks(file, words, ctx, looker));
  const nowhere = claim.symbol !== null && lacks.length > 0 && lacks.every(({ kind }) => kind === 'missing');
  if (lacks.length > 0 && !nowhere) return { lacks, notes };

  // The names may be wrong where the reason is right.
  const structured = claim.symbol !== null || claim.file !== null || claim.by !== null;
  const told = words.filter((word) => word !== claim.symbol);
  const stubs = told.length === 0 ? [] : await looker.stubsNamed(told);
  // Where nothing but prose speaks of it, only what says itself that it is none is believed.
  lacks.push(...stubs.filter((stub) => structured || isCertain(stub)).map(lackOf));
  if (nowhere && claim.symbol !== null) {
    const files = file === null ? filesOf(owner, ctx) : [file];
    lacks.unshift(...(await looker.stubsAkin(claim.symbol, files)).map(lackOf));
    if (file !== null) lacks.push(...(await looker.stubsIn([file])).filter(isCertain).map(lackOf));
  }
  if (owner === null || claim.symbol !== null || file !== null) return { lacks, notes };
  if (lacks.length === 0) add(await ownersLacks(owner, told, ctx, looker));
  return { lacks, notes };
}

/** What only names its task: whatever that task left, or promised and never made. */
async function ownersLacks(
  owner: string,
  words: readonly string[],
  ctx: BlameContext,
  looker: Looker,
): Promise<Looked> {
  const lacks: Lack[] = [];
  for (const word of words) {
    const looked = await symbolLacks(word, null, ctx, looker);
    lacks.push(...looked.lacks);
  }
  const files = filesOf(owner, ctx);
  lacks.push(...(await looker.stubsIn(files)).map(lackOf));
  if (lacks.length > 0) return { lacks, notes: [] };
  for (const symbol of ctx.promiser(owner)?.provides ?? []) {
    lacks.push(...(await symbolLacks(symbol, null, ctx, looker)).lacks);
  }
  if (lacks.length > 0) return { lacks, notes: [] };
  const note = files.length === 0 ? `no source file is known to be of ${owner}` : `nothing in ${some(files)} is a stub`;
  return { lacks, notes: [note] };
}

const isCertain = (stub: Stub): boolean => stub.severity === 'error';

/** What a task changed, by its receipt. */
function filesOf(owner: string | null, ctx: BlameContext): string[] {
  const changed = owner === null ? [] : (ctx.delivered(owner)?.changed ?? []);
  return changed.flatMap((path) => fromTop(path, ctx));
}

/** A path as receipts have it, as the workspace's folder has it; none where it lies beside that folder. */
function fromTop(path: string, ctx: BlameContext): string[] {
  const prefix = ctx.inTop('x').slice(0, -1);
  return path.startsWith(prefix) ? [path.slice(prefix.length)] : [];
}

const NAMED = 3;
const some = (names: readonly string[]): string =>
  names.length <= NAMED ? names.join(', ') : `${names.slice(0, NAMED).join(', ')} and ${names.length - NAMED} more`;

const isThere = (symbol: string, file: string, line: number): string =>
  `${placeOf({ symbol, file, line })} is there and is no stub`;

async function symbolLacks(symbol: string, file: string | null, ctx: BlameContext, looker: Looker): Promise<Looked> {
  const inFile = file !== null && ctx.files.kindOf(file) === 'file';
  if (inFile) {
    const named = await looker.sight(symbol, file);
    if (named.stubs.length > 0) return { lacks: surestFirst(named.stubs).map(lackOf), notes: [] };
    const real = named.real[0];
    if (real !== undefined) return { lacks: [], notes: [isThere(symbol, real.file, real.fn.line)] };
  }
  return everywhere(symbol, file, await looker.sight(symbol, null));
}

/** What all of the source says of a symbol that the named file does not define. */
function everywhere(symbol: string, file: string | null, sighting: Sighting): Looked {
  const { stubs, real, otherwise } = sighting;
  if (stubs.length > 0) return { lacks: surestFirst(stubs).map(lackOf), notes: [] };
  const there = real[0];
  if (there !== undefined) return { lacks: [], notes: [isThere(symbol, there.file, there.fn.line)] };
  if (otherwise !== null) return { lacks: [], notes: [isThere(symbol, otherwise.file, otherwise.line)] };
  return { lacks: [missing(symbol, file, 'nothing in the workspace defines it')], notes: [] };
}

async function fileLacks(file: string, words: readonly string[], ctx: BlameContext, looker: Looker): Promise<Looked> {
  const kind = ctx.files.kindOf(file);
  if (kind === 'nothing') return { lacks: [missing(null, file, 'there is no such file')], notes: [] };
  if (kind === 'folder') return { lacks: [], notes: [`${file} is there, a folder`] };
  const report = await looker.report(file);
  const stubs = surestFirst(report?.stubs ?? []);
  // The one that the reason names, where it names one.
  const named = stubs.filter((stub) => words.some((word) => stub.symbol.endsWith(word)));
  const lacks = [...named, ...stubs.filter((stub) => !named.includes(stub))].map(lackOf);
  if (lacks.length > 0) return { lacks, notes: [] };
  const how = report === null || report.read === 'syntax' || report.why === '' ? '' : ` (${report.why})`;
  return { lacks: [], notes: [`${file} is there, and nothing in it is a stub${how}`] };
}
