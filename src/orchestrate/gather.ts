/** Reads all that reports, status and show tell from: backlog, receipts, journal, failures, kept work. Changes nothing. */

import { relative } from 'node:path';
import type { Backlog } from '../backlog/load.js';
import { effective } from '../config/effective.js';
import type { Config } from '../config.js';
import { ledgerOf } from '../inspect/ledger.js';
import { symbolLine } from '../inspect/symbol-line.js';
import { untrusted, whyUntrusted } from '../inspect/trust.js';
import { knownBacklog } from '../makefile/known-backlog.js';
import { goal } from '../record/goal.js';
import { goingRuns } from '../record/going.js';
import { haltOf } from '../record/halts.js';
import { tasksInFlight } from '../record/in-flight.js';
import { readJournal } from '../record/journal.js';
import { isAlive } from '../record/process.js';
import { programName } from '../record/program-name.js';
import { standingsNow } from '../record/stands.js';
import { taskState } from '../record/task-state.js';
import { gatherFacts } from '../report/facts.js';
import { lastRun } from '../report/gather/history.js';
import {
  type AskedAgain,
  type FactsInput,
  type KnownFailure,
  type KnownReceipt,
  knownReceipt,
  reportTask,
} from '../report/input.js';
import type { Facts, KeptRef } from '../report/shape.js';
import { standingFailure } from '../step/sticky.js';
import { branchName } from '../workspace/branch-name.js';
import { keptTasks, landedCommits } from '../workspace/landed.js';
import type { Workspace } from '../workspace/workspace.js';
import { brokenFiles, hangingOnCycles } from './broken-files.js';

/** The input of `gatherFacts`, read from the project as it stands. @param run null for the latest */
export function readFacts(config: Config, backlog: Backlog, ws: Workspace, run: string | null): FactsInput {
  const tasks = [...backlog.order, ...hangingOnCycles(backlog)].flatMap((name) => backlog.tasks.get(name) ?? []);
  const receipts = new Map<string, KnownReceipt>();
  const failures = new Map<string, KnownFailure>();
  const retries = new Map<string, AskedAgain>();
  const kept = new Map<string, KeptRef[]>();
  const isKept = keptTasks(ws);
  const standings = standingsNow(config, tasks);
  for (const task of tasks) {
    const stands = standings.get(task.name);
    const receipt = stands === undefined ? null : knownReceipt(stands.read, stands.standing);
    if (receipt !== null) receipts.set(task.name, receipt);
    if (receipt !== null && receipt.stale === null) continue;
    const failure = standingFailure(config, task);
    const asked = taskState(config.root, task.name).readRetry();
    // A person wants another try: what stopped it before stops it no longer.
    if (asked !== null) retries.set(task.name, { from: asked.from ?? failure?.rung ?? null, hint: asked.hint });
    else if (failure !== null) failures.set(task.name, failure);
    if (isKept(task.name)) kept.set(task.name, keptOf(ws, task.name));
  }
  const running = new Map<string, string>();
  for (const name of tasksInFlight(config.root)) {
    const attempt = taskState(config.root, name).readInFlight();
    if (attempt !== null && isAlive(attempt.runner)) running.set(name, attempt.run);
  }
  // Looked at before and after: a run that begins or ends meanwhile is not taken for one that was cut off.
  const before = goingRuns(config.root);
  const [branch, events] = [branchName(ws), readJournal(config.root)];
  // Steps go on where only the front-end was killed.
  const going = new Set([...before, ...goingRuns(config.root), ...running.values()]);
  const toldOf = run ?? lastRun(events, branch);
  return {
    now: new Date(),
    branch,
    workspace: relative(config.root, ws.dir) || '.',
    run,
    tasks: tasks.map((task) => reportTask(task, effective(config, task).ladder)),
    receipts,
    events,
    failures,
    retries,
    kept,
    running: new Set(running.keys()),
    going,
    broken: brokenFiles(backlog, config.tasks),
    owed: ledgerOf(config, backlog, (name) => standings.get(name)?.read).entries.map((entry) => {
      return { ...entry, line: symbolLine(ws.dir, entry.file, entry.symbol) };
    }),
    untrusted: new Map(
      [...untrusted(config.root).values()].map((one) => [one.task, { file: one.file, why: whyUntrusted(one) }]),
    ),
    halt: toldOf === null ? null : haltOf(config.root, toldOf),
    commits: landedCommits(ws),
    program: programName(config.root, process.argv[1] ?? 'stepladder'),
    make: goal('orchestrate'),
  };
}

/** The latest last. Only what reports say of them: whatever stands in the facts stands in report.json. */
function keptOf(ws: Workspace, task: string): KeptRef[] {
  return [...ws.kept(task)].reverse().map(({ ref, restore }) => ({ ref, restore }));
}

/** The facts of the project as it stands, about the run given or the latest. */
export function gather(config: Config, ws: Workspace, run: string | null): Facts {
  return gatherFacts(readFacts(config, knownBacklog(config), ws, run));
}
