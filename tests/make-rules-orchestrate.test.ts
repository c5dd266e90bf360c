/** The rules for everything that Make sees (see make-rules-include.test.ts). Here: `make orchestrate`. */
import { utimesSync } from 'node:fs';
import { join } from 'node:path';
import { INCLUDE_LINE, type Project, withProject } from './rig/project.js';
import { A_AND_B, FOUR, paid, steps } from './rig/steps.js';
import { assert, suite } from './rig/suite.js';

const test = suite('make rules: orchestrate');

function seconds(made: Project, path: string, time: number): void {
  utimesSync(join(made.root, path), time, time);
}

const now = (): number => Date.now() / 1000;

test('10: four jobs overlap under make -j4, by Make’s own jobserver', async () => {
  const tasks = Object.fromEntries(['a', 'b', 'c', 'd'].map((name) => [name, `# ${name}\n`]));
  await withProject({ tasks }, async (made) => {
    // Each waits until all four are there, which only happens if they run at the same time.
    made.write(
      '../meet.sh',
      'touch "$0.$$"; i=0; while [ "$(ls "$0".* | wc -l)" -lt 4 ]; do i=$((i+1)); [ $i -gt 400 ] && echo ALONE && exit 9; sleep 0.05; done\nexec "$@"\n',
    );
    const ran = await made.make(['-j4', 'orchestrate', `LAUNCH=sh ${made.outside}/meet.sh`]);
    assert.is(ran.code, 0);
    assert.not.match(ran.output, /ALONE|jobserver/);
    assert.equal(
      made
        .invocations()
        .map(({ task }) => task)
        .sort(),
      ['a', 'b', 'c', 'd'],
    );
  });
});

const DRY: readonly (readonly string[])[] = [
  ['-n'],
  ['-q'],
  ['--no-print-directory', '-n'],
  ['-n', '--no-print-directory', 'X=1'],
  ['-j4', '-n', '-k'],
  ['-kns'],
  ['--just-print'],
  ['--question', '-I', 'somewhere'],
  ['-C', '.', '-n'],
];

for (const makefile of ['', 'MAKEFLAGS := -r\n', 'MAKEFLAGS += --no-print-directory\n']) {
  test(`11 and 21: dry runs start nothing, however they are asked for, in a Makefile with ${JSON.stringify(makefile)}`, async () => {
    await withProject({ tasks: A_AND_B }, async (made) => {
      made.write('Makefile', `${makefile}${INCLUDE_LINE}`);
      for (const flags of DRY) {
        const ran = await made.make([...flags, 'orchestrate']);
        const asks = flags.some((flag) => /^-[a-z]*q|question/.test(flag));
        assert.is(ran.code, asks ? 1 : 0, flags.join(' '));
        if (!asks) assert.equal(steps(ran), ['a', 'b'], flags.join(' '));
        assert.is((await made.make([...flags, 'watch'])).code, 0, flags.join(' '));
      }
      assert.not(made.exists('.stepladder/journal.jsonl'));
      assert.equal(made.invocations(), []);
    });
  });
}

test('11 and 21: a letter that stands elsewhere makes no dry run', async () => {
  await withProject({ tasks: { a: '# A\n' } }, async (made) => {
    const old = (await made.make(['--version'])).stdout.includes('3.81');
    const flags = [
      ['X=nqt'],
      ['--no-print-directory', 'NAME=-n'],
      ['-I', 'quiet'],
      ['-l', '9'],
      ...(old ? [] : [['-Otarget']]),
    ];
    for (const [at, some] of flags.entries()) {
      made.remove('tasks/a.done');
      made.commit();
      assert.is((await made.make([...some, 'orchestrate'])).code, 0);
      assert.is(made.invocations().length, at + 1, some.join(' '));
    }
  });
});

