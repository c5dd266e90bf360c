/** Whether a run could start, looked at part by part; nothing is paid, and nothing is changed. */
import { isLoggedIn, versionOf } from '../agents/installed.js';
import { agentOf } from '../agents/known.js';
import type { Backlog } from '../backlog/load.js';
import { effective } from '../config/effective.js';
import type { Config, Rung } from '../config.js';
import { type Diagnostic, Refusal } from '../diagnostic.js';
import { knownBacklog } from '../makefile/known-backlog.js';
import { loadConfig } from '../record/load-config.js';
import { plural } from '../report/durations.js';
import { openWorkspace } from '../workspace/in-place.js';
import { refuseIsolation } from './preflight.js';

export interface Finding {
  /** What was looked at, in a word or two. */
  readonly what: string;
  /** `unsure`: may be wrong, a run would start all the same. */
  readonly state: 'fine' | 'wrong' | 'unsure';
  readonly says: string;
  /** '' where nothing is to be done. */
  readonly remedy: string;
}

const fine = (what: string, says: string): Finding => ({ what, state: 'fine', says, remedy: '' });
const wrong = (what: string, says: string, remedy: string): Finding => ({ what, state: 'wrong', says, remedy });

const said = (what: string, diagnostic: Diagnostic): Finding =>
  wrong(
    what,
    `${diagnostic.place === undefined ? '' : `${diagnostic.place.file}: `}${diagnostic.message}`,
    diagnostic.remedy ?? '',
  );

/** What a look finds, or what it was refused for. */
function look<T>(what: string, findings: Finding[], action: () => T): T | null {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    findings.push(...error.diagnostics.map((one) => said(what, one)));
    return null;
  }
}

function program(name: string, remedy: string): Finding {
  const version = versionOf(name);
  return version === null ? wrong(name, 'is not installed', remedy) : fine(name, version);
}

/** Every ladder that some task climbs, with the agent that is meant where a rung names none; or the configuration's. */
function laddersOf(config: Config, backlog: Backlog): { readonly ladder: readonly Rung[]; readonly agent: string }[] {
  const tasks = [...backlog.tasks.values()].filter((task) => !task.checkpoint);
  const all = tasks.length === 0 ? [config] : tasks.map((task) => effective(config, task));
  return [...new Map(all.map((one) => [JSON.stringify([one.ladder, one.agent]), one])).values()];
}

/** What every rung comes to, and whether those who would do it are there. */
function agents(config: Config, backlog: Backlog): Finding[] {
  const findings: Finding[] = [];
  const names = new Set<string>();
  for (const { ladder, agent: fallback } of laddersOf(config, backlog)) {
    for (const rung of ladder) {
      const what = `rung ${rung.text}`;
      const found = look(what, findings, () => agentOf(config, rung, fallback));
      if (found === null) continue;
      names.add(found.agent.name);
      findings.push(fine(what, found.agent.describe({ model: found.model, thinking: rung.thinking })));
    }
  }
  for (const name of names) findings.push(...agent(config, name));
  // Where no agent is installed at all, every rung says the same.
  return [
    ...new Map(
      findings.map((one) => [`${one.state} ${one.state === 'fine' ? one.what : ''} ${one.says}`, one]),
    ).values(),
  ];
}

function agent(config: Config, name: string): Finding[] {
  const known = config.agents[name];
  const what = `agent ${name}`;
  if (known === undefined || known.kind === 'command') return [fine(what, 'a command of the configuration')];
  const version = versionOf(known.command ?? known.kind);
  if (version === null) {
    return [
      wrong(
        what,
        `${known.command ?? known.kind} does not run`,
        'install it, or name another agent in stepladder.yaml',
      ),
    ];
  }
  const login = isLoggedIn(known);
  if (login === null) return [fine(what, `${version}; whether it is logged in it does not tell`)];
  if (login) return [fine(what, `${version}, logged in`)];
  const says = `${version}; it says that it is not logged in`;
  return [
    {
      what,
      state: 'unsure',
      says,
      remedy: `run ${known.command ?? known.kind} and log in, unless a provider of your own needs none`,
    },
  ];
}

/** @param root absolute path of the project */
export function examine(root: string): Finding[] {
  const findings: Finding[] = [
    fine('node', process.version),
    program('git', 'install git'),
    program(process.env.MAKE ?? 'make', 'install GNU Make'),
  ];
  const config = look('configuration', findings, () => loadConfig(root));
  if (config === null) return findings;
  const backlog = knownBacklog(config);
  const errors = backlog.diagnostics.filter((one) => one.severity === 'error');
  if (errors.length === 0) findings.push(fine('backlog', `${plural(backlog.tasks.size, 'task')} in ${config.tasks}/`));
  findings.push(...errors.map((one) => said('backlog', one)));
  look('isolation', findings, () => refuseIsolation(config, backlog));
  const workspace = look('workspace', findings, () => openWorkspace(config));
  if (workspace !== null) findings.push(fine('workspace', workspace.dir));
  return [...findings, ...agents(config, backlog)];
}
