/** The world changes while a step is at work, or was odd from the start: nothing is lost, nothing false is on record. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, lutimesSync, readdirSync, renameSync, rmSync, symlinkSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { allGone } from './observing.js';
import { type DrivenAttempt, type Project, type ProjectOptions, type Ran, withProject } from './project.js';
import type { Scenario } from './scenario.js';
import { assert } from './suite.js';
import { assertReceiptsCommitted, type Form } from './wide-backlog.js';

/** A step at work while `meanwhile` happens; then its agent says that it is done, and `after` looks at what came of it. */
function during(
  form: Form,
  meanwhile: (made: Project, attempt: DrivenAttempt) => void | Promise<void>,
  after: (made: Project, ran: Ran) => void | Promise<void>,
  more: ProjectOptions = {},
): Promise<void> {
  const config = { isolation: form.isolation, ...(typeof more.config === 'object' ? more.config : {}) };
  return withProject({ tasks: { a: '# A' }, agent: 'driven', ...more, config }, async (made) => {
    const running = made.start('make', ['orchestrate']);
    const attempt = await made.nextAttempt();
    await attempt.write('work.txt', 'work\n');
    await meanwhile(made, attempt);
    await attempt.verdict({ ok: true });
    serve(made).catch(() => {});
    const ran = await running.done;
    await allGone(made);
    assert.not.match(ran.output, 'bug of stepladder');
    await after(made, ran);
  });
}

/** Whatever agents are needed from now on find their work there, or do it. */
async function serve(made: Project): Promise<void> {
  for (;;) {
    const attempt = await made.nextAttempt();
    await attempt.write(`work-${attempt.task}.txt`, 'work\n');
    await attempt.verdict({ ok: true });
  }
}

/** Whatever came of it: receipts and branch agree, the repository is whole, and further runs get everything done. */
async function endsWell(made: Project): Promise<void> {
  assertReceiptsCommitted(made);
  assert.is(made.git('fsck', '--strict', '--no-dangling'), '');
  const ran = await made.make(['orchestrate']);
  assert.is(ran.code, 0);
  const tasks = readdirSync(join(made.root, 'tasks')).filter((name) => name.endsWith('.md'));
  for (const name of tasks) assert.ok(made.exists(`tasks/${name.replace(/\.md$/, '.done')}`), name);
  assert.is(made.git('status', '--porcelain'), '');
  await allGone(made);
}

/** A backlog, run through twice: all done, and nobody paid a second time. */
function twice(
  form: Form,
  options: ProjectOptions,
  prepare: (made: Project) => void,
  between?: (made: Project) => void,
) {
  const tasks = { a: '# A', b: '---\ndepends: [a]\n---\n# B' };
  const config = { isolation: form.isolation, ...(typeof options.config === 'object' ? options.config : {}) };
  return withProject({ tasks, ...options, config, script: [] }, async (made) => {
    prepare(made);
    const first = await made.make([`-j${form.jobs}`, 'orchestrate']);
    assert.is(first.code, 0);
    assert.is(made.invocations().length, 2);
    between?.(made);
    const second = await made.make(['orchestrate']);
    assert.is(second.code, 0);
    assert.is(made.invocations().length, 2, 'nobody is paid twice');
    assert.is(made.git('status', '--porcelain'), '');
    assertReceiptsCommitted(made);
  });
}

/** Everything below the project that Make or the generator looks at. */
function touchAll(made: Project, when: (nth: number) => Date): void {
  const entries = readdirSync(join(made.root, 'tasks'), { recursive: true, encoding: 'utf8' }).sort();
  for (const [nth, name] of entries.entries()) lutimesSync(join(made.root, 'tasks', name), when(nth), when(nth));
  utimesSync(join(made.root, 'tasks'), when(0), when(0));
}

const HOUR_MS = 3_600_000;

function noFaketime(): string | null {
  return spawnSync('faketime', ['-h']).error === undefined ? null : 'faketime is not installed';
}

const ALL: Scenario['bounded'] = ['in-place', 'worktree'];

