/** Something that may happen to a run, told once and lived through in every form; the bounded suite lives through some. */
import type { Suite } from './suite.js';
import { FORMS, type Form, formName } from './wide-backlog.js';

export interface Scenario {
  /** A sentence. */
  readonly name: string;
  /** Part of the bounded suite as well, in the forms named. */
  readonly bounded?: readonly Form['isolation'][];
  /** The reason for which this machine cannot live through it; null where it can. */
  readonly missing?: () => string | null;
  readonly run: (form: Form) => Promise<void>;
}

/** Makes tests of scenarios: of all of them, or of those that the bounded suite has. */
export function live(test: Suite, scenarios: readonly Scenario[], which: 'all' | 'bounded'): number {
  let lived = 0;
  for (const { name, bounded = [], missing, run } of scenarios) {
    for (const form of FORMS.filter(({ isolation }) => which === 'all' || bounded.includes(isolation))) {
      const title = `${name} (${formName(form)})`;
      const why = missing?.() ?? null;
      if (why === null) test(title, () => run(form), { timeoutMs: 400_000 });
      else test.skip(title, why);
      lived += why === null ? 1 : 0;
    }
  }
  return lived;
}
