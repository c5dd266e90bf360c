/** A usage limit is one account's: whoever shares it waits together, and one alone asks whether it is over. */
import { agentFor } from '../src/agents/known.js';
import { type AgentConfig, BUILT_IN_AGENTS, defaultConfig } from '../src/config.js';
import { type Account, holdOn, placeHold } from '../src/record/holds.js';
import { FRESH_RUNG, next } from '../src/step/outcome.js';
import { gotThrough, hold, passHold, type Waiting } from '../src/step/waiting.js';
import { agentConfig } from './rig/attempts.js';
import { inFolder } from './rig/folder.js';
import { withProject } from './rig/project.js';
import { assert, suite } from './rig/suite.js';

const test = suite('holds');

const ACCOUNT: Account = { id: '0123456789abcdef', name: 'claude' };
const DAY = 86_400_000;

interface Waiter extends Waiting {
  readonly told: string[];
  readonly say: () => void;
}

function waiter(root: string, name: string, more: Partial<Waiting> = {}): Waiter {
  const told: string[] = [];
  return {
    root,
    signal: new AbortController().signal,
    halted: () => null,
    tell: (line) => told.push(line),
    say: () => {},
    started: new Date(),
    config: { maxWaitMs: DAY },
    task: { name },
    told,
    ...more,
  };
}

/** A hold that was over a moment ago. */
function placeOver(root: string): void {
  const now = Date.now();
  placeHold(root, ACCOUNT, { account: 'claude', reason: 'used up', since: now - 1000, until: now - 1 });
}

/** Lets several steps pass; `settled` holds what those got that have passed so far. */
function passing(steps: readonly Waiter[]): {
  readonly settled: Awaited<ReturnType<typeof passHold>>[];
  readonly all: Promise<unknown>;
  first(): Promise<Awaited<ReturnType<typeof passHold>>>;
} {
  const settled: Awaited<ReturnType<typeof passHold>>[] = [];
  const passes = steps.map(async (step) => {
    const passed = await passHold(step, ACCOUNT);
    settled.push(passed);
    return passed;
  });
  return { settled, all: Promise.all(passes), first: () => Promise.race(passes) };
}

const probeOf = (passed: Awaited<ReturnType<typeof passHold>> | undefined) =>
  typeof passed === 'object' && 'probe' in passed ? passed.probe : null;

test('where nothing is held everybody goes on, and nobody probes', () =>
  inFolder(async (root) => {
    assert.equal(await passHold(waiter(root, 'a'), ACCOUNT), { probe: null });
  }));

test('when a limit is over one step asks; the others wait, and go on when it got through', () =>
  inFolder(async (root) => {
    placeOver(root);
    const steps = ['a', 'b', 'c', 'd'].map((name) => waiter(root, name));
    const { settled, all, first } = passing(steps);
    const probe = probeOf(await first());
    assert.ok(probe);
    assert.is(settled.length, 1);
    gotThrough({ root }, ACCOUNT);
    await all;
    assert.equal(
      settled.slice(1).map((passed) => probeOf(passed)),
      [null, null, null],
    );
    assert.is(steps.filter(({ told }) => told.some((line) => line.includes('another step finds out'))).length, 3);
    probe?.release();
    assert.is(holdOn(root, ACCOUNT), null);
  }));

test('where the one that asked came to another end, the next one asks', () =>
  inFolder(async (root) => {
    placeOver(root);
    const { settled, all, first } = passing(['a', 'b'].map((name) => waiter(root, name)));
    probeOf(await first())?.release();
    await all;
    assert.ok(probeOf(settled[1]), 'the second has the right to ask');
    probeOf(settled[1])?.release();
  }));

for (const [what, resetsAt, told] of [
  ['years', Date.parse('2033-05-18T03:33:20Z'), '2033-05-18T03:33:20.000Z'],
  ['more than a date can say', 1e19, '+275760-09-13T00:00:00.000Z'],
] as const) {
  test(`a limit of ${what} halts the run, and it is told when it ends`, () =>
    inFolder(async (root) => {
      const step = waiter(root, 'a');
      hold(step, ACCOUNT, { name: 'limit', reason: 'used up', resetsAt }, 's/n');
      const halted = await passHold(step, ACCOUNT);
      assert.match(typeof halted === 'object' && 'reason' in halted ? halted.reason : '', `it ends at ${told}`);
    }));
}

