import * as fs from 'node:fs';
import { join } from 'node:path';
import { type Repository, withRepository } from './rig/repository.js';
import { assert, suite } from './rig/suite.js';

const test = suite('a person’s work is safe');
const files = {
  'src/a.txt': 'one\ntwo\nthree\nfour\nfive\n',
  'src/b.txt': 'b\n',
  'deep/down/c.txt': 'c\n',
  '.gitignore': '*.log\n',
  'tasks/one.md': '# Task: One\n',
  'tasks/two.md': '# Task: Two\n',
};

/** What an attempt might leave. */
function work(repo: Repository): void {
  repo.write('src/a.txt', 'one\ntwo\nthree\nfour\nFIVE\n');
  repo.remove('deep');
  repo.write('new/d.txt', 'd\n');
  repo.write('new/own.log', 'ignored\n');
}

/** The tree as people see it: each file with what it holds. */
function contents(repo: Repository): Record<string, string> {
  const found: Record<string, string> = {};
  for (const path of repo
    .sh('find . -path ./.git -prune -o -path ./.stepladder -prune -o -type f -print')
    .split('\n')) {
    found[path] = repo.read(path) ?? '';
  }
  return found;
}

test(
  'what is restored was kept before, untracked files too; only paths that differ are touched',
  withRepository({ files }, (repo) => {
    const ws = repo.open();
    const before = contents(repo);
    const stat = fs.statSync(join(repo.root, 'src/b.txt'), { bigint: true });
    const start = ws.snapshot();
    work(repo);
    const after = contents(repo);
    const kept = ws.keep('failed', 'one', start, 'red checks');
    assert.is(kept?.ref, 'refs/stepladder/failed/one');
    assert.is(kept?.base, start.head);
    assert.equal(ws.restore(start), []);
    assert.equal(contents(repo), { ...before, './new/own.log': 'ignored\n' });
    assert.equal(fs.statSync(join(repo.root, 'src/b.txt'), { bigint: true }), stat);
    assert.is(repo.status(), '');
    assert.ok(kept !== null && repo.open().takeUp(kept));
    assert.equal(contents(repo), after);
  }),
);

test(
  'the command that is told brings the work back, wherever the branch stands by then',
  withRepository({ files }, (repo) => {
    const ws = repo.open();
    const start = ws.snapshot();
    work(repo);
    const after = contents(repo);
    const kept = ws.keep('failed', 'one', start, 'red checks');
    ws.restore(start);
    repo.write('other.txt', 'later\n');
    repo.git('add', '-A');
    repo.git('commit', '-qm', 'later');
    repo.sh(kept?.restore ?? 'false');
    assert.equal(contents(repo), { ...after, './other.txt': 'later\n' });
  }),
);

test(
  'a workspace beside the project has that in its command',
  withRepository({ files: { 'a.txt': 'a\n' }, at: "it's work", config: { workspace: "it's work" } }, (repo) => {
    const ws = repo.open();
    const start = ws.snapshot();
    repo.write("it's work/b.txt", 'b\n');
    const kept = ws.keep('failed', 'one', start, 'because');
    ws.restore(start);
    repo.sh(kept?.restore ?? 'false');
    assert.is(repo.read("it's work/b.txt"), 'b\n');
  }),
);

test(
  'nothing is kept where nothing differs',
  withRepository({ files }, (repo) => {
    const ws = repo.open();
    const start = ws.snapshot();
    assert.is(ws.keep('failed', 'one', start, 'because'), null);
    assert.equal(ws.kept('one'), []);
    ws.restore(start);
    assert.is(repo.git('for-each-ref', 'refs/stepladder'), '');
  }),
);

