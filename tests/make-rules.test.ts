/**
 * The rules for everything that Make sees, by their numbers, on the real Make with the real program. The Make under
 * test is `make`, or what STEPLADDER_TEST_MAKE names: the rules were measured on 3.81, 4.3 and 4.4.1.
 */
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { CHECKOUT, INCLUDE_LINE, type Project, type Ran, withProject } from './rig/project.js';
import { assert, suite } from './rig/suite.js';

const test = suite('make rules');

const A_AND_B = { a: '# A\n\nDo a.\n', b: '---\ndepends: [a]\n---\n# B\n\nDo b.\n' };
const BROKEN = '---\ndepends: [nobody-knows]\n---\n# Broken\n';

/** The tasks whose steps a dry run of Make lists, in order. */
function steps(ran: Ran): string[] {
  return [...ran.stdout.matchAll(/ step (\S+)/g)].map((found) => found[1] ?? '');
}

function seconds(made: Project, path: string, time: number): void {
  utimesSync(join(made.root, path), time, time);
}

const now = (): number => Date.now() / 1000;

test('1: without the package, a fresh clone can still make what the Makefile has', async () => {
  await withProject({ makefile: 'deps: ; @echo DEPS\n' }, async (made) => {
    made.remove('node_modules');
    const ran = await made.make(['deps']);
    assert.is(ran.code, 0);
    assert.is(ran.stdout, 'DEPS\n');
  });
});

for (const flags of [[], ['-k'], ['-i'], ['-k', '-j2'], ['-n', '-k']]) {
  test(`1: a generator that fails starts nothing: make ${flags.join(' ')}`, async () => {
    await withProject({ tasks: A_AND_B }, async (made) => {
      assert.is((await made.make(['-n', 'tasks/b.done'])).code, 0, 'the rules of a good backlog were there');
      made.write('tasks/c.md', BROKEN);
      for (const again of ['the first time', 'the second time']) {
        const ran = await made.make([...flags, 'tasks/b.done']);
        if (!flags.includes('-i')) assert.is(ran.code, 2, again);
        assert.match(ran.stderr, 'tasks/c.md:2');
        assert.is(ran.stderr.split('unknown task').length, 2, `said once, ${again}:\n${ran.stderr}`);
        assert.equal(steps(ran), []);
      }
      assert.equal(made.invocations(), []);
      assert.not(made.exists('tasks/a.done'));
      made.remove('tasks/c.md');
      assert.equal(steps(await made.make(['-n', '-k', 'tasks/b.done'])), ['a', 'b'], 'mended, at once');
    });
  });
}

test('1: a broken stepladder.yaml starts nothing either', async () => {
  await withProject({ tasks: A_AND_B }, async (made) => {
    assert.is((await made.make(['-n', 'tasks/b.done'])).code, 0);
    made.write('stepladder.yaml', 'agent: [\n');
    const ran = await made.make(['-k', 'tasks/b.done']);
    assert.is(ran.code, 2);
    assert.match(ran.stderr, 'stepladder.yaml');
    assert.equal(made.invocations(), []);
  });
});

test('2: bare make and make build are as if we were not there, with a broken task file too', async () => {
  const makefile = 'build: ; @echo BUILD\nother: ; @echo OTHER\n';
  await withProject({ tasks: { bad: BROKEN }, makefile }, async (made) => {
    for (const [args, says] of [
      [[], 'BUILD\n'],
      [['build'], 'BUILD\n'],
      [['-k', 'other', 'build'], 'OTHER\nBUILD\n'],
      [['-B'], 'BUILD\n'],
    ] as const) {
      const ran = await made.make(args);
      assert.is(ran.code, 0);
      assert.is(ran.output, says);
    }
    assert.not(made.exists('.stepladder'));
  });
});

