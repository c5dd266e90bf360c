/** Before anything is paid: is there an agent, is the tree the person's own, do his own commands agree? */
import { spawn } from 'node:child_process';
import { agentOf, faultOfSandbox } from '../agents/known.js';
import type { Backlog } from '../backlog/load.js';
import { effective } from '../config/effective.js';
import type { Config } from '../config.js';
import { EXIT, printable, refuse } from '../diagnostic.js';
import { ledgerOf } from '../inspect/ledger.js';
import { cleanEnvironment } from '../record/environment.js';
import { goal } from '../record/goal.js';
import { refuseBlind } from '../step/budget.js';
import { isolationOf } from '../step/isolation.js';
import { rungsToClimb } from '../step/ladder.js';
import { refuseDirty, requireWritable } from '../step/may-work.js';
import { renderPrompt } from '../step/prompt.js';
import { promptFacts } from '../step/prompt-facts.js';
import type { Workspace } from '../workspace/workspace.js';
import { warningsOfDoubled } from './doubled-rungs.js';
import { inWorkspace } from './put-in-order.js';

/**
 * What is not committed no work tree of a step's own would have. Where all work apart, the person may go on in his own.
 * To be called with the workspace's lock held: what a step at work there changes is nobody's uncommitted work.
 * @throws Refusal where some step would work in a tree that holds somebody's work
 */
export function lookAtTree(
  config: Config,
  backlog: Backlog,
  ws: Workspace,
  { pending, manyJobs, tell }: Pick<Preflight, 'pending' | 'manyJobs' | 'tell'>,
): void {
  const isApart = (name: string): boolean => {
    const task = backlog.tasks.get(name);
    return task !== undefined && isolationOf(config, task, manyJobs) === 'worktree';
  };
  if (!pending.every(isApart)) {
    refuseDirty(ws);
    return;
  }
  const dirty = ws.dirty();
  if (dirty.length === 0) return;
  const named = dirty.slice(0, MOST_NAMED).map((path) => printable(path));
  const more = dirty.length > named.length ? ` and ${dirty.length - named.length} more` : '';
  tell(`not committed, so that no step will see it: ${named.join(', ')}${more}`);
}

/**
 * Every rung that a pending task could climb to, and the sandboxes in which that would be done and checked.
 * @throws Refusal for a rung that nobody can do (exit 2), for a sandbox in which nothing runs (exit 4)
 */
function refuseAgents(config: Config, backlog: Backlog, ws: Workspace, pending: readonly string[]): void {
  const checked = new Set<string>();
  const names = new Set<string>();
  for (const name of pending) {
    const task = backlog.tasks.get(name);
    if (task === undefined || task.checkpoint) continue;
    const settings = effective(config, task);
    names.add(settings.agent);
    for (const rung of rungsToClimb(settings.ladder, task, null)) {
      const key = JSON.stringify([settings.agent, rung.text, settings.budget]);
      if (checked.has(key)) continue;
      const { agent } = agentOf(config, rung, settings.agent);
      refuseBlind(config, settings.budget, agent);
      names.add(agent.name);
      checked.add(key);
    }
  }
  refuseSandboxes(config, ws, names);
}

/** @throws Refusal (exit 4) for a sandbox in which nothing runs */
function refuseSandboxes(config: Config, ws: Workspace, names: Iterable<string>): void {
  for (const name of names) {
    const fault = faultOfSandbox(config, name, ws.dir);
    if (fault !== null) throw refuse(fault.reason, fault.remedy, EXIT.halted);
  }
}

/** Every prompt template that a pending task would be told by. @throws Refusal for one that cannot be used */
export function refuseTemplates(config: Config, backlog: Backlog, ws: Workspace, pending: readonly string[]): void {
  const tried = new Set<string>();
  const ledger = ledgerOf(config, backlog);
  for (const name of pending) {
    const task = backlog.tasks.get(name);
    const template = task === undefined || task.checkpoint ? null : effective(config, task).prompt;
    if (task === undefined || template === null || tried.has(template)) continue;
    const facts = promptFacts(config, backlog, task, { verify: [], evidence: [], ledger, cwd: ws.dir });
    renderPrompt(config, template, { ...facts, earlier: [] });
    tried.add(template);
  }
}

function runCommand(command: string, cwd: string, signal: AbortSignal): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn('sh', ['-c', command], {
      cwd,
      env: cleanEnvironment(process.env),
      stdio: ['ignore', 'inherit', 'inherit'],
      signal,
    });
    child.on('error', () => resolve(127));
    child.on('close', (code) => resolve(code ?? 1));
  });
}

/** What a run is about to do. */
export interface Preflight {
  readonly pending: readonly string[];
  /** Whether Make runs more than one job at a time. */
  readonly manyJobs: boolean;
  readonly signal: AbortSignal;
  /** Shows a line to the person. */
  readonly tell: (line: string) => void;
}

const MOST_NAMED = 10;

/**
 * Looks at everything that would make a run pointless, before its first step.
 * @throws Refusal: exit 2 for configuration and somebody's work in the tree, 4 for a preflight command that failed; as
 * `inWorkspace` where it has to wait for a step of another run
 */
export async function preflight(config: Config, backlog: Backlog, ws: Workspace, run: Preflight): Promise<void> {
  const { pending, signal, tell } = run;
  refuseAgents(config, backlog, ws, pending);
  for (const line of warningsOfDoubled(config, backlog, pending)) tell(line);
  refuseTemplates(config, backlog, ws, pending);
  await inWorkspace(config, ws, { doing: 'looking at the tree', tell, signal }, () =>
    lookAtTree(config, backlog, ws, run),
  );
  requireWritable(config, pending);
  for (const command of config.preflight) {
    const code = await runCommand(command, ws.dir, signal);
    if (code === 0) continue;
    throw refuse(
      `preflight: ${printable(command)} ended with ${code}`,
      `see to what it says, then run ${goal('orchestrate')} again; nothing was started`,
      EXIT.halted,
    );
  }
}
