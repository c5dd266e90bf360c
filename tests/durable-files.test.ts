/** What is written is the old or the new, never half: whatever fails, whoever is killed. */
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { codeOf, files, setFileLayer } from '../src/record/files.js';
import { ensureIgnored, statePaths } from '../src/record/paths.js';
import { Children, cleanEnvironment } from './rig/child.js';
import { eachFailure, failingLayer } from './rig/failing-files.js';
import { inFolder } from './rig/folder.js';
import { assert, suite } from './rig/suite.js';

const OLD = 'old\n'.repeat(50_000);
const NEW = 'new, and longer\n'.repeat(50_000);

/** Every file below a folder, with its text. */
function contents(dir: string): Record<string, string> {
  const names = readdirSync(dir, { recursive: true, encoding: 'utf8' }).filter(
    (name) => !statSync(join(dir, name)).isDirectory(),
  );
  return Object.fromEntries(names.sort().map((name) => [name, readFileSync(join(dir, name), 'utf8')]));
}

async function killedWriters(): Promise<void> {
  const [, , , path = '', first = 'a'] = process.argv;
  // Both texts are long, so that a kill in the middle of a write is likely.
  for (let n = 0; ; n++) {
    files.writeDurably(path, (n % 2 === 0 ? first : 'b').repeat(3_000_000));
    if (n === 1) process.stdout.write('writing\n');
  }
}

