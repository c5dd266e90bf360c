/** Times of files: what holds must never look old to Make, and Make must never miss a change. */
import { readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { quickLook } from '../src/makefile/quick-look.js';
import { touchHolding } from '../src/makefile/touch.js';
import { withBareBacklog } from './rig/bare-backlog.js';
import { assert, suite } from './rig/suite.js';

const test = suite('times');

test('each new text of tasks.mk has a time of its own, in whole seconds', async () => {
  await withBareBacklog({ a: [] }, async (backlog) => {
    const seconds = (): number => Math.floor(statSync(join(backlog.root, '.stepladder/tasks.mk')).mtimeMs / 1000);
    await backlog.generate();
    for (let i = 0; i < 5; i++) {
      const before = seconds();
      backlog.task(`more-${i}`, []);
      assert.is((await backlog.generate()).changed, true);
      assert.is.not(seconds(), before);
    }
  });
});

test('what holds and looks old is touched, dependencies first, and looks old no more', async () => {
  await withBareBacklog({ a: [], b: ['a'], c: ['b'], d: ['c'], e: [] }, async (backlog) => {
    for (const name of ['a', 'b', 'c', 'd']) backlog.done(name);
    backlog.write('e.done', readFileSync(backlog.path('d.done'), 'utf8')); // of another task: not believed
    const now = Date.now();
    const ago = (seconds: number): number => now / 1000 - seconds;
    backlog.settle('a.done', ago(5000));
    backlog.settle('b.done', ago(6000));
    backlog.settle('c.done', ago(7000));
    backlog.settle('d.done', ago(10));
    backlog.settle('e.done', ago(9_000_000));
    await backlog.generate();
    assert.match(backlog.mk(), 'tasks/b.done: tasks/b.md | tasks/a.done');
    assert.match(backlog.mk(), 'tasks/e.done: tasks/e.md stepladder-force');
    assert.equal(touchHolding(backlog.config), ['b', 'c', 'd']);
    const time = (file: string): number => statSync(backlog.path(file)).mtimeMs;
    for (const [older, newer] of ['a.md a.done', 'a.done b.done', 'b.done c.done', 'c.done d.done'].map((pair) =>
      pair.split(' '),
    )) {
      assert.ok(time(older ?? '') <= time(newer ?? ''), `${older} ${newer}`);
    }
    assert.ok(time('e.done') < now - 1_000_000, 'what does not hold is left as it is');
    assert.equal(touchHolding(backlog.config), []);
    await backlog.generate();
    assert.not.match(backlog.mk(), ' | ');
    await backlog.settled();
    assert.equal(quickLook(backlog.config)?.oldLooking, []);
  });
});

test('times in the future are brought back where they can be, and cost nothing where they cannot', async () => {
  await withBareBacklog({ a: [], b: ['a'], c: [] }, async (backlog) => {
    for (const name of ['a', 'b', 'c']) backlog.done(name);
    const future = Date.now() / 1000 + 100_000;
    backlog.settle('a.md', future); // a person's own file: left as it is
    backlog.settle('c.done', future);
    await backlog.generate();
    assert.equal(touchHolding(backlog.config), ['a', 'b', 'c']);
    const time = (file: string): number => statSync(backlog.path(file)).mtimeMs / 1000;
    assert.is(Math.round(time('a.md')), Math.round(future));
    assert.ok(time('a.done') >= time('a.md') && time('b.done') >= time('a.done'));
    assert.ok(time('c.done') <= Date.now() / 1000 + 1);
    assert.equal(touchHolding(backlog.config), []);
  });
});

test('a receipt that was replaced after it was read is not touched', async () => {
  await withBareBacklog({ a: [] }, async (backlog) => {
    backlog.done('a');
    backlog.settle('a.done', 1_000_000_000);
    await backlog.generate();
    backlog.write('../other.done', 'something else');
    backlog.settle('../other.done', 1_000_000_000);
    renameSync(join(backlog.root, 'other.done'), backlog.path('a.done'));
    assert.equal(touchHolding(backlog.config), []);
  });
});