test('2: the default goal stays what it is, wherever the line stands', async () => {
  await withProject({}, async (made) => {
    const goals: [string, string][] = [
      [`${INCLUDE_LINE}first: ; @echo FIRST\nsecond: ; @echo SECOND\n`, 'FIRST\n'],
      [`first: ; @echo FIRST\n${INCLUDE_LINE}second: ; @echo SECOND\n`, 'FIRST\n'],
      [`.DEFAULT_GOAL := second\n${INCLUDE_LINE}first: ; @echo FIRST\nsecond: ; @echo SECOND\n`, 'SECOND\n'],
      [`${INCLUDE_LINE}first: ; @echo FIRST\nsecond: ; @echo SECOND\n.DEFAULT_GOAL := second\n`, 'SECOND\n'],
      [`${INCLUDE_LINE}${INCLUDE_LINE}first: ; @echo FIRST\n`, 'FIRST\n'],
    ];
    for (const [text, says] of goals) {
      made.write('Makefile', text);
      assert.is((await made.make([])).output, says);
    }
    made.write('Makefile', INCLUDE_LINE);
    const nothing = await made.make([]);
    assert.is(nothing.code, 2);
    assert.match(nothing.stderr, 'No targets');
  });
});

test('2: a default goal that is ours is asked before it is run', async () => {
  const makefile = 'unused:\n';
  await withProject({ tasks: A_AND_B, makefile }, async (made) => {
    made.write('Makefile', `.DEFAULT_GOAL := orchestrate\n${INCLUDE_LINE}`);
    assert.equal(steps(await made.make(['-n'])), ['a', 'b']);
    assert.is((await made.make(['-q'])).code, 1);
    assert.equal(made.invocations(), []);
  });
});

test('3: edits, additions, deletions and renames are all seen, within the same second too', async () => {
  await withProject({ tasks: A_AND_B }, async (made) => {
    const listed = async (): Promise<string[]> => steps(await made.make(['-n', 'orchestrate']));
    assert.equal(await listed(), ['a', 'b']);
    made.write('tasks/c.md', '---\ndepends: [b]\n---\n# C\n');
    assert.equal(await listed(), ['a', 'b', 'c']);
    made.write('tasks/c.md', '---\ndepends: [a]\n---\n# C\n');
    made.write('tasks/b.md', '---\ndepends: [c]\n---\n# B\n');
    assert.equal(await listed(), ['a', 'c', 'b']);
    renameSync(join(made.root, 'tasks/b.md'), join(made.root, 'tasks/d.md'));
    assert.equal(await listed(), ['a', 'c', 'd']);
    made.remove('tasks/d.md');
    made.remove('tasks/c.md');
    assert.equal(await listed(), ['a']);
    made.write('tasks/deep/er/e.md', '---\ndepends: [a]\n---\n# E\n');
    assert.equal(await listed(), ['a', 'deep/er/e']);
  });
});

test('3: an unchanged backlog leaves the file as it is, and Make reads itself once', async () => {
  await withProject({ tasks: A_AND_B, makefile: '$(info READ)\n' }, async (made) => {
    const first = await made.make(['-n', 'tasks/b.done']);
    assert.is(first.stdout.split('READ').length - 1, 2, 'made, so read again');
    const { ino, mtimeMs } = statSync(join(made.root, '.stepladder/tasks.mk'));
    for (const flags of [['-n'], ['-n', '-B'], ['-q']]) {
      const ran = await made.make([...flags, 'tasks/b.done']);
      assert.is(ran.stdout.split('READ').length - 1, 1, flags.join(' '));
    }
    const after = statSync(join(made.root, '.stepladder/tasks.mk'));
    assert.equal([after.ino, after.mtimeMs], [ino, mtimeMs]);
  });
});

test('4: a task file deleted behind Make’s back is no “No rule to make target”', async () => {
  await withProject({ tasks: A_AND_B }, async (made) => {
    await made.make(['-n', 'orchestrate']);
    made.remove('tasks/a.md');
    const ran = await made.make(['-n', '-f', '.stepladder/tasks.mk', 'stepladder-all']);
    assert.is(ran.code, 0);
    assert.equal(steps(ran), ['a', 'b']);
  });
});

