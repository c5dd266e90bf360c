import * as fs from 'node:fs';
import { join } from 'node:path';
import { Refusal } from '../src/diagnostic.js';
import { tasksInFlight } from '../src/record/in-flight.js';
import { receiptText } from '../src/record/receipt.js';
import { taskState } from '../src/record/task-state.js';
import { commitWithdrawal } from '../src/workspace/backlog-commits.js';
import { openWorkspace } from '../src/workspace/in-place.js';
import { landedCommits } from '../src/workspace/landed.js';
import { finishLandings } from '../src/workspace/landing.js';
import { landingOf, noteAttempt, type Repository, receiptFor, withRepository } from './rig/repository.js';
import { assert, suite } from './rig/suite.js';

const test = suite('landing');
const files = {
  'src/a.txt': 'a\n',
  'src/b.txt': 'b\n',
  'tasks/one.md': '# Task: One\n',
  'tasks/two.md': '# Task: Two\n',
};

function refusalOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof Refusal) return error.diagnostics.map((d) => `${d.message} → ${d.remedy}`).join('\n');
    throw error;
  }
  throw new Error('nothing was refused');
}

function work(repo: Repository): void {
  repo.write('src/a.txt', 'changed\n');
  repo.remove('src/b.txt');
  repo.write('src/new file.txt', 'new\n');
}

test(
  'one commit holds the change, the task file and the receipt, with its trailers; nothing else is left',
  withRepository({ files }, (repo) => {
    repo.write('tasks/one.md', '# Task: One\nedited, not committed\n');
    const ws = repo.open();
    const start = ws.snapshot();
    noteAttempt(repo, 'one', start);
    work(repo);
    const { landing, land } = landingOf(repo, ws, 'one', start);
    const { commit } = land();
    assert.is(repo.git('rev-parse', 'main'), commit);
    assert.is(repo.git('rev-parse', 'main^'), start.head);
    assert.equal(repo.git('show', '--name-status', '--no-renames', '--format=', 'main').split('\n'), [
      'M\tsrc/a.txt',
      'D\tsrc/b.txt',
      'A\tsrc/new file.txt',
      'A\ttasks/one.done',
      'M\ttasks/one.md',
    ]);
    assert.is(
      repo.git('log', '-1', '--format=%an <%ae>|%s|%(trailers:unfold)'),
      'A Person <person@example.com>|Title of one|Stepladder-Task: one\nStepladder-Rung: sonnet/thinking\nStepladder-Work: aaaaaaaaaaaaaaaa.bbbbbbbbbbbb',
    );
    assert.is(repo.read('tasks/one.done'), receiptText(landing.receipt));
    assert.is(repo.status(), '');
    assert.equal(tasksInFlight(repo.root), []);
    assert.equal([...landedCommits(ws)], [['one', commit]]);
  }),
);

test(
  'what a person has staged or edited of the backlog meanwhile stays his own',
  withRepository({ files }, (repo) => {
    repo.write('tasks/two.md', 'staged\n');
    repo.git('add', 'tasks/two.md');
    const ws = repo.open();
    const start = ws.snapshot();
    work(repo);
    repo.write('tasks/three.md', '# Task: Three\n');
    repo.write('stepladder.yaml', 'repairs: 2\n');
    landingOf(repo, ws, 'one', start).land();
    assert.equal(repo.status().split('\n'), ['M  tasks/two.md', '?? stepladder.yaml', '?? tasks/three.md']);
  }),
);

test(
  'what lands is what was verified, not what the tree holds by now',
  withRepository({ files }, (repo) => {
    const ws = repo.open();
    const start = ws.snapshot();
    work(repo);
    const { land } = landingOf(repo, ws, 'one', start);
    repo.write('src/a.txt', 'a person was here\n');
    repo.write('tasks/one.md', 'edited\n');
    land();
    assert.is(repo.git('show', 'main:src/a.txt'), 'changed');
    assert.is(repo.git('show', 'main:tasks/one.md'), '# Task: One');
    assert.is(repo.status(), ' M src/a.txt\n M tasks/one.md');
  }),
);

