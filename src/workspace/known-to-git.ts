import { askGit } from './git.js';

/**
 * The files below a folder that git tracks, or would if asked to add everything: relative to it, with `/`. Null where
 * the folder is in no work tree: then nothing is known to be ignored.
 */
export function knownToGit(dir: string): ReadonlySet<string> | null {
  const list = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const { code, stdout } = askGit(dir, list, { accept: [128] });
  return code === 0 ? new Set(stdout.toString().split('\0')) : null;
}
