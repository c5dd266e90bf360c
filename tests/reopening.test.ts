/** A task that was called done and is not: its consumer says so at once, it is opened again, and the run heals itself. */
import { type Project, type ProjectOptions, withProject } from './rig/project.js';
import { assert, suite } from './rig/suite.js';

const test = suite('reopening');

const LADDER = ['small/none', 'middle/none', 'large/none'];
/** What slips through an older configuration: nobody looks for stubs until a consumer complains. */
const CONFIG = { ladder: LADDER, stubs: { gate: 'off' } };

const STUB = 'int start(void) {\n  return ERR(NOT_IMPLEMENTED);\n}\n';
const REAL = 'int start(void) {\n  return open_stream(&config, 3);\n}\n';
const CLAIM = {
  ok: false,
  reason: 'start() returns ERR(NOT_IMPLEMENTED)',
  blockedBy: 'up',
  symbol: 'start',
  file: 'src/api.c',
};
const TASKS = { up: '# Up\n\nImplement `start()`.', down: '---\ndepends: [up]\n---\n# Down' };

type Invoked = { task: string; rung: string; prompt: string };
const order = (made: Project): string[] => made.invocations().map(({ task, rung }) => `${task} ${rung}`);
const ofTask = (made: Project, task: string): Invoked[] => made.invocations().filter((one) => one.task === task);
const events = <T extends string>(made: Project, type: T) => made.journal().filter((event) => event.type === type);

/** `up` leaves a stub the first time; `down` says so. */
const STORY: ProjectOptions = {
  tasks: TASKS,
  config: CONFIG,
  script: [
    { task: 'up', nth: 1, write: { 'src/api.c': STUB } },
    { task: 'up', write: { 'src/api.c': REAL } },
    { task: 'down', nth: 1, verdict: CLAIM },
  ],
};

test('a stub that slipped through is named by its consumer, its task reopened and finished, all in one run', () =>
  withProject(STORY, async (made) => {
    const ran = await made.make(['orchestrate']);
    assert.is(ran.code, 0);
    assert.equal(order(made), ['up small/none', 'down small/none', 'up small/none', 'down small/none']);
    assert.equal(events(made, 'escalated'), []);

    const told = ofTask(made, 'up')[1]?.prompt ?? '';
    assert.match(told, 'Why this task was opened again');
    assert.match(told, /down needs start in src\/api\.c:1 from up, .*: it is a stub .*left by [0-9a-f]{7,} \(Up\)/);
    assert.match(told, 'start() returns ERR(NOT_IMPLEMENTED)');

    assert.is(made.receipt('up')?.reopened, 1);
    assert.is(made.receipt('down')?.reopened, 0);
    assert.equal(
      made.receipt('down')?.path.map(({ rung, outcome }) => `${rung} ${outcome}`),
      ['small/none blocked', 'small/none done'],
    );
    const reopened = made.journal().find((event) => event.type === 'reopened');
    assert.ok(reopened?.type === 'reopened');
    assert.equal(
      [reopened.task, reopened.by, reopened.symbol, reopened.file, reopened.line],
      ['up', 'down', 'start', 'src/api.c', 1],
    );
    assert.match(reopened.commit ?? '', /^[0-9a-f]{7,}$/);
    assert.match(ran.stdout, '↺ up reopened by down: down needs start in src/api.c:1');
    const log = made.git('log', '--format=%B');
    assert.match(log, 'Stepladder-Reopened: up\nStepladder-Evidence: start in src/api.c');
    assert.match(log, 'down needs start in src/api.c:1');
    assert.is(made.git('status', '--porcelain'), '');
    assert.not.ok(made.exists('.stepladder/reopening.json'));
    assert.match((await made.make(['orchestrate'])).output, 'nothing to do');
  }));