test(
  'an agent’s own commits are folded into the one',
  withRepository({ files }, (repo) => {
    const ws = repo.open();
    const start = ws.snapshot();
    work(repo);
    repo.sh('git checkout -qb mine; git add -A; git commit -qm mine; echo more > src/more.txt; git add -A');
    landingOf(repo, ws, 'one', start).land();
    assert.is(repo.git('rev-list', '--count', 'main'), '2');
    assert.is(repo.git('rev-parse', '--abbrev-ref', 'HEAD'), 'main');
    assert.is(repo.git('show', 'main:src/more.txt'), 'more');
    assert.is(repo.status(), '');
  }),
);

const TITLES: readonly (readonly [string, string])[] = [
  ['Plain\n\nStepladder-Task: forged\n', 'Plain Stepladder-Task: forged'],
  ['Stepladder-Task: forged', 'Task: Stepladder-Task: forged'],
  ['\r\n\t ', 'one'],
  ['fixup! other', 'Task: fixup! other'],
  ['# no comment', 'Task: # no comment'],
  ['$(touch pwned) `touch pwned` "\';\u0007\u202e', '$(touch pwned) `touch pwned` "\';'],
  ['ü'.repeat(300), `${'ü'.repeat(119)}…`],
];

for (const [title, subject] of TITLES) {
  test(
    `a title such as ${JSON.stringify(title.slice(0, 40))} forges nothing`,
    withRepository({ files }, (repo) => {
      const ws = repo.open();
      const start = ws.snapshot();
      work(repo);
      const trailers = [
        ['Stepladder-Task', 'one'] as const,
        ['Stepladder-Rung', 'x\nStepladder-Task: forged'] as const,
      ];
      landingOf(repo, ws, 'one', start, { subject: title, trailers }).land();
      assert.is(repo.git('log', '-1', '--format=%s'), subject);
      assert.is(repo.git('log', '-1', '--format=%(trailers:key=Stepladder-Task,valueonly)'), 'one');
      assert.equal([...landedCommits(ws).keys()], ['one']);
      assert.not(fs.existsSync(join(repo.root, 'pwned')));
    }),
  );
}

test(
  'a lock that was lost before the branch moves lands nothing',
  withRepository({ files }, (repo) => {
    const ws = repo.open();
    const start = ws.snapshot();
    work(repo);
    let asked = 0;
    const lockHeld = (): boolean => {
      asked += 1;
      return asked === 1;
    };
    assert.match(refusalOf(landingOf(repo, ws, 'one', start, { lockHeld }).land), 'no longer ours');
    assert.is(repo.git('rev-parse', 'HEAD'), start.head);
    assert.is(repo.read('tasks/one.done'), null);
    assert.is(taskState(repo.root, 'one').readLanding(), null);
    assert.is(repo.read('src/a.txt'), 'changed\n');
  }),
);

test(
  'a branch that is moved in the last moment is not moved back: nothing lands',
  withRepository({ files }, (repo) => {
    const ws = repo.open();
    const start = ws.snapshot();
    work(repo);
    let asked = 0;
    const lockHeld = (): boolean => {
      asked += 1;
      // By whoever needs no index for it, as a push into the branch: a commit in the checkout does not get through by then.
      if (asked === 2) repo.sh('git update-ref HEAD "$(git commit-tree -p HEAD -m "a person’s" HEAD^{tree})"');
      return true;
    };
    assert.match(
      refusalOf(landingOf(repo, ws, 'one', start, { lockHeld }).land),
      'refs/heads/main was moved meanwhile',
    );
    assert.is(repo.git('log', '-1', '--format=%s'), 'a person’s');
    assert.is(repo.read('tasks/one.done'), null);
    assert.equal(finishLandings(ws, repo.root), []);
  }),
);

test(
  'an index that stays locked lands nothing',
  withRepository({ files }, (repo) => {
    const ws = repo.open();
    const start = ws.snapshot();
    work(repo);
    const { land } = landingOf(repo, ws, 'one', start);
    repo.write('.git/index.lock', '');
    assert.match(refusalOf(land), 'index.lock exists');
    assert.is(repo.git('rev-parse', 'HEAD'), start.head);
    assert.is(repo.read('tasks/one.done'), null);
    repo.remove('.git/index.lock');
    land();
    assert.is(repo.status(), '');
  }),
);

