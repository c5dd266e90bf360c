import { spawn, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type FileLayer, setFileLayer } from '../src/record/files.js';
import { tasksInFlight } from '../src/record/in-flight.js';
import { taskState } from '../src/record/task-state.js';
import { openWorkspace } from '../src/workspace/in-place.js';
import { finishLandings, land } from '../src/workspace/landing.js';
import { isAnythingUnfinished, recoverDead } from '../src/workspace/recover.js';
import type { Snapshot } from '../src/workspace/workspace.js';
import { adopt, landingOf, noteAttempt, type Repository, receiptFor, repository } from './rig/repository.js';
import { assert, suite } from './rig/suite.js';

/** What a landing child is told, through its environment. */
interface Orders {
  readonly root: string;
  readonly snapshot: Snapshot;
  readonly tree: string;
  /** Before which call that changes a file it kills itself; 0: none. */
  readonly fileCall: number;
  /** A folder with a `git` that kills its caller, to be first on the PATH; '': the real git. */
  readonly shim: string;
}

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

/** The child: lands task `one` and says so. */
function landAsChild({ root, snapshot, tree, fileCall, shim }: Orders): void {
  const repo = adopt(root);
  const ws = repo.open();
  const { landing } = landingOf(repo, ws, 'one', snapshot, { receipt: receiptFor('one', tree) });
  // The runner on record is this very process, as in a real step.
  noteAttempt(repo, 'one', snapshot);
  if (fileCall > 0) setFileLayer(killing(fileCall));
  if (shim !== '') process.env.PATH = `${shim}:${process.env.PATH}`;
  land(ws, landing);
  process.stdout.write('landed\n');
}

const SHIM = `#!/bin/sh
calls=$(($(cat "$SHIM_DIR/calls") + 1)); echo $calls > "$SHIM_DIR/calls"
[ "$calls" = "$KILL_BEFORE" ] && { kill -9 $PPID; exit 1; }
PATH=\${PATH#*:} git "$@"; code=$?
[ "$calls" = "$KILL_AFTER" ] && kill -9 $PPID
exit $code
`;

const files = {
  'src/a.txt': 'a\n',
  'src/b.txt': 'b\n',
  'tasks/one.md': '# Task: One\n',
  'tasks/two.md': '# Task: Two\n',
};

/** A repository in which an attempt at `one` has done its work. */
function worked(): { repo: Repository; snapshot: Snapshot; tree: string } {
  const repo = repository({ files });
  const ws = repo.open();
  const snapshot = ws.snapshot();
  repo.write('src/a.txt', 'changed\n');
  repo.remove('src/b.txt');
  repo.write('src/c.txt', 'new\n');
  return { repo, snapshot, tree: ws.tree() };
}

/** Runs a landing in a process of its own; whether it came to its end. */
function runChild(orders: Orders, env: Record<string, string>): boolean {
  const done = spawnSync(process.execPath, [fileURLToPath(import.meta.url)], {
    env: { ...process.env, ...env, LANDING_ORDERS: JSON.stringify(orders) },
    encoding: 'utf8',
  });
  if (done.status !== 0 && done.signal !== 'SIGKILL') throw new Error(`the child failed: ${done.stdout}${done.stderr}`);
  return done.signal === null;
}

/** After any cut: either all of it is there, or none, and then the work is kept and fits again. */
function assertWhole(repo: Repository, snapshot: Snapshot, tree: string, when: string): 'landed' | 'kept' {
  const ws = repo.open();
  finishLandings(ws, repo.root);
  const recovered = recoverDead(ws, repo.root);
  assert.equal(tasksInFlight(repo.root), [], when);
  assert.equal(ws.dirty(), [], when);
  assert.is(repo.status(), '', when);
  const receipt = repo.read('tasks/one.done');
  if (receipt !== null) {
    assert.equal(JSON.parse(receipt), receiptFor('one', tree), when);
    assert.is(repo.git('log', '-1', '--format=%s %P'), `Title of one ${snapshot.head}`, when);
    assert.is(repo.git('show', 'main:src/c.txt'), 'new', when);
    assert.is(ws.tree(), tree, when);
    assert.equal(recovered, [], when);
    return 'landed';
  }
  assert.is(repo.git('rev-parse', 'HEAD'), snapshot.head, when);
  assert.is(ws.tree(), snapshot.tree, when);
  const [kept] = ws.kept('one');
  assert.ok(kept !== undefined && ws.takeUp(kept), when);
  assert.is(ws.tree(), tree, when);
  landingOf(repo, ws, 'one', ws.headSnapshot()).land();
  assert.is(repo.status(), '', when);
  return 'kept';
}

/** Cuts at the first, second, … point, until one run comes to its end. How the cuts ended, in order. */
function cutEverywhere(
  orders: (at: number, root: string) => { orders: Partial<Orders>; env: Record<string, string> },
): string[] {
  const ends: string[] = [];
  for (let at = 1; ; at += 1) {
    const { repo, snapshot, tree } = worked();
    try {
      const { orders: more, env } = orders(at, repo.root);
      const ended = runChild({ root: repo.root, snapshot, tree, fileCall: 0, shim: '', ...more }, env);
      ends.push(assertWhole(repo, snapshot, tree, `cut ${at}`));
      if (ended) return ends;
    } finally {
      repo.dispose();
    }
  }
}

