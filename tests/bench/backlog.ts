/** A made-up backlog of any size that is done: files, receipts that hold, and the same graph as a bare Makefile. */
import { readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadBacklog } from '../../src/backlog/load.js';
import { defaultConfig } from '../../src/config.js';
import { newWorkId, receiptText, sealReceipt } from '../../src/record/receipt.js';
import { type Project, project } from '../rig/project.js';

const nameOf = (at: number): string => `task-${String(at).padStart(5, '0')}`;

/** Up to three earlier tasks; the longest chain grows with the logarithm of the size. */
function dependsOf(at: number): string[] {
  const earlier = [Math.floor(at / 2), Math.floor(at / 3), at - 7].filter((other) => other >= 0 && other < at);
  return [...new Set(earlier)].map(nameOf);
}

function taskText(at: number): string {
  const depends = dependsOf(at).join(', ') || 'None';
  return `# Task: Number ${at}\n\n**Model:** sonnet/thinking\n**Depends on:** ${depends}\n\nDo what has to be done.\n\n## Postconditions\n\n- [ ] \`true\` passes\n`;
}

/** A project of `size` tasks without receipts. */
export function openBacklog(size: number): Promise<Project> {
  const names = Array.from({ length: size }, (_, at) => at);
  return project({ tasks: Object.fromEntries(names.map((at) => [nameOf(at), taskText(at)])), commit: false });
}

/** Gives every task of a project a receipt that holds, commits all, and lets every file look old. */
export function markDone(made: Project): void {
  const { tasks, order } = loadBacklog(defaultConfig(made.root));
  const works = new Map<string, string>();
  const time = '2026-01-02T03:04:05.678Z';
  for (const name of order) {
    const task = tasks.get(name);
    if (task === undefined) continue;
    const work = newWorkId(task.essence);
    works.set(name, work);
    const receipt = sealReceipt({
      stepladder: 1,
      task: name,
      state: 'done',
      fingerprint: task.fingerprint,
      work,
      inputs: Object.fromEntries(task.depends.map((needed) => [needed, works.get(needed) ?? ''])),
      agent: 'rig',
      rung: 'sonnet/thinking',
      attempts: 1,
      reopened: 0,
      path: [{ rung: 'sonnet/thinking', outcome: 'done', reason: '', model: null, durationMs: 1 }],
      started: time,
      finished: time,
      durationMs: 1,
      usage: {},
      tree: '0'.repeat(40),
      changed: [],
      evidence: 'weak',
      verified: [{ check: 'true', durationMs: 1, redBefore: false, flaky: false }],
      claimed: [],
      findings: [],
      stubs: [],
      version: '0.1.0',
    });
    writeFileSync(join(made.root, `tasks/${name}.done`), receiptText(receipt));
  }
  made.commit('all of it done');
  // Files of the last two seconds are never trusted by their times: measured is a backlog that has lain for a while.
  const folder = join(made.root, 'tasks');
  const old = Date.now() / 1000 - 3600;
  for (const file of readdirSync(folder)) utimesSync(join(folder, file), old, old + (file.endsWith('.done') ? 60 : 0));
}

/** The same graph for Make alone: `bare.mk`, with `touch` for a recipe, over the same files. */
export function writeBareMakefile(made: Project, size: number): void {
  // One long line: a target that gets its prerequisites one by one costs Make the square of their number.
  const all = Array.from({ length: size }, (_, at) => `tasks/${nameOf(at)}.done`);
  const rules = [`all: ${all.join(' ')}`];
  for (let at = 0; at < size; at += 1) {
    const needs = [`tasks/${nameOf(at)}.md`, ...dependsOf(at).map((name) => `tasks/${name}.done`)];
    rules.push(`tasks/${nameOf(at)}.done: ${needs.join(' ')} ; @touch $@`, `tasks/${nameOf(at)}.md: ;`);
  }
  made.write('bare.mk', `${rules.join('\n')}\n`);
}
