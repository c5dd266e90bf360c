/** Puts together what a step knows: the one place where its parts meet. */

import { join, posix } from 'node:path';
import { sandboxOf } from '../agents/known.js';
import type { Backlog } from '../backlog/load.js';
import type { Task } from '../backlog/task.js';
import { effective } from '../config/effective.js';
import type { Config } from '../config.js';
import { printableBlock, refuse } from '../diagnostic.js';
import { verifyChecks } from '../inspect/auto-verify.js';
import { ledgerOf } from '../inspect/ledger.js';
import { protect } from '../inspect/tampering.js';
import { cleanEnvironment, commandLineVariables } from '../record/environment.js';
import { files } from '../record/files.js';
import { goal } from '../record/goal.js';
import { haltOf } from '../record/halts.js';
import { acquire, type Lock } from '../record/locks.js';
import { statePaths } from '../record/paths.js';
import { thisProcess } from '../record/process.js';
import { programName } from '../record/program-name.js';
import { touchReceipt, workNow } from '../record/stands.js';
import { type LastDone, taskState } from '../record/task-state.js';
import { branchName } from '../workspace/branch-name.js';
import { dirtySubmodules } from '../workspace/submodules.js';
import type { Workspace } from '../workspace/workspace.js';
import { activityNote } from './activity.js';
import { consumersOf } from './consumers.js';
import type { StepContext, StepOptions } from './context.js';
import { type Prepared, prepareAgain } from './prepare.js';
import { evidenceOnRecord, promptFacts } from './prompt-facts.js';
import { sayer, shownElsewhere } from './say.js';
import type { Interruptible } from './signals.js';
import type { Apart } from './work-apart.js';

export interface Parts {
  readonly config: Config;
  readonly backlog: Backlog;
  readonly task: Task;
  readonly options: StepOptions;
  /** The person's own work tree. */
  readonly home: Workspace;
  /** The step's own; null where it works in the person's. */
  readonly made: Apart | null;
  readonly run: string;
  /** The process that started the step. */
  readonly parent: number;
  readonly mark: string;
  readonly stop: Interruptible;
  /** Those that are held; given back when the step is closed. */
  readonly locks: Lock[];
  readonly homeBranch: string | null;
  readonly last: LastDone | null;
}

function inputsOf(config: Config, task: Task): Record<string, string> {
  return Object.fromEntries(task.depends.map((name) => [name, workNow(config, name) ?? '']));
}

/** What a run excuses a red baseline for (orchestrate.ts notes it): something was reopened, reverted or edited. */
export function excusedFile(root: string, run: string): string {
  return join(statePaths(root).run(run), 'excused');
}

/** Whether steps are started through another program, whose process may rightly go away: by `launch`, or LAUNCH=. */
function isLaunched(config: Config): boolean {
  const { STEPLADDER_LAUNCH = '', MAKEFLAGS = '' } = process.env;
  return config.launch !== '' || STEPLADDER_LAUNCH !== '' || commandLineVariables(MAKEFLAGS).includes('LAUNCH');
}

/** Whether Make still waits for a step that it started as `parent`. Under `launch` the parent is the launcher's. */
export function isStillWaitedFor(config: Config, parent: number): boolean {
  return isLaunched(config) || process.ppid === parent;
}

/** Whether the step was asked for by itself (`make tasks/x.done`), and belongs to no run. */
export function isOnItsOwn(config: Config, env: Readonly<Record<string, string | undefined>>): boolean {
  return env.STEPLADDER_RUN === undefined && !isLaunched(config);
}

/** Not by Ctrl-C: what a step has decided by then it puts on record. */
async function withWorkspace<T>(
  config: Config,
  home: Workspace,
  locks: readonly Lock[],
  what: string,
  act: () => T,
): Promise<T> {
  if (locks.some(({ path }) => path === home.lockPath)) return act();
  const lock = await acquire(home.lockPath, { what, onWait: () => {}, acrossHosts: config.launch !== '' });
  try {
    return act();
  } finally {
    lock.release();
  }
}

