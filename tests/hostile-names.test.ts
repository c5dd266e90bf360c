/**
 * A file may be called anything. Whatever it is called, nothing of it is ever executed, on any way through Make, a
 * shell or a message, and nothing of it moves the cursor of whoever reads the message.
 */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defaultConfig } from '../src/config.js';
import { generate } from '../src/makefile/generate.js';
import { type Project, withProject } from './rig/project.js';
import { assert, suite } from './rig/suite.js';

const test = suite('hostile names');

/** File names below tasks/, none of which may be a task. Each would make a file called pwned if it were executed. */
const HOSTILE = [
  '$(shell touch pwned).md',
  '$$(touch pwned).md',
  '$'.concat('{shell touch pwned}.md'),
  '`touch pwned`.md',
  'a b.md',
  ' .md',
  '-rf.md',
  '--help.md',
  '..md',
  '...md',
  'x;touch pwned;y.md',
  'x|touch pwned.md',
  'x&touch pwned&.md',
  "x'; touch pwned; '.md",
  'x"; touch pwned; ".md',
  'new\nline.md',
  'new\ntouch pwned.md',
  'tab\there.md',
  'cr\rover.md',
  'esc\u001b[31mred.md',
  'bidi\u202edone.md',
  'back\\slash.md',
  'ends\\.md',
  'a:b.md',
  'a=b.md',
  'a%b.md',
  'a#b.md',
  '~root.md',
  'a*b.md',
  '[ab].md',
  'a,b.md',
  '@a.md',
  '+a.md',
  'größe.md',
  'DEL\u007f.md',
];

/** Every way by which a person makes us look at the backlog. */
const CALLS: readonly (readonly string[])[] = [
  ['orchestrate'],
  ['-n', 'orchestrate'],
  ['-t', 'orchestrate'],
  ['-k', '-j2', 'orchestrate'],
  ['tasks/good.done'],
  ['-i', 'tasks/good.done'],
  ['plan'],
  ['status'],
  ['graph'],
  ['lint-tasks'],
];

/** Of a broken backlog, these show what there is to show. */
const LENIENT = new Set(['status', 'graph', 'plan']);

const HEADED = '---\n---\n# A task\n';

function nothingExecuted(made: Project, what: string): void {
  const everywhere = readdirSync(made.outside, { recursive: true }).map(String);
  assert.equal(
    everywhere.filter((path) => /(^|\/)pwned$/.test(path)),
    [],
    what,
  );
}

test(
  'every way in refuses them, names the file, and executes nothing',
  async () => {
    await withProject({ tasks: { good: '# Good\n' } }, async (made) => {
      for (const name of HOSTILE) writeFileSync(join(made.root, 'tasks', name), HEADED);
      for (const call of CALLS) {
        const ran = await made.make(call);
        const what = `make ${call.join(' ')}`;
        if (!call.includes('-i') && !LENIENT.has(call[0] ?? '')) assert.is(ran.code, 2, what);
        nothingExecuted(made, what);
        assert.not.match(
          ran.output,
          /[\u0000-\u0008\u000b-\u001f\u007f\u202e]/,
          `${what} prints nothing that a terminal would obey`,
        );
        if (LENIENT.has(call[0] ?? '')) continue;
        assert.match(ran.stderr, 'tasks/a b.md', what);
        assert.match(ran.stderr, 'tasks/new\\nline.md', what);
      }
      assert.equal(made.invocations(), []);
      assert.not(made.exists('tasks/good.done'));
    });
  },
  { timeoutMs: 120_000 },
);

test('each by itself is refused with a name that would do, or is no task at all', async () => {
  await withProject({ tasks: {} }, async (made) => {
    for (const name of HOSTILE) {
      writeFileSync(join(made.root, 'tasks', name), HEADED);
      const config = { ...defaultConfig(made.root) };
      const refused = await generate(config, { tolerant: false }).then(
        () => null,
        (error: unknown) => error,
      );
      assert.ok(refused instanceof Error, name);
      const mk = made.read('.stepladder/tasks.mk') ?? '';
      assert.match(mk, 'stepladder.withheld');
      assert.not.match(mk, 'pwned');
      made.remove(`tasks/${name}`);
    }
  });
});

