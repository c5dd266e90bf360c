/** Script files that a check runs: emptied, left before anything was checked, or deaf to failures. */
import { statements, type Weakening, weakening } from './statements.js';

/** Ends the program well, at the left margin: whatever stands below is not reached. */
const LEAVES: Readonly<Record<'shell' | 'other', RegExp>> = {
  shell: /^(?:true\s*(?:;|&&)\s*)?exit(?:\s+0)?\s*;?\s*(?:#.*)?$/,
  other:
    /^(?:process\.exit\(0?\)|Deno\.exit\(0?\)|sys\.exit\((?:0|None)?\)|os\._exit\(0\)|quit\(\)|exit(?:\(0?\)|!?\s*0?)|return)\s*;?\s*(?:(?:#|\/\/).*)?$/,
};
const HEARS_NOTHING = /^trap\s+.*\bexit(?:\s+0)?\b.*\bEXIT\b/m;

/** Whether a script is for a shell to read. */
export function isShell(file: string, text: string): boolean {
  return (
    /\.(?:sh|bash|dash|zsh|bats)$/.test(file) || /^#!.*\b(?:sh|bash|dash|zsh)\b/.test(text) || !/\.\w+$/.test(file)
  );
}

/** Lines of code: no comments, no blank ones. */
function code(text: string): string[] {
  const lines = text.replace(/\r/g, '').split('\n');
  return lines.map((line) => line.trimEnd()).filter((line) => line.trim() !== '' && !/^\s*(?:#|\/\/)/.test(line));
}

/** What is reached, as far as can be told for certain. */
function reached(lines: readonly string[], kind: 'shell' | 'other'): readonly string[] {
  const end = lines.findIndex((line) => LEAVES[kind].test(line));
  return end === -1 ? lines : lines.slice(0, end);
}

/** Whether all of the one is still in the other, in its order. */
function isKept(before: readonly string[], now: readonly string[]): boolean {
  let at = 0;
  for (const line of now) if (line === before[at]) at += 1;
  return at === before.length;
}

/**
 * How a script became weaker; null where it did not, or only has more to it than before.
 * @param file its name: what is neither a shell's nor says so is told by its lines alone
 */
export function scriptWeakening(file: string, before: string, now: string): Weakening | null {
  const kind = isShell(file, before) ? 'shell' : 'other';
  const [was, is] = [code(before), code(now)];
  const [reachedBefore, reachedNow] = [reached(was, kind), reached(is, kind)];
  if (reachedBefore.length === 0) return null;
  if (is.length === 0) return { certain: true, what: 'it is empty now' };
  if (reachedNow.length < is.length && reachedNow.length < reachedBefore.length && !isKept(reachedBefore, reachedNow))
    return { certain: true, what: 'it ends well before it has come to what it checked' };
  if (isKept(reachedBefore, reachedNow)) return null;
  if (kind === 'shell') {
    const weaker = weakening(reachedBefore.flatMap(statements), reachedNow.flatMap(statements));
    if (HEARS_NOTHING.test(now) && !HEARS_NOTHING.test(before))
      return { certain: true, what: 'it ends well whatever happens' };
    // A script may well lose a line that has done its service: only what can check nothing is certain.
    if (weaker?.what.startsWith('it no longer runs')) return { ...weaker, certain: false };
    if (weaker !== null) return weaker;
  }
  return { certain: false, what: 'what it checks was changed' };
}
