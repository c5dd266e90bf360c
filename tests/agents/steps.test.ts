import { join } from 'node:path';
import type { CliKind } from '../../src/agents/rungs.js';
import { withServer } from '../model-server/running.js';
import type { ModelServer } from '../model-server/server.js';
import { often, type Scripted, say, shell, status, type Turn, verdict, write } from '../model-server/turns.js';
import { appears } from '../rig/attempts.js';
import { KINDS } from '../rig/cases.js';
import { type Project, type ProjectOptions, withProject } from '../rig/project.js';
import { assert, suite } from '../rig/suite.js';
import { surroundings } from './client.js';
import { running, runs, unlikely } from './sleeping.js';

const test = suite('steps with real agents');

interface Scene {
  readonly project: Project;
  readonly server: ModelServer;
  /** The environment that does that. */
  readonly env: Readonly<Record<string, string>>;
  /** Runs the backlog, with the agent on the PATH and its provider where the script is played. */
  orchestrate(env?: Readonly<Record<string, string | undefined>>): ReturnType<Project['make']>;
}

function scene(
  kind: CliKind,
  script: readonly (Turn | Scripted)[],
  options: ProjectOptions,
  body: (made: Scene) => Promise<void>,
): Promise<void> {
  return withProject(options, (project) =>
    withServer(script, project.root, (server) => {
      const env = surroundings(kind, join(project.outside, 'home'), server.url);
      return body({
        project,
        server,
        env,
        orchestrate: (more = {}) => project.make(['orchestrate'], { env: { ...env, ...more } }),
      });
    }),
  );
}

