/** What can be told of the agents' own programs without paying: whether they are there, which version, logged in or not. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { AgentConfig } from '../config.js';
import type { CliKind } from './rungs.js';

/** OpenCode alone takes seconds to say anything. */
const PATIENCE_MS = 60_000;

/** What asks a program whether it is logged in: its exit code says so. OpenCode does not tell. */
const LOGIN_STATUS: Readonly<Record<CliKind, readonly string[] | null>> = {
  claude: ['auth', 'status'],
  codex: ['login', 'status'],
  opencode: null,
};

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    // Not there, or not for us.
    return false;
  }
}

/** Whether its program can be started: by its path, or found along the PATH. */
export function isInstalled(agent: AgentConfig): boolean {
  // Written down by a person: it is what he means.
  if (agent.kind === 'command') return true;
  const program = agent.command ?? agent.kind;
  if (program.includes('/')) return isProgram(program);
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.some((folder) => isProgram(join(folder === '' ? '.' : folder, program)));
}

/** The version of a program, as it says it itself; null where it does not run. */
export function versionOf(program: string): string | null {
  const { status, stdout } = spawnSync(program, ['--version'], { encoding: 'utf8', timeout: PATIENCE_MS });
  return status === 0 ? (stdout.trim().split('\n', 1)[0] ?? '') : null;
}

/** Whether an agent's program says that it is logged in; null where it does not tell. */
export function isLoggedIn(agent: AgentConfig): boolean | null {
  if (agent.kind === 'command') return null;
  const args = LOGIN_STATUS[agent.kind];
  if (args === null) return null;
  const env = { ...process.env, ...agent.env };
  return spawnSync(agent.command ?? agent.kind, args, { env, stdio: 'ignore', timeout: PATIENCE_MS }).status === 0;
}
