/** Opens a step: what has to be true, and held, before any of its stages. */
import { randomBytes } from 'node:crypto';
import type { Backlog } from '../backlog/load.js';
import { fileOfTask } from '../backlog/names.js';
import type { Task } from '../backlog/task.js';
import type { Config } from '../config.js';
import { didYouMean, EXIT, type ExitCode, printable, Refusal, refuse } from '../diagnostic.js';
import { knownBacklog } from '../makefile/known-backlog.js';
import { cleanEnvironment } from '../record/environment.js';
import { halt, haltOf } from '../record/halts.js';
import { openJournal } from '../record/journal.js';
import { loadConfig } from '../record/load-config.js';
import type { Lock } from '../record/locks.js';
import { ensureIgnored, statePaths } from '../record/paths.js';
import type { PathEntry } from '../record/receipt.js';
import type { Standing } from '../record/standing.js';
import { standingNow, touchReceipt } from '../record/stands.js';
import { type FailureRecord, type RetryRequest, taskState } from '../record/task-state.js';
import { isAnyUntrusted } from '../record/untrusted.js';
import { branchName } from '../workspace/branch-name.js';
import { markGit } from '../workspace/git.js';
import { openWorkspace } from '../workspace/in-place.js';
import { finishLandings } from '../workspace/landing.js';
import { awaitPersonsGit } from '../workspace/persons-git.js';
import { awaitTrust } from './await-trust.js';
import { buildContext, isOnItsOwn, isStillWaitedFor } from './build-context.js';
import type { StepContext, StepOptions } from './context.js';
import { filesInUse } from './files-in-use.js';
import { hasManyJobs, isolationOf } from './isolation.js';
import { refuseDirty, refuseLiving, requireWritable } from './may-work.js';
import { recoverAndRecord } from './recovered.js';
import { finishReopening } from './reopen.js';
import { runOf } from './run-of.js';
import { rememberSeen } from './seen.js';
import { interruptible } from './signals.js';
import { failureKey } from './sticky.js';
import { takeLock } from './take-lock.js';
import { takeBack } from './withdraw.js';
import { type Apart, workApart } from './work-apart.js';

export interface Opened {
  readonly ctx: StepContext;
  readonly standing: Standing;
  readonly failure: FailureRecord | null;
  readonly retry: RetryRequest | null;
  readonly key: string;
  /** A person asked for another try. */
  readonly again: boolean;
  /** What was tried before of the work that goes on: its attempts are part of the receipt's path. */
  readonly earlier: readonly PathEntry[];
  /** The rung of the task's latest receipt, where it had one. */
  readonly lastRung: string | null;
  /** Something was just reopened, reverted or edited: a red baseline may be the very work. */
  readonly excused: boolean;
  close(): void;
}

const tell = (line: string): void => void process.stderr.write(`${line}\n`);

/** The task of that name. @throws Refusal with the file's own problems, or with what was probably meant */
export function taskOf(backlog: Backlog, config: Config, name: string): Task {
  const task = backlog.tasks.get(name);
  const errors = backlog.diagnostics.filter((d) => d.severity === 'error');
  const own = errors.filter((d) => d.place?.file === fileOfTask(config.tasks, name));
  if (own.length > 0) throw new Refusal(own);
  if (task !== undefined && !backlog.broken.has(name)) return task;
  // In a folder that cannot be looked into it may well be.
  const unseen = errors.filter((d) => d.place?.file.endsWith('.md') === false);
  if (task === undefined && unseen.length > 0) throw new Refusal(unseen);
  if (task !== undefined) throw new Refusal(errors);
  throw refuse(
    `there is no task “${printable(name)}” in ${config.tasks}/`,
    didYouMean(
      name,
      backlog.tasks.keys(),
      `each .md file below ${config.tasks}/ is one: its name is its path there, without .md`,
    ),
  );
}

/** Dependencies whose receipts do not hold: they are looked at here, whatever Make believes (MAKE-RULES 17). */
function missingInputs(config: Config, backlog: Backlog, task: Task): string[] {
  return task.depends.filter((name) => {
    const dependency = backlog.tasks.get(name);
    return dependency === undefined || standingNow(config, dependency).kind !== 'holds';
  });
}

/** What was read longer ago is read again before the step begins. */
const A_MOMENT_MS = 100;

/**
 * The task as the backlog has it now; null, having said so, where a dependency's receipt does not hold, or where an
 * attempt removed its very file.
 */
function lookAt(config: Config, name: string, run: string): { readonly backlog: Backlog; readonly task: Task } | null {
  const backlog = knownBacklog(config);
  const isRemoved = !backlog.tasks.has(name) && isAnyUntrusted(config.root);
  if (isRemoved && awaitTrust(config, openWorkspace(config), run, name) !== null) return null;
  const task = taskOf(backlog, config, name);
  const missing = missingInputs(config, backlog, task);
  if (missing.length === 0) return { backlog, task };
  tell(`${name}: waits for ${missing.join(', ')}, which ${missing.length === 1 ? 'is' : 'are'} not done`);
  return null;
}

/**
 * Opens the step, or ends it where there is nothing to open.
 * @throws Refusal for a task, configuration or workspace that cannot be worked with, and for somebody's work in the tree
 */
