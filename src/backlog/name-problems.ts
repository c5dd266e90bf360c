/** What is wrong with the names of files, before any of them is read. */
import { type Diagnostic, printable } from '../diagnostic.js';
import { belowTasks, fileOfTask, isTaskName, nameThatWouldDo } from './names.js';

/** A name that Make cannot carry (MAKE-RULES "Names"), with one that would do. @param taken names in use already */
export function namingProblem(tasks: string, name: string, taken: ReadonlySet<string>): Diagnostic | null {
  if (isTaskName(name)) return null;
  const wanted = nameThatWouldDo(name);
  let free = wanted;
  for (let n = 2; taken.has(free); n += 1) free = `${wanted}-${n}`;
  return {
    severity: 'error',
    message: `“${printable(name)}” is no name that Make can carry`,
    place: { file: fileOfTask(tasks, name) },
    remedy: `rename the file to ${fileOfTask(tasks, free)}`,
  };
}

/** A problem that belongs to several tasks. */
export interface SharedProblem {
  readonly names: readonly string[];
  readonly diagnostic: Diagnostic;
}

/** Names that are one wherever `A` is taken for `a`, and tasks in a folder that stands where a receipt has to be. */
export function clashes(tasks: string, names: readonly string[]): SharedProblem[] {
  const all = new Set(names);
  const byCase = new Map<string, string>();
  const found: SharedProblem[] = [];
  for (const name of names) {
    const other = byCase.get(name.toLowerCase());
    if (other === undefined) byCase.set(name.toLowerCase(), name);
    else found.push(sameButForCase(tasks, name, other));
    if (!name.includes('.done/')) continue;
    for (const dot of name.matchAll(/\.done\//g)) {
      const owner = name.slice(0, dot.index);
      if (all.has(owner)) found.push(inReceiptsPlace(tasks, name, owner));
    }
  }
  return found;
}

function sameButForCase(tasks: string, name: string, other: string): SharedProblem {
  return {
    names: [name, other],
    diagnostic: {
      severity: 'error',
      message: `“${name}” and “${other}” are two tasks of one name: they differ only in case`,
      place: { file: fileOfTask(tasks, name) },
      also: [{ place: { file: fileOfTask(tasks, other) }, note: 'the other one' }],
      remedy: 'rename one of them',
    },
  };
}

function inReceiptsPlace(tasks: string, name: string, owner: string): SharedProblem {
  return {
    names: [name, owner],
    diagnostic: {
      severity: 'error',
      message: `“${name}” lies in a folder that stands where the receipt of “${owner}” has to be`,
      place: { file: fileOfTask(tasks, name) },
      remedy: `rename the folder ${belowTasks(tasks, `${owner}.done`)}`,
    },
  };
}
