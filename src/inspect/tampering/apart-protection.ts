/**
 * What an attempt may not change, where it worked in a work tree of the step's own. Receipts, task files, configuration
 * and machine state are not in its way there: what it does to the copies in its work tree counts for nothing, and is
 * told. To reach the real ones it has to leave its work tree; and while it ran, other steps landed, a person edited:
 *
 * | what | after the attempt |
 * | --- | --- |
 * | this task's own receipt and state (landing, reverified, last, failure), which nobody else writes | put back; an error |
 * | this program as installed in the project | put back; an error |
 * | git's own ignore rules, attributes and settings that say what lands | put back; a warning |
 * | the journal's past, what the run had spent | an error |
 * | lines of the journal that speak of this task and that nobody here wrote | blanked out; an error |
 * | passes of checks without the run's own sign | forgotten |
 * | receipts of other tasks | those in no commit are verified before they are believed (step/recovered.ts) |
 * | task files, stepladder.yaml | stay: they are a person's to edit while steps work apart |
 *
 * Whoever does not trust his agents so far gives them a `sandbox:`, in which nothing but the work tree can be written.
 */
import { join } from 'node:path';
import { STATE } from '../../config.js';
import { files } from '../../record/files.js';
import { haltOf, spendingFile } from '../../record/halts.js';
import { statePaths } from '../../record/paths.js';
import type { Finding } from '../../record/receipt.js';
import { gitStatus, pathText } from '../../workspace/git.js';
import { gitFileText, isGitFileOf } from '../../workspace/git-file.js';
import { onlyLeftOut } from '../../workspace/place.js';
import type { Workspace } from '../../workspace/workspace.js';
import { distrustPasses, forgetPasses } from '../check-cache.js';
import type { ProtectRequest } from '../tampering.js';
import { GitGuard } from './git-guard.js';
import { JournalGuard } from './journal-guard.js';
import { Keeper, tampering, textAt } from './keeper.js';
import { ProgramGuard } from './program-guard.js';

/** What decides about the task, and is written by its own step alone while that is at work. */
const OWN = ['landing.json', 'reverified.json', 'last.json', 'failure.json'];

export class ApartProtection {
  readonly #request: ProtectRequest;
  readonly #ws: Workspace;
  readonly #keeper: Keeper;
  readonly #git: GitGuard;
  readonly #program: ProgramGuard;
  readonly #journal: JournalGuard;
  /** Text (null: none) of the task's own files. */
  readonly #own: ReadonlyMap<string, string | null>;
  readonly #spent: string;
  readonly #since = Date.now();
  /** Copies in the work tree that were told of. */
  readonly #told = new Set<string>();

  /** @param ws where the step works */
  constructor(request: ProtectRequest, ws: Workspace) {
    const { config, task, run } = request;
    this.#ws = ws;
    const { root } = config;
    const paths = statePaths(root);
    distrustPasses(this.#since);
    this.#request = request;
    this.#keeper = new Keeper(root, join(paths.task(task.name), '_changed'));
    this.#git = new GitGuard(ws, task.name, this.#keeper, 'any');
    this.#program = new ProgramGuard(root, this.#keeper);
    this.#journal = new JournalGuard(paths.journal, join(STATE, 'journal.jsonl'), {
      isAtWork: (name) => name !== task.name,
      isHalted: (id) => haltOf(root, id) !== null,
    });
    const own = [...OWN.map((name) => join(paths.task(task.name), name)), this.#receipt()];
    this.#own = new Map(own.map((path) => [path, files.readText(path)]));
    this.#spent = files.readText(spendingFile(root, run)) ?? '';
  }

  #receipt(): string {
    const { config, task } = this.#request;
    return join(config.root, config.tasks, `${task.name}.done`);
  }

  putBack(): Finding[] {
    const findings = [
      // First: the others ask git.
      ...this.#putGitFileBack(),
      ...this.#git.putBack(),
      ...this.#program.putBack(),
      ...[...this.#own].flatMap(([path, text]) => this.#putOwnBack(path, text)),
      ...this.#lookAtSpending(),
      ...this.#journal.look(),
      ...this.#tellOfCopies(),
    ];
    forgetPasses(statePaths(this.#request.config.root).state, this.#since);
    return findings;
  }

  #putGitFileBack(): Finding[] {
    const { top, gitDir } = this.#ws;
    if (isGitFileOf(top, gitDir)) return [];
    return [
      this.#keeper.restore(join(top, '.git'), gitFileText(gitDir), 'warning', 'by it git knows the work tree', top),
    ];
  }

  #putOwnBack(path: string, text: string | null): Finding[] {
    if (textAt(path) === text) return [];
    const { root } = this.#request.config;
    return [
      this.#keeper.restore(path, text, 'error', "receipts and machine state are not the agent's to change", root),
    ];
  }

  #lookAtSpending(): Finding[] {
    const { config, run } = this.#request;
    const path = spendingFile(config.root, run);
    const now = textAt(path) ?? '';
    if (now.startsWith(this.#spent)) return [];
    // Other steps have added to it: their lines stay.
    const before = new Set(this.#spent.split('\n'));
    const added = now.split('\n').filter((line) => line !== '' && !before.has(line));
    const text = `${this.#spent}${added.map((line) => `${line}\n`).join('')}`;
    return [this.#keeper.restore(path, text, 'error', 'what a run has spent counts', config.root)];
  }

  /** Backlog, configuration and reports as they lie in the work tree: no part of what lands. */
  #tellOfCopies(): Finding[] {
    const changed = gitStatus(this.#ws.top, onlyLeftOut(this.#ws.home)).map((record) => pathText(record.slice(3)));
    const news = changed.filter((path) => !this.#told.has(path));
    for (const path of news) this.#told.add(path);
    const what = "was changed in the step's own work tree, and is not taken over: it is not the agent's to change";
    return news.map((path) => tampering(path, 'warning', what));
  }
}
