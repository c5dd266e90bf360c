/** Work trees that hold what is not ours to remove, as containers leave it: they are out of the way, and a person is told. */
import { execFileSync, spawnSync } from 'node:child_process';
import fs, { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defaultConfig } from '../src/config.js';
import { openWorkspace } from '../src/workspace/in-place.js';
import { notRemoved, removeWorktree, worktreeFolder } from '../src/workspace/worktree.js';
import { withRepository } from './rig/repository.js';
import { assert, suite, where } from './rig/suite.js';

const SELF = fileURLToPath(import.meta.url);
const NOBODY = { uid: 65534, gid: 65534 };

/** In a process of its own, as nobody: what is left once the work tree was removed. */
function remove(root: string): void {
  removeWorktree(openWorkspace({ ...defaultConfig(root) }), 'a');
  console.log(JSON.stringify(notRemoved(root)));
}

function asNobody(root: string): string[] {
  const env = { ...process.env, HOME: root };
  return JSON.parse(execFileSync(process.execPath, [SELF, 'remove', root], { ...NOBODY, env, encoding: 'utf8' }));
}

if (process.argv[2] === 'remove') remove(process.argv[3] ?? '');
else {
  const mayRead = spawnSync(process.execPath, ['--check', SELF], { ...NOBODY, stdio: 'ignore' }).status === 0;
  const test = suite('discarded work trees');
  const asRoot = where(process.getuid?.() === 0 && mayRead, test, 'it takes root and nobody');

  test(
    'on a disk too full for another name it is removed where it lies',
    withRepository({ files: { 'a.txt': 'a\n' } }, (repo) => {
      const folder = worktreeFolder(repo.root, 'a');
      mkdirSync(join(folder, 'src'), { recursive: true });
      const ws = openWorkspace({ ...defaultConfig(repo.root) });
      const { renameSync } = fs;
      fs.renameSync = () => {
        throw Object.assign(new Error('made to fail'), { code: 'ENOSPC' });
      };
      syncBuiltinESMExports();
      try {
        removeWorktree(ws, 'a');
      } finally {
        fs.renameSync = renameSync;
        syncBuiltinESMExports();
      }
      assert.equal([existsSync(folder), notRemoved(repo.root)], [false, []]);
    }),
  );

  asRoot(
    'one that cannot be removed is out of the way, and goes when it can',
    withRepository({ files: { 'a.txt': 'a\n' } }, (repo) => {
      const folder = worktreeFolder(repo.root, 'a');
      mkdirSync(folder, { recursive: true });
      execFileSync('chown', ['-R', '65534:65534', repo.root]);
      mkdirSync(join(folder, 'data'), { mode: 0o700 });
      writeFileSync(join(folder, 'data/file'), 'x\n');
      const [left = '', ...more] = asNobody(repo.root);
      assert.equal([existsSync(folder), more], [false, []]);
      assert.ok(existsSync(join(left, 'data/file')));
      assert.equal(asNobody(repo.root), [left], 'it keeps its name, and nothing is refused for it');
      rmSync(join(left, 'data'), { recursive: true });
      assert.equal(asNobody(repo.root), []);
    }),
  );
}
