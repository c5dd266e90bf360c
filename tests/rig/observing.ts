/** Which processes belong to a project of the rig, what each of them is, and waiting for what they do. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Project } from './project.js';

/** `outer` and `inner` are Makes, `run` the front-end, `step` a runner; `other` a check, a shell, something an agent left. */
export type Part = 'outer' | 'inner' | 'run' | 'step' | 'agent' | 'git' | 'other';

export interface Seen {
  readonly pid: number;
  readonly part: Part;
  readonly words: readonly string[];
}

function partOf(words: readonly string[]): Part {
  const [program = '', first = '', second = ''] = words;
  if (/(^|\/)g?make[^/]*$/.test(program)) return words.some((word) => word.endsWith('tasks.mk')) ? 'inner' : 'outer';
  if (/(^|\/)git$/.test(program)) return 'git';
  if (words.some((word) => /(?:scripted|driven)-agent\.mjs$|\/agent\.sh$/.test(word))) return 'agent';
  if (first.endsWith('stepladder.cjs')) return second === 'step' ? 'step' : 'run';
  return 'other';
}

function readOf(pid: string, file: string): string | null {
  try {
    return readFileSync(join('/proc', pid, file), 'latin1');
  } catch {
    // It ended in this moment, or is none of ours.
    return null;
  }
}

/** What is running of a project: everything whose environment has its HOME. Dead ones not yet collected have none. */
export function processesOf({ outside }: Pick<Project, 'outside'>): Seen[] {
  const home = `HOME=${join(outside, 'home')}`;
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      const held = readOf(pid, 'environ')?.split('\0');
      if (held === undefined || !held.includes(home)) return [];
      const words = (readOf(pid, 'cmdline') ?? '').split('\0').filter((word) => word !== '');
      return words.length === 0 ? [] : [{ pid: Number(pid), part: partOf(words), words }];
    });
}

/** Whether a process runs or sleeps, and not merely waits to be collected. */
export function isRunning(pid: number): boolean {
  const stat = readOf(String(pid), 'stat');
  return stat !== null && !/\) [ZX] /.test(stat);
}

/** Looks until it is so. @throws after the deadline, with what `describe` says */
export async function until(
  isSo: () => boolean,
  describe: () => string = () => isSo.toString(),
  deadlineMs = 120_000,
): Promise<void> {
  for (const end = performance.now() + deadlineMs; !isSo(); ) {
    if (performance.now() > end) throw new Error(`not so after ${deadlineMs} ms: ${describe()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** While a process puts another program in its place it shows no environment: one look that finds nobody may be wrong. */
const SURE = 3;

/** Resolves once nothing of a project is running any more. */
export function allGone(made: Pick<Project, 'outside'>, deadlineMs?: number): Promise<void> {
  const left = (): string =>
    processesOf(made)
      .map(({ pid, words }) => `${pid} ${words.join(' ')}`)
      .join('\n');
  let none = 0;
  const nobody = (): boolean => {
    none = processesOf(made).length === 0 ? none + 1 : 0;
    return none === SURE;
  };
  return until(nobody, left, deadlineMs);
}
