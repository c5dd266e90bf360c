/** What a Make user will try, and what must happen: the table of the Make rules, row by row, with the real Make. */
import { type Project, withProject } from './rig/project.js';
import { A_AND_B, FOUR, paid, steps } from './rig/steps.js';
import { assert, suite } from './rig/suite.js';

const test = suite('what a Make user will try');

/** The latest state of each step, as the journal tells it. */
function ends(made: Project): Record<string, string> {
  const found: Record<string, string> = {};
  for (const event of made.journal()) if (event.type === 'step-finished') found[event.task] = event.state;
  return found;
}

test('make orchestrate twice: the second starts no agent and says so', async () => {
  await withProject({ tasks: A_AND_B }, async (made) => {
    const first = await made.make(['orchestrate']);
    assert.is(first.code, 0);
    assert.equal(paid(made), ['a', 'b']);
    const second = await made.make(['orchestrate']);
    assert.is(second.code, 0);
    assert.is(second.stdout, 'nothing to do: all 2 tasks are done\n');
    assert.equal(paid(made), ['a', 'b']);
  });
});

test('make -n orchestrate: lists the steps in order, starts nothing, writes nothing', async () => {
  await withProject({ tasks: FOUR }, async (made) => {
    const ran = await made.make(['-n', 'orchestrate']);
    assert.is(ran.code, 0);
    const order = steps(ran);
    assert.equal([...order].sort(), ['a', 'b', 'c', 'd']);
    assert.ok(order.indexOf('a') < order.indexOf('b') && order.indexOf('d') === 3);
    assert.equal(paid(made), []);
    assert.is(made.git('status', '--porcelain'), '');
    assert.not(made.exists('reports'));
  });
});

test('make -q orchestrate: 0 if all is done, 1 if not; starts nothing', async () => {
  await withProject({ tasks: A_AND_B }, async (made) => {
    assert.is((await made.make(['-q', 'orchestrate'])).code, 1);
    assert.is((await made.make(['orchestrate'])).code, 0);
    assert.is((await made.make(['-q', 'orchestrate'])).code, 0);
    made.write('tasks/b.md', '---\ndepends: [a]\n---\n# B\n\nDo more.\n');
    assert.is((await made.make(['-q', 'orchestrate'])).code, 1);
    assert.equal(paid(made), ['a', 'b']);
  });
});

for (const flags of [['-k'], ['-j4'], ['-j4', '-k']]) {
  test(`make ${flags.join(' ')} orchestrate: independent steps go on after a failure`, async () => {
    const script = [{ task: 'a', verdict: { ok: false, reason: 'cannot' } }];
    await withProject({ tasks: FOUR, script, config: { ladder: ['sonnet/thinking'], repairs: 0 } }, async (made) => {
      const ran = await made.make([...flags, 'orchestrate']);
      assert.is(ran.code, 2);
      assert.equal(ends(made), { a: 'failed', c: 'done' });
      assert.equal([...new Set(paid(made))].sort(), ['a', 'c']);
    });
  });
}

for (const flags of [['-k'], ['-j4'], ['-j4', '-k']]) {
  test(`make ${flags.join(' ')} on receipts: safe, each agent once`, async () => {
    await withProject({ tasks: FOUR }, async (made) => {
      const ran = await made.make([...flags, 'tasks/d.done', 'tasks/b.done']);
      assert.is(ran.code, 0);
      assert.equal(paid(made).sort(), ['a', 'b', 'c', 'd']);
      assert.is(made.git('status', '--porcelain'), '');
    });
  });
}

test('make tasks/x.done: x and what it needs, nothing else', async () => {
  await withProject({ tasks: FOUR }, async (made) => {
    assert.is((await made.make(['tasks/b.done'])).code, 0);
    assert.equal(paid(made), ['a', 'b']);
    assert.not(made.exists('tasks/c.done'));
    const again = await made.make(['tasks/b.done']);
    assert.is(again.code, 0);
    assert.match(again.stdout, /up to date|Nothing to be done/);
    assert.is((await made.make(['tasks/nobody.done'])).code, 2);
    assert.equal(paid(made), ['a', 'b']);
  });
});

