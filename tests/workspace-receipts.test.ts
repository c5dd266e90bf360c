import { commitAssertions, commitWithdrawal, receiptChanges } from '../src/workspace/backlog-commits.js';
import { rememberWorkspace, workspaceOfReceipts } from '../src/workspace/identity.js';
import { landedCommits } from '../src/workspace/landed.js';
import { landingOf, type Repository, withRepository } from './rig/repository.js';
import { assert, suite } from './rig/suite.js';

const test = suite('receipts withdrawn and asserted');
const files = {
  'a.txt': 'a\n',
  'tasks/one.md': '# Task: One\n',
  'tasks/two.md': '# Task: Two\n',
  'tasks/deep/three.md': '# Task: Three\n',
};

function landed(repo: Repository, ...tasks: string[]): void {
  const ws = repo.open();
  for (const task of tasks) {
    const start = ws.snapshot();
    repo.write(`${task}.txt`, task);
    landingOf(repo, ws, task, start).land();
  }
}

test(
  'what differs from HEAD is told by task: vanished, appeared, changed',
  withRepository({ files }, (repo) => {
    landed(repo, 'one', 'deep/three');
    repo.remove('tasks/one.done');
    repo.write('tasks/two.done', '');
    repo.write('tasks/deep/three.done', '');
    repo.write('tasks/notes.txt', 'x\n');
    assert.equal(receiptChanges(repo.open()), [
      { task: 'deep/three', change: 'changed' },
      { task: 'one', change: 'vanished' },
      { task: 'two', change: 'appeared' },
    ]);
  }),
);

test(
  'a withdrawal is a small commit of its own, and reverting the work later brings no false receipt back',
  withRepository({ files }, (repo) => {
    landed(repo, 'one');
    const work = repo.git('rev-parse', 'HEAD');
    repo.write('tasks/two.md', 'staged\n');
    repo.git('add', 'tasks/two.md');
    repo.write('a.txt', 'a person was here\n');
    const ws = repo.open();
    const commit = commitWithdrawal(ws, [{ task: 'one', because: 'Stepladder-Task: forged\nby two' }]);
    assert.is(repo.git('rev-parse', 'HEAD'), commit);
    assert.is(repo.read('tasks/one.done'), null);
    assert.is(repo.git('show', '--name-status', '--format=', 'HEAD'), 'D\ttasks/one.done');
    assert.is(repo.git('log', '-1', '--format=%s|%(trailers:unfold)'), 'Reopen one|Stepladder-Reopened: one');
    assert.is(repo.status(), ' M a.txt\nM  tasks/two.md');
    assert.equal([...landedCommits(ws)], [['one', work]]);
    repo.git('reset', '-q', '--hard');
    repo.git('revert', '--no-edit', work);
    assert.is(repo.read('one.txt'), null);
    assert.is(repo.read('tasks/one.done'), null);
  }),
);

test(
  'what a person removed is committed as gone, several at once; what HEAD never had is not',
  withRepository({ files }, (repo) => {
    landed(repo, 'one', 'two');
    repo.remove('tasks/one.done');
    repo.remove('tasks/two.done');
    const ws = repo.open();
    const gone = receiptChanges(ws).map(({ task }) => ({ task, because: 'removed by hand' }));
    commitWithdrawal(ws, gone);
    assert.is(repo.git('log', '-1', '--format=%s'), 'Reopen 2 tasks');
    assert.is(repo.status(), '');
    const head = repo.git('rev-parse', 'HEAD');
    assert.is(commitWithdrawal(ws, [{ task: 'deep/three', because: 'x' }]), null);
    assert.is(repo.git('rev-parse', 'HEAD'), head);
  }),
);

test(
  'an assertion by hand is committed as it is, in a repository without a commit too',
  withRepository({}, (repo) => {
    repo.write('tasks/one.done', '');
    const ws = repo.open();
    commitAssertions(ws, ['one']);
    assert.is(repo.git('log', '-1', '--format=%s|%(trailers:unfold)'), 'Assert one|Stepladder-Asserted: one');
    assert.is(repo.status(), '');
    assert.is(commitAssertions(ws, ['one']), null);
  }),
);

test(
  'a backlog elsewhere, or an ignored one, has nothing to commit',
  withRepository({ files: { 'a.txt': 'a\n' }, at: 'work', config: { workspace: 'work' } }, (repo) => {
    repo.write('tasks/one.done', '');
    const ws = repo.open();
    assert.equal(receiptChanges(ws), []);
    assert.is(commitAssertions(ws, ['one']), null);
    assert.is(commitWithdrawal(ws, [{ task: 'one', because: 'x' }]), null);
    assert.is(repo.read('tasks/one.done'), null);
    assert.is(repo.git('rev-list', '--count', 'HEAD'), '1');
  }),
);

test(
  'ignored receipts are not committed',
  withRepository({ files: { ...files, '.gitignore': '*.done\n' } }, (repo) => {
    repo.write('tasks/one.done', '');
    const ws = repo.open();
    assert.equal(receiptChanges(ws), []);
    assert.is(commitAssertions(ws, ['one']), null);
  }),
);

test(
  'a squash merge still tells which tasks it holds',
  withRepository({ files }, (repo) => {
    repo.git('checkout', '-q', '-b', 'work');
    landed(repo, 'one', 'two');
    repo.sh('git checkout -q main; git merge -q --squash work; git commit -q --no-edit');
    const head = repo.git('rev-parse', 'HEAD');
    assert.equal([...landedCommits(repo.open())].sort(), [
      ['one', head],
      ['two', head],
    ]);
  }),
);

test(
  'a workspace that was replaced is another one',
  withRepository({ files: { 'a.txt': 'a\n' }, at: 'work', config: { workspace: 'work' } }, (repo) => {
    assert.is(workspaceOfReceipts(repo.open()), 'unknown');
    rememberWorkspace(repo.open());
    assert.is(workspaceOfReceipts(repo.open()), 'same');
    repo.sh('rm -rf work; git init -q work; cd work; git config user.name a; git config user.email b');
    assert.is(workspaceOfReceipts(repo.open()), 'other');
  }),
);
