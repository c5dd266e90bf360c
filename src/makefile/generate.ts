/**
 * The generator: task files and receipts → `.stepladder/tasks.mk`, and what was found out on the way. It is run at every
 * call of Make that concerns us, under -n, -q and -t as well: quick, quiet, offline, and writing nothing but that file
 * and caches of its own beside it (MAKE-RULES 5).
 */
import { fileOfTask } from '../backlog/names.js';
import { CONFIG_FILE, type Config } from '../config.js';
import { type Diagnostic, Refusal } from '../diagnostic.js';
import { ensureIgnored, statePaths } from '../record/paths.js';
import { doesHold, kindsText, readKnownWhole, type StandingKind, writeKnown } from './cache.js';
import { canBeTarget } from './escape.js';
import { receiptTarget } from './places.js';
import { renderTasks } from './render.js';
import { rowsOf } from './rows.js';
import { noStamp, settled, stampOf } from './stamps.js';
import { type Problem, standings, type Target } from './standings.js';
import { receiptStamps, survey } from './survey.js';
import { readTargets } from './targets.js';
import { withholdTasks, writeTasksMk } from './withhold.js';

export interface GeneratedTask {
  readonly name: string;
  /** The task file, relative to the root. */
  readonly file: string;
  readonly depends: readonly string[];
  readonly standing: StandingKind;
}

export interface Generated {
  /** Whether tasks.mk got another text. */
  readonly changed: boolean;
  /** In topological order, without those set aside. */
  readonly tasks: readonly GeneratedTask[];
  /** Names of the tasks whose receipt does not hold, or is missing, in topological order. */
  readonly pending: readonly string[];
  /** How many of those that hold were deferred. */
  readonly deferred: number;
  /** Tasks that cannot be run because of an error in their file, in their receipt, or in a task they depend on. */
  readonly setAside: readonly string[];
  /** Warnings; and, where tolerant, errors. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Tells Make what there is to do.
 * @param options `tolerant`: while a run goes on, what is broken is set aside together with all that depends on it
 * @throws Refusal with everything that is wrong, unless tolerant; Make is then left with rules that start nothing
 */
export async function generate(config: Config, options: { readonly tolerant: boolean }): Promise<Generated> {
  try {
    refuseUnspeakable(config);
    ensureIgnored(statePaths(config.root).state);
    return generateNow(config, options.tolerant);
  } catch (error) {
    if (error instanceof Refusal) withholdTasks(config.root);
    throw error;
  }
}

/** What cannot be said to Make at all. */
function refuseUnspeakable(config: Config): void {
  const wrong: [string, string][] = [];
  if (!canBeTarget(config.tasks)) {
    wrong.push([
      `Make cannot carry the tasks folder’s name, “${config.tasks}”`,
      'use letters, digits and . _ - / only',
    ]);
  }
  if (/[\r\n\0]/.test(config.launch)) wrong.push(['launch: has more than one line', 'write it on one line']);
  if (wrong.length === 0) return;
  const place = { file: CONFIG_FILE };
  throw new Refusal(wrong.map(([message, remedy]) => ({ severity: 'error', message, remedy, place })));
}

function generateNow(config: Config, tolerant: boolean): Generated {
  const surveyed = Date.now();
  const seen = survey(config);
  const before = readKnownWhole(config);
  const read = readTargets(config, tolerant, seen, surveyed, before);
  const names = read.targets.map(({ name }) => name);
  const stamps = receiptStamps(config, names);
  const stood = standings(config, read.targets, stamps, before);
  const diagnostics = [...read.diagnostics, ...stood.problems.map((problem) => unreadable(config, problem))];
  if (stood.problems.length > 0 && !tolerant) throw new Refusal(diagnostics);

  const aside = withDependents(read.targets, stood.problems);
  const kept = stood.tasks.flatMap((task, row) => (aside.has(task.target.name) ? [] : [{ ...task, row }]));
  const rows = rowsOf(kept, stamps, seen);
  const changed = writeTasksMk(config.root, renderTasks(config, rows));
  if (seen !== null) {
    writeKnown(config, {
      ...rows,
      paths: seen.paths,
      pathStamps: settled(seen.pathStamps, surveyed),
      kinds: kindsText(rows.kinds),
      receiptStamps: settled(rows.receiptStamps, surveyed),
      tasksMk: aside.size + read.setAside.length > 0 ? noStamp() : stampOf(statePaths(config.root).tasksMk),
      fingerprints: kept.map(({ target }) => target.fingerprint),
      essences: kept.map(({ target }) => target.essence),
      works: kept.map(({ work }) => work),
      told: diagnostics.length > 0,
    });
  }
  return {
    changed,
    tasks: kept.map(({ target: { name, depends }, kind }) => ({
      name,
      file: fileOfTask(config.tasks, name),
      depends,
      standing: kind,
    })),
    pending: kept.filter(({ kind }) => !doesHold(kind)).map(({ target }) => target.name),
    deferred: kept.filter(({ kind }) => kind === 'deferred').length,
    setAside: [...new Set([...read.setAside, ...aside])].sort(),
    diagnostics,
  };
}

/** The tasks of these problems, and all that depend on them. */
function withDependents(targets: readonly Target[], problems: readonly Problem[]): ReadonlySet<string> {
  const found = new Set(problems.map(({ name }) => name));
  if (found.size === 0) return found;
  for (const { name, depends } of targets) if (depends.some((dependency) => found.has(dependency))) found.add(name);
  return found;
}

function unreadable(config: Config, { name, reason, remedy }: Problem): Diagnostic {
  const file = receiptTarget(config, name);
  return {
    severity: 'error',
    message: `this receipt cannot be read: ${reason}`,
    place: { file },
    remedy: remedy.replaceAll('FILE', file),
  };
}
