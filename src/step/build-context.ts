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
import { haltOf } from '../record/halts.js';
import type { Lock } from '../record/locks.js';
import { statePaths } from '../record/paths.js';
import { thisProcess } from '../record/process.js';
import { programName } from '../record/program-name.js';
import { touchReceipt, workNow } from '../record/stands.js';
import { type LastDone, taskState } from '../record/task-state.js';
import { branchName } from '../workspace/branch-name.js';
import type { Workspace } from '../workspace/workspace.js';
import { consumersOf } from './consumers.js';
import type { StepContext, StepOptions } from './context.js';
import { evidenceOnRecord, promptFacts } from './prompt-facts.js';
import { sayer, shownElsewhere } from './say.js';
import type { Interruptible } from './signals.js';

export interface Parts {
  readonly config: Config;
  readonly backlog: Backlog;
  readonly task: Task;
  readonly options: StepOptions;
  readonly ws: Workspace;
  readonly run: string;
  /** The process that started the step. */
  readonly parent: number;
  readonly mark: string;
  readonly stop: Interruptible;
  readonly locks: readonly Lock[];
  readonly last: LastDone | null;
}

function inputsOf(config: Config, task: Task): Record<string, string> {
  return Object.fromEntries(task.depends.map((name) => [name, workNow(config, name) ?? '']));
}

/** What a run excuses a red baseline for (orchestrate.ts notes it): something was reopened, reverted or edited. */
export function excusedFile(root: string, run: string): string {
  return join(statePaths(root).run(run), 'excused');
}

/**
 * Whether Make still waits for a step that it started as `parent`. Under `launch` (or LAUNCH on Make's command line) the
 * parent is the launcher's, and may rightly go away.
 */
export function isStillWaitedFor(config: Config, parent: number): boolean {
  const { STEPLADDER_LAUNCH = '', MAKEFLAGS = '' } = process.env;
  const launched =
    config.launch !== '' || STEPLADDER_LAUNCH !== '' || commandLineVariables(MAKEFLAGS).includes('LAUNCH');
  return launched || process.ppid === parent;
}

/** Everything a step works with, at the moment its locks were taken. Writes the start-time copy of the task file. */
export async function buildContext(parts: Parts): Promise<StepContext> {
  const { config, backlog, task, options, ws, run, parent, mark, stop, locks, last } = parts;
  const { root } = config;
  const state = taskState(root, task.name);
  const settings = effective(config, task);
  const taskText = files.readText(join(root, task.file));
  if (taskText === null) {
    throw refuse(`${task.file} is gone`, 'restore it, or run make orchestrate again without it', undefined, {
      file: task.file,
    });
  }
  const taskCopy = join(state.folder, posix.basename(task.file));
  files.writeDurably(taskCopy, taskText);
  const base = options.personsWork ? ws.headSnapshot() : ws.snapshot();
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
    base,
    putBack: protect({ config, task, names: backlog.tasks.keys(), run, ws, taskText }),
    consumers: consumersOf(config, backlog, task),
    inputs: inputsOf(config, task),
    redBefore: new Set(),

    sandbox,
    locks,
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
    say: sayer(root, run, branchName(ws)),
    tell,
    onActivity: () => {},
    inFlight: (rung, attempt) =>
      state.writeInFlight({
        task: task.name,
        mark,
        runner: thisProcess(),
        run,
        rung,
        attempt,
        snapshot: base,
        started: new Date().toISOString(),
      }),
    owed: () => locks.every((lock) => lock.held()) && isStillWaitedFor(config, parent),
  };
}
