import * as fs from 'node:fs';
import { join } from 'node:path';
import { openWorkspace } from '../src/workspace/in-place.js';
import { withRepository } from './rig/repository.js';
import { assert, suite } from './rig/suite.js';

const test = suite('snapshots of the workspace');
const files = { 'src/a.txt': 'a\n', 'src/b.txt': 'b\n', '.gitignore': '*.log\n', 'tasks/one.md': '# Task: One\n' };

test(
  'an unchanged tree has the same id, in another process too, and the user’s index is not touched',
  withRepository({ files }, (repo) => {
    const index = join(repo.root, '.git/index');
    const before = fs.readFileSync(index);
    const first = repo.open().snapshot();
    assert.is(repo.open().tree(), first.tree);
    assert.is(first.branch, 'refs/heads/main');
    assert.is(first.head, repo.git('rev-parse', 'HEAD'));
    assert.ok(fs.readFileSync(index).equals(before));
    assert.is(repo.status(), '');
  }),
);

test(
  'changes are told with their paths: added, modified, deleted; ignored files are none',
  withRepository({ files }, (repo) => {
    const ws = repo.open();
    const start = ws.snapshot();
    repo.write('src/a.txt', 'changed\n');
    repo.remove('src/b.txt');
    repo.write('new dir/c.txt', 'c\n');
    repo.write('noise.log', 'ignored\n');
    assert.equal(ws.changesSince(start), [
      { path: 'new dir/c.txt', status: 'added' },
      { path: 'src/a.txt', status: 'modified' },
      { path: 'src/b.txt', status: 'deleted' },
    ]);
  }),
);

test(
  'backlog, receipts, configuration, reports and machine state are in no snapshot',
  withRepository({ files: { ...files, 'reports/kept.md': 'r\n' } }, (repo) => {
    const ws = repo.open();
    const start = ws.snapshot();
    repo.write('tasks/one.md', 'edited\n');
    repo.write('tasks/one.done', '{}\n');
    repo.write('stepladder.yaml', 'repairs: 2\n');
    repo.write('reports/kept.md', 'other\n');
    repo.write('.stepladder/state', 'x\n');
    assert.is(ws.tree(), start.tree);
    assert.equal(repo.git('ls-tree', '-r', '--name-only', start.tree).split('\n'), [
      '.gitignore',
      'src/a.txt',
      'src/b.txt',
    ]);
  }),
);

const NAMES = [
  'a b.txt',
  'line\nbreak.txt',
  '-rf',
  'ünï.txt',
  '*.txt',
  ':(top)x',
  'q"uote\'s.txt',
  '[ab].txt',
  '!not',
  '$(touch pwned)',
];

test(
  'names with blanks, newlines, dashes, quotes and pattern characters are what they are',
  withRepository({ files }, (repo) => {
    const ws = repo.open();
    const start = ws.snapshot();
    for (const name of NAMES) repo.write(`odd/${name}`, name);
    const raw = Buffer.concat([Buffer.from(`${repo.root}/odd/`), Buffer.from([0xff, 0xfe, 0x41])]);
    const bytesCount = bytesAllowed(raw) ? 1 : 0;
    const paths = ws.changesSince(start).map(({ path }) => path);
    assert.is(paths.length, NAMES.length + bytesCount);
    for (const name of NAMES) assert.ok(paths.includes(`odd/${name}`), name);
    ws.keep('failed', 'one', start, 'because');
    ws.restore(start);
    assert.not(fs.existsSync(join(repo.root, 'odd')));
    assert.not(fs.existsSync(join(repo.root, 'pwned')));
    const [work] = ws.kept('one');
    assert.ok(work !== undefined && ws.takeUp(work));
    assert.is(fs.readdirSync(join(repo.root, 'odd')).length, NAMES.length + bytesCount);
  }),
);

/** Some file systems take only names that are text. */
function bytesAllowed(path: Buffer): boolean {
  try {
    fs.writeFileSync(path, 'bytes');
    return true;
  } catch {
    return false;
  }
}

test(
  'links, executable bits and files that become folders come back as they were',
  withRepository({ files }, (repo) => {
    repo.sh('ln -s src/a.txt link; printf x > run; chmod +x run; git add -A; git commit -qm more');
    const ws = repo.open();
    const start = ws.snapshot();
    repo.sh('rm link run; mkdir link; printf y > link/inside; printf z > run; rm -r src; ln -s elsewhere src');
    ws.keep('failed', 'one', start, 'because');
    ws.restore(start);
    assert.is(fs.readlinkSync(join(repo.root, 'link')), 'src/a.txt');
    assert.ok((fs.statSync(join(repo.root, 'run')).mode & 0o100) !== 0);
    assert.is(repo.read('src/a.txt'), 'a\n');
    assert.is(repo.status(), '');
  }),
);