test('5: -n, -q and -t see the backlog as it is; -n and -q write nothing else', async () => {
  await withProject({ tasks: A_AND_B }, async (made) => {
    const status = (): string[] => made.git('status', '--porcelain', '--ignored').split('\n').sort();
    const before = status();
    await made.make(['-n', 'orchestrate']);
    await made.make(['-q', 'orchestrate']);
    made.write('tasks/c.md', '# C\n**Model:** sonnet/none\n');
    made.commit();
    assert.equal(steps(await made.make(['-n', 'orchestrate'])), ['a', 'b', 'c']);
    assert.is((await made.make(['-q', 'orchestrate'])).code, 1);
    assert.equal(status(), [...before, '!! .stepladder/'].sort());
    const written = (await made.run('find', ['.stepladder', '-type', 'f'])).stdout.split('\n').filter(Boolean).sort();
    for (const path of written)
      assert.match(path, /^\.stepladder\/(\.gitignore|tasks\.mk|(cache|parsed|config)\.json)$/);
    assert.is((await made.make(['-t', 'orchestrate'])).code, 0);
    for (const name of ['a', 'b', 'c']) assert.is(made.read(`tasks/${name}.done`), '');
    assert.not(made.exists('orchestrate'));
    assert.equal(made.invocations(), []);
  });
});

test('6: a cycle is refused with its path, not dropped', async () => {
  const tasks = {
    a: '---\ndepends: [c]\n---\n# A\n',
    b: '---\ndepends: [a]\n---\n# B\n',
    c: '---\ndepends: [b]\n---\n# C\n',
  };
  await withProject({ tasks }, async (made) => {
    for (const args of [['-n', 'orchestrate'], ['orchestrate'], ['tasks/b.done']]) {
      const ran = await made.make(args);
      assert.is(ran.code, 2);
      assert.match(ran.stderr, /a → c → b → a|a -> c -> b -> a/);
    }
    assert.equal(made.invocations(), []);
  });
});

