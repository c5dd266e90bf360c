/** Watch mode: edits during a run, Make's flags and variables, how it ends, and what the system may refuse it. */
import { spawnSync } from 'node:child_process';
import { startTime, thisProcess } from '../src/record/process.js';
import { taskState } from '../src/record/task-state.js';
import { endOutdated } from '../src/watch/outdated.js';
import { bothAtWork } from './rig/at-work.js';
import { isRunning } from './rig/observing.js';
import { type DrivenAttempt, PROGRAM, type Project, withProject } from './rig/project.js';
import { BROKEN, paid } from './rig/steps.js';
import { assert, suite } from './rig/suite.js';
import { follow, inABlink, isGroupLeft, withWatch } from './rig/watching.js';

const own = suite('watch: runs');

/** Whole runs, one after the other: on a busy machine they take their time. */
const test = (name: string, body: () => Promise<void>): void => own(name, body, { timeoutMs: 240_000 });

const task = (text: string, depends: readonly string[] = []): string =>
  `---\ndepends: [${depends.join(', ')}]\n---\n${text}\n`;

/** Does the next task that reports in, and says which it was. */
async function doNext(made: Project): Promise<DrivenAttempt> {
  const attempt = await made.nextAttempt();
  await attempt.write(`${attempt.task}.txt`, `${attempt.prompt.length} ${Math.random()}\n`);
  await attempt.verdict({ ok: true });
  return attempt;
}

test('edits during a run are taken up after it, that of the running task too: in place its step works from its copy', () =>
  withWatch({ tasks: { a: '# A\n\nFirst words.\n' }, agent: 'driven' }, async (made, watching) => {
    const attempt = await made.nextAttempt();
    made.write('tasks/a.md', task('# A\n\nSecond words.'));
    made.write('tasks/b.md', task('# B'));
    assert.match(attempt.prompt, 'First words.');
    await attempt.write('a.txt', 'one\n');
    await attempt.verdict({ ok: true });
    const others = [await doNext(made)];
    // The edit of the running task was put back to what the step worked from, and kept; all that is DESIGN's.
    await watching.waits();
    assert.equal(
      others.map(({ task }) => task),
      ['b'],
    );
    assert.match(watching.running.output(), 'a.md');
    made.write('tasks/a.md', task('# A\n\nSecond words.'));
    await watching.next('a run: a (edited)');
    assert.match((await doNext(made)).prompt, 'Second words.');
    await watching.waits();
  }));

test('an edit in the last moments of a run, when Make has started its last step, is not lost', () =>
  withWatch(
    {
      tasks: { a: '# A\n' },
      agent: 'driven',
      config: { notify: 'cp late.md tasks/b.md' },
      files: { 'late.md': task('# B') },
    },
    async (made, watching) => {
      await doNext(made);
      await watching.next('a run: b (new)');
      await doNext(made);
      await watching.waits();
      assert.is(watching.runs().length, 2);
    },
  ));

test('a file that breaks while a run goes on is told of when it has ended', () =>
  withWatch({ tasks: { a: '# A\n' }, agent: 'driven' }, async (made, watching) => {
    const attempt = await made.nextAttempt();
    made.write('tasks/broken.md', BROKEN);
    await attempt.write('a.txt', 'one\n');
    await attempt.verdict({ ok: true });
    await watching.next('the run ended after');
    await watching.next('unknown task “nobody-knows”');
    await watching.waits();
    assert.is(watching.runs().length, 1);
  }));

test('-j4 given to make watch reaches every run: the steps overlap', () =>
  withProject({ tasks: { first: '# First\n' } }, async (made) => {
    made.write(
      '../meet.sh',
      'case "$*" in *first*) exec "$@";; esac\ntouch "$0.$$"; i=0; while [ "$(ls "$0".* | wc -l)" -lt 4 ]; do i=$((i+1)); [ $i -gt 400 ] && echo ALONE && exit 9; sleep 0.05; done\nexec "$@"\n',
    );
    const watching = follow(made.start('make', ['-j4', 'watch', `LAUNCH=sh ${made.outside}/meet.sh`]));
    await watching.waits();
    inABlink(made, () => {
      for (const name of ['a', 'b', 'c', 'd']) made.write(`tasks/${name}.md`, task(`# ${name}`));
    });
    await watching.next('a run: a (new), b (new), c (new), d (new)');
    await watching.next('everything is done');
    assert.not.match(watching.running.output(), /ALONE|jobserver/);
    assert.equal(paid(made).toSorted(), ['a', 'b', 'c', 'd', 'first']);
    await watching.interrupt();
  }));

