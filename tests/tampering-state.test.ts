/** Machine state, git's own files and the tasks folder: what an attempt could forge done-ness by, and how it fails. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { during, FILES, git, type Place } from './rig/protected.js';
import { assert, suite } from './rig/suite.js';

const test = suite('tampering with state');

const STATE = '.stepladder/tasks';
const DECISIVE = ['landing', 'reverified', 'last', 'evidence', 'reopenings', 'failure', 'attempt'].map(
  (name) => `${name}.json`,
);

test('what was made of the machine state of any task is taken away', () =>
  during(({ write, read, after }) => {
    for (const file of DECISIVE) write(`${STATE}/other/${file}`, '{"forged": 1}');
    write(`${STATE}/own/last.json`, '{"forged": 1}');
    write(`${STATE}/sub/deep/reverified.json`, '{"forged": 1}');
    const found = after();
    assert.is(found.length, DECISIVE.length + 2, found.join('\n'));
    assert.ok(found.every((line) => /^error \.stepladder\/tasks\/.*: was made during the attempt/.test(line)));
    for (const file of DECISIVE) assert.is(read(`${STATE}/other/${file}`), null);
    assert.is(read(`${STATE}/sub/deep/reverified.json`), null);
    assert.equal(after(), [], 'it is told once');
  }));

test('what was changed or removed of it reads as before', () =>
  during(
    ({ dir, write, read, after }) => {
      write(`${STATE}/other/last.json`, '{"workStands": true}');
      rmSync(join(dir, STATE, 'other/failure.json'));
      rmSync(join(dir, STATE, 'sub'), { recursive: true });
      assert.is(after().length, 3);
      assert.is(read(`${STATE}/other/last.json`), '{"last": 1}');
      assert.is(read(`${STATE}/other/failure.json`), '{"failure": 1}');
      assert.is(read(`${STATE}/sub/deep/evidence.json`), '[]');
      assert.equal(after(), []);
    },
    ({ write }) => {
      write(`${STATE}/other/last.json`, '{"last": 1}');
      write(`${STATE}/other/failure.json`, '{"failure": 1}');
      write(`${STATE}/sub/deep/evidence.json`, '[]');
    },
  ));

test('even where all machine state is gone, and the index by which it is compared was meddled with', () =>
  during(
    ({ dir, read, after }) => {
      rmSync(join(dir, '.stepladder'), { recursive: true });
      mkdirSync(join(dir, '.stepladder/index'), { recursive: true });
      after();
      assert.is(read(`${STATE}/other/last.json`), '{"last": 1}');
    },
    ({ write }) => write(`${STATE}/other/last.json`, '{"last": 1}'),
  ));

test("the step's own record of its attempt is the runner's, and another try asked for stays and is told once", () =>
  during(({ write, read, after }) => {
    write(`${STATE}/own/attempt.json`, '{}');
    write(`${STATE}/other/retry.json`, '{"from": null}');
    assert.equal(after(), ['warning .stepladder/tasks/other/retry.json: another try was asked for while own ran']);
    assert.is(read(`${STATE}/other/retry.json`), '{"from": null}');
    assert.equal(after(), []);
  }));

test('what only spares work is forgotten where it changed, and nobody is blamed: a generator may have written it', () =>
  during(
    ({ write, read, after }) => {
      const caches = ['cache.json', 'parsed.json', 'config.json'].map((name) => `.stepladder/${name}`);
      for (const file of caches) write(file, '{"forged": 1}');
      write(`${STATE}/other/seen.json`, '{"forged": 1}');
      assert.equal(after(), []);
      for (const file of [...caches, `${STATE}/other/seen.json`]) assert.is(read(file), null, file);
      assert.is(read(`${STATE}/sub/seen.json`), '{"honest": 1}');
    },
    ({ write }) => write(`${STATE}/sub/seen.json`, '{"honest": 1}'),
  ));

test('who waits for trust, what was spent, and which tasks are unfinished cannot be wiped out', () =>
  during(
    ({ dir, write, read, after }) => {
      rmSync(join(dir, '.stepladder/untrusted'), { recursive: true });
      write('.stepladder/untrusted/forged.json', '{}');
      write('.stepladder/runs/r1/spending.jsonl', '{"costUsd":1}\n');
      rmSync(join(dir, '.stepladder/in-flight/marker'));
      write('.stepladder/workspace-id', 'another\n');
      assert.is(after().length, 5);
      assert.is(read('.stepladder/untrusted/a.json'), '{}');
      assert.is(read('.stepladder/untrusted/forged.json'), null);
      // The line of this very attempt is added before anybody looks.
      assert.is(read('.stepladder/runs/r1/spending.jsonl'), '{"costUsd":7}\n{"costUsd":1}\n');
      assert.is(read('.stepladder/in-flight/marker'), 'a');
      assert.is(read('.stepladder/workspace-id'), 'this\n');
      write('.stepladder/runs/r1/spending.jsonl', '{"costUsd":7}\n{"costUsd":1}\n{"costUsd":2}\n');
      assert.equal(after(), []);
    },
    ({ write }) => {
      write('.stepladder/untrusted/a.json', '{}');
      write('.stepladder/runs/r1/spending.jsonl', '{"costUsd":7}\n');
      write('.stepladder/in-flight/marker', 'a');
      write('.stepladder/workspace-id', 'this\n');
    },
  ));

const isLink = (dir: string, file: string): boolean => lstatSync(join(dir, file)).isSymbolicLink();

test('a link in place of the tasks folder is taken away, and the folder it leads to comes back', () =>
  during(({ dir, write, read, after }) => {
    renameSync(join(dir, 'tasks'), join(dir, 'elsewhere'));
    symlinkSync('elsewhere', join(dir, 'tasks'));
    write('tasks/done.done', '{"forged": 1}\n');
    assert.match(after()[0] ?? '', 'error tasks: the tasks folder was exchanged for something else');
    assert.not.ok(isLink(dir, 'tasks'));
    assert.not.ok(existsSync(join(dir, 'elsewhere')));
    assert.is(read('tasks/done.done'), FILES['tasks/done.done']);
    assert.equal(after(), []);
  }));

test('a link to a copy with forged receipts is taken away, and receipts and task files come back from the record', () =>
  during(({ dir, write, read, after }) => {
    rmSync(join(dir, 'tasks'), { recursive: true });
    write('copy/done.done', '{"forged": 1}\n');
    write('copy/done.md', '# Task: something else\n');
    symlinkSync('copy', join(dir, 'tasks'));
    after();
    assert.not.ok(isLink(dir, 'tasks'));
    for (const file of Object.keys(FILES).filter((name) => name.startsWith('tasks/'))) {
      assert.is(read(file), FILES[file], file);
    }
    assert.is(read('copy/done.md'), '# Task: something else\n', 'what lies elsewhere is not touched');
  }));

test('a link in place of a folder within the backlog does not lead receipts elsewhere', () =>
  during(({ dir, write, read, after }) => {
    renameSync(join(dir, 'tasks/sub'), join(dir, 'hidden'));
    write('hidden/deep.done', '{"forged": 1}\n');
    symlinkSync('../hidden', join(dir, 'tasks/sub'));
    after();
    assert.not.ok(isLink(dir, 'tasks/sub'));
    assert.is(read('tasks/sub/deep.done'), FILES['tasks/sub/deep.done']);
    assert.is(read('hidden/deep.done'), '{"forged": 1}\n');
  }));

test('a repository made around forged receipts, or forged state, does not hide them', () =>
  during(({ dir, write, read, after }) => {
    for (const folder of ['tasks/sub', 'tasks', `${STATE}/own`]) {
      mkdirSync(join(dir, folder), { recursive: true });
      git(dir, 'init', '-q', folder);
    }
    write('tasks/sub/new.done', '');
    write('tasks/sub/deep.done', '{"forged": 1}');
    write(`${STATE}/own/reverified.json`, '{"forged": 1}');
    const found = after();
    assert.is(read('tasks/sub/new.done'), null, found.join('\n'));
    assert.is(read('tasks/sub/deep.done'), FILES['tasks/sub/deep.done']);
    assert.is(read(`${STATE}/own/reverified.json`), null);
    assert.not.ok(existsSync(join(dir, 'tasks/sub/.git')));
  }));

test('a backlog that is a repository of its own is protected like any other', () =>
  during(
    ({ write, read, after }) => {
      write('tasks/sub/new.done', '');
      write('tasks/sub/deep.done', '{"forged": 1}');
      assert.is(after().length, 2);
      assert.is(read('tasks/sub/new.done'), null);
      assert.is(read('tasks/sub/deep.done'), FILES['tasks/sub/deep.done']);
    },
    ({ dir }) => git(dir, 'init', '-q', 'tasks/sub'),
  ));

test('a HEAD that is none, without which git knows no repository, is put back', () =>
  during(({ dir, write, read, after }) => {
    const head = read('.git/HEAD');
    rmSync(join(dir, '.git/HEAD'));
    write('tasks/other.done', '');
    assert.is(after().length, 2);
    assert.is(read('.git/HEAD'), head);
    assert.is(read('tasks/other.done'), null);
    write('.git/HEAD', 'ref: refs/heads/elsewhere\n');
    assert.equal(after(), [], 'a branch that was switched is no matter here');
  }));

const objectOf = ({ dir }: Place, file: string): string =>
  execFileSync('git', ['hash-object', file], { cwd: dir, encoding: 'utf8' }).trim();

test('a receipt whose object was replaced by a forged one comes back as it was', () =>
  during((place) => {
    const { dir, write, read, after } = place;
    const honest = objectOf(place, 'tasks/done.done');
    write('tasks/done.done', '{"forged": 1}\n');
    git(dir, 'hash-object', '-w', 'tasks/done.done');
    git(dir, 'replace', honest, objectOf(place, 'tasks/done.done'));
    assert.is(after().length, 1);
    assert.is(read('tasks/done.done'), FILES['tasks/done.done']);
  }));

test('a receipt whose object was written over is not believed: it goes, and its task is looked at anew', () =>
  during((place) => {
    const { dir, write, read, after } = place;
    const path = (id: string): string => join(dir, '.git/objects', id.slice(0, 2), id.slice(2));
    const honest = path(objectOf(place, 'tasks/done.done'));
    write('tasks/done.done', '{"forged": 1}\n');
    git(dir, 'hash-object', '-w', 'tasks/done.done');
    const forged = execFileSync('cat', [path(objectOf(place, 'tasks/done.done'))]);
    chmodSync(honest, 0o644);
    writeFileSync(honest, forged);
    assert.match(after().join('\n'), 'error tasks/done.done');
    assert.is(read('tasks/done.done'), null);
  }));

test("git's own ignore rules and filters are put back: they would hide work from what lands", () =>
  during(({ dir, write, read, after }) => {
    const before = read('.git/info/exclude');
    write('.git/info/exclude', 'impl.js\n');
    write('.git/info/attributes', '*.js filter=other\n');
    git(dir, 'config', 'filter.other.clean', 'cat /dev/null');
    git(dir, 'config', 'remote.origin.url', 'https://example.org/x.git');
    const found = after();
    assert.equal(
      found.map((line) => line.slice(0, line.indexOf(':'))),
      ['warning .git/info/exclude', 'warning .git/info/attributes', 'warning .git/config'],
    );
    assert.is(read('.git/info/exclude'), before);
    assert.is(read('.git/info/attributes'), null);
    assert.not.match(read('.git/config') ?? '', 'filter');
  }));

test('settings that say nothing of what lands are anybody’s to change', () =>
  during(({ dir, after }) => {
    git(dir, 'config', 'remote.origin.url', 'https://example.org/x.git');
    git(dir, 'config', 'core.hooksPath', '.husky');
    assert.equal(after(), []);
  }));

test('work that is kept of another task is brought back', () =>
  during(
    ({ dir, after }) => {
      git(dir, 'update-ref', '-d', 'refs/stepladder/failed/other');
      git(dir, 'update-ref', '-d', 'refs/stepladder/failed/own');
      const found = after();
      assert.is(found.length, 1);
      assert.match(found[0] ?? '', 'warning refs/stepladder/failed/other: work that is kept was changed or removed');
      git(dir, 'rev-parse', '--verify', 'refs/stepladder/failed/other');
    },
    ({ dir }) => {
      git(dir, 'update-ref', 'refs/stepladder/failed/other', 'HEAD');
      git(dir, 'update-ref', 'refs/stepladder/failed/own', 'HEAD');
    },
  ));

test('receipts and task files behind a link within the backlog are protected like the others', () =>
  during(
    ({ dir, write, read, after }) => {
      write('elsewhere/far.done', '{"forged": 1}\n');
      write('elsewhere/far.md', '---\n---\n# Far\n');
      const found = after();
      assert.match(found[0] ?? '', 'error tasks/linked/far.done: was changed during the attempt and is put back');
      assert.match(found[1] ?? '', /^warning tasks\/linked\/far\.md: .*waits to be trusted: - check: make check$/);
      assert.is(read('elsewhere/far.done'), '{"far": 1}\n');
      rmSync(join(dir, 'tasks/linked'));
      symlinkSync('sub', join(dir, 'tasks/linked'));
      assert.match(after()[0] ?? '', 'error tasks/linked: the tasks folder was exchanged');
      assert.is(read('tasks/linked/far.done'), '{"far": 1}\n');
    },
    ({ dir, write }) => {
      write('elsewhere/far.md', '---\nverify: [make check]\n---\n# Far\n');
      write('elsewhere/far.done', '{"far": 1}\n');
      symlinkSync('../elsewhere', join(dir, 'tasks/linked'));
    },
  ));

test('the machine state of ten tasks costs no object for what only spares work', () =>
  during(
    ({ dir, after }) => {
      const loose = readdirSync(join(dir, '.git/objects')).length;
      assert.equal(after(), []);
      assert.is(readdirSync(join(dir, '.git/objects')).length, loose);
    },
    ({ write }) => {
      for (let n = 0; n < 10; n += 1) write(`${STATE}/t${n}/seen.json`, `{"n": ${n}}`);
    },
  ));
