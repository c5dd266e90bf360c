/** A task's globs, in git's words. */
import { relative, resolve } from 'node:path';
import type { Place } from './workspace.js';

/** `{a,b}` written out: git's patterns know no braces. */
export function withoutBraces(pattern: string): string[] {
  const found = /^(.*?)\{([^{}]*)\}(.*)$/s.exec(pattern);
  if (found === null) return [pattern];
  const [, before = '', choices = '', after = ''] = found;
  return choices.split(',').flatMap((choice) => withoutBraces(`${before}${choice}${after}`));
}

/** A task's globs as git's pathspecs; those that lead out of the repository match nothing, and git would refuse them. */
export function pathspecs(place: Place, globs: readonly string[]): string[] {
  return globs.flatMap(withoutBraces).flatMap((glob) => {
    const [exclude, pattern] = glob.startsWith('!') ? [',exclude', glob.slice(1)] : ['', glob];
    const path = relative(place.top, resolve(place.dir, pattern.replace(/^\/+/, '')));
    return path.startsWith('..') ? [] : [`:(top,glob${exclude})${path}`];
  });
}