test(
  'line ends that attributes turn, and filters, are no change',
  withRepository({ files: { '.gitattributes': '*.txt text eol=crlf\n*.sec filter=rot\n' } }, (repo) => {
    repo.git('config', 'filter.rot.clean', 'tr a-z b-za');
    repo.git('config', 'filter.rot.smudge', 'tr b-za a-z');
    repo.write('dos.txt', 'one\r\ntwo\r\n');
    repo.write('x.sec', 'secret\n');
    repo.git('add', '-A');
    repo.git('commit', '-qm', 'dos');
    const ws = repo.open();
    assert.equal(ws.dirty(), []);
    const start = ws.snapshot();
    repo.write('dos.txt', 'changed\r\n');
    repo.write('x.sec', 'changed\n');
    ws.keep('failed', 'one', start, 'because');
    ws.restore(start);
    assert.is(repo.read('dos.txt'), 'one\r\ntwo\r\n');
    assert.is(repo.read('x.sec'), 'secret\n');
    assert.equal(ws.dirty(), []);
  }),
);

test(
  'an edit of the same size in the same instant is seen',
  withRepository({ files }, (repo) => {
    const ws = repo.open();
    let before = ws.tree();
    for (let round = 0; round < 30; round += 1) {
      repo.write('src/a.txt', `${String(round % 10)}${String(round % 7)}\n`);
      const after = repo.open().tree();
      assert.is.not(after, before);
      before = after;
    }
  }),
);

test(
  'what is ignored only now was never part of the work, unless it was tracked or added by force',
  withRepository({ files: { ...files, 'kept.log': 'tracked\n' } }, (repo) => {
    repo.git('add', '-f', 'kept.log');
    repo.git('commit', '-q', '--allow-empty', '-m', 'tracked although ignored');
    const ws = repo.open();
    const start = ws.snapshot();
    repo.write('built/out.o', 'object\n');
    repo.write('forced.log', 'forced\n');
    repo.write('plain.log', 'plain\n');
    repo.write('kept.log', 'changed\n');
    assert.ok(ws.changesSince(start).some(({ path }) => path === 'built/out.o'));
    repo.write('.gitignore', '*.log\nbuilt/\n');
    repo.git('add', '-f', 'forced.log');
    ws.foldCommits(start);
    assert.equal(
      ws.changesSince(start).map(({ path }) => path),
      ['.gitignore', 'forced.log', 'kept.log'],
    );
    ws.keep('failed', 'one', start, 'because');
    ws.restore(start);
    assert.not(fs.existsSync(join(repo.root, 'forced.log')));
    assert.is(repo.read('plain.log'), 'plain\n');
    assert.is(repo.read('built/out.o'), 'object\n');
    const [work] = ws.kept('one');
    assert.ok(work !== undefined && ws.takeUp(work));
    assert.is(repo.read('forced.log'), 'forced\n');
    assert.ok(ws.changesSince(start).some(({ path }) => path === 'forced.log'));
  }),
);

test(
  'a submodule is one entry, and what lies in it is left alone',
  withRepository({ files }, (repo) => {
    repo.sh(
      [
        'git init -q "$PWD.lib"; cd "$PWD.lib"; echo x > inner.txt; git add -A',
        'git -c user.name=a -c user.email=b commit -qm lib',
        'cd "$OLDPWD"; git -c protocol.file.allow=always submodule -q add "$PWD.lib" lib; git commit -qm sub',
        'rm -rf "$PWD.lib"',
      ].join('\n'),
    );
    const ws = repo.open();
    assert.equal(ws.dirty(), []);
    const start = ws.snapshot();
    repo.write('lib/inner.txt', 'changed\n');
    repo.write('lib/new.txt', 'new\n');
    assert.is(ws.tree(), start.tree);
    repo.write('src/a.txt', 'x\n');
    ws.keep('failed', 'one', start, 'because');
    ws.restore(start);
    assert.is(repo.read('lib/inner.txt'), 'changed\n');
    assert.is(repo.read('lib/new.txt'), 'new\n');
  }),
);

