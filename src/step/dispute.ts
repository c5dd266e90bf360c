/** Two rungs that end alike with all checks green disagree with the runner: that is for a person, not for a dearer model. */
import type { StepContext } from './context.js';
import type { Outcome } from './outcome.js';

type Failed = Extract<Outcome, { name: 'failed' }>;

/** What a failure is about, where it is about findings alone; null where a check is red, or nothing was found. */
function findings(outcome: Failed): string | null {
  const found = outcome.findings
    .filter((finding) => finding.severity === 'error')
    .map((finding) => `${finding.kind}:${finding.file}:${finding.symbol ?? ''}`);
  return outcome.redChecks.length === 0 && found.length > 0 ? found.sort().join('\n') : null;
}

/** Called done with everything green, and nothing changed. */
function isIdle(outcome: Failed): boolean {
  return outcome.why === 'inspection' && outcome.redChecks.length === 0 && findings(outcome) === null;
}

/**
 * The question that the end of a rung amounts to, seen beside the end of the one before; null: the next rung.
 * That nothing is left to change is only believable of a task that was done before, and edited since.
 */
export function dispute(ctx: StepContext, outcome: Outcome, previousRung: Outcome | null): Outcome | null {
  if (outcome.name !== 'failed' || previousRung?.name !== 'failed') return null;
  const found = findings(outcome);
  if (found !== null && found === findings(previousRung)) {
    return {
      name: 'question',
      question: `two rungs ended with the same finding, all checks green: ${outcome.reason}`,
      options: ['the finding is right: the task must be done differently', 'the finding is wrong: accept the work'],
    };
  }
  if (ctx.doneBefore && isIdle(outcome) && isIdle(previousRung)) {
    return {
      name: 'question',
      question: `it was done before its file was edited, and two rungs say that nothing is left to do (accept it: ${ctx.program} accept ${ctx.task.name})`,
      options: [],
    };
  }
  return null;
}
