import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Task } from '../src/backlog/task.js';
import { defaultConfig } from '../src/config.js';
import { type CheckContext, checksOf, preconditionsOf, runChecks } from '../src/inspect/checks.js';
import { evidenceOf, inspect } from '../src/inspect/inspect.js';
import type { Check, CheckResult } from '../src/inspect/inspection.js';
import type { Finding } from '../src/record/receipt.js';
import { appears, isRunning, pidIn } from './rig/attempts.js';
import { inFolder } from './rig/folder.js';
import { mostMemory } from './rig/memory.js';
import { assert, suite } from './rig/suite.js';

const test = suite('checks');
const TREE = 'a'.repeat(40);

function check(run: string, more: Partial<Check> = {}): Check {
  return { label: run, kind: 'command', run, timeoutMs: 30_000, origin: 'config', when: 'step', ...more };
}

function context(dir: string, more: Partial<CheckContext> = {}): CheckContext {
  return {
    cwd: dir,
    env: { PATH: process.env.PATH ?? '' },
    secrets: [],
    mark: `test-${process.pid}-${Math.random().toString(36).slice(2)}`,
    task: 'sse-parser',
    base: 'c0ffee',
    tree: TREE,
    retries: 0,
    stateRoot: join(dir, '.stepladder'),
    sandbox: '',
    shared: false,
    signal: new AbortController().signal,
    leftOver: () => [],
    onResult: () => {},
    ...more,
  };
}

async function one(
  run: string,
  dir: string,
  more: Partial<CheckContext> = {},
  of: Partial<Check> = {},
): Promise<CheckResult> {
  const [result] = await runChecks([check(run, of)], context(dir, more));
  if (result === undefined) throw new Error('no result');
  return result;
}

const lines = (dir: string, file: string): number => readFileSync(join(dir, file), 'utf8').trim().split('\n').length;

test('a check passes if it exits 0, and a red one says how it ended and what it printed, in order', () =>
  inFolder(async (dir) => {
    assert.is((await one('true', dir)).ok, true);
    const red = await one('echo one; echo two >&2; echo three; exit 3', dir);
    assert.equal([red.ok, red.failure, red.output], [false, 'exit 3', 'one\ntwo\nthree']);
    assert.is((await one('kill -SEGV $$', dir)).failure, 'ended by SIGSEGV');
    const missing = await one('no-such-tool-anywhere', dir);
    assert.is(missing.failure, 'exit 127');
    assert.match(missing.output, 'no-such-tool-anywhere');
  }));

test('it runs in the workspace, without input, and is told task and base but nothing else of ours', () =>
  inFolder(async (dir) => {
    const red = await one('pwd; cat; env | grep STEPLADDER_ | sort; exit 1', dir);
    const [cwd, ...variables] = red.output.split('\n');
    assert.is(cwd, dir);
    assert.equal(variables.slice(0, 1), ['STEPLADDER_BASE=c0ffee']);
    assert.match(variables[1] ?? '', /^STEPLADDER_MARK=test-/);
    assert.equal(variables.slice(2), ['STEPLADDER_TASK=sse-parser']);
  }));

test('a script of several lines needs every line to hold', () =>
  inFolder(async (dir) => {
    assert.is((await one('false\ntrue', dir)).ok, true);
    assert.is((await one('false\ntrue', dir, {}, { kind: 'script' })).ok, false);
    assert.is((await one('x=1\ntest "$x" = 1', dir, {}, { kind: 'script' })).ok, true);
  }));

test('exists looks for a path in the workspace, clean for what is beyond the commit', () =>
  inFolder(async (dir) => {
    mkdirSync(join(dir, 'src'));
    assert.is((await one('src', dir, {}, { kind: 'exists' })).ok, true);
    assert.is((await one('src/a.c', dir, {}, { kind: 'exists' })).failure, 'src/a.c does not exist');
    assert.is((await one('', dir, {}, { kind: 'clean' })).ok, true);
    const leftOver = (): string[] => ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    const red = await one('', dir, { leftOver }, { kind: 'clean' });
    assert.is(red.failure, 'beyond the commit to be made: a, b, c, d, e and 2 more');
  }));

test('a check that is still running at its time limit is ended with all it started, and is not tried again', () =>
  inFolder(async (dir) => {
    const run = 'echo run >> runs; sleep 300 & echo $! > pid; echo busy; wait';
    const red = await one(run, dir, { retries: 3 }, { timeoutMs: 3000 });
    assert.equal([red.ok, red.failure, red.output], [false, 'still running after 3s', 'busy']);
    assert.is(lines(dir, 'runs'), 1);
    assert.not.ok(isRunning(pidIn(dir, 'pid')));
  }));

