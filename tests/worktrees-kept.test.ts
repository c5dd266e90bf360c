/** Steps apart: what a person has in his own tree, what is kept of those that fail or die, and what is cleared away. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bothAtWork } from './rig/at-work.js';
import { type Project, withProject } from './rig/project.js';
import { assert, suite } from './rig/suite.js';

const test = suite('worktrees kept');

const CONFIG = { isolation: 'worktree', ladder: ['small/none'], repairs: 0 };
const one = { agent: 'driven', tasks: { a: '# A' }, files: { 'mine.txt': 'one\n', 'both.txt': 'one\n' } } as const;

const apart = (body: (made: Project) => Promise<void>, config: Readonly<Record<string, unknown>> = {}): Promise<void> =>
  withProject({ ...one, config: { ...CONFIG, ...config } }, body);

const worktrees = (made: Project): number => made.git('worktree', 'list').split('\n').length;

test('a person goes on working in his own tree: what landed comes to him where he has nothing, and his own stays', () =>
  apart(async (made) => {
    made.write('mine.txt', 'mine, uncommitted\n');
    const running = made.start('make', ['-j2', 'orchestrate']);
    const a = await made.nextAttempt();
    assert.is(readFileSync(join(a.cwd, 'mine.txt'), 'utf8'), 'one\n');
    made.write('both.txt', 'one\nmine, written meanwhile\n');
    made.write('new.txt', 'mine as well\n');
    await a.write('a.txt', 'a\n');
    await a.write('both.txt', 'one, by the agent\n');
    await a.verdict({ ok: true });
    const ran = await running.done;
    assert.is(ran.code, 0, ran.output);
    assert.match(ran.output, 'not committed, so that no step will see it: mine.txt');
    assert.match(ran.output, 'your checkout holds uncommitted work in both.txt');
    assert.equal(
      ['a.txt', 'mine.txt', 'both.txt', 'new.txt'].map((path) => made.read(path)),
      ['a\n', 'mine, uncommitted\n', 'one\nmine, written meanwhile\n', 'mine as well\n'],
    );
    assert.is(made.git('show', 'HEAD:both.txt'), 'one, by the agent');
    assert.is(made.git('diff', '--cached', '--name-only'), '', 'nothing looks staged that nobody staged');
    assert.equal(
      made.git('status', '--porcelain').split('\n').sort(),
      ['?? new.txt', 'M both.txt', ' M mine.txt'].sort(),
    );
  }));

test('a task file that is committed meanwhile stays as it is committed, and is worked on as it reads then', () =>
  apart(async (made) => {
    const running = made.start('make', ['-j2', 'orchestrate']);
    const a = await made.nextAttempt();
    made.write('tasks/a.md', '---\n---\n# A, and more\n');
    made.git('commit', '-qam', 'ask for more');
    await a.write('a.txt', 'a\n');
    await a.verdict({ ok: true });
    const again = await made.nextAttempt();
    assert.match(again.prompt, 'A, and more');
    assert.match(made.git('show', 'HEAD:tasks/a.md'), 'A, and more');
    await again.write('a.txt', 'a and more\n');
    await again.verdict({ ok: true });
    const ran = await running.done;
    assert.is(ran.code, 0, ran.output);
    assert.match(made.read('tasks/a.md') ?? '', 'A, and more');
  }));

test('what stands in the way of a file that lands, and what git was told not to look at, stays', () =>
  apart(async (made) => {
    made.git('update-index', '--skip-worktree', 'mine.txt');
    made.write('mine.txt', 'mine, unseen by git\n');
    made.write('notes', 'a file of mine\n');
    const running = made.start('make', ['-j2', 'orchestrate']);
    const a = await made.nextAttempt();
    await a.write('mine.txt', 'two\n');
    await a.write('notes/deep.txt', 'landed\n');
    await a.write('plain.txt', 'landed\n');
    await a.verdict({ ok: true });
    const ran = await running.done;
    assert.is(ran.code, 0, ran.output);
    assert.match(ran.output, /your checkout holds uncommitted work in [^\n]*mine\.txt/);
    assert.match(ran.output, /your checkout holds uncommitted work in [^\n]*notes\/deep\.txt/);
    assert.equal(
      ['mine.txt', 'notes', 'plain.txt'].map((path) => made.read(path)),
      ['mine, unseen by git\n', 'a file of mine\n', 'landed\n'],
    );
    assert.is(made.git('show', 'HEAD:notes/deep.txt'), 'landed');
    assert.match(made.git('ls-files', '-v', 'mine.txt'), /^S /);
  }));

test('a work tree of the person’s own whose folder is not there just now is left alone', () =>
  apart(async (made) => {
    made.git('worktree', 'add', '-q', '-b', 'elsewhere', '../elsewhere');
    await made.run('mv', ['../elsewhere', '../away']);
    const running = made.start('make', ['-j2', 'orchestrate']);
    const a = await made.nextAttempt();
    await a.write('a.txt', 'a\n');
    await a.verdict({ ok: true });
    assert.is((await running.done).code, 0);
    await made.run('mv', ['../away', '../elsewhere']);
    assert.is((await made.run('git', ['-C', '../elsewhere', 'status', '--porcelain'])).code, 0);
  }));

test('a branch that is switched meanwhile gets nothing: the work is kept, and lands when it is back', () =>
  apart(async (made) => {
    const running = made.start('make', ['-j2', 'orchestrate']);
    const a = await made.nextAttempt();
    await a.write('a.txt', 'a\n');
    made.git('checkout', '-q', '-b', 'other');
    await a.verdict({ ok: true });
    const ran = await running.done;
    assert.is.not(ran.code, 0);
    assert.match(ran.output, 'refs/heads/main is not checked out any more');
    assert.not.ok(made.exists('tasks/a.done'));
    assert.is(made.git('rev-parse', 'main'), made.git('rev-parse', 'other'));
    made.git('checkout', '-q', 'main');
    const next = made.start('make', ['-j2', 'orchestrate']);
    const again = await made.nextAttempt();
    assert.is(readFileSync(join(again.cwd, 'a.txt'), 'utf8'), 'a\n', 'the work is taken up');
    await again.verdict({ ok: true });
    assert.is((await next.done).code, 0);
    assert.is(made.read('a.txt'), 'a\n');
  }));

test('a branch that is switched in the very moment of landing: his other checkout gets nothing', () =>
  apart(
    async (made) => {
      const switched = `test -e "${made.outside}/now" && rm "${made.outside}/now" && git -C "${made.root}" switch -q other`;
      made.git('config', 'filter.meanwhile.clean', `${switched}; cat`);
      made.write('.git/info/attributes', 'tasks/*.md filter=meanwhile\n');
      made.git('branch', 'other');
      const running = made.start('make', ['-j2', 'orchestrate'], { env: { NOW: join(made.outside, 'now') } });
      const a = await made.nextAttempt();
      await a.write('both.txt', 'by a\n');
      await a.verdict({ ok: true });
      const ran = await running.done;
      assert.match(ran.output, 'nothing was landed for a');
      assert.is(made.git('symbolic-ref', '--short', 'HEAD'), 'other');
      assert.is(made.git('status', '--porcelain'), '');
      assert.is(made.read('both.txt'), 'one\n');
      made.git('switch', '-q', 'main');
      const again = made.start('make', ['-j2', 'orchestrate']);
      await (await made.nextAttempt()).verdict({ ok: true });
      assert.is((await again.done).code, 0);
      assert.is(made.read('both.txt'), 'by a\n');
    },
    { verify: [{ run: 'test -z "$NOW" || touch "$NOW"', when: 'landing' }] },
  ));

test('of a failed step a ref and a patch stay, of its work tree nothing', () =>
  apart(async (made) => {
    const running = made.start('make', ['-j2', 'orchestrate']);
    const a = await made.nextAttempt();
    await a.write('a.txt', 'half\n');
    await a.verdict({ ok: false, reason: 'too hard' });
    const ran = await running.done;
    assert.match(ran.output, 'git cherry-pick --no-commit refs/stepladder/failed/a');
    assert.match(made.read('.stepladder/tasks/a/_kept/failed.patch') ?? '', '+half');
    assert.equal([worktrees(made), made.git('branch', '--list', 'stepladder/*')], [1, '']);
    assert.is(made.git('status', '--porcelain'), '');
    assert.is((await made.stepladder(['take', 'a'])).code, 0);
    assert.is(made.read('a.txt'), 'half\n');
  }));

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It went with its group, and was collected already.
  }
}

for (const who of ['the runner', 'everything'] as const) {
  test(`killed: ${who} in mid-attempt; the next run clears away, keeps the work, takes it up and gets done`, () =>
    apart(async (made) => {
      const running = made.start('make', ['-j2', 'orchestrate']);
      const a = await made.nextAttempt();
      await a.write('a.txt', 'half\n');
      const attempt = JSON.parse(made.read('.stepladder/tasks/a/attempt.json') ?? '{}');
      if (who === 'everything') running.kill('SIGKILL', 'group');
      kill(attempt.runner.pid);
      await running.done;
      // A run that goes on clears away by itself.
      assert.is(existsSync(a.cwd), who === 'everything');
      const next = made.start('make', ['-j2', 'orchestrate']);
      const again = await made.nextAttempt();
      assert.is(readFileSync(join(again.cwd, 'a.txt'), 'utf8'), 'half\n');
      await again.write('a.txt', 'whole\n');
      await again.verdict({ ok: true });
      const ran = await next.done;
      assert.is(ran.code, 0, ran.output);
      assert.is(made.read('a.txt'), 'whole\n');
      assert.is(made.git('for-each-ref', 'refs/stepladder/interrupted'), '');
      assert.is(worktrees(made), 1);
      assert.is(made.git('fsck', '--no-dangling'), '');
    }));
}

test('Ctrl-C: agents end, what they did is kept, no work tree stays, and the next run goes on', () =>
  apart(async (made) => {
    const running = made.start('make', ['-j2', 'orchestrate']);
    const a = await made.nextAttempt();
    await a.write('a.txt', 'half\n');
    running.kill('SIGINT', 'group');
    await a.gone;
    const ran = await running.done;
    assert.is.not(ran.code, 0);
    assert.is(worktrees(made), 1);
    assert.match(made.git('for-each-ref', 'refs/stepladder/interrupted'), 'a');
    const next = made.start('make', ['-j2', 'orchestrate']);
    const again = await made.nextAttempt();
    assert.is(readFileSync(join(again.cwd, 'a.txt'), 'utf8'), 'half\n');
    await again.verdict({ ok: true });
    assert.is((await next.done).code, 0);
  }));

test('kept work that no longer fits is not forgotten when others landed meanwhile, nor when the task is done without it', () =>
  withProject({ ...one, tasks: { a: '# A', b: '# B' }, config: CONFIG }, async (made) => {
    const cut = made.start('make', ['tasks/a.done']);
    const first = await made.nextAttempt();
    await first.write('both.txt', 'by the first attempt\n');
    cut.kill('SIGINT', 'group');
    await cut.done;
    made.write('both.txt', 'mine\n');
    made.git('commit', '-qam', 'mine');
    const running = made.start('make', ['-j2', 'orchestrate']);
    const [a, b] = await bothAtWork(made, 'a', 'b');
    await running.until('no longer fits the branch; it stays under refs/stepladder/interrupted/a');
    await b.write('b.txt', 'b\n');
    await b.verdict({ ok: true });
    await running.until(/✓ b /);
    await a.write('a.txt', 'a\n');
    await a.verdict({ ok: true });
    const ran = await running.done;
    assert.is(ran.code, 0, ran.output);
    assert.is(made.git('show', 'refs/stepladder/interrupted/a:both.txt'), 'by the first attempt');
    assert.is(made.read('both.txt'), 'mine\n');
  }));

test('leftovers of steps that are gone are cleared away, also where nothing is to be done', () =>
  apart(async (made) => {
    const running = made.start('make', ['-j2', 'orchestrate']);
    const a = await made.nextAttempt();
    await a.write('a.txt', 'a\n');
    await a.verdict({ ok: true });
    assert.is((await running.done).code, 0);
    made.git('worktree', 'add', '-q', '--detach', '.stepladder/worktrees/a', 'HEAD');
    assert.is((await made.make(['orchestrate'])).code, 0);
    assert.equal([worktrees(made), made.git('branch', '--list', 'stepladder/*')], [1, '']);
  }));

const count = (made: Project, file: string): number => (made.read(file) ?? '').split('\n').filter(Boolean).length;

test('setup runs once while the lock file is the same, and again when it changed; what it made lands nowhere', () =>
  withProject(
    {
      tasks: { a: '# A', b: '# B', c: '---\ndepends: [a, b]\n---\n# C' },
      files: { 'package-lock.json': '{"one": 1}\n', '.gitignore': 'node_modules\nvendor/\n' },
      config: {
        ...CONFIG,
        setup: ['echo run >> "$COUNT"; mkdir -p vendor/deep; cp package-lock.json vendor/deep/made'],
        verify: ['cmp package-lock.json vendor/deep/made'],
      },
      script: [
        {
          task: 'b',
          write: { 'b.txt': 'b\n', 'package-lock.json': '{"two": 2}\n' },
          run: 'cp package-lock.json vendor/deep/made',
        },
        {},
      ],
    },
    async (made) => {
      const env = { COUNT: join(made.outside, 'count') };
      const ran = await made.make(['-j3', 'orchestrate'], { env });
      assert.is(ran.code, 0, ran.output);
      const runs = readFileSync(env.COUNT, 'utf8').split('\n').filter(Boolean).length;
      assert.is(runs, 2, 'once for the first lock file, once for the second');
      assert.not.ok(made.exists('vendor'));
      assert.is(made.git('ls-files', 'vendor'), '');
    },
  ));

test('a setup that fails halts the run, with what it said; nothing is held against any task', () =>
  withProject(
    { tasks: { a: '# A', b: '# B' }, config: { ...CONFIG, setup: ['echo no such package >&2; exit 3'] }, script: [{}] },
    async (made) => {
      const ran = await made.make(['-k', '-j2', 'orchestrate']);
      assert.match(ran.output, 'Error 4');
      for (const words of ['setup failed in a new work tree', 'no such package', 'setup: (and carry:)'])
        assert.match(ran.output, words);
      assert.is(made.invocations().length, 0);
      assert.equal([worktrees(made), made.exists('.stepladder/tasks/a/failure.json')], [1, false]);
    },
  ));

test('secrets of agents, which setup can read in the configuration, are not told', () => {
  const agents = { other: { kind: 'command', command: 'true', env: { MY_API_KEY: 'horse-battery-9' } } };
  const config = { ...CONFIG, agent: 'other', agents, setup: ['cat stepladder.yaml >&2; exit 3'] };
  return withProject({ tasks: { a: '# A' }, config }, async (made) => {
    const ran = await made.make(['orchestrate']);
    assert.match(ran.output, 'setup failed in a new work tree');
    assert.match(ran.output, '[hidden]');
    assert.not.match(ran.output, 'horse-battery-9');
    assert.not.match(made.read('.stepladder/journal.jsonl') ?? 'no journal', /horse-battery-9|no journal/);
  });
});

test('carry: what git ignores comes along, copied or linked, and is never taken for work', () =>
  withProject(
    {
      tasks: { a: '# A' },
      files: { '.gitignore': 'node_modules\n.env\nlib/\n' },
      config: {
        ...CONFIG,
        carry: { copy: ['.env*'], link: ['lib'] },
        verify: ['grep -q secret .env && test -L lib && test -e lib/big'],
      },
      script: [{ write: { 'a.txt': 'a\n', '.env': 'secret changed\n' } }],
    },
    async (made) => {
      made.write('.env', 'secret\n');
      made.write('lib/big', 'large\n');
      const ran = await made.make(['-j2', 'orchestrate']);
      assert.is(ran.code, 0, ran.output);
      assert.is(made.read('.env'), 'secret\n', 'a copy is a copy');
      assert.equal(made.git('show', '--name-only', '--format=', 'HEAD').split('\n'), ['a.txt', 'tasks/a.done']);
      assert.is(count(made, 'lib/big'), 1);
    },
  ));
