/**
 * Whose fault is it? An agent that says it is blocked is not taken at its word: the runner looks into the code for what
 * is said to be missing, and into the record for the task that owes it (DESIGN, outcome `blocked`).
 *
 *   claim ─▶ what is missing (blame/lacks) ─▶ whose it is (blame/owner) ─▶ believed: owner and evidence
 *                     └─ nothing ──────────────────────┴─ nobody's ─────▶ unfounded: what was looked at
 */
import { printable } from '../diagnostic.js';
import { type BlameContext, type Claim, type Judgement, type Lack, placeOf } from './blame/claim.js';
import { lacksOf } from './blame/lacks.js';
import { Looker } from './blame/looker.js';
import { type Owner, ownerOf } from './blame/owner.js';
import { type FalsePrecondition, lacksBehind } from './blame/precondition.js';

export type { BlameContext, Claim, Judgement } from './blame/claim.js';
export type { FalsePrecondition } from './blame/precondition.js';

/** The ancestor that a claim names; null where it names none of them. */
function ancestorNamed(by: string | null, { ancestors }: BlameContext): string | null {
  if (by === null) return null;
  const wanted = by.trim().replace(/\.(md|done)$/, '');
  const exact = ancestors.find((name) => name === wanted || wanted.endsWith(`/${name}`));
  if (exact !== undefined) return exact;
  // As people write them in a folder of tasks: without the folder, where only one can be meant.
  const short = ancestors.filter((name) => name.endsWith(`/${wanted}`));
  return short.length === 1 ? (short[0] ?? null) : null;
}

const isDeferred = (name: string, ctx: BlameContext): boolean => ctx.delivered(name)?.state === 'deferred';

const MOST_SAID = 600;
const said = (reason: string): string => (reason.length <= MOST_SAID ? reason : `${reason.slice(0, MOST_SAID)}…`);

interface Finding {
  readonly lack: Lack;
  readonly found: Extract<Owner, { owner: string }>;
  /** See `Blame.about`. */
  readonly about: string;
  /** The evidence, given the owner and how it was found. */
  readonly told: (owner: string) => string;
}

function believed({ lack, found, about, told }: Finding, ctx: BlameContext): Judgement {
  const { owner, how, commit } = found;
  const by = commit === null ? null : `${commit.commit} (${commit.subject})`;
  const left = by === null ? '' : lack.kind === 'stub' ? `, left by ${by}` : `, called done by ${by}`;
  const evidence = printable(`${told(`${owner}, ${how}`)}${left}`);
  const { symbol, file, line } = lack;
  return {
    believed: true,
    blame: { owner, evidence, symbol, file, line, commit: commit?.commit ?? null, about: printable(about) },
    deferred: isDeferred(owner, ctx),
  };
}

/** Looks into what an agent says is missing. Reads the code as the step found it, and nothing that the agent made since. */
export async function lookInto(claim: Claim, ctx: BlameContext): Promise<Judgement> {
  const named = ancestorNamed(claim.by, ctx);
  const looker = new Looker(ctx);
  const { lacks, notes } = await lacksOf(claim, named, ctx, looker);
  const looked = [...notes];
  for (const lack of lacks) {
    const found = ownerOf(lack, named, ctx);
    const place = placeOf(lack);
    if (found.owner === null) looked.push(`${place}: ${lack.says}, but ${found.why}`);
    else {
      const beside = await besides(lack, looker);
      const told = (owner: string): string => `${ctx.task} needs ${place} from ${owner}: ${lack.says}${beside}`;
      const judged = believed({ lack, found, about: aboutOf(lack), told }, ctx);
      return withReason(judged, claim.reason);
    }
  }
  // What a person put off was not done: that needs no looking for, unless what is named is there.
  if (named !== null && isDeferred(named, ctx) && (lacks.length > 0 || !namesAThing(claim))) {
    const { symbol, file } = claim;
    const lack: Lack = { kind: 'missing', symbol, file, line: null, endLine: null, says: 'it was put off' };
    const found = { owner: named, how: 'which a person put off', commit: null };
    const told = (owner: string): string => `${ctx.task} needs ${placeOf(lack) || 'what is missing'} from ${owner}`;
    return withReason(believed({ lack, found, about: placeOf(lack), told }, ctx), claim.reason);
  }
  if (claim.by !== null && named === null) looked.unshift(`${claim.by} is no task that ${ctx.task} builds on`);
  return { believed: false, looked: printable([...new Set(looked)].join('; ')) };
}

const MOST_BESIDE = 5;

/** What else in that file says itself that it is none: whoever mends the one should not come back for each of them. */
async function besides({ kind, symbol, file }: Lack, looker: Looker): Promise<string> {
  if (kind !== 'stub' || file === null) return '';
  const stubs = (await looker.stubsIn([file])).filter((stub) => stub.severity === 'error' && stub.symbol !== symbol);
  const named = [...new Set(stubs.map((stub) => `${stub.symbol}:${stub.line}`))].slice(0, MOST_BESIDE);
  return named.length === 0 ? '' : ` (stubs there too: ${named.join(', ')})`;
}

const namesAThing = ({ symbol, file }: Claim): boolean => symbol !== null || file !== null;

/** What the same evidence another time is recognised by: it must not matter on which line it stands by then. */
function aboutOf({ symbol, file }: Lack): string {
  return placeOf({ symbol, file, line: null });
}

function withReason(judged: Judgement, reason: string): Judgement {
  if (!judged.believed) return judged;
  const { blame } = judged;
  return { ...judged, blame: { ...blame, evidence: `${blame.evidence}; it says: ${printable(said(reason))}` } };
}

/**
 * The upstream task that a false precondition points to, if any.
 * @param label what people call it
 * @param failure how it failed: `exit 1`
 */
export async function lookIntoPrecondition(
  precondition: FalsePrecondition & { readonly label: string; readonly failure: string },
  ctx: BlameContext,
): Promise<Judgement> {
  const { label, failure } = precondition;
  const lacks = await lacksBehind(precondition, ctx, new Looker(ctx));
  const looked: string[] = [];
  for (const lack of lacks) {
    const found = ownerOf(lack, null, ctx);
    const place = placeOf(lack);
    if (found.owner === null) looked.push(`${place}: ${lack.says}, but ${found.why}`);
    else {
      const told = (owner: string): string =>
        `${ctx.task} cannot begin, its precondition is false: ${label} (${failure}); it needs ${place} from ${owner}: ${lack.says}`;
      return believed({ lack, found, about: label, told }, ctx);
    }
  }
  return { believed: false, looked: printable([...new Set(looked)].join('; ')) };
}
