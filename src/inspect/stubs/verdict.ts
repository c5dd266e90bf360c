/** What is found out about one function, before it becomes a stub of the report. */
import type { Severity, StubKind } from './report.js';

export interface Verdict {
  readonly kind: StubKind;
  readonly severity: Severity;
  readonly message: string;
  /** Said by the name of an error alone, as base classes do too; which of both it is, its class tells. */
  readonly byNameAlone?: boolean;
}

export const stub = (kind: StubKind, severity: Severity, message: string): Verdict => ({ kind, severity, message });
export const quoted = (words: string): string => `“${words.replace(/\s+/g, ' ').slice(0, 80)}”`;
