import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { defaultConfig } from '../src/config.js';
import { protect } from '../src/inspect/tampering.js';
import { openJournal, readJournal } from '../src/record/journal.js';
import { inFolder } from './rig/folder.js';
import { during, FILES, git, OWN } from './rig/protected.js';
import { assert, suite } from './rig/suite.js';

const test = suite('tampering');
test('nothing touched is nothing found, and no mtime counts', () =>
  during(({ dir, after }) => {
    assert.equal(after(), []);
    const old = new Date(2001, 1, 1);
    for (const file of Object.keys(FILES)) utimesSync(join(dir, file), old, old);
    assert.equal(after(), []);
  }));

test('a receipt that was changed is put back, committed or not, and what was found is kept', () =>
  during(({ write, read, after }) => {
    write('tasks/done.done', '{"forged": 1}\n');
    write('tasks/sub/deep.done', '{"forged": 2}\n');
    assert.equal(after(), [
      'error tasks/done.done: was changed during the attempt and is put back: receipts are written by the runner alone (what was found there: .stepladder/tasks/own/_changed/1/tasks/done.done)',
      'error tasks/sub/deep.done: was changed during the attempt and is put back: receipts are written by the runner alone (what was found there: .stepladder/tasks/own/_changed/1/tasks/sub/deep.done)',
    ]);
    assert.is(read('tasks/done.done'), FILES['tasks/done.done']);
    assert.is(read('tasks/sub/deep.done'), FILES['tasks/sub/deep.done']);
    assert.is(read('.stepladder/tasks/own/_changed/1/tasks/done.done'), '{"forged": 1}\n');
    assert.equal(after(), [], 'it is told once');
  }));

test('a change of the same length with the old mtime does not hide', () =>
  during(({ dir, write, read, after }) => {
    const { atime, mtime } = statSync(join(dir, 'tasks/done.done'));
    write('tasks/done.done', (FILES['tasks/done.done'] ?? '').replace('true', 'fals'));
    utimesSync(join(dir, 'tasks/done.done'), atime, mtime);
    assert.is(after().length, 1);
    assert.is(read('tasks/done.done'), FILES['tasks/done.done']);
  }));

test("a receipt that was made, the task's own too, is taken away and kept", () =>
  during(({ write, read, after }) => {
    write('tasks/own.done', '{"forged": 1}\n');
    write('tasks/other.done', '');
    assert.is(after().filter((line) => line.startsWith('error ') && line.includes('was made')).length, 2);
    assert.is(read('tasks/own.done'), null);
    assert.is(read('tasks/other.done'), null);
    assert.is(read('.stepladder/tasks/own/_changed/1/tasks/own.done'), '{"forged": 1}\n');
  }));

test('a receipt that vanished is put back, which is only a warning: it may have been a person', () =>
  during(({ dir, read, after }) => {
    rmSync(join(dir, 'tasks/done.done'));
    rmSync(join(dir, 'tasks/sub'), { recursive: true });
    const found = after();
    assert.equal(
      found.map((line) => line.split(' ').slice(0, 3).join(' ')),
      ['warning tasks/done.done: was', 'warning tasks/sub/deep.done: was', 'warning tasks/sub/deep.md: was'],
    );
    assert.is(read('tasks/done.done'), FILES['tasks/done.done']);
    assert.is(read('tasks/sub/deep.done'), FILES['tasks/sub/deep.done']);
    assert.is(read('tasks/sub/deep.md'), null, 'a task file is not ours to bring back');
  }));

test('even where the whole backlog is gone', () =>
  during(({ dir, read, after }) => {
    rmSync(join(dir, 'tasks'), { recursive: true });
    assert.is(after().length, 6);
    assert.is(read('tasks/sub/deep.done'), FILES['tasks/sub/deep.done']);
    assert.is(read('tasks/own.md'), OWN);
  }));

test('a folder or a link in place of a receipt is moved away', () =>
  during(({ dir, write, read, after }) => {
    rmSync(join(dir, 'tasks/done.done'));
    write('tasks/done.done/inner.txt', 'x');
    rmSync(join(dir, 'tasks/sub/deep.done'));
    symlinkSync('../../elsewhere', join(dir, 'tasks/sub/deep.done'));
    assert.is(after().length, 2);
    assert.is(read('tasks/done.done'), FILES['tasks/done.done']);
    assert.is(read('tasks/sub/deep.done'), FILES['tasks/sub/deep.done']);
    assert.is(read('.stepladder/tasks/own/_changed/1/tasks/done.done/inner.txt'), 'x');
  }));

test("the task's own file is put back to how the step read it, the changed one kept", () =>
  during(({ dir, write, read, after }) => {
    write('tasks/own.md', OWN.replace('[ ]', '[x]'));
    assert.equal(after(), [
      'warning tasks/own.md: was changed during the attempt and is put back: a step works from its task as it was when it started (what was found there: .stepladder/tasks/own/_changed/1/tasks/own.md)',
    ]);
    assert.is(read('tasks/own.md'), OWN);
    assert.is(read('.stepladder/tasks/own/_changed/1/tasks/own.md'), OWN.replace('[ ]', '[x]'));
    write('tasks/own.md', 'again\n');
    assert.match(after()[0] ?? '', '_changed/2/tasks/own.md');
    rmSync(join(dir, 'tasks/own.md'));
    assert.match(after()[0] ?? '', 'was removed during the attempt');
    assert.is(read('tasks/own.md'), OWN);
  }));

