/** What every rung comes to, and whether those who would do it are there, logged in, unlimited, and run in their sandbox. */
import type { Agent } from '../agents/agent.js';
import { logins, versionOf } from '../agents/installed.js';
import { agentOf, faultOfSandbox, sandboxOf } from '../agents/known.js';
import type { Backlog } from '../backlog/load.js';
import { effective } from '../config/effective.js';
import type { AgentConfig, Budget, Config, Rung } from '../config.js';
import { printable } from '../diagnostic.js';
import { openTasks } from '../makefile/open-tasks.js';
import { cleanEnvironment } from '../record/environment.js';
import { goal } from '../record/goal.js';
import { type Account, holdOn } from '../record/holds.js';
import { formatDuration } from '../report/durations.js';
import { refuseBlind } from '../step/budget.js';
import { rungsToClimb } from '../step/ladder.js';
import { doubledRungs, WITHOUT_DOUBLES } from './doubled-rungs.js';
import { type Finding, fine, look, unsure, wrong } from './finding.js';

/** What some task may come to ask for. */
interface Climb {
  readonly rungs: readonly Rung[];
  /** Meant where a rung names none; the checks run in its sandbox. */
  readonly agent: string;
  readonly budget: Budget | null;
}

/** The climb of every one of the tasks, each once; without any: the whole ladder of the configuration. */
function climbsOf(config: Config, backlog: Backlog, names: readonly string[]): Climb[] {
  const all = names.flatMap((name): Climb[] => {
    const task = backlog.tasks.get(name);
    if (task === undefined || task.checkpoint) return [];
    const { ladder, agent, budget } = effective(config, task);
    return [{ rungs: rungsToClimb(ladder, task, null), agent, budget }];
  });
  if (all.length === 0) return [{ rungs: config.ladder, agent: config.agent, budget: config.budget.task }];
  return [...new Map(all.map((one) => [JSON.stringify(one), one])).values()];
}

/** Who would be asked, as far as that is known before anything is. */
interface Asked {
  /** Agent → models it would be asked for. */
  readonly models: Map<string, Set<string>>;
  /** Whoever is limited together, and whether some task begins with him. */
  readonly accounts: Map<string, { readonly account: Account; readonly atOnce: boolean }>;
}

function note({ models, accounts }: Asked, agent: Agent, model: string, isFirst: boolean): void {
  models.set(agent.name, (models.get(agent.name) ?? new Set()).add(model));
  const account = agent.account(cleanEnvironment(process.env), model);
  const known = accounts.get(account.id);
  accounts.set(account.id, { account: known?.account ?? account, atOnce: isFirst || known?.atOnce === true });
}

/** @param dir absolute path of the folder they would work in */
export function lookAtAgents(config: Config, backlog: Backlog, dir: string): Finding[] {
  const findings: Finding[] = [];
  const open = look('receipts', findings, () => openTasks(config, backlog)) ?? [];
  const names = open.length > 0 ? open : [...backlog.tasks.keys()];
  const asked: Asked = { models: new Map(), accounts: new Map() };
  const climbs = climbsOf(config, backlog, names);
  for (const { rungs, agent: fallback, budget } of climbs) {
    for (const [at, rung] of rungs.entries()) {
      const what = `rung ${rung.text}`;
      const found = look(what, findings, () => agentOf(config, rung, fallback));
      if (found === null) continue;
      const { agent, model } = found;
      look('budget', findings, () => refuseBlind(config, budget, agent));
      note(asked, agent, model, at === 0);
      findings.push(fine(what, agent.describe({ model, thinking: rung.thinking })));
    }
  }
  findings.push(...doubledRungs(config, backlog, names).map((one) => unsure('ladder', one, WITHOUT_DOUBLES)));
  for (const [name, models] of asked.models) findings.push(...lookAtAgent(config, name, [...models], dir));
  const others = new Set(climbs.map(({ agent }) => agent).filter((name) => !asked.models.has(name)));
  for (const name of others) findings.push(...lookAtSandbox(config, name, dir));
  for (const { account, atOnce } of asked.accounts.values()) findings.push(...lookAtLimit(config, account, atOnce));
  // Where no agent is installed at all, every rung says the same.
  return [
    ...new Map(
      findings.map((one) => [`${one.state} ${one.state === 'fine' ? one.what : ''} ${one.says}`, one]),
    ).values(),
  ];
}

/** A usage limit that was met: whoever begins with that account waits for its end, or halts the run, as passHold has it. */
function lookAtLimit(config: Config, account: Account, atOnce: boolean): Finding[] {
  const held = holdOn(config.root, account);
  const now = Date.now();
  if (held === null || held.until <= now) return [];
  const what = `limit of ${account.name}`;
  const says = `${printable(held.reason)}; it ends at ${new Date(held.until).toISOString()}`;
  if (held.until - now <= config.maxWaitMs) return [unsure(what, says, 'a run would wait for that')];
  const remedy = `run ${goal('orchestrate')} after that; after a change of account: rm -r .stepladder/holds`;
  const tooLate = `${says}, and max-wait is ${formatDuration(config.maxWaitMs)}`;
  return [
    atOnce ? wrong(what, tooLate, remedy) : unsure(what, tooLate, `a task that climbs as far halts the run: ${remedy}`),
  ];
}

function lookAtAgent(config: Config, name: string, models: readonly string[], dir: string): Finding[] {
  const agent = config.agents[name];
  const what = `agent ${name}`;
  const itself =
    agent === undefined || agent.kind === 'command'
      ? [fine(what, 'a command of the configuration')]
      : lookAtCli(agent, what, models, dir);
  return [...itself, ...lookAtSandbox(config, name, dir)];
}

function lookAtCli(agent: AgentConfig, what: string, models: readonly string[], dir: string): Finding[] {
  const program = agent.command ?? agent.kind;
  const version = versionOf(agent, dir);
  if (version === null) {
    return [wrong(what, `${program} does not run`, 'install it, or name another agent in stepladder.yaml')];
  }
  return logins(agent, models, dir).map(({ ok, says, remedy }) =>
    ok ? fine(what, `${version}, ${says}`) : unsure(what, `${version}; ${says}`, remedy),
  );
}

function lookAtSandbox(config: Config, name: string, dir: string): Finding[] {
  if (sandboxOf(config, name) === '') return [];
  const what = `sandbox of ${name}`;
  const fault = faultOfSandbox(config, name, dir);
  return [fault === null ? fine(what, 'something was run in it') : wrong(what, fault.reason, fault.remedy)];
}