test('what does not depend on it goes on meanwhile, and what was done behind it is verified again, unpaid', () => {
  const tasks = {
    ...TASKS,
    beside: '---\ndepends: [up]\n---\n# Beside',
    alone: '# Alone',
    after: '---\ndepends: [down]\n---\n# After',
  };
  return withProject({ ...STORY, tasks }, async (made) => {
    // Done on the strength of the stub, before anybody complained.
    assert.is((await made.make(['tasks/beside.done'])).code, 0);
    assert.is((await made.make(['-k', 'orchestrate'])).code, 0);
    const started = made.invocations().map(({ task }) => task);
    assert.equal(
      started.filter((task) => task === 'beside' || task === 'alone'),
      ['beside', 'alone'],
    );
    assert.ok(started.indexOf('alone') < started.lastIndexOf('up'), started.join(' '));
    assert.equal(started.slice(-2), ['down', 'after']);
    assert.ok(made.journal().some((event) => event.type === 'verified' && event.task === 'beside'));
  });
});

test('blame reaches past a task in between, which is verified again, unpaid', () => {
  const tasks = { up: TASKS.up, mid: '---\ndepends: [up]\n---\n# Mid', down: '---\ndepends: [mid]\n---\n# Down' };
  return withProject({ ...STORY, tasks }, async (made) => {
    assert.is((await made.make(['orchestrate'])).code, 0);
    assert.equal(
      made.invocations().map(({ task }) => task),
      ['up', 'mid', 'down', 'up', 'down'],
    );
  });
});

test('a reopened task begins on the rung on which it was done', () => {
  const script = [
    { task: 'up', rung: 'small/none', verdict: { ok: false, reason: 'too hard' } },
    ...(STORY.script ?? []).map((rule) => (rule.task === 'up' && rule.nth === 1 ? { ...rule, nth: 2 } : rule)),
  ];
  return withProject({ ...STORY, script }, async (made) => {
    assert.is((await made.make(['orchestrate'])).code, 0);
    assert.equal(order(made), [
      'up small/none',
      'up middle/none',
      'down small/none',
      'up middle/none',
      'down small/none',
    ]);
  });
});

test('a reopened task may itself be held up by one further upstream', () => {
  const parser = 'int parse(void) {\n  return ERR(NOT_IMPLEMENTED);\n}\n';
  const tasks = { base: '# Base', up: '---\ndepends: [base]\n---\n# Up', down: '---\ndepends: [up]\n---\n# Down' };
  const script = [
    { task: 'base', nth: 1, write: { 'src/parser.c': parser } },
    { task: 'base', write: { 'src/parser.c': 'int parse(void) {\n  return next_token(&input);\n}\n' } },
    { task: 'up', nth: 1, write: { 'src/api.c': STUB } },
    {
      task: 'up',
      nth: 2,
      verdict: { ok: false, reason: 'parse() is a stub', blockedBy: 'base', symbol: 'parse', file: 'src/parser.c' },
    },
    { task: 'up', write: { 'src/api.c': REAL } },
    { task: 'down', nth: 1, verdict: CLAIM },
  ];
  return withProject({ tasks, config: CONFIG, script }, async (made) => {
    assert.is((await made.make(['orchestrate'])).code, 0);
    assert.equal(
      made.invocations().map(({ task }) => task),
      ['base', 'up', 'down', 'up', 'base', 'up', 'down'],
    );
    const told = ofTask(made, 'up');
    assert.match(told[2]?.prompt ?? '', 'down needs start in src/api.c:1', 'its own evidence is not forgotten');
    assert.match(told[2]?.prompt ?? '', 'parse() is a stub; base was done again since then');
    assert.equal([made.receipt('base')?.reopened, made.receipt('up')?.reopened], [1, 1]);
    assert.equal(events(made, 'escalated'), []);
  });
});

test('a false plea of blocked reopens nothing: the agent is told what stands there, and the rung counts as failed', () => {
  const script = [
    { task: 'up', write: { 'src/api.c': REAL } },
    { task: 'down', nth: 1, verdict: CLAIM },
    { task: 'down', nth: 2, verdict: { ...CLAIM, symbol: 'magic', reason: 'there is no magic()' } },
  ];
  return withProject({ ...STORY, script }, async (made) => {
    assert.is((await made.make(['orchestrate'])).code, 0);
    assert.equal(order(made), ['up small/none', 'down small/none', 'down middle/none', 'down large/none']);
    assert.match(ofTask(made, 'down')[1]?.prompt ?? '', 'start in src/api.c:1 is there and is no stub');
    assert.match(ofTask(made, 'down')[2]?.prompt ?? '', 'nothing in the workspace defines it');
    assert.equal(events(made, 'reopened'), []);
    assert.is(made.receipt('up')?.reopened, 0);
  });
});

