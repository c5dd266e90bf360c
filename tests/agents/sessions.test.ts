/** Going on in a session, and ending at what may be spent: whole steps with the real programs. */

import { join } from 'node:path';
import type { CliKind } from '../../src/agents/rungs.js';
import { withServer } from '../model-server/running.js';
import { often, say, shell, verdict } from '../model-server/turns.js';
import { KINDS } from '../rig/cases.js';
import { inFolder } from '../rig/folder.js';
import { assert, suite } from '../rig/suite.js';
import { play } from './play.js';
import { events, LONG, outcomes, scene } from './scene.js';
import { runs, unlikely } from './sleeping.js';

const test = suite('sessions and budgets of the real agents');

const config = (kind: CliKind, more: Readonly<Record<string, unknown>>): string =>
  JSON.stringify({ agent: kind, verify: ['test ! -e bad.txt'], isolation: 'in-place', ...more });
const task = { greet: 'Write greet.txt.\n' };

for (const kind of KINDS) {
  test(
    `${kind}: with resume: rung a repair goes on in the session, which knows what was said before`,
    () =>
      scene(
        kind,
        [
          shell('echo x > bad.txt'),
          verdict({ ok: true }),
          shell('rm bad.txt; echo hello > greet.txt'),
          verdict({ ok: true }),
        ],
        { tasks: task, config: config(kind, { agents: { [kind]: { kind, resume: 'rung' } } }) },
        async ({ project, server, orchestrate }) => {
          const ran = await orchestrate();
          assert.is(ran.code, 0, ran.output);
          // Each of the two asked twice, for as much.
          const used = events(project, 'attempt-finished').map(({ usage }) => usage);
          const tokens = [200, 40];
          assert.equal(
            used.map((one) => [one?.inputTokens, one?.outputTokens]),
            [tokens, tokens],
          );
          const [first = 0, second = 0] = used.map((one) => one?.costUsd ?? 0);
          assert.ok(Math.abs(first - second) < 1e-9, `$${first}, then $${second}`);
          const repair = JSON.stringify(server.turns[2]?.body);
          assert.match(repair, 'Go on with task greet');
          assert.match(repair, '# Task greet', 'the first prompt is still in it');
          assert.match(repair, 'echo x > bad.txt', 'and what was done');
        },
      ),
    LONG,
  );

  test(
    `${kind}: a session that is gone is no failure: a new one is begun, with everything`,
    () =>
      inFolder((dir) =>
        withServer([verdict({ ok: true })], join(dir, 'work'), async (server) => {
          const gone = kind === 'opencode' ? 'ses_0000000000000000000000' : '00000000-0000-4000-8000-000000000000';
          const resume = { session: gone, prompt: 'Go on.\n', sessionUsage: null };
          const end = await play(kind, dir, server.url, { request: { prompt: 'The whole task.\n', resume } });
          assert.is(end.end, 'verdict', JSON.stringify(end));
          assert.is.not(end.session, null);
          assert.match(JSON.stringify(server.turns[0]?.body), 'The whole task.');
        }),
      ),
    LONG,
  );
}

test(
  'claude: with resume: ladder the model on record is the one that answered, however much another had written before',
  () =>
    scene(
      'claude',
      [
        shell('echo x > bad.txt'),
        shell('echo y > bad.txt'),
        verdict({ ok: true }),
        shell('rm bad.txt; echo hello > greet.txt'),
        verdict({ ok: true }),
      ],
      {
        tasks: task,
        config: config('claude', {
          ladder: ['sonnet/thinking', 'opus/extended'],
          repairs: 0,
          agents: { claude: { kind: 'claude', resume: 'ladder' } },
        }),
      },
      async ({ project, orchestrate }) => {
        const ran = await orchestrate();
        assert.is(ran.code, 0, ran.output);
        const models = events(project, 'attempt-finished').map(({ model }) => model ?? 'none');
        assert.match(models[0] ?? '', 'sonnet');
        assert.match(models[1] ?? '', 'opus');
      },
    ),
  LONG,
);

// Codex tells what it used only at its end; OpenCode only when a tool call is over.
for (const kind of ['claude', 'opencode'] as const) {
  const sleep = unlikely();
  const command = kind === 'claude' ? sleep : 'echo more >> half.txt';
  test(
    `${kind}: what spends the task’s tokens is ended in the middle, and nothing of it runs on`,
    () =>
      scene(
        kind,
        [shell('echo half > half.txt'), often(shell(command))],
        { tasks: task, config: config(kind, { budget: { task: { tokens: 130 } } }) },
        async ({ project, orchestrate }) => {
          const ran = await orchestrate();
          assert.match(ran.output, "the task's budget");
          assert.not.ok(runs(sleep));
          assert.equal(outcomes(project), ['failed']);
          assert.equal(events(project, 'escalated'), []);
          assert.match(project.git('for-each-ref', 'refs/stepladder/failed'), 'greet');
        },
      ),
    LONG,
  );
}

test(
  'claude: told what it may cost, it stops by itself; that is the budget’s end, not the rung’s',
  () =>
    scene(
      'claude',
      [shell('echo half > half.txt'), often(say('More to do.'))],
      { tasks: task, config: config('claude', { budget: { task: { usd: 0.0001 } } }) },
      async ({ project, orchestrate }) => {
        const ran = await orchestrate();
        assert.match(ran.output, 'budget');
        assert.equal(outcomes(project), ['failed'], ran.output);
        assert.equal(events(project, 'escalated'), []);
      },
    ),
  LONG,
);
