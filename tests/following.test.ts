/** The person's checkout follows what landed: whatever the names, however many, whatever became of folders and links. */
import * as fs from 'node:fs';
import { join } from 'node:path';
import { followInCheckout } from '../src/workspace/follow.js';
import { withIndexHeld } from '../src/workspace/index-lock.js';
import { diffTrees } from '../src/workspace/tree-diff.js';
import { gitsOf, type Repository, withRepository } from './rig/repository.js';
import { assert, suite } from './rig/suite.js';

const test = suite('following');

/** Lets a commit land that these shell lines make; `mine` is what the person has done by then. */
function follow(repo: Repository, theirs: () => void, mine: () => void = () => undefined): string[] {
  const before = repo.git('rev-parse', 'HEAD');
  theirs();
  repo.git('add', '-A');
  repo.git('commit', '-q', '-m', 'landed');
  const commit = repo.git('rev-parse', 'HEAD');
  repo.git('reset', '-q', '--hard', before);
  repo.git('clean', '-qfdx');
  mine();
  const ws = repo.open();
  repo.git('update-ref', 'refs/heads/main', commit);
  return withIndexHeld(ws, (index) => followInCheckout({ ...ws, index }, diffTrees(ws, before, commit)));
}

const named = (repo: Repository, bytes: string): Buffer => Buffer.from(`${repo.root}/${bytes}`, 'latin1');

test(
  'hundreds of files take a handful of processes: git’s index is locked all the while',
  withRepository({ files: { 'a.txt': 'a\n', 'old/a.txt': 'a\n' } }, (repo) => {
    let left: string[] = [];
    const theirs = (): void => {
      repo.remove('old');
      for (let n = 0; n < 300; n += 1) repo.write(`many/${n}.txt`, `${n}\n`);
    };
    const started = gitsOf(repo, () => {
      left = follow(repo, theirs);
    });
    assert.ok(started < 40, `${started} processes`);
    assert.equal(left, []);
    assert.is(repo.status(), '');
  }),
);

test(
  'names that are no UTF-8 are followed like any other, and a person’s own file of such a name stays',
  withRepository({ files: { 'a.txt': 'a\n' } }, (repo) => {
    for (const name of ['gone\xfe', 'more\xfe', 'both\xfe']) fs.writeFileSync(named(repo, name), 'one\n');
    repo.git('add', '-A');
    repo.git('commit', '-q', '-m', 'names');
    const left = follow(
      repo,
      () => {
        fs.rmSync(named(repo, 'gone\xfe'));
        for (const name of ['more\xfe', 'both\xfe', 'mine\xff', 'new\xff'])
          fs.writeFileSync(named(repo, name), 'two\n');
      },
      () => {
        for (const name of ['both\xfe', 'mine\xff']) fs.writeFileSync(named(repo, name), 'mine\n');
      },
    );
    const now = (name: string): string => fs.readFileSync(named(repo, name), 'utf8');
    assert.not.ok(fs.existsSync(named(repo, 'gone\xfe')));
    assert.equal(['more\xfe', 'new\xff', 'both\xfe', 'mine\xff'].map(now), ['two\n', 'two\n', 'mine\n', 'mine\n']);
    assert.equal(left.sort(), ['both�', 'mine�']);
  }),
);

test(
  'a folder that became a link, and one that was a link, are no work of the person’s',
  withRepository({ files: { 'a.txt': 'a\n', 'd/in.txt': 'in\n' } }, (repo) => {
    repo.write('outside/in.txt', 'outside\n');
    fs.symlinkSync('a.txt', join(repo.root, 'link'));
    repo.git('add', '-A');
    repo.git('commit', '-q', '-m', 'a link');
    const left = follow(repo, () => repo.sh('rm -r d link; ln -s outside d; mkdir link; echo in > link/in.txt'));
    assert.equal(left, []);
    assert.is(repo.status(), '');
    assert.is(fs.readlinkSync(join(repo.root, 'd')), 'outside');
    assert.is(repo.read('link/in.txt'), 'in\n');
    assert.is(repo.read('outside/in.txt'), 'outside\n');
  }),
);

test(
  'a link that the person has led elsewhere stays, and is named',
  withRepository({ files: { 'a.txt': 'a\n' } }, (repo) => {
    const link = join(repo.root, 'link');
    fs.symlinkSync('a.txt', link);
    repo.git('add', '-A');
    repo.git('commit', '-q', '-m', 'a link');
    const lead = (to: string) => (): void => {
      fs.rmSync(link);
      fs.symlinkSync(to, link);
    };
    assert.equal(follow(repo, lead('theirs'), lead('mine')), ['link']);
    assert.is(fs.readlinkSync(link), 'mine');
  }),
);

test(
  'what the person only means to add (git add -N) is his own, and his next commit deletes nothing that landed there',
  withRepository({ files: { 'a.txt': 'a\n' } }, (repo) => {
    const mine = (): void => {
      repo.write('f.txt', 'mine\n');
      repo.git('add', '-N', 'f.txt');
    };
    assert.equal(
      follow(repo, () => repo.write('f.txt', 'landed\n'), mine),
      ['f.txt'],
    );
    assert.is(repo.read('f.txt'), 'mine\n');
    assert.is(repo.status(), ' M f.txt');
    repo.git('commit', '-q', '--allow-empty', '-m', 'mine');
    assert.is(repo.git('show', 'HEAD:f.txt'), 'landed');
  }),
);

test(
  'a file whose name changed in case only stands in nobody’s way where both names are of the same file',
  withRepository({ files: { 'README.md': 'one\n', 'Docs/Guide.md': 'guide\n' } }, (repo) => {
    // As a file system gives it that ignores case: both names lead to one file.
    const alias = (): void => {
      fs.linkSync(join(repo.root, 'README.md'), join(repo.root, 'Readme.md'));
      fs.mkdirSync(join(repo.root, 'docs'));
      fs.linkSync(join(repo.root, 'Docs/Guide.md'), join(repo.root, 'docs/guide.md'));
    };
    const rename = (): void => {
      repo.remove('README.md');
      repo.remove('Docs');
      repo.write('Readme.md', 'two\n');
      repo.write('docs/guide.md', 'guide\n');
    };
    assert.equal(follow(repo, rename, alias), []);
    assert.equal([repo.read('Readme.md'), repo.read('docs/guide.md')], ['two\n', 'guide\n']);
    assert.is(repo.status(), '');
  }),
);

test(
  'files are written as the attributes say that landed with them, as a checkout would write them',
  withRepository({ files: { '.gitattributes': '*.txt text\n', 'deep/.gitattributes': '*.txt text\n' } }, (repo) => {
    // What git-lfs does: another thing lies in the tree than in the repository.
    repo.git('config', 'filter.large.clean', 'tr A-Z a-z');
    repo.git('config', 'filter.large.smudge', 'tr a-z A-Z');
    const theirs = (): void => {
      repo.write('.gitattributes', '*.txt text\n*.bin filter=large\n');
      repo.write('deep/.gitattributes', '*.dat filter=large\n');
      for (const name of ['a.bin', 'deep/a.bin', 'deep/.a.dat']) repo.write(name, 'LARGE\n');
    };
    assert.equal(follow(repo, theirs), []);
    assert.equal(['a.bin', 'deep/a.bin', 'deep/.a.dat'].map(repo.read), ['LARGE\n', 'LARGE\n', 'LARGE\n']);
    assert.is(repo.git('show', 'HEAD:a.bin'), 'large');
    assert.is(repo.status(), '');
  }),
);
