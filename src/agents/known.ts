/** Which agent a name means, and what a model's name means to it. */
import { type AgentConfig, CONFIG_FILE, type Config, type Rung } from '../config.js';
import { didYouMean, printable, refuse, unreachable } from '../diagnostic.js';
import type { Agent } from './agent.js';
import { CLAUDE } from './claude.js';
import { type Cli, cliAgent } from './cli-agent.js';
import { CODEX } from './codex.js';
import { commandAgent } from './command.js';
import { isInstalled } from './installed.js';
import { OPENCODE } from './opencode.js';
import { type CliKind, modelOf } from './rungs.js';
import { confined, type SandboxFault, sandboxFault } from './sandbox.js';

/** What `agent: auto` looks for, in this order (DESIGN "Configuration"). */
const LOOKED_FOR: readonly CliKind[] = ['claude', 'codex', 'opencode'];

const HOW_TO_WRITE = `install Claude Code, Codex or OpenCode; or, in ${CONFIG_FILE}, write: agent: mine, and below agents: mine: {kind: command, command: "./my-agent"}`;

export const CLIS: Readonly<Record<CliKind, Cli>> = { claude: CLAUDE, codex: CODEX, opencode: OPENCODE };

/** What `auto` means here and now; null where nothing is installed. */
function firstInstalled(config: Config): AgentConfig | null {
  const agents = LOOKED_FOR.map((kind) => config.agents[kind]);
  return agents.find((agent) => agent !== undefined && isInstalled(agent)) ?? null;
}

/** The configuration of the agent that a name means here and now; null where there is none. */
function known(config: Config, name: string): AgentConfig | null {
  if (Object.hasOwn(config.agents, name)) return config.agents[name] ?? null;
  return name === 'auto' ? firstInstalled(config) : null;
}

/** The prefix that confines an agent, and the checks of its work; '' for none. */
export function sandboxOf(config: Config, name: string): string {
  return known(config, name)?.sandbox ?? '';
}

/** Why nothing would run in the sandbox of an agent; null where it has none, or something does. One process. */
export function faultOfSandbox(config: Config, name: string, cwd: string): SandboxFault | null {
  const agent = known(config, name);
  return agent === null ? null : sandboxFault(agent, cwd);
}

/** The configuration of the agent that a name means. @throws Refusal where there is none */
function configOf(config: Config, name: string): AgentConfig {
  const found = known(config, name);
  if (found !== null) return found;
  if (name !== 'auto') {
    const names = Object.keys(config.agents);
    throw refuse(`unknown agent “${printable(name)}”`, didYouMean(name, names, `known: ${names.join(', ')}`));
  }
  throw refuse(`no agent is installed: none of ${LOOKED_FOR.join(', ')} is on the PATH`, HOW_TO_WRITE);
}

/**
 * The agent of that name, ready to be run. Costs a look along the PATH at most.
 * @param name a name in `agents:`, or `auto`
 * @throws Refusal (exit 2) for an unknown name, `auto` without anything to be found
 */
export function agentFor(config: Config, name: string): Agent {
  const agent = configOf(config, name);
  switch (agent.kind) {
    case 'command':
      if (agent.command === null || agent.command.trim() === '') {
        throw refuse(
          `the agent “${printable(name)}” has no command`,
          `give agents: ${printable(name)} a command: in ${CONFIG_FILE}`,
        );
      }
      return confined(commandAgent(agent), agent);
    case 'claude':
    case 'codex':
    case 'opencode':
      return confined(cliAgent(CLIS[agent.kind], agent), agent);
    default:
      return unreachable(agent.kind);
  }
}

/** What a ladder's model is called by an agent: `aliases:` of the configuration, else what its kind calls it. */
export function modelFor(config: Config, agentName: string, model: string): string {
  const aliases = Object.hasOwn(config.aliases, agentName) ? config.aliases[agentName] : undefined;
  if (aliases !== undefined && Object.hasOwn(aliases, model)) return aliases[model] ?? model;
  return modelOf(config.agents[agentName]?.kind ?? 'command', model);
}

/** The agent of a rung and the model it is to use. @throws Refusal where there is no such agent, or it has no such rung */
export function agentOf(
  config: Config,
  rung: Rung,
  fallback: string,
): { readonly agent: Agent; readonly model: string } {
  const agent = agentFor(config, rung.agent ?? fallback);
  const model = modelFor(config, agent.name, rung.model);
  const problem = agent.refuses({ model, thinking: rung.thinking });
  if (problem !== null) {
    throw refuse(
      `the agent ${printable(agent.name)} cannot do the rung “${printable(rung.text)}”: ${printable(problem)}`,
      `change ladder: (or rung: of the task), or give the model another meaning: aliases: {${agent.name}: {${rung.model}: …}} in ${CONFIG_FILE}`,
    );
  }
  return { agent, model };
}
