import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { Refusal } from '../src/diagnostic.js';
import { tasksInFlight } from '../src/record/in-flight.js';
import { taskState } from '../src/record/task-state.js';
import { ATTEMPT_ENVIRONMENT } from '../src/workspace/moves.js';
import { isAnythingUnfinished, recoverDead } from '../src/workspace/recover.js';
import { noteAttempt, type Repository, withRepository } from './rig/repository.js';
import { assert, suite } from './rig/suite.js';

const test = suite('recovery from a killed step');
const files = { 'a.txt': 'a\n', 'b.txt': 'b\n', 'tasks/one.md': '# Task: One\n' };

/** Runs a shell script as an agent would: with what tells its moves of HEAD from a person's. */
function asAgent(repo: Repository, script: string): void {
  const before = { ...process.env };
  Object.assign(process.env, ATTEMPT_ENVIRONMENT);
  try {
    repo.sh(script);
  } finally {
    process.env = before;
  }
}

test(
  'its work is kept, the tree is as it was, and the work can be taken up again',
  withRepository({ files }, (repo) => {
    const snapshot = repo.open().snapshot();
    noteAttempt(repo, 'one', snapshot, '', true);
    assert.ok(isAnythingUnfinished(repo.root));
    repo.sh('echo x > a.txt; rm b.txt; mkdir d; echo n > d/n.txt');
    const ws = repo.open();
    const [recovered, ...more] = recoverDead(ws, repo.root);
    assert.equal(more, []);
    assert.is(recovered?.task, 'one');
    assert.is(recovered?.kept?.ref, 'refs/stepladder/interrupted/one');
    assert.match(recovered?.message ?? '', 'git cherry-pick --no-commit refs/stepladder/interrupted/one');
    assert.equal(ws.dirty(), []);
    assert.equal(tasksInFlight(repo.root), []);
    assert.equal(recoverDead(ws, repo.root), []);
    const [work] = ws.kept('one');
    assert.ok(work !== undefined && ws.takeUp(work));
    assert.is(repo.read('d/n.txt'), 'n\n');
    assert.is(repo.read('b.txt'), null);
  }),
);

test(
  'a step that is still running is left alone, and nothing is asked of git',
  withRepository({ files }, (repo) => {
    noteAttempt(repo, 'one', repo.open().snapshot());
    repo.write('a.txt', 'x\n');
    assert.not(isAnythingUnfinished(repo.root));
    assert.equal(recoverDead(repo.open(), repo.root), []);
    assert.is(repo.read('a.txt'), 'x\n');
  }),
);

test(
  'what the attempt had started is ended first',
  withRepository({ files }, async (repo) => {
    const child = spawn('sh', ['-c', 'echo up; while :; do echo x >> a.txt; sleep 0.05; done'], {
      cwd: repo.root,
      env: { ...process.env, STEPLADDER_MARK: `mark-${process.pid}` },
      detached: true,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    const ended = new Promise((resolve) => child.on('exit', (_, signal) => resolve(signal)));
    const snapshot = {
      head: repo.git('rev-parse', 'HEAD'),
      branch: 'refs/heads/main',
      tree: repo.open().headSnapshot().tree,
    };
    noteAttempt(repo, 'one', snapshot, `mark-${process.pid}`, true);
    const ws = repo.open();
    recoverDead(ws, repo.root);
    assert.is(await ended, 'SIGKILL');
    assert.is(repo.read('a.txt'), 'a\n');
    assert.equal(ws.dirty(), []);
  }),
);

test(
  'commits of the attempt are undone, branches it switched to are left',
  withRepository({ files }, (repo) => {
    const snapshot = repo.open().snapshot();
    noteAttempt(repo, 'one', snapshot, '', true);
    asAgent(
      repo,
      'echo x > a.txt; git commit -qam one; git checkout -qb mine; echo y > a.txt; git commit -qam two; git reset -q --hard HEAD~1; echo z > n.txt; git add n.txt',
    );
    const ws = repo.open();
    const [recovered] = recoverDead(ws, repo.root);
    assert.ok(recovered?.kept !== null);
    assert.is(repo.git('rev-parse', 'HEAD'), snapshot.head);
    assert.is(ws.branch(), 'refs/heads/main');
    assert.equal(ws.dirty(), []);
    assert.is(repo.git('show', 'refs/stepladder/interrupted/one:n.txt'), 'z');
  }),
);

for (const [what, script] of [
  ['committed what it left', 'echo x > a.txt; git commit -qam "saved by hand"'],
  ['switched to another branch', 'git checkout -qb elsewhere; echo x > a.txt'],
] as const) {
  test(
    `where a person has ${what} since, nothing is touched`,
    withRepository({ files }, (repo) => {
      const snapshot = repo.open().snapshot();
      noteAttempt(repo, 'one', snapshot, '', true);
      asAgent(repo, 'echo agent > b.txt; git commit -qam agent');
      repo.sh(script);
      const head = repo.git('rev-parse', 'HEAD');
      const ws = repo.open();
      const [recovered] = recoverDead(ws, repo.root);
      assert.is(recovered?.kept, null);
      assert.match(recovered?.message ?? '', 'the work tree was left as it is');
      assert.is(repo.git('rev-parse', 'HEAD'), head);
      assert.is(repo.read('a.txt'), 'x\n');
      assert.equal(tasksInFlight(repo.root), []);
    }),
  );
}

test(
  'a snapshot whose tree git has pruned is found again in HEAD',
  withRepository({ files }, (repo) => {
    const snapshot = repo.open().snapshot();
    noteAttempt(repo, 'one', snapshot, '', true);
    repo.write('a.txt', 'x\n');
    repo.git('prune', '--expire=now');
    const ws = repo.open();
    const [recovered] = recoverDead(ws, repo.root);
    assert.ok(recovered?.kept !== null);
    assert.equal(ws.dirty(), []);
  }),
);

test(
  'a lock of git’s index that its git left behind is refused, and recovery goes on once it is gone',
  withRepository({ files }, (repo) => {
    noteAttempt(repo, 'one', repo.open().snapshot(), '', true);
    repo.write('a.txt', 'x\n');
    const lock = join(repo.root, '.git/index.lock');
    fs.writeFileSync(lock, '');
    const ws = repo.open();
    assert.throws(
      () => recoverDead(ws, repo.root),
      (error: unknown) => error instanceof Refusal && error.message.includes(lock),
    );
    assert.is(repo.git('show', 'refs/stepladder/interrupted/one:a.txt'), 'x');
    assert.ok(taskState(repo.root, 'one').readInFlight() !== null);
    fs.rmSync(lock);
    recoverDead(ws, repo.root);
    assert.equal(ws.dirty(), []);
    assert.is(repo.git('show', 'refs/stepladder/interrupted/one:a.txt'), 'x');
  }),
);

test(
  'killed in the middle of being put back, it is put back at the next start',
  withRepository({ files }, (repo) => {
    const snapshot = repo.open().snapshot();
    noteAttempt(repo, 'one', snapshot, '', true);
    asAgent(repo, 'git checkout -qb mine; echo x > a.txt; git commit -qam one');
    // As far as it came: HEAD is on its branch again, nothing else.
    repo.git('symbolic-ref', '-m', 'stepladder: half-way', 'HEAD', 'refs/heads/main');
    const ws = repo.open();
    recoverDead(ws, repo.root);
    assert.equal(ws.dirty(), []);
    assert.is(repo.git('rev-parse', 'HEAD'), snapshot.head);
    assert.is(repo.git('show', 'refs/stepladder/interrupted/one:a.txt'), 'x');
  }),
);
