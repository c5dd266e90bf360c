/** The design's table of outcomes: what each end of an attempt leads to, and that only a lack of capability climbs. */
import { withProject } from './rig/project.js';
import { assert, suite } from './rig/suite.js';

const test = suite('outcomes');

const LADDER = ['small/none', 'middle/none', 'large/none'];
const CONFIG = { ladder: LADDER };
const rungsOf = (made: { invocations(): { task: string; rung: string }[] }, task = 'a'): string[] =>
  made.invocations().flatMap((invocation) => (invocation.task === task ? [invocation.rung] : []));

test('failed: the next rung, whose prompt carries every earlier reason; after the last the step fails', async () => {
  const script = LADDER.map((rung) => ({ rung, verdict: { ok: false, reason: `too hard for ${rung}` } }));
  await withProject({ tasks: { a: '# A' }, config: CONFIG, script }, async (made) => {
    const ran = await made.make(['orchestrate']);
    assert.match(ran.output, 'Error 1');
    assert.equal(rungsOf(made), LADDER);
    const last = made.invocations()[2]?.prompt ?? '';
    assert.match(last, 'too hard for small/none');
    assert.match(last, 'too hard for middle/none');
    assert.is(made.receipt('a'), null);
    assert.match(made.read('reports/report.md') ?? '', 'too hard for large/none');
  });
});

test('a claim of done with a red check is repaired on the same rung with the output, then the next rung', async () => {
  const options = {
    tasks: { a: '# A\n\n## Postconditions\n- [ ] `grep -q right out.txt` passes\n- [ ] It reads well\n' },
    config: { ...CONFIG, verify: ['sh -c "cat out.txt >&2; ! grep -q broken out.txt"'] },
    files: { 'out.txt': 'start\n' },
    script: [
      { nth: 1, write: { 'out.txt': 'broken by %RUNG%\n' } },
      { nth: 2, write: { 'out.txt': 'still broken\n' } },
      { nth: 3, write: { 'out.txt': 'right\n' } },
    ],
  };
  await withProject(options, async (made) => {
    assert.is((await made.make(['orchestrate'])).code, 0);
    assert.equal(rungsOf(made), ['small/none', 'small/none', 'middle/none']);
    const [, second, third] = made.invocations();
    assert.match(second?.prompt ?? '', 'broken by small/none');
    assert.match(third?.prompt ?? '', 'still broken');
    const receipt = made.receipt('a');
    assert.is(receipt?.evidence, 'strong');
    assert.equal(receipt?.claimed, ['It reads well']);
    assert.is(receipt?.attempts, 3);
    const starts = made.journal().flatMap((e) => (e.type === 'attempt-started' ? [e.repair] : []));
    assert.equal(starts, [false, true, false]);
  });
});

test('a receipt says what was red before and is green now', async () => {
  const options = {
    tasks: { a: '# A\n\n## Postconditions\n- [ ] `test -e made.txt` passes\n- [ ] `kept.txt` exists\n' },
    files: { 'kept.txt': 'here\n' },
    script: [{ write: { 'made.txt': 'x' } }],
  };
  await withProject(options, async (made) => {
    assert.is((await made.make(['orchestrate'])).code, 0);
    const verified = made.receipt('a')?.verified.map(({ check, redBefore }) => [check, redBefore]);
    assert.equal(verified, [
      ['true', false],
      ['test -e made.txt', true],
      ['`kept.txt` exists', false],
    ]);
  });
});

test('nothing changed and no check turned green is a failure, unless the task says changes: none', async () => {
  const idle = [{ verdict: { ok: true } }];
  await withProject({ tasks: { a: '# A' }, config: CONFIG, script: idle }, async (made) => {
    assert.match((await made.make(['orchestrate'])).output, 'nothing was changed');
    assert.is(made.receipt('a'), null);
  });
  await withProject({ tasks: { a: '---\nchanges: none\n---\n# A' }, script: idle }, async (made) => {
    assert.is((await made.make(['orchestrate'])).code, 0);
    assert.equal(made.receipt('a')?.changed, []);
  });
});

