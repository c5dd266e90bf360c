/** What an attempt's end means, once the runner has looked for itself. Nobody's word is taken. */
import type { AttemptEnd } from '../agents/agent.js';
import { type Claim, lookInto } from '../inspect/blame.js';
import type { Account } from '../record/holds.js';
import { headTree } from '../workspace/in-place.js';
import { isKnown } from '../workspace/moves.js';
import { blameContext } from './blame-context.js';
import { budgetBlind, spentOut } from './budget.js';
import { sayFindings } from './check-context.js';
import type { StepContext } from './context.js';
import { inspectWork } from './inspect-work.js';
import { failure, type Outcome } from './outcome.js';
import { falsePrecondition } from './preconditions.js';
import { gotThrough } from './waiting.js';

/** The outcome of an attempt on that account: verdicts of done are inspected, claims of blame are looked into. */
export async function judge(ctx: StepContext, account: Account, end: AttemptEnd): Promise<Outcome> {
  // Whatever the verdict, the machine's own files are as they were and the branch is where it was, before anyone looks;
  // in this order, since an attempt can have told git anything.
  const found = ctx.putBack();
  // A snapshot's tree hangs on no ref: an agent that collects git's garbage takes it away. It was the commit's own.
  if (!isKnown(ctx.ws, ctx.base.tree)) headTree(ctx.ws, ctx.base.head);
  ctx.ws.foldCommits(ctx.base);
  if (end.end === 'verdict' || end.end === 'no-verdict') gotThrough(ctx, account);
  const taken = end.end === 'verdict' && end.verdict.kind === 'ok';
  // Inspecting says it with whatever else it finds.
  if (!taken) sayFindings(ctx, found);
  switch (end.end) {
    case 'verdict': {
      const blind = budgetBlind(ctx, end.usage);
      if (blind !== null) return { name: 'environment', ...blind };
      const { verdict } = end;
      if (verdict.kind === 'question')
        return { name: 'question', question: verdict.question, options: verdict.options };
      if (verdict.kind === 'ok') return inspectWork(ctx, { deferred: verdict.deferredStubs, putBack: found });
      const { reason, blockedBy, symbol, file } = verdict;
      return lookIntoClaim(ctx, { by: blockedBy, symbol, file, reason });
    }
    case 'no-verdict':
      return end.exitCode === 0
        ? failure('no-verdict', `${end.reason}; the last line must be the verdict as a JSON object`)
        : failure('crashed', end.reason);
    case 'timeout':
      return { name: 'timeout', silence: end.kind === 'silence', reason: end.reason };
    case 'transient':
      return { name: 'transient', reason: end.reason, retryAfterMs: end.retryAfterMs };
    case 'limit':
      return { name: 'limit', reason: end.reason, resetsAt: end.resetsAt };
    case 'budget':
      return spentOut(ctx, end.reason);
    case 'environment':
      return { name: 'environment', reason: end.reason, remedy: end.remedy };
    case 'interrupted':
      return { name: 'interrupted', reason: end.reason };
    default:
      return end satisfies never;
  }
}

/** What an agent says is missing counts as far as the code and the record bear it out. */
async function lookIntoClaim(ctx: StepContext, claim: Claim): Promise<Outcome> {
  const { by, symbol, file, reason } = claim;
  const judged = await blameContext(ctx, (blame) => lookInto(claim, blame));
  if (judged.believed) return { name: 'blocked', blame: judged.blame, deferred: judged.deferred, reason };
  const claimed = [by, symbol, file].filter((part) => part !== null);
  // One that blames nobody and nothing is simply one that failed.
  if (claimed.length === 0) return failure('verdict', reason);
  const red = await falsePrecondition(ctx, true);
  // A precondition may run what the attempt wrote.
  sayFindings(ctx, ctx.putBack());
  // They held when the step began: where the attempt changed nothing, it was not the attempt.
  if (red !== null && ctx.ws.changesSince(ctx.base).length === 0) {
    return { name: 'blocked', blame: red.blame, deferred: red.deferred, reason: `${reason}; ${red.reason}` };
  }
  const looked = red === null ? judged.looked : `${judged.looked}; ${red.reason}, and it held before this attempt`;
  const told = looked === '' ? '' : `: ${looked}`;
  return failure(
    'unfounded-blame',
    `${reason} (the runner looked for what was blamed, ${claimed.join(', ')}, and found no task of this backlog that owes it${told})`,
  );
}