/** First some that kept the work, then some that landed it; never the other way round. */
function assertOnce(ends: readonly string[], atLeast: number): void {
  assert.ok(ends.length >= atLeast, `${ends.length} cuts`);
  assert.equal([...ends].sort(), [...ends]);
  assert.ok(ends.includes('kept') && ends.at(-1) === 'landed', ends.join(' '));
}

const orders = process.env.LANDING_ORDERS;
if (orders !== undefined) {
  landAsChild(JSON.parse(orders) as Orders);
} else {
  const test = suite('a landing cut short');

  for (const when of ['BEFORE', 'AFTER'] as const) {
    test(
      `killed right ${when.toLowerCase()} any of its git commands, it is finished or undone`,
      () => {
        const ends = cutEverywhere((at, root) => {
          const shim = join(root, '.git/shim');
          fs.mkdirSync(shim);
          fs.writeFileSync(join(shim, 'git'), SHIM, { mode: 0o755 });
          fs.writeFileSync(join(shim, 'calls'), '0');
          return { orders: { shim }, env: { SHIM_DIR: shim, [`KILL_${when}`]: String(at) } };
        });
        assertOnce(ends, 8);
      },
      { timeoutMs: 300_000 },
    );
  }

  test(
    'killed right before any call that changes a file, it is finished or undone',
    () =>
      assertOnce(
        cutEverywhere((at) => ({ orders: { fileCall: at }, env: {} })),
        10,
      ),
    { timeoutMs: 300_000 },
  );

  test('a signal that comes while it lands waits until it has landed', async () => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      const { repo, snapshot, tree } = worked();
      try {
        const shim = join(repo.root, '.git/shim');
        fs.mkdirSync(shim);
        // The git that moves the branch signals its caller, to whom nobody listens, and the whole group.
        const script = `#!/bin/sh\ncase "$*" in *update-ref*) kill -${signal.slice(3)} $PPID;; esac\nPATH=\${PATH#*:} exec git "$@"\n`;
        fs.writeFileSync(join(shim, 'git'), script, { mode: 0o755 });
        const child = spawn(process.execPath, [fileURLToPath(import.meta.url)], {
          env: {
            ...process.env,
            LANDING_ORDERS: JSON.stringify({ root: repo.root, snapshot, tree, fileCall: 0, shim }),
          },
          stdio: ['ignore', 'pipe', 'inherit'],
        });
        let output = '';
        child.stdout.on('data', (chunk) => {
          output += chunk;
        });
        const ended = await new Promise((resolve) => child.on('close', (code, by) => resolve(by ?? code)));
        assert.is(output, 'landed\n');
        assert.is(ended, signal, 'and then it does what it would have done');
        assert.is(repo.status(), '');
        assert.ok(repo.read('tasks/one.done') !== null);
        assert.not(isAnythingUnfinished(repo.root));
      } finally {
        repo.dispose();
      }
    }
  });

  test('a receipt that vanished after it landed was removed by a person: it does not come back', () => {
    const { repo, snapshot, tree } = worked();
    const ws = repo.open();
    landingOf(repo, ws, 'one', snapshot, { receipt: receiptFor('one', tree) }).land();
    repo.remove('tasks/one.done');
    assert.equal(finishLandings(repo.open(), repo.root), []);
    assert.is(repo.read('tasks/one.done'), null);
    repo.dispose();
  });

  test('a receipt that Make deleted right after it was put in place comes back', () => {
    const { repo, snapshot, tree } = worked();
    runChild({ root: repo.root, snapshot, tree, fileCall: 0, shim: '' }, {});
    const text = repo.read('tasks/one.done') ?? '';
    taskState(repo.root, 'one').writeLanding({ token: 't', commit: repo.git('rev-parse', 'HEAD'), receipt: text });
    repo.remove('tasks/one.done');
    assert.ok(isAnythingUnfinished(repo.root));
    assert.is(finishLandings(repo.open(), repo.root).length, 1);
    assert.is(repo.read('tasks/one.done'), text);
    assert.is(repo.status(), '');
    repo.dispose();
  });

  test('one whose branch is not checked out waits for it', () => {
    const { repo, snapshot, tree } = worked();
    runChild({ root: repo.root, snapshot, tree, fileCall: 0, shim: '' }, {});
    const text = repo.read('tasks/one.done') ?? '';
    taskState(repo.root, 'one').writeLanding({ token: 't', commit: repo.git('rev-parse', 'HEAD'), receipt: text });
    repo.git('checkout', '-q', '-b', 'other', snapshot.head ?? '');
    const ws = repo.open();
    assert.equal(finishLandings(ws, repo.root), []);
    assert.is(repo.read('tasks/one.done'), null);
    repo.git('checkout', '-q', 'main');
    repo.remove('tasks/one.done');
    assert.is(finishLandings(ws, repo.root).length, 1);
    assert.is(repo.read('tasks/one.done'), text);
    repo.dispose();
  });

  test('one that is going on in another process is left alone', () => {
    const { repo, snapshot } = worked();
    const state = taskState(repo.root, 'one');
    noteAttempt(repo, 'one', snapshot);
    state.writeLanding({ token: 't', commit: '0'.repeat(40), receipt: 'x' });
    const ws = openWorkspace(repo.config);
    assert.not(isAnythingUnfinished(repo.root));
    assert.equal(finishLandings(ws, repo.root), []);
    assert.equal(recoverDead(ws, repo.root), []);
    assert.ok(state.readLanding() !== null && state.readInFlight() !== null);
    repo.dispose();
  });
}
