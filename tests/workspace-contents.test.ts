import * as fs from 'node:fs';
import { join } from 'node:path';
import type { ChangedFile } from '../src/workspace/workspace.js';
import { gitsOf, withRepository } from './rig/repository.js';
import { assert, suite } from './rig/suite.js';

const test = suite('contents of the workspace');
const files = { 'src/a.c': 'old a\n', 'src/b.c': 'old b\n', '.gitignore': '*.log\n', 'tasks/one.md': '# Task: One\n' };

const text = (bytes: Uint8Array | null | undefined): string | null =>
  bytes === null || bytes === undefined ? null : Buffer.from(bytes).toString('latin1');
const told = ({ path, before, now }: ChangedFile): [string, string | null, string | null] => [
  path,
  text(before?.read()),
  text(now?.read()),
];

test(
  'what a changed file held and what it holds: changed, made, removed, turned into a folder or a link',
  withRepository({ files: { ...files, 'turned.c': 'file\n', 'linked.c': 'file\n' } }, (repo) => {
    const ws = repo.open();
    const start = ws.snapshot();
    repo.write('src/a.c', 'new a\r\n');
    repo.remove('src/b.c');
    repo.write('src/c.c', Buffer.from([0xe9, 0x0a]));
    repo.remove('turned.c');
    repo.write('turned.c/inner.c', 'inner\n');
    repo.remove('linked.c');
    fs.symlinkSync('/etc/passwd', join(repo.root, 'linked.c'));
    assert.equal(ws.changedFiles(start).map(told), [
      ['linked.c', 'file\n', null],
      ['src/a.c', 'old a\n', 'new a\r\n'],
      ['src/b.c', 'old b\n', null],
      ['src/c.c', null, '\xe9\n'],
      ['turned.c', 'file\n', null],
      ['turned.c/inner.c', null, 'inner\n'],
    ]);
  }),
);

test(
  'names with spaces, newlines, leading dashes or bytes that are no UTF-8 are read like any other',
  withRepository({ files }, (repo) => {
    const ws = repo.open();
    const start = ws.snapshot();
    for (const name of ['-f.c', 'a b.c', 'a\nb.c', '*.c']) repo.write(name, `in ${name}`);
    fs.writeFileSync(Buffer.concat([Buffer.from(`${repo.root}/caf`), Buffer.from([0xe9]), Buffer.from('.c')]), 'bytes');
    const found = ws.changedFiles(start).map(told);
    assert.equal(found.map(([, , now]) => now).sort(), ['bytes', 'in *.c', 'in -f.c', 'in a\nb.c', 'in a b.c'].sort());
    assert.equal(ws.filesMatching(['**/*.c']).length, 7);
  }),
);

test(
  'a single file as it was, relative to the configured folder',
  withRepository({ files: { 'sub/x/a.c': 'old\n', 'beside.c': 'beside\n' }, config: { workspace: 'sub' } }, (repo) => {
    const ws = repo.open();
    const start = ws.snapshot();
    repo.write('sub/x/a.c', 'new\n');
    repo.write('sub/new.c', 'new\n');
    assert.is(text(ws.bytesBefore(start, 'x/a.c')), 'old\n');
    assert.is(text(ws.bytesBefore(start, '../beside.c')), 'beside\n');
    for (const none of ['new.c', 'x', '.', '../../out.c', '/etc/passwd', ':(glob)**']) {
      assert.is(ws.bytesBefore(start, none), null, none);
    }
    assert.equal(
      ws.changedFiles(start).map(({ path }) => path),
      ['new.c', 'x/a.c'],
    );
    assert.equal(
      ws.filesMatching(['x/*.c', '!x/b.c']).map(({ path }) => path),
      ['x/a.c'],
    );
    assert.equal(ws.filesMatching([]), []);
    assert.equal(ws.filesMatching(['../../etc/*', '!x']), []);
  }),
);

test(
  'files that hold a word: new ones too, not the backlog, ignored, binary or linked ones',
  withRepository({ files }, (repo) => {
    const ws = repo.open();
    repo.write('src/new file.c', 'int open_it(void);\n');
    repo.write('src/longer.c', 'int open_its(void);\n');
    repo.write('noise.log', 'open_it\n');
    repo.write('tasks/one.md', 'open_it\n');
    repo.write('blob.bin', Buffer.from('open_it\0\0'));
    repo.write('latin.c', Buffer.from('/* \xe9 */ open_it', 'latin1'));
    fs.symlinkSync('src/new file.c', join(repo.root, 'link.c'));
    repo.write('two\nwords.c', 'int open_it(void) { return shut(); }\n');
    assert.equal(
      ws.filesWithWords(['open_it', '-e', 'shut']).map(({ path, now, words }) => [path, text(now.read()), words]),
      [
        ['latin.c', '/* \xe9 */ open_it', ['open_it']],
        ['src/new file.c', 'int open_it(void);\n', ['open_it']],
        ['two\nwords.c', 'int open_it(void) { return shut(); }\n', ['open_it', 'shut']],
      ],
    );
    assert.equal(ws.filesWithWords(['nowhere']), []);
    assert.equal(ws.filesWithWords([]), []);
  }),
);

test(
  'thousands of changed files are read by a handful of processes',
  withRepository({ files }, (repo) => {
    const ws = repo.open();
    const start = ws.snapshot();
    for (let n = 0; n < 3000; n += 1) repo.write(`many/${n}.c`, `${n}\n${'x'.repeat(8000)}`);
    let bytes = 0;
    const started = gitsOf(repo, () => {
      for (const { now } of ws.changedFiles(start)) bytes += now?.read().length ?? 0;
    });
    assert.ok(bytes > 3000 * 8000);
    assert.ok(started < 20, `${started} processes`);
  }),
);
