/**
 * Which task a written name means: a sibling in the same folder first, then from the tasks folder's root (DESIGN
 * "A task file"); a path from the project's root; a number such as `06` or `ER-028` where exactly one task begins
 * with it.
 */
import { posix } from 'node:path';
import { didYouMean, nearest, printable } from '../diagnostic.js';
import { HOW_TO_WRITE_DEPENDS } from './depends.js';
import type { Problem } from './fields.js';
import { fileOfTask, isTaskName } from './names.js';
import type { TaskRef } from './parsed-file.js';

/** The names there are to choose from. */
export interface Names {
  readonly has: (name: string) => boolean;
  readonly all: () => Iterable<string>;
  /** Files that are meant as no task for now: `draft: true`. */
  readonly isDraft: (name: string) => boolean;
  /** The tasks folder, relative to the root. */
  readonly tasks: string;
}

export type Resolved = { readonly name: string } | { readonly problem: Problem };

/** Looks written names up. One for a whole backlog: what it needs for numbers and suggestions is made once. */
export class Resolver {
  readonly #names: Names;
  #ids: Map<string, string[]> | null = null;
  readonly #suggested = new Map<string, string>();

  constructor(names: Names) {
    this.#names = names;
  }

  /** @param from name of the task in whose file the name is written */
  resolve(ref: TaskRef, from: string): Resolved {
    const folder = posix.dirname(from);
    const tried = this.#candidates(ref.text, folder);
    const found = tried.find((name) => this.#names.has(name));
    if (found !== undefined) return { name: found };
    const span = { start: ref.start, end: ref.end };
    const shown = `“${printable(ref.text)}”`;
    if (ref.range) {
      return { problem: { message: `${shown} cannot be read for certain`, remedy: HOW_TO_WRITE_DEPENDS, span } };
    }
    const draft = tried.find((name) => this.#names.isDraft(name));
    if (draft !== undefined) {
      const remedy = `take draft: true out of ${fileOfTask(this.#names.tasks, draft)}, or this dependency`;
      return { problem: { message: `${shown} is a draft, and so no task yet`, remedy, span } };
    }
    const numbered = this.#numbered(ref.text, folder);
    if (numbered.length === 1 && numbered[0] !== undefined) return { name: numbered[0] };
    if (numbered.length > 1) {
      const some = numbered.slice(0, 4).join(', ') + (numbered.length > 4 ? ', …' : '');
      return {
        problem: { message: `${shown} could be ${some}`, remedy: 'write the whole name of the one you mean', span },
      };
    }
    return { problem: { message: `unknown task ${shown}`, remedy: this.#suggestion(ref.text), span } };
  }

  #candidates(text: string, folder: string): string[] {
    if (!text.includes('/')) return folder === '.' ? [text] : [`${folder}/${text}`, text];
    const sibling = posix.join(folder, text);
    const fromRoot = posix.normalize(text);
    const prefix = `${this.#names.tasks}/`;
    return [sibling, fromRoot, ...(fromRoot.startsWith(prefix) ? [fromRoot.slice(prefix.length)] : [])];
  }

  /** The tasks whose file name begins with this number: those of the same folder if there are any. */
  #numbered(text: string, folder: string): string[] {
    if (!/^[A-Za-z0-9._-]*\d[a-z]?$/.test(text)) return [];
    this.#ids ??= numbersOf(this.#names.all());
    const found = this.#ids.get(withoutZeros(text)) ?? [];
    const literal = found.filter((name) => posix.basename(name).startsWith(text));
    const chosen = literal.length > 0 ? literal : found;
    const siblings = chosen.filter((name) => posix.dirname(name) === folder);
    return siblings.length > 0 ? siblings : chosen;
  }

  #suggestion(text: string): string {
    const known = this.#suggested.get(text);
    if (known !== undefined) return known;
    const elsewhere = [...this.#names.all()].filter((name) => name.endsWith(`/${text}`));
    const otherwise = isTaskName(text)
      ? `make ${fileOfTask(this.#names.tasks, text)}, or take the name out`
      : `name a task below ${this.#names.tasks}/, or take it out`;
    // Comparing a name with ten thousand others takes a while: from some point on one wants the list, not advice.
    const near = this.#suggested.size < 100 ? nearest(text, this.#names.all()) : null;
    const suggestion =
      elsewhere.length === 1 && elsewhere[0] !== undefined
        ? `did you mean “${elsewhere[0]}”?`
        : didYouMean(text, near === null ? [] : [near], otherwise);
    this.#suggested.set(text, suggestion);
    return suggestion;
  }
}

/**
 * The numbers that file names begin with: `06` of `06-parser`, `ER-028` of `ER-028-login`, `1.2` of `1.2-intro`. A
 * number ends where no digit follows: `1` is not the number of `1.2-intro`, nor of `1-2-intro`.
 */
function numbersOf(names: Iterable<string>): Map<string, string[]> {
  const ids = new Map<string, string[]>();
  for (const name of names) {
    const base = posix.basename(name);
    for (const found of base.matchAll(/\d[a-z]?(?=[-_.](?!\d)|$)/g)) {
      const id = withoutZeros(base.slice(0, found.index + found[0].length));
      const same = ids.get(id);
      if (same === undefined) ids.set(id, [name]);
      else if (!same.includes(name)) same.push(name);
    }
  }
  return ids;
}

/** `01` and `1` are one number, `T051` and `T51` too. */
function withoutZeros(id: string): string {
  return id.replace(/(?<!\d)0+(?=\d)/g, '');
}
