/** What can be told of the agents' own programs without paying: whether they are there, which version, logged in or not. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { AgentConfig } from '../config.js';
import { unreachable } from '../diagnostic.js';

/** OpenCode alone takes seconds to say anything. */
const PATIENCE_MS = 60_000;

/** Neither updates itself nor asks the network what models there are, only to be asked. */
const QUIETLY = { OPENCODE_DISABLE_AUTOUPDATE: '1', OPENCODE_DISABLE_MODELS_FETCH: '1', DISABLE_AUTOUPDATER: '1' };

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    // Not there, or not for us.
    return false;
  }
}

/** Whether its program can be started: by its path, or found along the PATH it would be started with. */
export function isInstalled(agent: AgentConfig): boolean {
  // Written down by a person: it is what he means.
  if (agent.kind === 'command') return true;
  const program = agent.command ?? agent.kind;
  if (program.includes('/')) return isProgram(program);
  const folders = (agent.env.PATH ?? process.env.PATH ?? '').split(delimiter);
  return folders.some((folder) => isProgram(join(folder === '' ? '.' : folder, program)));
}

/** What an agent's program says of its login; of what it says it is never shown more than that. */
export interface Login {
  /** It could be asked for the models it is to use, as far as it knows. */
  readonly ok: boolean;
  readonly says: string;
  readonly remedy: string;
}

/** Asks the program of an agent, in its own environment and in the folder it is to work in. Of what it says nothing is shown. */
function asked(agent: AgentConfig, args: readonly string[], cwd: string): { ok: boolean; stdout: string } {
  const { status, stdout } = spawnSync(agent.command ?? agent.kind, args, {
    cwd,
    env: { ...process.env, ...QUIETLY, ...agent.env },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: PATIENCE_MS,
  });
  return { ok: status === 0, stdout: stdout ?? '' };
}

/**
 * The version of an agent's program, as it says it itself; null where it does not run.
 * @param cwd absolute path of the folder it is to work in, from which a relative program counts
 */
export function versionOf(agent: AgentConfig, cwd: string): string | null {
  const { ok, stdout } = asked(agent, ['--version'], cwd);
  return ok ? (stdout.trim().split('\n', 1)[0] ?? '') : null;
}

/** Claude Code and Codex know of their own login, and not of a provider that needs none: their exit code tells. */
function byStatus(agent: AgentConfig, args: readonly string[], cwd: string): Login {
  if (asked(agent, args, cwd).ok) return { ok: true, says: 'logged in', remedy: '' };
  const remedy = `run ${agent.command ?? agent.kind} and log in, unless a provider of your own needs none`;
  return { ok: false, says: 'it says that it is not logged in', remedy };
}

/**
 * OpenCode lists the models of a provider once it has a key for it, wherever that lies: by login, in the environment, in
 * its configuration. It is asked once for all, since it alone takes seconds to say anything.
 */
function byModels(agent: AgentConfig, models: readonly string[], cwd: string): Login[] {
  const program = agent.command ?? agent.kind;
  const { ok, stdout } = asked(agent, ['models', '--pure'], cwd);
  if (!ok) return [{ ok, says: 'it did not say which models it can use', remedy: `see what ${program} models says` }];
  const listed = stdout.split('\n').map((line) => line.trim());
  const providers = [...new Set(models.map((model) => model.split('/', 1)[0] ?? ''))];
  return providers.map((provider): Login => {
    const of = (names: readonly string[]): string[] => names.filter((name) => name.startsWith(`${provider}/`));
    if (of(listed).length === 0) {
      const remedy = `run ${program} auth login, or give its opencode.json that provider`;
      return { ok: false, says: `it has no key for the provider ${provider}`, remedy };
    }
    const missing = of(models).filter((model) => !listed.includes(model));
    if (missing.length === 0) return { ok: true, says: `has a key for ${provider}`, remedy: '' };
    const remedy = 'give the model another meaning: aliases: in stepladder.yaml';
    return { ok: false, says: `it does not know ${missing.join(', ')}`, remedy };
  });
}

/** What an agent with a program of its own says of its login: one, or one for each provider of the models. */
export function logins(agent: AgentConfig, models: readonly string[], cwd: string): Login[] {
  switch (agent.kind) {
    case 'command':
      return [];
    case 'claude':
      return [byStatus(agent, ['auth', 'status'], cwd)];
    case 'codex':
      return [byStatus(agent, ['login', 'status'], cwd)];
    case 'opencode':
      return byModels(agent, models, cwd);
    default:
      return unreachable(agent.kind);
  }
}
