/** Before anything is paid: is there an agent, is the tree the person's own, do his own commands agree? */
import { spawn } from 'node:child_process';
import { agentOf } from '../agents/known.js';
import type { Backlog } from '../backlog/load.js';
import { effective } from '../config/effective.js';
import type { Config } from '../config.js';
import { EXIT, printable, refuse } from '../diagnostic.js';
import { ledgerOf } from '../inspect/ledger.js';
import { cleanEnvironment } from '../record/environment.js';
import { rungsToClimb } from '../step/ladder.js';
import { refuseDirty, requireWritable } from '../step/open.js';
import { renderPrompt } from '../step/prompt.js';
import { promptFacts } from '../step/prompt-facts.js';
import type { Workspace } from '../workspace/workspace.js';

/** @throws Refusal where the configuration asks for what this version cannot do */
export function refuseIsolation(config: Config, backlog: Backlog): void {
  const asked = [...backlog.tasks.values()].find((task) => task.isolation === 'worktree');
  if (config.isolation !== 'worktree' && asked === undefined) return;
  throw refuse(
    `isolation: worktree${asked === undefined ? '' : ` (task ${asked.name})`} is not part of this version: steps run in place, one after the other`,
    'write isolation: auto or in-place, or leave it out',
  );
}

/** Every rung that a pending task could climb to. @throws Refusal for one that nobody can do */
function refuseAgents(config: Config, backlog: Backlog, pending: readonly string[]): void {
  const checked = new Set<string>();
  for (const name of pending) {
    const task = backlog.tasks.get(name);
    if (task === undefined || task.checkpoint) continue;
    const settings = effective(config, task);
    for (const rung of rungsToClimb(settings.ladder, task, null)) {
      const key = `${settings.agent} ${rung.text}`;
      if (checked.has(key)) continue;
      agentOf(config, rung, settings.agent);
      checked.add(key);
    }
  }
}

/** Every prompt template that a pending task would be told by. @throws Refusal for one that cannot be used */
function refuseTemplates(config: Config, backlog: Backlog, ws: Workspace, pending: readonly string[]): void {
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

/**
 * Looks at everything that would make a run pointless, before its first step.
 * @throws Refusal: exit 2 for configuration and somebody's work in the tree, 4 for a preflight command that failed
 */
export async function preflight(
  config: Config,
  backlog: Backlog,
  ws: Workspace,
  pending: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  refuseIsolation(config, backlog);
  refuseAgents(config, backlog, pending);
  refuseTemplates(config, backlog, ws, pending);
  refuseDirty(ws);
  requireWritable(config, pending);
  for (const command of config.preflight) {
    const code = await runCommand(command, ws.dir, signal);
    if (code === 0) continue;
    throw refuse(
      `preflight: ${printable(command)} ended with ${code}`,
      'see to what it says, then run make orchestrate again; nothing was started',
      EXIT.halted,
    );
  }
}
