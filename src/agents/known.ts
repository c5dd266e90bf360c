/** Which agent a name means, and what a model's name means to it. */
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type AgentConfig, type AgentKind, CONFIG_FILE, type Config } from '../config.js';
import { didYouMean, printable, type Refusal, refuse, unreachable } from '../diagnostic.js';
import type { Agent } from './agent.js';
import { commandAgent } from './command.js';

/** What `agent: auto` looks for, in this order (DESIGN "Configuration"). */
const LOOKED_FOR: readonly Exclude<AgentKind, 'command'>[] = ['claude', 'codex', 'opencode'];

const HOW_TO_WRITE = `in ${CONFIG_FILE}, write: agent: mine, and below agents: mine: {kind: command, command: "./my-agent"}`;

function isOnPath(program: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      const path = join(folder === '' ? '.' : folder, program);
      accessSync(path, constants.X_OK);
      return statSync(path).isFile();
    } catch {
      // Not there, or not for us: the next folder.
      return false;
    }
  });
}

/** This version drives agents of kind `command` only. */
function notDriven(name: string, found: boolean): Refusal {
  const how = found ? `is installed, but ${name} cannot be driven` : `cannot be driven`;
  return refuse(
    `the agent ${printable(name)} ${how} by this version of stepladder: it drives agents of kind command only`,
    `${HOW_TO_WRITE}, where the command reads the prompt on standard input and prints the verdict last`,
  );
}

/** The configuration of the agent that a name means. @throws Refusal where there is none */
function configOf(config: Config, name: string): AgentConfig {
  if (Object.hasOwn(config.agents, name)) {
    const agent = config.agents[name];
    if (agent !== undefined) return agent;
  }
  if (name !== 'auto') {
    const names = Object.keys(config.agents);
    throw refuse(`unknown agent “${printable(name)}”`, didYouMean(name, names, `known: ${names.join(', ')}`));
  }
  const found = LOOKED_FOR.find(isOnPath);
  if (found !== undefined) throw notDriven(found, true);
  throw refuse(`no agent is installed: none of ${LOOKED_FOR.join(', ')} is on the PATH`, HOW_TO_WRITE);
}

/**
 * The agent of that name, ready to be run. Costs a look along the PATH at most.
 * @param name a name in `agents:`, or `auto`
 * @throws Refusal (exit 2) for an unknown name, a kind that cannot be driven, `auto` without anything to be found
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
      return commandAgent(agent);
    case 'claude':
    case 'codex':
    case 'opencode':
      throw notDriven(name, false);
    default:
      return unreachable(agent.kind);
  }
}

/** What a ladder's model is called by an agent: `aliases:` of the configuration, else as it stands. */
export function modelFor(config: Config, agentName: string, model: string): string {
  const aliases = Object.hasOwn(config.aliases, agentName) ? config.aliases[agentName] : undefined;
  return aliases !== undefined && Object.hasOwn(aliases, model) ? (aliases[model] ?? model) : model;
}
