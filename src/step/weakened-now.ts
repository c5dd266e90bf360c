/** Whether the work in the tree made the step's own checks verify less (inspect/weakened.ts). */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Check } from '../inspect/inspection.js';
import { weakenedChecks } from '../inspect/weakened.js';
import type { Finding } from '../record/receipt.js';
import type { StepContext } from './context.js';

/** Nothing larger is a Makefile or a script that anybody wrote. */
const LARGEST = 1 << 20;

/** Null for a compiled program: its bytes are no commands, and what looks like words there no names of files. */
function asText(bytes: Uint8Array): string | null {
  return bytes.includes(0) ? null : Buffer.from(bytes).toString();
}

/** Null where there is no such file, or none that can be read: a word of a script may be anything, too long for a name too. */
function textOf(path: string): string | null {
  try {
    const stat = statSync(path);
    return stat.isFile() && stat.size <= LARGEST ? asText(readFileSync(path)) : null;
  } catch {
    return null;
  }
}

/** What of the checks verifies less than when the step began. A person's own changes are his to make: only recorded. */
export function weakenedNow(ctx: StepContext, checks: readonly Check[]): Finding[] {
  const { ws, base } = ctx;
  const changed = new Map(ws.changedFiles(base).map((file) => [file.path, file.before]));
  if (changed.size === 0) return [];
  const now = (path: string): string | null => textOf(resolve(ws.dir, path));
  const before = (path: string): string | null => {
    const version = changed.get(path);
    if (version === undefined) return now(path);
    return version === null || version.size > LARGEST ? null : asText(version.read());
  };
  const exists = (path: string): boolean => existsSync(resolve(ws.dir, path));
  const commands = checks.filter(({ kind }) => kind === 'command' || kind === 'script').map(({ run }) => run);
  const findings = weakenedChecks(commands, { before, now, exists });
  return ctx.options.personsWork ? findings.map((found) => ({ ...found, severity: 'warning' })) : findings;
}
