/**
 * How text that somebody else chose gets through Make unharmed. Names of tasks need none of it: only such
 * as need none are names (MAKE-RULES "Names").
 */

/**
 * Text as the value of a Make variable, on one line; comes out of `$(NAME)` as it went in. tasks.mk defines
 * `stepladder.hash` and `stepladder.empty`: a backslash before a `#`, or at the end of the line, would mean something.
 * @throws Error where the text has more than one line: nobody may hand that over
 */
export function makeValue(text: string): string {
  if (/[\r\n\0]/.test(text)) throw new Error('a value of several lines cannot be given to Make');
  const escaped = text.replaceAll('$', '$$$$').replaceAll('#', '$(stepladder.hash)');
  const start = /^\s/.test(text) ? '$(stepladder.empty)' : '';
  const end = /\\$/.test(text) ? '$(stepladder.empty)' : '';
  return `${start}${escaped}${end}`;
}

/** What a folder may be called for Make to carry it in a target: no word function, rule or pattern trips over it. */
const CARRIED = /^[A-Za-z0-9_.,+@/-]+$/;

/** Whether the tasks folder can be part of a target on every version of Make. */
export function canBeTarget(folder: string): boolean {
  return CARRIED.test(folder) && !folder.startsWith('-');
}
