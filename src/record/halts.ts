/** What all steps of one run share: that it was halted, and what it has spent. Files in `.stepladder/runs/ID/`. */
import { join } from 'node:path';
import { randomHex } from './digest.js';
import { type Usage, usageShape } from './event.js';
import { files } from './files.js';
import { readLines } from './lines.js';
import { statePaths } from './paths.js';
import { has, object, parseJson, text } from './shape.js';

export interface Halted {
  readonly reason: string;
  /** What a person does before he starts the run again. */
  readonly remedy: string;
}

const haltedShape = object<Halted>({ reason: text, remedy: text });

function haltFile(root: string, run: string): string {
  return join(statePaths(root).run(run), 'halt.json');
}

/** Halts a run: every step of it looks before each attempt, and ends (MAKE-RULES 13). The first reason stays. */
export function halt(root: string, run: string, reason: string, remedy: string): void {
  // Two that halt in the same instant both mean it: whichever reason is read then will do.
  if (haltOf(root, run) === null) files.writeDurably(haltFile(root, run), `${JSON.stringify({ reason, remedy })}\n`);
}

/** Why a run was halted; null where it was not. A halt that cannot be read is a halt: going on costs money. */
export function haltOf(root: string, run: string): Halted | null {
  const source = files.readText(haltFile(root, run));
  if (source === null) return null;
  const value = parseJson(source);
  if (has(haltedShape, value)) return value;
  return { reason: 'it was halted, but the record of why cannot be read', remedy: 'see the journal, then run again' };
}

/** What a run has spent: one line for each attempt. */
export function spendingFile(root: string, run: string): string {
  return join(statePaths(root).run(run), 'spending.jsonl');
}

/**
 * Adds to what a run has spent. Steps of one run do so side by side: one line each, in a single write; no two lines are
 * alike, so that it is seen where one took another's place.
 */
export function spend(root: string, run: string, usage: Usage): void {
  files.append(spendingFile(root, run), `${JSON.stringify({ ...usage, id: randomHex(6) })}\n`, true);
}

/** What a run has spent so far, in all; a number is missing where no agent told it. A torn line counts for nothing. */
export function spent(root: string, run: string): Usage {
  const total: { inputTokens?: number; outputTokens?: number; costUsd?: number } = {};
  readLines(spendingFile(root, run), (line) => {
    const usage = line === null ? null : parseJson(line);
    if (!has(usageShape, usage)) return;
    for (const key of ['inputTokens', 'outputTokens', 'costUsd'] as const) {
      const more = usage[key];
      if (more !== undefined) total[key] = (total[key] ?? 0) + more;
    }
  });
  return total;
}

function refusedFile(root: string, run: string): string {
  return join(statePaths(root).run(run), 'refused');
}

/** Notes that a step of the run could not be begun or ended for something wrong with its input (exit code 2). */
export function noteRefused(root: string, run: string, task: string): void {
  try {
    files.append(refusedFile(root, run), `${task}\n`, false);
  } catch {
    // Why it was refused is about to be said, and matters more than the run's exit code.
  }
}

/** The tasks of the run whose steps were refused. */
export function refusedTasks(root: string, run: string): string[] {
  return (files.readText(refusedFile(root, run)) ?? '').split('\n').filter((name) => name !== '');
}
