import { printable } from '../diagnostic.js';

/**
 * One word of a shell command that a person pastes: quoted so that nothing in it is more than text, and on one line.
 * Control characters are shown as escapes, not passed on: a pasted one would act on the terminal, not on us.
 */
export function shellWord(text: string): string {
  const line = printable(text.replace(/\s+/g, ' ').trim());
  if (/^[A-Za-z0-9_./:=@%+-]+$/.test(line) && !line.startsWith('-')) return line;
  // `!` would be taken by an interactive shell's history even within double quotes; single quotes hold everything.
  return `'${line.replaceAll("'", `'\\''`)}'`;
}