export const CHANGED: readonly Scenario[] = [
  {
    name: 'the task is edited while its step runs: what was asked at the start is done, the edit is not lost',
    bounded: ['worktree'],
    run: (form) =>
      during(
        form,
        (made) => made.write('tasks/a.md', '---\n---\n# A\n\nAnd quite another thing.\n'),
        async (made, ran) => {
          const kept = existsSync(join(made.root, '.stepladder/tasks/a/_changed'));
          const stays = made.read('tasks/a.md')?.includes('quite another') === true;
          assert.ok(kept || stays, `the edit is gone:\n${ran.output}`);
          await endsWell(made);
        },
      ),
  },
  {
    name: 'the task is renamed while its step runs',
    run: (form) =>
      during(
        form,
        (made) => renameSync(join(made.root, 'tasks/a.md'), join(made.root, 'tasks/z.md')),
        async (made) => {
          assert.ok(made.exists('tasks/z.md'), 'the new name stays');
          // Where the old one was not put back, that it is gone is his own change.
          made.commit('renamed');
          await endsWell(made);
        },
      ),
  },
  {
    name: 'the task is deleted while its step runs: nothing false lands, and its work is kept or landed',
    run: (form) =>
      during(
        form,
        (made) => made.remove('tasks/a.md'),
        async (made) => {
          const refs = made.git('for-each-ref', '--format=%(refname)', 'refs/stepladder', 'refs/heads');
          const held = refs.split('\n').some((ref) => made.git('ls-tree', '--name-only', ref).includes('work.txt'));
          assert.ok(held, 'the work is gone');
          if (!made.exists('tasks/a.md')) made.git('checkout', '-q', 'HEAD~0', '--', 'tasks');
          await endsWell(made);
        },
      ),
  },
  {
    name: 'a person goes to another branch while a step runs',
    bounded: ['worktree'],
    run: (form) =>
      during(
        form,
        (made) => void made.git('checkout', '-q', '-b', 'elsewhere'),
        async (made) => {
          assertReceiptsCommitted(made);
          made.git('stash', '-q', '--include-untracked');
          made.git('checkout', '-q', 'main');
          await endsWell(made);
        },
      ),
  },
  {
    name: 'a person commits while a step runs: his commit’s change is on the branch as well',
    bounded: ['worktree'],
    run: (form) =>
      during(
        form,
        (made) => {
          made.write('mine.txt', 'mine\n');
          made.git('add', 'mine.txt');
          made.git('commit', '-q', '-m', 'mine');
        },
        async (made) => {
          await endsWell(made);
          assert.is(made.git('show', 'main:mine.txt'), 'mine');
        },
      ),
  },
  {
    name: 'the workspace is deleted underneath a step, and brought back',
    bounded: ['in-place'],
    run: (form) => {
      const workspace = { workspace: '../code' };
      return withProject(
        { tasks: { a: '# A' }, agent: 'driven', config: { ...workspace, isolation: form.isolation } },
        async (made) => {
          const code = join(made.outside, 'code');
          await made.run('git', ['init', '-q', code]);
          await made.run('git', ['-C', code, 'commit', '-q', '--allow-empty', '-m', 'first']);
          const running = made.start('make', ['orchestrate']);
          const attempt = await made.nextAttempt();
          const aside = join(made.outside, 'aside');
          renameSync(code, aside);
          await attempt.verdict({ ok: true });
          const ran = await running.done;
          assert.is(ran.code, 2);
          assert.not.match(ran.output, 'bug of stepladder');
          assert.not.match(ran.output, /^\s+at .*:\d+:\d+\)?$/m);
          assert.is(made.receipt('a'), null);
          await allGone(made);
          rmSync(code, { recursive: true, force: true });
          renameSync(aside, code);
          const again = made.start('make', ['orchestrate']);
          const next = await made.nextAttempt();
          await next.write('work.txt', 'work\n');
          await next.verdict({ ok: true });
          assert.is((await again.done).code, 0);
          assert.is((await made.run('git', ['-C', code, 'show', 'HEAD:work.txt'])).stdout, 'work\n');
        },
      );
    },
  },
  {
    name: 'the clock is set back an hour: what is edited then is done, and nothing else',
    missing: noFaketime,
    bounded: ['in-place'],
    run: (form) =>
      withProject(
        { tasks: { a: '# A', b: '# B' }, script: [], config: { isolation: form.isolation } },
        async (made) => {
          assert.is((await made.make(['orchestrate'])).code, 0);
          made.write('tasks/a.md', '---\n---\n# A\n\nOnce more.\n');
          made.script([{ task: 'a', write: { 'work/a.txt': 'once more\n' } }]);
          const back = await made.run('faketime', ['-m', '-f', '-1h', 'make', 'orchestrate'], {
            env: { FAKETIME_DONT_FAKE_MONOTONIC: '1', DONT_FAKE_MONOTONIC: '1' },
          });
          assert.is(back.code, 0);
          const order = made.invocations().map(({ task }) => task);
          assert.equal([...order.slice(0, 2).sort(), ...order.slice(2)], ['a', 'b', 'a']);
          const after = await made.make(['orchestrate']);
          assert.match(after.stdout, 'nothing to do');
          assert.is(made.invocations().length, 3);
          assertReceiptsCommitted(made);
        },
      ),
  },
  {
    name: 'all times are equal',
    bounded: ALL,
    run: (form) =>
      twice(
        form,
        {},
        () => {},
        (made) => touchAll(made, () => new Date(Date.now() - HOUR_MS)),
      ),
  },
  {
    name: 'all times are in the future',
    run: (form) =>
      twice(
        form,
        {},
        (made) => touchAll(made, () => new Date(Date.now() + HOUR_MS)),
        (made) => touchAll(made, (nth) => new Date(Date.now() + 24 * HOUR_MS - nth * 1000)),
      ),
  },
  {
    name: 'the repository has a submodule',
    bounded: ['worktree'],
    run: (form) =>
      twice(form, {}, (made) => {
        const library = join(made.outside, 'library');
        made.git('init', '-q', library);
        made.git('-C', library, 'commit', '-q', '--allow-empty', '-m', 'first');
        made.git('-c', 'protocol.file.allow=always', 'submodule', 'add', '-q', library, 'lib');
        made.commit('a submodule');
      }),
  },
  {
    name: 'the tasks folder is a symbolic link',
    bounded: ALL,
    run: (form) =>
      twice(form, {}, (made) => {
        renameSync(join(made.root, 'tasks'), join(made.root, 'backlog'));
        symlinkSync('backlog', join(made.root, 'tasks'));
        made.commit('the tasks lie elsewhere');
      }),
  },
  {
    name: 'the checkout’s path holds blanks, quotes and letters of many alphabets',
    bounded: ALL,
    run: (form) => twice(form, { folder: "Größe “und” it's $HOME 日本 ñ" }, () => {}),
  },
  {
    name: 'the checkout was copied elsewhere, machine state and all',
    run: (form) =>
      twice(
        form,
        {},
        () => {},
        (made) => {
          const copy = join(made.outside, 'copy');
          cpSync(made.root, copy, { recursive: true, verbatimSymlinks: true });
          renameSync(made.root, join(made.outside, 'first'));
          renameSync(copy, made.root);
        },
      ),
  },
];
