/** What a run would do, read without doing any of it. */

import { agentOf, sandboxOf } from '../agents/known.js';
import type { Backlog } from '../backlog/load.js';
import type { Task } from '../backlog/task.js';
import { orderFor, unorderedTasks } from '../backlog/unordered.js';
import { effective } from '../config/effective.js';
import type { Config, Rung } from '../config.js';
import { printable, Refusal } from '../diagnostic.js';
import { verifyChecks } from '../inspect/auto-verify.js';
import { checksOf, preconditionsOf } from '../inspect/checks.js';
import { untrusted, type Weakened, whyUntrusted } from '../inspect/trust.js';
import { knownBacklog } from '../makefile/known-backlog.js';
import { cleanEnvironment } from '../record/environment.js';
import { readJournal } from '../record/journal.js';
import type { Standing } from '../record/standing.js';
import { standingsNow, workNow } from '../record/stands.js';
import { taskState } from '../record/task-state.js';
import type { PlanInput, PlannedCommand, PlannedRung, PlannedTask } from '../report/plan-page.js';
import { trustCommand } from '../step/await-trust.js';
import { hasManyJobs, isolationOf } from '../step/isolation.js';
import { failureKey } from '../step/sticky.js';
import { branchName } from '../workspace/branch-name.js';
import { openWorkspace } from '../workspace/in-place.js';
import { warningsOfDoubled } from './doubled-rungs.js';
import { jobsOf, measuresNow } from './expectation.js';
import { rungsAhead } from './rungs-ahead.js';
import { whyAgain } from './why-again.js';

function plannedRung(config: Config, rung: Rung, fallback: string): PlannedRung {
  const { agent, model } = agentOf(config, rung, fallback);
  const { kind, permissions = 'bypass', sandbox = '' } = config.agents[agent.name] ?? {};
  return {
    rung: rung.text,
    agent: agent.name,
    model,
    command: agent.describe({ model, thinking: rung.thinking }),
    permissions: kind === 'command' ? '' : permissions,
    sandbox,
  };
}

/** Why a task without a receipt has none. */
function whyOpen(config: Config, task: Task): string {
  const reopened = taskState(config.root, task.name).readEvidence().at(-1);
  return reopened === undefined ? 'it has no receipt' : `it was reopened: ${reopened.evidence}`;
}

type Planned = Pick<PlannedTask, 'action' | 'why'>;

/** What is known of the tasks that come before one. */
interface Before {
  readonly stuck: ReadonlySet<string>;
  /** Those that are worked on anew. */
  readonly anew: ReadonlySet<string>;
  /** Those that wait for a person to trust them. */
  readonly untrusted: ReadonlyMap<string, Weakened>;
}

/** Why a task is not done, and what a run would do about it. */
function actionOf(config: Config, task: Task, stands: Standing, { stuck, anew, untrusted }: Before): Planned {
  const upstream = task.depends.find((name) => stuck.has(name));
  if (upstream !== undefined) return { action: 'stuck', why: `${upstream} is stuck` };
  const weakened = untrusted.get(task.name);
  if (weakened !== undefined) {
    const why = `it waits for ${trustCommand(config, task.name)}: ${whyUntrusted(weakened)}`;
    return { action: 'stuck', why };
  }
  const failure = taskState(config.root, task.name).readFailure();
  const inputs = Object.fromEntries(task.depends.map((name) => [name, workNow(config, name) ?? '']));
  if (failure !== null && taskState(config.root, task.name).readRetry() === null) {
    const key = failureKey({ config, task, settings: effective(config, task), inputs });
    const changing = task.depends.find((name) => anew.has(name));
    if (changing !== undefined) return { action: 'run', why: `${failure.state} before, and ${changing} runs again` };
    if (key === failure.key) {
      const again = whyAgain(config, failure);
      if (again === null) return { action: 'stuck', why: `${failure.state} before: ${failure.reason}` };
      return { action: task.checkpoint ? 'checkpoint' : 'run', why: again };
    }
  }
  if (task.checkpoint) return { action: 'checkpoint', why: 'a person approves it' };
  switch (stands.kind) {
    case 'inputs':
      return { action: 'verify', why: 'what it builds on has changed' };
    case 'conditions':
      return { action: 'verify', why: 'its dependencies, checks or conditions have changed' };
    case 'unbelieved':
      return { action: 'verify', why: `its receipt is not believed: ${stands.reason}` };
    case 'edited':
      return { action: 'run', why: 'its task file was edited' };
    default:
      return { action: 'run', why: whyOpen(config, task) };
  }
}

