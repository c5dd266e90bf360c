/**
 * What the reports cost (aim: 10,000 tasks and 100,000 events in ≤ 3 s, all three files, report.html ≤ 8 MB).
 * usage: report.mjs [SIZE…]
 */
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EventBody } from '../../src/record/event.js';
import { cleanEnvironment } from '../rig/child.js';
import { PROGRAM, type Project } from '../rig/project.js';
import { markDone, openBacklog } from './backlog.js';
import { compare } from './measure.js';

const EVENTS_A_TASK = 10;
const START = Date.parse('2026-01-02T03:04:05.678Z');

/** Two attempts a task, the first of them red, with checks and a climb between: ten events. */
function eventsOf(task: string, at: number): EventBody[] {
  const [from, to] = ['sonnet/thinking', 'sonnet/extended'];
  const reason = `make check is red (exit 2): ${at % 7} of 22 tests fail in src/part-${at % 300}.c: expected 200, got 500`;
  const check = {
    type: 'checked',
    task,
    check: 'make check',
    flaky: at % 100 === 0,
    cached: false,
    durationMs: 812,
  } as const;
  const usage = { inputTokens: 12_000, outputTokens: 900, costUsd: 0.12 };
  const attempt = { task, agent: 'claude', durationMs: 90_000, usage };
  return [
    { type: 'step-started', task, rung: from },
    { ...check, ok: true },
    { type: 'attempt-started', task, agent: 'claude', attempt: 1, rung: from, repair: false },
    { ...check, ok: false },
    { type: 'attempt-finished', ...attempt, attempt: 1, rung: from, outcome: 'failed', reason },
    { type: 'escalated', task, from, to, reason },
    { type: 'attempt-started', task, agent: 'claude', attempt: 2, rung: to, repair: false },
    { ...check, ok: true },
    { type: 'attempt-finished', ...attempt, attempt: 2, rung: to, outcome: 'done', reason: '' },
    { type: 'step-finished', task, state: 'done', rung: to, attempts: 2, durationMs: 180_000, reason: '' },
  ];
}

/** @returns how many events were written */
function writeJournal(made: Project, size: number): number {
  const branch = made.git('symbolic-ref', '--short', 'HEAD');
  const lines: string[] = [];
  for (let at = 0; at < size; at += 1) {
    for (const event of eventsOf(`task-${String(at).padStart(5, '0')}`, at)) {
      const time = new Date(START + lines.length * 1000).toISOString();
      lines.push(JSON.stringify({ time, run: '20260102-030405-678-a1b2c3', branch, ...event }));
    }
  }
  mkdirSync(join(made.root, '.stepladder'), { recursive: true });
  writeFileSync(join(made.root, '.stepladder/journal.jsonl'), `${lines.join('\n')}\n`);
  return lines.length;
}

async function report(size: number): Promise<void> {
  const made = await openBacklog(size);
  markDone(made);
  const events = writeJournal(made, size);
  // As after every run: what the generator parsed is known.
  await made.stepladder(['generate']);
  const run = { command: process.execPath, cwd: made.root, env: cleanEnvironment(join(made.outside, 'home')) };
  const medians = compare(
    [
      { ...run, name: 'node', args: ['-e', '0'] },
      { ...run, name: 'report', args: [PROGRAM, 'report'] },
    ],
    5,
  );
  const megabytes = (file: string): string => (statSync(join(made.root, 'reports', file)).size / 1e6).toFixed(1);
  console.log(`stepladder report, ${size} tasks, ${events} events`);
  console.log(
    `  ${(medians.get('report') ?? 0).toFixed(0)} ms  (aim: ≤ 3000 ms at ${10_000 * EVENTS_A_TASK} events; node -e 0: ${(medians.get('node') ?? 0).toFixed(0)} ms)`,
  );
  console.log(
    `  report.html ${megabytes('report.html')} MB (aim: ≤ 8 MB), report.md ${megabytes('report.md')} MB, report.json ${megabytes('report.json')} MB`,
  );
  made.close();
}

const sizes = process.argv.slice(2).map(Number);
for (const size of sizes.length > 0 ? sizes : [100, 1000, 10_000]) await report(size);