/** Everything a step works with, at the moment its locks were taken. Writes the start-time copy of the task file. */
export async function buildContext(parts: Parts): Promise<StepContext> {
  const { config, backlog, task, options, home, made, run, parent, mark, stop, locks, last, homeBranch } = parts;
  const apart = made?.tree ?? null;
  const ws: Workspace = apart ?? home;
  const { root } = config;
  const state = taskState(root, task.name);
  const settings = effective(config, task);
  const taskText = files.readText(join(root, task.file));
  if (taskText === null) {
    throw refuse(`${task.file} is gone`, `restore it, or run ${goal('orchestrate')} again without it`, undefined, {
      file: task.file,
    });
  }
  const taskCopy = join(state.folder, posix.basename(task.file));
  files.writeDurably(taskCopy, taskText);
  let base = options.personsWork ? ws.headSnapshot() : ws.snapshot();
  let ready: Prepared = made?.ready ?? { key: null };
  const began = base;
  let attemptNow = { rung: '', attempt: 0 };
  const noteInFlight = (rebasing: boolean): void =>
    state.writeInFlight({
      task: task.name,
      mark,
      runner: thisProcess(),
      run,
      ...attemptNow,
      snapshot: base,
      started: new Date().toISOString(),
      fingerprint: task.fingerprint,
      ...(made === null ? {} : { worktree: made.given, rebasing }),
    });
  const started = new Date();
  const env = cleanEnvironment(process.env);
  const verify = await verifyChecks(settings.verify, ws.dir, env, stop.signal);
  const evidenceNow = evidenceOnRecord(config, task);
  const reopenedNow = evidenceNow.length > 0;
  const ledger = ledgerOf(config, backlog);
  const sandbox = sandboxOf(config, settings.agent);

  const tell = (line: string): void => void process.stderr.write(`${printableBlock(line)}\n`);
  if (verify.nothing !== null && task.postconditions.every((condition) => condition.kind === 'claim')) {
    tell(`${task.name}: nothing verifies this task (${verify.nothing}); it will be reported as done (unverified)`);
  }

  return {
    root,
    config,
    backlog,
    task,
    settings,
    options,
    ws,
    apart,
    state,
    folder: state.folder,
    taskCopy,
    taskText,
    run,
    env,
    verify: verify.checks,
    mark,
    started,
    signal: stop.signal,
    get base() {
      return base;
    },
    moveBase: (to) => {
      base = to;
    },
    began: began.head,
    homeBranch,
    dirtyBefore: dirtySubmodules(ws, base.tree),
    prepareAgain: async () => {
      if (made === null) return null;
      const now = await prepareAgain(config, made.tree, ready, { env, mark, signal: stop.signal, tell });
      if ('reason' in now) return now;
      ready = now;
      return null;
    },
    putBack: protect({ config, task, names: backlog.tasks.keys(), run, ws, apart, taskText }),
    consumers: consumersOf(config, backlog, task),
    inputs: inputsOf(config, task),
    redBefore: new Set(),

    sandbox,
    locks,
    hold: (...more) => void locks.push(...more),
    holds: (lock) => locks.includes(lock),
    withWorkspace: (act) => withWorkspace(config, home, locks, `step ${task.name} (run ${run})`, act),
    reopened: (last?.reopened ?? 0) + (reopenedNow ? 1 : 0),
    reopenedNow,
    runExcused: files.exists(excusedFile(root, run)),
    doneBefore: last !== null,
    // Done before with this very meaning, and asked for anew by hand: the work is in the tree already.
    wasDone:
      last?.fingerprint === task.fingerprint && !reopenedNow && (options.force || last.workStands || !ws.backlogInside),
    evidenceNow,
    ledger,
    promptFacts: () =>
      promptFacts(config, backlog, task, { verify: verify.checks, evidence: evidenceNow, ledger, cwd: ws.dir }),
    workOf: (name) => workNow(config, name),
    receiptFile: `${config.tasks}/${task.name}.done`,
    touchReceipt: () => touchReceipt(config, task.name),
    halted: () => haltOf(root, run),
    shown: shownElsewhere(),
    program: programName(root, process.argv[1] ?? 'stepladder'),
    say: sayer(root, run, branchName(home)),
    tell,
    activity: activityNote(root, run, task.name),
    inFlight: (rung, attempt) => {
      attemptNow = { rung, attempt };
      noteInFlight(false);
    },
    rebasing: noteInFlight,
    owed: () => locks.every((lock) => lock.held()) && isStillWaitedFor(config, parent),
  };
}