test('no verdict is asked for once more on the same rung; a crash climbs with the tail of standard error', async () => {
  const script = [
    { nth: 1, verdict: null, stdout: 'I am done, believe me\n' },
    { nth: 2, verdict: null },
    { nth: 3, exit: 3, stderr: 'segmentation fault in the agent\n' },
    { nth: 4, write: { 'x.txt': 'x' } },
  ];
  await withProject({ tasks: { a: '# A' }, config: CONFIG, script }, async (made) => {
    assert.is((await made.make(['orchestrate'])).code, 0);
    assert.equal(rungsOf(made), ['small/none', 'small/none', 'middle/none', 'large/none']);
    assert.match(made.invocations()[1]?.prompt ?? '', 'verdict');
    assert.match(made.invocations()[3]?.prompt ?? '', 'segmentation fault in the agent');
  });
});

test('blocked by a task that it builds on, which may not be reopened: no escalation, others go on, exit 3', async () => {
  const tasks = {
    up: '# Up',
    down: '---\ndepends: [up]\n---\n# Down',
    after: '---\ndepends: [down]\n---\n# After',
    alone: '# Alone',
  };
  const script = [
    { task: 'up', write: { 'up.c': 'int start(void) {\n  return ERR(NOT_IMPLEMENTED);\n}\n' } },
    {
      task: 'down',
      verdict: { ok: false, reason: 'start() is a stub', blockedBy: 'up', symbol: 'start', file: 'up.c' },
    },
  ];
  const config = { ...CONFIG, stubs: { gate: 'off' }, 'max-reopens': 0 };
  await withProject({ tasks, config, script }, async (made) => {
    const ran = await made.make(['-k', 'orchestrate']);
    assert.match(ran.output, 'Error 3');
    assert.equal(rungsOf(made, 'down'), ['small/none']);
    assert.ok(made.receipt('alone') !== null);
    assert.is(made.receipt('after'), null);
    const blocked = made.journal().find((event) => event.type === 'blocked');
    assert.is(blocked?.type === 'blocked' ? blocked.by : '', 'up');
    const again = await made.make(['orchestrate']);
    assert.match(again.output, 'Error 3');
    assert.equal(rungsOf(made, 'down'), ['small/none'], 'a stop whose ground has not changed is not paid for again');
  });
});

test('blame for which no task can be found is told to the agent, and counts as failed on that rung', async () => {
  const script = [
    { nth: 1, verdict: { ok: false, reason: 'somebody else should', blockedBy: 'nobody', symbol: 'ghost' } },
    { nth: 2, write: { 'x.txt': 'x' } },
  ];
  await withProject({ tasks: { a: '# A' }, config: CONFIG, script }, async (made) => {
    assert.is((await made.make(['orchestrate'])).code, 0);
    assert.equal(rungsOf(made), ['small/none', 'middle/none']);
    assert.match(made.invocations()[1]?.prompt ?? '', 'found no task');
  });
});

test('a false precondition blocks before anybody is paid, and names the task it points to, which is reopened', async () => {
  const tasks = {
    up: '---\nfiles: [src/api.c]\n---\n# Up',
    down: '---\ndepends: [up]\n---\n# Down\n\n## Preconditions\n- [ ] `src/api.c` exists\n',
  };
  const script = [{ task: 'up', write: { 'src/api.c': 'x' } }];
  await withProject({ tasks, script }, async (made) => {
    await made.make(['tasks/up.done']);
    made.git('rm', '-q', 'src/api.c');
    made.git('commit', '-qm', 'lost');
    const ran = await made.make(['orchestrate']);
    assert.is(ran.code, 0);
    assert.match(ran.output, 'down needs up: precondition is false');
    assert.equal(
      made.invocations().map(({ task }) => task),
      ['up', 'up', 'down'],
    );
  });
});

