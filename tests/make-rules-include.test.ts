/**
 * The rules for everything that Make sees, by their numbers, on the real Make with the real program. The Make under
 * test is `make`, or what STEPLADDER_TEST_MAKE names: the rules were measured on 3.81, 4.3 and 4.4.1.
 *
 * Here: how the rules of the tasks are made and included.
 */
import { mkdirSync, renameSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { CHECKOUT, INCLUDE_LINE, withProject } from './rig/project.js';
import { A_AND_B, BROKEN, steps } from './rig/steps.js';
import { assert, suite } from './rig/suite.js';

const test = suite('make rules: the include file');

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

test('the prefix renames our targets and nothing else', async () => {
  await withProject({ tasks: A_AND_B }, async (made) => {
    made.write('Makefile', `STEPLADDER_PREFIX := agents-\n${INCLUDE_LINE}status report plan: ; @echo MINE $@\n`);
    made.commit();
    const own = await made.make(['status', 'report', 'plan']);
    assert.is(own.output, 'MINE status\nMINE report\nMINE plan\n');
    assert.equal(steps(await made.make(['-n', 'agents-orchestrate'])), ['a', 'b']);
    assert.is((await made.make(['orchestrate'])).code, 2);
    made.script([{ verdict: { ok: false, environment: 'no login' } }]);
    const halted = await made.make(['agents-orchestrate']);
    assert.match(halted.output, 'see to it, then run make agents-orchestrate again');
    made.script([]);
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