function tests(): void {
  const test = suite('durable files');

  test('a durable write leaves the old or the new, and nothing else, whichever call fails', async () => {
    await eachFailure(
      (dir) => writeFileSync(join(dir, 'x.done'), OLD),
      (dir) => files.writeDurably(join(dir, 'x.done'), NEW),
      (dir, { call, code, thrown }) => {
        assert.is(codeOf(thrown), code, `${call} failed, and nobody was told`);
        const found = contents(dir);
        assert.equal(Object.keys(found), ['x.done'], `${call} failed, and something was left behind`);
        assert.ok(found['x.done'] === OLD || found['x.done'] === NEW, `${call} failed, and x.done is neither`);
      },
    );
  });

  test('a durable write of a new file in a new folder leaves nothing or all of it, whichever call fails', async () => {
    await eachFailure(
      () => {},
      (dir) => files.writeDurably(join(dir, 'a/b/x.json'), NEW),
      (dir, { call }) => {
        const found = contents(dir);
        assert.ok(
          Object.keys(found).every((name) => name === 'a/b/x.json'),
          `${call} failed: ${Object.keys(found)}`,
        );
        assert.ok([undefined, NEW].includes(found['a/b/x.json']), `${call} failed, and the file is half there`);
      },
    );
  });

  test('a write of what changed leaves the old or the new, whichever call fails', async () => {
    await eachFailure(
      (dir) => writeFileSync(join(dir, 'tasks.mk'), OLD),
      (dir) => files.writeIfChanged(join(dir, 'tasks.mk'), NEW),
      (dir, { call, code, thrown }) => {
        assert.is(codeOf(thrown), code);
        const found = contents(dir);
        assert.equal(Object.keys(found), ['tasks.mk'], `${call} failed, and something was left behind`);
        assert.ok(found['tasks.mk'] === OLD || found['tasks.mk'] === NEW);
      },
    );
  });

  test('an append leaves every earlier line as it was, whichever call fails', async () => {
    await eachFailure(
      (dir) => writeFileSync(join(dir, 'journal.jsonl'), '{"n":1}\n'),
      (dir) => files.append(join(dir, 'journal.jsonl'), '{"n":2}\n', true),
      (dir, { code, thrown }) => {
        assert.is(codeOf(thrown), code);
        const text = readFileSync(join(dir, 'journal.jsonl'), 'utf8');
        assert.ok(text === '{"n":1}\n' || text === '{"n":1}\n{"n":2}\n', text);
      },
    );
  });

  test('a disk that takes a part of a file and then no more costs the old file nothing', async () => {
    await inFolder((dir) => {
      const path = join(dir, 'x.done');
      writeFileSync(path, OLD);
      const { layer } = failingLayer(0, 'ENOSPC');
      let room = 1000;
      const restore = setFileLayer({
        ...layer,
        writeSync: (fd, bytes, offset, length) => {
          if (room === 0) throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
          const part = Math.min(room, length);
          room -= part;
          return layer.writeSync(fd, bytes, offset, part);
        },
      });
      try {
        assert.throws(
          () => files.writeDurably(path, NEW),
          (error: unknown) => codeOf(error) === 'ENOSPC',
        );
        room = 5;
        assert.throws(
          () => files.append(path, 'appended\n', false),
          (error: unknown) => codeOf(error) === 'ENOSPC',
        );
      } finally {
        restore();
      }
      assert.equal(contents(dir), { 'x.done': `${OLD}appen` });
      files.append(path, 'next\n', false);
      assert.is(readFileSync(path, 'utf8'), `${OLD}appen\nnext\n`);
    });
  });

  test('short writes are carried on with', async () => {
    await inFolder((dir) => {
      const { layer } = failingLayer(0, 'EIO');
      const restore = setFileLayer({
        ...layer,
        writeSync: (fd, bytes, offset, length) => layer.writeSync(fd, bytes, offset, Math.min(length, 4093)),
      });
      try {
        files.writeDurably(join(dir, 'x'), NEW);
      } finally {
        restore();
      }
      assert.is(readFileSync(join(dir, 'x'), 'utf8'), NEW);
    });
  });

  test('a writer killed at any moment leaves one text or the other', async () => {
    await inFolder(async (dir) => {
      const path = join(dir, 'sub/x.json');
      const children = new Children(cleanEnvironment(dir), dir);
      for (let round = 0; round < 10; round++) {
        const writer = children.start(process.execPath, [fileURLToPath(import.meta.url), 'write', path, 'a']);
        await writer.until('writing');
        writer.kill('SIGKILL');
        await writer.done;
        const text = readFileSync(path, 'utf8');
        assert.is(text.length, 3_000_000);
        assert.ok(/^(?:a+|b+)$/.test(text));
      }
    });
  });

  test('what a killed writer left behind is swept away, but not what may still be being written', async () => {
    await inFolder((dir) => {
      const aside = files.writeAside(join(dir, 'x.done'), 'half');
      const other = files.writeAside(join(dir, 'y.done'), 'half');
      writeFileSync(join(dir, '.mine.tmp'), '');
      utimesSync(join(dir, '.mine.tmp'), 0, 0);
      utimesSync(aside, 0, 0);
      files.sweep(dir);
      assert.is(existsSync(aside), false);
      assert.is(existsSync(other), true);
      assert.is(existsSync(join(dir, '.mine.tmp')), true);
      files.sweep(join(dir, 'nowhere'));
    });
  });

  test('an unfinished file is hidden, so that nobody takes it for a task or a receipt', async () => {
    await inFolder((dir) => {
      const aside = files.writeAside(join(dir, 'x.done'), '');
      assert.ok(/\/\.x\.done\.\d+-[0-9a-f]{12}\.tmp$/.test(aside), aside);
      assert.is(dirname(aside), dir);
    });
  });

  test('errors name the file that was meant, not a temporary one', async () => {
    await inFolder((dir) => {
      mkdirSync(join(dir, 'x.done/in-the-way'), { recursive: true });
      assert.throws(
        () => files.writeDurably(join(dir, 'x.done'), ''),
        (error: unknown) =>
          error instanceof Error && !error.message.includes('.tmp') && error.message.includes('x.done'),
      );
      assert.equal(readdirSync(dir), ['x.done']);
    });
  });

  test('an unchanged file is not written, so that Make does not read it again', async () => {
    await inFolder((dir) => {
      const path = join(dir, 'sub/tasks.mk');
      assert.is(files.writeIfChanged(path, 'ä: b\n'), true);
      const before = lstatSync(path);
      assert.is(files.writeIfChanged(path, 'ä: b\n'), false);
      const after = lstatSync(path);
      assert.equal([after.ino, after.mtimeMs], [before.ino, before.mtimeMs]);
      assert.is(files.writeIfChanged(path, ''), true);
      assert.is(readFileSync(path, 'utf8'), '');
    });
  });

  test('a large file is written where it differs anywhere, or only in its length', async () => {
    await inFolder((dir) => {
      const path = join(dir, 'report.json');
      const long = 'ä'.repeat(400_000);
      for (const text of [long, `${long.slice(1)}ö`, `${long.slice(1)}öx`, long, long.slice(1)]) {
        assert.is(files.writeIfChanged(path, text), true);
        assert.is(readFileSync(path, 'utf8'), text);
        assert.is(files.writeIfChanged(path, text), false);
      }
    });
  });

  test('a missing file is an answer, not an error', async () => {
    await inFolder((dir) => {
      writeFileSync(join(dir, 'file'), '');
      for (const path of [join(dir, 'none'), join(dir, 'none/none'), join(dir, 'file/none')]) {
        assert.is(files.readText(path), null);
        assert.is(files.stat(path), null);
        assert.is(files.exists(path), false);
        assert.is(files.open(path), null);
        assert.is(files.remove(path), false);
        assert.is(files.touch(path), false);
        assert.equal(files.list(path), []);
      }
      assert.is(files.exists(join(dir, 'none')), false, 'touch made a file');
      assert.throws(() => files.readText(dir), /EISDIR/);
    });
  });

  test('machine state is ignored by git, and what somebody wrote into its .gitignore stays', async () => {
    await inFolder((dir) => {
      const { state } = statePaths(dir);
      ensureIgnored(state);
      assert.is(readFileSync(join(state, '.gitignore'), 'utf8'), '*\n');
      writeFileSync(join(state, '.gitignore'), 'tasks.mk\n');
      ensureIgnored(state);
      assert.is(readFileSync(join(state, '.gitignore'), 'utf8'), 'tasks.mk\n');
    });
  });

  test("a reports folder that holds a person's files is not hidden from git", async () => {
    await inFolder((dir) => {
      const ours = ['report.md', 'report.json'];
      writeFileSync(join(dir, 'report.md'), '');
      writeFileSync(join(dir, 'thesis.md'), '');
      ensureIgnored(dir, ours);
      assert.equal(readdirSync(dir), ['report.md', 'thesis.md']);
      ensureIgnored(join(dir, 'reports'), ours);
      assert.equal(readdirSync(join(dir, 'reports')), ['.gitignore']);
    });
  });

  test('the folders of nested tasks do not get into the way of the files of their parents', () => {
    const { task, tasks } = statePaths('/p');
    assert.is(task('a'), `${tasks}/a`);
    assert.is(task('a/b'), `${tasks}/a/b`);
    assert.is(task('v1.2/b'), `${tasks}/v1.2/b`);
    assert.is(task('a/failure.json'), `${tasks}/a/failure.json,`);
    assert.is(task('a/x.y/z'), `${tasks}/a/x.y,/z`);
  });

  test('what is no name of a task never becomes a path', () => {
    for (const name of ['', '..', '../../etc', 'a//b', '/a', 'a/', 'a b', '-rf', 'a\n']) {
      assert.throws(() => statePaths('/p').task(name), /is no name of a task/);
    }
  });

  test('what is no run id never becomes a path', () => {
    const { run, runs } = statePaths('/p');
    assert.is(run('20260102-030405-678-a1b2c3'), `${runs}/20260102-030405-678-a1b2c3`);
    for (const id of ['', '.', '..', '../../etc', 'a/b', 'a b', 'a\n']) assert.throws(() => run(id), /is no run's id/);
  });
}

if (process.argv[2] === 'write') await killedWriters();
else tests();
