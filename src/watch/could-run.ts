/**
 * What could run now, and what calls for it: events only ask, this answers, by content (DESIGN "Is it done?"). This
 * folder: the parts of watch mode.
 */
import type { Backlog } from '../backlog/load.js';
import type { Task } from '../backlog/task.js';
import { effective } from '../config/effective.js';
import { CONFIG_FILE, type Config } from '../config.js';
import { type Diagnostic, Refusal, renderDiagnostic } from '../diagnostic.js';
import { explain, isSystemError } from '../failure.js';
import { untrusted } from '../inspect/trust.js';
import { type Generated, generate } from '../makefile/generate.js';
import { knownBacklog } from '../makefile/known-backlog.js';
import { isStuck } from '../orchestrate/runnable.js';
import { loadConfig } from '../record/load-config.js';
import { readSource } from '../record/stands.js';
import { failureKey } from '../step/sticky.js';

/** The project at one moment. */
export interface Look {
  /** Null where the configuration, or the backlog as a whole, cannot be read: then nothing is known of it. */
  readonly config: Config | null;
  /** Every error and warning, rendered; '' where there is none. */
  readonly problems: string;
  /** No error anywhere. */
  readonly whole: boolean;
  /** How many tasks there are, those set aside among them. */
  readonly total: number;
  /** By task: what another try of it would be made on. The same again = the same try again. */
  readonly keys: ReadonlyMap<string, string>;
  /** Tasks whose receipt does not hold. */
  readonly pending: ReadonlySet<string>;
  /** Of these, the ones that have none. */
  readonly missing: ReadonlySet<string>;
  /** Of the pending, the ones that a run would get at: no failure of theirs stands, nor one of what they wait for. */
  readonly could: ReadonlySet<string>;
  /** What a pending task that cannot run waits for, directly. */
  readonly waitsFor: ReadonlyMap<string, readonly string[]>;
  /** The configuration as far as a run goes by it. */
  readonly ways: string;
}

const NONE: ReadonlySet<string> = new Set();
const NOTHING = { total: 0, keys: new Map(), pending: NONE, missing: NONE, could: NONE };

/** Looks at the project. Never throws for what the world may hold: that is among its problems. */
export async function lookAt(root: string): Promise<Look> {
  try {
    const config = loadConfig(root);
    const generated = await generate(config, { tolerant: true });
    // A file may have changed since the generator read it: its event is still to come, and asks again.
    const backlog = knownBacklog(config);
    return { ...couldRun(config, backlog, generated), ...told(root, generated.diagnostics) };
  } catch (error) {
    if (!(error instanceof Refusal) && !isSystemError(error)) throw error;
    const problems = explain(error, root).text.trimEnd();
    return { config: null, problems, whole: false, ...NOTHING, waitsFor: new Map(), ways: '' };
  }
}

function told(root: string, diagnostics: readonly Diagnostic[]): Pick<Look, 'problems' | 'whole'> {
  return {
    problems: diagnostics.map((one) => renderDiagnostic(one, readSource(root)).trimEnd()).join('\n'),
    whole: diagnostics.every(({ severity }) => severity !== 'error'),
  };
}

function couldRun(config: Config, backlog: Backlog, generated: Generated): Omit<Look, 'problems' | 'whole'> {
  const pending = new Set(generated.pending);
  const aside = new Set([...generated.setAside, ...untrusted(config.root).keys()]);
  const missing = new Set(generated.tasks.flatMap(({ name, standing }) => (standing === 'missing' ? [name] : [])));
  const could = new Set<string>();
  const keys = new Map<string, string>();
  const waitsFor = new Map<string, readonly string[]>();
  // In topological order: what a task waits for has been looked at before.
  for (const { name } of generated.tasks) {
    const task = backlog.tasks.get(name);
    if (task === undefined) continue;
    keys.set(name, keyOf(config, task));
    if (!pending.has(name)) continue;
    const without = task.depends.filter((needed) => aside.has(needed) || (pending.has(needed) && !could.has(needed)));
    if (without.length > 0) waitsFor.set(name, without);
    else if (!aside.has(name) && !isStuck(config, task)) could.add(name);
  }
  const total = generated.tasks.length + generated.setAside.length;
  return { config, total, keys, pending, missing, could, waitsFor, ways: waysOf(config) };
}

/** The key of its failure, were it to fail, less its inputs: what others do is no edit of it. */
const keyOf = (config: Config, task: Task): string =>
  failureKey({ config, task, settings: effective(config, task), inputs: {} });

/** Not the bytes of the file: a comment calls for nothing; nor where and how people are told. */
function waysOf(config: Config): string {
  const { root: _, hash: __, reports: ___, notify: ____, ...ways } = config;
  return JSON.stringify(ways);
}

/** What tells two tries of a task apart. */
export const tryOf = (look: Look, name: string): string => `${name} ${look.keys.get(name) ?? ''}`;

/** The tries that a run would make now. */
export const triesIn = (look: Look): string[] => [...look.could].map((name) => tryOf(look, name));

/** Tasks that could run, and have not been left lying by a run before: in the backlog's order. */
export function calledFor(look: Look, left: ReadonlySet<string>): string[] {
  return [...look.could].filter((name) => !left.has(tryOf(look, name)));
}

/** Why each of these tasks is to run, in a word or two, for people. */
export function whyCalled(before: Look | null, now: Look, names: readonly string[]): string[] {
  const ways = before?.config != null && before.ways !== now.ways ? [`${CONFIG_FILE} (edited)`] : [];
  return [...ways, ...names.map((name) => `${name} (${wordFor(before, now, name)})`)];
}

function wordFor(before: Look | null, now: Look, name: string): string {
  const known = before?.keys.get(name);
  if (known === undefined) return before === null || before.config === null ? 'not done' : 'new';
  if (known !== now.keys.get(name)) return 'edited';
  if (before?.pending.has(name)) return 'can go on';
  return now.missing.has(name) ? 'its receipt is gone' : 'to be looked at again';
}
