/** The rules for everything that Make sees (see make-rules-include.test.ts). Here: what the rules of the tasks say. */
import { readFileSync, renameSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { CHECKOUT, INCLUDE_LINE, withProject } from './rig/project.js';
import { A_AND_B, steps } from './rig/steps.js';
import { assert, suite } from './rig/suite.js';

const test = suite('make rules: the graph');

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
    utimesSync(join(made.root, 'older.md'), 1_600_000_000, 1_600_000_000);
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
