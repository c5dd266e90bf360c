/** The generator: what it tells Make of a backlog. */
import { readFileSync, renameSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { Refusal } from '../src/diagnostic.js';
import type { Generated } from '../src/makefile/generate.js';
import { quickLook } from '../src/makefile/quick-look.js';
import { setFileLayer } from '../src/record/file-layer.js';
import { taskState } from '../src/record/task-state.js';
import { type BareBacklog, withBareBacklog } from './rig/bare-backlog.js';
import { failingLayer } from './rig/failing-files.js';
import { assert, suite } from './rig/suite.js';

const test = suite('generator');

const standing = ({ tasks }: Generated): Record<string, string> =>
  Object.fromEntries(tasks.map((task) => [task.name, task.standing]));

test('what needs what, in topological order, relative to the root', async () => {
  await withBareBacklog({ z: [], b: ['z'], a: ['b'], 'ui/x': ['a', 'z'] }, async (backlog) => {
    const generated = await backlog.generate();
    assert.equal(
      generated.tasks.map(({ name, file, depends }) => [name, file, depends]),
      [
        ['z', 'tasks/z.md', []],
        ['b', 'tasks/b.md', ['z']],
        ['a', 'tasks/a.md', ['b']],
        ['ui/x', 'tasks/ui/x.md', ['a', 'z']],
      ],
    );
    assert.equal(generated.pending, ['z', 'b', 'a', 'ui/x']);
    assert.is(generated.changed, true);
    assert.equal(backlog.rules(), [
      'tasks/z.done: tasks/z.md',
      'tasks/b.done: tasks/b.md tasks/z.done',
      'tasks/a.done: tasks/a.md tasks/b.done',
      'tasks/ui/x.done: tasks/ui/x.md tasks/a.done tasks/z.done',
    ]);
    assert.is((await backlog.generate()).changed, false);
  });
});

for (const [tasks, rule] of [
  ['docs/the-backlog', 'docs/the-backlog/b.done: docs/the-backlog/b.md docs/the-backlog/a.done'],
  ['.', 'b.done: b.md a.done'],
] as const) {
  test(`a tasks folder called ${tasks}`, async () => {
    const body = async (backlog: BareBacklog): Promise<void> => {
      await backlog.generate();
      assert.is(backlog.rules()[1], rule);
      assert.match(backlog.mk(), `$(patsubst ${tasks === '.' ? '' : `${tasks}/`}%.done,%,$@)`);
    };
    await withBareBacklog({ a: [], b: ['a'] }, body, { tasks });
  });
}

test('an empty backlog is one', async () => {
  await withBareBacklog({}, async (backlog) => {
    const generated = await backlog.generate();
    assert.equal([generated.tasks, generated.pending], [[], []]);
    assert.match(backlog.mk(), 'stepladder-all: $(stepladder.receipts)');
  });
});

test('a receipt that is there and does not hold is out of date by force; a missing one by itself', async () => {
  await withBareBacklog({ a: [], b: ['a'], c: [], d: [], e: ['d'], f: [], g: [] }, async (backlog) => {
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) backlog.done(name);
    assert.equal((await backlog.generate()).pending, ['g']);
    backlog.done('a'); // other work: b's input
    backlog.task('c', [], 'Do something else.'); // edited
    backlog.write('e.md', `${readFileSync(backlog.path('e.md'), 'utf8')}\n## Postconditions\n- [ ] \`true\` passes\n`);
    backlog.write('f.done', readFileSync(backlog.path('f.done'), 'utf8').replace('"attempts": 1', '"attempts": 2'));
    const generated = await backlog.generate();
    assert.equal(standing(generated), {
      a: 'holds',
      b: 'inputs',
      c: 'edited',
      d: 'holds',
      e: 'conditions',
      f: 'unbelieved',
      g: 'missing',
    });
    assert.equal(generated.pending, ['b', 'c', 'e', 'f', 'g']);
    assert.equal(backlog.rules(), [
      'tasks/a.done: tasks/a.md',
      'tasks/b.done: tasks/b.md tasks/a.done stepladder-force',
      'tasks/c.done: tasks/c.md stepladder-force',
      'tasks/d.done: tasks/d.md',
      'tasks/e.done: tasks/e.md tasks/d.done stepladder-force',
      'tasks/f.done: tasks/f.md stepladder-force',
      'tasks/g.done: tasks/g.md',
    ]);
  });
});

test('a dependency without a receipt makes its dependents’ receipts not hold', async () => {
  await withBareBacklog({ a: [], b: ['a'], c: ['b'] }, async (backlog) => {
    for (const name of ['a', 'b', 'c']) backlog.done(name);
    await backlog.settled();
    unlinkSync(backlog.path('a.done'));
    assert.equal(standing(await backlog.generate()), { a: 'missing', b: 'inputs', c: 'holds' });
  });
});

