/**
 * What an attempt may not change, and what happens where it did (DESIGN "Configuration", "Landing").
 *
 * | what | after the attempt, and again after the checks that run what it wrote |
 * | --- | --- |
 * | receipts, stepladder.yaml, the tasks folder itself, this program as installed in the project | put back; an error |
 * | a receipt that vanished | put back; a warning: it gains an agent nothing, and may have been a person |
 * | machine state of any task, this one too: landing, reverified, last, evidence, reopenings, failure, attempt | put back; an error |
 * | which task files wait for trust, what the run has spent, which workspace receipts speak of | put back; an error |
 * | git's own ignore rules, attributes, and those settings that say what lands; work kept of other tasks | put back; a warning |
 * | the task's own file | put back to how the step read it; a warning |
 * | other task files | stay; listed, with where to find what they were; those that became weaker wait for trust |
 * | another try asked for (`retry.json`) | stays; a warning: it may be a person's, costs an attempt, makes nothing done |
 * | the journal's past | cannot be put back; an error |
 * | what only spares work: passes of checks, parsed files, the configuration as read, `seen.json` | forgotten |
 *
 * Nobody can tell an agent's hand from a person's at another terminal: so nothing is ever thrown away. Whatever is put
 * back is kept as it was found, below `.stepladder/tasks/NAME/_changed/`, and the finding says where. Our own commands
 * that write any of it hold the workspace's lock, so none of them does so while an attempt runs in place.
 *
 * What is not compared, and why it cannot make a task done, nor undone, nor paid for:
 * - `activity.json`, `going/`: tell people what goes on; nothing is decided by them;
 * - `tasks.mk`: the generator writes it anew whenever its stat or content differs, before any Make reads it;
 * - locks, holds, halts: who meddles with them stops or delays a run; a step that lost its lock lands nothing;
 * - `runs/ID/excused`: only lets a red baseline pass, which the task must still turn green;
 * - this step's own `attempt.json`: written before every attempt, and looked at only once its process is gone;
 * - the prompt, the transcript, the copy of the task file: written for people and agents, never read back;
 * - git's index, `assume-unchanged`, hooks, replaced and grafted objects: our git uses none of them (workspace/git.ts,
 *   private-index.ts); objects are believed only if they hash to their name.
 * In a work tree of the step's own most of this is out of an attempt's way; what is looked at there, and why no more can
 * be, stands in tampering/apart-protection.ts.
 *
 * An attempt that kills its own runner is not looked at after: recovered.ts takes the seal off whatever receipt no commit
 * holds. What only a `sandbox:` prevents: a process that outlives both and hides from being killed; a change of what lies
 * outside of the project (a person's own git settings), or of what git ignores in it (installed tools that checks use).
 */
import { join } from 'node:path';
import { belowTasks } from '../backlog/names.js';
import { CONFIG_FILE, type Config, STATE } from '../config.js';
import { tasksAtWork } from '../record/at-work.js';
import { files } from '../record/files.js';
import { haltOf, spendingFile } from '../record/halts.js';
import { statePaths } from '../record/paths.js';
import type { Finding } from '../record/receipt.js';
import type { Place, Workspace } from '../workspace/workspace.js';
import { distrustPasses, forgetPasses } from './check-cache.js';
import { apartFolders, takeRepositoriesAway, waysTo } from './tampering/apart.js';
import { ApartProtection } from './tampering/apart-protection.js';
import { BacklogGuard } from './tampering/backlog-guard.js';
import { GitGuard } from './tampering/git-guard.js';
import { JournalGuard } from './tampering/journal-guard.js';
import { Keeper, textAt } from './tampering/keeper.js';
import { ProgramGuard } from './tampering/program-guard.js';
import { StateGuard } from './tampering/state-guard.js';

export interface ProtectRequest {
  readonly config: Config;
  readonly task: { readonly name: string; readonly file: string };
  /** Names of all tasks: some may lie in folders that only a link leads to. */
  readonly names: Iterable<string>;
  readonly run: string;
  readonly ws: Pick<Place, 'root' | 'gitDir' | 'commonDir' | 'keptSuffix'>;
  /** The same where it is a work tree of the step's own; absent or null where the step works in the person's. */
  readonly apart?: Workspace | null;
  /** The task file as the step read it when it started. */
  readonly taskText: string;
}

class Protection {
  readonly #request: ProtectRequest;
  readonly #keeper: Keeper;
  readonly #backlog: readonly BacklogGuard[];
  /** Where tasks and their state lie, absolute: none of them was a repository of its own when this was made. */
  readonly #folders: readonly string[];
  readonly #state: StateGuard;
  readonly #journal: JournalGuard;
  readonly #git: GitGuard;
  readonly #program: ProgramGuard;
  readonly #configText: string | null;
  /** What the run had spent, one line for each attempt; grows by our own hand. */
  #spent: string;
  readonly #since = Date.now();

