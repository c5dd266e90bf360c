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

/** Agents' names come from the configuration: hashed, they are safe as file names. */
function holdPath(ctx: StepContext, agent: string): string {
  const name = createHash('sha256').update(agent).digest('hex').slice(0, 16);
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

function readHold(ctx: StepContext, agent: string): Hold | null {
  const text = files.readText(holdPath(ctx, agent));
  if (text === null) return null;
  try {
    return JSON.parse(text) as Hold;
  } catch {
    // Only a note to the other steps: one that cannot be read holds nobody.
    return null;
  }
}

/** Whether a hold asks for more than `max-wait`, counted from its first limit or the step's start, whichever was later. */
function isTooLong(ctx: StepContext, hold: Hold): boolean {
  const since = Math.max(Math.min(hold.since, Date.now()), ctx.started.getTime());
  return hold.until - since > ctx.config.maxWaitMs;
}

/** Notes a usage limit for every step that works with this agent, and so on its account. */
export function placeHold(
  ctx: StepContext,
  agent: string,
  limit: Extract<Outcome, { name: 'limit' }>,
  rung: string,
): void {
  const now = Date.now();
  const earlier = readHold(ctx, agent);
  const until = limit.resetsAt ?? now + BLIND_RETRY_MS;
  const hold: Hold = { account: limit.account, reason: limit.reason, since: earlier?.since ?? now, until };
  files.writeDurably(holdPath(ctx, agent), `${JSON.stringify(hold)}\n`);
  if (isTooLong(ctx, hold)) return;
  ctx.say({ type: 'retried', task: ctx.task.name, rung, waitMs: Math.max(0, until - now), reason: limit.reason });
}

/** Lifts the hold on an agent: an attempt got through. */
export function liftHold(ctx: StepContext, agent: string): void {
  files.remove(holdPath(ctx, agent));
}

/**
 * Waits while the agent's account is held; a halt where that would take longer than `max-wait` allows (counted from the first
 * limit of the row, so that a provider that never says when cannot hold a run for ever). Null: go on.
 */
export async function passHold(ctx: StepContext, agent: string): Promise<Halted | null> {
  for (let hold = readHold(ctx, agent); hold !== null && hold.until > Date.now(); hold = readHold(ctx, agent)) {
    if (isTooLong(ctx, hold)) {
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