test('where the limit still stands all wait on, until the time that was told to the one that asked', () =>
  inFolder(async (root) => {
    placeOver(root);
    const steps = ['a', 'b'].map((name) => waiter(root, name));
    const { settled, all, first } = passing(steps);
    const probe = probeOf(await first());
    const resetsAt = Date.now() + 4000;
    hold(waiter(root, 'a'), ACCOUNT, { name: 'limit', reason: 'still used up', resetsAt }, 's/n');
    probe?.release();
    await all;
    assert.is(settled.length, 2);
    assert.ok(Date.now() >= resetsAt, 'nobody asked before');
    assert.ok(
      steps.some(({ told }) => told.some((line) => line.includes('still used up'))),
      'and was told for what it waits',
    );
    probeOf(settled[1])?.release();
  }));

test('whoever was at work before the limit was met lifts no hold', () =>
  inFolder(async (root) => {
    hold(waiter(root, 'a'), ACCOUNT, { name: 'limit', reason: 'used up', resetsAt: Date.now() + DAY / 2 }, 's/n');
    gotThrough({ root }, ACCOUNT);
    assert.is.not(holdOn(root, ACCOUNT), null);
  }));

test('one that would take longer than max-wait halts, and says how to go on; so does a run that was halted meanwhile', () =>
  inFolder(async (root) => {
    hold(waiter(root, 'a'), ACCOUNT, { name: 'limit', reason: 'used up', resetsAt: Date.now() + 2 * DAY }, 's/n');
    const passed = await passHold(waiter(root, 'b'), ACCOUNT);
    if (typeof passed !== 'object' || !('reason' in passed)) throw new Error('it was let through');
    assert.match(passed.reason, 'max-wait');
    assert.match(passed.remedy, 'rm -r .stepladder/holds');
    placeOver(root);
    const { first } = passing([waiter(root, 'c')]);
    const probe = probeOf(await first());
    const halted = { reason: 'somebody halted it', remedy: 'go on' };
    assert.equal(await passHold(waiter(root, 'd', { halted: () => halted }), ACCOUNT), halted);
    probe?.release();
  }));

const limit = (resetsAt: number | null) => ({ name: 'limit', reason: 'used up', resetsAt }) as const;

test('a reset that is over already is not believed: each time the limit is met again it is held for longer', () =>
  inFolder(async (root) => {
    const step = waiter(root, 'a', { started: new Date(Date.now() - DAY) });
    const lengths: number[] = [];
    for (let nth = 0; nth < 6; nth += 1) {
      const now = Date.now();
      hold(step, ACCOUNT, limit(now - DAY), 's/n');
      const found = holdOn(root, ACCOUNT);
      if (found === null) throw new Error('nothing is held');
      lengths.push(Math.round((found.until - now) / 1000));
      assert.ok(Math.abs(found.since - now) < 60_000, 'max-wait is counted from the first of the row');
      placeHold(root, ACCOUNT, { ...found, until: now - 1 });
    }
    assert.equal(lengths, [5, 5, 15, 45, 135, 300]);
  }));

test('of two resets the later one holds, and a guess shortens none', () =>
  inFolder(async (root) => {
    const step = waiter(root, 'a');
    const later = Date.now() + DAY / 2;
    for (const resetsAt of [later, Date.now() + 60_000, null]) {
      hold(step, ACCOUNT, limit(resetsAt), 's/n');
      assert.is(holdOn(root, ACCOUNT)?.until, later);
    }
  }));

