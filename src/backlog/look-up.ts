/** Looks up what the names in all task files mean, and hashes what follows from it. */
import type { Diagnostic } from '../diagnostic.js';
import { fingerprint } from './fingerprint.js';
import type { ResolvedNames } from './loaded-task.js';
import type { Span } from './markdown.js';
import { HEADER_DEFAULTS, type ParsedFile, type TaskRef, type UnresolvedTask } from './parsed-file.js';
import { Resolver } from './resolve.js';

/** A task file that was read. */
export interface TaskFile {
  readonly name: string;
  /** Relative to the project's root. */
  readonly file: string;
  readonly parsed: ParsedFile;
}

export interface LookedUp extends ResolvedNames {
  /** Where each dependency is written. */
  readonly refs: ReadonlyMap<string, TaskRef>;
  /** Where each of `stubs` is written. */
  readonly stubPlaces: readonly Span[];
}

/**
 * What every name in every task means.
 * @param tasks the tasks folder, relative to the root
 * @param complain is told of each name that means nothing, or not for certain
 */
export function lookUpNames(
  tasks: string,
  entries: readonly TaskFile[],
  complain: (name: string, problem: Diagnostic) => void,
): Map<string, LookedUp> {
  const meant = new Map(entries.filter(({ parsed }) => parsed.draft !== true).map((entry) => [entry.name, entry]));
  const drafts = new Set(entries.filter(({ parsed }) => parsed.draft === true).map(({ name }) => name));
  const resolver = new Resolver({
    has: (name) => meant.has(name),
    all: () => meant.keys(),
    isDraft: (name) => drafts.has(name),
    tasks,
  });
  const found = new Map<string, LookedUp>();
  for (const { name, file, parsed } of meant.values()) {
    if (parsed.task === null) continue;
    const lookUp = (ref: TaskRef): string | null => {
      const resolved = resolver.resolve(ref, name);
      if ('name' in resolved) return resolved.name;
      const { message, remedy, span } = resolved.problem;
      complain(name, { severity: 'error', message, place: { file, ...span }, remedy });
      return null;
    };
    const refs = new Map<string, TaskRef>();
    for (const ref of parsed.task.depends) {
      const dependency = lookUp(ref);
      if (dependency !== null && !refs.has(dependency)) refs.set(dependency, ref);
    }
    const owed = parsed.task.stubs.flatMap(({ symbol, until, at }) => {
      const owner = lookUp(until);
      return owner === null ? [] : [{ stub: { symbol, until: owner }, at }];
    });
    const stubs = owed.map(({ stub }) => stub);
    const stubPlaces = owed.map(({ at }) => at);
    const depends = [...refs.keys()];
    found.set(name, {
      refs,
      depends,
      stubs,
      stubPlaces,
      fingerprint: fingerprintOf(parsed.task, depends, parsed.resolved),
    });
  }
  return found;
}

/** Taken from what was kept where the names still mean the same: hashing ten thousand tasks anew takes a while. */
function fingerprintOf(task: UnresolvedTask, depends: readonly string[], kept: ParsedFile['resolved']): string {
  if (
    kept !== undefined &&
    kept.depends.length === depends.length &&
    kept.depends.every((name, at) => name === depends[at])
  ) {
    return kept.fingerprint;
  }
  const { verify, mends } = { ...HEADER_DEFAULTS, ...task.header };
  return fingerprint(task.essence, task.body, { depends, verify, mends });
}

/** A file as it is kept: with what its names mean now. */
export function withResolved(parsed: ParsedFile, names: LookedUp | undefined): ParsedFile {
  if (names === undefined || parsed.resolved?.fingerprint === names.fingerprint) return parsed;
  return { ...parsed, resolved: { depends: names.depends, fingerprint: names.fingerprint } };
}
