/** Steps side by side: each in a work tree of its own, brought together one at a time, verified as they land. */
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DrivenAttempt, type Project, type ProjectOptions, withProject } from './rig/project.js';
import { assert, suite } from './rig/suite.js';

const test = suite('worktrees');

const CONFIG = { isolation: 'worktree', ladder: ['small/none', 'big/none'] };
const LINES = Array.from({ length: 9 }, (_, at) => `line ${at + 1}\n`);
const withLine = (at: number, text: string): string => LINES.with(at - 1, `${text}\n`).join('');

/** A project whose agents are driven; tasks a, b, … without dependencies. */
function driven(options: ProjectOptions, body: (made: Project) => Promise<void>): Promise<void> {
  const files = { 'shared.txt': LINES.join(''), ...options.files };
  return withProject(
    {
      agent: 'driven',
      tasks: { a: '# A', b: '# B' },
      ...options,
      files,
      config: { ...CONFIG, ...(options.config as object) },
    },
    body,
  );
}

/** So many attempts that are in flight at the same time, by their tasks. */
async function inFlight(made: Project, count: number): Promise<Record<string, DrivenAttempt>> {
  const attempts: Record<string, DrivenAttempt> = {};
  for (let n = 0; n < count; n += 1) {
    const attempt = await made.nextAttempt();
    attempts[attempt.task] = attempt;
  }
  return attempts;
}

const of = (attempts: Record<string, DrivenAttempt>, task: string): DrivenAttempt => {
  const found = attempts[task];
  if (found === undefined) throw new Error(`no attempt at ${task}: ${Object.keys(attempts)}`);
  return found;
};

/** Nothing of the steps is left but their commits. */
function nothingLeft(made: Project): void {
  assert.is(made.git('worktree', 'list').split('\n').length, 1);
  assert.is(made.git('branch', '--list', 'stepladder/*'), '');
  assert.not.ok(existsSync(join(made.root, '.stepladder/worktrees/a')));
  assert.is(made.git('status', '--porcelain'), '');
}

const subjects = (made: Project): string[] => made.git('log', '--format=%s', '--first-parent').split('\n');

test('a person who commits at the very moment of a landing takes nothing of it back', () =>
  driven({ tasks: { a: '# A' } }, async (made) => {
    const shim = join(made.outside, 'shim');
    mkdirSync(shim);
    // Right after the branch was moved, and before anything followed: git, as a person would call it.
    const script = `#!/bin/sh
PATH=\${PATH#*:}
case "$*" in *update-ref*landed*)
  git "$@" || exit
  cd '${made.root}' && git -c user.name=P -c user.email=p@q.r commit -qm mine > ${shim}/said 2>&1
  echo $? > ${shim}/code
  exit 0;;
esac
exec git "$@"
`;
    writeFileSync(join(shim, 'git'), script, { mode: 0o755 });
    const running = made.start('make', ['-j4', 'orchestrate'], { env: { PATH: `${shim}:${process.env.PATH}` } });
    const attempt = await made.nextAttempt();
    await attempt.write('shared.txt', withLine(3, 'theirs'));
    made.write('mine.txt', 'mine\n');
    made.git('add', 'mine.txt');
    await attempt.verdict({ ok: true });
    assert.is((await running.done).code, 0);
    assert.match(readFileSync(join(shim, 'said'), 'utf8'), 'index.lock');
    assert.is(readFileSync(join(shim, 'code'), 'utf8').trim(), '128');
    // What he had staged is staged still, and all that landed is there.
    assert.is(made.git('status', '--porcelain'), 'A  mine.txt');
    assert.is(made.read('shared.txt'), withLine(3, 'theirs'));
    made.git('commit', '-qm', 'mine');
    assert.is(made.git('show', 'HEAD:shared.txt'), withLine(3, 'theirs').trim());
    assert.is(made.git('show', '--name-only', '--format=', 'HEAD'), 'mine.txt');
    assert.equal(
      readdirSync(join(made.root, '.git')).filter((name) => /lock|stepladder-index/.test(name)),
      [],
    );
  }));

