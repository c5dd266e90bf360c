/** Submodules: what was done within them lands by a commit's name alone, which must be true and must not get lost. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { bothAtWork } from './rig/at-work.js';
import { type DrivenAttempt, type Project, withProject } from './rig/project.js';
import { assert, suite } from './rig/suite.js';

const test = suite('submodules');

const CONFIG = {
  ladder: ['small/none'],
  retries: 1,
  setup: ['git -c protocol.file.allow=always submodule --quiet update --init'],
  verify: ['test ! -e lib/red'],
};

/** A project with a library as its submodule `lib`. */
function withLibrary(isolation: 'worktree' | 'in-place', body: (made: Project) => Promise<void>): Promise<void> {
  return withProject({ agent: 'driven', tasks: { a: '# A' }, config: { ...CONFIG, isolation } }, async (made) => {
    const library = join(made.outside, 'library');
    made.git('init', '-q', library);
    await made.run('sh', ['-c', `echo one > '${library}/inner.txt'`]);
    made.git('-C', library, 'add', '-A');
    made.git('-C', library, 'commit', '-q', '-m', 'first');
    made.git('-c', 'protocol.file.allow=always', 'submodule', 'add', '-q', library, 'lib');
    made.commit('a submodule');
    await body(made);
  });
}

const COMMIT = 'cd lib && git -c user.name=A -c user.email=a@b.c commit -qam inner';
const inner = async (attempt: DrivenAttempt, command: string): Promise<void> => {
  assert.is(await attempt.run(command), 0);
};

for (const isolation of ['worktree', 'in-place'] as const) {
  test(`what is changed inside and not committed there is no work that could land (${isolation})`, () =>
    withLibrary(isolation, async (made) => {
      const running = made.start('make', ['-j2', 'orchestrate']);
      const first = await made.nextAttempt();
      await inner(first, 'echo two > lib/inner.txt; echo x > new.txt');
      await first.verdict({ ok: true });
      const second = await made.nextAttempt();
      assert.match(second.prompt, 'changed inside, and not committed there');
      await inner(second, `${COMMIT} && touch built.o`);
      await second.verdict({ ok: true });
      assert.is((await running.done).code, 0);
      assert.equal(made.receipt('a')?.changed, ['lib', 'new.txt']);
      assert.equal(
        made.receipt('a')?.findings.filter(({ kind, severity }) => kind === 'submodule' && severity === 'error'),
        [],
      );
      assert.match(JSON.stringify(made.receipt('a')?.findings), 'new files inside, which do not land');
    }));
}

test('a commit made in a work tree of the step’s own is kept, landed by its name, and checked out where nothing is in the way', () =>
  withLibrary('worktree', async (made) => {
    const running = made.start('make', ['-j2', 'orchestrate']);
    const attempt = await made.nextAttempt();
    assert.ok(attempt.cwd.includes('.stepladder/worktrees'));
    await inner(attempt, `echo two > lib/inner.txt; ${COMMIT}`);
    await attempt.verdict({ ok: true });
    const ran = await running.done;
    assert.is(ran.code, 0);
    assert.not.ok(existsSync(attempt.cwd));
    const [, , commit = ''] = made.git('ls-tree', 'HEAD', 'lib').split(/\s/);
    const lib = join(made.root, 'lib');
    assert.is(made.git('-C', lib, 'log', '-1', '--format=%s', commit), 'inner');
    assert.is(made.git('-C', lib, 'rev-parse', 'HEAD'), commit, 'the checkout follows');
    assert.is(made.read('lib/inner.txt'), 'two\n');
    assert.is(made.git('status', '--porcelain'), '');
    const findings = made.receipt('a')?.findings.filter(({ kind }) => kind === 'submodule') ?? [];
    assert.is(findings.length, 1);
    assert.match(findings[0]?.message ?? '', `kept as refs/stepladder/submodules/${commit}`);
    assert.is(made.git('-C', lib, 'rev-parse', `refs/stepladder/submodules/${commit}`), commit);
  }));

