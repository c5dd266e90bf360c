/** A process that dies while it takes a receipt back: afterwards all of it is done, once, or nothing was begun. */
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type FileLayer, setFileLayer } from '../src/record/files.js';
import { readJournal } from '../src/record/journal.js';
import { pastReopenings, type Reopening, readReopening } from '../src/record/reopenings.js';
import { type FailureRecord, taskState } from '../src/record/task-state.js';
import { carryOut, finishReopening } from '../src/step/reopen.js';
import { evidenceOnBranch } from '../src/workspace/backlog-commits.js';
import { withProject } from './rig/project.js';
import { adopt, landingOf, type Repository, receiptFor, repository } from './rig/repository.js';
import { assert, suite } from './rig/suite.js';

const CHANGING = ['openSync', 'writeSync', 'fsyncSync', 'renameSync', 'unlinkSync', 'mkdirSync'];

/** A file layer that ends this process right before its n-th call that may change something. */
function killing(at: number): FileLayer {
  let calls = 0;
  return new Proxy(fs, {
    get(target, name) {
      const real: unknown = Reflect.get(target, name);
      if (typeof real !== 'function' || typeof name !== 'string' || !CHANGING.includes(name)) return real;
      return (...args: unknown[]): unknown => {
        calls += 1;
        if (calls === at) process.kill(process.pid, 'SIGKILL');
        return Reflect.apply(real, target, args);
      };
    },
  });
}

const FAILURE: FailureRecord = {
  key: 'key',
  state: 'blocked',
  reason: 'two needs start in src/a.c from one',
  rung: 'sonnet/thinking',
  path: [],
  failedChecks: [],
  by: 'one',
  byWork: receiptFor('one', '').work,
  precondition: false,
  claim: null,
  question: null,
  options: [],
  kept: null,
  reopened: 0,
  finished: '2026-01-02T03:04:05.678Z',
};

const REOPENING: Reopening = {
  id: '0123456789abcdef',
  owner: 'one',
  work: receiptFor('one', '').work,
  about: 'start in src/a.c',
  evidence: {
    by: 'two',
    evidence: 'two needs start in src/a.c from one',
    symbol: 'start',
    file: 'src/a.c',
    line: 3,
    commit: null,
    time: '2026-01-02T03:04:05.678Z',
  },
  run: 'run-1',
  failure: FAILURE,
};

interface Orders {
  readonly root: string;
  readonly fileCall: number;
  readonly shim: string;
}

const SHIM = `#!/bin/sh
calls=$(($(cat "$SHIM_DIR/calls") + 1)); echo $calls > "$SHIM_DIR/calls"
PATH=\${PATH#*:} git "$@"; code=$?
[ "$calls" = "$KILL_AFTER" ] && kill -9 $PPID
exit $code
`;

function asChild({ root, fileCall, shim }: Orders): void {
  const repo = adopt(root);
  const ws = repo.open();
  if (fileCall > 0) setFileLayer(killing(fileCall));
  if (shim !== '') process.env.PATH = `${shim}:${process.env.PATH}`;
  carryOut(repo.config, ws, REOPENING);
  process.stdout.write('reopened\n');
}

/** A repository in which `one` is done, and its receipt committed. */
function done(): Repository {
  const repo = repository({ files: { 'src/a.c': 'a\n', 'tasks/one.md': '# One\n', 'tasks/two.md': '# Two\n' } });
  const ws = repo.open();
  const snapshot = ws.snapshot();
  repo.write('src/a.c', 'changed\n');
  landingOf(repo, ws, 'one', snapshot).land();
  return repo;
}

/** Whether the child came to its end. */
function runChild(orders: Orders, env: Record<string, string>): boolean {
  const child = spawnSync(process.execPath, [fileURLToPath(import.meta.url)], {
    env: { ...process.env, ...env, REOPENING_ORDERS: JSON.stringify(orders) },
    encoding: 'utf8',
  });
  if (child.status !== 0 && child.signal !== 'SIGKILL') throw new Error(`${child.stdout}${child.stderr}`);
  return child.signal === null;
}