test('agents really work at the same time, each in a tree of its own; the branch stays linear, the checkout follows', () =>
  driven({}, async (made) => {
    const running = made.start('make', ['-j4', 'orchestrate']);
    const both = await inFlight(made, 2);
    const [a, b] = [of(both, 'a'), of(both, 'b')];
    assert.is.not(a.cwd, b.cwd);
    assert.match(a.cwd, '.stepladder/worktrees/a');
    await a.write('a.txt', 'a\n');
    await b.write('b.txt', 'b\n');
    assert.not.ok(made.exists('a.txt'), 'nothing is in the person’s tree before it lands');
    await b.verdict({ ok: true });
    await a.verdict({ ok: true });
    const ran = await running.done;
    assert.is(ran.code, 0, ran.output);
    assert.equal([made.read('a.txt'), made.read('b.txt')], ['a\n', 'b\n']);
    assert.is(made.git('rev-list', '--merges', 'HEAD'), '');
    assert.equal(subjects(made).sort(), ['A', 'B', 'the project']);
    nothingLeft(made);
  }));

test('what others landed meanwhile is taken in, and what will land is verified as a whole', () =>
  driven(
    { config: { verify: ['sh check.sh'] }, files: { 'check.sh': 'cat shared.txt >> "$TRACE"; echo -- >> "$TRACE"\n' } },
    async (made) => {
      const trace = join(made.outside, 'trace');
      const running = made.start('make', ['-j4', 'orchestrate'], { env: { TRACE: trace } });
      const both = await inFlight(made, 2);
      await of(both, 'a').write('shared.txt', withLine(1, 'by a'));
      await of(both, 'a').verdict({ ok: true });
      await of(both, 'b').write('shared.txt', withLine(9, 'by b'));
      await of(both, 'b').verdict({ ok: true });
      assert.is((await running.done).code, 0);
      const merged = withLine(1, 'by a').replace('line 9\n', 'by b\n');
      assert.is(made.read('shared.txt'), merged);
      assert.ok(readFileSync(trace, 'utf8').split('--\n').includes(merged), 'the check has seen what landed');
      for (const commit of made.git('rev-list', 'HEAD~2..HEAD').split('\n')) {
        const receipt = made
          .git('show', '--name-only', '--format=', commit)
          .split('\n')
          .find((path) => path.endsWith('.done'));
        assert.ok(receipt, 'each commit holds its receipt');
      }
      nothingLeft(made);
    },
  ));

test('a conflict goes back to the same rung, with both sides marked, before anything climbs', () =>
  driven({ config: { repairs: 1 } }, async (made) => {
    const running = made.start('make', ['-j4', 'orchestrate']);
    const both = await inFlight(made, 2);
    await of(both, 'a').write('shared.txt', withLine(5, 'by a'));
    await of(both, 'b').write('shared.txt', withLine(5, 'by b'));
    await of(both, 'a').verdict({ ok: true });
    await running.until(/✓ a /);
    await of(both, 'b').verdict({ ok: true });
    const again = await made.nextAttempt();
    assert.equal([again.task, again.rung, again.attempt], ['b', 'small/none', 2]);
    assert.match(again.prompt, 'it conflicts with what landed meanwhile, in shared.txt');
    const marked = readFileSync(join(again.cwd, 'shared.txt'), 'utf8');
    for (const words of ['<<<<<<< landed meanwhile\nby a\n', 'by b\n>>>>>>> this task']) assert.match(marked, words);
    assert.is(
      await again.run('git status --porcelain -- tasks stepladder.yaml | grep .'),
      1,
      'the backlog is as it landed',
    );
    await again.verdict({ ok: true });
    const last = await made.nextAttempt();
    assert.match(last.prompt, 'the marks of a conflict are still in it');
    await last.write('shared.txt', withLine(5, 'by a and b'));
    await last.verdict({ ok: true });
    const ran = await running.done;
    assert.is(ran.code, 0, ran.output);
    assert.is(made.read('shared.txt'), withLine(5, 'by a and b'));
    assert.not.ok(made.journal().some((event) => event.type === 'escalated'));
    assert.match(ran.output, '! b conflict: shared.txt');
    assert.equal(
      made.receipt('b')?.path.map(({ rung, outcome }) => [rung, outcome]),
      [
        ['small/none', 'failed'],
        ['small/none', 'failed'],
        ['small/none', 'done'],
      ],
    );
    nothingLeft(made);
  }));