test('a stub that the blocked attempt wrote itself is evidence of nothing', () => {
  const script = [
    { task: 'up', write: { 'src/api.c': REAL } },
    { task: 'down', nth: 1, write: { 'src/api.c': STUB }, verdict: CLAIM },
  ];
  return withProject({ ...STORY, script }, async (made) => {
    assert.is((await made.make(['orchestrate'])).code, 0);
    assert.equal(order(made).slice(1), ['down small/none', 'down middle/none']);
    assert.equal(events(made, 'reopened'), []);
  });
});

test('a task that a person put off is not reopened: its consumer waits for him, and is told whose work it is', () =>
  withProject(
    { ...STORY, tasks: { ...TASKS, alone: '# Alone' }, script: [{ task: 'down', verdict: CLAIM }, {}] },
    async (made) => {
      assert.is((await made.stepladder(['defer', 'up'])).code, 0);
      const ran = await made.make(['orchestrate']);
      assert.match(ran.output, 'Error 3');
      assert.match(ran.output, 'up was deferred by a person, and nothing is reopened');
      assert.equal(order(made).sort(), ['alone small/none', 'down small/none']);
      assert.is(made.receipt('up')?.state, 'deferred');
      assert.match((await made.make(['orchestrate'])).output, 'up was deferred by a person');
      assert.is(made.invocations().length, 2, 'what stands is not paid twice');

      made.script([{ task: 'up', write: { 'src/api.c': REAL } }, {}]);
      assert.is((await made.make(['FORCE=1', 'tasks/up.done'])).code, 0);
      assert.is((await made.make(['orchestrate'])).code, 0);
    },
  ));

test('a claim that only prose makes counts too, where the code bears it out', () => {
  const prose = {
    ok: false,
    reason: 'start() is not yet implemented (returns NOT_IMPLEMENTED), so nothing can be tested',
  };
  const script = [...(STORY.script ?? []).slice(0, 2), { task: 'down', nth: 1, verdict: prose }];
  return withProject({ ...STORY, script }, async (made) => {
    assert.is((await made.make(['orchestrate'])).code, 0);
    assert.is(made.receipt('up')?.reopened, 1);
    assert.equal(events(made, 'escalated'), []);
  });
});

test('where the backlog lies outside the workspace, receipts are taken back as well', () =>
  withProject({ ...STORY, config: { ...CONFIG, workspace: '../elsewhere' } }, async (made) => {
    const lines = 'mkdir ../elsewhere && cd ../elsewhere && git init -q && git commit -q --allow-empty -m begun';
    assert.is((await made.run('sh', ['-c', lines])).code, 0);
    assert.is((await made.make(['orchestrate'])).code, 0);
    assert.equal(
      made.invocations().map(({ task }) => task),
      ['up', 'down', 'up', 'down'],
    );
    assert.is(made.receipt('up')?.reopened, 1);
    assert.match(ofTask(made, 'up')[1]?.prompt ?? '', 'down needs start in src/api.c:1 from up');
  }));

test('make tasks/NAME.done reopens as well, and says how to go on', () =>
  withProject(STORY, async (made) => {
    const ran = await made.make(['tasks/down.done']);
    assert.is(ran.code, 2);
    assert.match(ran.stdout, '↺ up reopened by down');
    assert.match(ran.stderr, 'up is to be done again: run the same command once more');
    assert.is((await made.make(['tasks/down.done'])).code, 0);
    assert.is(made.invocations().length, 4);
  }));

test('a history that was squashed tells whose stub it is all the same', () =>
  withProject(STORY, async (made) => {
    made.commit('before');
    const before = made.git('rev-parse', 'HEAD');
    assert.is((await made.make(['tasks/up.done'])).code, 0);
    const log = made.git('log', `${before}..HEAD`);
    made.git('reset', '-q', '--soft', before);
    made.git('commit', '-qm', `Squashed commit of the following:\n\n${log}`);
    assert.is((await made.make(['orchestrate'])).code, 0);
    assert.match(ofTask(made, 'up')[1]?.prompt ?? '', /left by [0-9a-f]{7,} \(Squashed commit of the following:\)/);
  }));
