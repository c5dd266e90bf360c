/** The report's section on stubs that stand: who owes them, and how many are said to be fine as they are. */
import { whereIs } from '../chain.js';
import { plural } from '../durations.js';
import type { Facts, OwedStub } from '../shape.js';
import { andMore, code, lines, type Markdown, MOST_LISTED, md } from './text.js';

/** Nothing where no stub is known. */
export function stubsSection({ stubs: { owed, exempted } }: Facts): Markdown[] {
  if (owed.length === 0 && exempted === 0) return [];
  return [
    md`## Stubs that stand`,
    lines(owed.slice(0, MOST_LISTED).map(owedItem)),
    ...andMore(owed.length, MOST_LISTED),
    ...(exempted === 0
      ? []
      : [
          md`${plural(exempted, 'stub')} ${exempted === 1 ? 'is' : 'are'} exempted by a ${code('stepladder-ok')} comment.`,
        ]),
  ];
}

function owedItem({ owner, ownerState, leftBy, ...place }: OwedStub): Markdown {
  const unlikely =
    ownerState === null
      ? ', which is no task any more'
      : ownerState === 'deferred'
        ? ', which is deferred: nobody works on it'
        : '';
  return md`- ${code(whereIs(place))}, left by ${code(leftBy)}, is owed by ${code(owner)}${unlikely}`;
}
