/** What the doctor says of agents, rungs, budgets and usage limits is what a run would find. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { agentFor } from '../src/agents/known.js';
import { readConfig } from '../src/config/read.js';
import { placeHold } from '../src/record/holds.js';
import { type Project, withProject } from './rig/project.js';
import { assert, suite } from './rig/suite.js';

const test = suite('doctor, agents');

/** Puts a program into a folder outside of the project that answers as a CLI that is logged in does; gives the folder. */
function install(made: Project, name: string, script = `case $1 in --version) echo '9.9 (${name})' ;; esac`): string {
  const folder = join(made.outside, `bin-of-${name}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, name), 0o755);
  return folder;
}

const on = (folder: string): string => `${folder}:${process.env.PATH ?? ''}`;

test('a budget in dollars with an agent that never tells what it cost: wrong, as a run says', () => {
  const config = { agent: 'codex', agents: {}, ladder: ['sonnet/none'], budget: { run: { usd: 5 } } };
  return withProject({ tasks: { a: '# A' }, config }, async (made) => {
    const options = { env: { PATH: on(install(made, 'codex')) } };
    const run = await made.stepladder(['orchestrate'], options);
    assert.is(run.code, 2, run.output);
    const ran = await made.stepladder(['doctor'], options);
    assert.is(ran.code, 2, ran.output);
    assert.match(
      ran.stdout,
      '✗ budget: a budget in dollars is set, but the agent codex never tells what it cost\n    give the budget in tokens',
    );
    made.write('stepladder.yaml', JSON.stringify({ ...config, budget: { run: { tokens: '2M' } } }));
    assert.is((await made.stepladder(['doctor'], options)).code, 0);
  });
});

test('a program that only the PATH of the agent finds is found, by its name and by auto', () =>
  withProject({ tasks: { a: '# A' } }, async (made) => {
    const env = { PATH: on(install(made, 'codex')), CODEX_SAYS: 'codex of the project' };
    install(made, 'codex', 'case $1 in --version) echo "$CODEX_SAYS" ;; esac');
    for (const agent of ['codex', 'auto']) {
      made.write('stepladder.yaml', JSON.stringify({ agent, agents: { codex: { kind: 'codex', env } } }));
      const ran = await made.stepladder(['doctor']);
      assert.is(ran.code, 0, ran.output);
      assert.match(ran.stdout, '✓ agent codex: codex of the project, logged in');
    }
  }));

/** Holds the account of the agent `mine` until then. */
function holdUntil(made: Project, until: number): void {
  const agents = 'agents: {mine: {kind: command, command: "true"}}';
  const account = agentFor(readConfig(made.root, agents, ''), 'mine').account({}, 'sonnet');
  placeHold(made.root, account, { account: 'mine', reason: 'used up', since: Date.now() - 1000, until });
}

test('an account that is held for longer than a run would wait: wrong, with the time; for less: it would wait', () => {
  const config = { agent: 'mine', agents: { mine: { kind: 'command', command: 'true' } }, 'max-wait': '1h' };
  return withProject({ tasks: { a: '# A' }, config }, async (made) => {
    const later = new Date('2199-04-05T06:07:08Z');
    holdUntil(made, later.getTime());
    const ran = await made.stepladder(['doctor']);
    assert.is(ran.code, 2, ran.output);
    assert.match(
      ran.stdout,
      /✗ limit of mine: used up; it ends at 2199-04-05T06:07:08.000Z, and max-wait is 1h\n {4}run make orchestrate .*rm -r .stepladder\/holds/,
    );
    assert.is((await made.stepladder(['orchestrate'])).code, 4, 'as a run finds');
    holdUntil(made, Date.now() + 1_800_000);
    const soon = await made.stepladder(['doctor']);
    assert.is(soon.code, 0, soon.output);
    assert.match(soon.stdout, /\? limit of mine: used up; it ends at .*Z\n {4}a run would wait/);
    holdUntil(made, Date.now() - 1);
    assert.not.match((await made.stepladder(['doctor'])).stdout, 'limit of mine');
  });
});

test('a limit that only a higher rung would meet does not stop a run from starting', () => {
  const config = {
    agent: 'other',
    agents: { mine: { kind: 'command', command: 'true' }, other: { kind: 'command', command: 'true' } },
    ladder: ['a/none', 'mine:sonnet/none'],
  };
  return withProject({ tasks: { a: '# A' }, config }, async (made) => {
    holdUntil(made, Date.parse('2199-04-05T06:07:08Z'));
    const ran = await made.stepladder(['doctor']);
    assert.is(ran.code, 0, ran.output);
    assert.match(ran.stdout, /\? limit of mine: used up; it ends at 2199.*max-wait is 6h\n {4}a task that climbs/);
  });
});

test('a rung that no task may climb to is not asked for, one of a task that is done neither', () => {
  const ladder = ['sonnet/none', 'sonnet/thinking', 'opus/hardest'];
  const config = { agent: 'claude', agents: {}, ladder };
  const limited = (rung: string): string => `---\nmax-rung: ${rung}\n---\n# A`;
  return withProject({ tasks: { a: limited('sonnet/thinking') }, config }, async (made) => {
    const options = { env: { PATH: on(install(made, 'claude')) } };
    const ran = await made.stepladder(['doctor'], options);
    assert.is(ran.code, 0, ran.output);
    assert.match(ran.stdout, '✓ rung sonnet/thinking: ');
    assert.not.match(ran.stdout, 'hardest');
    made.write('tasks/b.md', '---\n---\n# B');
    made.commit();
    const climbs = await made.stepladder(['doctor'], options);
    assert.is(climbs.code, 2, climbs.output);
    assert.match(climbs.stdout, '✗ rung opus/hardest: the agent claude cannot do the rung “opus/hardest”');
    // Put aside by a person: no run asks for it.
    assert.is((await made.stepladder(['defer', 'b'])).code, 0);
    const deferred = await made.stepladder(['doctor'], options);
    assert.is(deferred.code, 0, deferred.output);
  });
});