test(
  'edits of the backlog stay, staged and not, while the attempt’s work goes',
  withRepository({ files }, (repo) => {
    repo.write('tasks/one.md', 'staged\n');
    repo.git('add', 'tasks/one.md');
    repo.write('tasks/new.md', '# Task: New\n');
    const ws = repo.open();
    const start = ws.snapshot();
    const before = repo.status();
    work(repo);
    repo.git('add', 'src', 'new', 'deep');
    repo.write('tasks/two.md', 'edited meanwhile\n');
    ws.keep('failed', 'one', start, 'because');
    ws.restore(start);
    assert.is(repo.read('tasks/two.md'), 'edited meanwhile\n');
    assert.equal(repo.status().split('\n').sort(), [...before.split('\n'), ' M tasks/two.md'].sort());
  }),
);

test(
  'what nobody kept is kept by restore itself',
  withRepository({ files }, (repo) => {
    const ws = repo.open();
    const start = ws.snapshot();
    work(repo);
    ws.keep('failed', 'one', start, 'because');
    repo.write('src/b.txt', 'a person was here\n');
    ws.restore(start);
    assert.is(repo.read('src/b.txt'), 'b\n');
    assert.is(repo.git('show', 'refs/stepladder/restored:src/b.txt'), 'a person was here');
    assert.is(repo.git('show', 'refs/stepladder/restored:new/d.txt'), 'd');
  }),
);

test(
  'earlier work under the same name stays in reach, and gives way only to what it is',
  withRepository({ files }, (repo) => {
    const ws = repo.open();
    const start = ws.snapshot();
    repo.write('src/b.txt', 'first\n');
    const first = ws.keep('failed', 'one', start, 'because');
    repo.write('src/b.txt', 'second\n');
    const second = ws.keep('failed', 'one', start, 'because');
    ws.restore(start);
    assert.is(repo.git('show', 'refs/stepladder/failed/one@{1}:src/b.txt'), 'first');
    if (first === null || second === null) throw new Error('nothing was kept');
    ws.forget(first);
    assert.equal(
      ws.kept('one').map(({ commit }) => commit),
      [second.commit],
    );
    ws.forget(second);
    assert.equal(ws.kept('one'), []);
    ws.restore(start);
    assert.is(repo.status(), '');
  }),
);

test(
  'interrupted work comes before failed work, and every name has a ref of its own',
  withRepository({ files }, (repo) => {
    const names = ['a', 'a/b', 'x.', 'x..y', 'x.lock', 'x...', 'A-1_2', 'n'.repeat(240), `${'n'.repeat(239)}m`];
    const ws = repo.open();
    const start = ws.snapshot();
    names.forEach((name, at) => {
      repo.write('src/b.txt', `${at}\n`);
      ws.keep('failed', name, start, 'because');
      ws.keep('interrupted', name, start, 'because');
    });
    names.forEach((name, at) => {
      const kept = ws.kept(name);
      assert.equal(
        kept.map(({ kind }) => kind),
        ['interrupted', 'failed'],
      );
      assert.is(repo.git('show', `${kept[0]?.commit}:src/b.txt`), String(at));
      assert.is(kept[0]?.base, start.head);
    });
  }),
);

test(
  'kept work is put onto a tree that has gone on, other lines of the same file among it',
  withRepository({ files }, (repo) => {
    const ws = repo.open();
    const start = ws.snapshot();
    work(repo);
    const kept = ws.keep('failed', 'one', start, 'because');
    ws.restore(start);
    repo.write('src/a.txt', 'ONE\ntwo\nthree\nfour\nfive\n');
    repo.write('other.txt', 'x\n');
    repo.git('add', '-A');
    repo.git('commit', '-qm', 'later');
    const later = repo.open();
    assert.ok(kept !== null && later.takeUp(kept));
    assert.is(repo.read('src/a.txt'), 'ONE\ntwo\nthree\nfour\nFIVE\n');
    assert.is(repo.read('new/d.txt'), 'd\n');
    assert.is(repo.read('deep/down/c.txt'), null);
    assert.is(repo.git('diff', '--cached', '--name-only'), '', 'nothing is staged');
  }),
);

