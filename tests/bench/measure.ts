/** Measuring: what is compared runs in turns within one run, so that a busy moment hits all of it; medians are told. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Program {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Called before each turn, outside the clock. */
  readonly before?: () => void;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

function once(program: Program): number {
  program.before?.();
  const started = performance.now();
  const ran = spawnSync(program.command, program.args, {
    cwd: program.cwd,
    env: program.env,
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
  });
  const ms = performance.now() - started;
  if (ran.status !== 0) throw new Error(`${program.name} ended with ${ran.status}: ${ran.stderr}`);
  return ms;
}

/** Median ms of each program over `rounds` turns, after one that does not count. */
export function compare(programs: readonly Program[], rounds: number): Map<string, number> {
  const times = new Map(programs.map((program) => [program.name, [] as number[]]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const program of programs) {
      const ms = once(program);
      if (round > 0) times.get(program.name)?.push(ms);
    }
  }
  return new Map([...times].map(([name, list]) => [name, median(list)]));
}

/** The most memory, in MB, that the Node process of a program ever held (children not counted). */
export function memory(program: Program): number {
  const folder = mkdtempSync(join(tmpdir(), 'stepladder-memory-'));
  const hook = join(folder, 'hook.cjs');
  const out = join(folder, 'kilobytes');
  const tell = `require('node:fs').writeFileSync(${JSON.stringify(out)}, String(process.resourceUsage().maxRSS))`;
  writeFileSync(hook, `process.on('exit', () => ${tell});\n`);
  once({ ...program, args: ['--require', hook, ...program.args] });
  const kilobytes = Number(readFileSync(out, 'utf8'));
  rmSync(folder, { recursive: true });
  return kilobytes / 1024;
}
