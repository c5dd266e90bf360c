/** What bad input gets: a clear error with file, line and remedy, exit code 2, nothing started and nothing lost. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROGRAM, type Project, type Ran, withProject } from './rig/project.js';
import { assert, suite } from './rig/suite.js';

const test = suite('bad input');

const TASK = '---\n---\n# A task\n';

/** Refused with exit code 2, all the texts said, a remedy given, and no agent started. */
function refused(made: Project, ran: Ran, ...said: (string | RegExp)[]): void {
  assert.is(ran.code, 2);
  for (const text of said) assert.match(ran.stderr, text);
  assert.match(ran.stderr, '→');
  assert.not.match(ran.stderr, /\n\s+at .*:\d+:\d+\)?\n/, 'no stack trace');
  assert.equal(made.invocations(), []);
}

async function refusesConfig(yaml: string, ...said: (string | RegExp)[]): Promise<void> {
  await withProject({ tasks: { a: TASK }, config: yaml }, async (made) => {
    refused(made, await made.stepladder(['orchestrate']), ...said);
    const made2 = await made.make(['orchestrate']);
    assert.is(made2.code, 2);
    for (const text of said) assert.match(made2.stderr, text);
    assert.is(made.read('stepladder.yaml'), yaml);
    assert.is(made.git('status', '--porcelain'), '');
  });
}

async function refusesTasks(tasks: Record<string, string>, ...said: (string | RegExp)[]): Promise<void> {
  await withProject({ tasks, makefile: 'build:\n\t@echo built\n' }, async (made) => {
    refused(made, await made.stepladder(['orchestrate']), ...said);
    assert.is((await made.make(['orchestrate'])).code, 2);
    assert.is((await made.make(['build'])).stdout, 'built\n', 'the rest of the Makefile is as if we were not there');
  });
}

test('broken YAML in stepladder.yaml', () =>
  refusesConfig('agent: claude\nladder: [sonnet/none\nretries: 3\n', /stepladder\.yaml:[23]:\d+: error: .*YAML/));

test('wrong types in stepladder.yaml, all of them at once', () =>
  refusesConfig(
    'retries: many\nladder: sonnet/none\ntimeout: [1]\nstubs: {gate: loud}\nagent: claude\n',
    /stepladder\.yaml:1:10: error: retries must be a whole number/,
    /stepladder\.yaml:2:9: error: ladder must be a list/,
    /stepladder\.yaml:3:10: error: timeout must be text/,
    /stepladder\.yaml:4:15: error: stubs\.gate cannot be “loud”/,
  ));

test('an unknown setting', () =>
  refusesConfig('agnet: claude\n', /stepladder\.yaml:1:1: error: unknown setting “agnet”/, 'did you mean “agent”?'));

test('an unknown agent', () =>
  refusesConfig(
    'retries: 1\nagent: cluade\n',
    /stepladder\.yaml:2:8: error: unknown agent “cluade”/,
    'did you mean “claude”?',
  ));

test('a ladder with something on it that is no rung', () =>
  refusesConfig('ladder:\n  - sonnet/none\n  - opus\n', /stepladder\.yaml:3:5: error: “opus” is no rung/));

test('a task with a rung that is not on the ladder', () =>
  refusesTasks(
    { a: '---\nrung: sonnet/thinkin\n---\n# A\n' },
    /tasks\/a\.md:2:7: error: .*sonnet\/thinkin/,
    'did you mean “sonnet/thinking”?',
  ));

test('front matter that is no YAML', () => refusesTasks({ a: '---\ndepends: [b\n---\n# A\n' }, /tasks\/a\.md:[23]/));

test('a dependency on a task that does not exist, and a cycle, both at once', () =>
  refusesTasks(
    {
      a: '---\ndepends: [opnai]\n---\n# A\n',
      openai: '---\ndepends: [c]\n---\n# O\n',
      c: '---\ndepends: [openai]\n---\n# C\n',
    },
    /tasks\/a\.md:2:11: error: .*opnai/,
    'did you mean “openai”?',
    /c → openai → c|openai → c → openai/,
  ));

test('a file without any header, an empty one, one that is not UTF-8', async () => {
  await withProject({ agent: 'scripted' }, async (made) => {
    made.write('tasks/bare.md', 'Just text.\n');
    made.write('tasks/empty.md', '');
    writeFileSync(join(made.root, 'tasks/latin.md'), Buffer.from([0x23, 0x20, 0xe9, 0x0a]));
    made.commit();
    refused(made, await made.stepladder(['orchestrate']), 'tasks/bare.md', 'tasks/empty.md', 'tasks/latin.md', 'UTF-8');
  });
});

