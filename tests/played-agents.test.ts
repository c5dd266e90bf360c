/** Whole steps with an agent of a kind that has sessions, tokens as it goes, and limits: played, event by event. */
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CHECKOUT, type Project, withProject } from './rig/project.js';
import { assert, suite } from './rig/suite.js';

const test = suite('played agents');

interface Turn {
  /** Tokens of each answer, in order. */
  readonly tokens?: readonly number[];
  readonly run?: string;
  readonly verdict?: unknown;
  /** It does not end by itself. */
  readonly hang?: true;
  /** The session that it was to go on in is gone. */
  readonly lost?: true;
  /** A usage limit that ends then, in ms since the epoch. */
  readonly limit?: number;
  readonly cost?: number;
  readonly subtype?: string;
}

interface Started {
  readonly args: readonly string[];
  readonly prompt: string;
}

interface Played extends Project {
  started(): Started[];
  /** The session that it was told to go on in. */
  resumed(): (string | null)[];
}

function play(
  turns: readonly Turn[],
  settings: { readonly [key: string]: unknown; readonly agents?: Readonly<Record<string, unknown>> },
  body: (made: Played) => Promise<void>,
  tasks: Readonly<Record<string, string>> = { a: '# A' },
): Promise<void> {
  const { agents, ...rest } = settings;
  const config = {
    agent: 'claude',
    ladder: ['sonnet/none', 'opus/none'],
    verify: ['test ! -e bad.txt'],
    ...rest,
    agents: { claude: { kind: 'claude', command: '../played/claude', ...agents } },
  };
  return withProject({ tasks, config, makefile: '' }, async (made) => {
    const folder = join(made.outside, 'played');
    mkdirSync(folder);
    copyFileSync(join(CHECKOUT, 'tests/rig/played-claude.mjs'), join(folder, 'claude'));
    chmodSync(join(folder, 'claude'), 0o755);
    writeFileSync(join(folder, 'package.json'), '{"type": "module"}');
    writeFileSync(join(folder, 'turns.json'), JSON.stringify(turns));
    const log = join(folder, 'started.jsonl');
    const started = (): Started[] =>
      existsSync(log)
        ? readFileSync(log, 'utf8')
            .trim()
            .split('\n')
            .map((line) => JSON.parse(line))
        : [];
    const resumed = (): (string | null)[] =>
      started().map(({ args }) => (args.includes('--resume') ? (args[args.indexOf('--resume') + 1] ?? '') : null));
    await body({ ...made, started, resumed });
  });
}

const outcomes = (made: Project): string[] =>
  made.journal().flatMap((event) => (event.type === 'attempt-finished' ? [`${event.rung} ${event.outcome}`] : []));

const BAD = { run: 'echo x > bad.txt' };
const GOOD = { run: 'rm -f bad.txt; date +%N > good.txt' };

test('by itself every attempt is a session of its own, and is told everything', () =>
  play([BAD, GOOD], {}, async (made) => {
    assert.is((await made.make(['orchestrate'])).code, 0);
    assert.equal(made.resumed(), [null, null]);
    assert.match(made.started()[1]?.prompt ?? '', '# Task a: A');
  }));

test('resume: rung: a repair goes on in the session, told only what is new; the next rung begins anew', () =>
  play([BAD, BAD, GOOD], { agents: { resume: 'rung' } }, async (made) => {
    assert.is((await made.make(['orchestrate'])).code, 0);
    assert.equal(outcomes(made), ['sonnet/none failed', 'sonnet/none failed', 'opus/none done']);
    assert.equal(made.resumed(), [null, 'session-1', null]);
    const [first, second, third] = made.started().map(({ prompt }) => prompt);
    for (const words of ['Go on with task a', 'test ! -e bad.txt', '{"ok": true}']) assert.match(second ?? '', words);
    assert.not.match(second ?? '', '# Task a');
    assert.ok((second ?? '').length < (first ?? '').length);
    assert.match(third ?? '', '# Task a: A');
  }));

test('resume: ladder: the next rung goes on in it as well', () =>
  play([BAD, GOOD], { repairs: 0, agents: { resume: 'ladder' } }, async (made) => {
    assert.is((await made.make(['orchestrate'])).code, 0);
    assert.equal(made.resumed(), [null, 'session-1']);
    assert.equal(outcomes(made), ['sonnet/none failed', 'opus/none done']);
  }));