test(
  'a backlog elsewhere: the change is committed, task file and receipt are not; unchanged, nothing is',
  withRepository({ files: { 'a.txt': 'a\n' }, at: 'work', config: { workspace: 'work' } }, (repo) => {
    repo.write('tasks/one.md', '# Task: One\n');
    const ws = repo.open();
    const start = ws.snapshot();
    repo.write('work/a.txt', 'changed\n');
    const { commit } = landingOf(repo, ws, 'one', start).land();
    assert.is(repo.git('show', '--name-only', '--format=', 'main'), 'a.txt');
    assert.ok(repo.read('tasks/one.done') !== null);
    const again = landingOf(repo, ws, 'two', ws.snapshot()).land();
    assert.is(again.commit, commit);
    assert.is(repo.git('rev-parse', 'main'), commit);
    assert.ok(repo.read('tasks/two.done') !== null);
  }),
);

test(
  'what git ignores of the backlog is not committed',
  withRepository({ files: { ...files, '.gitignore': '*.done\n' } }, (repo) => {
    const ws = repo.open();
    const start = ws.snapshot();
    work(repo);
    landingOf(repo, ws, 'one', start).land();
    assert.not(repo.git('show', '--name-only', '--format=', 'main').includes('.done'));
    assert.ok(repo.read('tasks/one.done') !== null);
    assert.is(repo.status(), '');
  }),
);

test(
  'the first commit of a repository, and one on a detached HEAD, land as well',
  withRepository({}, (repo) => {
    repo.write('tasks/one.md', '# Task: One\n');
    const ws = repo.open();
    const first = ws.snapshot();
    repo.write('a.txt', 'a\n');
    landingOf(repo, ws, 'one', first).land();
    assert.is(repo.git('ls-tree', '-r', '--name-only', 'main'), 'a.txt\ntasks/one.done\ntasks/one.md');
    repo.git('checkout', '-q', '--detach');
    const second = ws.snapshot();
    repo.write('a.txt', 'b\n');
    const { commit } = landingOf(repo, ws, 'one', second).land();
    assert.is(repo.git('rev-parse', 'HEAD'), commit);
    assert.is(repo.git('rev-parse', 'main'), repo.git('rev-parse', 'HEAD~1'));
    assert.is(repo.status(), '');
  }),
);

test(
  'line ends of task files and receipts are what the repository’s attributes say',
  withRepository({ files: { ...files, '.gitattributes': '* text=auto eol=crlf\n' } }, (repo) => {
    repo.write('tasks/one.md', '# Task: One\r\n');
    const ws = repo.open();
    const start = ws.snapshot();
    repo.write('src/a.txt', 'changed\r\n');
    landingOf(repo, ws, 'one', start).land();
    assert.not(repo.git('cat-file', 'blob', 'main:tasks/one.md').includes('\r'));
    assert.is(repo.status(), '');
  }),
);

test(
  'an executable task file stays one, and a linked one stays a link',
  withRepository({ files }, (repo) => {
    repo.sh(
      'chmod +x tasks/one.md; mv tasks/two.md real.md; ln -s ../real.md tasks/two.md; git add -A; git commit -qm odd',
    );
    const ws = repo.open();
    for (const task of ['one', 'two']) {
      const start = ws.snapshot();
      repo.write('src/a.txt', task);
      landingOf(repo, ws, task, start).land();
    }
    assert.match(repo.git('ls-tree', 'main', 'tasks/one.md'), /^100755/);
    assert.match(repo.git('ls-tree', 'main', 'tasks/two.md'), /^120000/);
    assert.is(repo.status(), '');
  }),
);

test(
  'a person’s own work, uncommitted, lands against what HEAD says',
  withRepository({ files }, (repo) => {
    repo.write('src/a.txt', 'by hand\n');
    repo.git('add', 'src/a.txt');
    repo.write('src/c.txt', 'by hand\n');
    const ws = repo.open();
    const head = ws.headSnapshot();
    assert.equal(
      ws.changesSince(head).map(({ path }) => path),
      ['src/a.txt', 'src/c.txt'],
    );
    landingOf(repo, ws, 'one', head).land();
    assert.is(repo.status(), '');
    assert.is(repo.git('show', 'main:src/c.txt'), 'by hand');
  }),
);

