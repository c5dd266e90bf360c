/** Two rungs say that a finding is wrong: a person decides, and each of the commands he is given does what it says. */
import { type Project, type ProjectOptions, withProject } from './rig/project.js';
import { assert, suite } from './rig/suite.js';

const test = suite('disputed findings');

const STUB = "def start_stream(chat):\n    raise NotImplementedError('the vendor has none')\n";
const TESTS = 'def test_add():\n    assert add(1, 2) == 3\n\n\ndef test_more():\n    assert add(2, 2) == 4\n';
const FEWER = TESTS.slice(TESTS.indexOf('def test_more'));
const config = { ladder: ['small/none', 'middle/none', 'large/none'], repairs: 0 };

const DISPUTED: Readonly<Record<string, ProjectOptions>> = {
  'not-implemented': {
    tasks: { core: '---\nprovides: [start_stream]\n---\n# Core\n' },
    script: [{ write: { 'chat.py': STUB } }],
  },
  'missing-symbol': {
    tasks: { core: '---\nprovides: [operator_plus]\n---\n# Core\n' },
    script: [{ write: { 'chat.py': 'LIMIT = 3\n' } }],
  },
  'deleted-test': {
    tasks: { core: '# Core\n' },
    files: { 'tests/test_add.py': TESTS },
    script: [{ write: { 'tests/test_add.py': FEWER, 'chat.py': 'LIMIT = 3\n' } }],
  },
};

/** The commands offered, as they would be pasted. */
async function pasted(made: Project, choice: RegExp): Promise<number | null> {
  const asked = made.journal().find((event) => event.type === 'question');
  const option = asked?.type === 'question' ? asked.options.find((one) => choice.test(one)) : undefined;
  const command = /\(([^()]+)\)/.exec(option ?? '')?.[1] ?? 'no such option; false';
  return (await made.run('sh', ['-c', command])).code;
}

for (const [kind, options] of Object.entries(DISPUTED)) {
  test(`${kind}: where a person says that the finding is wrong, the work is taken as it is`, () =>
    withProject({ ...options, config }, async (made) => {
      assert.is((await made.make(['orchestrate'])).code, 2);
      assert.is(made.invocations().length, 2);
      assert.is(await pasted(made, /it is wrong/), 0);
      const found = made.receipt('core')?.findings.map((one) => [one.kind, one.severity]);
      assert.equal(found, [[kind, 'warning']]);
      assert.match(made.receipt('core')?.findings[0]?.message ?? '', 'a person took it as it is');
      assert.match((await made.make(['orchestrate'])).stdout, 'nothing to do');
    }));
}

test('what nobody was asked about is not taken along with it', () =>
  withProject({ ...DISPUTED['not-implemented'], config }, async (made) => {
    assert.is((await made.make(['orchestrate'])).code, 2);
    assert.is((await made.stepladder(['take', 'core'])).code, 0);
    made.write('chat.py', `${STUB}\n\n${STUB.replace('start', 'stop').replace('the vendor has none', 'TODO')}`);
    const accepted = await made.stepladder(['accept', 'core']);
    assert.is(accepted.code, 1);
    assert.match(accepted.stderr, 'stop_stream');
    assert.not.match(accepted.stderr, /as the tree stands:.*start_stream/);
    assert.is(made.receipt('core'), null);
  }));

test('a finding that stood on the branch already, and nothing changed: there is nothing to take, and no command says so', () => {
  const options = { ...DISPUTED['not-implemented'], files: { 'chat.py': STUB }, script: [{ write: {} }] };
  return withProject({ ...options, config }, async (made) => {
    assert.is((await made.make(['orchestrate'])).code, 2);
    const asked = made.journal().find((event) => event.type === 'question');
    assert.equal(asked?.type === 'question' && asked.options.filter((one) => one.includes(' take core')), []);
    assert.is(await pasted(made, /it is wrong/), 0);
    assert.is(made.receipt('core')?.state, 'accepted');
  });
});