test('while a run goes on they are set aside, and never reach the rules', async () => {
  await withProject({ tasks: { good: '# Good\n' } }, async (made) => {
    for (const name of HOSTILE) writeFileSync(join(made.root, 'tasks', name), HEADED);
    const generated = await generate(defaultConfig(made.root), { tolerant: true });
    assert.equal(
      generated.tasks.map(({ name }) => name),
      ['good'],
    );
    const rules = (made.read('.stepladder/tasks.mk') ?? '').split('\n').filter((line) => line.includes('tasks/'));
    for (const line of rules)
      assert.match(line, /^( {2}tasks\/good\.done|tasks\/good\.done: tasks\/good\.md|stepladder\.words = .*)$/);
    assert.is((await made.make(['-n', '-f', '.stepladder/tasks.mk', 'stepladder-all'])).code, 0);
    nothingExecuted(made, 'make -n');
  });
});

test(
  'as goals, and as names given to commands, they are only words',
  async () => {
    await withProject({ tasks: { good: '# Good\n' } }, async (made) => {
      for (const file of HOSTILE) {
        const name = file.replace(/\.md$/, '');
        await made.make(['-n', `tasks/${name}.done`]);
        await made.make(['-k', 'FORCE=1', `tasks/${name}.done`]);
        nothingExecuted(made, `make tasks/${JSON.stringify(name)}.done`);
      }
      for (const name of ['$(shell touch pwned)', 'x;touch pwned', '../../pwned', 'a\nb', '-rf', '`touch pwned`']) {
        for (const command of ['step', 'show', 'prompt']) {
          const ran = await made.stepladder([command, '--', name]);
          assert.is.not(ran.code, 0, `${command} ${JSON.stringify(name)}`);
          assert.not.match(ran.output, /[\u0000-\u0008\u000b-\u001f\u007f]/);
          nothingExecuted(made, `${command} ${JSON.stringify(name)}`);
        }
      }
      assert.equal(made.invocations(), []);
    });
  },
  { timeoutMs: 180_000 },
);

test('stray receipts and files of any name are nobody’s business', async () => {
  await withProject({ tasks: { good: '# Good\n' } }, async (made) => {
    for (const name of HOSTILE) writeFileSync(join(made.root, 'tasks', name.replace(/\.md$/, '.done')), '');
    writeFileSync(join(made.root, 'tasks', '$(shell touch pwned)'), '');
    writeFileSync(join(made.root, 'tasks', 'README.md'), '$(shell touch pwned)');
    const ran = await made.make(['-n', 'orchestrate']);
    assert.is(ran.code, 0);
    assert.match(ran.stdout, / step good\n$/);
    nothingExecuted(made, 'make -n orchestrate');
  });
});

test('a title may hold anything, and is only ever printed', async () => {
  const title = '$(shell touch pwned) `touch pwned` "; touch pwned; \' %s {{ 1 }} #: | \u001b[31m';
  await withProject({ tasks: { good: `# ${title}\n\n${title}\n` } }, async (made) => {
    for (const call of [['-n', 'orchestrate'], ['plan'], ['orchestrate'], ['status'], ['graph'], ['report']]) {
      const ran = await made.make(call);
      assert.is(ran.code, 0, call.join(' '));
      assert.not.match(ran.output, '\u001b');
      nothingExecuted(made, call.join(' '));
    }
    assert.is(made.invocations().length, 1);
    assert.match(made.git('log', '-1', '--format=%s'), '$(shell touch pwned)');
  });
});

test('a tasks folder, a launch prefix and a file of receipts of hostile content', async () => {
  await withProject({ tasks: { good: '# Good\n' } }, async (made) => {
    const config = defaultConfig(made.root);
    for (const tasks of ['$(shell touch pwned)', 'a b', 'x;touch pwned', 'a:b', 'a%', '-rf', 'a=b']) {
      made.write(`${tasks}/t.md`, HEADED);
      const refused = await generate({ ...config, tasks }, { tolerant: false }).catch((error: unknown) => error);
      assert.match(String(refused), 'Make cannot carry');
    }
    const said: unknown = await generate({ ...config, launch: 'one\ntwo' }, { tolerant: false }).catch(
      (error: unknown) => error,
    );
    assert.match(String(said), 'more than one line');
    for (const launch of ['echo $HOME # \\', ' echo $(shell touch pwned)$$ \\# ', "printf '%s %s %s' \\\\"]) {
      await generate({ ...config, launch }, { tolerant: false });
      const ran = await made.make(['-n', '-f', '.stepladder/tasks.mk', 'stepladder-all']);
      assert.is(ran.code, 0);
      assert.ok(ran.stdout.startsWith(`exec ${launch} node `), `as it was written: ${ran.stdout}`);
    }
    nothingExecuted(made, 'the shell text of the launch prefix is for the shell alone');
  });
});
