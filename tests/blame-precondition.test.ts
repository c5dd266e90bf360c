/** A false precondition is somebody else's unfinished work: before anybody is paid, and never a reason to climb. */
import { type Project, type ProjectOptions, withProject } from './rig/project.js';
import { assert, suite } from './rig/suite.js';

const test = suite('blame, preconditions');

const started = (made: Project): string[] => made.invocations().map(({ task }) => task);
const down = (precondition: string): string =>
  `---\ndepends: [up]\n---\n# Down\n\n## Preconditions\n- [ ] ${precondition}\n`;

/** A backlog of which `up` is done, but not as `down` needs it, which comes to it later. */
async function story(
  precondition: string,
  script: NonNullable<ProjectOptions['script']>,
  body: (made: Project) => Promise<void>,
  up = '# Up',
): Promise<void> {
  const config = { ladder: ['small/none', 'large/none'], stubs: { gate: 'off' }, 'max-reopens': 1 };
  await withProject({ tasks: { up }, config, script }, async (made) => {
    assert.is((await made.make(['orchestrate'])).code, 0);
    made.write('tasks/down.md', down(precondition));
    made.commit('one more task');
    await body(made);
  });
}

test('a file that is not there is its task’s to make again, and nobody is paid for looking', () =>
  story(
    '`src/api.c` exists',
    [
      { task: 'up', nth: 1, write: { 'src/other.c': 'int other;\n' } },
      { task: 'up', write: { 'src/api.c': 'int api;\n' } },
    ],
    async (made) => {
      const ran = await made.make(['orchestrate']);
      assert.is(ran.code, 0);
      assert.equal(started(made), ['up', 'up', 'down']);
      assert.match(
        ran.output,
        '↺ up reopened by down: down cannot begin, its precondition is false: `src/api.c` exists',
      );
      const told = made.invocations()[1]?.prompt ?? '';
      assert.match(told, 'it needs src/api.c from up, whose file that is: there is no such file');
      assert.is(made.receipt('up')?.reopened, 1);
      assert.match(made.git('log', '--format=%B'), 'Stepladder-Evidence: `src/api.c` exists');
    },
    '---\nfiles: [src/*.c]\n---\n# Up',
  ));

test('a command that is red leads to the stub that it names', () =>
  story(
    '`! grep -q NOT_IMPLEMENTED src/api.c || { echo "start_stream() is a stub"; false; }` passes',
    [
      { task: 'up', nth: 1, write: { 'src/api.c': 'int start_stream(void) {\n  return ERR(NOT_IMPLEMENTED);\n}\n' } },
      { task: 'up', write: { 'src/api.c': 'int start_stream(void) {\n  return open_it(&config);\n}\n' } },
    ],
    async (made) => {
      assert.is((await made.make(['orchestrate'])).code, 0);
      assert.equal(started(made), ['up', 'up', 'down']);
      assert.match(made.invocations()[1]?.prompt ?? '', 'it needs start_stream in src/api.c:1 from up');
    },
  ));

test('a command that is red leads to what was promised and is nowhere', () =>
  story(
    '`grep -q start_stream src/api.h` passes',
    [
      { task: 'up', nth: 1, write: { 'src/api.h': 'int other(void);\n' } },
      { task: 'up', write: { 'src/api.h': 'int start_stream(void);\n' } },
    ],
    async (made) => {
      assert.is((await made.make(['orchestrate'])).code, 0);
      assert.equal(started(made), ['up', 'up', 'down']);
      const told = made.invocations()[1]?.prompt ?? '';
      assert.match(told, 'start_stream from up, which provides it: nothing in the workspace defines it');
    },
    '---\nprovides: [start_stream]\n---\n# Up',
  ));

test('a command about a file leads to the task that changed it', () =>
  story(
    '`grep -q streams=yes settings.ini` passes',
    [
      { task: 'up', nth: 1, write: { 'settings.ini': 'streams=no\n' } },
      { task: 'up', write: { 'settings.ini': 'streams=yes\n' } },
    ],
    async (made) => {
      assert.is((await made.make(['orchestrate'])).code, 0);
      assert.equal(started(made), ['up', 'up', 'down']);
    },
  ));

test('what no task of the backlog owes blocks without blaming anybody, and is tried again every time', () =>
  story('`test -e ../a-tool` passes', [], async (made) => {
    const ran = await made.make(['orchestrate']);
    assert.match(ran.output, 'Error 3');
    assert.match(ran.output, 'down is blocked: precondition is false: test -e ../a-tool (exit 1)');
    assert.equal(started(made), ['up']);
    made.write('../a-tool', '');
    assert.is((await made.make(['orchestrate'])).code, 0);
    assert.equal(started(made), ['up', 'down']);
  }));

test('the same precondition reopens a task so often and no oftener, whoever needs it', () =>
  story(
    '`grep -q streams=yes settings.ini` passes',
    [
      { task: 'up', nth: 1, write: { 'settings.ini': 'streams=no\n' } },
      { task: 'up', write: { 'settings.ini': 'streams=yes\n' } },
    ],
    async (made) => {
      assert.is((await made.make(['orchestrate'])).code, 0);
      made.write('settings.ini', 'streams=maybe\n');
      made.write('tasks/later.md', down('`grep -q streams=yes settings.ini` passes'));
      made.commit('lost again');
      const ran = await made.make(['orchestrate']);
      assert.match(ran.output, 'Error 3');
      assert.match(ran.output, 'up was reopened once before (max-reopens: 1)');
      assert.match((await made.make(['orchestrate'])).output, 'a person has to decide');
      assert.equal(started(made), ['up', 'up', 'down']);
      made.write('settings.ini', 'streams=yes\n');
      made.commit('by hand');
      assert.is((await made.make(['orchestrate'])).code, 0);
      assert.equal(started(made), ['up', 'up', 'down', 'later']);
    },
  ));

test('a precondition of a task that was put off waits for the person who did so', () =>
  withProject(
    { tasks: { up: '---\nfiles: [src/api.c]\n---\n# Up', down: down('`src/api.c` exists') } },
    async (made) => {
      assert.is((await made.stepladder(['defer', 'up'])).code, 0);
      const ran = await made.make(['orchestrate']);
      assert.match(ran.output, 'Error 3');
      assert.match(ran.output, 'up was deferred by a person');
      assert.equal(started(made), []);
      assert.is(made.receipt('up')?.state, 'deferred');
    },
  ));

test('one that turned false while an agent that changed nothing says it is blocked, blocks', () =>
  story(
    '`test ! -e ../service-is-down` passes',
    [
      {
        task: 'down',
        nth: 1,
        run: 'touch ../service-is-down',
        verdict: { ok: false, reason: 'no service', blockedBy: 'ops' },
      },
    ],
    async (made) => {
      const ran = await made.make(['orchestrate']);
      assert.match(ran.output, 'Error 3');
      assert.match(ran.output, 'precondition is false: test ! -e ../service-is-down');
      assert.equal(started(made), ['up', 'down']);
      made.remove('../service-is-down');
      assert.is((await made.make(['orchestrate'])).code, 0);
      assert.equal(started(made), ['up', 'down', 'down']);
    },
  ));