test('what was verified again holds, until something changes once more', async () => {
  await withBareBacklog({ a: [], b: ['a'] }, async (backlog) => {
    backlog.done('a');
    const receipt = backlog.done('b');
    const { work } = backlog.done('a');
    assert.equal(standing(await backlog.generate()), { a: 'holds', b: 'inputs' });
    const { fingerprint } = backlog.loaded('b');
    taskState(backlog.root, 'b').writeReverified({ seal: receipt.seal, fingerprint, inputs: { a: work } });
    backlog.settle('b.done', 1_700_000_100); // the step touches the receipt
    assert.equal(standing(await backlog.generate()), { a: 'holds', b: 'holds' });
    backlog.done('a');
    assert.equal(standing(await backlog.generate()), { a: 'holds', b: 'inputs' });
  });
});

test('empty receipts and deferred tasks hold; the deferred are counted', async () => {
  await withBareBacklog({ a: [], b: ['a'], c: [] }, async (backlog) => {
    backlog.write('c.done', '');
    backlog.done('a', { state: 'deferred' });
    backlog.done('b');
    const generated = await backlog.generate();
    assert.equal(standing(generated), { a: 'deferred', b: 'holds', c: 'holds' });
    assert.equal([generated.pending, generated.deferred], [[], 1]);
    await backlog.settled();
    assert.equal(quickLook(backlog.config), { total: 3, pending: [], holding: 3, deferred: 1, oldLooking: [] });
  });
});

test('a receipt that cannot be read is refused, naming it and what to do', async () => {
  await withBareBacklog({ a: [], b: ['a'], c: [] }, async (backlog) => {
    for (const name of ['a', 'b', 'c']) backlog.done(name);
    await backlog.settled();
    for (const [text, says] of [
      ['{"stepladder": 1', 'no JSON'],
      ['{"stepladder": 2}', 'newer stepladder'],
      ['<<<<<<< ours\n{}\n=======\n{}\n>>>>>>> theirs\n', 'merge conflict'],
    ] as const) {
      backlog.write('a.done', text);
      const refused = await backlog.generate().catch((error: unknown) => error);
      assert.ok(refused instanceof Refusal);
      assert.match(refused.message, says);
      assert.is(refused.diagnostics[0]?.place?.file, 'tasks/a.done');
      assert.not.match(refused.diagnostics[0]?.remedy ?? '', 'FILE');
      assert.match(backlog.mk(), 'stepladder.withheld := yes');
      const tolerated = await backlog.generate(true);
      assert.equal([tolerated.setAside, Object.keys(standing(tolerated))], [['a', 'b'], ['c']]);
      assert.equal(backlog.rules(), ['tasks/c.done: tasks/c.md']);
      assert.is(quickLook(backlog.config), null, 'what is set aside is looked at again');
    }
    backlog.done('a');
    assert.equal(standing(await backlog.generate()), { a: 'holds', b: 'inputs', c: 'holds' });
  });
});

test('a file that breaks while a run goes on is set aside with its dependents', async () => {
  await withBareBacklog({ a: [], b: ['a'], c: ['b'], d: [] }, async (backlog) => {
    await backlog.generate();
    backlog.write('b.md', '---\ndepends: [nobody]\n---\n# B\n');
    const refused = await backlog.generate().catch((error: unknown) => error);
    assert.ok(refused instanceof Refusal);
    const generated = await backlog.generate(true);
    assert.equal(generated.setAside, ['b', 'c']);
    assert.equal(generated.pending, ['a', 'd']);
    assert.match(generated.diagnostics[0]?.message ?? '', 'nobody');
    assert.equal(backlog.rules(), ['tasks/a.done: tasks/a.md', 'tasks/d.done: tasks/d.md']);
    backlog.task('b', ['a']);
    assert.equal((await backlog.generate()).pending, ['a', 'b', 'c', 'd']);
  });
});

test('a tasks folder that is gone is refused, tolerant or not: nothing would look like all done', async () => {
  await withBareBacklog({ a: [] }, async (backlog) => {
    await backlog.generate();
    renameSync(backlog.path(''), join(backlog.root, 'elsewhere'));
    for (const tolerant of [true, false]) {
      assert.ok((await backlog.generate(tolerant).catch((error: unknown) => error)) instanceof Refusal);
    }
    assert.is(quickLook(backlog.config), null);
  });
});

test('whatever fails while it writes, the old rules or the new ones are there, whole', async () => {
  await withBareBacklog({ a: [], b: ['a'] }, async (backlog) => {
    await backlog.settled();
    const old = backlog.mk();
    backlog.task('c', ['b']);
    let failures = 0;
    for (let nth = 1; ; nth++) {
      const { layer, calls } = failingLayer(nth, 'ENOSPC');
      const restore = setFileLayer(layer);
      const failed = await backlog.generate().then(
        () => false,
        () => true,
      );
      restore();
      const now = backlog.mk();
      assert.ok(now === old || now.includes('tasks/c.done: tasks/c.md tasks/b.done'), `operation ${nth}`);
      if (calls.length < nth) {
        assert.not(failed);
        break;
      }
      if (failed) failures += 1;
    }
    assert.ok(failures > 3);
    assert.equal((await backlog.generate()).pending, ['a', 'b', 'c']);
  });
});