test('a session that is gone costs nothing: the attempt begins a new one, and is told everything', () =>
  play([BAD, { lost: true }, GOOD], { agents: { resume: 'rung' } }, async (made) => {
    assert.is((await made.make(['orchestrate'])).code, 0);
    assert.equal(made.resumed(), [null, 'session-1', null]);
    assert.match(made.started()[2]?.prompt ?? '', '# Task a: A');
    assert.equal(outcomes(made), ['sonnet/none failed', 'sonnet/none done']);
  }));

test('what a limit broke off goes on in its session after it, where it had got anywhere', () =>
  play([{ limit: Date.now() + 1500, tokens: [10] }, GOOD], { agents: { resume: 'rung' } }, async (made) => {
    assert.is((await made.make(['orchestrate'])).code, 0);
    assert.equal(made.resumed(), [null, 'session-1']);
    assert.equal(outcomes(made), ['sonnet/none limit', 'sonnet/none done']);
    assert.not.ok(existsSync(join(made.root, '.stepladder/holds')) && made.exists('.stepladder/holds/claude.json'));
  }));

test('an attempt that spends the task’s budget is ended in the middle: no other attempt, its work kept', () =>
  play(
    [{ tokens: [40, 40, 40, 9000], run: 'echo half > half.txt', hang: true }],
    { budget: { task: { tokens: 100 } } },
    async (made) => {
      const ran = await made.make(['orchestrate']);
      assert.match(ran.output, /the task's budget: \d+ of 100 tokens are spent/);
      assert.equal(outcomes(made), ['sonnet/none failed']);
      assert.not.ok(made.journal().some((event) => event.type === 'escalated'));
      assert.match(made.git('for-each-ref', 'refs/stepladder/failed'), 'a');
      assert.not.ok(made.exists('half.txt'));
    },
  ));

test('an attempt that spends the run’s budget halts the run; nothing is held against its task', () =>
  play(
    [{ tokens: [9000], run: 'echo half > half.txt', hang: true }, GOOD],
    { budget: { run: { tokens: 100 } } },
    async (made) => {
      const ran = await made.make(['-k', 'orchestrate']);
      assert.match(ran.output, /Error 4/);
      assert.match(ran.output, "the run's budget");
      assert.equal(outcomes(made), ['sonnet/none interrupted']);
      assert.is(made.started().length, 1);
      assert.not.ok(made.exists('.stepladder/tasks/a/failure.json'));
      made.write('stepladder.yaml', (made.read('stepladder.yaml') ?? '').replace('"tokens": 100', '"tokens": 100000'));
      assert.is((await made.make(['orchestrate'])).code, 0);
      assert.is(made.read('half.txt'), 'half\n', 'the work was taken up again');
    },
    { a: '# A', b: '# B' },
  ));

test('dollars: it is told what is left, and stops by itself', () =>
  play(
    [{ cost: 0.75, verdict: { ok: false, reason: 'too hard' } }, { cost: 0.3, subtype: 'error_max_budget_usd' }, GOOD],
    { budget: { task: { usd: 1 } } },
    async (made) => {
      const ran = await made.make(['orchestrate']);
      const told = made.started().map(({ args }) => args[args.indexOf('--max-budget-usd') + 1]);
      assert.equal(told, ['1.0000', '0.2500']);
      assert.match(ran.output, 'Error 1');
      assert.is(made.started().length, 2);
    },
  ));

test('the journal says which model answered', () =>
  play([GOOD], {}, async (made) => {
    assert.is((await made.make(['orchestrate'])).code, 0);
    const finished = made.journal().find((event) => event.type === 'attempt-finished');
    assert.is(finished?.type === 'attempt-finished' && finished.model, 'claude-sonnet-5-5');
  }));

test('dollars with an agent that never tells what it cost: refused before anything is paid', async () => {
  const config = {
    agent: 'codex',
    agents: { codex: { kind: 'codex', command: './never-run' } },
    budget: { run: { usd: 5 } },
  };
  await withProject({ tasks: { a: '# A' }, config }, async (made) => {
    const ran = await made.make(['orchestrate']);
    assert.match(ran.output, 'the agent codex never tells what it cost');
    assert.match(ran.output, 'in tokens');
    assert.is(made.journal().filter((event) => event.type === 'attempt-started').length, 0);
  });
});
