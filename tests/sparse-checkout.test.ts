/** A checkout of a part of the tree: what is not in it is not gone, and what an agent makes beyond it is work all the same. */
import { existsSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withProject } from './rig/project.js';
import { withRepository } from './rig/repository.js';
import { assert, suite } from './rig/suite.js';

const test = suite('sparse checkout');

const files = { 'in/1.txt': '1\n', 'out/1.txt': '1\n', 'out/2.txt': '2\n', 'out/deep/3.txt': '3\n' };

test(
  'what was made beyond it is work, is taken away and brought back like any other',
  withRepository({ files }, (repo) => {
    repo.git('sparse-checkout', 'set', '--cone', 'in');
    const ws = repo.open();
    const start = ws.snapshot();
    assert.is(start.tree, repo.git('rev-parse', 'HEAD^{tree}'));
    repo.write('in/new.txt', 'new\n');
    repo.write('out/new.txt', 'new\n');
    repo.write('out/2.txt', 'two\n');
    const changes = [
      { path: 'in/new.txt', status: 'added' },
      { path: 'out/2.txt', status: 'modified' },
      { path: 'out/new.txt', status: 'added' },
    ];
    assert.equal(ws.changesSince(start), changes);
    const kept = ws.keep('failed', 'one', start, 'because');
    ws.restore(start);
    assert.not.ok(existsSync(join(repo.root, 'out/new.txt')));
    assert.equal(ws.changesSince(start), []);
    assert.ok(kept !== null && ws.takeUp(kept));
    assert.equal([repo.read('out/new.txt'), repo.read('out/2.txt')], ['new\n', 'two\n']);
    assert.equal(ws.changesSince(start), changes);
  }),
);

test(
  'an agent that widens it, or does without, hides no work by that',
  withRepository({ files }, (repo) => {
    repo.git('sparse-checkout', 'set', '--cone', 'in');
    const ws = repo.open();
    const start = ws.snapshot();
    repo.git('sparse-checkout', 'add', 'out/deep');
    assert.equal(ws.changesSince(start), []);
    repo.git('sparse-checkout', 'disable');
    assert.equal(ws.changesSince(start), []);
    repo.write('out/2.txt', 'two\n');
    assert.equal(ws.changesSince(start), [{ path: 'out/2.txt', status: 'modified' }]);
  }),
);

test(
  'an index of ours that has to be read anew does not take what is beyond it for deleted',
  withRepository({ files }, (repo) => {
    repo.git('sparse-checkout', 'set', '--cone', 'in');
    const ws = repo.open();
    const start = ws.snapshot();
    repo.write('in/new.txt', 'new\n');
    // Older than the index, so that git believes that it was read.
    utimesSync(join(repo.root, 'in/new.txt'), 1_700_000_000, 1_700_000_000);
    ws.tree();
    // What was read so far hangs on nothing but our index.
    repo.git('gc', '-q', '--prune=now');
    assert.equal(ws.changesSince(start), [{ path: 'in/new.txt', status: 'added' }]);
  }),
);

for (const isolation of ['worktree', 'in-place'] as const) {
  test(`steps land what they made beyond it, also on top of each other (${isolation})`, () =>
    withProject({ agent: 'driven', tasks: { a: '# A', b: '# B' }, files, config: { isolation } }, async (made) => {
      made.git('sparse-checkout', 'set', '--cone', 'in', 'tasks');
      const running = made.start('make', ['-j2', 'orchestrate']);
      for (let n = 0; n < 2; n += 1) {
        const attempt = await made.nextAttempt();
        assert.not.ok(existsSync(join(attempt.cwd, 'out/1.txt')));
        await attempt.run('mkdir -p out/deep');
        await attempt.write(`out/${attempt.task}.txt`, `${attempt.task}\n`);
        writeFileSync(join(attempt.cwd, 'in', `${attempt.task}.txt`), 'in\n');
        await attempt.verdict({ ok: true });
      }
      const ran = await running.done;
      assert.is(ran.code, 0, ran.output);
      const held = made.git('ls-tree', '-r', '--name-only', 'HEAD', '--', 'in', 'out').split('\n');
      assert.equal(held, [...Object.keys(files), 'in/a.txt', 'in/b.txt', 'out/a.txt', 'out/b.txt'].sort());
      assert.is(made.git('status', '--porcelain'), '');
      assert.is(readFileSync(join(made.root, 'in/a.txt'), 'utf8'), 'in\n');
    }));
}
