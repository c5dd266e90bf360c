/** A step's own work tree that has lost its `.git`: nothing of the person's is touched, and the work is not lost. */
import { readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { bothAtWork } from './rig/at-work.js';
import { processesOf } from './rig/observing.js';
import { type Project, withProject } from './rig/project.js';
import { assert, suite } from './rig/suite.js';

const test = suite('work trees without their .git');

const CONFIG = { isolation: 'worktree', ladder: ['small/none'], repairs: 0 };

/** With work of the person's, staged and not. */
function apart(body: (made: Project) => Promise<void>, config: Readonly<Record<string, unknown>> = {}): Promise<void> {
  const files = { 'mine.txt': 'one\n', 'staged.txt': 'one\n' };
  return withProject(
    { agent: 'driven', tasks: { a: '# A' }, files, config: { ...CONFIG, ...config } },
    async (made) => {
      made.write('mine.txt', 'mine\n');
      made.write('staged.txt', 'staged\n');
      made.git('add', 'staged.txt');
      const branch = made.git('symbolic-ref', 'HEAD');
      await body(made);
      assert.is(made.git('symbolic-ref', 'HEAD'), branch);
      assert.equal([made.read('mine.txt'), made.read('staged.txt')], ['mine\n', 'staged\n']);
      assert.is(made.git('diff', '--cached', '--name-only'), 'staged.txt');
    },
  );
}

const DOINGS: readonly (readonly [what: string, command: string])[] = [
  ['removed', 'rm .git'],
  [
    'removed, and git asked to throw everything away',
    'rm .git; git reset -q --hard; git clean -qfdx; echo gone > .gone',
  ],
  ['replaced by a repository of its own', 'rm .git; git init -q; git add -A; git commit -qm mine'],
];

for (const [what, command] of DOINGS) {
  test(`${what} by the agent: what it did lands all the same, and is told`, () =>
    apart(async (made) => {
      const running = made.start('make', ['-j2', 'orchestrate']);
      const a = await made.nextAttempt();
      await a.run(command);
      await a.write('a.txt', 'a\n');
      await a.verdict({ ok: true });
      const ran = await running.done;
      assert.is(ran.code, 0, ran.output);
      assert.is(made.git('show', 'HEAD:a.txt'), 'a');
      assert.match(ran.output, /· a tampering: .*\.git: was/);
    }));
}

test('removed by a check while another task lands: the work is brought onto that, and lands', () =>
  withProject(
    {
      agent: 'driven',
      tasks: { a: '# A', b: '# B' },
      files: { 'mine.txt': 'one\n' },
      config: { ...CONFIG, verify: ['if [ -f a.txt ] && [ ! -f b.txt ]; then rm -f .git; fi'] },
    },
    async (made) => {
      made.write('mine.txt', 'mine\n');
      const running = made.start('make', ['-j2', 'orchestrate']);
      const [a, b] = await bothAtWork(made, 'a', 'b');
      await a.write('a.txt', 'a\n');
      await b.write('b.txt', 'b\n');
      await b.verdict({ ok: true });
      await running.until(/✓ b /);
      await a.verdict({ ok: true });
      const ran = await running.done;
      assert.is(ran.code, 0, ran.output);
      assert.is(made.git('show', 'HEAD:a.txt'), 'a');
      assert.is(readFileSync(join(made.root, 'mine.txt'), 'utf8'), 'mine\n');
    },
  ));

test('removed in an attempt that is killed: its work is kept, and taken up', () =>
  apart(async (made) => {
    const running = made.start('make', ['-j2', 'orchestrate']);
    const a = await made.nextAttempt();
    await a.write('a.txt', 'a\n');
    await a.run('rm .git');
    const all = processesOf(made).flatMap(({ part, pid }) => (part !== 'other' ? [pid] : []));
    // In one moment: one that saw another go would end, or end it.
    for (const signal of ['SIGSTOP', 'SIGKILL'] as const) for (const pid of all) process.kill(pid, signal);
    await running.done;
    const again = made.start('make', ['-j2', 'orchestrate']);
    const next = await made.nextAttempt();
    assert.is(readFileSync(join(next.cwd, 'a.txt'), 'utf8'), 'a\n');
    await next.verdict({ ok: true });
    const ran = await again.done;
    assert.is(ran.code, 0, ran.output);
  }));

test('killed, and the project moved elsewhere: git knows the work tree by its old place, and its work is taken up', () =>
  withProject({ agent: 'driven', tasks: { a: '# A' }, config: CONFIG }, async (made) => {
    const running = made.start('make', ['-j2', 'orchestrate']);
    const a = await made.nextAttempt();
    await a.write('a.txt', 'hours of it\n');
    running.kill('SIGKILL', 'group');
    await running.done;
    const moved = join(made.outside, 'moved');
    renameSync(made.root, moved);
    const next = made.start('make', ['-j2', 'orchestrate'], { cwd: moved });
    const again = await made.nextAttempt();
    assert.ok(again.cwd.startsWith(moved));
    assert.is(readFileSync(join(again.cwd, 'a.txt'), 'utf8'), 'hours of it\n');
    await again.verdict({ ok: true });
    const ran = await next.done;
    assert.is(ran.code, 0, ran.output);
    const refs = await made.run('git', ['for-each-ref', '--format=%(refname)'], { cwd: moved });
    assert.is(refs.stdout, 'refs/heads/main\n', 'nothing of it is left');
  }));
