/** What tests of Make ask again and again. */

import type { Ran } from './child.js';
import type { Project } from './project.js';

/** The tasks whose steps a dry run of Make lists, in order. */
export function steps(ran: Ran): string[] {
  return [...ran.stdout.matchAll(/ step (\S+)/g)].map((found) => found[1] ?? '');
}

/** The tasks whose agents were started, in order, with repeats. */
export function paid(made: Project): string[] {
  return made.invocations().map(({ task }) => task);
}

/** b depends on a. */
export const A_AND_B = { a: '# A\n\nDo a.\n', b: '---\ndepends: [a]\n---\n# B\n\nDo b.\n' };

/** b depends on a, d on b and c. */
export const FOUR = { ...A_AND_B, c: '# C\n', d: '---\ndepends: [b, c]\n---\n# D\n' };

/** A task file with an error in line 2. */
export const BROKEN = '---\ndepends: [nobody-knows]\n---\n# Broken\n';
