/** Watch mode: folders that come and go, links, branches, other file systems, and what is broken. */
import { mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Project } from './rig/project.js';
import { A_AND_B, BROKEN, FOUR, paid } from './rig/steps.js';
import { assert, suite } from './rig/suite.js';
import { inABlink, withWatch } from './rig/watching.js';

const own = suite('watch: places');

/** Whole runs, one after the other: on a busy machine they take their time. */
const test = (name: string, body: () => Promise<void>): void => own(name, body, { timeoutMs: 240_000 });

const task = (text: string, depends: readonly string[] = []): string =>
  `---\ndepends: [${depends.join(', ')}]\n---\n${text}\n`;

/** Edits a task and sees that exactly that is run. */
async function edited(
  made: Project,
  watching: Parameters<Parameters<typeof withWatch>[1]>[1],
  name = 'a',
  folder = 'tasks',
) {
  made.write(`${folder}/${name}.md`, task(`# ${name}\n\nVersion ${Math.random()}.`));
  await watching.next(`a run: ${name} (edited)\n`);
  await watching.waits();
}

test('a path with spaces and letters of any alphabet', async () => {
  await withWatch({ tasks: A_AND_B, folder: 'mein Projekt ü 計画' }, async (made, watching) => {
    await watching.waits();
    await edited(made, watching);
    assert.equal(paid(made), ['a', 'b', 'a']);
  });
});

test('a tasks folder that is removed, and comes back, and is another one', async () => {
  await withWatch({ tasks: A_AND_B }, async (made, watching) => {
    await watching.waits();
    for (let round = 0; round < 2; round += 1) {
      renameSync(join(made.root, 'tasks'), join(made.outside, 'away'));
      await watching.next('there is no tasks folder');
      renameSync(join(made.outside, 'away'), join(made.root, 'tasks'));
      await watching.next('watching 2 tasks');
    }
    await edited(made, watching);
    made.git('add', '-A');
    made.git('commit', '-qm', 'a state', '--allow-empty');
    rmSync(join(made.root, 'tasks'), { recursive: true });
    made.git('checkout', '-q', 'tasks');
    await edited(made, watching);
    assert.equal(paid(made), ['a', 'b', 'a', 'a']);
  });
});

test('a tasks folder that is a link, and then leads elsewhere', async () => {
  const files = { 'backlog 1/a.md': task('# A'), 'backlog 2/a.md': task('# A'), 'backlog 2/z.md': task('# Z') };
  const git = { commit: false };
  await withWatch(
    {
      files,
      ...git,
      config: { tasks: 'todo' },
      makefile: 'SETUP := $(shell ln -sfn "backlog 1" todo; git add -A; git commit -qm x)\n',
    },
    async (made, watching) => {
      await watching.next('watching 1 task in todo/');
      await edited(made, watching, 'a', 'backlog 1');
      made.remove('todo');
      symlinkSync('backlog 2', join(made.root, 'todo'));
      await watching.next('watching 2 tasks in todo/');
      await edited(made, watching, 'z', 'backlog 2');
    },
  );
});

test('folders below the tasks folder, made and moved while it watches', async () => {
  await withWatch({ tasks: { 'ui/a': '# A\n' } }, async (made, watching) => {
    await watching.waits();
    mkdirSync(join(made.root, 'tasks/new/deep'), { recursive: true });
    made.write('tasks/new/deep/x.md', task('# X'));
    await watching.next('a run: new/deep/x (new)\n');
    await watching.waits();
    await edited(made, watching, 'new/deep/x');
    await edited(made, watching, 'ui/a');
    assert.equal(paid(made), ['ui/a', 'new/deep/x', 'new/deep/x', 'ui/a']);
  });
});

test('a configuration that is made later, edited, broken, mended, and says that the backlog is elsewhere', async () => {
  const aside = { files: { 'other/place/x.md': task('# X') } };
  await withWatch({ tasks: { a: '# A\n' }, ...aside }, async (made, watching) => {
    const config = made.read('stepladder.yaml') ?? '';
    await watching.waits();
    made.write('stepladder.yaml', 'tsks: nowhere\n');
    await watching.next('did you mean');
    await watching.next('nothing to run until what is broken is mended\n');
    made.write('stepladder.yaml', config);
    await watching.next('nothing to run\n');
    made.remove('stepladder.yaml');
    await watching.next('nothing to run');
    made.write('stepladder.yaml', JSON.stringify({ ...JSON.parse(config), tasks: 'other/place' }));
    await watching.next('a run: ');
    await watching.next('watching 1 task in other/place/');
    await edited(made, watching, 'x', 'other/place');
    made.write('tasks/a.md', task('# A\n\nNobody is to see this.'));
    made.commit();
    await edited(made, watching, 'x', 'other/place');
    assert.equal(paid(made), ['a', 'x', 'x', 'x']);
  });
});

