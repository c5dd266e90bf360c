/** Steps wait for each other in place, for minutes or hours: what changed meanwhile counts when one of them begins. */
import { withProject } from './rig/project.js';
import { assert, suite } from './rig/suite.js';

const test = suite('waiting steps');

const WAITS = 'waiting for the workspace';

test('an edit made while its step waits for the workspace is what the agent is told, and is paid for once', () =>
  withProject({ tasks: { a: '# A', b: '# B\n\nThe old words.\n' }, agent: 'driven' }, async (made) => {
    const first = made.start('make', ['tasks/a.done']);
    const a = await made.nextAttempt();
    const second = made.start('make', ['tasks/b.done']);
    await second.until(WAITS);
    made.write('tasks/b.md', '---\n---\n# B\n\nThe new words.\n');
    await a.write('a.txt', 'a\n');
    await a.verdict({ ok: true });
    const b = await made.nextAttempt();
    assert.match(b.prompt, 'The new words.');
    await b.write('b.txt', 'b\n');
    await b.verdict({ ok: true });
    assert.is((await first.done).code, 0);
    assert.is((await second.done).code, 0);
    assert.match((await made.make(['orchestrate'])).stdout, 'nothing to do');
  }));

test('a step whose dependency was edited while it waited does not begin', () =>
  withProject({ tasks: { d: '# D', a: '# A', b: '---\ndepends: [d]\n---\n# B' }, agent: 'driven' }, async (made) => {
    const before = made.start('make', ['tasks/d.done']);
    const d = await made.nextAttempt();
    await d.write('d.txt', 'd\n');
    await d.verdict({ ok: true });
    assert.is((await before.done).code, 0);

    const first = made.start('make', ['tasks/a.done']);
    const a = await made.nextAttempt();
    const second = made.start('make', ['tasks/b.done']);
    await second.until(WAITS);
    made.write('tasks/d.md', '---\n---\n# D\n\nAnd more.\n');
    await a.write('a.txt', 'a\n');
    await a.verdict({ ok: true });
    assert.is((await first.done).code, 0);
    assert.match((await second.done).output, 'b: waits for d, which is not done');
  }));

test('a step that still waits when its Make is killed starts nobody', () =>
  withProject({ tasks: { a: '# A', b: '# B' }, agent: 'driven' }, async (made) => {
    const first = made.start('make', ['tasks/a.done']);
    const a = await made.nextAttempt();
    const second = made.start('make', ['tasks/b.done']);
    await second.until(WAITS);
    second.kill('SIGKILL');
    await a.write('a.txt', 'a\n');
    await a.verdict({ ok: true });
    assert.is((await first.done).code, 0);
    // Its output ends when the step that was left behind has ended.
    await second.done;
    const begun = made.journal().flatMap((event) => (event.type === 'step-started' ? [event.task] : []));
    assert.equal(begun, ['a']);
  }));

test('an agent that runs the backlog it is part of is told so, instead of the two waiting for each other', () =>
  withProject(
    {
      tasks: { a: '# A', b: '# B' },
      script: [{ task: 'a', run: 'for goal in orchestrate tasks/b.done; do make $goal; done > said.txt 2>&1; :' }],
    },
    async (made) => {
      assert.is((await made.make(['tasks/a.done'])).code, 0);
      const said = made.read('said.txt') ?? '';
      assert.is(said.split('this was started by what it would have to wait for: step a').length, 3);
      assert.is(made.receipt('b'), null);
    },
  ));
