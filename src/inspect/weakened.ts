/**
 * Checks that verify less than they did (DESIGN "Stubs", tests that the task weakened): an attempt that makes `make
 * check` green by taking out what was red. The commands are those of the step's start; what they run is not: Makefile,
 * scripts of package.json, script files are work like any other. What they ran before is compared with what they run
 * now, through everything that one of them starts. Certain weakening is an error; where something else is run than
 * before, nobody but a person can tell: recorded as a warning.
 */
import { join, normalize } from 'node:path';
import type { Finding } from '../record/receipt.js';
import { isRecord, parseJson } from '../record/shape.js';
import { Makefile, type ReadFile } from './weakened/makefile.js';
import { isShell, scriptWeakening } from './weakened/scripts.js';
import { type Statement, statements, type Weakening, weakening } from './weakened/statements.js';

/** What files of the work tree held before the attempt, and hold now; by their paths from where the checks run. */
export interface Sides {
  readonly before: ReadFile;
  readonly now: ReadFile;
  /** Whether there is anything of that name now. */
  readonly exists: (path: string) => boolean;
}

const INTERPRETERS = /^(?:sh|bash|dash|zsh|ksh|node|nodejs|deno|bun|tsx|ts-node|python[\d.]*|ruby|perl|php)$/;
const RUNNERS = /^(?:npm|yarn|pnpm|bun)$/;

