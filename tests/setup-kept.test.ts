/** What setup made is used again for other work trees: that and nothing else, and never over what `carry:` brings. */
import { existsSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { bothAtWork } from './rig/at-work.js';
import { appears } from './rig/attempts.js';
import { type DrivenAttempt, withProject } from './rig/project.js';
import { assert, suite } from './rig/suite.js';

const test = suite('setup kept');

const CONFIG = { isolation: 'worktree', ladder: ['small/none'], repairs: 0 };
const LOCK = 'package-lock.json';

const has = (attempt: DrivenAttempt, path: string): boolean => existsSync(join(attempt.cwd, path));
const textIn = (attempt: DrivenAttempt, path: string): string => readFileSync(join(attempt.cwd, path), 'utf8');

test('what an attempt had built is nobody else’s: of a tree that held more than its commit nothing is kept', () =>
  withProject(
    {
      agent: 'driven',
      tasks: { a: '# A', b: '# B', c: '---\ndepends: [a, b]\n---\n# C' },
      files: { [LOCK]: '{"one": 1}\n', '.gitignore': 'node_modules\nvendor/\nbuild/\n' },
      config: {
        ...CONFIG,
        setup: [`mkdir -p vendor; cp ${LOCK} vendor/made`],
        verify: [`cmp ${LOCK} vendor/made`],
      },
    },
    async (made) => {
      const running = made.start('make', ['-j3', 'orchestrate']);
      const [a, b] = await bothAtWork(made, 'a', 'b');
      await a.write(LOCK, '{"two": 2}\n');
      await a.run(`cp ${LOCK} vendor/made`);
      await b.write('b.txt', 'b\n');
      await b.write('build/out', 'built by b\n');
      await a.verdict({ ok: true });
      await running.until(/✓ a /);
      await b.verdict({ ok: true });
      const c = await made.nextAttempt();
      assert.is(c.task, 'c');
      assert.equal([has(c, 'build'), textIn(c, 'vendor/made')], [false, '{"two": 2}\n']);
      await c.write('c.txt', 'c\n');
      await c.verdict({ ok: true });
      const ran = await running.done;
      assert.is(ran.code, 0, ran.output);
    },
  ));

test('Ctrl-C while setup runs for what landed meanwhile: the work is kept as it was done, and the next run goes on', () =>
  withProject(
    {
      agent: 'driven',
      tasks: { a: '# A', b: '# B' },
      files: { [LOCK]: '{"one": 1}\n', '.gitignore': 'node_modules\nvendor/\n' },
      config: {
        ...CONFIG,
        setup: [
          `if grep -q two ${LOCK} && test -n "$HERE"; then echo here > "$HERE"; exec sleep 600; fi`,
          `mkdir -p vendor; cp ${LOCK} vendor/made`,
        ],
        verify: [`cmp ${LOCK} vendor/made`],
      },
    },
    async (made) => {
      const HERE = join(made.outside, 'here');
      const running = made.start('make', ['-j2', 'orchestrate'], { env: { HERE } });
      const [a, b] = await bothAtWork(made, 'a', 'b');
      await a.write(LOCK, '{"two": 2}\n');
      await a.run(`cp ${LOCK} vendor/made`);
      await b.write('b.txt', 'b\n');
      await a.verdict({ ok: true });
      await running.until(/✓ a /);
      await b.verdict({ ok: true });
      await appears(made.outside, 'here');
      running.kill('SIGINT', 'group');
      assert.is.not((await running.done).code, 0);
      assert.is(made.git('show', '--name-only', '--format=', 'refs/stepladder/interrupted/b'), 'b.txt');
      const next = made.start('make', ['-j2', 'orchestrate']);
      const again = await made.nextAttempt();
      assert.equal([textIn(again, 'b.txt'), textIn(again, LOCK)], ['b\n', '{"two": 2}\n']);
      await again.verdict({ ok: true });
      const ran = await next.done;
      assert.is(ran.code, 0, ran.output);
      assert.equal(made.receipt('b')?.changed, ['b.txt']);
      assert.is(made.git('for-each-ref', 'refs/stepladder'), '');
    },
  ));

test('a carried file in a folder into which setup writes is the person’s of now, and stays where setup runs again', () =>
  withProject(
    {
      agent: 'driven',
      tasks: { a: '# A', b: '---\ndepends: [a]\n---\n# B', c: '---\ndepends: [a]\n---\n# C' },
      files: { [LOCK]: '{"one": 1}\n', '.gitignore': 'node_modules\nconf/\n' },
      config: {
        ...CONFIG,
        carry: { copy: ['conf/.env'], link: ['conf/large'] },
        setup: [`mkdir -p conf/deep; cp ${LOCK} conf/deep/made`],
        verify: [`cmp ${LOCK} conf/deep/made && test -L conf/large && cat conf/.env >> "$SEEN"`],
      },
    },
    async (made) => {
      const SEEN = join(made.outside, 'seen');
      made.write('conf/.env', 'one\n');
      made.write('conf/large', 'large\n');
      const running = made.start('make', ['-j3', 'orchestrate'], { env: { SEEN } });
      const a = await made.nextAttempt();
      assert.is(textIn(a, 'conf/.env'), 'one\n');
      made.write('conf/.env', 'two\n');
      await a.write('a.txt', 'a\n');
      await a.verdict({ ok: true });
      const [b, c] = await bothAtWork(made, 'b', 'c');
      for (const attempt of [b, c]) {
        assert.equal([textIn(attempt, 'conf/.env'), textIn(attempt, 'conf/deep/made')], ['two\n', '{"one": 1}\n']);
      }
      await b.write(LOCK, '{"two": 2}\n');
      await b.run(`cp ${LOCK} conf/deep/made`);
      await b.verdict({ ok: true });
      await running.until(/✓ b /);
      await c.write('c.txt', 'c\n');
      await c.verdict({ ok: true });
      const ran = await running.done;
      assert.is(ran.code, 0, ran.output);
      // The last to be verified is c, on what b landed, set up anew.
      assert.is(readFileSync(SEEN, 'utf8').trimEnd().split('\n').at(-1), 'two');
      assert.is(made.read('conf/large'), 'large\n');
      const kept = await made.run('sh', [
        '-c',
        'find .stepladder -path "*setup*" -name .env -o -path "*setup*" -name large',
      ]);
      assert.is(kept.stdout, '', 'nothing of it lies among what setup made');
    },
  ));

/** Two tasks one after the other, on the same lock file, and a first look at each. */
function oneThenOther(
  setup: string,
  { first, second }: Record<'first' | 'second', (attempt: DrivenAttempt) => void | Promise<void>>,
): Promise<void> {
  return withProject(
    {
      agent: 'driven',
      tasks: { a: '# A', b: '---\ndepends: [a]\n---\n# B' },
      files: { [LOCK]: '{"one": 1}\n', '.gitignore': 'node_modules\nvendor/\n', 'data.txt': 'pointer\n' },
      config: { ...CONFIG, setup: [setup] },
    },
    async (made) => {
      const running = made.start('make', ['-j2', 'orchestrate']);
      for (const look of [first, second]) {
        const attempt = await made.nextAttempt();
        await look(attempt);
        await attempt.write(`${attempt.task}.txt`, 'done\n');
        await attempt.verdict({ ok: true });
      }
      const ran = await running.done;
      assert.is(ran.code, 0, ran.output);
    },
  );
}

test('what setup made and a task has delivered since is the task’s: it is not written over in the next work tree', () =>
  oneThenOther('mkdir -p gen; test -e gen/api.txt || echo generated > gen/api.txt; echo x > gen/other.txt', {
    first: (a) => a.write('gen/api.txt', 'by hand\n'),
    second: (b) => assert.equal([textIn(b, 'gen/api.txt'), textIn(b, 'gen/other.txt')], ['by hand\n', 'x\n']),
  }));

test('a link to where it lies is no more copied than a text that names it', () =>
  oneThenOther('mkdir -p vendor/deep; ln -sfn "$PWD/data.txt" vendor/deep/data', {
    first: () => undefined,
    second: (b) => assert.is(readlinkSync(join(b.cwd, 'vendor/deep/data')), join(b.cwd, 'data.txt')),
  }));

test('what setup changes in files of the commit (git lfs pull) is done in every work tree', () =>
  oneThenOther('mkdir -p vendor; echo x > vendor/x; echo large > data.txt', {
    first: (a) => assert.is(textIn(a, 'data.txt'), 'large\n'),
    second: (b) => assert.equal([textIn(b, 'data.txt'), textIn(b, 'vendor/x')], ['large\n', 'x\n']),
  }));

test('where setup is run anew, what it had made and a task has delivered meanwhile stays', () =>
  withProject(
    {
      agent: 'driven',
      tasks: { a: '# A', b: '---\nverify: ["! test -e a.txt || grep -q hand gen/api.txt"]\n---\n# B' },
      files: { [LOCK]: '{"one": 1}\n', '.gitignore': 'node_modules\n' },
      config: { ...CONFIG, setup: ['mkdir -p gen; test -e gen/api.txt || echo generated > gen/api.txt'] },
    },
    async (made) => {
      const running = made.start('make', ['-j2', 'orchestrate']);
      const [a, b] = await bothAtWork(made, 'a', 'b');
      await a.write('gen/api.txt', 'by hand\n');
      await a.write('a.txt', 'done\n');
      await a.write(LOCK, '{"two": 2}\n');
      await b.write('b.txt', 'done\n');
      await a.verdict({ ok: true });
      await running.until(/✓ a /);
      await b.verdict({ ok: true });
      const ran = await running.done;
      assert.is(ran.code, 0, ran.output);
      assert.is(made.git('show', 'HEAD:gen/api.txt'), 'by hand');
    },
  ));