test('a question stops the task without escalation; the answer goes into ## Decisions and it runs again', async () => {
  const script = [
    {
      task: 'a',
      nth: 1,
      write: { 'half.txt': 'half' },
      verdict: { ok: false, question: 'Tabs or spaces?', options: ['tabs', 'spaces'] },
    },
    { task: 'a', nth: 2, write: { 'whole.txt': 'whole' } },
  ];
  await withProject({ tasks: { a: '# A', b: '# B' }, config: CONFIG, script }, async (made) => {
    const ran = await made.make(['-k', 'orchestrate']);
    assert.match(ran.output, 'Error 3');
    assert.equal(rungsOf(made), ['small/none']);
    assert.ok(made.receipt('b') !== null);
    const page = made.read('reports/report.md') ?? '';
    assert.ok(page.indexOf('Tabs or spaces?') < page.indexOf('## Done'), 'what waits for a person comes first');
    assert.not.ok(made.exists('half.txt'), 'the tree is as it was');

    await made.make(['orchestrate']);
    assert.equal(rungsOf(made), ['small/none'], 'a question is not asked again by itself');
    assert.is((await made.stepladder(['answer', 'a', 'spaces'])).code, 0);
    assert.match(made.read('tasks/a.md') ?? '', '## Decisions');
    assert.is((await made.make(['orchestrate'])).code, 0);
    assert.match(made.invocations().at(-1)?.prompt ?? '', 'spaces');
    assert.equal(
      made.receipt('a')?.changed,
      ['half.txt', 'whole.txt'],
      'the work before the question was kept and taken up',
    );
  });
});

test('flaky: a red check that is green on a second run of the same tree goes on as green, and is recorded', async () => {
  const flaky = 'if test -e ../flaked; then true; else touch ../flaked; false; fi';
  const tasks = { a: `---\nverify: ['test -e x.txt && (${flaky})']\n---\n# A` };
  await withProject({ tasks, config: CONFIG, script: [{ write: { 'x.txt': 'x' } }] }, async (made) => {
    assert.is((await made.make(['orchestrate'])).code, 0);
    assert.equal(rungsOf(made), ['small/none']);
    assert.ok(made.receipt('a')?.verified.some((check) => check.flaky));
    assert.ok(made.journal().some((event) => event.type === 'checked' && event.flaky));
  });
});

test('timeout: beyond the wall clock the next rung; silence gets the same rung a second time', async () => {
  const script = [
    { nth: 1, sleepMs: 60_000 },
    { nth: 2, sleepMs: 60_000 },
    { nth: 3, run: 'i=0; while [ $i -lt 600 ]; do echo busy; sleep 0.1; i=$((i+1)); done' },
    { nth: 4 },
  ];
  // So long that an agent which has only to begin, and to do its work, is within it on a busy machine as well.
  const config = { ladder: [...LADDER], timeout: '8s', 'idle-timeout': '4s' };
  await withProject({ tasks: { a: '# A' }, config, script }, async (made) => {
    assert.is((await made.make(['orchestrate'])).code, 0);
    assert.equal(rungsOf(made), ['small/none', 'small/none', 'middle/none', 'large/none']);
    assert.equal(
      made.receipt('a')?.path.map((entry) => entry.outcome),
      ['timeout', 'timeout', 'timeout', 'done'],
    );
  });
});

test('transient: exit 75 is tried again on the same rung after a wait', async () => {
  const script = [{ nth: 1, exit: 75, stderr: 'overloaded\n' }, { nth: 2 }];
  await withProject({ tasks: { a: '# A' }, config: CONFIG, script }, async (made) => {
    assert.is((await made.make(['orchestrate'])).code, 0);
    assert.equal(rungsOf(made), ['small/none', 'small/none']);
    assert.ok(made.journal().some((event) => event.type === 'retried' && event.waitMs >= 500));
  });
});