test('an edit of the own file before the attempt, after the step had read it, counts as well', () =>
  during(
    ({ read, after }) => {
      assert.is(after().length, 1);
      assert.is(read('tasks/own.md'), OWN);
    },
    ({ write }) => write('tasks/own.md', 'edited meanwhile\n'),
  ));

test('other task files stay as they are and are told once', () =>
  during(({ dir, write, read, after }) => {
    write('tasks/other.md', '# Task: other, edited by a person\n');
    write('tasks/new.md', '# Task: new\n');
    rmSync(join(dir, 'tasks/done.md'));
    write('tasks/notes.txt', 'no task\n');
    assert.equal(after(), [
      'warning tasks/done.md: was removed while own ran, and stays as it is now (what it was: .stepladder/tasks/own/_changed/1/tasks/done.md)',
      'warning tasks/new.md: was made while own ran, and stays as it is now',
      'warning tasks/other.md: was edited while own ran, and stays as it is now (what it was: .stepladder/tasks/own/_changed/1/tasks/other.md)',
    ]);
    assert.match(read('.stepladder/tasks/own/_changed/1/tasks/done.md') ?? '', 'done');
    assert.is(read('tasks/other.md'), '# Task: other, edited by a person\n');
    assert.is(read('tasks/notes.txt'), 'no task\n');
    assert.equal(after(), []);
    write('tasks/other.md', '# Task: other, edited again\n');
    assert.is(after().length, 1);
  }));

test('stepladder.yaml is put back, made or unmade', () =>
  during(({ dir, write, read, after }) => {
    write('stepladder.yaml', 'verify: []\n');
    assert.match(after()[0] ?? '', /^error stepladder\.yaml: was changed .*_changed\/1\/stepladder\.yaml/);
    assert.is(read('stepladder.yaml'), 'repairs: 2\n');
    rmSync(join(dir, 'stepladder.yaml'));
    assert.match(after()[0] ?? '', /^error stepladder\.yaml: was removed/);
    assert.is(read('stepladder.yaml'), 'repairs: 2\n');
  }));

test('a project without stepladder.yaml has none afterwards', () =>
  during(
    ({ write, read, after }) => {
      write('stepladder.yaml', 'verify: []\n');
      assert.match(after()[0] ?? '', /^error stepladder\.yaml: was made/);
      assert.is(read('stepladder.yaml'), null);
    },
    ({ dir }) => rmSync(join(dir, 'stepladder.yaml')),
  ));

test('what machine state could make the receipt hold by is put back', () =>
  during(({ write, read, after }) => {
    write('.stepladder/tasks/own/landing.json', '{}');
    write('.stepladder/tasks/own/reverified.json', '{}');
    assert.is(after().length, 2);
    assert.is(read('.stepladder/tasks/own/landing.json'), null);
    assert.is(read('.stepladder/tasks/own/reverified.json'), null);
  }));

test('machine state that lives while an attempt runs is left alone', () =>
  during(({ write, read, after }) => {
    const live = [
      '.stepladder/locks/own.lock',
      '.stepladder/runs/r1/halt.json',
      '.stepladder/tasks.mk',
      '.stepladder/in-flight/other',
      '.stepladder/tasks/own/attempt.json',
      '.stepladder/tasks/own/_attempts/1.log',
    ];
    for (const file of live) write(file, 'live\n');
    assert.equal(after(), []);
    for (const file of live) assert.is(read(file), 'live\n', file);
  }));

test('the journal grows by our own lines: what others add is blanked out, and its past is looked at', () =>
  during(({ dir, write, read, after }) => {
    const journal = '.stepladder/journal.jsonl';
    const own = openJournal(dir, 'r1', 'main');
    own.append({ type: 'step-started', task: 'own', rung: 'small/none' });
    assert.equal(after(), []);
    const forged = '{"time":"2026-01-01T00:00:00.000Z","run":"r1","branch":"main","type":"blocked","task":"b"}';
    appendFileSync(join(dir, journal), `${forged}\n`);
    own.append({ type: 'halted', reason: 'a limit' });
    appendFileSync(join(dir, journal), `${forged}\n${forged}`);
    assert.match(after()[0] ?? '', 'error .stepladder/journal.jsonl: 3 lines were added to the journal that nobody');
    assert.equal(
      readJournal(dir).map(({ type }) => type),
      ['step-started', 'halted'],
    );
    openJournal(dir, 'r2', 'main').append({ type: 'run-started', pending: 1, done: 0 });
    assert.equal(after(), []);
    write(journal, (read(journal) ?? '').replace('started', 'STARTED'));
    assert.match(after()[0] ?? '', 'error .stepladder/journal.jsonl: the journal was shortened or rewritten');
    write(journal, '');
    assert.is(after().length, 1);
    own.append({ type: 'halted', reason: 'a limit' });
    assert.equal(after(), []);
    rmSync(join(dir, journal));
    assert.is(after().length, 1);
  }));

