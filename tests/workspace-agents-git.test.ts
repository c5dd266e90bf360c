import * as fs from 'node:fs';
import { join } from 'node:path';
import { type Repository, withRepository } from './rig/repository.js';
import { assert, suite } from './rig/suite.js';

const test = suite('whatever an agent does with git');
const files = { 'a.txt': 'a\n', 'b.txt': 'b\n', 'tasks/one.md': '# Task: One\n' };

const DOINGS: readonly (readonly [string, string])[] = [
  ['commits', 'echo x > a.txt; echo n > n.txt; git add -A; git commit -qm work; echo y > a.txt; git commit -qam more'],
  ['amends the branch’s last commit', 'echo x > a.txt; git commit -qa --amend -m mine'],
  ['commits on a branch of its own', 'git checkout -qb mine; echo x > a.txt; git commit -qam work'],
  [
    'moves the branch as well as leaving it',
    'echo x > a.txt; git commit -qam work; git checkout -q --detach; echo y > b.txt; git commit -qam more',
  ],
  ['throws away history', 'git checkout -q --orphan bare; git commit -qm new; git branch -D main -q; echo x > a.txt'],
  ['deletes the branch', 'git checkout -q --detach; git branch -qD main; echo x > a.txt'],
  ['resets hard', 'echo x > a.txt; git commit -qam work; git reset -q --hard HEAD~1; echo y > b.txt'],
  ['stages without committing', 'echo x > a.txt; git rm -q b.txt; git add -A'],
  ['stages what it then removes', 'echo x > n.txt; git add n.txt; rm n.txt; echo y > a.txt'],
  ['stashes', 'echo x > a.txt; git stash -q; echo y > b.txt'],
  [
    'stops in the middle of a merge',
    'git checkout -qb side; echo s > a.txt; git commit -qam s; git checkout -q main; echo m > a.txt; git commit -qam m; git merge side || true',
  ],
  [
    'stops in the middle of a rebase',
    'git checkout -qb side; echo s > a.txt; git commit -qam s; git checkout -q main; echo m > a.txt; git commit -qam m; git rebase side || true',
  ],
  [
    'stops in the middle of a cherry-pick',
    'git checkout -qb side; echo s > a.txt; git commit -qam s; git checkout -q main; echo m > a.txt; git commit -qam m; git cherry-pick side || true',
  ],
  [
    'stops in the middle of applying a patch',
    'git checkout -qb side; echo s > a.txt; git commit -qam s; git checkout -q main; echo m > a.txt; git commit -qam m; git format-patch -q -1 --stdout side | git am -q || true',
  ],
  ['bisects', 'git bisect start -q; echo x > a.txt'],
];

/** What is in git's index, less the backlog. */
const tracked = (repo: Repository): string => repo.git('ls-files', '--stage', '--', ':!tasks');

for (const [what, doing] of DOINGS) {
  test(
    `${what}: HEAD, branch and index are put back, the work stays; and all of it can be undone`,
    withRepository({ files }, (repo) => {
      const ws = repo.open();
      const start = ws.snapshot();
      const index = tracked(repo);
      repo.sh(doing);
      const held = ws.tree();
      ws.foldCommits(start);
      assert.is(repo.git('rev-parse', 'HEAD'), start.head);
      assert.is(repo.git('symbolic-ref', 'HEAD'), 'refs/heads/main');
      assert.is(tracked(repo), index);
      assert.is(ws.tree(), held, 'the tree stays as it is');
      ws.keep('failed', 'one', start, 'because');
      ws.restore(start);
      const again = repo.open();
      assert.equal(again.dirty(), []);
      assert.is(again.tree(), start.tree);
    }),
  );
}

test(
  'on a detached HEAD its commits are undone too',
  withRepository({ files }, (repo) => {
    repo.git('checkout', '-q', '--detach');
    const ws = repo.open();
    const start = ws.snapshot();
    repo.sh('echo x > a.txt; git commit -qam work; git checkout -q main');
    ws.keep('failed', 'one', start, 'because');
    ws.restore(start);
    assert.is(repo.git('rev-parse', 'HEAD'), start.head);
    assert.is(ws.branch(), null);
    assert.equal(ws.dirty(), []);
  }),
);

test(
  'its first commit in an empty repository is undone',
  withRepository({}, (repo) => {
    const ws = repo.open();
    const start = ws.snapshot();
    repo.sh('echo x > a.txt; git add -A; git commit -qm work');
    assert.ok(ws.foldCommits(start));
    assert.throws(() => repo.git('rev-parse', '--verify', 'HEAD'));
    assert.equal(ws.changesSince(start), [{ path: 'a.txt', status: 'added' }]);
    assert.is(repo.status(), '?? a.txt');
  }),
);

test(
  'where it did nothing with git, nothing is touched',
  withRepository({ files }, (repo) => {
    const ws = repo.open();
    const start = ws.snapshot();
    const index = join(repo.root, '.git/index');
    const before = fs.statSync(index, { bigint: true }).ino;
    repo.write('a.txt', 'x\n');
    assert.not(ws.foldCommits(start));
    assert.is(fs.statSync(index, { bigint: true }).ino, before);
  }),
);

test(
  'hooks and signatures that it, or the user, has set up play no part',
  withRepository({ files }, (repo) => {
    repo.git('config', 'commit.gpgSign', 'true');
    repo.git('config', 'core.fsmonitor', 'touch fsmonitor-ran');
    for (const hook of ['pre-commit', 'post-checkout', 'post-index-change', 'reference-transaction']) {
      repo.write(`.git/hooks/${hook}`, `#!/bin/sh\ntouch "${repo.root}/hook-ran"\nexit 1\n`);
      fs.chmodSync(join(repo.root, '.git/hooks', hook), 0o755);
    }
    const ws = repo.open();
    const start = ws.snapshot();
    repo.write('a.txt', 'x\n');
    ws.keep('failed', 'one', start, 'because');
    ws.restore(start);
    assert.not(fs.existsSync(join(repo.root, 'hook-ran')));
    assert.not(fs.existsSync(join(repo.root, 'fsmonitor-ran')));
  }),
);

test(
  'a branch moved away and back leaves nothing of the backlog staged that nobody staged',
  withRepository({ files }, (repo) => {
    repo.write('tasks/one.done', '{}\n');
    repo.git('add', '-A');
    repo.git('commit', '-qm', 'one');
    repo.write('tasks/new.md', '# Task: New\n');
    repo.git('add', 'tasks/new.md');
    const ws = repo.open();
    const start = ws.snapshot();
    repo.sh('git reset -q --hard HEAD~1; echo x > a.txt');
    ws.foldCommits(start);
    assert.is(repo.git('diff', '--cached', '--name-only'), '');
    repo.write('tasks/new.md', '# Task: New\n');
    repo.git('add', 'tasks/new.md');
    repo.sh('git reset -q --soft HEAD~1');
    ws.foldCommits(start);
    assert.is(repo.git('diff', '--cached', '--name-only'), 'tasks/new.md');
  }),
);
