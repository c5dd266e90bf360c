/** `stepladder stubs`: what it prints, of which files, and how it ends. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Project, type ProjectOptions, type Ran, withProject } from './rig/project.js';
import { assert, suite } from './rig/suite.js';

const test = suite('stubs: the command');

const STUB = '/* streams */\nint start_stream(void) {\n  return ERR(NOT_IMPLEMENTED);\n}\n';
const QUIET = 'int save(const char *path) {\n  log_info("saving");\n  return 0;\n}\n';
const REAL = 'int add(int a, int b) {\n  return a + b;\n}\n';

const inProject = (options: ProjectOptions, body: (made: Project) => Promise<void>): Promise<void> =>
  withProject({ ...options, tasks: options.tasks ?? { a: '' } }, body);

const rows = (ran: Ran): Record<string, unknown>[] =>
  ran.stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

const filesOf = (ran: Ran): unknown[] => rows(ran).map(({ file }) => file);

test('one line for each stub, a sum at the end, and 1 where one is certain', () =>
  inProject({ files: { 'src/a.c': STUB, 'src/b.c': QUIET, 'src/c.c': REAL } }, async (made) => {
    const ran = await made.stepladder(['stubs']);
    assert.match(
      ran.stdout,
      /^src\/a\.c:2: error: start_stream: .*NOT_IMPLEMENTED.* \[not-implemented\]\nsrc\/b\.c:1: warning: save: .+ \[[a-z-]+\]\n1 error, 1 warning in 3 source files\n$/,
    );
    assert.is(ran.stderr, '');
    assert.is(ran.code, 1);
  }));

test('--json gives exactly these keys, one object a line, and nothing beside', () =>
  inProject({ files: { 'src/a.c': STUB } }, async (made) => {
    const ran = await made.stepladder(['stubs', '--json']);
    const [row = {}] = rows(ran);
    const { message, ...rest } = row;
    assert.equal(Object.keys(row), ['file', 'line', 'endLine', 'symbol', 'kind', 'severity', 'message']);
    assert.equal(rest, {
      file: 'src/a.c',
      line: 2,
      endLine: 4,
      symbol: 'start_stream',
      kind: 'not-implemented',
      severity: 'error',
    });
    assert.type(message, 'string');
    assert.is(ran.stdout.split('\n').length, 2);
  }));

test('warnings alone, and nothing at all, end with 0', () =>
  inProject({ files: { 'src/b.c': QUIET } }, async (made) => {
    assert.is((await made.stepladder(['stubs', '--json'])).code, 0);
    made.write('src/b.c', REAL);
    const none = await made.stepladder(['stubs']);
    assert.is(none.stdout, 'no stubs in 1 source file\n');
    assert.is(none.code, 0);
  }));

test('an exempted stub is counted, not listed', () =>
  inProject(
    { files: { 'src/a.c': `/* stepladder-ok: the vendor does it */\n${STUB.slice(STUB.indexOf('int'))}` } },
    async (made) => {
      const ran = await made.stepladder(['stubs']);
      assert.is(ran.stdout, 'no stubs in 1 source file; 1 exempted by stepladder-ok\n');
      assert.is(ran.code, 0);
      assert.is((await made.stepladder(['stubs', '--json'])).stdout, '');
    },
  ));

test('without paths it looks into what git would track, less stubs.ignore; named is named', () =>
  inProject(
    {
      files: {
        'src/a.c': STUB,
        'gen/a.c': STUB,
        'old/deep/a.c': STUB,
        'new.c': STUB,
        '.gitignore': 'node_modules/\ngen/\n',
      },
      config: { stubs: { ignore: ['old/**'] } },
    },
    async (made) => {
      made.write('untracked.c', STUB);
      assert.equal(filesOf(await made.stepladder(['stubs', '--json'])), ['new.c', 'src/a.c', 'untracked.c']);
      assert.equal(filesOf(await made.stepladder(['stubs', 'gen', 'old', 'new.c', './new.c', '--json'])), [
        'gen/a.c',
        'new.c',
      ]);
    },
  ));

test('paths are shown as they were given, from wherever one stands', () =>
  inProject({ files: { 'src/deep/a.c': STUB } }, async (made) => {
    const stubs = async (cwd: string, ...paths: string[]) =>
      filesOf(await made.stepladder(['stubs', ...paths, '--json'], { cwd: join(made.root, cwd) }));
    assert.equal(await stubs('src', 'deep'), ['deep/a.c']);
    assert.equal(await stubs('src', '.'), ['deep/a.c']);
    assert.equal(await stubs('src'), ['deep/a.c']);
    assert.equal(await stubs('src/deep', '../deep/a.c'), ['../deep/a.c']);
    assert.equal(await stubs('src', made.root), [join(made.root, 'src/deep/a.c')]);
  }));

test('it works where there is neither project nor git, and leaves nothing there', () =>
  inProject({}, async (made) => {
    const folder = join(made.outside, 'elsewhere');
    mkdirSync(folder);
    writeFileSync(join(folder, 'a.c'), STUB);
    assert.equal(filesOf(await made.stepladder(['stubs', 'a.c', '--json'], { cwd: folder })), ['a.c']);
    assert.equal(filesOf(await made.stepladder(['stubs', '--json'], { cwd: folder })), ['a.c']);
    assert.equal(filesOf(await made.stepladder(['stubs', folder, '--json'])), [join(folder, 'a.c')]);
    assert.is((await made.run('ls', ['-A'], { cwd: folder })).stdout, 'a.c\n');
  }));

