import { join } from 'node:path';
import { say, shell, status, verdict, whenAsked, write } from '../model-server/turns.js';
import { KINDS } from '../rig/cases.js';
import { assert, suite } from '../rig/suite.js';
import { surroundings } from './client.js';
import { config, events, LONG, nothingHeld, outcomes, scene, testOf } from './scene.js';

const all = suite('steps with real agents');
const claude = testOf(all, 'claude');

const task = { greet: 'Write greet.txt.\n' };

for (const kind of KINDS) {
  const test = testOf(all, kind);

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
    LONG,
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
    LONG,
  );
}

claude(
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
  LONG,
);

claude(
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
        assert.match(ran.output, /Error 4\b/);
        assert.equal(outcomes(project), ['limit'], 'the other step of the account asks nobody');
        for (const name of ['greet', 'other']) nothingHeld(project, name);
        assert.not.match(JSON.stringify(project.journal()), 'oat01');
      },
    );
  },
  LONG,
);

claude(
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
  LONG,
);

testOf(claude, 'codex')(
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
  LONG,
);

claude(
  'claude: a usage limit within max-wait is waited for, on the same rung',
  () => {
    // From when it is said: an agent may take long to begin.
    const limited = whenAsked(() => {
      const headers = {
        'anthropic-ratelimit-unified-status': 'rejected',
        'anthropic-ratelimit-unified-reset': String(Math.ceil(Date.now() / 1000) + 12),
        'anthropic-ratelimit-unified-representative-claim': 'five_hour',
      };
      return status(429, { headers });
    });
    return scene(
      'claude',
      [limited, shell('echo hello > greet.txt'), verdict({ ok: true })],
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
  LONG,
);

claude(
  'claude: told to come back after a while, it waits as long on the same rung; Ctrl-C while it waits loses nothing',
  () =>
    scene(
      'claude',
      [
        shell('echo half > greet.txt'),
        status(429, { headers: { 'retry-after': '100' } }),
        shell('echo hello > greet.txt'),
        verdict({ ok: true }),
      ],
      { tasks: task, config: config('claude') },
      async ({ project, env, orchestrate }) => {
        const run = project.start('make', ['orchestrate'], { env, timeoutMs: LONG.timeoutMs });
        await run.until(/waits 1m 3\ds/);
        const retried = events(project, 'retried');
        assert.equal(
          retried.map(({ rung }) => rung),
          ['sonnet/thinking'],
        );
        // At least as long as was told, and up to a tenth more by chance.
        const [waitMs = 0] = retried.map((event) => event.waitMs);
        assert.ok(waitMs >= 90_000 && waitMs < 99_000, String(waitMs));
        run.kill('SIGINT', 'group');
        assert.is.not((await run.done).code, 0);
        assert.equal(outcomes(project), ['transient']);
        nothingHeld(project, 'greet');
        const ran = await orchestrate();
        assert.is(ran.code, 0, ran.output);
        assert.is(project.read('greet.txt'), 'hello\n');
      },
    ),
  LONG,
);
