/** A failure is not paid for again until something changed that could matter, or a person asks. */
import { type Project, withProject } from './rig/project.js';
import { assert, suite } from './rig/suite.js';

const test = suite('sticky failures');

const CONFIG = { ladder: ['small/none', 'large/none'], repairs: 0 };
const FAILS = [{ verdict: { ok: false, reason: 'beyond me' }, write: { 'half.txt': 'half\n' } }];
const starts = (made: Project): number => made.invocations().length;

async function failed(body: (made: Project) => Promise<void>): Promise<void> {
  await withProject(
    { tasks: { a: '# A', b: '# B' }, config: CONFIG, script: [{ task: 'b' }, ...FAILS] },
    async (made) => {
      await made.make(['-k', 'orchestrate']);
      assert.is(starts(made), 3);
      await body(made);
    },
  );
}

test('the same failure again starts nobody, and says what to do', async () => {
  await failed(async (made) => {
    const ran = await made.make(['orchestrate']);
    assert.match(ran.output, 'beyond me');
    assert.match(ran.output, 'stepladder.cjs retry a');
    assert.is(starts(made), 3);
  });
});

test('an edit of the task, another ladder, agent or check lets it be tried again', async () => {
  await failed(async (made) => {
    made.write('tasks/a.md', '---\n---\n# A\n\nSimpler.\n');
    await made.make(['orchestrate']);
    assert.is(starts(made), 5);
    made.write('stepladder.yaml', (made.read('stepladder.yaml') ?? '').replace('"large/none"', '"huge/none"'));
    await made.make(['orchestrate']);
    assert.is(starts(made), 7);
  });
});

test('RETRY=1 tries again from the rung it stopped at, and takes up the work that was kept', async () => {
  await failed(async (made) => {
    made.script([{ task: 'a', write: { 'other.txt': 'x' } }]);
    assert.is((await made.make(['RETRY=1', 'orchestrate'])).code, 0);
    assert.is(starts(made), 4);
    assert.is(made.invocations().at(-1)?.rung, 'large/none');
    assert.equal(made.receipt('a')?.changed, ['half.txt', 'other.txt']);
    const path = made.receipt('a')?.path.map(({ rung, outcome }) => `${rung} ${outcome}`);
    assert.equal(
      path,
      ['small/none failed', 'large/none failed', 'large/none done'],
      'the receipt tells the whole story',
    );
    assert.is(made.receipt('a')?.attempts, 3);
  });
});

test('a retry is one further try: what fails again is sticky again', async () => {
  await failed(async (made) => {
    assert.is((await made.stepladder(['retry', 'a'])).code, 0);
    await made.make(['orchestrate']);
    assert.is(starts(made), 4);
    await made.make(['orchestrate']);
    assert.is(starts(made), 4);
  });
});

test('stepladder retry: with a hint, from a rung, or fresh', async () => {
  await failed(async (made) => {
    made.script([{ task: 'a', write: { 'other.txt': 'x' } }]);
    const retried = await made.stepladder([
      'retry',
      'a',
      '--hint',
      'look at line 7',
      '--from',
      'small/none',
      '--fresh',
    ]);
    assert.is(retried.code, 0);
    assert.is((await made.make(['orchestrate'])).code, 0);
    assert.is(made.invocations().at(-1)?.rung, 'small/none');
    assert.match(made.invocations().at(-1)?.prompt ?? '', 'look at line 7');
    assert.equal(made.receipt('a')?.changed, ['other.txt']);
    assert.is((await made.stepladder(['retry', 'a', '--from', 'smal/none'])).code, 2);
  });
});

test('plan knows that a stop is looked at again once what it waits for runs again', async () => {
  const tasks = { a: '# A', b: '---\ndepends: [a]\n---\n# B' };
  const script = [
    { task: 'a', write: { 'a.c': 'int start(void) {\n  return ERR(NOT_IMPLEMENTED);\n}\n' } },
    { task: 'b', verdict: { ok: false, reason: 'a stub', blockedBy: 'a' } },
  ];
  const config = { ...CONFIG, stubs: { gate: 'off' }, 'max-reopens': 0 };
  await withProject({ tasks, config, script }, async (made) => {
    await made.make(['orchestrate']);
    assert.match((await made.make(['plan'])).stdout, '0 tasks to run, 1 stuck, 1 done');
    assert.is((await made.stepladder(['answer', 'a', 'no stubs'])).code, 0);
    const { stdout } = await made.make(['plan']);
    assert.match(stdout, '2 tasks to run, 0 done');
    assert.match(stdout, 'b: run (blocked before, and a runs again)');
    made.script([]);
    assert.is((await made.make(['orchestrate'])).code, 0);
  });
});