test('RETRY=1 is for the first run: an edit elsewhere does not pay again for what failed', () =>
  withProject(
    {
      tasks: { a: '# A\n', c: '# C\n' },
      config: { ladder: ['sonnet/thinking'], repairs: 0 },
      script: [{ task: 'a', verdict: { ok: false, reason: 'no idea' } }],
    },
    async (made) => {
      assert.is((await made.make(['orchestrate'])).code, 2);
      const watching = follow(made.start('make', ['RETRY=1', '-k', 'watch']));
      await watching.waits();
      assert.equal(
        paid(made).filter((name) => name === 'a'),
        ['a', 'a'],
      );
      made.write('tasks/c.md', task('# C\n\nOtherwise.'));
      await watching.next('a run: c (edited)');
      await watching.waits();
      assert.equal(
        paid(made).filter((name) => name === 'a'),
        ['a', 'a'],
      );
      await watching.interrupt();
    },
  ));

for (const [what, signal, group] of [
  ['Ctrl-C', 'SIGINT', 'group'],
  ['SIGTERM to Make', 'SIGTERM', undefined],
  ['the terminal closed', 'SIGHUP', 'group'],
] as const) {
  test(`${what} while it waits: it ends, and nothing is left`, () =>
    withProject({ tasks: { a: '# A\n' } }, async (made) => {
      const running = made.start('make', ['watch']);
      await follow(running).waits();
      running.kill(signal, group);
      const ran = await running.done;
      assert.is.not(ran.code, 0);
      assert.not.match(ran.output, /ending the run|stack|bug/);
      assert.not(isGroupLeft(running.pid));
    }));

  test(`${what} during a run: the run ends in order, its work is kept, and nothing is left`, () =>
    withProject({ tasks: { a: '# A\n', b: '# B\n' }, agent: 'driven' }, async (made) => {
      const running = made.start('make', ['watch']);
      const attempt = await made.nextAttempt();
      await attempt.write('half.txt', 'half\n');
      running.kill(signal, group);
      const ran = await running.done;
      await attempt.gone;
      assert.match(ran.output, 'watch: ending the run that goes on; its work is kept');
      assert.match(made.git('ls-tree', '-r', '--name-only', 'refs/stepladder/interrupted/a'), 'half.txt');
      assert.equal(
        made.journal().flatMap((event) => (event.type === 'step-finished' ? [event.state] : [])),
        ['interrupted'],
      );
      assert.not(isGroupLeft(running.pid));
      assert.not(isRunning(attempt.pid));
    }));
}

test('stepladder watch itself ends with 130, however often it is told', () =>
  withProject({ tasks: { a: '# A\n' }, agent: 'driven' }, async (made) => {
    const running = made.start('stepladder', ['watch']);
    await made.nextAttempt();
    for (let at = 0; at < 3; at += 1) running.kill('SIGINT');
    assert.is((await running.done).code, 130);
  }));

test('a Make that is killed takes the watch with it', () =>
  withProject({ tasks: { a: '# A\n' } }, async (made) => {
    const running = made.start('make', ['watch']);
    await follow(running).waits();
    running.kill('SIGKILL');
    // Its output stays open until the watch, too, has ended.
    assert.is((await running.done).signal, 'SIGKILL');
  }));

test('who reads no more ends it', () =>
  withProject({ tasks: { a: '# A\n' } }, async (made) => {
    const running = made.start('sh', [
      '-c',
      `{ "${process.execPath}" "${PROGRAM}" watch; echo ended >&2; } | head -n 1`,
    ]);
    await running.until('ended');
    await running.done;
  }));

test('dry runs of make watch do nothing', () =>
  withProject({ tasks: { a: '# A\n' } }, async (made) => {
    for (const flag of ['-n', '-q', '-t']) {
      const ran = await made.make([flag, 'watch']);
      assert.is(ran.code, 0, flag);
      assert.not.match(ran.output, 'watch:');
    }
    assert.equal(paid(made), []);
    assert.not(made.exists('.stepladder/journal.jsonl'));
    assert.match((await made.make(['FORCE=1', 'watch'])).stderr, 'FORCE=1 runs anew the tasks that are named');
  }));