test('11: -q on a goal of the Makefile’s own that needs receipts, named in STEPLADDER_GOALS', async () => {
  await withProject({ tasks: A_AND_B }, async (made) => {
    made.write('Makefile', `STEPLADDER_GOALS := release\n${INCLUDE_LINE}release: tasks/b.done ; @echo RELEASED\n`);
    made.commit();
    assert.is((await made.make(['-q', 'release'])).code, 1);
    const ran = await made.make(['release']);
    assert.is(ran.code, 0);
    assert.match(ran.stdout, 'RELEASED');
    assert.equal(paid(made), ['a', 'b']);
  });
});

test('12: -W says what an edit would set off', async () => {
  await withProject({ tasks: FOUR }, async (made) => {
    assert.is((await made.make(['-t', 'orchestrate'])).code, 0);
    assert.equal(steps(await made.make(['-n', 'orchestrate'])), []);
    assert.equal(steps(await made.make(['-W', 'tasks/b.md', '-n', 'orchestrate'])), ['b', 'd']);
    assert.equal(steps(await made.make(['-W', 'tasks/c.md', '-n', 'tasks/d.done'])), ['c', 'd']);
    assert.equal(made.invocations(), []);
  });
});

test('13: after a halt Make goes on, and each further step ends at once, with nothing held against it', async () => {
  const agents = { rig: { kind: 'command', command: 'no-such-agent-anywhere' } };
  const tasks = { a: '# A\n', b: '# B\n', c: '# C\n' };
  await withProject({ tasks, config: { agents } }, async (made) => {
    const ran = await made.make(['-k', 'orchestrate']);
    assert.is(ran.code, 2);
    const count = (type: string): number => made.journal().filter((event) => event.type === type).length;
    assert.equal([count('attempt-started'), count('halted')], [1, 1]);
    const failed = made.journal().filter((event) => event.type === 'step-finished' && event.state === 'failed');
    assert.equal(failed, []);
    assert.is((await made.make(['-q', 'orchestrate'])).code, 1);
  });
});

test('14 and 23: a clone that looks old, or comes from the future, asks nobody and costs nothing', async () => {
  await withProject({ tasks: FOUR }, async (made) => {
    assert.is((await made.make(['orchestrate'])).code, 0);
    const paid = made.invocations().length;
    const times: Record<string, (name: string, at: number) => [file: number, receipt: number]> = {
      'receipts older than their files': (_, at) => [now() - at, now() - 1000],
      'dependencies newer than dependents': (_, at) => [now() - 9000, now() - 100 * (at + 1)],
      'all equal': () => [1_700_000_000, 1_700_000_000],
      'task files from the future': () => [now() + 86_400, now() - 5],
      'receipts from the future': () => [now() - 5, now() + 86_400],
    };
    for (const [what, timesOf] of Object.entries(times)) {
      const old = (): void =>
        ['a', 'b', 'c', 'd'].forEach((name, at) => {
          const [file, receipt] = timesOf(name, at);
          seconds(made, `tasks/${name}.md`, file);
          seconds(made, `tasks/${name}.done`, receipt);
        });
      old();
      assert.is((await made.make(['-q', 'orchestrate'])).code, 0, `make -q: ${what}`);
      assert.equal(steps(await made.make(['-n', 'orchestrate'])), [], `make -n: ${what}`);
      assert.is((await made.make(['-q', 'tasks/d.done'])).code, 0, `make -q tasks/d.done: ${what}`);
      old();
      const ran = await made.make(['orchestrate']);
      assert.is(ran.code, 0);
      assert.match(ran.stdout, 'nothing to do', what);
      const inner = await made.make(['-q', '-f', '.stepladder/tasks.mk', 'stepladder-all']);
      assert.is(inner.code, 0, `touched, so that Make by itself agrees: ${what}`);
      assert.match((await made.make(['orchestrate'])).stdout, 'nothing to do', `once more: ${what}`);
    }
    assert.is(made.invocations().length, paid);
  });
});
