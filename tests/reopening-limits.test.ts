/** A task is not reopened for ever: so often for the same evidence, over all runs; then a person decides. */
import { type Project, type ProjectOptions, withProject } from './rig/project.js';
import { assert, suite } from './rig/suite.js';

const test = suite('reopening, limits');

const stub = (n: string): string => `/* try ${n} */\nint start(void) {\n  return ERR(NOT_IMPLEMENTED);\n}\n`;
const REAL = 'int start(void) {\n  return open_stream(&config, 3);\n}\n';
const CLAIM = {
  ok: false,
  reason: 'start() returns ERR(NOT_IMPLEMENTED)',
  blockedBy: 'up',
  symbol: 'start',
  file: 'src/api.c',
};
const config = (maxReopens: number): Record<string, unknown> => ({
  ladder: ['small/none', 'large/none'],
  stubs: { gate: 'off' },
  'max-reopens': maxReopens,
});
/** `up` never writes anything but a stub, and `down` always says so. */
const HOPELESS: ProjectOptions = {
  tasks: { up: '# Up', down: '---\ndepends: [up]\n---\n# Down', alone: '# Alone' },
  script: [
    { task: 'up', write: { 'src/api.c': stub('%NTH%') } },
    { task: 'down', verdict: CLAIM },
  ],
};

const starts = (made: Project, task: string): number => made.invocations().filter((one) => one.task === task).length;

/** `down` no longer complains, however it finds the code. */
const mended = [{ task: 'up', write: { 'src/api.c': REAL } }];

test('it is reopened so often and no oftener, and then a person is told the story and the commands', () =>
  withProject({ ...HOPELESS, config: config(2) }, async (made) => {
    const ran = await made.make(['orchestrate']);
    assert.match(ran.output, 'Error 3');
    assert.equal([starts(made, 'up'), starts(made, 'down'), starts(made, 'alone')], [3, 3, 1]);
    assert.match(ran.output, 'up was reopened 2 times before (max-reopens: 2), and it is not mended');
    assert.match(ran.output, '2 done, 0 failed, 1 blocked');
    assert.is(made.receipt('up')?.reopened, 2);
    const report = made.read('reports/report.md') ?? '';
    assert.match(report, 'stepladder.cjs reopen up --because ');
    assert.match(report, 'start in src/api.c');

    const again = await made.make(['orchestrate']);
    assert.match(again.output, 'Error 3');
    assert.match(again.output, 'a person has to decide');
    assert.equal([starts(made, 'up'), starts(made, 'down')], [3, 3], 'what stands is not paid twice');
  }));

test('every run counts, in this project as in a clone of it', () =>
  withProject({ ...HOPELESS, config: config(1) }, async (made) => {
    assert.is((await made.make(['tasks/up.done'])).code, 0);
    assert.match((await made.make(['tasks/down.done'])).output, '↺ up reopened');
    assert.match((await made.make(['orchestrate'])).output, 'up was reopened once before (max-reopens: 1)');
    assert.equal([starts(made, 'up'), starts(made, 'down')], [2, 2]);
    made.remove('.stepladder');
    assert.match((await made.make(['orchestrate'])).output, 'up was reopened once before (max-reopens: 1)');
    assert.equal([starts(made, 'up'), starts(made, 'down')], [2, 3]);
  }));

test('max-reopens: 0 leaves all reopening to a person', () =>
  withProject({ ...HOPELESS, config: config(0) }, async (made) => {
    const ran = await made.make(['orchestrate']);
    assert.match(ran.output, 'Error 3');
    assert.match(ran.output, 'nothing is reopened by itself (max-reopens: 0)');
    assert.equal([starts(made, 'up'), starts(made, 'down')], [1, 1]);
    assert.ok(made.receipt('up') !== null);

    made.script(mended);
    assert.is((await made.stepladder(['reopen', 'up', '--because', 'start() is a stub'])).code, 0);
    assert.is((await made.make(['orchestrate'])).code, 0);
    assert.equal([starts(made, 'up'), starts(made, 'down')], [2, 2]);
  }));

test('where the limit is raised, it is reopened without paying anybody to complain again', () =>
  withProject({ ...HOPELESS, config: config(0) }, async (made) => {
    await made.make(['orchestrate']);
    made.script(mended);
    made.write('stepladder.yaml', (made.read('stepladder.yaml') ?? '').replace('"max-reopens": 0', '"max-reopens": 1'));
    assert.is((await made.make(['orchestrate'])).code, 0);
    assert.equal([starts(made, 'up'), starts(made, 'down')], [2, 2]);
    assert.is(made.invocations().at(-1)?.task, 'down');
  }));

test('where a person mended the code himself, the blocked task goes on at the next run', () =>
  withProject({ ...HOPELESS, config: config(0) }, async (made) => {
    await made.make(['orchestrate']);
    made.script(mended);
    made.write('src/api.c', REAL);
    made.commit('mended by hand');
    assert.is((await made.make(['orchestrate'])).code, 0);
    assert.equal([starts(made, 'up'), starts(made, 'down')], [1, 2]);
  }));

test('a reopened task that fails ends the run as failed, and what waits for it is not paid for', () => {
  const script = [
    { task: 'up', nth: 1, write: { 'src/api.c': stub('1') } },
    { task: 'up', verdict: { ok: false, reason: 'beyond me' } },
    { task: 'down', verdict: CLAIM },
  ];
  return withProject({ ...HOPELESS, script, config: config(2) }, async (made) => {
    const ran = await made.make(['orchestrate']);
    assert.match(ran.output, 'Error 1');
    assert.equal([starts(made, 'up'), starts(made, 'down'), starts(made, 'alone')], [3, 1, 1]);
    assert.match((await made.make(['orchestrate'])).output, 'beyond me');
    assert.equal([starts(made, 'up'), starts(made, 'down')], [3, 1]);
  });
});

test('a reopened task that changes nothing is not done again by that', () => {
  const script = [
    { task: 'up', nth: 1, write: { 'src/api.c': stub('1') } },
    { task: 'up', write: {}, verdict: { ok: true } },
    { task: 'down', verdict: CLAIM },
  ];
  return withProject({ ...HOPELESS, script, config: config(2) }, async (made) => {
    const ran = await made.make(['orchestrate']);
    assert.match(ran.output, /Error [13]/);
    assert.is(made.receipt('up'), null);
    assert.is(starts(made, 'down'), 1);
  });
});

test(
  'an agent that gives its stub another name each time does not go on for ever',
  () => {
    const script = [
      { task: 'up', write: { 'src/api.c': 'int start_%NTH%(void) {\n  return ERR(NOT_IMPLEMENTED);\n}\n' } },
      { task: 'down', verdict: { ok: false, reason: 'there is only a stub', blockedBy: 'up', file: 'src/api.c' } },
    ];
    return withProject({ ...HOPELESS, script, config: config(1) }, async (made) => {
      assert.match((await made.make(['orchestrate'])).output, 'Error 3');
      assert.is(starts(made, 'up'), 6);
    });
  },
  { timeoutMs: 300_000 },
);
