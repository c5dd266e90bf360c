/** What a Make user will try, and what must happen: variables, flags, other folders and other Makefiles. */
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { INCLUDE_LINE, withProject } from './rig/project.js';
import { A_AND_B, FOUR, paid } from './rig/steps.js';
import { assert, suite } from './rig/suite.js';

const test = suite('what a Make user will say');

test('make FORCE=1 tasks/x.done: runs x, and only x, anew', async () => {
  await withProject({ tasks: FOUR }, async (made) => {
    assert.is((await made.make(['orchestrate'])).code, 0);
    const before = paid(made);
    assert.is((await made.make(['FORCE=1', 'tasks/b.done'])).code, 0);
    assert.equal(paid(made), [...before, 'b']);
    assert.is((await made.make(['FORCE=1', './tasks/c.done', 'tasks/a.done'])).code, 0);
    assert.equal(paid(made).slice(5).sort(), ['a', 'c']);
    assert.is((await made.make(['tasks/b.done'], { env: { FORCE: '1' } })).code, 0);
    assert.is(paid(made).length, 7, 'a variable of the environment costs nothing');
  });
});

test('make FORCE=1 on a .done of the Makefile’s own is none of our business', async () => {
  await withProject({ tasks: A_AND_B, makefile: 'built.done: ; @echo BUILT; touch $@\n' }, async (made) => {
    const ran = await made.make(['FORCE=1', 'built.done']);
    assert.is(ran.code, 0);
    assert.is(ran.stdout, 'BUILT\n');
    assert.match((await made.make(['FORCE=1', 'built.done'])).stdout, 'up to date');
    assert.equal(paid(made), []);
  });
});

test('make FORCE=1 orchestrate: names no task, and is told so', async () => {
  await withProject({ tasks: A_AND_B }, async (made) => {
    for (const flags of [[], ['-n'], ['-k']]) {
      const ran = await made.make([...flags, 'FORCE=1', 'orchestrate']);
      assert.is(ran.code, 2);
      assert.match(ran.stderr, 'orchestrate names none: make FORCE=1 tasks/NAME.done');
    }
    assert.equal(paid(made), []);
  });
});

test('make RETRY=1: tries sticky failures again', async () => {
  const script = [{ task: 'a', verdict: { ok: false, reason: 'cannot' } }];
  await withProject({ tasks: A_AND_B, script, config: { ladder: ['sonnet/thinking'], repairs: 0 } }, async (made) => {
    assert.is((await made.make(['orchestrate'])).code, 2);
    const before = paid(made).length;
    assert.is((await made.make(['orchestrate'])).code, 2);
    assert.is((await made.make(['tasks/a.done'])).code, 2);
    assert.is(paid(made).length, before, 'failed before, and nothing has changed');
    made.script([]);
    assert.is((await made.make(['RETRY=1', 'orchestrate'])).code, 0);
    assert.equal(paid(made).slice(before), ['a', 'b']);
  });
});

test('make -C dir orchestrate, a checkout path with spaces and worse', async () => {
  await withProject({ tasks: A_AND_B, folder: 'a b $(shell touch pwned) ‘c’ "d" #e' }, async (made) => {
    const ran = await made.make(['-C', made.root, 'orchestrate'], { cwd: made.outside });
    assert.is(ran.code, 0);
    assert.equal(paid(made), ['a', 'b']);
    assert.is((await made.make(['-C', made.root, '-q', 'orchestrate'], { cwd: made.outside })).code, 0);
    assert.not(existsSync(join(made.outside, 'pwned')));
    assert.not(made.exists('pwned'));
  });
});

test('a project that was moved goes on where it was', async () => {
  await withProject({ tasks: A_AND_B }, async (made) => {
    assert.is((await made.make(['tasks/a.done'])).code, 0);
    const moved = join(made.outside, 'moved here');
    renameSync(made.root, moved);
    const ran = await made.make(['-C', moved, 'orchestrate'], { cwd: made.outside });
    mkdirSync(made.root);
    assert.is(ran.code, 0);
    assert.equal(paid(made), ['a', 'b']);
  });
});

for (const flags of [
  ['SHELL=/bin/dash'],
  ['SHELL=/bin/bash'],
  ['-s'],
  ['-O', '-j4'],
  ['--trace'],
  ['-r'],
  ['-R'],
  ['-w', '-e'],
  ['--no-print-directory', '--warn-undefined-variables'],
  ['-L'],
]) {
  test(`make ${flags.join(' ')} works`, async () => {
    await withProject({ tasks: A_AND_B }, async (made) => {
      const version = (await made.make(['--version'])).stdout;
      if (version.includes('3.81') && (flags[0] === '-O' || flags[0] === '--trace')) return;
      const one = await made.make([...flags, 'tasks/a.done']);
      assert.is(one.code, 0);
      const all = await made.make([...flags, 'orchestrate']);
      assert.is(all.code, 0);
      assert.not.match(all.stderr, /undefined variable|warning/);
      assert.equal(paid(made), ['a', 'b']);
      assert.match((await made.make([...flags, 'orchestrate'])).stdout, 'nothing to do');
    });
  });
}

test('make, make build in a repository with a broken task file: as if we were not there', async () => {
  const makefile = 'build: ; @echo BUILD\n';
  await withProject({ tasks: { bad: '---\ndepends: [nobody]\n---\n# Bad\n' }, makefile }, async (made) => {
    for (const args of [[], ['build'], ['-j4', 'build'], ['-n', 'build']]) {
      const ran = await made.make(args);
      assert.is(ran.code, 0);
      assert.is(ran.output, args.includes('-n') ? 'echo BUILD\n' : 'BUILD\n');
    }
    const ran = await made.make(['orchestrate']);
    assert.is(ran.code, 2);
    assert.match(ran.stderr, 'tasks/bad.md:2');
  });
});

test('make orchestrate build: one after the other, as Make has it', async () => {
  await withProject({ tasks: A_AND_B, makefile: 'build: ; @echo BUILD\n' }, async (made) => {
    const ran = await made.make(['orchestrate', 'build']);
    assert.is(ran.code, 0);
    assert.ok(ran.stdout.indexOf('run finished') < ran.stdout.indexOf('BUILD'));
  });
});

test('make plan, status, report, graph, lint-tasks: the commands of these names', async () => {
  await withProject({ tasks: A_AND_B }, async (made) => {
    for (const [target, says] of [
      ['plan', 'a'],
      ['status', 'a'],
      ['graph', 'a'],
      ['lint-tasks', ''],
      ['report', ''],
    ] as const) {
      const ran = await made.make([target]);
      assert.is(ran.code, 0, target);
      assert.match(ran.stdout, says);
    }
    assert.equal(paid(made), []);
    const missing = await made.make(['-n', 'plan']);
    assert.is(missing.stdout, "exec node 'node_modules/stepladder/dist/stepladder.cjs' plan\n");
  });
});

test('make from a Makefile that is somewhere else: make -f', async () => {
  await withProject({ tasks: A_AND_B }, async (made) => {
    made.write('build/own.mk', `${INCLUDE_LINE}first: ; @echo FIRST\n`);
    made.commit();
    assert.is((await made.make(['-f', 'build/own.mk'])).stdout, 'FIRST\n');
    assert.is((await made.make(['-f', 'build/own.mk', 'orchestrate'])).code, 0);
    assert.equal(paid(made), ['a', 'b']);
  });
});