test('transient: an outage that outlasts the retries halts the run, and nothing is held against the task', async () => {
  const script = [{ task: 'a', nth: 1, exit: 75 }];
  await withProject({ tasks: { a: '# A', b: '# B' }, config: { ...CONFIG, retries: 0 }, script }, async (made) => {
    const ran = await made.make(['-k', 'orchestrate']);
    assert.match(ran.output, 'Error 4');
    assert.is(made.invocations().length, 1, 'a halted run starts nobody');
    const told = (): string => /^- \*\*halted\*\*: .*$/m.exec(made.read('reports/report.md') ?? '')?.[0] ?? '';
    const atItsEnd = told();
    assert.match(atItsEnd, / → \S/, 'what to do about it');
    await made.stepladder(['report']);
    assert.is(told(), atItsEnd, 'afterwards as well');
    assert.match((await made.stepladder(['status'])).stdout, /■ halted: .*\n {6}→ \S/);
    assert.is((await made.make(['orchestrate'])).code, 0);
  });
});

test('limit: the account is held until the reset, then the same rung; beyond max-wait the run halts', async () => {
  const soon = new Date(Date.now() + 2500).toISOString();
  const limit = (resetsAt: string) => ({ ok: false, reason: 'usage limit', limit: { resetsAt } });
  await withProject(
    { tasks: { a: '# A' }, config: CONFIG, script: [{ nth: 1, verdict: limit(soon) }, {}] },
    async (made) => {
      assert.is((await made.make(['orchestrate'])).code, 0);
      assert.equal(rungsOf(made), ['small/none', 'small/none']);
      assert.ok((made.invocations()[1]?.started ?? 0) >= Date.parse(soon));
    },
  );
  const late = new Date(Date.now() + 3_600_000).toISOString();
  const config = { ...CONFIG, 'max-wait': '1m' };
  await withProject({ tasks: { a: '# A', b: '# B' }, config, script: [{ verdict: limit(late) }] }, async (made) => {
    const ran = await made.make(['-k', 'orchestrate']);
    assert.match(ran.output, 'Error 4');
    assert.is(made.invocations().length, 1);
    assert.not.ok(made.exists('.stepladder/tasks/a/failure.json'));
  });
});

test('environment: an agent that cannot be run halts at once; nobody climbs a ladder over that', async () => {
  const config = { ...CONFIG, agent: 'gone', agents: { gone: { kind: 'command', command: './no-such-agent' } } };
  await withProject({ tasks: { a: '# A', b: '# B' }, config }, async (made) => {
    const ran = await made.make(['-k', 'orchestrate']);
    assert.match(ran.output, 'Error 4');
    assert.match(ran.output, 'no-such-agent');
    assert.is(made.journal().filter((event) => event.type === 'attempt-started').length, 1);
  });
});

test('environment: what the machine refuses one step halts the run, instead of failing every task', async () => {
  const script = [
    {
      task: 'a',
      nth: 1,
      run: 'rm -f .stepladder/journal.jsonl; mkdir .stepladder/journal.jsonl; echo x > a.txt',
      verdict: { ok: true },
    },
    {},
  ];
  await withProject({ tasks: { a: '# A', b: '# B' }, config: CONFIG, script }, async (made) => {
    const ran = await made.make(['-k', 'orchestrate']);
    assert.is.not(ran.code, 0);
    assert.match(ran.output, 'journal.jsonl');
    assert.is(made.invocations().length, 1, 'nobody else was started');
    made.remove('.stepladder/journal.jsonl');
    assert.is((await made.make(['orchestrate'])).code, 0);
    assert.is(made.git('status', '--porcelain'), '');
  });
});