test('the marks of a conflict do not land in a file that git is told not to show (-diff, binary) either', () =>
  driven(
    {
      tasks: { a: '# A', b: '# B' },
      files: { '.gitattributes': '*.lock -diff\n*.bin binary\n', 'deps.lock': LINES.join(''), 'x.bin': LINES.join('') },
      config: { repairs: 1 },
    },
    async (made) => {
      const running = made.start('make', ['-j4', 'orchestrate']);
      const both = await inFlight(made, 2);
      for (const [task, attempt] of Object.entries(both)) {
        for (const file of ['deps.lock', 'x.bin']) await attempt.write(file, withLine(5, `by ${task}`));
      }
      await of(both, 'a').verdict({ ok: true });
      await running.until(/✓ a /);
      await of(both, 'b').verdict({ ok: true });
      const again = await made.nextAttempt();
      assert.match(again.prompt, 'in deps.lock, x.bin');
      await again.write('x.bin', withLine(5, 'by a and b'));
      await again.verdict({ ok: true });
      const last = await made.nextAttempt();
      assert.match(last.prompt, /deps\.lock.*the marks of a conflict are still in it/);
      await last.write('deps.lock', withLine(5, 'by a and b'));
      await last.verdict({ ok: true });
      const ran = await running.done;
      assert.is(ran.code, 0, ran.output);
      assert.equal([made.read('deps.lock'), made.read('x.bin')], Array(2).fill(withLine(5, 'by a and b')));
    },
  ));

test('a run that is halted beside a step at work: what that one does is no less good, and why it was halted is on record', () =>
  driven({}, async (made) => {
    const running = made.start('make', ['-j4', 'orchestrate']);
    const both = await inFlight(made, 2);
    await of(both, 'a').verdict({ ok: false, environment: 'not logged in' });
    await running.until(/halted/);
    await of(both, 'b').write('b.txt', 'b\n');
    await of(both, 'b').verdict({ ok: true });
    const ran = await running.done;
    assert.match(ran.output, /✓ b /);
    assert.ok(made.receipt('b'));
    const events = made.journal();
    assert.equal(
      events.flatMap((event) => (event.type === 'finding' ? [event.message] : [])),
      [],
    );
    assert.match(events.find((event) => event.type === 'halted')?.reason ?? '', 'not logged in');
  }));

test('what merges without a conflict and is red together goes back to the agent, and does not land', () =>
  driven({ config: { verify: ['test ! -e a.txt -o ! -e b.txt'], repairs: 0 } }, async (made) => {
    const running = made.start('make', ['-j4', 'orchestrate']);
    const both = await inFlight(made, 2);
    await of(both, 'a').write('a.txt', 'a\n');
    await of(both, 'b').write('b.txt', 'b\n');
    await of(both, 'a').verdict({ ok: true });
    await running.until(/✓ a /);
    await of(both, 'b').verdict({ ok: true });
    const again = await made.nextAttempt();
    assert.equal([again.task, again.rung], ['b', 'small/none']);
    assert.match(again.prompt, 'together with what landed meanwhile');
    assert.ok(existsSync(join(again.cwd, 'a.txt')), 'it stands on what landed');
    await again.remove('b.txt');
    await again.write('c.txt', 'c\n');
    await again.verdict({ ok: true });
    assert.is((await running.done).code, 0);
    assert.equal([made.exists('a.txt'), made.exists('b.txt'), made.exists('c.txt')], [true, false, true]);
    nothingLeft(made);
  }));