test('passes of checks that were noted meanwhile are forgotten', () =>
  during(({ write, read, after }) => {
    write(`.stepladder/checks/${'a'.repeat(40)}/forged.json`, '{"flaky":false,"durationMs":1}');
    after();
    assert.is(read(`.stepladder/checks/${'a'.repeat(40)}/forged.json`), null);
  }));

test("git's own index, attributes and settings do not hide a change", () =>
  during(({ dir, write, read, after }) => {
    git(dir, 'update-index', '--assume-unchanged', 'tasks/done.done');
    git(dir, 'config', 'core.trustctime', 'false');
    git(dir, 'config', 'core.autocrlf', 'true');
    git(dir, 'config', 'core.fileMode', 'false');
    write('.gitignore', '*.done\n');
    write('.gitattributes', '* text eol=crlf\n');
    const { atime, mtime } = statSync(join(dir, 'tasks/done.done'));
    write('tasks/done.done', (FILES['tasks/done.done'] ?? '').replace('true', 'fals'));
    utimesSync(join(dir, 'tasks/done.done'), atime, mtime);
    const found = after();
    assert.is(found.length, 2, found.join('\n'));
    assert.match(found[0] ?? '', "warning .git/config: was changed during the attempt and is put back: git's settings");
    assert.is(read('tasks/done.done'), FILES['tasks/done.done']);
    assert.not.match(read('.git/config') ?? '', 'autocrlf');
  }));

test('line ends are put back as they were, whatever git would make of them', () =>
  during(
    ({ dir, read, after }) => {
      rmSync(join(dir, 'tasks/crlf.done'));
      assert.is(after().length, 1);
      assert.is(read('tasks/crlf.done'), '{}\r\n');
    },
    ({ dir, write }) => {
      git(dir, 'config', 'core.autocrlf', 'true');
      write('tasks/crlf.done', '{}\r\n');
    },
  ));

test('an index that an agent has meddled with is read anew', () =>
  during(({ dir, write, read, after }) => {
    const [index = ''] = readdirSync(join(dir, '.stepladder/index'));
    const env = { ...process.env, GIT_INDEX_FILE: join(dir, '.stepladder/index', index) };
    const meddle = ['--git-dir=../.git', '--work-tree=.', 'update-index', '--assume-unchanged', 'done.done'];
    execFileSync('git', meddle, { cwd: join(dir, 'tasks'), env, stdio: 'pipe' });
    write('tasks/done.done', '{"forged": 1}\n');
    assert.is(after().length, 1);
    assert.is(read('tasks/done.done'), FILES['tasks/done.done']);
  }));

test('commits, resets and branches of the agent change nothing about it', () =>
  during(({ dir, write, read, after }) => {
    write('tasks/done.done', '{"forged": 1}\n');
    git(dir, 'add', '-A', '-f');
    git(dir, 'commit', '-qm', 'forged');
    git(dir, 'checkout', '-qb', 'elsewhere');
    const found = after().filter((line) => line.startsWith('error tasks/'));
    assert.is(found.length, 1, found.join('\n'));
    assert.is(read('tasks/done.done'), FILES['tasks/done.done']);
  }));

test('names with spaces, newlines and quotes are put back like any other', () =>
  during(
    ({ dir, read, after }) => {
      const odd = "tasks/a b\n'$(touch pwned)'.done";
      rmSync(join(dir, odd));
      assert.is(after().length, 1);
      assert.is(read(odd), 'odd\n');
      assert.not.ok(existsSync(join(dir, 'pwned')));
    },
    ({ write }) => write("tasks/a b\n'$(touch pwned)'.done", 'odd\n'),
  ));

test('a backlog outside the repository, reached by a link, is protected too', () =>
  inFolder((dir) => {
    const root = join(dir, 'project');
    mkdirSync(join(dir, 'backlog'), { recursive: true });
    mkdirSync(join(root, 'code'), { recursive: true });
    symlinkSync('../backlog', join(root, 'tasks'));
    git(join(root, 'code'), 'init', '-q');
    writeFileSync(join(dir, 'backlog/own.md'), OWN);
    writeFileSync(join(dir, 'backlog/a.done'), '{"a": 1}\n');
    const ws = { root, gitDir: join(root, 'code/.git'), commonDir: join(root, 'code/.git'), keptSuffix: '' };
    const putBack = protect({
      config: { ...defaultConfig(root), workspace: 'code' },
      task: { name: 'own', file: 'tasks/own.md' },
      names: ['own'],
      run: 'r1',
      ws,
      taskText: OWN,
    });
    writeFileSync(join(dir, 'backlog/a.done'), '{"a": 2}\n');
    assert.is(putBack().length, 1);
    assert.is(readFileSync(join(dir, 'backlog/a.done'), 'utf8'), '{"a": 1}\n');
  }));