function assertWhole(repo: Repository, when: string): 'reopened' | 'nothing' {
  const ws = repo.open();
  finishReopening(repo.config, ws);
  assert.is(readReopening(repo.root), null, when);
  assert.is(repo.status(), '', when);
  const state = taskState(repo.root, 'one');
  const counts = [
    state.readEvidence().length,
    pastReopenings(repo.root, 'one').length,
    evidenceOnBranch(ws, 'one').length,
    taskState(repo.root, 'two').readFailure() === null ? 0 : 1,
  ];
  if (repo.read('tasks/one.done') !== null) {
    assert.equal(counts, [0, 0, 0, 0], when);
    return 'nothing';
  }
  assert.equal(counts, [1, 1, 1, 1], when);
  assert.equal(state.readEvidence(), [REOPENING.evidence], when);
  assert.is(state.readLast()?.rung, 'sonnet/thinking', when);
  const told = readJournal(repo.root).filter((event) => event.type === 'reopened');
  assert.ok(told.length >= 1, when);
  return 'reopened';
}

function cutEverywhere(orders: (at: number, root: string) => { orders: Partial<Orders>; env: Record<string, string> }) {
  const ends: string[] = [];
  for (let at = 1; ; at += 1) {
    const repo = done();
    try {
      const { orders: more, env } = orders(at, repo.root);
      const ended = runChild({ root: repo.root, fileCall: 0, shim: '', ...more }, env);
      ends.push(assertWhole(repo, `cut ${at}`));
      if (ended) return ends;
    } finally {
      repo.dispose();
    }
  }
}

const orders = process.env.REOPENING_ORDERS;
if (orders !== undefined) {
  asChild(JSON.parse(orders) as Orders);
} else {
  const test = suite('a reopening cut short');

  test(
    'killed right before any call that changes a file, it is finished once, or was never begun',
    () => {
      const ends = cutEverywhere((at) => ({ orders: { fileCall: at }, env: {} }));
      assert.ok(ends.length > 20, String(ends.length));
      assert.equal([...ends].sort(), ends, 'first nothing, then all of it');
    },
    { timeoutMs: 300_000 },
  );

  test(
    'killed right after any of its git commands, it is finished once',
    () => {
      const ends = cutEverywhere((at, root) => {
        const shim = join(root, '.git/shim');
        fs.mkdirSync(shim);
        fs.writeFileSync(join(shim, 'git'), SHIM, { mode: 0o755 });
        fs.writeFileSync(join(shim, 'calls'), '0');
        return { orders: { shim }, env: { SHIM_DIR: shim, KILL_AFTER: String(at) } };
      });
      assert.ok(ends.length > 5, String(ends.length));
      assert.equal([...new Set(ends)], ['reopened']);
    },
    { timeoutMs: 300_000 },
  );

  test('a run whose step is killed at the withdrawal heals in the same run', () =>
    withProject(
      {
        tasks: { up: '# Up', down: '---\ndepends: [up]\n---\n# Down' },
        config: { ladder: ['small/none'], stubs: { gate: 'off' } },
        script: [
          { task: 'up', nth: 1, write: { 'a.c': 'int start(void) {\n  return ERR(NOT_IMPLEMENTED);\n}\n' } },
          { task: 'up', write: { 'a.c': 'int start(void) {\n  return open_stream(3);\n}\n' } },
          { task: 'down', nth: 1, verdict: { ok: false, reason: 'a stub', symbol: 'start', file: 'a.c' } },
        ],
      },
      async (made) => {
        const shim = join(made.outside, 'shim');
        fs.mkdirSync(shim);
        // Kills the step that is about to commit the withdrawal, once.
        const script = `#!/bin/sh
PATH=\${PATH#*:}
case "$*" in *commit-tree*)
  cat > ${shim}/message
  if grep -q Stepladder-Reopened ${shim}/message && mkdir ${shim}/once 2>/dev/null; then kill -9 $PPID; exit 1; fi
  exec git "$@" < ${shim}/message;;
esac
exec git "$@"
`;
        fs.writeFileSync(join(shim, 'git'), script, { mode: 0o755 });
        const ran = await made.make(['orchestrate'], { env: { PATH: `${shim}:${process.env.PATH}` } });
        assert.is(ran.code, 0);
        assert.ok(fs.existsSync(join(shim, 'once')));
        assert.match(ran.stderr, 'up: was being reopened when the process that did it died; it is reopened now');
        assert.equal(
          made.invocations().map(({ task }) => task),
          ['up', 'down', 'up', 'down'],
        );
        assert.match(made.invocations()[2]?.prompt ?? '', 'down needs start in a.c:1 from up');
        assert.is(made.receipt('up')?.reopened, 1);
        assert.is(made.git('status', '--porcelain'), '');
      },
    ));
}