test('the same finding on two rungs with all else green becomes a question, and its answer goes on', async () => {
  const weaken = (line: string): string => `printf '.PHONY: check\\n${line}check:\\n\\t@true\\n' > Makefile`;
  const script = [
    { task: 'a', nth: 1, write: { 'work.txt': 'one' }, run: weaken('') },
    { task: 'a', nth: 2, write: { 'work.txt': 'two' }, run: weaken('# in another line\\n') },
    { task: 'a', nth: 3, write: { 'work.txt': 'three' }, run: 'git checkout HEAD -- Makefile' },
  ];
  const options = {
    tasks: { a: '# A', b: '---\ndepends: [a]\n---\n# B' },
    config: { ...CONFIG, repairs: 0, verify: ['make check'] },
    makefile: '.PHONY: check\ncheck:\n\t@test -e Makefile\n',
    script,
  };
  await withProject(options, async (made) => {
    const ran = await made.make(['orchestrate']);
    assert.match(ran.output, 'Error 3');
    assert.equal(rungsOf(made), ['small/none', 'middle/none'], 'no dearer model is paid for it');
    const asked = made.journal().find((event) => event.type === 'question');
    const choices = asked?.type === 'question' ? asked.options.join('\n') : '';
    for (const words of ['answer a "…"', 'take a && ', 'accept a']) assert.match(choices, words);
    assert.not.match(choices, 'stepladder-ok', 'no comment exempts a Makefile');
    const { waiting } = JSON.parse(made.read('reports/report.json') ?? '{}');
    assert.is(waiting[0]?.kind, 'finding');
    assert.match(waiting[0]?.commands.join('\n'), / take a && .* accept a$/);
    assert.match((await made.make(['orchestrate'])).output, 'Error 3');
    assert.is(made.invocations().length, 2, 'it is not asked again by itself');
    assert.is((await made.stepladder(['answer', 'a', 'leave the Makefile alone'])).code, 0);
    assert.is((await made.make(['orchestrate'])).code, 0);
    assert.equal(rungsOf(made), ['small/none', 'middle/none', 'small/none']);
    assert.match(made.invocations()[2]?.prompt ?? '', 'leave the Makefile alone');
  });
});

test('what a rung got rid of is no dispute: only what both rungs ended with is asked about', async () => {
  const script = [
    { nth: 1, write: { 'work.txt': '1' }, run: 'echo forged > tasks/b.done' },
    { nth: 2, write: { 'work.txt': '2' }, run: 'echo forged > tasks/c.done' },
    { nth: 3, write: { 'work.txt': '3' } },
  ];
  const tasks = { a: '# A', b: '---\ndepends: [a]\n---\n# B', c: '---\ndepends: [a]\n---\n# C' };
  await withProject({ tasks, config: { ...CONFIG, repairs: 0 }, script }, async (made) => {
    assert.is((await made.make(['tasks/a.done'])).code, 0);
    assert.equal(rungsOf(made), LADDER);
    made.script([
      { nth: 4, write: { 'work.txt': '4' }, run: 'echo forged > tasks/b.done; echo forged > tasks/c.done' },
      { write: { 'work.txt': '5' }, run: 'echo forged > tasks/c.done' },
    ]);
    made.write('tasks/a.md', '---\n---\n# A, in other words');
    assert.match((await made.make(['tasks/a.done'])).output, 'Error 3');
    assert.is(made.invocations().length, 5);
  });
});

test('an edited task of which two rungs say that nothing is left to do becomes a question, not a climb', async () => {
  const script = [{ nth: 1, write: { 'work.txt': 'all of it\n' } }, { verdict: { ok: true } }];
  await withProject({ tasks: { a: '# A' }, config: CONFIG, script }, async (made) => {
    assert.is((await made.make(['orchestrate'])).code, 0);
    made.write('tasks/a.md', '---\n---\n# A, in other words\n');
    const ran = await made.make(['orchestrate']);
    assert.match(ran.output, 'Error 3');
    assert.equal(rungsOf(made), ['small/none', 'small/none', 'small/none', 'middle/none', 'middle/none']);
    assert.match(ran.output, 'nothing is left to do');
    assert.is((await made.stepladder(['accept', 'a'])).code, 0);
    assert.is((await made.make(['orchestrate'])).code, 0);
  });
});