function commands(checks: readonly { label: string; kind: string; run: string }[]): PlannedCommand[] {
  return checks.filter(({ kind }) => kind === 'command' || kind === 'script').map(({ label, run }) => ({ label, run }));
}

/** Everything that `make plan` shows. @throws Refusal as a run would: for what is wrong before anything is paid */
export async function planInput(config: Config, tell: (line: string) => void): Promise<PlanInput> {
  const backlog: Backlog = knownBacklog(config);
  const errors = backlog.diagnostics.filter((diagnostic) => diagnostic.severity === 'error');
  if (errors.length > 0) throw new Refusal(errors);
  const ws = openWorkspace(config);
  const dirty = ws.dirty();
  if (dirty.length > 0) tell(`not committed, and a run would refuse to start: ${dirty.map(printable).join(', ')}`);
  const env = cleanEnvironment(process.env);
  const never = new AbortController().signal;
  const baseline = await verifyChecks(config.verify, ws.dir, env, never);
  const stuck = new Set<string>();
  const planned: PlannedTask[] = [];
  const anew = new Set<string>();
  const before: Before = { stuck, anew, untrusted: untrusted(config.root) };
  const standings = standingsNow(config, [...backlog.tasks.values()]);
  let done = 0;
  let deferred = 0;
  for (const name of backlog.order) {
    const task = backlog.tasks.get(name);
    const stands = standings.get(name)?.standing;
    if (task === undefined || stands === undefined) continue;
    if (stands.kind === 'holds') {
      if (stands.state === 'deferred') deferred += 1;
      else done += 1;
      continue;
    }
    const settings = effective(config, task);
    const verify =
      settings.verify === config.verify ? baseline : await verifyChecks(settings.verify, ws.dir, env, never);
    const { action, why } = actionOf(config, task, stands, before);
    if (action === 'stuck') stuck.add(name);
    if (action === 'run') anew.add(name);
    planned.push({
      name,
      title: task.title,
      file: task.file,
      depends: task.depends,
      group: task.group,
      action,
      why,
      rungs:
        action === 'checkpoint'
          ? []
          : rungsAhead(config, task).map((rung) => plannedRung(config, rung, settings.agent)),
      preconditions: commands(preconditionsOf(config, task)),
      checks: commands(checksOf(config, task, verify.checks)),
      sandbox: sandboxOf(config, settings.agent),
      timeoutMs: settings.timeoutMs,
      budget: settings.budget,
      isolation: isolationOf(config, task, hasManyJobs(process.env)),
    });
  }
  const worked = planned.filter(({ rungs }) => rungs.length > 0).map(({ name }) => name);
  for (const line of warningsOfDoubled(config, backlog, worked)) tell(line);
  return {
    branch: branchName(ws),
    workspace: config.workspace,
    jobs: jobsOf(process.env, null, planned.length),
    tasks: planned,
    unordered: unorderedTasks(
      backlog,
      planned.map(({ name }) => name),
    ).map((one) => ({ ...one, line: orderFor(backlog, one).line })),
    done,
    deferred,
    preflight: config.preflight,
    baseline: baseline.checks.map(({ run }) => ({ label: run, run })),
    setup: config.setup,
    launch: config.launch,
    notify: config.notify,
    budget: config.budget.run,
    measures: measuresNow(config, backlog, readJournal(config.root)),
  };
}