const config = (agent: CliKind, more: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify({ agent, verify: ['true'], isolation: 'in-place', ...more });

const task = { greet: 'Write greet.txt.\n' };
const long = { timeoutMs: 240_000 };

for (const kind of KINDS) {
  test(
    `${kind}: a task is done: real changes, one commit, a receipt that tells who it was and what it cost`,
    () =>
      scene(
        kind,
        [shell('echo hello > greet.txt'), write('more.txt', 'more\n'), verdict({ ok: true })],
        { tasks: task, config: config(kind) },
        async ({ project, orchestrate }) => {
          const ran = await orchestrate();
          assert.is(ran.code, 0, ran.output);
          assert.is(project.read('greet.txt'), 'hello\n');
          assert.equal(project.git('show', '--name-only', '--format=', 'HEAD').split('\n').sort(), [
            'greet.txt',
            'more.txt',
            'tasks/greet.done',
          ]);
          const receipt = project.receipt('greet');
          assert.equal([receipt?.agent, receipt?.rung], [kind, 'sonnet/thinking']);
          assert.equal([receipt?.usage?.inputTokens, receipt?.usage?.outputTokens], [300, 60]);
        },
      ),
    long,
  );

  test(
    `${kind}: what it fails at on one rung the next one gets, with another model`,
    () =>
      scene(
        kind,
        [verdict({ ok: false, reason: 'beyond me' }), shell('echo hello > greet.txt'), verdict({ ok: true })],
        { tasks: task, config: config(kind, { ladder: ['sonnet/thinking', 'opus/ultrathink'] }) },
        async ({ project, server, orchestrate }) => {
          const ran = await orchestrate();
          assert.is(ran.code, 0, ran.output);
          const models = server.turns.map((one) => one.body?.model);
          assert.is.not(models[0], models[1]);
          assert.match(JSON.stringify(server.turns[1]?.body), 'beyond me');
          assert.equal(
            project.receipt('greet')?.path.map((one) => [one.rung, one.outcome]),
            [
              ['sonnet/thinking', 'failed'],
              ['opus/ultrathink', 'done'],
            ],
          );
        },
      ),
    long,
  );

  test(
    `${kind}: not logged in halts the run at once, with what mends it; nothing is held against the task`,
    () =>
      scene(kind, [often(status(401))], { tasks: task, config: config(kind) }, async ({ project, orchestrate }) => {
        const ran = await orchestrate();
        assert.match(ran.output, /log in/);
        assert.equal(
          project.journal().flatMap((event) => (event.type === 'attempt-finished' ? [event.outcome] : [])),
          ['environment'],
        );
        assert.ok(
          project.journal().some((event) => event.type === 'halted'),
          ran.output,
        );
        assert.not.ok(project.journal().some((event) => event.type === 'escalated'));
      }),
    long,
  );
}

test(
  'claude: nothing is configured at all, and one word to Make does the task',
  () =>
    scene(
      'claude',
      [shell('echo hello > greet.txt'), verdict({ ok: true })],
      { tasks: task, config: null },
      async ({ project, orchestrate }) => {
        const ran = await orchestrate();
        assert.is(ran.code, 0, ran.output);
        assert.is(project.receipt('greet')?.agent, 'claude');
      },
    ),
  long,
);

test(
  'claude: an outage that lasts halts the run, and nothing climbs',
  () =>
    scene(
      'claude',
      [often(status(529))],
      { tasks: task, config: config('claude', { retries: 1 }) },
      async ({ project, orchestrate }) => {
        const ran = await orchestrate();
        assert.match(ran.output, /not reachable/);
        const outcomes = project
          .journal()
          .flatMap((event) => (event.type === 'attempt-finished' ? [event.outcome] : []));
        assert.equal(outcomes, ['transient', 'transient']);
        assert.not.ok(project.journal().some((event) => event.type === 'escalated'));
      },
    ),
  long,
);

test(
  'claude: a usage limit beyond max-wait halts the run until it is over',
  () => {
    const headers = {
      'anthropic-ratelimit-unified-status': 'rejected',
      'anthropic-ratelimit-unified-reset': String(Math.floor(Date.now() / 1000) + 8 * 3600),
      'anthropic-ratelimit-unified-representative-claim': 'five_hour',
    };
    return scene(
      'claude',
      [status(429, { headers })],
      { tasks: { ...task, other: 'Something else.\n' }, config: config('claude') },
      async ({ project, orchestrate }) => {
        const ran = await orchestrate({
          ANTHROPIC_API_KEY: undefined,
          CLAUDE_CODE_OAUTH_TOKEN: 'sk-ant-oat01-of-nobody',
        });
        assert.match(ran.output, /usage limit/);
        assert.not.match(JSON.stringify(project.journal()), 'escalated');
        assert.not.match(JSON.stringify(project.journal()), 'oat01');
      },
    );
  },
  long,
);

test(
  'claude: without a verdict it is asked once more on the same rung',
  () =>
    scene(
      'claude',
      [say('Done.'), say('Done, really.'), shell('echo hello > greet.txt'), verdict({ ok: true })],
      { tasks: task, config: config('claude') },
      async ({ project, orchestrate }) => {
        const ran = await orchestrate();
        assert.is(ran.code, 0, ran.output);
        assert.equal(project.receipt('greet')?.rung, 'sonnet/thinking');
        assert.is(project.receipt('greet')?.attempts, 2);
      },
    ),
  long,
);

test(
  'agents may be mixed: Codex fails, Claude Code does it',
  () =>
    scene(
      'claude',
      [verdict({ ok: false, reason: 'beyond me' }), shell('echo hello > greet.txt'), verdict({ ok: true })],
      { tasks: task, config: config('claude', { ladder: ['codex:sonnet/thinking', 'opus/extended'] }) },
      async ({ project, server, orchestrate }) => {
        const ran = await orchestrate(surroundings('codex', join(project.outside, 'home'), server.url));
        assert.is(ran.code, 0, ran.output);
        assert.equal(
          server.turns.map((one) => one.path.replace(/\?.*/, '')),
          ['/v1/responses', '/v1/messages', '/v1/messages'],
        );
      },
    ),
  long,
);

for (const kind of ['claude', 'codex'] as const) {
  for (const signal of ['SIGINT', 'SIGKILL'] as const) {
    test(
      `${kind}: ${signal} to the whole run in the middle of a tool call: nothing is left, the task is taken up again`,
      () => {
        const sleep = unlikely();
        return scene(
          kind,
          [shell(`touch started; ${sleep}`), shell('echo hello > greet.txt'), verdict({ ok: true })],
          { tasks: task, config: config(kind) },
          async ({ project, env, orchestrate }) => {
            const run = project.start('make', ['orchestrate'], { env });
            await appears(project.root, 'started');
            await running(sleep);
            run.kill(signal, 'group');
            await run.done;
            if (signal === 'SIGINT') assert.not.ok(runs(sleep));
            const ran = await orchestrate();
            assert.is(ran.code, 0, ran.output);
            assert.not.ok(runs(sleep));
            assert.is(project.read('greet.txt'), 'hello\n');
          },
        );
      },
      long,
    );
  }
}

test(
  'claude: a usage limit within max-wait is waited for, on the same rung',
  () => {
    const headers = {
      'anthropic-ratelimit-unified-status': 'rejected',
      'anthropic-ratelimit-unified-reset': String(Math.ceil(Date.now() / 1000) + 12),
      'anthropic-ratelimit-unified-representative-claim': 'five_hour',
    };
    return scene(
      'claude',
      [status(429, { headers }), shell('echo hello > greet.txt'), verdict({ ok: true })],
      { tasks: task, config: config('claude') },
      async ({ project, orchestrate }) => {
        const ran = await orchestrate({
          ANTHROPIC_API_KEY: undefined,
          CLAUDE_CODE_OAUTH_TOKEN: 'sk-ant-oat01-of-nobody',
        });
        assert.is(ran.code, 0, ran.output);
        assert.equal(
          project.receipt('greet')?.path.map((one) => [one.rung, one.outcome]),
          [
            ['sonnet/thinking', 'limit'],
            ['sonnet/thinking', 'done'],
          ],
        );
      },
    );
  },
  long,
);
