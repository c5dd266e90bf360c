/** Folders that nothing may be written to and files that may not be read, in a step's own work tree. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { withProject } from './rig/project.js';
import { assert, suite, where } from './rig/suite.js';

const asUser = where(process.getuid?.() !== 0, suite('closed folders'), 'root may do anything');

const files = { 'f.txt': 'f\n', 'kept/k.txt': 'k\n', 'land/l.txt': 'l\n' };

const DOINGS: readonly (readonly [what: string, command: string])[] = [
  [
    'a cache of read-only folders',
    "mkdir -p .cache/m && echo '*' > .cache/.gitignore && echo x > .cache/m/x && chmod 555 .cache/m",
  ],
  ['a new read-only folder', 'mkdir new && echo n > new/n.txt && chmod 555 new'],
  ['a file that nobody may read', 'echo n > n.txt && chmod 000 n.txt'],
  ['an emptied folder that was closed', 'rm kept/k.txt && chmod 555 kept'],
  ['a closed folder in which something lands meanwhile', 'chmod 555 land'],
];

for (const [what, command] of DOINGS) {
  asUser(`${what}: the work lands, and its work tree goes`, () =>
    withProject(
      { agent: 'driven', tasks: { a: '# A', b: '# B' }, files, config: { isolation: 'worktree' } },
      async (made) => {
        const running = made.start('make', ['-j2', 'orchestrate']);
        const [first, second] = [await made.nextAttempt(), await made.nextAttempt()];
        await first.write('land/l.txt', 'landed\n');
        await first.verdict({ ok: true });
        await running.until(new RegExp(`✓ ${first.task} `));
        await second.write('second.txt', 'second\n');
        assert.is(await second.run(command), 0);
        await second.verdict({ ok: true });
        const ran = await running.done;
        assert.is(ran.code, 0, ran.output);
        assert.equal([made.read('land/l.txt'), made.read('second.txt')], ['landed\n', 'second\n']);
        assert.is(made.git('status', '--porcelain'), '');
        const worktrees = join(made.root, '.stepladder/worktrees');
        assert.equal(existsSync(worktrees) ? readdirSync(worktrees) : [], []);
        assert.is(made.git('worktree', 'list').split('\n').length, 1);
      },
    ),
  );
}

asUser('setup makes read-only folders: they are copied to later work trees, and forgotten with the others', () => {
  const setup = ['mkdir -p mod/m && cp lock mod/m/x && chmod 555 mod/m'];
  const config = { isolation: 'worktree', setup, 'setup-key': ['lock'], verify: ['cmp lock mod/m/x'] };
  const tasks = Object.fromEntries(['a', 'b', 'c', 'd', 'e'].map((name) => [name, `# ${name}`]));
  const script = [{ run: 'echo %TASK% >> lock; chmod u+w mod/m; cp lock mod/m/x; chmod 555 mod/m' }];
  const options = { tasks, config, script, files: { lock: '0\n', '.gitignore': 'node_modules\nmod\n' } };
  return withProject(options, async (made) => {
    const ran = await made.make(['-j1', 'orchestrate']);
    assert.is(ran.code, 0, ran.output);
    assert.ok(readdirSync(join(made.root, '.stepladder/setup')).length <= 3);
    // So that the rig can remove it.
    await made.run('chmod', ['-R', 'u+w', '.stepladder/setup']);
  });
});