test('make tasks/x.done: on a dirty tree it refuses, naming the files', async () => {
  await withProject({ tasks: A_AND_B }, async (made) => {
    made.write('mine.txt', 'a person’s own work');
    const ran = await made.make(['tasks/a.done']);
    assert.is(ran.code, 2);
    assert.match(ran.stderr, 'mine.txt');
    assert.equal(paid(made), []);
    assert.is(made.read('mine.txt'), 'a person’s own work');
  });
});

test('make -t tasks/x.done, and touch where none was: x is asserted by hand', async () => {
  await withProject({ tasks: FOUR }, async (made) => {
    assert.is((await made.make(['-t', 'tasks/b.done'])).code, 0);
    assert.is(made.read('tasks/a.done'), '');
    assert.is(made.read('tasks/b.done'), '');
    assert.is((await made.run('touch', ['tasks/c.done'])).code, 0);
    assert.equal(steps(await made.make(['-n', 'orchestrate'])), ['d']);
    assert.is((await made.make(['orchestrate'])).code, 0);
    assert.equal(paid(made), ['d']);
    assert.is((await made.make(['-q', 'orchestrate'])).code, 0);
  });
});

test('make -t over a stale receipt asserts nothing; an emptied one does', async () => {
  await withProject({ tasks: A_AND_B }, async (made) => {
    assert.is((await made.make(['orchestrate'])).code, 0);
    made.write('tasks/b.md', '---\ndepends: [a]\n---\n# B\n\nOther work.\n');
    await made.make(['-t', 'tasks/b.done']);
    assert.equal(steps(await made.make(['-n', 'orchestrate'])), ['b']);
    made.write('tasks/b.done', '');
    assert.equal(steps(await made.make(['-n', 'orchestrate'])), []);
    assert.equal(paid(made), ['a', 'b']);
  });
});

test('rm tasks/x.done: x is run again; its dependents are verified again, not paid for again', async () => {
  await withProject({ tasks: FOUR }, async (made) => {
    assert.is((await made.make(['orchestrate'])).code, 0);
    const before = paid(made);
    made.remove('tasks/a.done');
    assert.is((await made.make(['orchestrate'])).code, 0);
    assert.equal(paid(made), [...before, 'a']);
    const verified = made.journal().flatMap((event) => (event.type === 'verified' ? [event.task] : []));
    assert.equal(verified, ['b'], 'its own work id stays, so that it goes no further');
    assert.is((await made.make(['-q', 'orchestrate'])).code, 0);
    assert.match((await made.make(['orchestrate'])).stdout, 'nothing to do');
  });
});

test('make -W tasks/x.md -n orchestrate: what an edit of x would set off', async () => {
  await withProject({ tasks: FOUR }, async (made) => {
    assert.is((await made.make(['orchestrate'])).code, 0);
    assert.equal(steps(await made.make(['-W', 'tasks/b.md', '-n', 'orchestrate'])), ['b', 'd']);
    assert.equal(steps(await made.make(['-n', 'orchestrate'])), []);
    assert.is(paid(made).length, 4);
  });
});

test('make -W tasks/x.md tasks/x.done: asked, and what holds costs nothing', async () => {
  await withProject({ tasks: A_AND_B }, async (made) => {
    assert.is((await made.make(['orchestrate'])).code, 0);
    assert.is((await made.make(['-W', 'tasks/a.md', 'tasks/b.done'])).code, 0);
    assert.equal(paid(made), ['a', 'b']);
  });
});

test('make -B: Make asks for all; what holds still holds, nothing is paid', async () => {
  await withProject({ tasks: FOUR }, async (made) => {
    assert.is((await made.make(['orchestrate'])).code, 0);
    const before = paid(made);
    const receipts = Object.keys(FOUR).map((name) => made.read(`tasks/${name}.done`));
    assert.is((await made.make(['-B', 'orchestrate'])).code, 0);
    assert.is((await made.make(['-B', '-j2', 'tasks/d.done'])).code, 0);
    assert.equal(paid(made), before);
    assert.equal(
      Object.keys(FOUR).map((name) => made.read(`tasks/${name}.done`)),
      receipts,
    );
    assert.is(made.git('status', '--porcelain'), '');
  });
});
