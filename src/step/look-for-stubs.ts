import { type GateResult, stubGate } from '../inspect/stub-gate.js';
import type { DeferredStub } from '../record/receipt.js';
import type { StepContext } from './context.js';

/** Which stubs are said to stay for now. */
export interface SaidToStay {
  /** By the verdict. */
  readonly deferred?: readonly DeferredStub[];
  /** By the receipt of work that is verified again. */
  readonly left?: readonly DeferredStub[];
}

/** Has the work looked into by the stub gate. */
export function lookForStubs(ctx: StepContext, { deferred, left }: SaidToStay): Promise<GateResult> {
  const { config, task, ws, base, options, ledger } = ctx;
  return stubGate({
    gate: config.stubs.gate,
    ignore: config.stubs.ignore,
    task,
    changed: () => ws.changedFiles(base),
    filesMatching: (globs) => ws.filesMatching(globs),
    filesWithWords: (words) => ws.filesWithWords(words),
    deferred: left ?? deferred ?? [],
    deferredBy: left === undefined ? 'verdict' : 'receipt',
    ledger,
    personsWork: options.personsWork,
  });
}
