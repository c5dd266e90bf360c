/** The sandbox that docs/agents.md shows, as tests use it: the very text, and whether it can be had on this machine. */
import { spawnSync } from 'node:child_process';
import { readConfig } from '../../src/config/read.js';
import { only } from './documented.js';
import type { Suite } from './suite.js';

/** The fragment of stepladder.yaml; it knows the agents `mine` (./my-agent), `claude`, `codex` and `opencode`. */
export const EXAMPLE = only('docs/agents.md', 'In a sandbox', 'yaml');

/** Its prefix, in shell words. */
export const SANDBOX = readConfig('/nowhere', EXAMPLE, '').agents.mine?.sandbox ?? '';

/** Why it cannot be had here; null where it can. */
function noBubblewrap(): string | null {
  const least = ['--unshare-pid', '--ro-bind', '/', '/', '--dev', '/dev', '--proc', '/proc', 'true'];
  const { status, stderr, error } = spawnSync('bwrap', least, { encoding: 'utf8' });
  if (error !== undefined) return 'bubblewrap is not installed';
  return status === 0 ? null : `bubblewrap does not run here: ${stderr.trim()}`;
}

/** A suite of which every test is left out, with a word, where there is no such sandbox. */
export function withBubblewrap(suite: Suite): (...test: Parameters<Suite>) => void {
  const missing = noBubblewrap();
  return (...test) => (missing === null ? suite(...test) : suite.skip(test[0], missing));
}

/** Below /tmp nothing of this machine is to be seen in the sandbox: test projects are made where it is. */
export function outsideOfTmp(): void {
  process.env.TMPDIR = '/var/tmp';
}
