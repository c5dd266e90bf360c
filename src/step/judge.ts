/** What an attempt's end means, once the runner has looked for itself. Nobody's word is taken. */
import type { AttemptEnd } from '../agents/agent.js';
import { budgetBlind } from './budget.js';
import { sayFindings } from './check-context.js';
import type { StepContext } from './context.js';
import { inspectWork } from './inspect-work.js';
import { failure, type Outcome } from './outcome.js';
import { liftHold } from './waiting.js';

/** The outcome of an attempt by that agent: verdicts of done are inspected, claims of blame are looked into. */
export async function judge(ctx: StepContext, agent: string, end: AttemptEnd): Promise<Outcome> {
  // Whatever the verdict, the branch is where it was and the machine's own files are as they were, before anyone looks.
  ctx.ws.foldCommits(ctx.base);
  if (end.end === 'verdict' || end.end === 'no-verdict') liftHold(ctx, agent);
  const taken = end.end === 'verdict' && end.verdict.kind === 'ok';
  // Inspecting puts things back as well, and needs to know what it found.
  if (!taken) sayFindings(ctx, ctx.putBack());
  switch (end.end) {
    case 'verdict': {
      const blind = budgetBlind(ctx, end.usage);
      if (blind !== null) return { name: 'environment', ...blind };
      const { verdict } = end;
      if (verdict.kind === 'question')
        return { name: 'question', question: verdict.question, options: verdict.options };
      if (verdict.kind === 'ok') return inspectWork(ctx, verdict.deferredStubs);
      const { reason, blockedBy, symbol, file } = verdict;
      if (blockedBy === null && symbol === null && file === null) return failure('verdict', reason);
      const blame = ctx.findOwner({ by: blockedBy, symbol, file, reason });
      if (blame !== null) return { name: 'blocked', blame, reason };
      const claimed = [blockedBy, symbol, file].filter((part) => part !== null).join(', ');
      return failure(
        'unfounded-blame',
        `${reason} (the runner looked for what was blamed, ${claimed}, and found no task of this backlog that owes it)`,
      );
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
      return { name: 'limit', reason: end.reason, resetsAt: end.resetsAt, account: end.account };
    case 'environment':
      return { name: 'environment', reason: end.reason, remedy: end.remedy };
    case 'interrupted':
      return { name: 'interrupted', reason: end.reason };
    default:
      return end satisfies never;
  }
}
