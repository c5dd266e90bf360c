/** `verify: auto`: the project's `make check`, else its `make test`, else nothing, said loudly (DESIGN "Configuration"). */
import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CheckConfig } from '../config.js';
import { runProcess } from './run-process.js';

export type AutoVerify =
  | { readonly kind: 'found'; readonly command: string }
  /** Nothing can be verified; `why` for people, as half a sentence. */
  | { readonly kind: 'nothing'; readonly why: string };

/** In the order in which Make looks for them. */
const MAKEFILES = ['GNUmakefile', 'makefile', 'Makefile'];
const WANTED = ['check', 'test'];
const OUR_GOAL = 'stepladder-database';
const TIME_LIMIT_MS = 60_000;

/**
 * Read after the user's own: a goal that asks for nothing, and a shell that does nothing for all recipes. Even under
 * `-q` Make remakes included files and runs lines with `+` or `$(MAKE)` (MAKE-RULES 5, 11): here they come to nothing.
 * `$(shell …)` while the Makefile is read goes on working, since whole Makefiles are built on it.
 */
function guardText(): string {
  const nothing = ['/bin/true', '/usr/bin/true'].find((path) => existsSync(path)) ?? 'true';
  return `%: override SHELL := ${nothing}\n.PHONY: ${OUR_GOAL}\n${OUR_GOAL}: ;\n`;
}

interface Rule {
  readonly phony: boolean;
  readonly prerequisites: boolean;
  readonly recipe: boolean;
}

/** The wanted targets' rules in what `make -p` prints (3.81 and 4.x); it prints as much as it knows even at an error. */
class Database {
  readonly rules = new Map<string, Rule>();
  #inFiles = false;
  #noTarget = false;
  #current: string | null = null;

  line(line: string): void {
    if (line === '# Files') this.#inFiles = true;
    if (!this.#inFiles) return;
    if (this.#current !== null) this.#more(this.#current, line);
    else if (!this.#noTarget) this.#begin(line);
    // Stands above what is only a file, not a target.
    this.#noTarget = line === '# Not a target:';
  }

  #begin(line: string): void {
    const name = WANTED.find((target) => line.startsWith(`${target}:`));
    if (name === undefined) return;
    const prerequisites = line.slice(name.length).replace(/^:+/, '').trim() !== '';
    const before = this.rules.get(name);
    this.rules.set(name, {
      phony: before?.phony ?? false,
      prerequisites: prerequisites || before?.prerequisites === true,
      recipe: before?.recipe ?? false,
    });
    this.#current = name;
  }

  #more(name: string, line: string): void {
    const rule = this.rules.get(name);
    if (line === '' || rule === undefined) this.#current = null;
    else if (/^#\s+Phony target/.test(line)) this.rules.set(name, { ...rule, phony: true });
    // 3.81: “commands to execute”.
    else if (/^#\s+(recipe|commands) to execute/.test(line)) this.rules.set(name, { ...rule, recipe: true });
  }
}

/** Runs `make -pq` for its database. `state`: whether Make itself was there, and could read all of the Makefile. */
async function askMake(
  makefile: string,
  cwd: string,
  env: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<{ database: Database; state: 'read' | 'unreadable' | 'no make' }> {
  const folder = mkdtempSync(join(tmpdir(), 'stepladder-make-'));
  const database = new Database();
  let rest = '';
  try {
    const guard = join(folder, 'guard.mk');
    writeFileSync(guard, guardText());
    const end = await runProcess({
      program: 'make',
      args: ['-p', '-q', '-f', makefile, '-f', guard, OUR_GOAL],
      cwd,
      env: { ...env, LC_ALL: 'C' },
      mark: randomUUID(),
      stdin: null,
      limits: { wallMs: TIME_LIMIT_MS, silenceMs: null },
      ending: { signal: 'SIGTERM', graceMs: 1000 },
      signal,
      onOutput: (stream, bytes) => {
        if (stream === 'stderr') return;
        // Only ASCII matters here, and a line that never ends is none we look for.
        const lines = (rest + bytes.toString('latin1')).split('\n');
        rest = (lines.pop() ?? '').slice(0, 65_536);
        for (const line of lines) database.line(line);
      },
    });
    if (end.how === 'aborted') signal.throwIfAborted();
    if (end.how === 'not-started') return { database, state: 'no make' };
    // 1 is what `-q` says of a goal that is not up to date, 2 is an error.
    return { database, state: end.how === 'exit' && end.code < 2 ? 'read' : 'unreadable' };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What stands in the way of `make TARGET` verifying anything, or null. */
function vacuous(target: string, rule: Rule, cwd: string): string | null {
  if (!rule.recipe && !rule.prerequisites) return `${target} has no recipe`;
  if (rule.phony || rule.prerequisites || !existsSync(join(cwd, target))) return null;
  return `${target} is not .PHONY and there is a file or folder of that name, so that make ${target} does nothing`;
}

/**
 * Finds what verifies a project, from Make's own database; no recipe is run. About 15 ms, so that it is asked anew at
 * every step: a cache could not know which included files count. A Makefile that Make cannot read gives `make check`,
 * which then fails and says why: what cannot be read must not pass for what need not be verified.
 * @param cwd the work tree in which the checks will run
 * @param env the cleaned environment
 * @throws the signal's reason if aborted
 */
export async function autoVerify(
  cwd: string,
  env: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<AutoVerify> {
  const makefile = MAKEFILES.find((name) => existsSync(join(cwd, name)));
  if (makefile === undefined) return { kind: 'nothing', why: 'there is no Makefile' };
  const { database, state } = await askMake(makefile, cwd, env, signal);
  if (state === 'no make') return { kind: 'nothing', why: 'make is not installed' };
  const problems: string[] = [];
  for (const target of WANTED) {
    const rule = database.rules.get(target);
    if (rule === undefined) continue;
    const problem = vacuous(target, rule, cwd);
    if (problem === null) return { kind: 'found', command: `make ${target}` };
    problems.push(problem);
  }
  if (state === 'unreadable') return { kind: 'found', command: 'make check' };
  const why = problems.length > 0 ? problems.join('; ') : `${makefile} has neither a target check nor a target test`;
  return { kind: 'nothing', why };
}

/**
 * The checks that a `verify` setting means, `auto` looked up. To be asked once, at a step's start: an attempt may
 * change the Makefile, and must not thereby change what it is measured by.
 * @returns `nothing`: why nothing verifies the work, to be said loudly; null where something does
 * @throws the signal's reason if aborted
 */
export async function verifyChecks(
  verify: 'auto' | readonly CheckConfig[],
  cwd: string,
  env: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<{ readonly checks: readonly CheckConfig[]; readonly nothing: string | null }> {
  if (verify !== 'auto') {
    return { checks: verify, nothing: verify.length === 0 ? 'verify: in stepladder.yaml lists no command' : null };
  }
  const found = await autoVerify(cwd, env, signal);
  if (found.kind === 'nothing') return { checks: [], nothing: found.why };
  return { checks: [{ run: found.command, timeoutMs: null, when: 'step' }], nothing: null };
}