test('what is not read, or not by syntax, is said with the reason, on standard error', () =>
  inProject({ files: { 'a.c': 'int a(void) {\0}', 'notes.txt': 'TODO', 'b.c': STUB } }, async (made) => {
    const ran = await made.stepladder(['stubs', 'a.c', 'notes.txt', 'b.c', '--json']);
    assert.is(
      ran.stderr,
      'a.c: not looked into: binary\nnotes.txt: not looked into: no language is known by that name\n',
    );
    assert.equal(filesOf(ran), ['b.c']);
    made.write('b.c', STUB.padEnd(2_100_000, '\n'));
    const large = await made.stepladder(['stubs', 'b.c']);
    assert.match(large.stderr, /^b\.c: read by words only, not by syntax: larger than 2 MB\n$/);
  }));

test('a path that is not there is wrong usage', () =>
  inProject({}, async (made) => {
    const ran = await made.stepladder(['stubs', 'src', 'nowhere\u001b[31m']);
    assert.is(ran.code, 2);
    assert.match(ran.stderr, 'src: there is no such file or folder');
    assert.is((await made.stepladder(['stubs', '--ledger', 'src'])).code, 2);
  }));

test('a link out of the tree is not followed; one that is named is', () =>
  inProject({ files: { 'src/a.c': REAL } }, async (made) => {
    mkdirSync(join(made.outside, 'other'));
    writeFileSync(join(made.outside, 'other/b.c'), STUB);
    symlinkSync(join(made.outside, 'other'), join(made.root, 'src/other'));
    symlinkSync('.', join(made.root, 'src/round'));
    assert.equal(filesOf(await made.stepladder(['stubs', '.', '--json'])), []);
    assert.equal(filesOf(await made.stepladder(['stubs', 'src/other', '--json'])), ['src/other/b.c']);
  }));

test('no name of a file, and no title of a test, acts on the terminal', () =>
  inProject({}, async (made) => {
    made.write('x\u001b[31m\n\u202e.c', STUB);
    made.write('y\u001b[31m.c', '\0');
    made.write('z.test.js', "it.skip('\u001b[31m\u202e', () => { run(); });\n");
    for (const args of [
      ['stubs', '.'],
      ['stubs', '.', '--json'],
    ]) {
      const ran = await made.stepladder(args);
      assert.not.match(ran.stdout + ran.stderr, /[\u001b\u202e]/);
      assert.match(ran.stderr, 'y\\x1b[31m.c: not looked into: binary\n');
      assert.is(ran.stdout.split('\n').length, args.length === 2 ? 4 : 3);
    }
  }));

const TASKS = {
  core: '---\n---\nThe core.\n',
  streaming: '---\ndepends: [core]\n---\nMake `start_stream` real.\n',
  later: '---\ndepends: [core]\n---\nAnd `stop_stream`.\n',
};

test('--ledger lists who owes what, where it is and who left it', () =>
  withProject(
    {
      tasks: TASKS,
      files: { 'src/b.c': REAL },
      script: [
        {
          task: 'core',
          write: { 'src/a.c': `${STUB}int stop_stream(void) {\n  return ERR(NOT_IMPLEMENTED);\n}\n` },
          verdict: {
            ok: true,
            deferredStubs: [
              { symbol: 'start_stream', file: 'src/a.c', until: 'streaming' },
              { symbol: 'stop_stream', file: 'src/a.c', until: 'later' },
            ],
          },
        },
        { task: 'streaming', write: { 'src/a.c': `${REAL}int start_stream(void) {\n  return add(1, 2);\n}\n` } },
      ],
    },
    async (made) => {
      const none = await made.stepladder(['stubs', '--ledger']);
      assert.is(none.stdout, 'nobody owes a stub\n');
      assert.is(none.code, 0);
      assert.is((await made.stepladder(['stubs', '--ledger', '--json'])).stdout, '');
      assert.is((await made.make(['tasks/core.done'])).code, 0);
      assert.is((await made.stepladder(['defer', 'later'])).code, 0);
      const both = await made.stepladder(['stubs', '--ledger']);
      assert.is(
        both.stdout,
        `later (deferred) owes stop_stream in src/a.c:5, left by core
streaming owes start_stream in src/a.c:2, left by core
`,
      );
      assert.is(both.code, 0);
      assert.is((await made.make(['tasks/streaming.done'])).code, 0);
      made.remove('tasks/later.md');
      assert.is(
        (await made.stepladder(['stubs', '--ledger'])).stdout,
        'later (no task any more) owes stop_stream in src/a.c, left by core\n',
      );
      assert.equal(rows(await made.stepladder(['stubs', '--ledger', '--json'])), [
        { symbol: 'stop_stream', file: 'src/a.c', owner: 'later', leftBy: 'core', line: null, state: 'gone' },
      ]);
    },
  ));
