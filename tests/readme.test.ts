/** The README's examples are run as they stand: a reader who copies them gets what it says. */
import { accessSync, constants, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { only as documented } from './rig/documented.js';
import { CHECKOUT, INCLUDE_LINE, PROGRAM, withProject } from './rig/project.js';
import { assert, suite } from './rig/suite.js';

const test = suite('the README');

const only = (section: string, language: string): string => documented('README.md', section, language);

test('“In your own repository” works as written, from the Makefile line to a done task', async () => {
  const section = 'In your own repository';
  assert.is(only(section, 'make'), INCLUDE_LINE);
  await withProject({ config: only(section, 'yaml'), commit: false }, async (made) => {
    made.write('tasks/greeting.md', only(section, 'markdown'));
    const ran = await made.run('sh', ['-e', '-c', only(section, 'sh')]);
    assert.is(ran.code, 0);
    assert.match(ran.stdout, '  sonnet/thinking: echo, model sonnet\n', 'a command has no permissions to be given');
    const receipt = made.receipt('greeting');
    assert.is(receipt?.state, 'done');
    assert.is(receipt?.evidence, 'strong');
    assert.equal(receipt?.claimed, ['The wording is friendly']);
    assert.is(made.git('status', '--porcelain'), '');
    assert.equal(made.git('show', '--name-only', '--format=', 'HEAD').split('\n').sort(), [
      'greeting.sh',
      'tasks/greeting.done',
    ]);

    const head = made.git('rev-parse', 'HEAD');
    assert.is((await made.make(['orchestrate'])).code, 0);
    assert.is(made.git('rev-parse', 'HEAD'), head, '“make orchestrate again starts nothing”');
    made.git('revert', '--no-edit', 'HEAD');
    assert.is((await made.make(['-q', 'orchestrate'])).code, 1, '“git revert its commit and Make wants it again”');
  });
});

test('the hand-written header and the settings shown are read without a complaint', async () => {
  const other = '---\n---\n# Another\n';
  const tasks = {
    'tests-openai-streaming': only('The task file', 'markdown'),
    'openai-streaming-chat': other,
    'tests-openai-basic': other,
  };
  for (const config of [only('The ladder', 'yaml'), only('Configuration', 'yaml')]) {
    await withProject({ tasks, config }, async (made) => {
      const ran = await made.stepladder(['lint']);
      assert.is(ran.code, 0);
      assert.is(ran.stderr, '');
    });
  }
});

test('what npm linked to, `npx stepladder` can run after a later build as well', () => {
  accessSync(PROGRAM, constants.X_OK);
});

test('every file it links to is there', () => {
  const readme = readFileSync(join(CHECKOUT, 'README.md'), 'utf8');
  for (const [, path = ''] of readme.matchAll(/\]\(([^)#:]+)\)/g)) {
    assert.ok(readFileSync(join(CHECKOUT, path), 'utf8').length > 0, path);
  }
});
