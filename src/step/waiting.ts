/** Waiting for a provider: backing off, and the one hold that a usage limit puts on all steps of an account. */
import { relative } from 'node:path';
import { goal } from '../record/goal.js';
import type { Halted } from '../record/halts.js';
import { type Account, type Hold, holdOn, LATEST, liftHold, placeHold, tryProbe } from '../record/holds.js';
import type { Lock } from '../record/locks.js';
import { statePaths } from '../record/paths.js';
import type { StepContext } from './context.js';
import type { Outcome } from './outcome.js';

/** Where the provider did not say when its limit ends, it is asked again this often. */
const BLIND_RETRY_MS = 5 * 60_000;
/** A limit that is met again when it should have been over is held at least this long, then so many times as long. */
const LEAST_HOLD_MS = 5_000;
const HOLD_GROWTH = 3;
/** How often it is looked whether a hold was lifted, or a run halted. */
const LOOK_MS = 60_000;
/** The same while another step asks whether a limit is over. */
const PROBE_LOOK_MS = 500;

/** Resolves after `ms`; false where the step was interrupted first. */
export function pause(ctx: Pick<StepContext, 'signal'>, ms: number): Promise<boolean> {
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

/** What waiting asks of a step. */
export type Waiting = Pick<StepContext, 'root' | 'signal' | 'halted' | 'tell' | 'started'> & {
  readonly config: Pick<StepContext['config'], 'maxWaitMs'>;
  readonly task: Pick<StepContext['task'], 'name'>;
};

/** Whether a hold asks for more than `max-wait`, counted from its first limit or the step's start, whichever was later. */
function isTooLong(ctx: Waiting, hold: Hold): boolean {
  const since = Math.max(Math.min(hold.since, Date.now()), ctx.started.getTime());
  return hold.until - since > ctx.config.maxWaitMs;
}

/**
 * Until when a limit holds the account: as long as the provider said (of two that were told, the later one; a guess
 * shortens none of them). But a reset that is over already, or over again and again without anybody getting through, would
 * be asked after in a loop: each time the limit is met anew, it is held for longer than the last time.
 */
function untilWhen(found: Hold | null, resetsAt: number | null, again: number, now: number): number {
  const told = Math.min(resetsAt ?? now + BLIND_RETRY_MS, LATEST);
  const isOver = resetsAt !== null && resetsAt <= now;
  const least =
    again > 0 || isOver ? Math.min(BLIND_RETRY_MS, LEAST_HOLD_MS * HOLD_GROWTH ** Math.max(0, again - 1)) : 0;
  return Math.max(told, now + least, found?.until ?? 0);
}

/** Notes a usage limit for every step that works with this account. */
export function hold(
  ctx: Waiting & Pick<StepContext, 'say'>,
  account: Account,
  limit: Extract<Outcome, { name: 'limit' }>,
  rung: string,
): void {
  const now = Date.now();
  const found = holdOn(ctx.root, account);
  // Steps side by side meet one limit each; only who meets it when it should have been over meets it again.
  const again = (found?.again ?? 0) + (found !== null && found.until <= now ? 1 : 0);
  const until = untilWhen(found, limit.resetsAt, again, now);
  const since = found?.since ?? now;
  const placed: Hold = { account: account.name, reason: limit.reason, since, until, again };
  placeHold(ctx.root, account, placed);
  if (isTooLong(ctx, placed)) return;
  ctx.say({ type: 'retried', task: ctx.task.name, rung, waitMs: Math.max(0, until - now), reason: limit.reason });
}

/** Somebody got through. A hold that is not over stays: he may have begun before its limit was met. */
export function gotThrough(ctx: Pick<StepContext, 'root'>, account: Account): void {
  const found = holdOn(ctx.root, account);
  if (found !== null && found.until <= Date.now()) liftHold(ctx.root, account);
}

/** The way is free. `probe`: nobody knows yet whether the limit is over, and this step is the one to find out. */
export interface Passed {
  readonly probe: Lock | null;
}

function tooLong(ctx: Waiting, held: Hold): Halted {
  return {
    reason: `usage limit: ${held.reason}; it ends at ${new Date(held.until).toISOString()}, later than max-wait allows`,
    remedy: `run ${goal('orchestrate')} again after that (after a change of account: rm -r ${relative(ctx.root, statePaths(ctx.root).holds)}); nothing is held against any task`,
  };
}

/**
 * Waits while the account is held; a halt where that would take longer than `max-wait` allows (counted from the first
 * limit of the row, so that a provider that never says when cannot hold a run for ever), or where the run was halted
 * meanwhile. When a hold is over, one step goes on and the others wait for what it finds:
 *
 *     held ──over──▶ one probes ──answered──▶ lifted: all go on
 *       ▲                │ └────it ends otherwise, or dies──▶ another one probes
 *       └──limit again───┘
 */
export async function passHold(ctx: Waiting, account: Account): Promise<Passed | Halted | 'interrupted'> {
  let told = '';
  const tellOnce = (line: string): void => {
    if (line !== told) ctx.tell(line);
    told = line;
  };
  for (;;) {
    if (ctx.signal.aborted) return 'interrupted';
    const found = holdOn(ctx.root, account);
    if (found === null) return { probe: null };
    let ms = PROBE_LOOK_MS;
    if (found.until > Date.now()) {
      if (isTooLong(ctx, found)) return tooLong(ctx, found);
      const until = new Date(found.until).toISOString();
      tellOnce(`${ctx.task.name}: waiting for the usage limit of ${account.name} until ${until}: ${found.reason}`);
      ms = Math.min(found.until - Date.now(), LOOK_MS);
    } else {
      const probe = tryProbe(ctx.root, account, `step ${ctx.task.name}`);
      // Whoever had it until now may have been let through, or refused again, while we took it.
      const now = holdOn(ctx.root, account);
      if (probe !== null && now !== null && now.until <= Date.now()) return { probe };
      probe?.release();
      if (probe !== null) continue;
      tellOnce(`${ctx.task.name}: another step finds out whether the usage limit of ${account.name} is over`);
    }
    await pause(ctx, ms);
    const halted = ctx.halted();
    if (halted !== null) return halted;
  }
}
