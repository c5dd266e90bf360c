/** The real backlog of 63 tasks, run from end to end with an agent that costs nothing. */
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { CHECKOUT, type Project, type ProjectOptions, withProject } from './rig/project.js';
import { ENTRIES, realBacklog, realScript } from './rig/real-backlog.js';
import { assert, suite } from './rig/suite.js';

const test = suite('a real backlog');

const LONG = { timeoutMs: 20 * 60_000 };
const names = ENTRIES.map((entry) => entry.name);
const options: ProjectOptions = {
  tasks: realBacklog(),
  script: realScript(),
  // The project's own check: one quick look at the tree, of which Make's output stays small.
  config: { verify: ['test ! -e broken'] },
  makefile: 'check:\n\t@test ! -e broken\n.PHONY: check\n',
};
const patient = { timeoutMs: 10 * 60_000 };

/** Names in the order in which their agents were started. */
const started = (made: Project): string[] => made.invocations().map(({ task }) => task);

function provesTheOrder(made: Project): void {
  const journal = made.journal();
  for (const { name, depends } of ENTRIES) {
    const began = journal.findIndex((event) => event.type === 'step-started' && event.task === name);
    assert.ok(began >= 0, `${name} was started`);
    for (const needed of depends) {
      const done = journal.findIndex(
        (event) => event.type === 'step-finished' && event.task === needed && event.state === 'done',
      );
      assert.ok(done >= 0 && done < began, `${needed} was done before ${name} began`);
      const receipt = made.receipt(needed);
      assert.ok((receipt?.finished ?? '9') <= (journal[began]?.time ?? '0'), `the receipt of ${needed} is older`);
    }
    const seen = made.invocations().find(({ task }) => task === name)?.receipts ?? [];
    for (const needed of depends) assert.ok(seen.includes(`${needed}.done`), `${name}'s agent saw ${needed}.done`);
  }
}

function everythingIsDone(made: Project): void {
  assert.equal(started(made).sort(), [...names].sort(), 'each agent was started exactly once');
  assert.equal(names.filter((name) => made.receipt(name)?.state === 'done').length, 63);
  const commits = made.git('log', '--format=%(trailers:key=Stepladder-Task,valueonly,separator=%x2C)').split('\n');
  assert.equal(commits.filter((name) => name !== '').sort(), [...names].sort(), 'one commit per task');
  assert.is(made.git('rev-list', '--count', 'HEAD'), '64', 'and none besides the first');
  assert.is(made.git('status', '--porcelain'), '');
}

async function clone(made: Project, name: string): Promise<string> {
  const folder = join(made.outside, name);
  const cloned = await made.run('git', ['clone', '-q', made.root, folder]);
  assert.is(cloned.code, 0);
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(CHECKOUT, join(folder, 'node_modules/stepladder'));
  return folder;
}

test(
  'runs at -j1 in order; then nothing, an edit, a clone and a revert cost what they should',
  () =>
    withProject(options, async (made) => {
      const first = await made.make(['-j1', 'orchestrate'], patient);
      assert.is(first.code, 0);
      everythingIsDone(made);
      provesTheOrder(made);

      const second = await made.make(['-j1', 'orchestrate']);
      assert.is(second.code, 0);
      assert.is(started(made).length, 63, 'the second run starts no agent');

      const folder = await clone(made, 'clone');
      const cloned = await made.make(['orchestrate'], { cwd: folder, ...patient });
      assert.is(cloned.code, 0);
      assert.is(started(made).length, 63, 'a clone starts no agent');

      const before = made.journal().length;
      const text = made.read('tasks/provider-types.md') ?? '';
      made.write('tasks/provider-types.md', text.replace('## Context\n', '## Context\n\nAnd one more type.\n'));
      const edited = await made.make(['-j1', 'orchestrate'], patient);
      assert.is(edited.code, 0);
      assert.equal(started(made).slice(63), ['provider-types'], 'an edit pays for its own agent');
      const verified = made
        .journal()
        .slice(before)
        .flatMap((event) => (event.type === 'verified' ? [event.task] : []));
      const dependents = ENTRIES.filter(({ depends }) => depends.includes('provider-types')).map(({ name }) => name);
      assert.equal(verified.sort(), dependents.sort(), 'its dependents are verified again, unpaid');

      const commit = made.git('log', '-1', '--format=%H', '--grep=^Stepladder-Task: sse-parser$');
      made.git('revert', '--no-edit', commit);
      assert.is((await made.make(['-q', 'orchestrate'])).code, 1, 'Make wants the reverted task again');
      assert.match((await made.make(['-n', 'orchestrate'])).stdout, /step sse-parser\b/);
      const reverted = await made.make(['-j1', 'orchestrate'], patient);
      assert.is(reverted.code, 0);
      assert.equal(started(made).slice(64), ['sse-parser']);
    }),
  LONG,
);

test(
  'runs at -j8 in order, each agent exactly once',
  () =>
    withProject(options, async (made) => {
      const first = await made.make(['-j8', 'orchestrate'], patient);
      assert.is(first.code, 0);
      everythingIsDone(made);
      provesTheOrder(made);
      assert.is((await made.make(['-j8', 'orchestrate'])).code, 0);
      assert.is(started(made).length, 63, 'the second run starts no agent');
    }),
  LONG,
);

test(
  'ten tasks done on a branch, merged by squash and cloned, are not paid again',
  () =>
    withProject(options, async (made) => {
      const ten = names.slice(0, 10);
      const goals = ten.map((name) => `tasks/${name}.done`);
      made.git('checkout', '-q', '-b', 'ten');
      assert.is((await made.make(goals, patient)).code, 0);
      assert.equal(started(made).sort(), [...ten].sort());

      made.git('checkout', '-q', 'main');
      made.git('merge', '-q', '--squash', 'ten');
      made.git('commit', '-q', '-m', 'Ten tasks at once');
      made.git('branch', '-q', '-D', 'ten');
      const folder = await clone(made, 'clone');
      const cloned = await made.make(goals, { cwd: folder, ...patient });
      assert.is(cloned.code, 0);
      assert.is(started(made).length, 10, 'nothing is paid in the clone');
      assert.is((await made.make(['-q', ...goals], { cwd: folder })).code, 0);
    }),
  LONG,
);
