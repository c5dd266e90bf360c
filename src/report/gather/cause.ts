/** The root cause of a failure: which stub, where, whose work, and which receipt said that it was done. */

import type { KnownFailure } from '../input.js';
import type { Claim, RootCause } from '../shape.js';
import type { Gathering } from './gathering.js';

/**
 * What is known of why a task failed or is blocked; null where nothing but its own reason is.
 *
 * Nothing is searched for in prose: owner and place are those that the runner found and believed (`claim`), else the
 * finding it wrote down in the same step, else whom a false precondition or a withdrawal points to.
 */
export function causeOf(task: string, failure: KnownFailure, g: Gathering): RootCause | null {
  const own = g.history.tasks.get(task);
  const { claim } = failure;
  const owner = claim?.owner ?? failure.by ?? own?.blocked?.by ?? null;
  const place = claim ?? own?.finding ?? null;
  if (owner === null && place === null) return null;
  const reopening = own?.reopening?.task === owner ? own.reopening : null;
  return {
    owner: owner ?? (failure.state === 'failed' ? task : null),
    symbol: place?.symbol ?? null,
    file: place?.file ?? null,
    line: place?.line ?? null,
    message: claim?.evidence ?? own?.finding?.message ?? reopening?.evidence ?? own?.blocked?.reason ?? failure.reason,
    commit: claim?.commit ?? reopening?.commit ?? null,
    claim: owner === null || owner === task ? null : claimOf(owner, g),
  };
}

/** The receipt by which a task was held to be done; null where none is known of. */
function claimOf(owner: string, g: Gathering): Claim | null {
  const file = g.tasks.get(owner)?.file;
  const known = g.input.receipts.get(owner);
  const lastDone = g.history.tasks.get(owner)?.lastDone ?? null;
  if (file === undefined || (known === undefined && lastDone === null)) return null;
  const receipt = known?.kind === 'receipt' ? known.receipt : null;
  return {
    receipt: file.replace(/\.md$/, '.done'),
    present: known !== undefined,
    finished: receipt?.finished ?? lastDone?.finished ?? null,
    rung: receipt?.rung ?? lastDone?.rung ?? null,
    evidence: receipt?.evidence ?? null,
    verified: receipt?.verified.map(({ check }) => check) ?? [],
    claimed: receipt?.claimed ?? [],
    changed: receipt?.changed ?? [],
    commit: g.input.commits?.get(owner) ?? null,
  };
}