const CONFLICTS: readonly (readonly [string, (repo: Repository) => void])[] = [
  ['the same lines', (repo) => repo.write('src/a.txt', 'one\ntwo\nthree\nfour\n5\n')],
  ['a file where it makes a folder', (repo) => repo.write('new', 'in the way\n')],
  ['a file it deleted', (repo) => repo.write('deep/down/c.txt', 'changed\n')],
];

for (const [what, change] of CONFLICTS) {
  test(
    `kept work that conflicts (${what}) changes nothing at all`,
    withRepository({ files }, (repo) => {
      const ws = repo.open();
      const start = ws.snapshot();
      work(repo);
      const kept = ws.keep('failed', 'one', start, 'because');
      ws.restore(start);
      repo.remove('new');
      change(repo);
      repo.git('add', '-A');
      repo.git('commit', '-qm', 'later');
      const before = contents(repo);
      assert.not(kept === null || repo.open().takeUp(kept));
      assert.equal(contents(repo), before);
      assert.is(repo.status(), '');
    }),
  );
}

test(
  'an ignored file in the way of kept work stays, and the work is not put back over it',
  withRepository({ files }, (repo) => {
    const ws = repo.open();
    const start = ws.snapshot();
    repo.write('x.txt', 'x\n');
    const kept = ws.keep('failed', 'one', start, 'because');
    ws.restore(start);
    repo.write('.gitignore', 'x.txt\n');
    repo.git('commit', '-qam', 'ignored');
    repo.write('x.txt', 'precious\n');
    assert.not(kept === null || repo.open().takeUp(kept));
    assert.is(repo.read('x.txt'), 'precious\n');
  }),
);

test(
  'ignored files that stand where a file has to come back are moved away, and it is told',
  withRepository({ files }, (repo) => {
    const ws = repo.open();
    const start = ws.snapshot();
    repo.remove('src/b.txt');
    repo.write('src/b.txt/own.log', 'ignored\n');
    ws.keep('failed', 'one', start, 'because');
    const told = ws.restore(start);
    assert.is(repo.read('src/b.txt'), 'b\n');
    assert.is(told.length, 1);
    const moved = /^src\/b\.txt was moved to (.*)$/.exec(told[0] ?? '')?.[1] ?? '';
    assert.is(fs.readFileSync(join(moved, 'own.log'), 'utf8'), 'ignored\n');
  }),
);

for (const commits of [true, false]) {
  test(
    `a repository that the attempt left within the tree (${commits ? 'with' : 'without'} commits) is moved away whole`,
    withRepository({ files }, (repo) => {
      const ws = repo.open();
      const start = ws.snapshot();
      repo.sh('git init -q clone; echo x > clone/x.txt');
      if (commits) repo.sh('cd clone; git add -A; git -c user.name=a -c user.email=b commit -qm x');
      ws.keep('failed', 'one', start, 'because');
      const told = ws.restore(start);
      assert.not(fs.existsSync(join(repo.root, 'clone')));
      const moved = /^clone was moved to (.*)$/.exec(told[0] ?? '')?.[1] ?? '';
      assert.is(fs.readFileSync(join(moved, 'x.txt'), 'utf8'), 'x\n');
      assert.equal(repo.open().dirty(), []);
    }),
  );
}

test(
  'work in a repository without a commit is kept and brought back',
  withRepository({}, (repo) => {
    const ws = repo.open();
    const start = ws.snapshot();
    repo.write('a.txt', 'a\n');
    const kept = ws.keep('interrupted', 'one', start, 'because');
    assert.is(kept?.base, null);
    ws.restore(start);
    assert.not(fs.existsSync(join(repo.root, 'a.txt')));
    assert.equal(ws.kept('one'), [kept]);
    assert.ok(kept !== null && ws.takeUp(kept));
    assert.is(repo.read('a.txt'), 'a\n');
  }),
);
