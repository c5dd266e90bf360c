import * as fs from 'node:fs';
import { join } from 'node:path';
import { Refusal } from '../src/diagnostic.js';
import { openWorkspace } from '../src/workspace/in-place.js';
import { type Repository, withRepository } from './rig/repository.js';
import { assert, suite } from './rig/suite.js';

const test = suite('somebody’s work in the tree');
const files = { 'a.txt': 'a\n', 'tasks/one.md': '# Task: One\n', 'stepladder.yaml': '' };

/** The refusal that an act ends in. */
function refusalOf(act: () => unknown): Refusal {
  try {
    act();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

const told = (refusal: Refusal): string => refusal.diagnostics.map((d) => `${d.message} → ${d.remedy}`).join('\n');

test(
  'modified, staged, deleted and untracked files are named, whatever their names',
  withRepository({ files: { ...files, 'b.txt': 'b\n', 'c.txt': 'c\n' } }, (repo) => {
    repo.git('config', 'status.showUntrackedFiles', 'no');
    repo.write('a.txt', 'changed\n');
    repo.write('b.txt', 'staged\n');
    repo.git('add', 'b.txt');
    repo.remove('c.txt');
    repo.write('dir/ü b\n.txt', 'new\n');
    assert.equal(repo.open().dirty().sort(), ['a.txt', 'b.txt', 'c.txt', 'dir/ü b\n.txt']);
  }),
);

test(
  'backlog, stepladder.yaml, reports and machine state never count, nor do ignored files',
  withRepository({ files: { ...files, '.gitignore': '*.log\n' } }, (repo) => {
    repo.write('tasks/one.md', 'edited\n');
    repo.write('tasks/two.md', '# Task: Two\n');
    repo.git('add', 'tasks/two.md');
    repo.write('stepladder.yaml', 'repairs: 2\n');
    repo.write('reports/report.md', 'r\n');
    repo.write('.stepladder/x', 'x\n');
    repo.write('noise.log', 'n\n');
    assert.equal(repo.open().dirty(), []);
  }),
);

test(
  'a backlog alone in an untracked folder does not make that folder somebody’s work',
  withRepository({ files: { 'a.txt': 'a\n' }, config: { tasks: 'docs/backlog' } }, (repo) => {
    repo.write('docs/backlog/one.md', '# Task: One\n');
    assert.equal(repo.open().dirty(), []);
    repo.write('docs/other.md', 'x\n');
    assert.equal(repo.open().dirty(), ['docs/other.md']);
  }),
);

const UNDER_WAY: readonly (readonly [string, (repo: Repository) => void])[] = [
  ['merge', (repo) => repo.sh('git merge side || true')],
  ['rebase', (repo) => repo.sh('git rebase side || true')],
  ['git am', (repo) => repo.sh('git format-patch -q -1 --stdout side | git am -q || true')],
  ['cherry-pick', (repo) => repo.sh('git cherry-pick side || true')],
  ['revert', (repo) => repo.sh('git revert --no-edit HEAD~1 || true')],
  ['bisect', (repo) => repo.sh('git bisect start')],
];

for (const [what, begin] of UNDER_WAY) {
  test(
    `a ${what} under way is refused, with the command that ends it`,
    withRepository({ files }, (repo) => {
      repo.sh('git checkout -q -b side; echo side > a.txt; git commit -qam side; git checkout -q main');
      repo.sh('echo one > a.txt; git commit -qam one; echo two > a.txt; git commit -qam two');
      begin(repo);
      const ws = repo.open();
      const text = told(refusalOf(() => ws.dirty()));
      assert.match(text, `a ${what} is under way`);
      repo.sh(/“(.*)”/.exec(text)?.[1] ?? 'false');
      assert.equal(ws.dirty(), []);
    }),
  );
}

test(
  'a lock of git’s index that stays is refused, naming the file and how to remove it',
  withRepository({ files }, (repo) => {
    const lock = join(repo.root, '.git/index.lock');
    fs.writeFileSync(lock, '');
    const ws = repo.open();
    const refusal = refusalOf(() => ws.dirty());
    assert.match(told(refusal), `${lock} exists`);
    assert.match(told(refusal), `rm ${lock}`);
    fs.rmSync(lock);
    assert.equal(ws.dirty(), []);
  }),
);

test(
  'a folder that is no git work tree, a bare repository and a missing folder are refused',
  withRepository({ files }, (repo) => {
    repo.sh('git clone -q --bare . bare.git; mkdir plain; mv .git hidden');
    assert.match(told(refusalOf(() => repo.open())), 'is not a git work tree → run “git init”');
    const bare = { ...repo, config: { ...repo.config, workspace: 'bare.git' } };
    assert.match(told(refusalOf(() => openWith(bare))), 'is a bare git repository');
    const missing = { ...repo, config: { ...repo.config, workspace: 'nowhere' } };
    assert.match(told(refusalOf(() => openWith(missing))), 'nowhere is not a folder');
    repo.sh('mv hidden .git');
    const all = { ...repo, config: { ...repo.config, tasks: '.' } };
    assert.match(told(refusalOf(() => openWith(all))), 'put the tasks into a folder of their own');
  }),
);

test(
  'without a name to commit under nothing starts, and both commands are told',
  withRepository({ files }, (repo) => {
    repo.git('config', '--unset', 'user.name');
    repo.git('config', '--unset', 'user.email');
    const text = told(refusalOf(() => repo.open()));
    assert.match(text, 'git config --global user.name');
    assert.match(text, 'git config --global user.email');
    withEnvironment(
      { GIT_AUTHOR_NAME: 'A', GIT_AUTHOR_EMAIL: 'a@b', GIT_COMMITTER_NAME: 'C', GIT_COMMITTER_EMAIL: 'c@d' },
      () => {
        assert.equal(repo.open().dirty(), []);
      },
    );
  }),
);

test(
  'without git it says so',
  withRepository({ files }, (repo) => {
    withEnvironment({ PATH: repo.root }, () => {
      assert.match(told(refusalOf(() => repo.open())), 'git was not found → install git');
    });
  }),
);

test(
  'variables by which one git tells another where its repository is do not lead astray',
  withRepository({ files }, (repo) => {
    withEnvironment(
      { GIT_DIR: '/nowhere', GIT_WORK_TREE: '/', GIT_INDEX_FILE: '/nowhere/index', GIT_LITERAL_PATHSPECS: '1' },
      () => {
        const ws = repo.open();
        assert.is(ws.top, repo.root);
        assert.equal(ws.dirty(), []);
      },
    );
  }),
);

test(
  'a file that git cannot take in is named, and nothing is taken to be as it was',
  withRepository({ files: { ...files, '.gitattributes': '*.bin filter=broken\n' } }, (repo) => {
    repo.git('config', 'filter.broken.clean', 'false');
    repo.git('config', 'filter.broken.required', 'true');
    const ws = repo.open();
    ws.snapshot();
    repo.write('data.bin', 'x\n');
    assert.match(told(refusalOf(() => ws.tree())), 'data.bin');
  }),
);

function openWith(repo: Repository) {
  return openWorkspace(repo.config);
}

function withEnvironment(variables: Record<string, string>, body: () => void): void {
  const before = { ...process.env };
  Object.assign(process.env, variables);
  try {
    body();
  } finally {
    process.env = before;
  }
}
