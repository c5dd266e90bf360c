/** Which run a step belongs to: the one of `make orchestrate`, else the one Make that called it (`make tasks/x.done`). */
import { createHash } from 'node:crypto';
import { startTime } from '../record/process.js';

/** Steps of one Make share a run, so that a halt stops them all (MAKE-RULES 13). */
export function runOf(env: Readonly<Record<string, string | undefined>>, parent: number): string {
  const given = env.STEPLADDER_RUN;
  if (given !== undefined && given !== '') return given;
  const who = createHash('sha256')
    .update(startTime(parent) ?? '')
    .digest('hex')
    .slice(0, 8);
  return `make-${parent}-${who}`;
}
