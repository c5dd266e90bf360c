/** Reads all that reports, status and show tell from: backlog, receipts, journal, failures, kept work. Changes nothing. */

import type { Backlog } from '../backlog/load.js';
import { nameFromFile } from '../backlog/names.js';
import type { Task } from '../backlog/task.js';
import { effective } from '../config/effective.js';
import type { Config } from '../config.js';
import { ledgerOf } from '../inspect/ledger.js';
import { symbolLine } from '../inspect/symbol-line.js';
import { untrusted, whyUntrusted } from '../inspect/trust.js';
import { knownBacklog } from '../makefile/known-backlog.js';
import { haltOf } from '../record/halts.js';
import { readJournal } from '../record/journal.js';
import { isAlive } from '../record/process.js';
import { programName } from '../record/program-name.js';
import { parseReceipt } from '../record/receipt.js';
import { receiptSource, standingNow } from '../record/stands.js';
import { taskState, tasksInFlight } from '../record/task-state.js';
import { gatherFacts } from '../report/facts.js';
import { type FactsInput, type KnownFailure, type KnownReceipt, knownReceipt, reportTask } from '../report/input.js';
import type { Facts, KeptRef } from '../report/shape.js';
import { standingFailure } from '../step/sticky.js';
import { branchName } from '../workspace/branch-name.js';
import { keptTasks, landedCommits } from '../workspace/landed.js';
import type { Workspace } from '../workspace/workspace.js';

function receiptOf(config: Config, task: Task): KnownReceipt | null {
  const source = receiptSource(config, task.name);
  return knownReceipt(source === null ? null : parseReceipt(source), standingNow(config, task));
}

function brokenFiles(backlog: Backlog, tasksFolder: string): Map<string, { file: string; problem: string }> {
  const broken = new Map<string, { file: string; problem: string }>();
  for (const { severity, place, message } of backlog.diagnostics) {
    if (severity !== 'error' || place === undefined) continue;
    const inside = `${tasksFolder}/`;
    if (!place.file.startsWith(inside)) continue;
    const name = nameFromFile(place.file.slice(inside.length));
    if (!broken.has(name)) broken.set(name, { file: place.file, problem: message });
  }
  return broken;
}

/** The input of `gatherFacts`, read from the project as it stands. @param run null for the latest */
export function readFacts(config: Config, backlog: Backlog, ws: Workspace, run: string | null): FactsInput {
  const tasks = backlog.order.flatMap((name) => backlog.tasks.get(name) ?? []);
  const receipts = new Map<string, KnownReceipt>();
  const failures = new Map<string, KnownFailure>();
  const kept = new Map<string, KeptRef[]>();
  const isKept = keptTasks(ws);
  for (const task of tasks) {
    const receipt = receiptOf(config, task);
    if (receipt !== null) receipts.set(task.name, receipt);
    if (receipt !== null && receipt.stale === null) continue;
    const failure = standingFailure(config, task);
    if (failure !== null) failures.set(task.name, failure);
    if (isKept(task.name)) kept.set(task.name, [...ws.kept(task.name)].reverse());
  }
  const running = tasksInFlight(config.root).filter((name) => {
    const attempt = taskState(config.root, name).readInFlight();
    return attempt !== null && isAlive(attempt.runner);
  });
  return {
    now: new Date(),
    branch: branchName(ws),
    run,
    tasks: tasks.map((task) => reportTask(task, effective(config, task).ladder)),
    receipts,
    events: readJournal(config.root),
    failures,
    kept,
    running: new Set(running),
    broken: brokenFiles(backlog, config.tasks),
    owed: ledgerOf(config, backlog).entries.map((entry) => {
      return { ...entry, line: symbolLine(ws.dir, entry.file, entry.symbol) };
    }),
    untrusted: new Map(
      [...untrusted(config.root).values()].map((one) => [one.task, { file: one.file, why: whyUntrusted(one) }]),
    ),
    halt: run === null ? null : haltOf(config.root, run),
    commits: landedCommits(ws),
    program: programName(config.root, process.argv[1] ?? 'stepladder'),
    make: `make ${process.env.STEPLADDER_PREFIX ?? ''}orchestrate`,
  };
}

/** The facts of the project as it stands, about the run given or the latest. */
export function gather(config: Config, ws: Workspace, run: string | null): Facts {
  return gatherFacts(readFacts(config, knownBacklog(config), ws, run));
}
