/** What agents and checks see of the environment: the user's own, and nothing of Make's or ours (MAKE-RULES 19). */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cleanEnvironment, commandLineVariables } from '../src/record/environment.js';
import { Children, cleanEnvironment as environmentOfTests } from './rig/child.js';
import { inFolder } from './rig/folder.js';
import { assert, suite } from './rig/suite.js';

const SELF = fileURLToPath(import.meta.url);
const MAKE = process.env.STEPLADDER_TEST_MAKE ?? 'make';

/** What a program called by a recipe hands on, with such a call of the real Make. */
async function throughMake(
  dir: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<Record<string, string>> {
  writeFileSync(
    join(dir, 'Makefile'),
    // Twice, since a step is called by an inner Make; `+` as the front-end's recipe has it.
    'all: ; +@$(MAKE) --no-print-directory inner\ninner: ; @exec "$(NODE)" "$(SELF)" print\n',
  );
  const children = new Children(environmentOfTests(dir), dir);
  const ran = await children.start(MAKE, ['-s', ...args], { env: { NODE: process.execPath, SELF, ...env } }).done;
  const line = ran.stdout.split('\n').find((text) => text.startsWith('{'));
  if (line === undefined) throw new Error(ran.output);
  return JSON.parse(line);
}

function tests(): void {
  const test = suite('environment');

  test('nothing that Make exports is handed on, whatever it was called with', async () => {
    await inFolder(async (dir) => {
      const launch = 'LAUNCH=srun --job-name="a b" -n 1 A=b \\ $$x';
      const env = await throughMake(dir, ['-B', '-k', '-j3', 'FORCE=1', 'RETRY=1', launch, 'X:=2', '_y=3'], {
        OWN: 'stays',
      });
      const names = Object.keys(env).filter((name) => /MAKE|^(?:MFLAGS|FORCE|RETRY|LAUNCH|X|_y|A|n)$/.test(name));
      assert.equal(names, []);
      assert.is(env.OWN, 'stays');
    });
  });

  test("a check's own Make is called as if ours had no flags", async () => {
    await inFolder(async (dir) => {
      const env = await throughMake(dir, ['-B', '-k', 'FORCE=1']);
      writeFileSync(join(dir, 'Makefile'), "check: ; @echo 'flags=$(MAKEFLAGS) level=$(MAKELEVEL) force=$(FORCE)'\n");
      const children = new Children(env, dir);
      const ran = await children.start(MAKE, ['check']).done;
      assert.is(ran.stdout.trim(), 'flags= level=0 force=');
    });
  });

  test('a variable of the command line that everything needs is handed on', async () => {
    await inFolder(async (dir) => {
      const path = `${process.env.PATH ?? ''}:/nowhere`;
      const env = await throughMake(dir, [`PATH=${path}`, 'SHELL=/bin/sh', 'TMPDIR=/tmp']);
      assert.is(env.PATH, path);
      assert.is(env.TMPDIR, '/tmp');
    });
  });

  test("the user's variables stay as they are, even such as look like Make's", () => {
    const own = {
      PATH: '/bin',
      MAKERY: '1',
      MAKE: 'gmake',
      CMAKE_PREFIX_PATH: '/opt',
      CARGO_MAKEFLAGS: '-j',
      EMPTY: '',
      '': 'odd',
      LANG: 'C\n',
    };
    assert.equal(cleanEnvironment(own), own);
  });

  test("ours and Make's go wherever they come from", () => {
    const env = {
      STEPLADDER_RUN: 'x',
      STEPLADDER_MARK: 'x',
      MAKEFLAGS: '',
      MFLAGS: '-k',
      MAKELEVEL: '2',
      MAKEOVERRIDES: 'V=1',
      GNUMAKEFLAGS: '-k',
      MAKEFILES: 'x.mk',
      MAKE_TERMOUT: '/dev/pts/1',
      MAKE_RESTARTS: '1',
      FORCE: '1',
      RETRY: '1',
      V: '1',
      ABSENT: undefined,
      HOME: '/root',
    };
    assert.equal(cleanEnvironment(env), { HOME: '/root' });
  });

  test('names of command-line variables are found in every form that Make writes', () => {
    const cases: [makeflags: string, names: string[]][] = [
      ['', []],
      ['k', []],
      ['kB -j4 --jobserver-auth=3,4', []],
      // 3.81
      ['kB --jobserver-fds=3,4 -j -- FORCE=1', ['FORCE']],
      // 4.3, without any flag
      [' -- RETRY=1 FORCE=1', ['RETRY', 'FORCE']],
      // 4.4
      ['k -j2 --jobserver-auth=fifo:/tmp/GMfifo123 -- LAUNCH=srun\\ -n\\ 1 A=1', ['LAUNCH', 'A']],
      [' -- A:=1 B::=2 C+=3 D?=4 E!=date', ['A', 'B', 'C', 'D', 'E']],
      [' -- P=a\\\\ Q=b=c', ['P', 'Q']],
      [' -- P=x\\ Q=1', ['P']],
      [' -- P=one\nQ=still\\ P', ['P']],
      ['--eval=X=1 -Ifoo=bar -- A=1', ['A']],
      ['FORCE=1', ['FORCE']],
      [' -- \\', []],
    ];
    for (const [makeflags, names] of cases) assert.equal(commandLineVariables(makeflags), names, makeflags);
  });
}

if (process.argv[2] === 'print') console.log(JSON.stringify(cleanEnvironment(process.env)));
else tests();
