import { EXEMPT } from '../../record/receipt.js';
import type { StubFacts } from '../shape.js';
import type { Gathering } from './gathering.js';

/** Who owes what, by the ledger; and how many stubs the receipts found to be exempted. */
export function stubsOf({ input, states }: Gathering): StubFacts {
  const exempted = new Set<string>();
  for (const known of input.receipts.values()) {
    if (known.kind !== 'receipt') continue;
    for (const { message, file, symbol, line } of known.receipt.findings) {
      // One that stands in the way of several tasks is found by each of them, perhaps in another line.
      if (message.startsWith(EXEMPT)) exempted.add(JSON.stringify([file, symbol ?? line]));
    }
  }
  return {
    owed: (input.owed ?? []).map(({ owner, symbol, file, line, leftBy }) => {
      return { owner, ownerState: states.of.get(owner) ?? null, symbol, file, line, leftBy };
    }),
    exempted: exempted.size,
  };
}
