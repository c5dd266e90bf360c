/**
 * A run: put in order what died, tell Make what there is to do, let Make do it, again while something came back, report.
 *
 *   landings finished, dead steps recovered ─▶ withdrawals and assertions committed ─▶ generate ─▶ nothing to do ─▶ exit
 *                                                                                        │
 *   report ◀─ nothing more can run ◀─ generate ◀─ make -k stepladder-all ◀─ preflight ◀──┘
 *                                        └─ something reopened or edited since, and not failed ─▶ make again
 */

import { relative } from 'node:path';
import type { Backlog } from './backlog/load.js';
import type { Config } from './config.js';
import { EXIT, type ExitCode, printable, renderDiagnostic } from './diagnostic.js';
import { isBacklogCut, untrusted, whyUntrusted } from './inspect/trust.js';
import { doesHold } from './makefile/cache.js';
import { type Generated, generate } from './makefile/generate.js';
import { knownBacklog } from './makefile/known-backlog.js';
import { touchHolding } from './makefile/touch.js';
import { type Began, jobsOf, progressInput } from './orchestrate/expectation.js';
import { type Following, followJournal } from './orchestrate/follow.js';
import { gather } from './orchestrate/gather.js';
import { startMake } from './orchestrate/inner-make.js';
import { nothingToDo } from './orchestrate/nothing-to-do.js';
import { Notifier } from './orchestrate/notify.js';
import { preflight } from './orchestrate/preflight.js';
import { putInOrder } from './orchestrate/put-in-order.js';
import { footing, runnable } from './orchestrate/runnable.js';
import { type Shown, say, showRun, warn } from './orchestrate/show.js';
import { type Forwarding, forwardSignals } from './orchestrate/signals.js';
import { warningsOfUnordered } from './orchestrate/warn-of-unordered.js';
import { randomHex } from './record/digest.js';
import { noteGoing } from './record/going.js';
import { haltOf, refusedTasks } from './record/halts.js';
import { type Journal, openJournal } from './record/journal.js';
import { loadConfig } from './record/load-config.js';
import { ensureIgnored, statePaths } from './record/paths.js';
import { newRunId } from './record/run-id.js';
import { readSource } from './record/stands.js';
import { headline } from './report/headline.js';
import { LiveRun } from './report/live/view.js';
import { writeReports } from './report/write.js';
import { trustCommand } from './step/await-trust.js';
import { hasManyJobs } from './step/isolation.js';
import { branchName } from './workspace/branch-name.js';
import { openWorkspace } from './workspace/in-place.js';
import type { Workspace } from './workspace/workspace.js';

export interface RunOptions {
  /** The Make that called us, or `make`. */
  readonly make: string;
  /** `RETRY=1`: sticky failures are tried again. */
  readonly retry: boolean;
  /** Jobs, where no Make called us with a jobserver. */
  readonly jobs: number | null;
  /** As watch mode goes on: what is broken is set aside with all that depends on it, and the rest runs. */
  readonly setAside: boolean;
}

interface Run {
  readonly id: string;
  readonly config: Config;
  readonly ws: Workspace;
  readonly options: RunOptions;
  readonly stop: Forwarding;
  readonly notifier: Notifier;
}

/** What shows the run, and what follows it. */
interface Watched {
  readonly shown: Shown;
  readonly following: Following;
}

/** Shows each event of the run while it goes on. */
async function show({ id, config, stop, notifier }: Run, backlog: Backlog, began: Began): Promise<Watched> {
  const live = new LiveRun(id, progressInput(config, backlog, began), config.budget.run);
  const shown = await showRun(config.root, live);
  stop.signal.addEventListener('abort', () => shown.interrupted());
  notifier.through(shown.drawn ? shown.children.line : null);
  const following = followJournal(config, id, (event) => {
    shown.see(event);
    if (event.type === 'question') notifier.waiting(event.task, event.question);
  });
  shown.beforeForeign(following.drain);
  return { shown, following };
}

function beganWith({ tasks, pending }: Generated, { jobs, retry }: RunOptions): Began {
  const done = tasks.filter(({ standing }) => doesHold(standing) && standing !== 'deferred').map(({ name }) => name);
  return { pending, done, jobs: jobsOf(process.env, jobs, pending.length), retry };
}

/** Lets Make run what there is, again while something came back that has not just failed. */
async function passes(whole: Run, backlog: Backlog, first: Generated, shown: Shown): Promise<void> {
  const { id, config, ws, options, stop } = whole;
  // Relative: Make 3.81 expands the name of a makefile, and nobody vouches for what the folders above are called.
  const tasksMk = relative(config.root, statePaths(config.root).tasksMk);
  const env = { ...process.env, STEPLADDER_RUN: id, STEPLADDER_SHOWN: '1', STEPLADDER_RUN_KEY: randomHex(32) };
  const args = options.jobs === null ? [] : [`-j${options.jobs}`];
  // What failed is tried again once, not in every pass.
  let retry = options.retry ? ['RETRY=1'] : [];
  for (let before = footing(config, backlog, first); ; retry = []) {
    const make = startMake(config.root, options.make, tasksMk, [...args, ...retry], env, shown.children);
    stop.forwardTo(make);
    await make.ended;
    await stop.settled();
    if (stop.signal.aborted || haltOf(config.root, id) !== null) return;
    await putInOrder(config, ws, id, shown.warn, stop.signal);
    const now = await generate(config, { tolerant: true });
    // Make has tried all that it was told: once more only where that got somewhere, and something else can run.
    const seen = knownBacklog(config);
    const after = footing(config, seen, now);
    if (after === before || !runnable(config, seen, now)) return;
    touchHolding(config);
    before = after;
  }
}

