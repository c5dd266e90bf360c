/** A person's own git in the middle of something: steps apart wait for it, and nobody is paid for what could not land. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Project, type Running, withProject } from './rig/project.js';
import { assert, suite } from './rig/suite.js';

const test = suite('a person’s git');

const apart = (body: (made: Project) => Promise<void>): Promise<void> =>
  withProject(
    {
      agent: 'driven',
      tasks: { a: '# A', b: '# B', c: '---\ndepends: [a, b]\n---\n# C' },
      files: { 'mine.txt': 'one\n' },
      config: { isolation: 'worktree', ladder: ['small/none'], repairs: 0 },
    },
    body,
  );

/** Begins something, and gives how it ends. */
type Something = (made: Project) => Promise<() => Promise<void>>;

/** `git commit -a` whose editor is open, as long as the person thinks. */
const committing: Something = async (made) => {
  const thought = join(made.outside, 'thought');
  execFileSync('mkfifo', [thought]);
  made.write('mine.txt', 'mine\n');
  const commit = made.start('git', ['commit', '-a'], { env: { GIT_EDITOR: `echo is open; cat '${thought}' >` } });
  await commit.until('is open');
  assert.ok(made.exists('.git/index.lock'));
  return async () => {
    writeFileSync(thought, 'mine\n');
    assert.is((await commit.done).code, 0);
  };
};

const merging: Something = async (made) => {
  const side = made.git('commit-tree', '-p', 'HEAD', '-m', 'side', 'HEAD^{tree}');
  made.git('merge', '-q', '--no-ff', '--no-commit', side);
  return async () => void made.git('commit', '-qm', 'mine');
};

/** In the middle of a rebase HEAD is on no branch. */
const rebasing: Something = async (made) => {
  made.write('mine.txt', 'mine\n');
  made.git('commit', '-qam', 'mine');
  const env = { GIT_SEQUENCE_EDITOR: `sed -i.old 's/^pick/edit/'` };
  assert.is((await made.run('git', ['rebase', '-i', 'HEAD~1'], { env })).code, 0);
  return async () => void made.git('rebase', '--continue');
};

const started = (made: Project): string[] =>
  made.journal().flatMap((event) => (event.type === 'attempt-started' ? [event.task] : []));

const waits = (running: Running, task: string): Promise<void> =>
  running.until(new RegExp(`${task}: waiting: (git's index is locked|a (merge|rebase) is under way)`));

for (const [what, begin] of Object.entries({
  'a commit whose editor is open': committing,
  'a merge': merging,
  'a rebase': rebasing,
})) {
  test(`${what}: what is finished meanwhile lands when it is over, and the run goes on`, () =>
    apart(async (made) => {
      const running = made.start('make', ['-j3', 'orchestrate']);
      const both = [await made.nextAttempt(), await made.nextAttempt()] as const;
      for (const attempt of both) await attempt.write(`${attempt.task}.txt`, 'done\n');
      const end = await begin(made);
      const before = made.git('rev-parse', 'main');
      for (const attempt of both) await attempt.verdict({ ok: true });
      // One has its turn to land, the other waits for that.
      await running.until(/[ab]: waiting: [^\n]*\n {2}→ [^\n]*/);
      assert.is(made.git('rev-parse', 'main'), before, 'nothing lands meanwhile');
      await end();
      const last = await made.nextAttempt();
      assert.is(last.task, 'c');
      await last.write('c.txt', 'done\n');
      await last.verdict({ ok: true });
      const ran = await running.done;
      assert.is(ran.code, 0, ran.output);
      assert.equal(started(made).sort(), ['a', 'b', 'c'], 'each was paid for once');
      assert.is(made.git('show', 'HEAD:mine.txt'), begin === merging ? 'one' : 'mine');
      assert.is(made.git('log', '--format=%s', '--grep=^mine$'), 'mine');
      assert.equal(['a.txt', 'b.txt'].map(made.read), ['done\n', 'done\n']);
      assert.is(made.git('status', '--porcelain'), '');
    }));

  test(`${what}: no step is begun in the middle of it`, () =>
    apart(async (made) => {
      const end = await begin(made);
      const running = made.start('make', ['tasks/a.done']);
      await waits(running, 'step a');
      assert.equal(started(made), []);
      await end();
      const a = await made.nextAttempt();
      await a.write('a.txt', 'done\n');
      await a.verdict({ ok: true });
      const ran = await running.done;
      assert.is(ran.code, 0, ran.output);
    }));
}

test('Ctrl-C ends the waiting: what was finished is kept, and taken up', () =>
  apart(async (made) => {
    const running = made.start('make', ['tasks/a.done']);
    const a = await made.nextAttempt();
    await a.write('a.txt', 'done\n');
    made.write('.git/index.lock', '');
    await a.verdict({ ok: true });
    await waits(running, 'a');
    running.kill('SIGINT', 'group');
    const ran = await running.done;
    assert.is.not(ran.code, 0);
    assert.is(ran.output.split('a: waiting:').length, 2, 'told once');
    made.remove('.git/index.lock');
    const next = made.start('make', ['tasks/a.done']);
    const again = await made.nextAttempt();
    assert.is(readFileSync(join(again.cwd, 'a.txt'), 'utf8'), 'done\n');
    await again.verdict({ ok: true });
    assert.is((await next.done).code, 0);
  }));
