/** Backlogs that share a repository (in linked checkouts, in folders of one): what is kept of one is not the other's. */
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig } from '../src/record/load-config.js';
import { openWorkspace } from '../src/workspace/in-place.js';
import { type DrivenAttempt, type Project, withProject } from './rig/project.js';
import { assert, suite } from './rig/suite.js';

const test = suite('linked checkouts');

const refs = (made: Project): string[] =>
  made.git('for-each-ref', '--format=%(refname)', 'refs/stepladder').split('\n').filter(Boolean);

/** Ends the one attempt of a run in this checkout. */
async function attempt(made: Project, cwd: string, act: (attempt: DrivenAttempt) => Promise<void>): Promise<number> {
  const running = made.start('make', ['-C', cwd, 'orchestrate']);
  await act(await made.nextAttempt());
  return (await running.done).code ?? -1;
}

for (const isolation of ['in-place', 'worktree'] as const) {
  test(`work that failed in one stays when the task is done in the other (${isolation})`, () =>
    withProject(
      { agent: 'driven', tasks: { a: '# A' }, config: { ladder: ['small/none'], retries: 0, isolation } },
      async (made) => {
        const other = join(made.outside, 'other');
        made.git('worktree', 'add', '-q', other, '-b', 'other');
        cpSync(join(made.root, 'node_modules'), join(other, 'node_modules'), {
          recursive: true,
          verbatimSymlinks: true,
        });
        const failed = await attempt(made, other, async (one) => {
          await one.write('theirs.txt', 'theirs\n');
          await one.verdict({ ok: false, reason: 'no' });
        });
        assert.is.not(failed, 0);
        const [kept = ''] = refs(made);
        assert.match(kept, /^refs\/stepladder\/failed\/a@[0-9a-f]{8}$/);
        assert.is(openWorkspace(loadConfig(other)).kept('a')[0]?.ref, kept);
        assert.equal(openWorkspace(loadConfig(made.root)).kept('a'), []);
        const done = await attempt(made, made.root, async (one) => {
          assert.not.ok(one.prompt.includes('theirs'));
          await one.write('mine.txt', 'mine\n');
          await one.verdict({ ok: true });
        });
        assert.is(done, 0);
        assert.equal(refs(made), [kept]);
        assert.is(made.git('show', `${kept}:theirs.txt`), 'theirs');
      },
    ));
}

for (const isolation of ['in-place', 'worktree'] as const) {
  test(`a task of the same name in another folder's backlog takes up, and forgets, nothing of this one's (${isolation})`, () =>
    withProject({ agent: 'driven', config: { ladder: ['small/none'], retries: 0, isolation } }, async (made) => {
      const [one, two] = [join(made.root, 'one'), join(made.root, 'two')] as const;
      for (const root of [one, two]) {
        for (const file of ['stepladder.yaml', 'Makefile']) cpSync(join(made.root, file), join(root, file));
        cpSync(join(made.root, 'node_modules'), join(root, 'node_modules'), {
          recursive: true,
          verbatimSymlinks: true,
        });
        made.write(`${root.slice(made.root.length + 1)}/tasks/setup.md`, '---\n---\n# Set it up\n');
      }
      made.commit('two backlogs');
      const interrupted = made.start('make', ['-C', one, 'orchestrate']);
      const cut = await made.nextAttempt();
      await cut.write('half.txt', 'of one\n');
      interrupted.kill('SIGINT', 'group');
      await interrupted.done;
      const [kept = ''] = refs(made);
      assert.match(kept, /^refs\/stepladder\/interrupted\/setup@[0-9a-f]{8}$/);
      assert.equal(openWorkspace(loadConfig(two)).kept('setup'), []);
      const done = await attempt(made, two, async (other) => {
        assert.is(await other.run('test -e half.txt || test -e ../one/half.txt'), 1, 'nothing of one is taken up');
        await other.write('whole.txt', 'of two\n');
        await other.verdict({ ok: true });
      });
      assert.is(done, 0);
      assert.equal(refs(made), [kept]);
      const goesOn = await attempt(made, one, async (again) => {
        assert.is(await again.run('grep -q one half.txt'), 0, 'what was kept comes back where it was made');
        await again.verdict({ ok: true });
      });
      assert.is(goesOn, 0);
      assert.equal(refs(made), []);
      assert.is(made.git('show', 'HEAD:one/half.txt'), 'of one');
    }));
}
