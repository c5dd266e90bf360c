/** One attempt of a real agent against the model server, without a step around it. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { AttemptEnd, AttemptRequest } from '../../src/agents/agent.js';
import { cliAgent } from '../../src/agents/cli-agent.js';
import { CLIS, modelFor } from '../../src/agents/known.js';
import type { CliKind } from '../../src/agents/rungs.js';
import { defaultConfig } from '../../src/config.js';
import { agentConfig, request } from '../rig/attempts.js';
import type { Case } from '../rig/cases.js';
import { surroundings } from './client.js';

// What the agents are told as well: Codex writes a time of day, and means this machine's zone.
process.env.TZ = 'UTC';

export interface Played extends Pick<Case, 'args' | 'permissions' | 'patienceMs' | 'rung'> {
  /** Variables; '' takes one away. */
  readonly env?: Readonly<Record<string, string>>;
  readonly request?: Partial<AttemptRequest>;
}

/**
 * @param dir a folder of the test's own: `work` in it is the workspace, `state/1.log` the transcript
 * @param url of the model server
 */
export function play(kind: CliKind, dir: string, url: string, options: Played = {}): Promise<AttemptEnd> {
  const work = join(dir, 'work');
  mkdirSync(work, { recursive: true });
  mkdirSync(join(dir, 'state'), { recursive: true });
  const { args = [], permissions = 'bypass', patienceMs, rung = 'sonnet/thinking' } = options;
  const config = agentConfig('', { name: kind, kind, command: null, args, permissions });
  const agent = cliAgent(CLIS[kind], config, patienceMs === undefined ? {} : { patienceMs });
  const env = Object.entries({ ...surroundings(kind, join(dir, 'home'), url), ...options.env });
  const slash = rung.lastIndexOf('/');
  const [model, thinking] = [rung.slice(0, slash), rung.slice(slash + 1)];
  return agent.run(
    request(dir, {
      cwd: work,
      env: Object.fromEntries(env.filter(([, value]) => value !== '')),
      rung: { text: rung, model: modelFor(defaultConfig(dir), kind, model), thinking },
      // A busy machine is no failure.
      timeoutMs: 600_000,
      idleTimeoutMs: 600_000,
      ...options.request,
    }),
  );
}
