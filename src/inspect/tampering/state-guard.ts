/** Machine state by which a task could come to hold, be paid for or be held up without anybody's decision. */
import { realpathSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { files } from '../../record/files.js';
import { inFlightMarker } from '../../record/in-flight.js';
import { statePaths } from '../../record/paths.js';
import type { Finding } from '../../record/receipt.js';

import { untrustedFolder } from '../../record/untrusted.js';
import type { Place } from '../../workspace/workspace.js';
import { identity } from './backlog-record.js';
import { type Keeper, tampering, textAt } from './keeper.js';
import { type StateChange, StateRecord } from './state-record.js';

/** Another try asked for: it may be a person's, who asks for it while we work. */
const STAYS = 'retry.json';
const WHO = "machine state is not the agent's to change";

/** The files in a folder and what they hold, by their paths; what writers have under way left out. */
function textsIn(folder: string): Map<string, string | null> {
  const names = files.list(folder).filter((name) => !name.startsWith('.'));
  return new Map(names.map((name) => [join(folder, name), textAt(join(folder, name)) ?? null]));
}

export class StateGuard {
  readonly #root: string;
  readonly #task: string;
  readonly #keeper: Keeper;
  readonly #tasks: string;
  /** Folders below that. */
  readonly #others: readonly string[];
  readonly #othersInFlight: ReadonlySet<string>;
  readonly #record: StateRecord;
  /** Text (null: none) of single files that must read at the end as they did at the start. */
  readonly #texts: ReadonlyMap<string, string | null>;
  /** Which tasks may have something unfinished: each that is known of must stay known. */
  readonly #inFlight: ReadonlyMap<string, string | null>;
  #trust: ReadonlyMap<string, string | null>;
  /** What was read before, so that it need not be read again; by its path, as it was. */
  readonly #caches: Map<string, string | null>;

  /** @param others tasks whose steps write their own state meanwhile */
  constructor(
    root: string,
    task: string,
    place: Pick<Place, 'root' | 'gitDir' | 'commonDir'>,
    keeper: Keeper,
    others: ReadonlySet<string>,
  ) {
    const paths = statePaths(root);
    this.#others = [...others].map((name) => `${relative(paths.tasks, paths.task(name))}/`);
    this.#othersInFlight = new Set([...others].map((name) => inFlightMarker(root, name)));
    this.#root = root;
    this.#task = task;
    this.#keeper = keeper;
    files.makeFolder(paths.tasks);
    this.#tasks = realpathSync(paths.tasks);
    this.#record = new StateRecord(place, this.#tasks);
    this.#record.note();
    const single = ['workspace-id', 'reopening.json'].map((name) => join(paths.state, name));
    const texts = [...single, join(place.commonDir, 'stepladder', 'id')];
    this.#texts = new Map(texts.map((path) => [path, files.readText(path)]));
    this.#inFlight = textsIn(paths.inFlight);
    this.#trust = textsIn(untrustedFolder(root));
    const caches = [paths.cache, paths.parsed, join(paths.state, 'config.json')];
    this.#caches = new Map(caches.map((path) => [path, identity(path)]));
  }

  /** What waits for trust was changed by us. */
  noteTrust(): void {
    this.#trust = textsIn(untrustedFolder(this.#root));
  }

  putBack(): Finding[] {
    this.#forgetCaches();
    const changes = this.#record.changes();
    const findings = changes.flatMap((change) => this.#putStateBack(change));
    // What stays as it is counts as known from here on, and is told once.
    if (changes.some(({ path }) => basename(path) === STAYS)) this.#record.note();
    for (const [path, text] of this.#texts) if (textAt(path) !== text) findings.push(this.#restore(path, text));
    for (const [path, text] of this.#inFlight) {
      if (!this.#othersInFlight.has(path) && textAt(path) !== text) findings.push(this.#restore(path, text));
    }
    for (const path of new Set([...this.#trust.keys(), ...textsIn(untrustedFolder(this.#root)).keys()])) {
      const text = this.#trust.get(path) ?? null;
      if (textAt(path) !== text) findings.push(this.#restore(path, text));
    }
    return findings;
  }

  #restore(path: string, text: string | null): Finding {
    return this.#keeper.restore(path, text, 'error', WHO, dirname(dirname(path)));
  }

  /** A generator may have written them just as well: to read once more what they spare is never wrong. */
  #forgetCaches(): void {
    for (const [path, before] of this.#caches) {
      if (identity(path) === before) continue;
      files.remove(path);
      this.#caches.set(path, identity(path));
    }
  }

  #putStateBack({ path, before }: StateChange): Finding[] {
    const absolute = join(this.#tasks, path);
    const state = statePaths(this.#root);
    if (path === `${relative(state.tasks, state.task(this.#task))}/attempt.json`) return [];
    if (this.#others.some((folder) => path.startsWith(folder))) return [];
    switch (basename(path)) {
      case 'seen.json':
        files.remove(absolute);
        return [];
      case STAYS:
        return [
          tampering(this.#keeper.nameOf(absolute), 'warning', `another try was asked for while ${this.#task} ran`),
        ];
      default:
        return [this.#keeper.restore(absolute, before ?? null, 'error', WHO, this.#tasks)];
    }
  }
}