/** Tasks that are no longer in the backlog, since an attempt removed their files: one line each. */
function awaitingTrust(config: Config, { tasks }: Generated): string[] {
  const there = new Set(tasks.map(({ name }) => name));
  return [...untrusted(config.root).values()]
    .filter(({ task }) => !there.has(task))
    .map(
      (weakened) =>
        `${weakened.task}: ${whyUntrusted(weakened)}; restore it, or: ${trustCommand(config, weakened.task)}`,
    );
}

interface Concluded {
  readonly exit: ExitCode;
  /** The state of the backlog in one line, and where the report lies: what a person is notified of. */
  readonly headline: string;
  readonly report: string;
  /** What is left to say when all events are told. */
  readonly lines: readonly string[];
}

/** What the run comes to: 4 (halted) over 1 (failed) over 3 (blocked, waiting, deferred left), 0 if everything is done. */
async function conclude({ id, config, ws, stop }: Run, journal: Journal): Promise<Concluded> {
  const halted = haltOf(config.root, id);
  const { pending, setAside } = await generate(config, { tolerant: true });
  const facts = gather(config, ws, id);
  const { totals, failed, deferred, waiting } = facts;
  journal.append({
    type: 'run-finished',
    done: totals.done,
    failed: totals.failed,
    blocked: totals.blocked,
    pending: totals.pending,
    waiting: totals.waiting,
    interrupted: totals.interrupted,
    deferred: totals.deferred,
  });
  const [report = ''] = writeReports(config, gather(config, ws, id));
  const lines = [...(halted === null ? [] : [`to go on: ${printable(halted.remedy)}`]), `report: ${report}`];
  const exit = (): ExitCode => {
    if (stop.signal.aborted) return EXIT.interrupted;
    if (halted !== null) return EXIT.halted;
    if (failed.length > 0) return EXIT.failed;
    if (pending.length + setAside.length + deferred.length + waiting.length === 0) return EXIT.done;
    // What was set aside waits for its task file to be mended, as a question waits for its answer.
    return refusedTasks(config.root, id).some((name) => !setAside.includes(name)) ? EXIT.usage : EXIT.waiting;
  };
  return { exit: exit(), headline: headline(facts), report, lines };
}

async function run(whole: Run): Promise<ExitCode> {
  const { id, config, ws, options, stop } = whole;
  const { root } = config;
  await putInOrder(config, ws, id, warn, stop.signal);
  const generated = await generate(config, { tolerant: whole.options.setAside || isBacklogCut(root) });
  for (const diagnostic of generated.diagnostics) warn(renderDiagnostic(diagnostic, readSource(root)).trimEnd());
  touchHolding(config);
  const { tasks, pending, deferred } = generated;
  const awaited = awaitingTrust(config, generated);
  for (const line of awaited) say(printable(line));
  if (pending.length === 0) {
    if (awaited.length > 0) return EXIT.waiting;
    const { line, exit } = nothingToDo(tasks.length, deferred);
    say(line);
    return exit;
  }
  const backlog = knownBacklog(config);
  const manyJobs = options.jobs === null ? hasManyJobs(process.env) : options.jobs > 1;
  await preflight(config, backlog, ws, { pending, manyJobs, signal: stop.signal, tell: warn });
  for (const warning of warningsOfUnordered(backlog, pending)) warn(warning);
  const journal = openJournal(root, id, branchName(ws));
  const began = beganWith(generated, options);
  const over = noteGoing(root, { run: id, ...began });
  const { shown, following } = await show(whole, backlog, began);
  journal.append({ type: 'run-started', pending: pending.length, done: began.done.length });
  let ended: Concluded;
  try {
    await passes(whole, backlog, generated, shown);
    ended = await conclude(whole, journal);
  } finally {
    over();
    following.close();
    whole.notifier.through(null);
    await shown.close();
  }
  for (const line of ended.lines) say(line);
  whole.notifier.ended(ended.exit, ended.headline, ended.report);
  return ended.exit;
}

/**
 * Runs the backlog of the project at `root`.
 * @returns 0 if everything is done, else 4, 1, 3 as DESIGN "A run" orders them; 130 after Ctrl-C
 * @throws Refusal where nothing may be started: wrong configuration or tasks, no workspace, somebody's work in the tree
 */
export async function orchestrate(root: string, options: RunOptions): Promise<ExitCode> {
  const config = loadConfig(root);
  ensureIgnored(statePaths(root).state);
  const ws = openWorkspace(config);
  const id = newRunId(new Date());
  const stop = forwardSignals(root, id);
  const notifier = new Notifier(config, warn);
  try {
    return await run({ id, config, ws, options, stop, notifier });
  } catch (error) {
    if (stop.signal.aborted) return EXIT.interrupted;
    throw error;
  } finally {
    await notifier.close();
    stop.close();
  }
}
