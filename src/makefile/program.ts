/** Where our own program lies, for the recipes that start it. Loaded by the fast paths. */
import { realpathSync, statSync } from 'node:fs';
import { isAbsolute, relative } from 'node:path';

let path: string | null = null;

/** Absolute path of the running program, links resolved: the same whether Make, npx or a person started it. */
function program(): string {
  path ??= realpathSync(process.argv[1] ?? '');
  return path;
}

/**
 * The program as a recipe names it when it is run without stepladder.mk: relative to the root where it lies below it,
 * so that the project can be moved; else absolute.
 */
export function programPath(root: string): string {
  const below = relative(root, program());
  return below.startsWith('..') || isAbsolute(below) ? program() : below;
}

/** Changes when the program does: what an earlier build has written is not to be trusted. */
export function programStamp(root: string): string {
  const { mtimeMs, size } = statSync(program());
  return `${programPath(root)} ${mtimeMs} ${size}`;
}
