/**
 * This folder keeps what happened, as files: receipts, the journal, locks, what a step remembers of its own past, and
 * what has to be known of processes and their environment to trust any of it.
 *
 * This file: which of our own environment variables those that we start may see (MAKE-RULES 19).
 */

/** Make's own, whoever set them. `MAKE_*` (MAKE_RESTARTS, MAKE_TERMOUT, …) goes by its prefix. */
const OF_MAKE = new Set(['MAKEFLAGS', 'MFLAGS', 'MAKELEVEL', 'MAKEOVERRIDES', 'GNUMAKEFLAGS', 'MAKEFILES']);

/** Ours wherever they come from: Make takes a variable from the environment just as it does from its command line. */
const OF_STEPLADDER = new Set(['FORCE', 'RETRY']);

/** Without these nothing runs at all; whoever gives them to Make means them for everything below it. */
const NEEDED = new Set(['PATH', 'HOME', 'SHELL', 'TMPDIR', 'USER', 'LOGNAME']);

/**
 * The names of the variables set on Make's command line, as Make hands them down: in MAKEFLAGS, behind ` -- `, blanks
 * and backslashes in values escaped by a backslash. Words that begin with a dash are flags, and `--eval=X=1` is none
 * of ours; a newline does not end a word.
 */
export function commandLineVariables(makeflags: string): string[] {
  const names = new Set<string>();
  for (const [word] of makeflags.matchAll(/(?:[^\\ \t]|\\.?)+/gs)) {
    const assignment = /^([^-=:+?!\s\\][^=:+?!\s\\]*)[:+?!]*=/.exec(word);
    if (assignment?.[1] !== undefined) names.add(assignment[1]);
  }
  return [...names];
}

/**
 * The user's own environment: less every variable of Make, less those set on Make's command line (they are exported),
 * less ours. What agents, checks, git and an inner Make are started with; the caller adds what the design gives them.
 */
export function cleanEnvironment(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const dropped = new Set<string>();
  for (const flags of [env.MAKEFLAGS, env.MAKEOVERRIDES, env.MFLAGS]) {
    for (const name of commandLineVariables(flags ?? '')) if (!NEEDED.has(name)) dropped.add(name);
  }
  const clean: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined || dropped.has(name) || OF_MAKE.has(name) || OF_STEPLADDER.has(name)) continue;
    if (name.startsWith('MAKE_') || name.startsWith('STEPLADDER_')) continue;
    clean[name] = value;
  }
  return clean;
}
