/** Waiting for a provider: backing off, and the one hold that a usage limit puts on all steps of an account. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { files } from '../record/files.js';
import type { Halted } from '../record/halts.js';
import { statePaths } from '../record/paths.js';
import type { StepContext } from './context.js';
import type { Outcome } from './outcome.js';

interface Hold {
  readonly account: string;
  readonly reason: string;
  /** ms since the epoch: when the first limit of this row was met. */
  readonly since: number;
  /** ms since the epoch: not before this is an attempt worth it. */
  readonly until: number;
}

/** Where the provider did not say when its limit ends, it is asked again this often. */
const BLIND_RETRY_MS = 5 * 60_000;

/** Account names come from agents: hashed, they are safe as file names. */
function holdPath(ctx: StepContext, account: string): string {
  const name = createHash('sha256').update(account).digest('hex').slice(0, 16);
  return join(statePaths(ctx.root).state, 'holds', `${name}.json`);
}

/** Resolves after `ms`; false where the step was interrupted first. */
export function pause(ctx: StepContext, ms: number): Promise<boolean> {
  return new Promise((resolve) => {
    if (ctx.signal.aborted) return resolve(false);
    const stop = (): void => {
      clearTimeout(timer);
      resolve(false);
    };
    const timer = setTimeout(() => {
      ctx.signal.removeEventListener('abort', stop);
      resolve(true);
    }, ms);
    ctx.signal.addEventListener('abort', stop, { once: true });
  });
}

function readHold(ctx: StepContext): Hold | null {
  const text = files.readText(holdPath(ctx, ctx.account));
  if (text === null) return null;
  try {
    return JSON.parse(text) as Hold;
  } catch {
    // Only a note to the other steps: one that cannot be read holds nobody.
    return null;
  }
}

/** Notes a usage limit for every step of the account. */
export function placeHold(ctx: StepContext, limit: Extract<Outcome, { name: 'limit' }>, rung: string): void {
  const now = Date.now();
  const earlier = readHold(ctx);
  const until = limit.resetsAt ?? now + BLIND_RETRY_MS;
  const hold: Hold = { account: limit.account, reason: limit.reason, since: earlier?.since ?? now, until };
  files.writeDurably(holdPath(ctx, ctx.account), `${JSON.stringify(hold)}\n`);
  ctx.say({ type: 'retried', task: ctx.task.name, rung, waitMs: Math.max(0, until - now), reason: limit.reason });
}

/** Lifts the account's hold: an attempt got through. */
export function liftHold(ctx: StepContext): void {
  files.remove(holdPath(ctx, ctx.account));
}

/**
 * Waits while the account is held; a halt where that would take longer than `max-wait` allows (counted from the first
 * limit of the row, so that a provider that never says when cannot hold a run for ever). Null: go on.
 */
export async function passHold(ctx: StepContext): Promise<Halted | null> {
  for (let hold = readHold(ctx); hold !== null && hold.until > Date.now(); hold = readHold(ctx)) {
    if (hold.until - Math.min(hold.since, Date.now()) > ctx.config.maxWaitMs) {
      return {
        reason: `usage limit: ${hold.reason}; it ends at ${new Date(hold.until).toISOString()}, later than max-wait allows`,
        remedy: 'run make orchestrate again after that; nothing is held against any task',
      };
    }
    ctx.tell(
      `waiting for the usage limit of ${hold.account} until ${new Date(hold.until).toISOString()}: ${hold.reason}`,
    );
    if (!(await pause(ctx, Math.min(hold.until - Date.now(), 60_000)))) break;
    const halted = ctx.halted();
    if (halted !== null) return halted;
  }
  return null;
}