test('a retry cannot start above the highest rung that the task allows', async () => {
  const tasks = { a: '---\nmax-rung: small/none\n---\n# A' };
  await withProject({ tasks, config: CONFIG }, async (made) => {
    const refused = await made.stepladder(['retry', 'a', '--from', 'large/none']);
    assert.is(refused.code, 2);
    assert.match(refused.output, 'a may climb to small/none at most, which is below large/none');
    assert.match(refused.output, 'raise max-rung in tasks/a.md first');
  });
});

test('the failed check itself is tried again, free: work that failed for want of a tool is done once the tool is there', async () => {
  const tasks = { a: "---\nverify: ['../tool work/a.txt']\n---\n# A" };
  await withProject({ tasks, config: CONFIG }, async (made) => {
    await made.make(['orchestrate']);
    assert.is(starts(made), 2);
    made.write('../tool', '#!/bin/sh\ntest -e "$1"\n');
    await made.run('chmod', ['+x', '../tool']);
    assert.is((await made.make(['orchestrate'])).code, 0);
    assert.is(starts(made), 2);
    assert.equal(made.receipt('a')?.changed, ['work/a.txt']);
    assert.match(made.git('log', '-1', '--stat'), 'work/a.txt');
    assert.is(made.git('status', '--porcelain'), '');
  });
});

test('failed work is kept under a ref, the tree is as it was, and take brings it back for a person to finish', async () => {
  await failed(async (made) => {
    assert.not.ok(made.exists('half.txt'));
    assert.match(made.git('ls-tree', '-r', '--name-only', 'refs/stepladder/failed/a'), 'half.txt');
    assert.is((await made.stepladder(['take', 'a'])).code, 0);
    assert.is(made.read('half.txt'), 'half\n');
    made.write('half.txt', 'whole\n');
    assert.is((await made.stepladder(['accept', 'a'])).code, 0);
    assert.is(made.receipt('a')?.state, 'accepted');
    assert.equal(made.receipt('a')?.changed, ['half.txt']);
    assert.match(made.git('log', '-1', '--stat'), 'half.txt');
    assert.is(made.git('status', '--porcelain'), '');
    assert.is((await made.make(['orchestrate'])).code, 0);
    assert.is(starts(made), 3);
  });
});

test('deferred: dependents go on, reports say so, and the run is not called done', async () => {
  const tasks = { a: '# A', b: '---\ndepends: [a]\n---\n# B' };
  await withProject(
    { tasks, config: CONFIG, script: [{ task: 'a', verdict: { ok: false, reason: 'no' } }, {}] },
    async (made) => {
      await made.make(['orchestrate']);
      assert.is((await made.stepladder(['defer', 'a'])).code, 0);
      const ran = await made.make(['orchestrate']);
      assert.ok(made.receipt('b') !== null);
      assert.match(ran.output, 'Error 3');
      assert.match(made.read('reports/report.md') ?? '', /deferred/i);
      assert.match(ran.output, '1 done, 0 failed, 0 blocked, 0 pending, 1 deferred');
      assert.match((await made.make(['orchestrate'])).output, 'Error 3');
      const done = await made.stepladder(['defer', 'b']);
      assert.is(done.code, 2);
      assert.match(done.output, 'nothing to defer');
      // Taken up again it is still to be done: an unchanged tree will not do.
      made.script([{ task: 'a', write: {} }]);
      assert.match((await made.make(['FORCE=1', 'tasks/a.done'])).output, 'nothing was changed');
    },
  );
});

test('a checkpoint waits for a person; approved, what depends on it goes on', async () => {
  const tasks = { gate: '---\ncheckpoint: true\n---\n# Look at it', b: '---\ndepends: [gate]\n---\n# B' };
  await withProject({ tasks }, async (made) => {
    const ran = await made.make(['orchestrate']);
    assert.match(ran.output, 'Error 3');
    assert.is(starts(made), 0);
    assert.match(made.read('reports/report.md') ?? '', 'stepladder.cjs approve gate');
    assert.is((await made.stepladder(['approve', 'gate'])).code, 0);
    assert.is(made.receipt('gate')?.state, 'approved');
    assert.is((await made.make(['orchestrate'])).code, 0);
    assert.is(starts(made), 1);
  });
});

test('a red baseline halts before anybody is paid, except for the task that mends it', async () => {
  const config = { ...CONFIG, verify: ['test -e mended'] };
  await withProject({ tasks: { a: '# A' }, config }, async (made) => {
    const ran = await made.make(['orchestrate']);
    assert.match(ran.output, 'Error 4');
    assert.match(ran.output, 'red before anybody worked');
    assert.is(starts(made), 0);
  });
  const tasks = { fix: "---\nmends: ['test -e mended']\n---\n# Fix", a: '---\ndepends: [fix]\n---\n# A' };
  await withProject({ tasks, config, script: [{ task: 'fix', write: { mended: 'x' } }, {}] }, async (made) => {
    assert.is((await made.make(['orchestrate'])).code, 0);
    assert.is(made.receipt('fix')?.evidence, 'strong');
    assert.is(made.receipt('a')?.evidence, 'weak');
  });
});