test(
  'a repository without a commit, and a detached HEAD, have snapshots too',
  withRepository({}, (repo) => {
    const unborn = repo.open().snapshot();
    assert.is(unborn.head, null);
    assert.is(unborn.branch, 'refs/heads/main');
    repo.write('a.txt', 'a\n');
    repo.git('add', '-A');
    repo.git('commit', '-qm', 'first');
    repo.git('checkout', '-q', '--detach');
    const detached = repo.open().snapshot();
    assert.is(detached.branch, null);
    assert.is(detached.head, repo.git('rev-parse', 'HEAD'));
    assert.is(repo.open().branch(), null);
  }),
);

test(
  'a workspace below its repository’s top takes the whole work tree as its own',
  withRepository({ files, config: { workspace: 'src' } }, (repo) => {
    const ws = repo.open();
    assert.is(ws.dir, join(repo.root, 'src'));
    assert.is(ws.top, repo.root);
    const start = ws.snapshot();
    repo.write('elsewhere.txt', 'x\n');
    assert.equal(ws.changesSince(start), [{ path: 'elsewhere.txt', status: 'added' }]);
  }),
);

test(
  'a backlog that is a link is left out under both of its names',
  withRepository({ files: { 'docs/backlog/one.md': '# Task: One\n', 'src/a.txt': 'a\n' } }, (repo) => {
    repo.sh('ln -s docs/backlog tasks; git add -A; git commit -qm link');
    const ws = repo.open();
    assert.ok(ws.backlogInside);
    assert.is(ws.pathInTop('tasks/one.done'), 'docs/backlog/one.done');
    const start = ws.snapshot();
    repo.write('docs/backlog/one.done', '{}\n');
    assert.is(ws.tree(), start.tree);
    assert.equal(ws.dirty(), []);
  }),
);

test(
  'a backlog elsewhere, or in a repository of its own, does not belong to the workspace',
  withRepository({ files: { 'a.txt': 'a\n' }, at: 'work', config: { workspace: 'work' } }, (repo) => {
    assert.not(repo.open().backlogInside);
    repo.sh('mkdir work/tasks; cd work/tasks; git init -q');
    const ws = openWorkspace({ ...repo.config, tasks: 'work/tasks' });
    assert.not(ws.backlogInside);
    assert.is(ws.pathInTop('work/tasks/one.done'), null);
    assert.is(ws.pathInTop('tasks/one.done'), null);
    assert.is(ws.pathInTop('work/a.txt'), 'a.txt');
  }),
);

test(
  'a damaged index of ours is made anew',
  withRepository({ files }, (repo) => {
    const { tree } = repo.open().snapshot();
    const folder = join(repo.root, '.stepladder/index');
    for (const name of fs.readdirSync(folder)) fs.writeFileSync(join(folder, name), 'rubbish');
    assert.is(repo.open().tree(), tree);
  }),
);

test(
  'an agent that meddles with the indexes hides no change',
  withRepository({ files }, (repo) => {
    const ws = repo.open();
    const start = ws.snapshot();
    const folder = join(repo.root, '.stepladder/index');
    const [ours = ''] = fs.readdirSync(folder).filter((name) => !name.endsWith('.tree'));
    repo.write('src/a.txt', 'changed\n');
    repo.git('update-index', '--assume-unchanged', 'src/a.txt');
    repo.sh(`GIT_INDEX_FILE=.stepladder/index/${ours} git update-index --assume-unchanged src/a.txt`);
    repo.git('config', 'core.ignoreStat', 'true');
    assert.equal(ws.changesSince(start), [{ path: 'src/a.txt', status: 'modified' }]);
    fs.rmSync(folder, { recursive: true });
    assert.equal(ws.changesSince(start), [{ path: 'src/a.txt', status: 'modified' }]);
    ws.restore(start);
    assert.is(repo.read('src/a.txt'), 'a\n');
  }),
);

for (const ignored of ['/reports/\n/.stepladder/\n', 'reports\n.stepladder\nstepladder.yaml\n', '*\n!src\n!src/**\n']) {
  test(
    `what is left out may be ignored as well, by ${JSON.stringify(ignored)}`,
    withRepository({ files: { ...files, '.gitignore': ignored } }, (repo) => {
      for (const path of ['reports/report.md', '.stepladder/x', 'stepladder.yaml']) repo.write(path, '');
      const ws = repo.open();
      const start = ws.snapshot();
      repo.write('src/new.txt', 'new\n');
      assert.equal(ws.changesSince(start), [{ path: 'src/new.txt', status: 'added' }]);
      assert.ok(ws.keep('failed', 'one', start, 'because') !== null);
      ws.restore(start);
      assert.equal(ws.dirty(), []);
    }),
  );
}