test('checks for landing run once for each landing, on what will land; a red one goes back to the agent', () => {
  const verify = ['true', { run: 'cat work.txt >> "$TRACE"; ! grep -q bad work.txt', when: 'landing' }];
  return driven({ tasks: { a: '# A' }, config: { verify }, files: { 'work.txt': 'start\n' } }, async (made) => {
    const trace = join(made.outside, 'trace');
    const running = made.start('make', ['-j2', 'orchestrate'], { env: { TRACE: trace } });
    const first = await made.nextAttempt();
    await first.write('work.txt', 'bad\n');
    await first.verdict({ ok: true });
    const second = await made.nextAttempt();
    assert.match(second.prompt, 'check failed: cat work.txt');
    await second.write('work.txt', 'good\n');
    await second.verdict({ ok: true });
    assert.is((await running.done).code, 0);
    const seen = readFileSync(trace, 'utf8').split('\n').filter(Boolean);
    assert.equal(seen.filter((line) => line === 'good').length, 1);
    assert.ok(made.receipt('a')?.verified.some(({ check }) => check.startsWith('cat work.txt')));
  });
});

test('what an agent does to the backlog in its own tree counts for nothing, and is told', () =>
  driven({ tasks: { a: '# A', b: '---\ndepends: [a]\n---\n# B' } }, async (made) => {
    const running = made.start('make', ['-j2', 'orchestrate']);
    const a = await made.nextAttempt();
    await a.write('a.txt', 'a\n');
    await a.run('echo forged > tasks/b.done; echo "verify: []" > stepladder.yaml; git add -A; git commit -qm mine');
    await a.verdict({ ok: true });
    const b = await made.nextAttempt();
    assert.is(b.task, 'b');
    await b.write('b.txt', 'b\n');
    await b.verdict({ ok: true });
    const ran = await running.done;
    assert.is(ran.code, 0, ran.output);
    assert.match(ran.output, /tasks\/b\.done.*is not taken over/);
    assert.match(made.read('stepladder.yaml') ?? '', 'small/none');
    assert.is(made.git('rev-list', '--count', 'HEAD'), '3', 'its own commit is folded into the task’s');
    nothingLeft(made);
  }));

test('agents that reset, switch branches or push keep to their own tree', () =>
  driven({ tasks: { a: '# A' } }, async (made) => {
    const before = made.git('rev-parse', 'HEAD');
    const running = made.start('make', ['-j2', 'orchestrate']);
    const a = await made.nextAttempt();
    await a.run('echo x > x.txt; git add -A; git commit -qm one; git reset -q --hard HEAD~1; git checkout -q -b other');
    assert.is(made.git('rev-parse', 'HEAD'), before);
    assert.is(made.git('symbolic-ref', 'HEAD'), 'refs/heads/main');
    await a.write('a.txt', 'a\n');
    await a.verdict({ ok: true });
    assert.is((await running.done).code, 0);
    assert.equal(made.git('show', '--name-only', '--format=', 'HEAD').split('\n'), ['a.txt', 'tasks/a.done']);
  }));

