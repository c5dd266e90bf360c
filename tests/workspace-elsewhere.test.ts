/** A backlog outside the workspace's repository: receipts are not committed, and hold as long as that work is there. */
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

test('machine state that was removed costs nobody: the workspace itself tells whose work it holds', () =>
  withProject(OPTIONS, async (made) => {
    await makeWorkspace(made);
    assert.is((await made.make(['orchestrate'])).code, 0);
    made.remove('.stepladder');
    assert.match((await made.make(['orchestrate'])).stdout, 'nothing to do');
    assert.is(made.invocations().length, 2);
  }));
