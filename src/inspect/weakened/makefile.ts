/** A Makefile as far as it matters to what `make TARGET` runs: rules, variables, what it includes. No Make is run. */
import { dirname, join, normalize } from 'node:path';
import { type Statement, statements, type Weakening, weakening } from './statements.js';

/** Reads a file of the work tree, by its path from where the checks run; null where there is none. */
export type ReadFile = (path: string) => string | null;

interface Rule {
  prerequisites: string[];
  lines: string[];
  /** Of the target, from 1. */
  line: number;
}

const NAMES = ['GNUmakefile', 'makefile', 'Makefile'];

export class Makefile {
  readonly file: string;
  readonly #rules = new Map<string, Rule>();
  readonly #variables = new Map<string, string>();
  /** Directives that make what stands below them hang on something. */
  #conditions = 0;
  readonly #read: ReadFile;

  private constructor(file: string, text: string, read: ReadFile) {
    this.file = file;
    this.#read = read;
    this.#parse(text, 0);
  }

  /** The one that Make would read in a folder; null where there is none. @param named what `-f` says */
  static in(folder: string, named: string | null, read: ReadFile): Makefile | null {
    for (const name of named === null ? NAMES : [named]) {
      const file = normalize(join(folder, name));
      const text = read(file);
      if (text !== null) return new Makefile(file, text, read);
    }
    return null;
  }

  /** What `make` without a goal makes. */
  get first(): string | null {
    return [...this.#rules.keys()].find((target) => !/^\.[A-Z]|%/.test(target)) ?? null;
  }

  lineOf(target: string): number | null {
    return this.#rules.get(target)?.line || null;
  }

  #parse(text: string, depth: number): void {
    let current: string[] = [];
    let defining = false;
    let number = 0;
    for (const line of text.replace(/\r/g, '').split('\n').reduce<{ text: string; at: number }[]>(joined, [])) {
      number = line.at;
      if (/^\s*endef\b/.test(line.text)) defining = false;
      else if (/^\s*define\b/.test(line.text)) defining = true;
      else if (defining) continue;
      else if (line.text.startsWith('\t')) for (const target of current) this.#rules.get(target)?.lines.push(line.text);
      else current = this.#line(line.text, number, current, depth);
    }
  }

  /** The targets that recipe lines below belong to. */
  #line(line: string, number: number, current: string[], depth: number): string[] {
    const text = line.replace(/(?:^|\s)#.*$/, '').trim();
    if (text === '') return current;
    if (/^(?:ifeq|ifneq|ifdef|ifndef)\b/.test(text)) this.#conditions += depth === 0 ? 1 : 0;
    if (/^(?:ifeq|ifneq|ifdef|ifndef|else|endif)\b/.test(text)) return current;
    const include = /^(?:-|s)?include\s+(.*)$/.exec(text);
    if (include !== null) {
      this.#include(include[1] ?? '', depth);
      return [];
    }
    const variable = /^(?:export\s+|override\s+)*([\w.-]+)\s*(\?|\+|:{0,3})?=\s*(.*)$/.exec(text);
    if (variable !== null) {
      const [, name = '', how, value = ''] = variable;
      const known = this.#variables.get(name);
      if (how === '+') this.#variables.set(name, `${known ?? ''} ${value}`);
      else if (how !== '?' || known === undefined) this.#variables.set(name, value);
      return [];
    }
    return this.#rule(line, number);
  }