test('7 and 8: the files for Make say nothing that 3.81 lacks, and nothing to the rest of the Makefile', async () => {
  await withProject({ tasks: { ...A_AND_B, 'deep/c': '---\ndepends: [b]\n---\n# C\n' } }, async (made) => {
    await made.make(['-n', 'orchestrate']);
    for (const text of [
      made.read('.stepladder/tasks.mk') ?? '',
      readFileSync(join(CHECKOUT, 'stepladder.mk'), 'utf8'),
    ]) {
      const code = text.replace(/^#.*$/gm, '');
      for (const lacking of [
        /\bdefine\b/,
        /\$\(file\b/,
        /!=/,
        /&:/,
        /\.WAIT/,
        /\bprivate\b/,
        /\.RECIPEPREFIX/,
        /\.SHELLFLAGS/,
      ]) {
        assert.not.match(code, lacking);
      }
      for (const global of [
        /\.SECONDEXPANSION/,
        /^\s*export\b/m,
        /^SHELL\b/m,
        /\.ONESHELL/,
        /\.NOTPARALLEL/,
        /\.SUFFIXES/,
      ]) {
        assert.not.match(code, global);
      }
      assert.not.match(text, '\r');
      assert.not.match(code, /^\t/m);
      for (const [, variable] of code.matchAll(/^\s*([\w.]+)\s*[:+?]?=/gm)) {
        assert.match(variable ?? '', /^(stepladder\.|STEPLADDER_|\.DEFAULT_GOAL$)/);
      }
    }
    const rules = (made.read('.stepladder/tasks.mk') ?? '').split('\n').filter((line) => /^[^#\s].*: /.test(line));
    for (const line of rules) assert.not.match(line, made.root);
    assert.not.match(rules.join('\n'), '%.done: ');
  });
});

test('7: the same backlog makes the same file in another checkout', async () => {
  const tasks = { ...A_AND_B, c: '# C\n**Model:** sonnet/none\n', z: '---\ndepends: [c, a]\n---\n# Z\n' };
  await withProject({ tasks, folder: 'a folder with spaces' }, async (one) => {
    await withProject({ tasks }, async (other) => {
      for (const made of [one, other]) await made.make(['-n', 'orchestrate']);
      assert.is(one.read('.stepladder/tasks.mk'), other.read('.stepladder/tasks.mk'));
    });
  });
});

test('7: it lives in a Makefile that does strange things', async () => {
  const strange = [
    '.RECIPEPREFIX = >',
    '.ONESHELL:',
    '.DELETE_ON_ERROR:',
    '.NOTPARALLEL:',
    '.SUFFIXES:',
    '.EXPORT_ALL_VARIABLES:',
    'export',
    'MAKEFLAGS += --no-builtin-rules --warn-undefined-variables',
    'SHELL := /bin/bash',
    '.SHELLFLAGS := -eu -o pipefail -c',
    '%.done: ; @echo NOT OURS $@',
    '%.md: ; @echo NOT OURS $@',
    '',
  ].join('\n');
  await withProject({ tasks: A_AND_B }, async (made) => {
    made.write('Makefile', `${strange}${INCLUDE_LINE}`);
    made.commit();
    const dry = await made.make(['-n', 'orchestrate']);
    assert.equal(steps(dry), ['a', 'b']);
    assert.is(dry.stderr, '');
    const ran = await made.make(['tasks/b.done']);
    assert.is(ran.code, 0);
    assert.not.match(ran.output, /NOT OURS|undefined variable/);
    assert.is((await made.make(['orchestrate'])).code, 0);
    assert.equal(
      made.invocations().map(({ task }) => task),
      ['a', 'b'],
    );
  });
});

test('7: an export of everything does not hand ten thousand names to every child', async () => {
  const tasks = Object.fromEntries(
    Array.from({ length: 3000 }, (_, i) => [`a-task-with-a-long-name-${String(i).padStart(40, '0')}`, '# T\n']),
  );
  await withProject({ tasks, commit: false, makefile: 'export\n' }, async (made) => {
    const name = 'a-task-with-a-long-name-0000000000000000000000000000000000000007';
    const ran = await made.make([`tasks/${name}.done`, 'LAUNCH=echo']);
    assert.is(ran.code, 0, 'a recipe could be started at all');
    assert.match(ran.stdout, ` step ${name}`);
  });
});

test('9: what changed is seen by content, whatever the times say', async () => {
  await withProject({ tasks: A_AND_B }, async (made) => {
    assert.is((await made.make(['orchestrate'])).code, 0);
    const listed = async (...flags: string[]): Promise<string[]> =>
      steps(await made.make([...flags, '-n', 'orchestrate']));
    assert.equal(await listed(), []);
    const original = made.read('tasks/a.md') ?? '';
    // An older file moved over the task file.
    made.write('older.md', original.replace('Do a.', 'Do more than a.'));
    seconds(made, 'older.md', now() - 10_000);
    renameSync(join(made.root, 'older.md'), join(made.root, 'tasks/a.md'));
    assert.equal(await listed(), ['a', 'b']);
    // make -t over a stale receipt is no word on its content.
    await made.make(['-t', 'tasks/a.done']);
    assert.equal(await listed(), ['a', 'b']);
    // A revert: nothing is asked of anybody.
    made.write('tasks/a.md', original);
    assert.equal(await listed(), []);
    assert.is((await made.make(['-q', 'orchestrate'])).code, 0);
    assert.is(made.invocations().length, 2);
  });
});

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
        assert.is((await made.make([...flags, 'watch'], { timeoutMs: 20_000 })).code, 0, flags.join(' '));
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
    assert.equal(
      made.invocations().map(({ task }) => task),
      ['a', 'b'],
    );
  });
});