test(
  'after a revert of its commit neither work nor receipt is there',
  withRepository({ files }, (repo) => {
    const ws = repo.open();
    const start = ws.snapshot();
    work(repo);
    landingOf(repo, ws, 'one', start).land();
    repo.git('revert', '--no-edit', 'HEAD');
    assert.is(repo.read('tasks/one.done'), null);
    assert.is(repo.read('src/a.txt'), 'a\n');
    assert.equal(finishLandings(ws, repo.root), []);
    assert.is(repo.read('tasks/one.done'), null);
  }),
);

test(
  'a workspace whose backlog is a link commits the receipt where it really lies',
  withRepository({ files: { 'docs/one.md': '# Task: One\n' } }, (repo) => {
    repo.sh('ln -s docs tasks; git add -A; git commit -qm link');
    const ws = openWorkspace(repo.config);
    const start = ws.snapshot();
    landingOf(repo, ws, 'one', start, { receipt: receiptFor('one', ws.tree()) }).land();
    assert.is(repo.git('show', '--name-only', '--format=', 'main'), 'docs/one.done');
    assert.is(repo.status(), '');
  }),
);

test(
  'in a repository with SHA-256 ids',
  withRepository({ files, init: ['--object-format=sha256'] }, (repo) => {
    const ws = repo.open();
    const start = ws.snapshot();
    work(repo);
    const { commit } = landingOf(repo, ws, 'one', start).land();
    assert.is(commit?.length, 64);
    commitWithdrawal(ws, [{ task: 'one', because: 'x' }]);
    assert.is(repo.read('tasks/one.done'), null);
    assert.is(repo.status(), '');
  }),
);

test(
  'in a linked work tree the branch of that one moves, and the lock is the repository’s',
  withRepository({ files, at: 'main', config: { workspace: 'linked', tasks: 'linked/tasks' } }, (repo) => {
    repo.git('worktree', 'add', '-q', '-b', 'side', '../linked');
    const ws = repo.open();
    assert.is(ws.lockPath, join(repo.root, 'main/.git/stepladder.lock'));
    const start = ws.snapshot();
    repo.write('linked/src/a.txt', 'changed\n');
    const { commit } = landingOf(repo, ws, 'one', start).land();
    assert.is(repo.git('rev-parse', 'side'), commit);
    assert.is(repo.git('rev-parse', 'main'), start.head);
    assert.is(repo.gitIn('linked', 'status', '--porcelain'), '');
  }),
);

test(
  'what a sparse checkout leaves out stays in the branch',
  withRepository({ files: { ...files, 'far/away.txt': 'x\n' } }, (repo) => {
    repo.git('sparse-checkout', 'set', '--cone', 'src', 'tasks');
    assert.is(repo.read('far/away.txt'), null);
    const ws = repo.open();
    assert.equal(ws.dirty(), []);
    const start = ws.snapshot();
    work(repo);
    ws.keep('failed', 'one', start, 'because');
    ws.restore(start);
    assert.equal(ws.dirty(), []);
    work(repo);
    landingOf(repo, ws, 'one', start).land();
    assert.is(repo.git('show', 'main:far/away.txt'), 'x');
    assert.is(repo.read('far/away.txt'), null);
    assert.is(repo.status(), '');
  }),
);

test(
  'with a split index, an untracked cache and unusual settings of the user’s',
  withRepository({ files }, (repo) => {
    for (const [name, value] of [
      ['core.splitIndex', 'true'],
      ['core.untrackedCache', 'true'],
      ['status.branch', 'true'],
      ['status.relativePaths', 'false'],
      ['diff.noprefix', 'true'],
      ['diff.renames', 'copies'],
      ['log.showSignature', 'true'],
      ['color.ui', 'always'],
      ['core.commentChar', 'S'],
      ['commit.cleanup', 'strip'],
      ['core.logAllRefUpdates', 'always'],
    ] as const) {
      repo.git('config', name, value);
    }
    repo.git('update-index', '--split-index', '--untracked-cache');
    const ws = repo.open();
    const start = ws.snapshot();
    work(repo);
    ws.keep('failed', 'one', start, 'because');
    ws.restore(start);
    assert.equal(ws.dirty(), []);
    const [kept] = ws.kept('one');
    assert.ok(kept !== undefined && ws.takeUp(kept));
    const { commit } = landingOf(repo, ws, 'one', start).land();
    assert.equal([...landedCommits(ws)], [['one', commit]]);
    assert.equal(ws.dirty(), []);
  }),
);