export async function openStep(
  root: string,
  name: string,
  options: StepOptions,
): Promise<Opened | { readonly exit: ExitCode }> {
  const config = loadConfig(root);
  const parent = process.ppid;
  const run = runOf(process.env, parent);
  ensureIgnored(statePaths(root).state);
  const halted = haltOf(root, run);
  if (halted !== null) return { exit: EXIT.halted };
  const first = lookAt(config, name, run);
  if (first === null) return { exit: EXIT.waiting };
  const looked = performance.now();

  const mark = randomBytes(12).toString('hex');
  markGit(mark);
  const stop = interruptible(mark, isOnItsOwn(config, process.env));
  const locks: Lock[] = [];
  const close = (): void => {
    for (const held of locks.reverse()) held.release();
    stop.close();
  };
  try {
    const taker = { name, run, mark, stop, acrossHosts: config.launch !== '', tell };
    const own = await takeLock(taker, statePaths(root).lock(`task-${name}`), 'the same task in another run');
    if (own === null) return closing(close, EXIT.interrupted);
    locks.push(own);
    if (!options.force && holdsNow(config, first.task)) return closing(close, EXIT.done);
    const home = openWorkspace(config);
    // In place everybody waits for everybody anyway.
    const worksApart = !options.inPlace && isolationOf(config, first.task, hasManyJobs(process.env)) === 'worktree';
    for (const { file, lock: path } of worksApart ? filesInUse(root, first.backlog, name) : []) {
      const held = await takeLock(taker, path, `${printable(file)}, which both tasks name`, true);
      if (held === null) return closing(close, EXIT.interrupted);
      locks.push(held);
    }
    // Nobody is paid for what could not land; and a run does not end because a person commits meanwhile.
    if (worksApart) await awaitPersonsGit(home, `step ${name}`, { signal: stop.signal, tell });
    const shared = await takeLock(taker, home.lockPath, 'the workspace, which steps share');
    if (shared === null) return closing(close, EXIT.interrupted);
    locks.push(shared);
    // What was halted or finished while this step waited is not begun; what died before it is put in order first.
    if (haltOf(root, run) !== null) return closing(close, EXIT.halted);
    if (!isStillWaitedFor(config, parent)) return closing(close, EXIT.interrupted);
    refuseLiving(root, name);
    for (const line of finishLandings(home, root)) tell(line);
    for (const line of recoverAndRecord(home, root)) tell(line);
    for (const line of finishReopening(config, home)) tell(line);
    // A person edits, another run reopens, while a step waits for its turn.
    const found = performance.now() - looked > A_MOMENT_MS ? lookAt(config, name, run) : first;
    if (found === null) return closing(close, EXIT.waiting);
    const { backlog, task } = found;
    const waits = options.force || !holdsNow(config, task) ? awaitTrust(config, home, run, name) : null;
    if (waits !== null) return closing(close, waits);
    const tookBack = takeBack(config, backlog, home, name);
    for (const line of tookBack) tell(line);
    if (!options.force && holdsNow(config, task)) return closing(close, EXIT.done);
    const begun = home.headSnapshot();
    const isApart = worksApart && begun.head !== null;
    if (!options.personsWork && !isApart) refuseDirty(home);
    requireWritable(config, [name]);

    let made: Apart | null = null;
    if (isApart && begun.head !== null) {
      // Others go on from here: whoever works apart needs the workspace again only when he lands.
      locks.splice(locks.indexOf(shared), 1);
      shared.release();
      const env = cleanEnvironment(process.env);
      const ready = await workApart(config, home, name, begun.head, { env, mark, signal: stop.signal, tell });
      if ('reason' in ready) {
        halt(root, run, ready.reason, ready.remedy);
        openJournal(root, run, branchName(home)).append({ type: 'halted', reason: ready.reason });
        tell(`${ready.reason}\n  → ${ready.remedy}`);
        return closing(close, EXIT.halted);
      }
      made = ready;
    }

    const state = taskState(root, name);
    const last = state.readLast();
    const retry = state.readRetry();
    const ctx = await buildContext({
      ...{ config, backlog, task, options, home, run, parent, mark, stop, locks, last },
      made,
      homeBranch: begun.branch,
    });
    const standing = standingNow(config, task);
    return {
      ctx,
      standing,
      failure: state.readFailure(),
      retry,
      key: failureKey(ctx),
      again: retry !== null || options.retry || options.force,
      earlier: earlierPath(state.readFailure(), failureKey(ctx), retry, options),
      lastRung: last?.rung ?? null,
      // A receipt that no longer holds says it as well: its task, or what it builds on, was edited or done anew.
      excused:
        standing.kind !== 'holds' &&
        (standing.kind !== 'missing' || last !== null || tookBack.length > 0 || ctx.reopenedNow || ctx.runExcused),
      close: () => {
        ctx.activity.end();
        // What an attempt in flight left is kept first, at the next start, by whoever finds that we are gone.
        if (state.readInFlight() === null) made?.tree.dispose();
        close();
      },
    };
  } catch (error) {
    close();
    if (stop.signal.aborted) return { exit: EXIT.interrupted };
    throw error;
  }
}

/** The attempts that this step goes on from; none for another meaning of the task, or a fresh start. */
function earlierPath(
  failure: FailureRecord | null,
  key: string,
  retry: RetryRequest | null,
  options: StepOptions,
): readonly PathEntry[] {
  if (failure === null || options.force || retry?.fresh === true) return [];
  return failure.key === key || failure.state !== 'failed' ? failure.path : [];
}

function closing(close: () => void, exit: ExitCode): { readonly exit: ExitCode } {
  close();
  return { exit };
}

/** Whether the task is done by now; if so Make is told, and the next look needs no library. */
function holdsNow(config: Config, task: Task): boolean {
  const standing = standingNow(config, task);
  if (standing.kind === 'unreadable') {
    throw new Refusal({
      severity: 'error',
      message: `${config.tasks}/${task.name}.done: ${standing.reason}`,
      place: { file: `${config.tasks}/${task.name}.done` },
      remedy: standing.remedy,
    });
  }
  if (standing.kind !== 'holds') return false;
  rememberSeen(config, task);
  touchReceipt(config, task.name);
  return true;
}