test('12: -W says what an edit would set off', async () => {
  const tasks = { ...A_AND_B, c: '# C\n', d: '---\ndepends: [b, c]\n---\n# D\n' };
  await withProject({ tasks }, async (made) => {
    assert.is((await made.make(['-t', 'orchestrate'])).code, 0);
    assert.equal(steps(await made.make(['-n', 'orchestrate'])), []);
    assert.equal(steps(await made.make(['-W', 'tasks/b.md', '-n', 'orchestrate'])), ['b', 'd']);
    assert.equal(steps(await made.make(['-W', 'tasks/c.md', '-n', 'tasks/d.done'])), ['c', 'd']);
    assert.equal(made.invocations(), []);
  });
});

test('14 and 23: a clone that looks old, or comes from the future, asks nobody and costs nothing', async () => {
  const tasks = { ...A_AND_B, c: '# C\n', d: '---\ndepends: [b, c]\n---\n# D\n' };
  await withProject({ tasks }, async (made) => {
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

test('15: what a recipe says is one line that a dry run prints and does not run', async () => {
  await withProject({ tasks: A_AND_B }, async (made) => {
    const ran = await made.make(['-n', 'tasks/b.done']);
    const program = 'node_modules/stepladder/dist/stepladder.cjs';
    assert.is(ran.stdout, `exec node '${program}' step a\nexec node '${program}' step b\n`);
    const prefixed = await made.make(['-n', 'tasks/a.done', 'LAUNCH=srun -n1', 'RETRY=1', 'FORCE=1']);
    assert.is(prefixed.stdout, `exec srun -n1 node '${program}' step a --force --retry\n`);
    const off = await made.make(['-n', 'tasks/a.done', 'RETRY=0', 'FORCE='], {
      env: { FORCE: '1', RETRY: '1', LAUNCH: 'no' },
    });
    assert.is(off.stdout, `exec node '${program}' step a\n`, 'the environment does not count');
  });
});

test('16 and 22: SIGTERM to Make alone ends the step and its agent', async () => {
  await withProject({ tasks: { a: '# A\n' }, agent: 'driven' }, async (made) => {
    const running = made.start('make', ['tasks/a.done']);
    const attempt = await made.nextAttempt();
    await attempt.write('half.txt', 'half');
    running.kill('SIGTERM');
    await attempt.gone;
    await running.done;
    assert.not(made.exists('tasks/a.done'));
    assert.not(made.exists('half.txt'), 'put aside, not left in the tree');
    assert.match(made.git('for-each-ref', 'refs/stepladder'), 'refs/stepladder/interrupted/a');
  });
});

test('17: under -i dependents of a failed task start no agent', async () => {
  await withProject(
    { tasks: A_AND_B, script: [{ task: 'a', verdict: { ok: false, reason: 'cannot' } }] },
    async (made) => {
      await made.make(['-i', 'tasks/b.done']);
      assert.ok(made.invocations().length > 0);
      assert.equal([...new Set(made.invocations().map(({ task }) => task))], ['a']);
      assert.not(made.exists('tasks/b.done'));
    },
  );
});

test('17: a receipt survives .DELETE_ON_ERROR and an interrupted Make', async () => {
  await withProject({ tasks: A_AND_B, makefile: '.DELETE_ON_ERROR:\n' }, async (made) => {
    await made.make(['-n', 'orchestrate']);
    assert.match(made.read('.stepladder/tasks.mk') ?? '', /^\.PRECIOUS: \$\(stepladder\.receipts\)$/m);
    made.write('tasks/a.done', '');
    seconds(made, 'tasks/a.done', 1_000_000);
    // A step that touches its receipt and then fails: what Make would delete.
    made.write('../fail.sh', 'touch tasks/a.done; exit 1\n');
    const ran = await made.make(['-B', 'tasks/a.done', `LAUNCH=sh ${made.outside}/fail.sh`]);
    assert.is(ran.code, 2);
    assert.ok(made.exists('tasks/a.done'));
  });
});

test('18: an empty receipt is an assertion, by make -t and by hand', async () => {
  await withProject({ tasks: A_AND_B }, async (made) => {
    assert.is((await made.make(['-t', 'tasks/a.done'])).code, 0);
    assert.is(made.read('tasks/a.done'), '');
    made.write('tasks/b.done', '');
    const ran = await made.make(['orchestrate']);
    assert.is(ran.code, 0);
    assert.equal(made.invocations(), []);
  });
});

test('19: agents see nothing of Make, nor what was set on its command line', async () => {
  await withProject({ tasks: { a: '# A\n' } }, async (made) => {
    const ran = await made.make(['-B', '-k', '-j2', 'tasks/a.done', 'FORCE=1', 'RETRY=1', 'LAUNCH=env', 'MINE=1'], {
      env: { MAKEFILES: '', GNUMAKEFLAGS: '', STEPLADDER_SECRET: 'x' },
    });
    assert.is(ran.code, 0);
    const [agent] = made.invocations();
    const left = Object.keys(agent?.env ?? {}).filter((name) =>
      /^(MAKE|MFLAGS|GNUMAKE|FORCE|RETRY|LAUNCH|MINE)/.test(name),
    );
    assert.equal(left, []);
    assert.not('STEPLADDER_SECRET' in (agent?.env ?? {}));
    assert.not('STEPLADDER_NODE' in (agent?.env ?? {}));
  });
});

test('20: Make’s own exit codes: 2 for whatever failed, and for -q 1 = stale, 2 = error', async () => {
  await withProject({ tasks: A_AND_B, script: [{ verdict: { ok: false, reason: 'cannot' } }] }, async (made) => {
    assert.is((await made.make(['-q', 'orchestrate'])).code, 1);
    assert.is((await made.make(['orchestrate'])).code, 2);
    made.write('tasks/c.md', BROKEN);
    assert.is((await made.make(['-q', 'orchestrate'])).code, 2);
  });
});

test('the prefix renames our targets and nothing else', async () => {
  await withProject({ tasks: A_AND_B }, async (made) => {
    made.write('Makefile', `STEPLADDER_PREFIX := agents-\n${INCLUDE_LINE}status report plan: ; @echo MINE $@\n`);
    made.commit();
    const own = await made.make(['status', 'report', 'plan']);
    assert.is(own.output, 'MINE status\nMINE report\nMINE plan\n');
    assert.equal(steps(await made.make(['-n', 'agents-orchestrate'])), ['a', 'b']);
    assert.is((await made.make(['orchestrate'])).code, 2);
    assert.is((await made.make(['agents-orchestrate'])).code, 0);
    assert.is((await made.make(['agents-status'])).code, 0);
    assert.ok(made.exists('tasks/b.done'));
  });
});

test('the package is found from node_modules, from a checkout beside, and here', async () => {
  await withProject({ tasks: { a: '# A\n' } }, async (made) => {
    symlinkSync(CHECKOUT, join(made.outside, 'beside'));
    mkdirSync(join(made.root, 'here'));
    symlinkSync(join(CHECKOUT, 'dist'), join(made.root, 'dist'));
    symlinkSync(join(CHECKOUT, 'stepladder.mk'), join(made.root, 'stepladder.mk'));
    for (const path of ['node_modules/stepladder/stepladder.mk', '../beside/stepladder.mk', 'stepladder.mk']) {
      made.write('Makefile', `include ${path}\n`);
      const ran = await made.make(['-n', 'tasks/a.done']);
      assert.is(ran.code, 0);
      assert.is(ran.stdout, `exec node '${path.replace(/[^/]*$/, '') || './'}dist/stepladder.cjs' step a\n`);
    }
    rmSync(join(made.outside, 'beside'));
  });
});
