/** Whether a sandbox lets anything run at all: looked at for free, so that nobody climbs a ladder over a missing program. */
import { spawnSync } from 'node:child_process';
import { printable } from '../diagnostic.js';
import { maskFor } from './secrets.js';

const PATIENCE_MS = 60_000;
/** So much of what it says is shown. */
const LONGEST = 500;
const SHELL_NAME = 'stepladder-sandbox';
/** What is run in it, to see whether it is. */
const WORD = 'stepladder-runs-here';

/**
 * Runs next to nothing behind a sandbox, as agents and checks are run.
 * @param sandbox shell words that are put before a command; '' for none
 * @param cwd absolute path of the workspace
 * @param env the whole environment
 * @returns what it says instead of running anything, in one printable line; null where it ran, or where there is none
 */
export function complaintOf(sandbox: string, cwd: string, env: Readonly<Record<string, string>>): string | null {
  if (sandbox === '') return null;
  const { status, stdout, stderr, error } = spawnSync('sh', ['-c', `exec ${sandbox} "$@"`, SHELL_NAME, 'echo', WORD], {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    timeout: PATIENCE_MS,
    killSignal: 'SIGKILL',
  });
  if (stdout?.includes(WORD)) return null;
  const said = maskFor(env).hide((stderr ?? '').replaceAll(`${SHELL_NAME}: `, '').trim());
  if (said !== '') return printable(said.slice(0, LONGEST));
  return printable(error?.message ?? (status === 0 ? 'it ended without having run it' : `exit ${status}`));
}
