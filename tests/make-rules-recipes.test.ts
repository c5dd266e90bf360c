/** The rules for everything that Make sees (see make-rules-include.test.ts). Here: the recipes. */
import { utimesSync } from 'node:fs';
import { join } from 'node:path';
import { withProject } from './rig/project.js';
import { A_AND_B, BROKEN } from './rig/steps.js';
import { assert, suite } from './rig/suite.js';

const test = suite('make rules: recipes');

test('15: what a recipe says is one line that a dry run prints and does not run', async () => {
  await withProject({ tasks: A_AND_B }, async (made) => {
    const ran = await made.make(['-n', 'tasks/b.done']);
    const program = 'node_modules/stepladder/dist/stepladder.cjs';
    assert.is(ran.stdout, `exec node '${program}' step a\nexec node '${program}' step b\n`);
    const prefixed = await made.make(['-n', 'tasks/a.done', 'LAUNCH=srun -n1', 'RETRY=1', 'FORCE=1']);
    assert.is(prefixed.stdout, `exec srun -n1 node '${program}' step a --force --retry\n`);
    const off = await made.make(['-n', 'tasks/a.done', 'RETRY=0', 'FORCE='], {
      env: { FORCE: '1', RETRY: '1', LAUNCH: 'no' },
    });
    assert.is(off.stdout, `exec node '${program}' step a\n`, 'the environment does not count');
  });
});

test('16 and 22: SIGTERM to Make alone ends the step and its agent', async () => {
  await withProject({ tasks: { a: '# A\n' }, agent: 'driven' }, async (made) => {
    const running = made.start('make', ['tasks/a.done']);
    const attempt = await made.nextAttempt();
    await attempt.write('half.txt', 'half');
    running.kill('SIGTERM');
    await attempt.gone;
    await running.done;
    assert.not(made.exists('tasks/a.done'));
    assert.not(made.exists('half.txt'), 'put aside, not left in the tree');
    assert.match(made.git('for-each-ref', 'refs/stepladder'), 'refs/stepladder/interrupted/a');
  });
});

test('17: under -i dependents of a failed task start no agent', async () => {
  await withProject(
    { tasks: A_AND_B, script: [{ task: 'a', verdict: { ok: false, reason: 'cannot' } }] },
    async (made) => {
      await made.make(['-i', 'tasks/b.done']);
      assert.ok(made.invocations().length > 0);
      assert.equal([...new Set(made.invocations().map(({ task }) => task))], ['a']);
      assert.not(made.exists('tasks/b.done'));
    },
  );
});

test('17: a receipt survives .DELETE_ON_ERROR and an interrupted Make', async () => {
  await withProject({ tasks: A_AND_B, makefile: '.DELETE_ON_ERROR:\n' }, async (made) => {
    await made.make(['-n', 'orchestrate']);
    assert.match(made.read('.stepladder/tasks.mk') ?? '', /^\.PRECIOUS: \$\(stepladder\.receipts\)$/m);
    made.write('tasks/a.done', '');
    utimesSync(join(made.root, 'tasks/a.done'), 1_600_000_000, 1_600_000_000);
    // A step that touches its receipt and then fails: what Make would delete.
    made.write('../fail.sh', 'touch tasks/a.done; exit 1\n');
    const ran = await made.make(['-B', 'tasks/a.done', `LAUNCH=sh ${made.outside}/fail.sh`]);
    assert.is(ran.code, 2);
    assert.ok(made.exists('tasks/a.done'));
  });
});

test('18: an empty receipt is an assertion, by make -t and by hand', async () => {
  await withProject({ tasks: A_AND_B }, async (made) => {
    assert.is((await made.make(['-t', 'tasks/a.done'])).code, 0);
    assert.is(made.read('tasks/a.done'), '');
    made.write('tasks/b.done', '');
    const ran = await made.make(['orchestrate']);
    assert.is(ran.code, 0);
    assert.equal(made.invocations(), []);
  });
});

test('19: agents see nothing of Make, nor what was set on its command line', async () => {
  await withProject({ tasks: { a: '# A\n' } }, async (made) => {
    const ran = await made.make(['-B', '-k', '-j2', 'tasks/a.done', 'FORCE=1', 'RETRY=1', 'LAUNCH=env', 'MINE=1'], {
      env: { MAKEFILES: '', GNUMAKEFLAGS: '', STEPLADDER_SECRET: 'x' },
    });
    assert.is(ran.code, 0);
    const [agent] = made.invocations();
    const left = Object.keys(agent?.env ?? {}).filter((name) =>
      /^(MAKE|MFLAGS|GNUMAKE|FORCE|RETRY|LAUNCH|MINE)/.test(name),
    );
    assert.equal(left, []);
    assert.not('STEPLADDER_SECRET' in (agent?.env ?? {}));
    assert.not('STEPLADDER_NODE' in (agent?.env ?? {}));
  });
});

test('20: Make’s own exit codes: 2 for whatever failed, and for -q 1 = stale, 2 = error', async () => {
  await withProject({ tasks: A_AND_B, script: [{ verdict: { ok: false, reason: 'cannot' } }] }, async (made) => {
    assert.is((await made.make(['-q', 'orchestrate'])).code, 1);
    assert.is((await made.make(['orchestrate'])).code, 2);
    made.write('tasks/c.md', BROKEN);
    assert.is((await made.make(['-q', 'orchestrate'])).code, 2);
  });
});
