/**
 * What a provider's usage limit puts on all steps of an account: one hold, in `.stepladder/holds/`. It outlives its end
 * until somebody got through, so that one step alone asks whether the limit is over, not all that waited for it.
 */
import { join } from 'node:path';
import { files } from './files.js';
import { type Lock, tryAcquire } from './locks.js';
import { statePaths } from './paths.js';
import { amount, has, matching, object, optional, parseJson, text } from './shape.js';

/** Who is limited together. */
export interface Account {
  /** Hex; the same for all agents that use the same login. Says nothing of it. */
  readonly id: string;
  /** For people: the name of the agent. */
  readonly name: string;
}

export interface Hold {
  readonly account: string;
  readonly reason: string;
  /** ms since the epoch: when the first limit of this row was met. */
  readonly since: number;
  /** ms since the epoch: not before this is an attempt worth it. */
  readonly until: number;
  /** How often the limit was met again when it should have been over; absent where an older version wrote the hold. */
  readonly again?: number | undefined;
}

/** No date can say more, in ms since the epoch. */
export const LATEST = 8.64e15;

const holdShape = object<Hold>({ account: text, reason: text, since: amount, until: amount, again: optional(amount) });
const idShape = matching(/^[0-9a-f]{8,64}$/, 'id of an account');

function pathOf(root: string, { id }: Account): string {
  if (!has(idShape, id)) throw new Error(`not an account: ${id}`);
  return join(statePaths(root).holds, `${id}.json`);
}

/** The hold on an account, over or not. Only a note to the other steps: one that cannot be read holds nobody. */
export function holdOn(root: string, account: Account): Hold | null {
  const source = files.readText(pathOf(root, account));
  const value = source === null ? null : parseJson(source);
  return has(holdShape, value) && Math.max(value.since, value.until) <= LATEST ? value : null;
}

export function placeHold(root: string, account: Account, hold: Hold): void {
  files.writeDurably(pathOf(root, account), `${JSON.stringify(hold)}\n`);
}

/** Somebody got through. */
export function liftHold(root: string, account: Account): void {
  files.remove(pathOf(root, account));
}

/**
 * The right to ask whether a limit is over; null while somebody else has it, and lives.
 * @param what for people: who asks
 */
export function tryProbe(root: string, account: Account, what: string): Lock | null {
  const taken = tryAcquire(`${pathOf(root, account)}.probe`, what);
  return taken.kind === 'lock' ? taken : null;
}