test('max-rung bounds the climb, and the task begins on its own rung', async () => {
  const tasks = { a: '---\nrung: middle/none\nmax-rung: middle/none\n---\n# A' };
  await withProject({ tasks, config: CONFIG, script: [{ verdict: { ok: false, reason: 'no' } }] }, async (made) => {
    await made.make(['orchestrate']);
    assert.equal(rungsOf(made), ['middle/none']);
  });
});

test('budgets: a spent task budget ends the task, a spent run budget halts the run, dollars nobody reports are an error', async () => {
  const dear = { ok: false, reason: 'no', usage: { inputTokens: 900, outputTokens: 100, costUsd: 2 } };
  await withProject(
    { tasks: { a: '# A' }, config: { ...CONFIG, budget: { task: { usd: 2 } } }, script: [{ verdict: dear }] },
    async (made) => {
      assert.match((await made.make(['orchestrate'])).output, "task's budget");
      assert.is(made.invocations().length, 1);
      made.write('stepladder.yaml', (made.read('stepladder.yaml') ?? '').replace('"usd": 2', '"usd": 20'));
      made.script([{ write: { 'x.txt': 'x' }, verdict: { ok: true, usage: { costUsd: 1 } } }]);
      assert.is((await made.make(['orchestrate'])).code, 0, 'a raised budget lets it be tried again');
    },
  );
  const config = { ...CONFIG, budget: { run: { tokens: '1k' } } };
  await withProject({ tasks: { a: '# A', b: '# B' }, config, script: [{ verdict: dear }] }, async (made) => {
    assert.match((await made.make(['-k', 'orchestrate'])).output, 'Error 4');
    assert.is(made.invocations().length, 1);
  });
  const silent = { ...CONFIG, budget: { run: { usd: 5 } } };
  await withProject({ tasks: { a: '# A' }, config: silent, script: [{ write: { x: 'x' } }] }, async (made) => {
    const ran = await made.make(['orchestrate']);
    assert.match(ran.output, 'Error 4');
    assert.match(ran.output, 'reports no cost');
  });
});

test('limit: the hold is the account’s whose limit it is; a step on another agent goes on', async () => {
  const limited = `echo '{"ok":false,"reason":"used up","limit":{"resetsAt":"2999-01-01T00:00:00Z"}}'`;
  const works = `echo x > "$STEPLADDER_TASK.txt"; echo '{"ok":true}'`;
  const options = {
    tasks: { a: '---\nrung: other:s/n\n---\n# A', b: '---\nrung: s/n\n---\n# B' },
    config: {
      ladder: ['s/n', 'other:s/n'],
      agents: { rig: { kind: 'command', command: works }, other: { kind: 'command', command: limited } },
    },
  };
  await withProject(options, async (made) => {
    const ran = await made.make(['tasks/a.done']);
    assert.match(ran.output, 'Error 4');
    assert.not.match(ran.output, 'waits', 'nobody waits where the run halts');
    const other = await made.make(['tasks/b.done']);
    assert.is(other.code, 0);
  });
});

test('a rung that was never begun, for want of money, is no escalation', async () => {
  const options = {
    tasks: { a: '# A' },
    config: { ...CONFIG, budget: { task: { usd: 1 } } },
    script: [{ verdict: { ok: false, reason: 'too hard', usage: { costUsd: 2 } } }],
  };
  await withProject(options, async (made) => {
    assert.match((await made.make(['orchestrate'])).output, "the task's budget");
    assert.equal(
      made.journal().filter((event) => event.type === 'escalated'),
      [],
    );
  });
});