test('a reset beyond all dates is too late, and is said so; such a hold on the disk holds nobody', () =>
  inFolder(async (root) => {
    hold(waiter(root, 'a'), ACCOUNT, limit(1e20), 's/n');
    const passed = await passHold(waiter(root, 'b'), ACCOUNT);
    assert.ok(typeof passed === 'object' && 'reason' in passed && passed.reason.includes('max-wait'));
    placeHold(root, ACCOUNT, { account: 'claude', reason: 'used up', since: Date.now(), until: 1e20 });
    assert.equal(await passHold(waiter(root, 'c'), ACCOUNT), { probe: null });
  }));

test('a provider that says to come back at once is asked again as late as one that says nothing', () => {
  const again = (retryAfterMs: number | null, chance: number): number => {
    const limits = { repairs: 0, retries: 9, chance };
    const step = next({ name: 'transient', reason: '529', retryAfterMs }, { ...FRESH_RUNG, transients: 2 }, limits);
    return step.do === 'wait' ? step.ms : -1;
  };
  assert.equal([again(null, 0), again(0, 0), again(90_000, 0)], [36_000, 36_000, 90_000]);
  const [one, other] = [again(90_000, 0.1), again(90_000, 0.9)];
  assert.ok(90_000 <= one && one < other && other <= 99_000, 'steps that were told the same do not come back together');
});

test('a limit whose reset is over, met again and again: a few attempts, and then the run halts', () =>
  withProject(
    {
      tasks: { a: '# A' },
      config: { ladder: ['small/none'], 'max-wait': '4s' },
      script: [{ verdict: { ok: false, reason: 'used up', limit: { resetsAt: '2020-01-01T00:00:00Z' } } }],
    },
    async (made) => {
      const ran = await made.make(['orchestrate']);
      assert.match(ran.output, 'max-wait');
      assert.is(made.invocations().length, 1);
      assert.is(made.journal().find((event) => event.type === 'halted')?.type, 'halted');
    },
  ));

test('an interrupted step waits no longer', () =>
  inFolder(async (root) => {
    hold(waiter(root, 'a'), ACCOUNT, { name: 'limit', reason: 'used up', resetsAt: Date.now() + DAY / 2 }, 's/n');
    const controller = new AbortController();
    const passes = passHold(waiter(root, 'b', { signal: controller.signal }), ACCOUNT);
    controller.abort();
    assert.is(await passes, 'interrupted');
  }));

function accountOf(env: Readonly<Record<string, string>>, model = 'm', more: Partial<AgentConfig> = {}): string {
  const own = agentConfig('', { name: 'own', kind: 'claude', command: null, ...more });
  const config = { ...defaultConfig('/'), agents: { ...BUILT_IN_AGENTS, own } };
  return agentFor(config, 'own').account(env, model).id;
}

test('an account is the login, not the agent’s name: two agents with the same one share it', () => {
  const env = { HOME: '/home/ada', ANTHROPIC_API_KEY: 'sk-one', PATH: '/bin' };
  const config = { ...defaultConfig('/'), agents: BUILT_IN_AGENTS };
  assert.is(accountOf(env), agentFor(config, 'claude').account(env, 'opus').id);
  assert.is(accountOf({ ...env, PATH: '/usr/bin' }), accountOf(env));
  assert.is.not(accountOf({ ...env, ANTHROPIC_API_KEY: 'sk-two' }), accountOf(env));
  assert.is.not(accountOf(env, 'm', { env: { CLAUDE_CONFIG_DIR: '/home/ada/.claude-work' } }), accountOf(env));
  assert.is.not(accountOf(env, 'm', { kind: 'codex' }), accountOf(env));
  assert.not.match(accountOf(env), 'sk-one');
});

test('OpenCode has an account for each provider; a command of one’s own is its own', () => {
  const env = { HOME: '/home/ada' };
  const opencode = (model: string): string => accountOf(env, model, { kind: 'opencode' });
  assert.is(opencode('anthropic/claude-sonnet-5'), opencode('anthropic/claude-opus-5-5'));
  assert.is.not(opencode('openai/gpt-6-astra'), opencode('anthropic/claude-opus-5-5'));
  const command = (name: string): string => accountOf(env, 'm', { kind: 'command', command: 'true', name });
  assert.is.not(command('one'), command('two'));
});
