/** A run's name: one `make orchestrate`, or one step that was asked for by itself. */
import { randomBytes } from 'node:crypto';

/** `20260102-030405-678-a1b2c3`: UTC, sorts by time, and two runs of one millisecond differ. */
export function newRunId(now: Date): string {
  const [date = '', time = ''] = now.toISOString().split('T');
  const stamp = `${date.replaceAll('-', '')}-${time.replace('Z', '').replaceAll(':', '').replace('.', '-')}`;
  return `${stamp}-${randomBytes(3).toString('hex')}`;
}
