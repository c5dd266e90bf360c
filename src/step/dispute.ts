/** Two rungs that end alike with all checks green disagree with the runner: that is for a person, not for a dearer model. */
import type { Finding } from '../record/receipt.js';
import type { Disputed } from '../record/task-state.js';
import type { StepContext } from './context.js';
import type { Outcome } from './outcome.js';

type Failed = Extract<Outcome, { name: 'failed' }>;

/** Never exempted by a comment: there is no line to put it at, or no comment excuses them. */
const NO_STUBS: ReadonlySet<string> = new Set([
  'tampering',
  'weakened-check',
  'deleted-test',
  'missing-symbol',
  'owed-stub',
]);

/**
 * What a failure is about, where it is about findings alone: which kind, of what, where. Not in which line, nor in which
 * words: the next rung moves both. Null where a check is red, or nothing was found.
 */
function findings(outcome: Failed): readonly Disputed[] | null {
  const found = outcome.findings.filter(({ severity }) => severity === 'error');
  return outcome.redChecks.length === 0 && found.length > 0
    ? found.map(({ kind, file, symbol }) => ({ kind, file, symbol }))
    : null;
}

const isAmong = (some: readonly Disputed[], { kind, file, symbol }: Disputed): boolean =>
  some.some((one) => one.kind === kind && one.file === file && one.symbol === symbol);

/**
 * Findings of a person's own work. Those that he was asked about are his to judge: where he accepts the work over them,
 * they go to the record and block nothing.
 */
export function judgedByPerson({ options, state }: StepContext, found: readonly Finding[]): readonly Finding[] {
  const disputed = options.personsWork ? (state.readFailure()?.disputed ?? []) : [];
  return found.map((finding) =>
    finding.severity === 'error' && isAmong(disputed, finding)
      ? { ...finding, severity: 'warning', message: `${finding.message} (a person took it as it is)` }
      : finding,
  );
}

/** Called done with everything green, and nothing changed. */
function isIdle(outcome: Failed): boolean {
  return outcome.why === 'inspection' && outcome.redChecks.length === 0 && findings(outcome) === null;
}

/** What a person can do about a finding, each with its command. */
function choices({ program, ws, base, task: { name } }: StepContext, outcome: Failed): string[] {
  const mayStay = outcome.findings.some(({ kind, severity }) => severity === 'error' && !NO_STUBS.has(kind));
  // What the attempts left as it was on the branch is kept nowhere: there is nothing to take.
  const [take, first] =
    ws.changedFiles(base).length > 0 ? [`${program} take ${name} && `, `${program} take ${name}, `] : ['', ''];
  const accept = `${program} accept ${name}`;
  return [
    `it is right: say how the task must be done (${program} answer ${name} "…")`,
    `it is wrong: take the work as it is (${take}${accept})`,
    ...(mayStay ? [`it is right, and may stay: ${first}a comment “stepladder-ok: why” at the line, ${accept}`] : []),
  ];
}

/**
 * The question that the end of a rung amounts to, seen beside the end of the one before; null: the next rung. What is
 * found now was found on the rung before, too, and all else is green: a rung that got rid of some of it has not got rid
 * of these. That nothing is left to change is only believable of a task that was done before, and edited since.
 */
export function dispute(ctx: StepContext, outcome: Outcome, previousRung: Outcome | null): Outcome | null {
  if (outcome.name !== 'failed' || previousRung?.name !== 'failed') return null;
  const found = findings(outcome);
  const before = findings(previousRung);
  if (found !== null && before !== null && found.every((finding) => isAmong(before, finding))) {
    return {
      name: 'question',
      question: `two rungs ended with the same finding, all checks green: ${outcome.reason}`,
      options: choices(ctx, outcome),
      disputed: found,
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
