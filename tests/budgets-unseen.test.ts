/** Budgets that are spent where nobody is looking: at an attempt’s very end, and by others while a step waits. */
import type { AttemptEnd } from '../src/agents/agent.js';
import { commandAgent } from '../src/agents/command.js';
import { bothAtWork } from './rig/at-work.js';
import { agentConfig, request } from './rig/attempts.js';
import { inFolder } from './rig/folder.js';
import { withProject } from './rig/project.js';
import { assert, suite } from './rig/suite.js';

const test = suite('budgets spent unseen');

const VERDICT = `echo '{"ok": true, "usage": {"inputTokens": 5000}}'`;

/** A command that has spent too much with whatever it tells. */
async function overspending(command: string, patienceMs?: number): Promise<AttemptEnd> {
  let end: AttemptEnd | null = null;
  await inFolder(async (dir) => {
    const agent = commandAgent(agentConfig(command), {
      graceMs: 20_000,
      ...(patienceMs === undefined ? {} : { patienceMs }),
    });
    end = await agent.run(request(dir, { overspent: () => 'all is spent' }));
  });
  if (end === null) throw new Error('it did not end');
  return end;
}

test('a command that tells with its verdict what it has spent is let end: what is paid for counts', async () => {
  const end = await overspending(`${VERDICT}; sleep 0.3`);
  assert.is(end.end, 'verdict', JSON.stringify(end));
});

test('one that goes on after that is ended for it', async () => {
  const end = await overspending(`${VERDICT}; exec sleep 1000`, 200);
  assert.equal([end.end, end.end === 'budget' && end.reason], ['budget', 'all is spent']);
});

test('work that is done is landed, though it has spent the task’s budget', () =>
  withProject(
    {
      tasks: { a: '# A' },
      config: { ladder: ['small/none', 'big/none'], budget: { task: { tokens: 1000 } } },
      script: [{ write: { 'a.txt': 'a' }, verdict: { ok: true, usage: { inputTokens: 5000 } } }],
    },
    async (made) => {
      const ran = await made.make(['orchestrate']);
      assert.is(ran.code, 0, ran.output);
      assert.is(made.invocations().length, 1);
    },
  ));

test('what others spent while a step waited for a usage limit is looked at before its next attempt', () =>
  withProject(
    {
      tasks: { a: '---\nagent: held\n---\n# A', b: '# B' },
      agent: 'driven',
      config: { ladder: ['small/none'], isolation: 'worktree', budget: { run: { tokens: 1000 } } },
    },
    async (made) => {
      const rig = JSON.parse(made.read('stepladder.yaml') ?? '{}');
      rig.agents.held = { ...rig.agents.rig };
      made.write('stepladder.yaml', JSON.stringify(rig));
      const run = made.start('make', ['-j2', '-k', 'orchestrate']);
      const [a, b] = await bothAtWork(made, 'a', 'b');
      const used = (tokens: number) => ({ inputTokens: tokens, outputTokens: 0 });
      const resetsAt = new Date(Date.now() + 5000).toISOString();
      await a.verdict({ ok: false, reason: 'used up', limit: { resetsAt }, usage: used(1) });
      await run.until('waiting for the usage limit');
      await b.write('b.txt', 'b\n');
      await b.verdict({ ok: true, usage: used(5000) });
      const paid = made.nextAttempt();
      const more = await Promise.race([paid, run.done.then(() => null)]);
      await more?.verdict({ ok: true, usage: used(1) });
      const ran = await run.done;
      assert.is(more, null, 'a budget that is spent pays for no attempt');
      assert.match(ran.output, "the run's budget: 5001 of 1000 tokens are spent");
      assert.match(ran.output, 'Error 4');
      assert.not.ok(made.exists('.stepladder/tasks/a/failure.json'));
    },
  ));
