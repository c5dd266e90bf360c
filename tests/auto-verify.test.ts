import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AutoVerify, autoVerify, verifyChecks } from '../src/inspect/auto-verify.js';
import { inFolder } from './rig/folder.js';
import { assert, suite } from './rig/suite.js';

const test = suite('what verifies a project');
const ENV = { PATH: process.env.PATH ?? '' };
const signal = new AbortController().signal;

/** What is found for a folder with these files. */
async function found(
  dir: string,
  files: Record<string, string>,
  env: Record<string, string> = ENV,
): Promise<AutoVerify> {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text);
  return autoVerify(dir, env, signal);
}

const command = (result: AutoVerify): string => (result.kind === 'found' ? result.command : `nothing: ${result.why}`);

test('make check is preferred to make test', () =>
  inFolder(async (dir) => {
    const Makefile = 'all: ; @touch RAN\ntest: ; @touch RAN\ncheck: test ; @touch RAN\n.PHONY: all check test\n';
    assert.is(command(await found(dir, { Makefile })), 'make check');
    assert.is(
      command(await found(dir, { Makefile: Makefile.replace(/check.*\n/, '\n').replace('check ', '') })),
      'make test',
    );
    assert.not.ok(existsSync(join(dir, 'RAN')));
  }));

test('nothing is found without a Makefile, without make, and without either target', () =>
  inFolder(async (dir) => {
    assert.is(command(await found(dir, {})), 'nothing: there is no Makefile');
    assert.is(
      command(await found(dir, { Makefile: 'build: ; echo\n' })),
      'nothing: Makefile has neither a target check nor a target test',
    );
    assert.is(
      command(await found(dir, { Makefile: 'check: ; echo\n' }, { PATH: dir })),
      'nothing: make is not installed',
    );
  }));

test('the Makefile is the one that Make would take', () =>
  inFolder(async (dir) => {
    await found(dir, { Makefile: 'check: ; echo\n' });
    assert.is(command(await found(dir, { GNUmakefile: 'test: ; echo\n' })), 'make test');
  }));

test('no recipe is run, not even those that Make runs under -q', () =>
  inFolder(async (dir) => {
    const Makefile = `include made.mk
made.mk: FORCE ; @touch RAN-include
FORCE:
all: ; +@touch RAN-plus
check: sub ; @touch RAN-check
sub: ; @$(MAKE) -C . nothing; touch RAN-make
.DEFAULT: ; @touch RAN-default
`;
    writeFileSync(join(dir, 'made.mk'), '# made\n');
    assert.is(command(await found(dir, { Makefile })), 'make check');
    for (const name of ['include', 'plus', 'check', 'make', 'default']) {
      assert.not.ok(existsSync(join(dir, `RAN-${name}`)), name);
    }
  }));

test('targets that are included, generated or conditional on the shell are seen', () =>
  inFolder(async (dir) => {
    assert.is(
      command(await found(dir, { Makefile: 'include more.mk\n', 'more.mk': 'check:: ; echo\n' })),
      'make check',
    );
    const generated = 'define rule\n$(1): ; echo\nendef\n$(eval $(call rule,test))\n';
    assert.is(command(await found(dir, { Makefile: generated })), 'make test');
    const conditional = 'ifeq ($(shell echo yes),yes)\ncheck: ; echo\nendif\n';
    assert.is(command(await found(dir, { Makefile: conditional })), 'make check');
  }));

test('pattern rules, mentions and variables of that name are no targets', () =>
  inFolder(async (dir) => {
    const Makefile = `check = 1
%: ; @touch RAN
check-%: ; echo
all: check
define text
check: no
endef
`;
    assert.match(command(await found(dir, { Makefile })), 'neither a target check nor a target test');
  }));

test('a target that would do nothing does not verify', () =>
  inFolder(async (dir) => {
    assert.is(command(await found(dir, { Makefile: '.PHONY: check\n' })), 'nothing: check has no recipe');
    mkdirSync(join(dir, 'check'));
    assert.match(command(await found(dir, { Makefile: 'check: ; echo\n' })), 'there is a file or folder of that name');
    assert.is(command(await found(dir, { Makefile: 'check: ; echo\ntest: ; echo\n' })), 'make test');
    assert.is(command(await found(dir, { Makefile: '.PHONY: check\ncheck: ; echo\n' })), 'make check');
    assert.is(command(await found(dir, { Makefile: 'check: all ; echo\nall:\n' })), 'make check');
  }));

test('a Makefile that Make cannot read gives make check, which will say why', () =>
  inFolder(async (dir) => {
    assert.is(command(await found(dir, { Makefile: 'build:\n  spaces\n' })), 'make check');
    assert.is(command(await found(dir, { Makefile: '$(error set FOO)\n' })), 'make check');
    assert.is(command(await found(dir, { Makefile: 'test: ; echo\ninclude gone.mk\n' })), 'make test');
  }));

test('a Makefile that includes ours is read without generating anything', () =>
  inFolder(async (dir) => {
    const Makefile = '-include node_modules/stepladder/stepladder.mk\ncheck: ; echo\n';
    assert.is(command(await found(dir, { Makefile })), 'make check');
    assert.not.ok(existsSync(join(dir, '.stepladder')));
  }));

test("a folder's name with spaces and quotes does no harm", () =>
  inFolder(async (dir) => {
    const odd = join(dir, 'a "b\' c$(touch pwned)');
    mkdirSync(odd);
    assert.is(command(await found(odd, { Makefile: 'check: ; echo\n' })), 'make check');
  }));

test('the setting is looked up once: a list stands as it is, and nothing says why', () =>
  inFolder(async (dir) => {
    const list = [{ run: 'npm test', timeoutMs: null, when: 'step' as const }];
    assert.equal(await verifyChecks(list, dir, ENV, signal), { checks: list, nothing: null });
    assert.equal(await verifyChecks('auto', dir, ENV, signal), { checks: [], nothing: 'there is no Makefile' });
    assert.is((await verifyChecks([], dir, ENV, signal)).nothing, 'verify: in stepladder.yaml lists no command');
    writeFileSync(join(dir, 'Makefile'), 'check: ; echo\n');
    assert.equal(await verifyChecks('auto', dir, ENV, signal), {
      checks: [{ run: 'make check', timeoutMs: null, when: 'step' }],
      nothing: null,
    });
  }));
