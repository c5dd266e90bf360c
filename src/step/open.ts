/** Opens a step: what has to be true, and held, before any of its stages. */
import { randomBytes } from 'node:crypto';
import { accessSync, constants } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Backlog } from '../backlog/load.js';
import type { Task } from '../backlog/task.js';
import type { Config } from '../config.js';
import { didYouMean, EXIT, type ExitCode, printable, Refusal, refuse } from '../diagnostic.js';
import { knownBacklog } from '../makefile/known-backlog.js';
import { haltOf } from '../record/halts.js';
import { loadConfig } from '../record/load-config.js';
import { acquire, describeHolder, type Lock } from '../record/locks.js';
import { ensureIgnored, statePaths } from '../record/paths.js';
import { programName } from '../record/program-name.js';
import type { PathEntry } from '../record/receipt.js';
import type { Standing } from '../record/standing.js';
import { standingNow, touchReceipt } from '../record/stands.js';
import { type FailureRecord, type RetryRequest, taskState } from '../record/task-state.js';
import { isAnyUntrusted } from '../record/untrusted.js';
import { shellWord } from '../report/shell-word.js';
import { openWorkspace } from '../workspace/in-place.js';
import { finishLandings } from '../workspace/landing.js';
import type { Workspace } from '../workspace/workspace.js';
import { awaitTrust } from './await-trust.js';
import { buildContext, isStillWaitedFor } from './build-context.js';
import type { StepContext, StepOptions } from './context.js';
import { recoverAndRecord } from './recovered.js';
import { finishReopening } from './reopen.js';
import { runOf } from './run-of.js';
import { rememberSeen } from './seen.js';
import { type Interruptible, interruptible } from './signals.js';
import { failureKey } from './sticky.js';
import { takeBack } from './withdraw.js';

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
  const own = backlog.diagnostics.filter(
    (d) => d.severity === 'error' && d.place?.file === `${config.tasks}/${name}.md`,
  );
  if (own.length > 0) throw new Refusal(own);
  if (task !== undefined && !backlog.broken.has(name)) return task;
  if (task !== undefined) {
    throw new Refusal(backlog.diagnostics.filter((d) => d.severity === 'error'));
  }
  throw refuse(
    `there is no task “${printable(name)}” in ${config.tasks}/`,
    didYouMean(
      name,
      backlog.tasks.keys(),
      `${programName(config.root, process.argv[1] ?? 'stepladder')} status lists the tasks`,
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

/**
 * Waits for a lock, telling once for what; not where a step of the same run holds it, which the run's own lines tell.
 * Null where the step was interrupted while it waited.
 */
async function lock(
  path: string,
  what: string,
  waitingFor: string,
  stop: Interruptible,
  acrossHosts: boolean,
  run: string,
): Promise<Lock | null> {
  let told = false;
  try {
    return await acquire(path, {
      what: `${what} (run ${run})`,
      onWait: (holder) => {
        if (told || holder.record?.what.endsWith(`(run ${run})`)) return;
        told = true;
        tell(`${what}: waiting for ${waitingFor}: ${describeHolder(holder)}`);
      },
      signal: stop.signal,
      // A step that was launched on another host holds its lock there, and gives it back.
      acrossHosts,
    });
  } catch (error) {
    if (stop.signal.aborted) return null;
    throw error;
  }
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
  const stop = interruptible(mark);
  const locks: Lock[] = [];
  const close = (): void => {
    for (const held of locks.reverse()) held.release();
    stop.close();
  };
  try {
    const own = await lock(
      statePaths(root).lock(`task-${name}`),
      `step ${name}`,
      'the same task in another run',
      stop,
      config.launch !== '',
      run,
    );
    if (own === null) return closing(close, EXIT.interrupted);
    locks.push(own);
    if (!options.force && holdsNow(config, first.task)) return closing(close, EXIT.done);
    const ws = openWorkspace(config);
    const shared = await lock(
      ws.lockPath,
      `step ${name}`,
      'the workspace, which steps share',
      stop,
      config.launch !== '',
      run,
    );
    if (shared === null) return closing(close, EXIT.interrupted);
    locks.push(shared);
    // What was halted or finished while this step waited is not begun; what died before it is put in order first.
    if (haltOf(root, run) !== null) return closing(close, EXIT.halted);
    if (!isStillWaitedFor(config, parent)) return closing(close, EXIT.interrupted);
    for (const line of finishLandings(ws, root)) tell(line);
    for (const line of recoverAndRecord(ws, root)) tell(line);
    for (const line of finishReopening(config, ws)) tell(line);
    // A person edits, another run reopens, while a step waits for its turn.
    const found = performance.now() - looked > A_MOMENT_MS ? lookAt(config, name, run) : first;
    if (found === null) return closing(close, EXIT.waiting);
    const { backlog, task } = found;
    const waits = options.force || !holdsNow(config, task) ? awaitTrust(config, ws, run, name) : null;
    if (waits !== null) return closing(close, waits);
    const tookBack = takeBack(config, backlog, ws, name);
    for (const line of tookBack) tell(line);
    if (!options.force && holdsNow(config, task)) return closing(close, EXIT.done);
    if (!options.personsWork) refuseDirty(ws);
    requireWritable(config, [name]);

    const state = taskState(root, name);
    const last = state.readLast();
    const retry = state.readRetry();
    const parts = { config, backlog, task, options, ws, run, parent, mark, stop, locks, last };
    const ctx = await buildContext(parts);
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
      close,
    };
  } catch (error) {
    close();
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

/** Before anybody is paid: can the receipts be put where they belong? @throws the system's error, naming the folder */
export function requireWritable(config: Config, names: readonly string[]): void {
  const folders = new Set(names.map((name) => dirname(join(config.root, config.tasks, name))));
  for (const folder of folders) accessSync(folder, constants.W_OK);
}

/** How many paths a refusal names. */
const MOST_NAMED = 10;

/** A person's uncommitted work is never worked on top of, and never swept into a commit. */
export function refuseDirty(ws: Workspace): void {
  const dirty = ws.dirty();
  if (dirty.length === 0) return;
  const shown = dirty.slice(0, MOST_NAMED).map((path) => printable(path));
  const more = dirty.length > shown.length ? ` and ${dirty.length - shown.length} more` : '';
  // By name: a bare `git stash -u` would take away tasks that are not committed yet.
  const paths = more === '' && ws.dir === process.cwd() ? ` -- ${dirty.map(shellWord).join(' ')}` : '';
  throw refuse(
    `the work tree holds work that is not committed: ${shown.join(', ')}${more}`,
    `commit it or put it aside (git stash push -u${paths}), then run the same command again; nothing was touched`,
  );
}
