/** The surroundings in which a real agent is run against the model server: a fresh home, its own configuration, a key. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { CliKind } from '../../src/agents/rungs.js';
import { cleanEnvironment } from '../rig/child.js';

/** Where scripts/agents.mjs has put the programs. */
export const PROGRAMS = process.env.STEPLADDER_TEST_AGENTS ?? 'build/agents/node_modules/.bin';

/** Nobody listens there. */
export const NOBODY = 'http://127.0.0.1:4';

/** How the model server is told to Codex: as a provider of the user's own, which it is tested not to override. */
function codexConfig(url: string): string {
  return [
    'model_provider = "scripted"',
    '[features]',
    'plugins = false',
    '[model_providers.scripted]',
    'name = "scripted"',
    `base_url = "${url}/v1"`,
    'wire_api = "responses"',
    'env_key = "SCRIPTED_KEY"',
    'request_max_retries = 1',
    'stream_max_retries = 1',
    '',
  ].join('\n');
}

function write(path: string, text: string): void {
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
}

/**
 * Writes what the agent looks for in a home folder, and gives the environment it is to be started with.
 * @param url of the model server
 */
export function surroundings(kind: CliKind, home: string, url: string): Record<string, string> {
  mkdirSync(home, { recursive: true });
  const env = cleanEnvironment(home);
  env.PATH = `${PROGRAMS}${delimiter}${env.PATH ?? ''}`;
  env.TZ = 'UTC';
  switch (kind) {
    case 'claude':
      return {
        ...env,
        ANTHROPIC_BASE_URL: url,
        ANTHROPIC_API_KEY: 'test-key-of-nobody',
        CLAUDE_CONFIG_DIR: join(home, '.claude'),
        CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
        DISABLE_TELEMETRY: '1',
        // In a network of its own the tests are root.
        IS_SANDBOX: '1',
      };
    case 'codex':
      write(join(home, '.codex/config.toml'), codexConfig(url));
      return { ...env, SCRIPTED_KEY: 'test-key-of-nobody' };
    case 'opencode': {
      const options = { baseURL: `${url}/v1`, apiKey: 'test-key-of-nobody' };
      write(join(home, '.config/opencode/opencode.json'), JSON.stringify({ provider: { anthropic: { options } } }));
      return { ...env, OPENCODE_DISABLE_MODELS_FETCH: '1' };
    }
  }
}
