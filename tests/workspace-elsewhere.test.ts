/** A backlog outside the workspace's repository: receipts are not committed, and hold as long as that work is there. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Project, withProject } from './rig/project.js';
import { assert, suite } from './rig/suite.js';

const test = suite('workspace elsewhere');

const OPTIONS = {
  tasks: { a: '# A', b: '---\ndepends: [a]\n---\n# B' },
  config: { workspace: '../elsewhere' },
};

async function makeWorkspace(made: Project): Promise<void> {
  const lines = 'mkdir ../elsewhere && cd ../elsewhere && git init -q && git commit -q --allow-empty -m begun';
  assert.is((await made.run('sh', ['-c', lines])).code, 0);
}

test('a workspace that was deleted and made anew: its receipts are void, and everything is done again', () =>
  withProject(OPTIONS, async (made) => {
    await makeWorkspace(made);
    assert.is((await made.make(['orchestrate'])).code, 0);
    assert.is(made.git('rev-list', '--count', 'HEAD'), '1');
    made.remove('../elsewhere');
    await makeWorkspace(made);
    const again = await made.make(['orchestrate']);
    assert.is(again.code, 0);
    assert.match(again.output, 'they are void: a, b');
    assert.is(made.invocations().length, 4);
    assert.ok(made.exists('../elsewhere/work/b.txt'));
  }));

test('side by side, what another task landed meanwhile is taken in as anywhere else, and no work passes for tampering', () =>
  withProject(
    { agent: 'driven', tasks: { a: '# A', b: '# B' }, config: { workspace: '../elsewhere', isolation: 'worktree' } },
    async (made) => {
      await makeWorkspace(made);
      const elsewhere = join(made.outside, 'elsewhere');
      const lines = 'seq 9 > lines.txt; git add -A; git commit -qm lines';
      assert.is((await made.run('sh', ['-c', lines], { cwd: elsewhere })).code, 0);
      const running = made.start('make', ['-j2', 'orchestrate']);
      const [first, second] = [await made.nextAttempt(), await made.nextAttempt()];
      await first.run("sed -i.old 's/1/one/' lines.txt; rm lines.txt.old");
      await second.run("sed -i.old 's/9/nine/' lines.txt; rm lines.txt.old");
      await first.verdict({ ok: true });
      await running.until(new RegExp(`✓ ${first.task} `));
      await second.verdict({ ok: true });
      const ran = await running.done;
      assert.is(ran.code, 0, ran.output);
      assert.is(readFileSync(join(elsewhere, 'lines.txt'), 'utf8'), 'one\n2\n3\n4\n5\n6\n7\n8\nnine\n');
      assert.is(made.git('-C', elsewhere, 'status', '--porcelain'), '');
      assert.not.match(ran.output, 'tampering');
      assert.equal(made.receipt(second.task)?.findings, []);
    },
  ));

test('machine state that was removed costs nobody: the workspace itself tells whose work it holds', () =>
  withProject(OPTIONS, async (made) => {
    await makeWorkspace(made);
    assert.is((await made.make(['orchestrate'])).code, 0);
    made.remove('.stepladder');
    assert.match((await made.make(['orchestrate'])).stdout, 'nothing to do');
    assert.is(made.invocations().length, 2);
  }));
