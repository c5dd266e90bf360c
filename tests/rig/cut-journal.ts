/** The journal as a machine that died may leave it: whatever it holds, status, report and the next run make do with it. */
import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Project } from './project.js';
import { assert } from './suite.js';

const FILE = '.stepladder/journal.jsonl';

/** A project with one task done, one failed, one to do, and a journal that tells of it; `body` may do with it as it likes. */
export const TOLD = {
  tasks: {
    a: '# A',
    b: '---\nverify: ["false"]\nmax-rung: sonnet/thinking\n---\n# B',
    c: '---\ndepends: [b]\n---\n# C',
  },
  config: { ladder: ['sonnet/thinking'], repairs: 0 },
};

export async function tell(made: Project): Promise<Buffer> {
  const ran = await made.make(['orchestrate']);
  assert.is(ran.code, 2);
  return readFileSync(join(made.root, FILE));
}

/** Where the last lines of a journal begin. */
export function startOfLast(journal: Buffer, lines: number): number {
  let at = journal.length - 1;
  for (let seen = 0; seen < lines && at >= 0; seen += 1) at = journal.lastIndexOf(10, at - 1);
  return at + 1;
}

export function put(made: Project, ...parts: (Buffer | string)[]): void {
  const fd = openSync(join(made.root, FILE), 'w');
  for (const part of parts) writeSync(fd, Buffer.isBuffer(part) ? part : Buffer.from(part));
  closeSync(fd);
}

/** Status and report say what the receipts and records say, whatever the journal lacks. */
export async function isReadable(made: Project, what: string): Promise<void> {
  const [status, report] = await Promise.all([made.stepladder(['status']), made.stepladder(['report', '--json'])]);
  assert.is(status.code, 0, `status, ${what}: ${status.output}`);
  assert.is(report.code, 0, `report, ${what}: ${report.output}`);
  assert.is(status.stderr, '', what);
  assert.not.match(report.stderr, 'error', what);
  const { totals } = JSON.parse(report.stdout) as { totals: { done: number; failed: number; blocked: number } };
  assert.is(totals.done, 1, what);
}

let changes = 0;

/** A run that has something to do does it, and its own lines are there to be read. */
export async function isRunnable(made: Project, what: string): Promise<void> {
  changes += 1;
  made.write('tasks/a.md', `---\n---\n# A\n\nAgain, ${changes}.\n`);
  made.script([{ task: 'a', write: { 'work/a.txt': `${changes}\n` } }]);
  const ran = await made.make(['orchestrate']);
  assert.match(ran.stdout, /✓ a /, `${what}: ${ran.output}`);
  assert.not.match(ran.stderr, 'bug of stepladder', what);
  const lines = readFileSync(join(made.root, FILE), 'latin1').split('\n');
  assert.ok(
    lines.some((line) => line.includes('"run-finished"') && line.startsWith('{"time"') && line.endsWith('}')),
    what,
  );
  await isReadable(made, `${what}, and a run since`);
}

/** The journal, cut after so many bytes: its last line is torn. */
export async function survivesCut(made: Project, journal: Buffer, length: number, run: boolean): Promise<void> {
  put(made, journal.subarray(0, length));
  const what = `cut to ${length} of ${journal.length} bytes`;
  if (run) await isRunnable(made, what);
  else await isReadable(made, what);
}

/** Odd journals, each by its name. */
export const ODD: Readonly<Record<string, (made: Project, journal: Buffer) => void>> = {
  'two lines torn together': (made, journal) => {
    const last = startOfLast(journal, 1);
    const before = startOfLast(journal, 2);
    put(made, journal.subarray(0, before + 30), journal.subarray(last, last + 25), '\n');
  },
  'a line of 50 MB': (made, journal) => {
    put(made, journal, '{"time":"2026-01-02T03:04:05.678Z","reason":"', Buffer.alloc(50_000_000, 'x'), '"}\n');
  },
  'a line of 50 MB that is no JSON and has no end': (made, journal) => {
    put(made, journal, Buffer.alloc(50_000_000, 'x'));
  },
  'events and keys of a later version': (made, journal) => {
    const event = { time: '2099-01-01T00:00:00.000Z', run: 'r', branch: 'main', version: 9 };
    const later = [
      { ...event, type: 'teleported', task: 'a', to: { planet: 'mars' } },
      { ...event, type: 'step-finished', task: 'a', state: 'transcended', rung: 7 },
      { ...event, type: 'run-finished', done: 1, failed: 1, blocked: 1, pending: 0, dreamt: 4 },
    ];
    put(made, journal, later.map((line) => `${JSON.stringify(line)}\n`).join(''));
  },
  'zeroes, as a file system that lost power leaves them': (made, journal) => {
    put(made, journal.subarray(0, journal.length - 100), Buffer.alloc(4096));
  },
  'nothing at all': (made) => put(made, ''),
};

export function restoreJournal(made: Project, journal: Buffer): void {
  writeFileSync(join(made.root, FILE), journal);
}