const canLimit =
  spawnSync('sh', ['-c', `unshare -Ur sh -c 'echo 0 > /proc/sys/user/max_inotify_instances'`]).status === 0;
for (const [limit, code] of [
  ['max_inotify_instances', 'EMFILE'],
  ['max_inotify_watches', 'ENOSPC'],
] as const) {
  const title = `the system’s limit ${limit} is one clear error that names polling`;
  const body = (): Promise<void> =>
    withProject({ tasks: { a: '# A\n', b: '# B\n' } }, async (made) => {
      const inLimits = (words: string) => [
        '-Ur',
        'sh',
        '-c',
        `echo 1 > /proc/sys/user/${limit}; ${limit === 'max_inotify_instances' ? 'echo 0 > /proc/sys/user/max_inotify_instances; ' : ''}exec make ${words}`,
      ];
      const ran = await made.run('unshare', inLimits('watch'));
      assert.is(ran.code, 2);
      assert.match(ran.stderr, new RegExp(`error: the system's limit is reached .*${code}`));
      assert.match(ran.stderr, 'make watch POLL=1');
      assert.is(ran.stderr.match(/error: /g)?.length, 1);
      assert.not.match(ran.output, / at .*\.js:|bug of stepladder/);
      const watching = follow(made.start('unshare', inLimits('watch POLL=1')));
      await watching.waits();
      await watching.interrupt();
    });
  if (canLimit) test(title, body);
  else own.skip(title, 'no user namespaces here');
}

test('an edit of the running task, where its step works apart, ends that step and starts it anew; a save without change does not', () =>
  withWatch(
    {
      tasks: { a: '# A\n\nFirst words.\n', b: '# B\n' },
      agent: 'driven',
      config: { isolation: 'worktree' },
      args: ['-j2'],
    },
    async (made, watching) => {
      const [a, b] = await bothAtWork(made, 'a', 'b');
      await a.write('a.txt', 'half\n');
      made.write('tasks/b.md', made.read('tasks/b.md') ?? '');
      made.write('tasks/a.md', task('# A\n\nSecond words.'));
      await watching.next('a was edited while its step runs');
      await a.gone;
      await b.write('b.txt', 'b\n');
      await b.verdict({ ok: true });
      const again = await made.nextAttempt();
      assert.is(again.task, 'a');
      assert.match(again.prompt, 'Second words.');
      await again.write('a.txt', 'whole\n');
      await again.verdict({ ok: true });
      await watching.waits();
      assert.equal([made.read('a.txt'), made.read('b.txt')], ['whole\n', 'b\n']);
      assert.is(made.git('rev-list', '--count', 'HEAD'), '3', 'each landed once');
    },
  ));

test('a step that is ending for an edit is not told again by the next one: that would end it at once', () =>
  withProject({ tasks: { a: '# A\n\nOther words by now.\n' } }, async (made) => {
    const step = made.start('sh', [
      '-c',
      'trap "echo told" TERM; trap "echo over; exit" USR1; echo up; while :; do sleep 0.01; done',
    ]);
    await step.until('up');
    const runner = { ...thisProcess(), pid: step.pid, startTime: startTime(step.pid) ?? '' };
    const snapshot = { head: null, branch: null, tree: '' };
    const at = { task: 'a', run: 'r', rung: 'r/x', attempt: 1, started: new Date().toISOString(), worktree: [] };
    const state = taskState(made.root, 'a');
    state.writeInFlight({ ...at, mark: 'one', runner, snapshot, fingerprint: 'as it was' });
    const told = new Set<string>();
    assert.equal(endOutdated(made.root, told), ['a']);
    await step.until(/told/);
    assert.equal(endOutdated(made.root, told), []);
    step.kill('SIGUSR1');
    assert.is((await step.done).stdout, 'up\ntold\nover\n');
    // The one that takes its place is.
    const next = made.start('sh', ['-c', 'trap "echo told; exit" TERM; echo up; while :; do sleep 0.01; done']);
    await next.until('up');
    const another = { ...runner, pid: next.pid, startTime: startTime(next.pid) ?? '' };
    state.writeInFlight({ ...at, mark: 'two', runner: another, snapshot, fingerprint: 'as it was then' });
    assert.equal(endOutdated(made.root, told), ['a']);
    assert.is((await next.done).stdout, 'up\ntold\n');
  }));