test('the tasks folder is missing', async () => {
  await withProject({ config: { tasks: 'docs/backlog' } }, async (made) => {
    refused(made, await made.stepladder(['orchestrate']), 'docs/backlog');
    assert.is((await made.make(['orchestrate'])).code, 2);
  });
});

test('the workspace is not a git work tree', async () => {
  await withProject({ tasks: { a: TASK }, git: false }, async (made) => {
    refused(made, await made.stepladder(['orchestrate']), 'git');
    assert.is(made.exists('tasks/a.done'), false);
  });
});

test('git has no identity to commit with', async () => {
  await withProject({ tasks: { a: TASK }, identity: false }, async (made) => {
    refused(made, await made.stepladder(['orchestrate']), 'git config');
  });
});

test('somebody has work in the tree that is not committed: named, refused, untouched', async () => {
  await withProject({ tasks: { a: TASK }, files: { 'src/a.c': 'one\n' } }, async (made) => {
    made.write('src/a.c', 'two\n');
    made.write('src/new.c', 'mine\n');
    refused(made, await made.stepladder(['orchestrate']), 'src/a.c', 'src/new.c');
    refused(made, await made.stepladder(['step', 'a']), 'src/a.c', 'src/new.c');
    assert.is((await made.make(['tasks/a.done'])).code, 2);
    assert.is(made.read('src/a.c'), 'two\n');
    assert.is(made.read('src/new.c'), 'mine\n');
  });
});

test('there is no make', async () => {
  await withProject({ tasks: { a: TASK } }, async (made) => {
    const bin = join(made.outside, 'bin');
    mkdirSync(bin);
    for (const program of ['node', 'git', 'sh', 'env', 'ps']) {
      const found = spawnSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8' }).stdout.trim();
      if (found !== '') symlinkSync(found, join(bin, program));
    }
    refused(made, await made.stepladder(['orchestrate'], { env: { PATH: bin } }), /\bmake\b/i);
  });
});

test('Node is too old', async () => {
  await withProject({ tasks: { a: TASK } }, async (made) => {
    const old = join(made.outside, 'old.cjs');
    writeFileSync(
      old,
      "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.20.4' } });\n",
    );
    refused(
      made,
      await made.run(process.execPath, ['--require', old, PROGRAM, 'orchestrate']),
      'Node 18.20.4 is too old',
      '20.19',
    );
  });
});

test('the task file is deleted while its step runs: it is put back, nothing lands and nothing is lost', async () => {
  await withProject({ tasks: { a: TASK, b: TASK }, agent: 'driven' }, async (made) => {
    const running = made.start('stepladder', ['step', 'a']);
    const attempt = await made.nextAttempt();
    await attempt.write('work.txt', 'an afternoon of work\n');
    made.remove('tasks/a.md');
    await attempt.verdict({ ok: true });
    refused(made, await running.done, /tasks\/a\.md: error: .*deleted while its step ran/);
    assert.is(made.read('tasks/a.md'), TASK);
    assert.is(made.exists('tasks/a.done'), false);
    assert.is(made.git('show', 'refs/stepladder/interrupted/a:work.txt'), 'an afternoon of work');
  });
});

test('under Make the run comes to the same exit code 2', async () => {
  await withProject({ tasks: { a: TASK }, script: [{ run: 'rm tasks/a.md' }] }, async (made) => {
    const ran = await made.stepladder(['orchestrate']);
    assert.is(ran.code, 2);
    assert.match(ran.output, 'was deleted while its step ran');
  });
});

test('output that cannot be written is said once, without a trace', async () => {
  await withProject({ tasks: { a: TASK } }, async (made) => {
    for (const command of ['plan', 'status', 'orchestrate']) {
      const ran = await made.run('sh', ['-c', `exec "${process.execPath}" "${PROGRAM}" ${command} > /dev/full`]);
      assert.is(ran.code, 2);
      assert.match(ran.output, 'disk is full');
      assert.not.match(ran.output, '    at ');
    }
    assert.ok(made.receipt('a') !== null, 'what was under way went on');
  });
});

test('a receipt that is not JSON, or of a newer version, is named with what to do', async () => {
  await withProject({ tasks: { a: TASK, b: TASK } }, async (made) => {
    made.write('tasks/a.done', '{"stepladder": 1, "task"');
    made.write('tasks/b.done', '{"stepladder": 99, "task": "b"}\n');
    made.commit();
    refused(made, await made.stepladder(['step', 'a']), 'tasks/a.done');
    refused(made, await made.stepladder(['step', 'b']), 'tasks/b.done', /newer/);
    refused(made, await made.stepladder(['orchestrate']), 'tasks/a.done', 'tasks/b.done');
    assert.is(made.read('tasks/a.done'), '{"stepladder": 1, "task"');
  });
});

