/** A sandbox in which nothing runs is the environment's fault, whatever the agent's end looks like. */
import { type AgentConfig, CONFIG_FILE } from '../config.js';
import { complaintOf } from '../inspect/sandbox.js';
import { cleanEnvironment } from '../record/environment.js';
import { goal } from '../record/goal.js';
import type { Agent, AttemptEnd } from './agent.js';

/** Why nothing runs in it: one printable line. */
export interface SandboxFault {
  readonly reason: string;
  readonly remedy: string;
}

/**
 * Tries an agent's sandbox. One process that ends at once; none where there is no sandbox.
 * @param cwd absolute path of the workspace
 * @returns null where something was run in it
 */
export function sandboxFault({ name, sandbox, env }: AgentConfig, cwd: string): SandboxFault | null {
  const complaint = complaintOf(sandbox, cwd, { ...cleanEnvironment(process.env), ...env });
  if (complaint === null) return null;
  return {
    reason: `nothing runs in the sandbox of the agent ${name}: ${complaint}`,
    remedy: `install what sandbox: of agents: ${name}: in ${CONFIG_FILE} names, or change it; then run ${goal('orchestrate')} again`,
  };
}

/** Of these ends a sandbox that does not run may be the cause. */
const SUSPECT: readonly AttemptEnd['end'][] = ['no-verdict', 'environment', 'transient'];

/** The agent, of which no rung fails for want of its sandbox. */
export function confined(agent: Agent, config: AgentConfig): Agent {
  return {
    ...agent,
    async run(request) {
      const end = await agent.run(request);
      const fault = SUSPECT.includes(end.end) ? sandboxFault(config, request.cwd) : null;
      if (fault === null) return end;
      const { usage, model, session, sessionUsage, durationMs } = end;
      return { end: 'environment', ...fault, usage, model, session, sessionUsage, durationMs };
    },
  };
}
