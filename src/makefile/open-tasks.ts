import type { Backlog } from '../backlog/load.js';
import type { Config } from '../config.js';
import { doesHold, readKnownWhole } from './cache.js';
import { standings } from './standings.js';
import { receiptStamps } from './survey.js';

/** Names of the tasks whose receipt does not hold, or is missing; receipts are read only where the generator's are old. */
export function openTasks(config: Config, { tasks, order }: Backlog): string[] {
  const targets = order.flatMap((name) => tasks.get(name) ?? []);
  const stamps = receiptStamps(
    config,
    targets.map(({ name }) => name),
  );
  return standings(config, targets, stamps, readKnownWhole(config)).tasks.flatMap(({ target, kind }) =>
    doesHold(kind) ? [] : [target.name],
  );
}