  #include(files: string, depth: number): void {
    for (const file of this.#expand(files).split(/\s+/)) {
      // Relative to where Make runs, which is where the first of them lies.
      const text = file === '' || depth > 5 ? null : this.#read(normalize(join(dirname(this.file), file)));
      if (text !== null) this.#parse(text, depth + 1);
    }
  }

  #rule(line: string, number: number): string[] {
    const found = /^([^:=#]+?)\s*(::?)(?!=)\s*([^;]*)(?:;(.*))?$/.exec(line);
    if (found === null) return [];
    const [, names = '', , after = '', command] = found;
    const targets = this.#expand(names).split(/\s+/).filter(Boolean);
    // What follows `|` is only made first; a variable of a target is none of its prerequisites.
    const prerequisites = /^[\w.-]+\s*[:?+]?=/.test(after) ? [] : this.#expand(after).replace('|', ' ').split(/\s+/);
    for (const target of targets) {
      const rule = this.#rules.get(target) ?? { prerequisites: [], lines: [], line: number };
      rule.prerequisites.push(...prerequisites.filter(Boolean));
      if (command !== undefined) rule.lines.push(`\t${command}`);
      this.#rules.set(target, rule);
    }
    return targets;
  }

  #expand(text: string, depth = 0): string {
    return text.replace(/\$(?:\(([\w.-]+)\)|\{([\w.-]+)\}|\$)/g, (whole, one?: string, other?: string) => {
      const name = one ?? other;
      if (name === undefined) return '$';
      if (name === 'MAKE') return 'make';
      const value = this.#variables.get(name);
      return value === undefined || depth > 9 ? whole : this.#expand(value, depth + 1);
    });
  }

  /** A target and all that it makes first, as far as this file tells. */
  #closure(target: string, seen = new Set<string>()): Set<string> {
    if (seen.has(target)) return seen;
    seen.add(target);
    for (const one of this.#rules.get(target)?.prerequisites ?? []) this.#closure(one, seen);
    return seen;
  }

  /** Everything that is run for a target, line by line. */
  linesOf(target: string): { readonly text: string; readonly ignored: boolean }[] {
    return [...this.#closure(target)].flatMap((name) =>
      (this.#rules.get(name)?.lines ?? []).map((line) => {
        const [prefix = ''] = /^[\s@+-]*/.exec(line) ?? [];
        return { text: this.#expand(line.slice(prefix.length)), ignored: prefix.includes('-') };
      }),
    );
  }

  statementsOf(target: string): Statement[] {
    return this.linesOf(target).flatMap(({ text, ignored }) =>
      statements(text).map((one) => ({ ...one, ignored: one.ignored || ignored })),
    );
  }

  #isPhony(target: string): boolean {
    return this.#rules.get('.PHONY')?.prerequisites.includes(target) ?? false;
  }

  /** How `make TARGET` became weaker since `before`; null where it did not. @param exists whether something has that name */
  weakerThan(before: Makefile, target: string, exists: (path: string) => boolean): Weakening | null {
    return this.#unheard(before, target) ?? this.#unmade(before, target, exists) ?? this.#changed(before, target);
  }

  #unheard(before: Makefile, target: string): Weakening | null {
    const ignores = (file: Makefile): boolean => {
      const rule = file.#rules.get('.IGNORE');
      return (
        rule !== undefined &&
        (rule.prerequisites.length === 0 ||
          [...file.#closure(target)].some((name) => rule.prerequisites.includes(name)))
      );
    };
    if (ignores(this) && !ignores(before)) return { certain: true, what: '.IGNORE lets its commands fail' };
    const flags = (file: Makefile): string => file.#expand(file.#variables.get('MAKEFLAGS') ?? '');
    if (
      flags(this) !== flags(before) &&
      /(?:^|\s)-?[a-jl-z]*[inqt][a-z]*(?:\s|$)|--(?:ignore-errors|dry-run|touch|question)/.test(flags(this))
    )
      return { certain: true, what: `MAKEFLAGS says ${flags(this)}` };
    const shell = (file: Makefile): string => file.#expand(file.#variables.get('SHELL') ?? '');
    if (shell(this) === shell(before)) return null;
    const idle = /(?:^|\/)(?:true|echo|:)(?:\s|$)/.test(shell(this));
    return { certain: idle, what: `its commands are run by ${shell(this) || 'another shell'}` };
  }

  /** Make believes that a target is there already. */
  #unmade(before: Makefile, target: string, exists: (path: string) => boolean): Weakening | null {
    const path = join(dirname(this.file), target);
    if (this.#isPhony(target) || !exists(path) || (this.#rules.get(target)?.prerequisites.length ?? 0) > 0) return null;
    const isNew = before.#read(path) === null && this.#read(path) !== null;
    if (!before.#isPhony(target) && !isNew) return null;
    return { certain: true, what: `there is a file of that name, and it is not .PHONY: make ${target} does nothing` };
  }

  #changed(before: Makefile, target: string): Weakening | null {
    const weaker = weakening(before.statementsOf(target), this.statementsOf(target));
    if (weaker !== null) return weaker;
    return this.#conditions > before.#conditions
      ? { certain: false, what: 'parts of the Makefile hang on a condition now' }
      : null;
  }
}

/** Lines that end in a backslash go on; of a recipe's, the tab of the next one is no part. */
function joined(lines: { text: string; at: number }[], line: string, index: number): { text: string; at: number }[] {
  const last = lines.at(-1);
  if (last?.text.endsWith('\\')) last.text = `${last.text.slice(0, -1)} ${line.replace(/^\t/, '')}`;
  else lines.push({ text: line, at: index + 1 });
  return lines;
}