test('blame goes upstream all the same: the owner is reopened, then both are done', () => {
  const stub = 'export function start() {\n  throw new Error("not implemented");\n}\n';
  const real = 'export function start() {\n  return 1;\n}\n';
  const tasks = { core: '---\nprovides: []\n---\n# Core', use: '---\ndepends: [core]\n---\n# Use' };
  return driven({ tasks, config: { stubs: { gate: 'off' } } }, async (made) => {
    const running = made.start('make', ['-j3', 'orchestrate']);
    const core = await made.nextAttempt();
    await core.write('core.js', stub);
    await core.verdict({ ok: true });
    const use = await made.nextAttempt();
    await use.verdict({ ok: false, reason: 'start is a stub', blockedBy: 'core', symbol: 'start', file: 'core.js' });
    const again = await made.nextAttempt();
    assert.is(again.task, 'core');
    assert.match(again.prompt, 'start');
    await again.write('core.js', real);
    await again.verdict({ ok: true });
    const useAgain = await made.nextAttempt();
    await useAgain.write('use.js', 'export const used = 1;\n');
    await useAgain.verdict({ ok: true });
    const ran = await running.done;
    assert.is(ran.code, 0, ran.output);
    const logs = readdirSync(join(made.root, '.stepladder/tasks/core/_attempts')).filter((file) =>
      file.endsWith('.log'),
    );
    assert.is(logs.length, 2, 'both of its attempts can be read');
    assert.ok(subjects(made).includes('Reopen core'));
    nothingLeft(made);
  });
});

test('auto: with one job in place, with several apart; make plan says which', async () => {
  await withProject({ tasks: { a: '# A' }, config: { isolation: 'auto' }, script: [{}] }, async (made) => {
    assert.match((await made.make(['plan'])).output, 'in-place');
    assert.match((await made.make(['-j3', 'plan'])).output, 'worktree');
    assert.is((await made.make(['orchestrate'])).code, 0);
    assert.is(made.invocations()[0]?.cwd, made.root);
    made.write('tasks/b.md', '---\n---\n# B\n');
    assert.is((await made.make(['-j2', 'orchestrate'])).code, 0);
    assert.match(made.invocations()[1]?.cwd ?? '', '.stepladder/worktrees/b');
  });
});

test('a task file edited while its step works apart is taken up after: it is done as it was, then as it is', () =>
  driven({ tasks: { a: '# A' } }, async (made) => {
    const running = made.start('make', ['-j2', 'orchestrate']);
    const a = await made.nextAttempt();
    appendFileSync(join(made.root, 'tasks/a.md'), '\nAnd say goodbye.\n');
    await a.write('a.txt', 'a\n');
    await a.verdict({ ok: true });
    const again = await made.nextAttempt();
    assert.match(again.prompt, 'And say goodbye.');
    await again.write('a.txt', 'a\nbye\n');
    await again.verdict({ ok: true });
    const ran = await running.done;
    assert.is(ran.code, 0, ran.output);
    assert.match(made.git('show', 'HEAD:tasks/a.md'), 'And say goodbye.');
  }));

test('two tasks that name the same file run one after the other, and are told to wait; others do not wait for them', () => {
  const shares = (title: string): string => `---\nfiles: [shared.txt]\n---\n# ${title}\n`;
  return driven({ tasks: { a: shares('A'), b: shares('B'), c: '# C' } }, async (made) => {
    const running = made.start('make', ['-j4', 'orchestrate']);
    const first = await inFlight(made, 2);
    await running.until(/step \w+: waiting for shared\.txt, which both tasks name, until step \w+ has ended\n/);
    const [one] = Object.keys(first).filter((task) => task !== 'c');
    assert.ok('c' in first && one !== undefined, Object.keys(first).join());
    const now = of(first, one ?? '');
    await now.write('shared.txt', withLine(5, 'by one'));
    await now.verdict({ ok: true });
    const other = await made.nextAttempt();
    assert.is(
      readFileSync(join(other.cwd, 'shared.txt'), 'utf8'),
      withLine(5, 'by one'),
      'it begins where the first ended',
    );
    await other.write('shared.txt', withLine(5, 'by both'));
    await other.verdict({ ok: true });
    await of(first, 'c').write('c.txt', 'c\n');
    await of(first, 'c').verdict({ ok: true });
    const ran = await running.done;
    assert.is(ran.code, 0, ran.output);
    assert.is(made.read('shared.txt'), withLine(5, 'by both'));
  });
});
