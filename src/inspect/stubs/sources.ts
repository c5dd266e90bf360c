/** The source files below given paths, in order: what git would track of a person's own work, and nothing brought in. */
import { readdirSync, realpathSync, statSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import picomatch from 'picomatch';
import { isSource } from './detector.js';

/** Folders of tools and of other people's code. */
const PASSED_OVER = new Set(
  '.git .hg .svn .stepladder node_modules bower_components vendor third_party third-party vendored .venv venv __pycache__ target .tox .mypy_cache'.split(
    ' ',
  ),
);

/**
 * Paths relative to `cwd` with `/`, sorted. `paths` are files or folders below it, named ones even where a folder would
 * pass them over; `ignore` are globs. Links are followed within the tree, never out of it.
 */
export function sourcesIn(cwd: string, paths: readonly string[], ignore: readonly string[]): string[] {
  const root = realpathSync(cwd);
  const ignored = ignore.length === 0 ? () => false : picomatch([...ignore], { dot: true });
  const found = new Set<string>();
  const seen = new Set<string>();
  const visit = (path: string): void => {
    let real: string;
    let folder: boolean;
    try {
      // By the name it really has: a link and what it leads to are one file, and a link upwards does not go round.
      real = realpathSync(path);
      folder = statSync(real).isDirectory();
    } catch {
      return; // gone, or a link to nowhere
    }
    if (real !== root && !real.startsWith(root + sep)) return;
    const name = relative(root, real).split(sep).join('/');
    if (name !== '' && ignored(name)) return;
    if (!folder) {
      if (isSource(name)) found.add(name);
      return;
    }
    if (seen.has(real)) return;
    seen.add(real);
    for (const entry of readdirSync(real)) if (!PASSED_OVER.has(entry)) visit(join(real, entry));
  };
  for (const path of paths) visit(resolve(root, path));
  return [...found].sort();
}
