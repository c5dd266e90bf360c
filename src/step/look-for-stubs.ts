import type { Ledger } from '../inspect/ledger.js';
import { type GateResult, stubGate } from '../inspect/stub-gate.js';
import type { DeferredStub } from '../record/receipt.js';
import type { StepContext } from './context.js';
import { judgedByPerson } from './dispute.js';

/** Which stubs are said to stay for now. */
export interface SaidToStay {
  /** By the verdict. */
  readonly deferred?: readonly DeferredStub[];
  /** By the receipt of work that is verified again. */
  readonly left?: readonly DeferredStub[];
}

/** The ledger, and beside it what the task was opened again for: it owes that to whoever found it. */
function withEvidence({ task, state, ledger, options }: StepContext): Ledger {
  if (options.personsWork) return ledger;
  const found = state.readEvidence().flatMap(({ by, symbol, file }) => {
    return symbol === null || file === null ? [] : [{ symbol, file, owner: task.name, leftBy: task.name, foundBy: by }];
  });
  if (found.length === 0) return ledger;
  return {
    ...ledger,
    entries: [...ledger.entries, ...found],
    owedBy: (name) => (name === task.name ? [...ledger.owedBy(name), ...found] : ledger.owedBy(name)),
  };
}

/** Has the work looked into by the stub gate. */
export async function lookForStubs(ctx: StepContext, { deferred, left }: SaidToStay): Promise<GateResult> {
  const { config, task, ws, base, options } = ctx;
  const result = await stubGate({
    gate: config.stubs.gate,
    ignore: config.stubs.ignore,
    task,
    changed: () => ws.changedFiles(base),
    filesMatching: (globs) => ws.filesMatching(globs),
    filesWithWords: (words) => ws.filesWithWords(words),
    deferred: left ?? deferred ?? [],
    deferredBy: left === undefined ? 'verdict' : 'receipt',
    ledger: withEvidence(ctx),
    personsWork: options.personsWork,
  });
  return { ...result, findings: judgedByPerson(ctx, result.findings) };
}
