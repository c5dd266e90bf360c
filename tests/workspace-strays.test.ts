import * as fs from 'node:fs';
import { join } from 'node:path';
import { withRepository } from './rig/repository.js';
import { assert, suite } from './rig/suite.js';

const test = suite('new files nobody asked for');
const files = { 'src/a.txt': 'a\n', 'large.bin': 'x'.repeat(2_000_000), 'tasks/one.md': '# Task: One\n' };

test(
  'outside the files that a task declares they are set aside, told, and can be had back',
  withRepository({ files }, (repo) => {
    const ws = repo.open();
    const start = ws.snapshot();
    repo.write('src/a.txt', 'changed\n');
    repo.write('src/deep/new.txt', 'asked for\n');
    repo.write('lib/x.js', 'asked for\n');
    repo.write('notes.md', 'my notes\n');
    repo.write('src/top.md', 'not asked for\n');
    const findings = ws.setAsideStrays('one', start, ['src/**/*.txt', 'lib/*.{ts,js}', '../beyond/**']);
    assert.equal(
      findings.map(({ kind, severity, file }) => ({ kind, severity, file })),
      ['notes.md', 'src/top.md'].map((file) => ({ kind: 'stray-file', severity: 'warning', file })),
    );
    assert.match(findings[0]?.message ?? '', 'git show refs/stepladder/aside/one:notes.md');
    assert.is(repo.git('show', 'refs/stepladder/aside/one:notes.md'), 'my notes');
    assert.equal(
      ws.changesSince(start).map(({ path }) => path),
      ['lib/x.js', 'src/a.txt', 'src/deep/new.txt'],
    );
    assert.not(fs.existsSync(join(repo.root, 'notes.md')));
  }),
);

test(
  'a task that declares no files may make any, up to 1 MB each; changed files may be of any size',
  withRepository({ files }, (repo) => {
    const ws = repo.open();
    const start = ws.snapshot();
    repo.write('fine.txt', 'x'.repeat(1_000_000));
    repo.write('dump.bin', 'x'.repeat(1_000_001));
    repo.write('large.bin', 'y'.repeat(2_000_000));
    assert.equal(
      ws.setAsideStrays('one', start, []).map(({ file }) => file),
      ['dump.bin'],
    );
    assert.equal(
      ws.changesSince(start).map(({ path }) => path),
      ['fine.txt', 'large.bin'],
    );
  }),
);

test(
  'a large file that a task names outright is asked for',
  withRepository({ files }, (repo) => {
    const ws = repo.open();
    const start = ws.snapshot();
    repo.write('data/model.bin', 'x'.repeat(1_500_000));
    repo.write('data/core', 'x'.repeat(1_500_000));
    assert.equal(
      ws.setAsideStrays('one', start, ['data/model.bin', 'data/**']).map(({ file }) => file),
      ['data/core'],
    );
  }),
);

test(
  'globs are relative to the workspace, which may lie below its repository’s top',
  withRepository({ files, config: { workspace: 'src' } }, (repo) => {
    const ws = repo.open();
    const start = ws.snapshot();
    repo.write('src/new.txt', 'x\n');
    repo.write('new.txt', 'x\n');
    assert.equal(
      ws.setAsideStrays('one', start, ['*.txt']).map(({ file }) => file),
      ['new.txt'],
    );
  }),
);

test(
  'a repository within the tree is moved into git’s folder; a submodule is not',
  withRepository({ files }, (repo) => {
    const ws = repo.open();
    const start = ws.snapshot();
    repo.sh(
      'for r in clone fresh; do git init -q $r; echo x > $r/x; done; cd clone; git add -A; git -c user.name=a -c user.email=b commit -qm x',
    );
    const findings = ws.setAsideStrays('one', start, []);
    assert.equal(findings.map(({ file }) => file).sort(), ['clone', 'fresh']);
    assert.equal(ws.changesSince(start), []);
    assert.equal(repo.open().dirty(), []);
    repo.sh('git init -q sub; cd sub; echo x > x; git add -A; git -c user.name=a -c user.email=b commit -qm x');
    repo.write('.gitmodules', '[submodule "sub"]\n\tpath = sub\n\turl = https://example.com/sub\n');
    assert.equal(ws.setAsideStrays('one', start, []), []);
  }),
);

test(
  'what checks leave behind is taken out again, and can be had back',
  withRepository({ files: { ...files, '.gitignore': 'build/\n' } }, (repo) => {
    const ws = repo.open();
    repo.write('src/work.txt', 'work\n');
    const verified = ws.tree();
    repo.write('coverage/report.txt', '100 %\n');
    repo.write('src/a.txt', 'formatted\n');
    repo.write('build/out', 'ignored\n');
    const findings = ws.setAsideLeftovers('one', verified);
    assert.equal(
      findings.map(({ kind, file }) => `${kind} ${file}`),
      ['leftover coverage/report.txt', 'leftover src/a.txt'],
    );
    assert.is(ws.tree(), verified);
    assert.is(repo.read('src/work.txt'), 'work\n');
    assert.is(repo.read('build/out'), 'ignored\n');
    assert.is(repo.git('show', 'refs/stepladder/aside/one:coverage/report.txt'), '100 %');
    assert.equal(ws.setAsideLeftovers('one', verified), []);
  }),
);
