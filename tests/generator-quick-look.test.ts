/** The quick look: what it notices without reading a task file, and what it does not mind. */
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Generated } from '../src/makefile/generate.js';
import { quickLook } from '../src/makefile/quick-look.js';
import { type BareBacklog, withBareBacklog } from './rig/bare-backlog.js';
import { assert, suite } from './rig/suite.js';

const test = suite('quick look');

const standing = ({ tasks }: Generated): Record<string, string> =>
  Object.fromEntries(tasks.map((task) => [task.name, task.standing]));

const CHANGES: Readonly<Record<string, (backlog: BareBacklog) => void>> = {
  'an edit': (backlog) => backlog.task('a', [], 'Do something else.'),
  'an edit of the same length, dated back': (backlog) => backlog.task('a', [], 'Do A.'),
  'an older file moved over it': (backlog) => {
    backlog.write('../other.md', '---\n---\n# Other\n');
    backlog.settle('../other.md', 1_000_000_000);
    renameSync(join(backlog.root, 'other.md'), backlog.path('a.md'));
  },
  'a new task': (backlog) => backlog.task('new', ['a']),
  'a new task in a new folder': (backlog) => backlog.task('deep/down/new', []),
  'a deleted task': (backlog) => unlinkSync(backlog.path('c.md')),
  'a renamed task': (backlog) => renameSync(backlog.path('c.md'), backlog.path('cc.md')),
  'a draft that becomes a task': (backlog) => backlog.write('draft.md', '---\n---\n# No draft any more\n'),
  'an edit behind a link': (backlog) => writeFileSync(join(backlog.root, 'target.md'), '---\n---\n# Linked, edited\n'),
  'an edit in a linked folder': (backlog) =>
    writeFileSync(join(backlog.root, 'outside/far.md'), '---\n---\n# Far away\n'),
  'a receipt removed': (backlog) => unlinkSync(backlog.path('a.done')),
  'a receipt edited': (backlog) => backlog.write('a.done', `${readFileSync(backlog.path('a.done'), 'utf8')} `),
  'a receipt made': (backlog) => backlog.write('c.done', ''),
  'tasks.mk removed': (backlog) => unlinkSync(join(backlog.root, '.stepladder/tasks.mk')),
  'tasks.mk edited': (backlog) => writeFileSync(join(backlog.root, '.stepladder/tasks.mk'), '# mine\n'),
  'another configuration': (backlog) => {
    backlog.config = { ...backlog.config, hash: 'another' };
  },
};

async function withAllSorts(body: (backlog: BareBacklog) => Promise<void>): Promise<void> {
  await withBareBacklog({ a: [], b: ['a'], c: [] }, async (backlog) => {
    backlog.write('draft.md', '---\ndraft: true\n---\n# Draft\n');
    writeFileSync(join(backlog.root, 'target.md'), '---\n---\n# Linked\n');
    symlinkSync('../target.md', backlog.path('linked.md'));
    mkdirSync(join(backlog.root, 'outside'));
    writeFileSync(join(backlog.root, 'outside/far.md'), '---\n---\n# Far\n');
    symlinkSync('../outside', backlog.path('far'));
    symlinkSync('..', backlog.path('circle'));
    backlog.done('a');
    await body(backlog);
  });
}

for (const [what, change] of Object.entries(CHANGES)) {
  test(`a quick look notices ${what}`, async () => {
    await withAllSorts(async (backlog) => {
      rmSync(backlog.path('circle'));
      assert.is(quickLook(backlog.config), null, 'nothing was generated yet');
      await backlog.settled();
      const look = quickLook(backlog.config);
      assert.equal([look?.total, look?.holding], [5, 1]);
      const before = backlog.mk();
      change(backlog);
      assert.is(quickLook(backlog.config), null);
      const generated = await backlog.generate(true);
      if (/^(a new|a deleted|a renamed|a draft)/.test(what)) assert.is.not(backlog.mk(), before);
      if (what.startsWith('tasks.mk')) assert.is(backlog.mk(), before, 'written anew');
      if (what.startsWith('an edit of')) assert.is(standing(generated).a, 'edited');
    });
  });
}

test('a quick look does not mind what is none of its business', async () => {
  await withBareBacklog({ a: [], b: ['a'] }, async (backlog) => {
    await backlog.settled();
    backlog.write('README.md', '# About these tasks\n');
    backlog.write('notes.txt', 'x');
    backlog.write('_old/x.md', 'no task');
    backlog.write('.hidden/x.md', 'no task');
    backlog.write('.#a.md', 'an editor’s lock');
    backlog.write('stray.done', 'of nobody');
    assert.equal(quickLook(backlog.config)?.pending, ['a', 'b']);
  });
});

test('links in a circle are walked once', async () => {
  await withAllSorts(async (backlog) => {
    const generated = await backlog.generate(true);
    assert.ok(generated.tasks.length > 0);
  });
});

test('what was written a moment ago is not trusted', async () => {
  await withBareBacklog({ a: [] }, async (backlog) => {
    await backlog.settled();
    // A moment of the machine's, which may have something else to do in between.
    for (let age = Number.POSITIVE_INFINITY; age >= 100; ) {
      writeFileSync(backlog.path('a.md'), '---\n---\n# Edited a moment ago\n');
      await backlog.generate();
      age = Date.now() - statSync(backlog.path('a.md')).ctimeMs;
    }
    const kept = readFileSync(join(backlog.root, '.stepladder/cache.json'), 'utf8');
    assert.is(quickLook(backlog.config), null);
    await backlog.settled();
    assert.is.not(readFileSync(join(backlog.root, '.stepladder/cache.json'), 'utf8'), kept);
  });
});

test('a cache cut off at any byte, or full of nonsense, is no cache and no crash', async () => {
  await withBareBacklog({ a: [], b: ['a'] }, async (backlog) => {
    backlog.done('a');
    await backlog.settled();
    const expected = backlog.mk();
    for (const file of ['cache.json', 'parsed.json']) {
      const path = join(backlog.root, '.stepladder', file);
      const whole = readFileSync(path);
      const lengths = Array.from({ length: whole.length }, (_, length) => length).filter(
        (length) => file === 'cache.json' || length % 11 === 0,
      );
      for (const length of lengths) {
        writeFileSync(path, whole.subarray(0, length));
        const look = quickLook(backlog.config);
        if (look !== null) assert.equal(look.pending, ['b']);
        if (length % 11 === 0) {
          unlinkSync(join(backlog.root, '.stepladder/tasks.mk'));
          const generated = await backlog.generate();
          assert.equal(generated.pending, ['b'], `${file} cut off at ${length}`);
          assert.is(backlog.mk(), expected);
        }
      }
      for (const text of ['null', '[]', '{}', '{}\n{}\n', '"x"\n', whole.toString().replaceAll('"', "'")]) {
        writeFileSync(path, text);
        assert.equal((await backlog.generate()).pending, ['b']);
      }
      await backlog.settled();
    }
  });
});