test('work of the person’s in his submodule stays, and what could not follow is told', () =>
  withLibrary('worktree', async (made) => {
    const running = made.start('make', ['-j2', 'orchestrate']);
    const attempt = await made.nextAttempt();
    await inner(attempt, `echo two > lib/inner.txt; ${COMMIT}`);
    made.write('lib/inner.txt', 'mine\n');
    await attempt.verdict({ ok: true });
    const ran = await running.done;
    assert.is(ran.code, 0);
    assert.is(made.read('lib/inner.txt'), 'mine\n');
    assert.match(ran.stderr, 'your checkout holds uncommitted work in lib');
  }));

test('the commit of an attempt that fails is kept with its work', () =>
  withLibrary('worktree', async (made) => {
    const running = made.start('make', ['-j2', 'orchestrate']);
    let commit = '';
    for (let nth = 0; nth < 2; nth += 1) {
      const attempt = await made.nextAttempt();
      if (nth === 0) await inner(attempt, `touch lib/red; cd lib; git add red; cd ..; ${COMMIT}`);
      commit = made.git('-C', join(attempt.cwd, 'lib'), 'rev-parse', 'HEAD');
      await attempt.verdict({ ok: true });
    }
    assert.is.not((await running.done).code, 0);
    assert.match(made.git('ls-tree', 'refs/stepladder/failed/a', 'lib'), commit);
    assert.is(made.git('-C', join(made.root, 'lib'), 'cat-file', '-t', commit), 'commit');
  }));

test('setup checks submodules out in every work tree, not in the first one only', () =>
  withLibrary('worktree', async (made) => {
    made.write('tasks/b.md', '---\ndepends: [a]\n---\n# B\n');
    made.write('package-lock.json', '{}\n');
    made.commit('a second task');
    const running = made.start('make', ['-j2', 'orchestrate']);
    for (const task of ['a', 'b']) {
      const attempt = await made.nextAttempt();
      assert.is(attempt.task, task);
      assert.ok(existsSync(join(attempt.cwd, 'lib/inner.txt')), `${task} has the submodule`);
      await attempt.write(`${task}.txt`, 'done\n');
      await attempt.verdict({ ok: true });
    }
    const ran = await running.done;
    assert.is(ran.code, 0, ran.output);
  }));

test('a submodule that another task has moved meanwhile is set up anew before the work is verified with it', () =>
  withLibrary('worktree', async (made) => {
    made.write('tasks/b.md', '---\nverify: ["! test -e a.txt || grep -q two lib/inner.txt"]\n---\n# B\n');
    made.write('package-lock.json', '{}\n');
    made.commit('a second task');
    const running = made.start('make', ['-j2', 'orchestrate']);
    const [a, b] = await bothAtWork(made, 'a', 'b');
    await a.write('a.txt', 'done\n');
    await inner(a, `echo two > lib/inner.txt; ${COMMIT} && git push -q origin HEAD:refs/heads/pushed`);
    await b.write('b.txt', 'done\n');
    await a.verdict({ ok: true });
    await running.until(/✓ a /);
    await b.verdict({ ok: true });
    const ran = await running.done;
    assert.is(ran.code, 0, ran.output);
    assert.equal(made.receipt('b')?.changed, ['b.txt']);
  }));

test('a submodule that the task itself has moved lands, whatever landed meanwhile', () =>
  withLibrary('worktree', async (made) => {
    made.write('tasks/b.md', '---\n---\n# B\n');
    made.write('package-lock.json', '{}\n');
    made.commit('a second task');
    const running = made.start('make', ['-j2', 'orchestrate']);
    const [a, b] = await bothAtWork(made, 'a', 'b');
    await a.write('a.txt', 'done\n');
    await inner(b, `echo two > lib/inner.txt; ${COMMIT}`);
    const commit = made.git('-C', join(b.cwd, 'lib'), 'rev-parse', 'HEAD');
    await a.verdict({ ok: true });
    await running.until(/✓ a /);
    await b.verdict({ ok: true });
    const ran = await running.done;
    assert.is(ran.code, 0, ran.output);
    assert.is(made.git('rev-parse', 'HEAD:lib'), commit);
    assert.equal(made.receipt('b')?.changed, ['lib']);
    assert.is(made.read('lib/inner.txt'), 'two\n');
  }));
