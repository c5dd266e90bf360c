/** What was not paid, by its cause, as every report words it. */
import { formatCount, plural } from './durations.js';
import type { NotPaid, SavedKind } from './shape.js';

export interface SavedCauses {
  readonly kind: SavedKind;
  /** As part of a link. */
  readonly id: string;
  /** In the one line that names them all. */
  readonly name: string;
  readonly meaning: string;
  readonly times: number;
  readonly attempts: number;
  readonly causes: NotPaid['causes'];
}

const KINDS: readonly (readonly [kind: SavedKind, id: string, name: string, meaning: string])[] = [
  ['limits', 'limits', 'limits', 'usage limits waited out'],
  ['outages', 'outages', 'outages', 'outages waited out'],
  ['flakes', 'flakes', 'flakes', 'flaky checks recognised'],
  ['questions', 'questions', 'questions', 'questions asked instead of guessed at'],
  ['blame', 'blame', 'blame', 'faults laid at the right door'],
  ['earlyCutoff', 'early-cutoff', 'early cutoff', 'work verified again instead of done again'],
];

/** All kinds, in the order in which they are told, those that never happened among them. */
export function savedKinds(notPaid: NotPaid): SavedCauses[] {
  return KINDS.map(([kind, id, name, meaning]) => {
    return { kind, id, name, meaning, ...notPaid[kind], causes: notPaid.causes.filter((cause) => cause.kind === kind) };
  });
}

/** `Not paid: 3 attempts (limits 1, outages 0, flakes 0, questions 0, blame 2, early cutoff 0)`. */
export function notPaidLine(notPaid: NotPaid): string {
  const kinds = savedKinds(notPaid).map(({ name, attempts }) => `${name} ${formatCount(attempts)}`);
  return `Not paid: ${plural(notPaid.attempts, 'attempt')} (${kinds.join(', ')})`;
}