/** The words of a command, quotes peeled off; assignments and `env`, `time` and the like before it left out. */
function wordsOf(command: string): string[] {
  const words = (command.match(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g) ?? []).map((word) =>
    word.replace(/^(["'])(.*)\1$/, '$2'),
  );
  while (words[0] !== undefined && /^(?:[A-Za-z_]\w*=.*|env|time|exec|command|nice|if|while|until|!)$/.test(words[0]))
    words.shift();
  return words;
}

class Comparison {
  readonly #sides: Sides;
  readonly #seen = new Set<string>();
  readonly findings: Finding[] = [];

  constructor(sides: Sides) {
    this.#sides = sides;
  }

  /** Looks at whatever these commands start. @param folder where they are run */
  follow(commands: readonly Statement[], folder: string): void {
    let at = folder;
    for (const { command } of commands) {
      const [program = '', ...args] = wordsOf(command);
      if (program === 'cd') at = normalize(join(at, args[0] ?? '.'));
      else if (/^g?make$/.test(program)) this.#make(args, at);
      else if (RUNNERS.test(program) && this.#packageScript(program, args, at)) continue;
      else {
        const file = INTERPRETERS.test(program) ? args.find((arg) => !arg.startsWith('-') && arg !== 'run') : program;
        const inline = args.includes('-c') || args.includes('-e');
        if (inline && /^(?:ba|da|z|k)?sh$/.test(program))
          this.follow(statements(args[args.indexOf('-c') + 1] ?? ''), at);
        else if (file !== undefined && !inline) this.#script(normalize(join(at, file)));
      }
    }
  }

  #once(what: string): boolean {
    if (this.#seen.has(what)) return false;
    this.#seen.add(what);
    return true;
  }

  #found(file: string, line: number | null, symbol: string | null, name: string, weaker: Weakening | null): void {
    if (weaker === null) return;
    const severity = weaker.certain ? 'error' : 'warning';
    const message = `${name} verifies ${weaker.certain ? 'less' : 'something else'} than before the attempt: ${weaker.what}`;
    this.findings.push({ kind: 'weakened-check', severity, file, line, symbol, message });
  }

  #make(args: readonly string[], folder: string): void {
    let at = folder;
    let named: string | null = null;
    const goals: string[] = [];
    for (let n = 0; n < args.length; n += 1) {
      const [, option = '', value = ''] = /^(-C|-f|--directory=|--file=|--makefile=)(.*)$/.exec(args[n] ?? '') ?? [];
      const taken = value !== '' ? value : option === '-C' || option === '-f' ? (args[++n] ?? '') : '';
      if (option === '-C' || option === '--directory=') at = normalize(join(at, taken));
      else if (option !== '') named = taken;
      else if (/^(?:-[jlIoW]|>.*)$/.test(args[n] ?? '')) n += 1;
      else if (/^[\w./%-]+$/.test(args[n] ?? '') && !/^-/.test(args[n] ?? '')) goals.push(args[n] ?? '');
    }
    const before = Makefile.in(at, named, this.#sides.before);
    if (before === null) return;
    const now = Makefile.in(at, named, this.#sides.now);
    for (const goal of goals.length > 0 ? goals : [before.first ?? '']) {
      if (!this.#once(`make ${at} ${named} ${goal}`)) continue;
      // Without a Makefile, make fails.
      if (now !== null) {
        const weaker = now.weakerThan(before, goal, this.#sides.exists);
        this.#found(now.file, now.lineOf(goal), goal, `make ${goal}`, weaker);
      }
      this.follow(before.statementsOf(goal), at);
    }
  }

  /** True where the command runs a script of package.json. */
  #packageScript(runner: string, args: readonly string[], folder: string): boolean {
    const [first = '', second = ''] = args.filter((arg) => !arg.startsWith('-'));
    const wanted = /^(?:run|run-script)$/.test(first) ? second : /^(?:t|tst)$/.test(first) ? 'test' : first;
    const file = normalize(join(folder, 'package.json'));
    const [before, now] = [scriptsIn(this.#sides.before(file)), scriptsIn(this.#sides.now(file))];
    if (before[wanted] === undefined) return false;
    if (!this.#once(`script ${file} ${wanted}`)) return true;
    const names = [`pre${wanted}`, wanted, `post${wanted}`];
    const all = (scripts: Readonly<Record<string, string>>): Statement[] =>
      names.flatMap((name) => statements(scripts[name] ?? ''));
    const text = this.#sides.now(file) ?? '';
    const line = text.split('\n').findIndex((one) => one.includes(`"${wanted}"`)) + 1;
    this.#found(file, line || null, wanted, `${runner} run ${wanted}`, weakening(all(before), all(now)));
    this.#shell(normalize(join(folder, '.npmrc')), wanted);
    this.follow(all(before), folder);
    return true;
  }

  #shell(file: string, wanted: string): void {
    const shellIn = (text: string | null): string =>
      /^\s*script-shell\s*=\s*(.*)$/m.exec(text ?? '')?.[1]?.trim() ?? '';
    const shell = shellIn(this.#sides.now(file));
    if (shell === shellIn(this.#sides.before(file)) || shell === '') return;
    this.#found(file, null, wanted, `npm run ${wanted}`, { certain: true, what: `its commands are run by ${shell}` });
  }

  #script(file: string): void {
    const before = file.startsWith('..') ? null : this.#sides.before(file);
    if (before === null || !this.#once(`file ${file}`)) return;
    const now = this.#sides.now(file);
    // Without it, its check is red.
    if (now === null) return;
    if (now !== before) this.#found(file, null, null, file, scriptWeakening(file, before, now));
    if (isShell(file, before)) this.follow(before.split('\n').flatMap(statements), '.');
  }
}

function scriptsIn(text: string | null): Readonly<Record<string, string>> {
  const value = text === null ? null : parseJson(text);
  const scripts = isRecord(value) && isRecord(value.scripts) ? value.scripts : {};
  const entries = Object.entries(scripts).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return Object.assign(Object.create(null), Object.fromEntries(entries));
}

/**
 * What of the checks verifies less than before, or something else.
 * @param commands of the checks, as they are run
 */
export function weakenedChecks(commands: readonly string[], sides: Sides): Finding[] {
  const comparison = new Comparison(sides);
  for (const command of commands) comparison.follow(statements(command), '.');
  return comparison.findings;
}