test('a background child that holds its output does not hang it, and does not outlive it', () =>
  inFolder(async (dir) => {
    const started = performance.now();
    const green = await one('sleep 300 & echo $! > pid; echo done', dir);
    assert.is(green.ok, true);
    assert.ok(performance.now() - started < 20_000);
    assert.not.ok(isRunning(pidIn(dir, 'pid')));
  }));

test('an abort ends the check and is thrown', () =>
  inFolder(async (dir) => {
    const controller = new AbortController();
    const running = one('echo $$ > p; mv p pid; exec sleep 300', dir, { signal: controller.signal });
    await appears(dir, 'pid');
    controller.abort(new Error('enough'));
    let thrown: unknown = null;
    await running.catch((error) => {
      thrown = error;
    });
    assert.is(thrown instanceof Error && thrown.message, 'enough');
    assert.not.ok(isRunning(pidIn(dir, 'pid')));
  }));

test('of endless output the last 8 KiB are kept, as whole characters, in flat memory', () =>
  inFolder(async (dir) => {
    const taken = (bytes: number): Promise<number> =>
      mostMemory(async () => {
        const run = `yes "grün und 😀" | head -c ${bytes}; echo; echo last; exit 1`;
        const red = await one(run, dir, {}, { timeoutMs: 120_000 });
        assert.ok(Buffer.byteLength(red.output) <= 8192);
        assert.ok(Buffer.byteLength(red.output) > 8000);
        assert.ok(red.output.startsWith('…') && red.output.endsWith('\nlast'), red.output.slice(-40));
        assert.not.match(red.output, '\ufffd'.repeat(2));
      });
    const few = await taken(100_000_000);
    const more = (await taken(300_000_000)) - few;
    assert.ok(more < 60e6, `${Math.round(more / 1e6)} MB`);
  }));

test('secrets do not stay in the output', () =>
  inFolder(async (dir) => {
    const env = { PATH: process.env.PATH ?? '', DEPLOY_TOKEN: 'correct-horse-battery' };
    assert.is((await one('echo "using $DEPLOY_TOKEN"; exit 1', dir, { env })).output, 'using [hidden]');
  }));

test('secrets of agents, which a check can read in the configuration, do not stay in the output either', () =>
  inFolder(async (dir) => {
    writeFileSync(join(dir, 'stepladder.yaml'), 'env: {MY_API_KEY: horse-battery-9}\n');
    const red = await one('cat stepladder.yaml; exit 1', dir, { secrets: [{}, { MY_API_KEY: 'horse-battery-9' }] });
    assert.is(red.output, 'env: {MY_API_KEY: [hidden]}');
  }));

test('a red check that is green on a further run of the same tree is flaky, which counts as green', () =>
  inFolder(async (dir) => {
    const flake = 'echo run >> runs; test $(wc -l < runs) -ge 3';
    const red = await one(flake, dir, { retries: 1 });
    assert.equal([red.ok, red.flaky], [false, false]);
    rmSync(join(dir, 'runs'));
    const green = await one(flake, dir, { retries: 2 });
    assert.equal([green.ok, green.flaky, green.failure], [true, true, '']);
    assert.is(lines(dir, 'runs'), 3);
  }));

test('a sandbox is a prefix of every command', () =>
  inFolder(async (dir) => {
    const red = await one('echo "$INSIDE"; exit 1', dir, { sandbox: 'env INSIDE="a b"' });
    assert.is(red.output, 'a b');
    const missing = await one('true', dir, { sandbox: 'no-such-sandbox --bind /' });
    assert.is(missing.ok, false);
    assert.match(missing.failure, /^nothing runs in its sandbox: .*no-such-sandbox/);
  }));

test('a command with every kind of quote reaches the shell as it is', () =>
  inFolder(async (dir) => {
    const red = await one(`printf '%s\\n' "it's" 'say "hi"' $((1+1)) \\$x; exit 1`, dir);
    assert.is(red.output, 'it\'s\nsay "hi"\n2\n$x');
  }));

const task: Task = {
  name: 'sse-parser',
  file: 'tasks/sse-parser.md',
  title: 'Parser',
  body: '',
  depends: [],
  rung: null,
  maxRung: null,
  group: null,
  layer: null,
  priority: 0,
  files: [],
  provides: [],
  verify: ['npm test', 'make check'],
  mends: ['make lint'],
  stubs: [],
  checkpoint: false,
  changesNone: false,
  agent: null,
  timeoutMs: 120_000,
  isolation: null,
  preconditions: [
    { kind: 'exists', path: 'src/a.c', text: '`src/a.c` exists' },
    { kind: 'claim', text: 'everybody is happy' },
  ],
  postconditions: [
    { kind: 'command', command: 'make check', text: '`make check` passes' },
    { kind: 'script', command: 'a\nb\n', text: 'a\nb\n' },
    { kind: 'clean', text: 'Clean worktree' },
    { kind: 'claim', text: 'the code is beautiful' },
  ],
  decisions: '',
  fingerprint: '1:sha256:0',
  essence: '0',
};