test('a folder in the place of a receipt is named', async () => {
  await withProject({ tasks: { a: TASK } }, async (made) => {
    mkdirSync(join(made.root, 'tasks/a.done'));
    refused(made, await made.stepladder(['orchestrate']), 'tasks/a.done', /folder stands where a file should be/);
  });
});

const namespaces = spawnSync('unshare', ['-Urm', 'true']).status === 0;

function mounted(title: string, mount: string, body: (made: Project, ran: Ran) => void): void {
  if (!namespaces) {
    test.skip(title, 'this machine does not let us mount (unshare -Urm)');
    return;
  }
  test(title, async () => {
    await withProject({ tasks: { a: TASK } }, async (made) => {
      await made.stepladder(['plan']);
      mkdirSync(join(made.root, '.stepladder'), { recursive: true });
      const line = `${mount} && exec "${process.execPath}" "${PROGRAM}" orchestrate`;
      body(made, await made.run('unshare', ['-Urm', 'sh', '-c', line]));
      const after = await made.stepladder(['orchestrate']);
      assert.is(after.code, 0, 'once there is room again, the next run succeeds');
    });
  });
}

mounted(
  'a read-only tasks folder',
  'mount --bind . . && mount --bind tasks tasks && mount -o remount,bind,ro tasks',
  (made, ran) => {
    refused(made, ran, /EROFS|read-only/);
    assert.is(made.exists('tasks/a.done'), false);
  },
);

mounted(
  'a full disk',
  'mount -t tmpfs -o size=16k none .stepladder && { cat /dev/zero > .stepladder/full 2>/dev/null; true; }',
  (made, ran) => {
    refused(made, ran, /ENOSPC|disk is full/);
    assert.is(made.exists('tasks/a.done'), false);
  },
);

mounted('a disk that is full before a step can begin', 'mount -t tmpfs -o size=40k none .stepladder', (made, ran) => {
  refused(made, ran, /disk is full|free some space/);
  assert.is(made.exists('tasks/a.done'), false);
});

const HOSTILE = [
  '$(shell touch pwned).md',
  '$(touch pwned).md',
  '`touch pwned`.md',
  'a b.md',
  '-rf.md',
  '..md',
  'x;touch pwned;y.md',
  "it's.md",
  'a\ntouch pwned\n.md',
  'a\\.md',
  'a:b.md',
  '#a.md',
  'a|b.md',
  '\u001b[31mred.md',
];

test('names that Make or a shell would take for something else are refused with one that would do, and execute nothing', async () => {
  await withProject({ tasks: { good: TASK } }, async (made) => {
    for (const name of HOSTILE) made.write(`tasks/${name}`, TASK);
    made.commit();
    const ran = await made.stepladder(['orchestrate']);
    refused(made, ran, 'tasks/a b.md', 'tasks/-rf.md', 'tasks/$(shell touch pwned).md');
    assert.match(ran.stderr, /a-b/, 'a name that would do');
    assert.not.match(ran.stderr, '\u001b', 'no escape sequence reaches the terminal');
    assert.is(
      ran.stderr.split('\n').filter((line) => /: error: /.test(line)).length,
      HOSTILE.length,
      'each of them is named',
    );
    for (const goal of ['orchestrate', 'plan', 'status', 'lint-tasks', 'graph', 'tasks/good.done'])
      await made.make([goal]);
    for (const goal of ['tasks/a b.done', 'tasks/$(shell touch pwned).done', 'tasks/`touch pwned`.done'])
      await made.make([goal]);
    for (const name of HOSTILE) await made.stepladder(['step', name.replace(/\.md$/, '')]);
    for (const name of HOSTILE) await made.stepladder(['show', '--', name.replace(/\.md$/, '')]);
    assert.is(made.git('status', '--porcelain', '--', ':!tasks'), '', 'nothing was made anywhere');
    assert.is(existsSync(join(made.outside, 'pwned')), false);
    assert.equal(made.invocations(), []);
  });
});

test('a prompt template that is missing, or cannot be rendered: nothing is started', async () => {
  await withProject({ tasks: { a: '# A', b: '# B' }, config: { prompt: 'gone.njk' } }, async (made) => {
    const ran = await made.make(['orchestrate']);
    assert.match(ran.output, 'the prompt template gone.njk cannot be used');
    assert.match(ran.output, 'Error 2');
    made.write('gone.njk', '{% extends "stepladder" %}{% block rules %}');
    assert.match((await made.make(['orchestrate'])).output, 'Error 2');
    assert.not.ok(made.journal().some(({ type }) => type === 'step-started'));
  });
});