test('a file that breaks is shown and set aside, the rest goes on; mended, it runs', async () => {
  await withWatch({ tasks: FOUR }, async (made, watching) => {
    await watching.waits();
    made.write('tasks/b.md', BROKEN);
    assert.match(await watching.next('nothing to run'), /tasks\/b\.md:2:.*error: unknown task “nobody-knows”/);
    made.write('tasks/c.md', task('# C\n\nOtherwise.'));
    await watching.next('a run: c (edited)\n');
    await watching.waits();
    assert.equal(paid(made).slice(4), ['c']);
    made.write('tasks/b.md', task('# B\n\nMended.', ['a']));
    await watching.next(/a run: b \(/);
    await watching.waits();
    assert.equal(paid(made).slice(4), ['c', 'b']);
  });
});

test('a file that becomes a link to itself is one more that cannot be read, and the rest goes on', async () => {
  await withWatch({ tasks: { ...A_AND_B, c: '# C\n' } }, async (made, watching) => {
    await watching.waits();
    inABlink(made, () => {
      made.remove('tasks/b.md');
      symlinkSync('b.md', join(made.root, 'tasks/b.md'));
    });
    assert.match(await watching.next('nothing to run'), 'tasks/b.md: error: the task file is a symbolic link that');
    await edited(made, watching);
    made.remove('tasks/b.md');
    made.write('tasks/b.md', task('# B\n\nMended.', ['a']));
    await watching.next(/a run: b \(/);
    await watching.waits();
    assert.equal(paid(made), ['a', 'b', 'c', 'a', 'b']);
  });
});

test('what is broken at the start holds everything, and the watch waits for it to be mended', async () => {
  await withWatch({ tasks: { a: '# A\n', b: BROKEN } }, async (made, watching) => {
    await watching.next('unknown task “nobody-knows”');
    await watching.waits();
    made.write('tasks/a.md', task('# A\n\nOtherwise.'));
    await watching.next('nothing to run');
    assert.equal(paid(made), []);
    made.write('tasks/b.md', task('# B', ['a']));
    await watching.waits();
    assert.equal(paid(made), ['a', 'b']);
  });
});

test('a run that was refused for work in the tree goes on as soon as the tree is clean', async () => {
  await withWatch({ tasks: { a: '# A\n' }, files: { 'src.txt': 'one\n' } }, async (made, watching) => {
    await watching.waits();
    made.write('src.txt', 'mine\n');
    made.write('tasks/a.md', task('# A\n\nOtherwise.'));
    await watching.next('src.txt');
    await watching.next('it was refused');
    await watching.waits();
    made.git('commit', '-qm', 'mine', 'src.txt');
    await watching.next(/a run: a \(/);
    await watching.waits();
    assert.equal(paid(made), ['a', 'a']);
  });
});

test('a run that was refused for something else goes on with the next save, changed or not', async () => {
  await withWatch({ tasks: { a: '# A\n' }, config: { prompt: '../prompt.njk' } }, async (made, watching) => {
    await watching.next('it was refused');
    await watching.waits();
    made.write('../prompt.njk', '{% extends "stepladder" %}');
    made.write('tasks/a.md', made.read('tasks/a.md') ?? '');
    await watching.next(/a run: a \(/);
    await watching.waits();
    assert.equal(paid(made), ['a']);
  });
});

test('another branch, and what was pulled, is one run each', async () => {
  await withWatch({ tasks: FOUR }, async (made, watching) => {
    await watching.waits();
    made.git('checkout', '-q', '-b', 'side');
    inABlink(made, () => {
      for (const name of ['e', 'f', 'g']) made.write(`tasks/${name}.md`, task(`# ${name}`));
    });
    await watching.next(/a run: e \(new\), f \(new\), g \(new\)\n/);
    await watching.waits();
    made.git('checkout', '-q', 'main');
    await watching.next('nothing to run');
    await watching.next('watching 4 tasks');
    made.git('checkout', '-q', 'side');
    await watching.next('nothing to run');
    await watching.next('watching 7 tasks');
    // Somebody else’s work arrives: two edits, of which one is done already, with its receipt.
    made.git('clone', '-q', made.root, `${made.outside}/theirs`);
    const theirs = (...args: string[]) => made.git('-C', `${made.outside}/theirs`, ...args);
    made.write('../theirs/tasks/a.md', task('# A\n\nAs they see it.'));
    made.write('../theirs/tasks/h.md', task('# H'));
    theirs('add', '-A');
    theirs('commit', '-qm', 'theirs');
    inABlink(made, () => made.git('pull', '-q', '--no-rebase', `${made.outside}/theirs`, 'side'));
    await watching.next(/a run: a \(edited\), h \(new\)\n/);
    await watching.waits();
    assert.equal(paid(made).slice(4).toSorted(), ['a', 'e', 'f', 'g', 'h']);
    assert.is(watching.runs().length, 3);
  });
});

for (const [asked, how] of [
  ['make watch POLL=1', { args: ['POLL=1'] }],
  ['CHOKIDAR_USEPOLLING', { env: { CHOKIDAR_USEPOLLING: '1', CHOKIDAR_INTERVAL: '100' } }],
] as const) {
  test(`where the system tells of nothing, it looks again and again: ${asked}`, async () => {
    await withWatch({ tasks: A_AND_B, ...how }, async (made, watching) => {
      assert.match(await watching.waits(), /looking every \d+m?s; Ctrl-C ends/);
      await edited(made, watching);
      made.remove('tasks/b.done');
      await watching.next('a run: b (its receipt is gone)\n');
      await watching.waits();
      renameSync(join(made.root, 'tasks'), join(made.outside, 'away'));
      await watching.next('there is no tasks folder');
      renameSync(join(made.outside, 'away'), join(made.root, 'tasks'));
      await watching.next('watching 2 tasks');
      await edited(made, watching);
      assert.equal(paid(made), ['a', 'b', 'a', 'b', 'a']);
    });
  });
}