  constructor(request: ProtectRequest) {
    const { config, task, ws, run, names } = request;
    const { root } = config;
    const keeper = new Keeper(root, join(statePaths(root).task(task.name), '_changed'));
    distrustPasses(this.#since);
    this.#request = request;
    this.#keeper = keeper;
    this.#configText = files.readText(join(root, CONFIG_FILE));
    this.#spent = files.readText(spendingFile(root, run)) ?? '';
    // Steps that work apart write of themselves at any time; whoever begins later waits for the workspace's lock.
    const others = new Set(tasksAtWork(root).filter((name) => name !== task.name));
    this.#journal = new JournalGuard(statePaths(root).journal, join(STATE, 'journal.jsonl'), {
      isAtWork: (name) => others.has(name),
      isHalted: (id) => others.size > 0 && haltOf(root, id) !== null,
    });
    this.#git = new GitGuard(ws, task.name, keeper, others);
    this.#program = new ProgramGuard(root, keeper);
    const scope = { root, task, place: ws, keeper, onWeaker: () => this.#state.noteTrust() };
    const all = [...names];
    const ways = waysTo(all);
    const apart = apartFolders(join(root, config.tasks), ways);
    this.#folders = [
      ...ways.filter((way) => !apart.includes(way)).map((way) => join(root, config.tasks, way)),
      ...all.map((name) => statePaths(root).task(name)),
    ];
    this.#backlog = [
      new BacklogGuard({ ...scope, folder: config.tasks, prefix: '' }),
      ...apart.map((at) => new BacklogGuard({ ...scope, folder: belowTasks(config.tasks, at), prefix: `${at}/` })),
    ];
    this.#state = new StateGuard(root, task.name, ws, keeper, others);
  }

  putBack(): Finding[] {
    const { config } = this.#request;
    const findings = [
      // First: the others ask git.
      ...this.#git.putBack(),
      ...this.#putBacklogBack(),
      ...this.#putConfigBack(),
      ...this.#program.putBack(),
      ...this.#lookAtSpending(),
      ...this.#journal.look(),
      // After the backlog: who waits for trust was put on record by us.
      ...this.#state.putBack(),
    ];
    forgetPasses(statePaths(config.root).state, this.#since);
    return findings;
  }

  #putConfigBack(): Finding[] {
    const { root } = this.#request.config;
    const path = join(root, CONFIG_FILE);
    if (textAt(path) === this.#configText) return [];
    const who = "the configuration is not the agent's to change";
    return [this.#keeper.restore(path, this.#configText, 'error', who, root)];
  }

  #lookAtSpending(): Finding[] {
    const { config, run } = this.#request;
    const path = spendingFile(config.root, run);
    const now = textAt(path);
    const before = this.#spent;
    this.#spent = typeof now === 'string' ? now : '';
    if (before === '' || this.#spent.startsWith(before)) return [];
    // The last line is ours: what this attempt has spent.
    const own = this.#spent.split('\n').at(-2);
    this.#spent = own === undefined ? before : `${before}${own}\n`;
    return [this.#keeper.restore(path, this.#spent, 'error', 'what a run has spent counts', config.root)];
  }

  #putBacklogBack(): Finding[] {
    const found = this.#backlog.map((guard) => ({ guard, exchanged: guard.putFolderBack() }));
    const findings = takeRepositoriesAway(this.#folders, this.#keeper);
    findings.push(...found.flatMap(({ guard, exchanged }) => [...exchanged, ...guard.putBack(exchanged.length > 0)]));
    findings.push(...this.#putOwnBack());
    if (findings.length > 0) for (const guard of this.#backlog) guard.settle();
    return findings;
  }

  /** Compared with the text that the step works from: an edit between its reading and our start counts as well. */
  #putOwnBack(): Finding[] {
    const { config, task, taskText } = this.#request;
    const path = join(config.root, task.file);
    if (textAt(path) === taskText) return [];
    const who = 'a step works from its task as it was when it started';
    const base = task.file.startsWith(`${config.tasks}/`) ? join(config.root, config.tasks) : config.root;
    return [this.#keeper.restore(path, taskText, 'warning', who, base)];
  }
}

/**
 * Notes what an attempt may not change. To be called when the step holds its locks and before its first attempt; the
 * function returned is called after each attempt, whatever it ended in, before anything else looks at the tree, and
 * after whatever else may have run what the attempt wrote.
 * @returns puts everything back that must be; what was found since the last call
 * @throws GitError, or the system's error where something cannot be read or put back
 */
export function protect(request: ProtectRequest): () => Finding[] {
  const { apart = null } = request;
  const protection = apart === null ? new Protection(request) : new ApartProtection(request, apart);
  return () => protection.putBack();
}
