/** What a run would do, before anything is paid. */
import { Measures } from '../src/report/measures.js';
import { type PlanInput, type PlannedTask, planOf, planText } from '../src/report/plan-page.js';
import { assert, suite } from './rig/suite.js';

const test = suite('report: plan');

const M = 60_000;
const MAKE_CHECK = { label: 'make check', run: 'make check' };
const rung = (name: string) => ({
  rung: name,
  agent: 'claude',
  model: `claude-${name.split('/')[0]}-4`,
  command: `claude -p --model claude-${name.split('/')[0]}-4`,
  permissions: 'bypass',
  sandbox: '',
});
const task = (name: string, more: Partial<PlannedTask> = {}): PlannedTask => ({
  name,
  title: `Title of ${name}`,
  file: `tasks/${name}.md`,
  depends: [],
  group: null,
  action: 'run',
  why: 'never run',
  rungs: [rung('sonnet/thinking'), rung('opus/extended')],
  preconditions: [],
  checks: [MAKE_CHECK],
  sandbox: '',
  isolation: 'in-place',
  timeoutMs: 60 * M,
  budget: null,
  ...more,
});
const input = (more: Partial<PlanInput> = {}): PlanInput => ({
  branch: 'main',
  workspace: '.',
  jobs: 1,
  tasks: [],
  unordered: [],
  done: 3,
  deferred: 0,
  preflight: [],
  baseline: [MAKE_CHECK],
  setup: [],
  launch: '',
  notify: null,
  budget: null,
  measures: new Measures(
    Array.from({ length: 100 }, () => ({ rung: 'sonnet/thinking', group: null, durationMs: 10 * M, costUsd: 0.5 })),
  ),
  ...more,
});

test('order, rungs, models, checks, limits, time, cost, budget and every command are told', () => {
  const plan = planOf(
    input({
      tasks: [
        task('a', {
          preconditions: [{ label: '`src/a.c` exists', run: 'test -e src/a.c' }],
          budget: { usd: 2, tokens: null },
        }),
        task('b', { depends: ['a'], action: 'verify', why: 'what it builds on has changed' }),
        task('c', { depends: ['b'], checks: [] }),
        task('gate', { depends: ['c'], action: 'checkpoint', rungs: [], checks: [] }),
        task('old', {
          action: 'stuck',
          why: 'failed before, and nothing has changed since',
          checks: [{ label: 'x', run: 'never-run' }],
        }),
      ],
      preflight: ['docker info'],
      setup: ['npm ci'],
      launch: 'srun -n1',
      notify: 'say done',
      budget: { usd: 20, tokens: 2_000_000 },
    }),
  );
  assert.is(
    planText(plan),
    `2 tasks to run, 1 to verify again, 1 checkpoint, 1 stuck, 3 done
  branch:    main, workspace ., 1 job
  time:      about 20m
  cost:      about $1.00
  budget:    $20.00, 2,000,000 tokens for the run
  launched:  srun -n1
  verified:  make check

In this order:
   1 a: run (never run)
     rungs: sonnet/thinking → opus/extended
     preconditions: \`src/a.c\` exists
     checks: make check
     in-place, at most 1h an attempt, budget $2.00
   2 b: verify first (what it builds on has changed)
     rungs: sonnet/thinking → opus/extended
     after: a
     checks: make check
     in-place, at most 1h an attempt, budget none
   3 c: run (never run)
     rungs: sonnet/thinking → opus/extended
     after: b
     checks: none; it would be done (unverified)
     in-place, at most 1h an attempt, budget none
   4 gate: wait for your approval (never run)
     after: c
   5 old: stay where it is (failed before, and nothing has changed since)
     checks: x

Rungs:
  sonnet/thinking: claude, model claude-sonnet-4, permissions bypass
  opus/extended: claude, model claude-opus-4, permissions bypass

Commands that would be executed:
  docker info
      for preflight, before the run
  npm ci
      for setup of each worktree
  make check
      for baseline and verification of every task, verification of a, verification of b
  test -e src/a.c
      for precondition of a
  claude -p --model claude-sonnet-4
      for agent on sonnet/thinking
  claude -p --model claude-opus-4
      for agent on opus/extended
  say done
      for notify, when the run ends or first waits for a person`,
  );
});

test('who is confined is told, by what, and who is not', () => {
  const confined = { ...rung('opus/extended'), agent: 'codex', permissions: 'edits', sandbox: 'bwrap --ro-bind / /' };
  const text = planText(
    planOf(
      input({ tasks: [task('a', { rungs: [rung('sonnet/thinking'), confined], sandbox: 'bwrap --ro-bind / /' })] }),
    ),
  );
  assert.ok(
    text.includes(`Rungs:
  sonnet/thinking: claude, model claude-sonnet-4, permissions bypass
  opus/extended: codex, model claude-opus-4, permissions edits, in a sandbox

Sandboxes:
  none
      for the agent claude
  bwrap --ro-bind / /
      for the agent codex, checks of a

Commands that would be executed:`),
    text,
  );
});

test('what nothing verifies, and what was never measured, is said loudly', () => {
  const text = planText(planOf(input({ tasks: [task('a')], baseline: [], measures: new Measures() })));
  assert.match(text, /NOTHING VERIFIES/);
  assert.match(text, /time: {6}nothing measured yet/);
  assert.match(text, /cost: {6}no cost told yet/);
});

test('a script of several lines is shown whole, and cannot pass for two commands', () => {
  const text = planText(
    planOf(input({ tasks: [task('a', { checks: [{ label: 'script', run: 'set -e\nmake x\n' }] })] })),
  );
  assert.ok(text.includes('  set -e\n  make x\n      for verification of a'), text);
});

test('with nothing to do it says only that', () => {
  assert.is(planText(planOf(input())), 'nothing to do: 3 tasks done, none left');
  assert.is(planText(planOf(input({ deferred: 2 }))), 'nothing to do: 3 tasks done, 2 deferred, none left');
});

test('where everything is stuck, no rung, command, time or cost is promised', () => {
  const stuck = task('a', { action: 'stuck', why: 'failed before: red' });
  assert.is(
    planText(planOf(input({ tasks: [stuck], deferred: 1 }))),
    `0 tasks to run, 1 stuck, 3 done, 1 deferred
  branch:    main, workspace ., 1 job
  budget:    none for the run
  verified:  make check

In this order:
   1 a: stay where it is (failed before: red)
     checks: make check`,
  );
});

test('the plan as JSON has all of it, and no machinery', () => {
  const plan = planOf(input({ tasks: [task('a')] }));
  assert.not.ok('measures' in plan);
  assert.equal(JSON.parse(JSON.stringify(plan)), plan);
  assert.is(plan.expected.paid, 1);
});