test('a sandbox of the agent in whose name the checks run is tried, whoever does the rungs', () => {
  const plain = { kind: 'command', command: 'true' };
  const agents = { rig: { ...plain, sandbox: 'no-such-sandbox' }, other: plain };
  return withProject({ tasks: { a: '# A' }, config: { agents, ladder: ['other:a/none'] } }, async (made) => {
    assert.is((await made.stepladder(['orchestrate'])).code, 4);
    const ran = await made.stepladder(['doctor']);
    assert.is(ran.code, 2, ran.output);
    assert.match(ran.stdout, '✗ sandbox of rig: nothing runs in the sandbox of the agent rig');
  });
});

test('two rungs of one ladder that come to the same are named by doctor, plan and a run', () => {
  const agents = { m: { kind: 'command', command: 'echo \'{"ok": true}\'' }, n: { kind: 'command', command: 'true' } };
  const config = { agent: 'm', agents, ladder: ['a/none', 'm:a/none'] };
  return withProject({ tasks: { a: '# A', b: '---\nagent: n\n---\n# B' }, config }, async (made) => {
    const says = 'a/none and m:a/none are the same to the agent m: a failure is paid for twice';
    const ran = await made.stepladder(['doctor']);
    assert.is(ran.code, 0, ran.output);
    assert.match(ran.stdout, `? ladder: ${says} (task a)\n    take one of them out`);
    for (const command of ['plan', 'orchestrate']) {
      const { output } = await made.stepladder([command]);
      assert.match(output, says, command);
      assert.not.match(output, 'agent n: ', command);
    }
  });
});

test('so are two models that mean the same, and two words that are the same effort', () => {
  const config = {
    agent: 'codex',
    agents: {},
    ladder: ['sonnet/medium', 'sonnet/thinking', 'opus/thinking', 'opus/extended'],
    aliases: { codex: { sonnet: 'gpt-6-astra' } },
  };
  return withProject({ tasks: { a: '---\nrung: sonnet/medium\n---\n# A' }, config }, async (made) => {
    const options = { env: { PATH: on(install(made, 'codex')) } };
    const ran = await made.stepladder(['doctor'], options);
    assert.match(
      ran.stdout,
      /\? ladder: sonnet\/medium, sonnet\/thinking and opus\/thinking are the same to the agent codex/,
    );
    made.write('tasks/a.md', '---\nrung: opus/thinking\n---\n# A');
    made.commit();
    const above = await made.stepladder(['doctor'], options);
    assert.not.match(above.stdout, '? ladder');
  });
});