test("a task's checks are the configuration's, its own and its postconditions, each once; prose is none", () => {
  const verify = [{ run: 'make check', timeoutMs: 5000, when: 'landing' as const }];
  const checks = checksOf(defaultConfig('/x'), task, verify);
  assert.equal(
    checks.map(({ label, kind, origin, timeoutMs, when }) => [label, kind, origin, timeoutMs, when]),
    [
      // Wanted at every step by the task as well.
      ['make check', 'command', 'config', 5000, 'step'],
      ['npm test', 'command', 'task', 120_000, 'step'],
      ['make lint', 'command', 'task', 120_000, 'step'],
      ['a … (2 lines)', 'script', 'postcondition', 120_000, 'step'],
      ['Clean worktree', 'clean', 'postcondition', 120_000, 'step'],
    ],
  );
  assert.equal(
    preconditionsOf(defaultConfig('/x'), task).map(({ run, origin }) => [run, origin]),
    [['src/a.c', 'precondition']],
  );
});

const stray: Finding = {
  kind: 'stray-file',
  severity: 'warning',
  file: 'x',
  line: null,
  symbol: null,
  message: 'stray',
};

/** An inspection in a folder whose “tree” is what a file named `tree` holds. */
async function inspected(dir: string, checks: readonly Check[], more: Partial<Parameters<typeof inspect>[0]> = {}) {
  writeFileSync(join(dir, 'tree'), TREE);
  const { tree: _, treeNow: __, ...rest } = context(dir);
  return inspect({
    ...rest,
    checks,
    redBefore: new Set(),
    changesNone: false,
    tampering: () => [],
    weakened: () => [],
    strays: () => [],
    stubs: async () => ({ findings: [], reasons: [], stubs: [], exempted: 0 }),
    treeNow: () => readFileSync(join(dir, 'tree'), 'utf8').trim(),
    changed: () => ['src/a.c'],
    ...more,
  });
}

test('an inspection holds if all checks are green, and says which were red before', () =>
  inFolder(async (dir) => {
    const found = await inspected(dir, [check('true'), check('test 1')], {
      redBefore: new Set(['test 1']),
      strays: () => [stray],
    });
    assert.equal([found.ok, found.reasons, found.tree, found.findings], [true, [], TREE, [stray]]);
    assert.equal(
      found.verified.map((one) => [one.check, one.redBefore]),
      [
        ['true', false],
        ['test 1', true],
      ],
    );
    assert.is(evidenceOf(found.verified), 'strong');
    assert.is(evidenceOf(found.verified.slice(0, 1)), 'weak');
    assert.is(evidenceOf([]), 'none');
  }));

test('every red check and every finding that blocks is a reason', () =>
  inFolder(async (dir) => {
    const tampered: Finding = {
      ...stray,
      kind: 'tampering',
      severity: 'error',
      file: 'tasks/a.done',
      message: 'was made',
    };
    const found = await inspected(dir, [check('echo bad; exit 2'), check('true')], { tampering: () => [tampered] });
    assert.equal(
      [found.ok, found.reasons],
      [false, ['tasks/a.done: was made', 'check failed: echo bad; exit 2 (exit 2)\nbad']],
    );
  }));

test('a task that changed nothing and turned no check green is not done, unless it need not change anything', () =>
  inFolder(async (dir) => {
    const nothing = { changed: () => [] };
    const reasons = async (more: object) => (await inspected(dir, [check('true')], { ...nothing, ...more })).reasons;
    assert.equal(await reasons({}), ['nothing was changed, and no check turned green']);
    assert.equal(await reasons({ changesNone: true }), []);
    assert.equal(await reasons({ redBefore: new Set(['true']) }), []);
  }));

test('checks that change the tree are run again on what they made of it', () =>
  inFolder(async (dir) => {
    const other = 'b'.repeat(40);
    const formatter = check(`echo run >> runs; printf ${other} > tree`);
    const found = await inspected(dir, [formatter]);
    assert.equal([found.ok, found.tree, lines(dir, 'runs')], [true, other, 2]);
    const endless = await inspected(dir, [
      check('n=$(wc -c < count 2>/dev/null || echo 0); echo >> count; printf "%040d" $n > tree'),
    ]);
    assert.equal(endless.reasons, ['the checks change the work tree each time they are run']);
  }));

test('what does not belong there is gone before the checks run', () =>
  inFolder(async (dir) => {
    writeFileSync(join(dir, 'stray.txt'), '');
    const strays = (): Finding[] => {
      rmSync(join(dir, 'stray.txt'));
      return [stray];
    };
    assert.is((await inspected(dir, [check('test ! -e stray.txt')], { strays })).ok, true);
  }));
