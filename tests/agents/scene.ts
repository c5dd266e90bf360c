/** A whole project, a model server that plays a script, and a real agent on the PATH that speaks to it. */
import { join } from 'node:path';
import type { CliKind } from '../../src/agents/rungs.js';
import type { EventBody, JournalEvent, OutcomeName } from '../../src/record/event.js';
import { withServer } from '../model-server/running.js';
import type { ModelServer } from '../model-server/server.js';
import type { Scripted, Turn } from '../model-server/turns.js';
import { busy } from '../rig/busy.js';
import { type Project, type ProjectOptions, withProject } from '../rig/project.js';
import { assert, type Suite, where } from '../rig/suite.js';
import { NOBODY, surroundings } from './client.js';

/** A busy machine is no failure. */
export const LONG = { timeoutMs: 1_200_000 };

export interface Scene {
  readonly project: Project;
  readonly server: ModelServer;
  /** With the agent on the PATH, and its provider where the script is played. */
  readonly env: Readonly<Record<string, string>>;
  /** One word to Make. */
  orchestrate(env?: Readonly<Record<string, string | undefined>>): ReturnType<Project['make']>;
}

export interface SceneOptions extends ProjectOptions {
  /** The provider's address is one where nobody listens. */
  readonly nobody?: boolean;
}

export function scene(
  kind: CliKind,
  script: readonly (Turn | Scripted)[],
  options: SceneOptions,
  body: (made: Scene) => Promise<void>,
): Promise<void> {
  return withProject(options, (project) =>
    withServer(script, project.root, (server) => {
      const env = surroundings(kind, join(project.outside, 'home'), options.nobody === true ? NOBODY : server.url);
      return body({
        project,
        server,
        env,
        orchestrate: (more = {}) =>
          project.make(['orchestrate'], { env: { ...env, ...more }, timeoutMs: LONG.timeoutMs }),
      });
    }),
  );
}

/**
 * A test of a limit of time, which has to find its agent at work when that is over. Where the machine is too busy for
 * it (the body calls `tooEarly`), again with twice the time.
 * @param seconds enough on a machine that has a few other things to do as well
 */
export async function inTime(
  seconds: number,
  body: (seconds: number, tooEarly: () => void) => Promise<void>,
): Promise<void> {
  const first = Math.ceil(seconds * Math.max(1, busy() / 4));
  let early = true;
  for (let given = first; early; given *= 2) {
    assert.ok(given <= 4 * first, `the agent was not at work after ${given / 2} s, or the limit was not kept`);
    early = false;
    await body(given, () => {
      early = true;
    });
  }
}

/** stepladder.yaml for one real agent and a check that is green. */
export const config = (agent: CliKind, more: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify({ agent, verify: ['true'], isolation: 'in-place', ...more });

/** The rung above the real agent's: somebody who costs nothing and does it. Where he comes in, the ladder was climbed. */
export const RESCUE = {
  ladder: ['sonnet/thinking', 'rescuer:any/none'],
  agents: { rescuer: { kind: 'command', command: `echo done > rescued.txt; echo '{"ok": true}'` } },
};

/** The events of one type in the project's journal. */
export function events<T extends EventBody['type']>(project: Project, type: T): (EventBody & { readonly type: T })[] {
  return project.journal().filter((event): event is JournalEvent & { readonly type: T } => event.type === type);
}

export const outcomes = (project: Project): OutcomeName[] =>
  events(project, 'attempt-finished').map((event) => event.outcome);

/** Nothing is held against the task: the next run gives it to the agent as this one did. */
export function nothingHeld(project: Project, task: string): void {
  assert.not.ok(project.exists(`.stepladder/tasks/${task}/failure.json`), 'no failure is remembered');
  assert.is(project.git('for-each-ref', `refs/stepladder/failed/${task}`), '', 'nothing is kept as failed work');
  assert.equal(events(project, 'escalated'), []);
  assert.equal(
    events(project, 'step-finished').filter((event) => event.state === 'failed'),
    [],
  );
  assert.is(project.git('status', '--porcelain'), '', 'the tree is as it was');
}

/** Agents that were installed and do not run on this machine, as scripts/agents.mjs found. */
const MISSING = (process.env.STEPLADDER_TEST_WITHOUT ?? '').split(' ');

/** A test for one real agent, left out where that does not run here. */
export function testOf(test: Suite, kind: CliKind): Suite {
  return where(!MISSING.includes(kind), test, `${kind} does not run here`);
}
