/** What a step notes of what it is about: at most once a second, secrets hidden, gone at the end, and no tampering. */
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readActivity, writeActivity } from '../src/record/activity.js';
import { goingRun, noteGoing } from '../src/record/going.js';
import { Tail } from '../src/record/tail.js';
import { activityNote } from '../src/step/activity.js';
import { inFolder } from './rig/folder.js';
import { until } from './rig/observing.js';
import { withProject } from './rig/project.js';
import { assert, suite } from './rig/suite.js';

const test = suite('live activity');

const NOTE = { run: 'r', attempt: 1, doing: 'Edit a.c', time: '2025-12-24T09:00:00.000Z' };

test('the latest of a thousand is noted, at most once a second', async () => {
  await inFolder(async (root) => {
    const note = activityNote(root, 'r', 'a');
    const begun = performance.now();
    note.begin(1);
    note.tell('first');
    assert.is(readActivity(root, 'a')?.doing, 'first');
    for (let at = 0; at < 1000; at += 1) note.tell(`line ${at}`);
    const noted = readActivity(root, 'a')?.doing;
    const ms = performance.now() - begun;
    assert.ok(noted === 'first' || ms >= 1000, `${noted} after ${ms} ms`);
    // The timer is unref'd: what waits here keeps this process.
    await until(() => readActivity(root, 'a')?.doing === 'line 999');
    assert.is(readActivity(root, 'a')?.attempt, 1);
    note.end();
    assert.is(readActivity(root, 'a'), null);
  });
});

test('a disk that takes nothing ends no step', async () => {
  await inFolder((root) => {
    writeFileSync(join(root, '.stepladder'), 'a file where the folder should be');
    const note = activityNote(root, 'r', 'a');
    note.tell('x');
    note.end();
  });
});

test('whatever an agent puts in its place is neither believed nor waited for', async () => {
  await inFolder((root) => {
    const path = join(root, '.stepladder/tasks/a/activity.json');
    writeActivity(root, 'a', NOTE);
    assert.equal(readActivity(root, 'a'), NOTE);
    for (const text of ['', '{}', '[]', 'null', '{"run":1}', JSON.stringify({ ...NOTE, doing: 'x'.repeat(9000) })]) {
      writeFileSync(path, text);
      assert.is(readActivity(root, 'a'), null, text.slice(0, 20));
    }
    execFileSync('rm', [path]);
    execFileSync('mkfifo', [path]);
    assert.is(readActivity(root, 'a'), null);
    writeActivity(root, 'a', NOTE);
    assert.equal(readActivity(root, 'a'), NOTE);
    execFileSync('rm', [path]);
    symlinkSync('/dev/zero', path);
    assert.is(readActivity(root, 'a'), null);
    execFileSync('rm', [path]);
    mkdirSync(path);
    assert.is(readActivity(root, 'a'), null);
  });
});

test('secrets are hidden in it, and it is no finding', async () => {
  const tasks = { a: '# The first\n' };
  await withProject({ tasks, agent: 'driven' }, async (made) => {
    const run = made.start('make', ['orchestrate'], { env: { SERVICE_TOKEN: 'a-very-secret-value' } });
    const attempt = await made.nextAttempt();
    await attempt.print('curl -H a-very-secret-value\n');
    let seen = '';
    await until(() => {
      seen = readActivity(made.root, 'a')?.doing ?? '';
      return seen.includes('curl');
    });
    assert.not.match(seen, 'a-very-secret-value');
    await attempt.write('a.txt', 'done\n');
    await attempt.verdict({ ok: true });
    assert.is((await run.done).code, 0);
    assert.equal(
      made.journal().filter(({ type }) => type === 'finding'),
      [],
    );
    assert.is(readActivity(made.root, 'a'), null);
    assert.is(goingRun(made.root), null);
  });
});

test('a run that goes on is found by its process; what a crash left is taken away by the next', async () => {
  await inFolder((root) => {
    assert.is(goingRun(root), null);
    const folder = join(root, '.stepladder/going');
    mkdirSync(folder, { recursive: true });
    const dead = {
      run: '20990101-000000-000-dead00',
      process: { host: 'x', bootId: '', pid: 1, startTime: '' },
      jobs: 1,
    };
    writeFileSync(join(folder, 'torn.json'), '{"run":');
    writeFileSync(join(folder, 'z.json'), JSON.stringify(dead));
    const over = noteGoing(root, { run: '20260101-000000-000-aaaaaa', jobs: 4 });
    // Of one on another host nothing can be known.
    assert.equal([goingRun(root)?.run, goingRun(root)?.jobs], ['20260101-000000-000-aaaaaa', 4]);
    over();
    assert.is(goingRun(root)?.run, dead.run);
    assert.equal(execFileSync('ls', [folder], { encoding: 'utf8' }), 'z.json\n');
  });
});

test('a file that grows is read as it grows: torn lines, lines at once, lines too long, a new beginning', async () => {
  await inFolder((root) => {
    const path = join(root, 'journal');
    const tail = new Tail(path, 0);
    const read = (): (string | null)[] => {
      const lines: (string | null)[] = [];
      tail.read((line) => lines.push(line));
      return lines;
    };
    assert.equal(read(), []);
    const text = 'first\nzwei: äöü 編\nthird\n';
    // At every byte: a letter may be cut in the middle.
    const seen: (string | null)[] = [];
    for (const byte of Buffer.from(text)) {
      appendFileSync(path, Buffer.from([byte]));
      seen.push(...read());
    }
    assert.equal(seen, ['first', 'zwei: äöü 編', 'third']);
    appendFileSync(path, `${'x'.repeat(200_000)}\nshort\nbegun`);
    assert.equal(
      read().map((line) => line?.length),
      [200_000, 5],
    );
    appendFileSync(path, ` and ended\n${'y'.repeat(17 * 1024 * 1024)}\nafter\nrest`);
    assert.equal(read(), ['begun and ended', null, 'after']);
    assert.is(tail.rest(), 'rest');
    truncateSync(path);
    appendFileSync(path, 'anew\n');
    assert.equal(read(), ['anew']);
    assert.equal(read(), []);
  });
});
