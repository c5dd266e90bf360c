import * as fs from 'node:fs';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { forgetPasses, PassCache } from '../src/inspect/check-cache.js';
import { type CheckContext, runChecks } from '../src/inspect/checks.js';
import type { Check } from '../src/inspect/inspection.js';
import { type FileLayer, setFileLayer } from '../src/record/files.js';
import { inFolder } from './rig/folder.js';
import { assert, suite } from './rig/suite.js';

const test = suite('checks that passed already');
const TREE = 'a'.repeat(40);
const OTHER = 'b'.repeat(40);
const ENV = { PATH: process.env.PATH ?? '', CFLAGS: '-O2' };

const check = (run: string): Check => ({
  label: run,
  kind: 'command',
  run,
  timeoutMs: 30_000,
  origin: 'config',
  when: 'step',
});

/** Runs a check; whether its process was started. Each start appends a line to `runs`. */
async function isRun(dir: string, run: string, more: Partial<CheckContext> = {}): Promise<boolean> {
  const before = starts(dir);
  await runChecks([check(`echo run >> ${join(dir, 'runs')}; ${run}`)], {
    cwd: dir,
    env: ENV,
    secrets: [],
    mark: `test-${process.pid}-${Math.random().toString(36).slice(2)}`,
    task: 'one',
    base: 'c0ffee',
    tree: TREE,
    retries: 0,
    stateRoot: join(dir, '.stepladder'),
    sandbox: '',
    shared: false,
    signal: new AbortController().signal,
    leftOver: () => [],
    onResult: () => {},
    ...more,
  });
  return starts(dir) > before;
}

function starts(dir: string): number {
  return existsSync(join(dir, 'runs')) ? readFileSync(join(dir, 'runs'), 'utf8').split('\n').length - 1 : 0;
}

test('a pass on the same tree, command and environment is not run again, by whatever task', () =>
  inFolder(async (dir) => {
    assert.is(await isRun(dir, 'true'), true);
    assert.is(await isRun(dir, 'true'), false);
    assert.is(await isRun(dir, 'true', { task: 'two', base: 'decade' }), false);
  }));

test('another tree, command, environment or sandbox is another check', () =>
  inFolder(async (dir) => {
    await isRun(dir, 'true');
    assert.is(await isRun(dir, 'true', { tree: OTHER }), true);
    assert.is(await isRun(dir, ': true'), true);
    assert.is(await isRun(dir, 'true', { env: { ...ENV, CFLAGS: '-O0' } }), true);
    assert.is(await isRun(dir, 'true', { env: { ...ENV, NEW: '' } }), true);
    assert.is(await isRun(dir, 'true', { sandbox: 'env' }), true);
  }));

test('another terminal or session is no other environment', () =>
  inFolder(async (dir) => {
    await isRun(dir, 'true');
    const session = {
      SHLVL: '4',
      TERM: 'xterm',
      SSH_AUTH_SOCK: '/tmp/x',
      TMUX_PANE: '%1',
      OLDPWD: '/',
      _: '/usr/bin/make',
    };
    assert.is(await isRun(dir, 'true', { env: { ...session, ...ENV } }), false);
  }));

test('task and base count for a command that names them', () =>
  inFolder(async (dir) => {
    const run = 'test -n "$STEPLADDER_BASE"';
    await isRun(dir, run);
    assert.is(await isRun(dir, run, { task: 'two' }), false);
    assert.is(await isRun(dir, run, { base: 'decade' }), true);
  }));

test('a failure is run every time', () =>
  inFolder(async (dir) => {
    assert.is(await isRun(dir, 'false'), true);
    assert.is(await isRun(dir, 'false'), true);
  }));

test('a flaky pass is remembered as flaky', () =>
  inFolder(async (dir) => {
    const stateRoot = join(dir, '.stepladder');
    const cache = new PassCache({ stateRoot, tree: TREE, env: ENV, sandbox: '' });
    cache.keep(check('x'), { flaky: true, durationMs: 12 });
    assert.equal(new PassCache({ stateRoot, tree: TREE, env: { ...ENV }, sandbox: '' }).find(check('x')), {
      flaky: true,
      durationMs: 12,
    });
  }));

test('a pass is not kept where the checks changed the tree, nor for a tree that has no id', () =>
  inFolder(async (dir) => {
    await isRun(dir, 'true', { treeNow: () => OTHER });
    assert.is(await isRun(dir, 'true'), true);
    await isRun(dir, 'true', { tree: '../../etc' });
    assert.is(await isRun(dir, 'true', { tree: '../../etc' }), true);
  }));

test('a damaged entry counts as none', () =>
  inFolder(async (dir) => {
    await isRun(dir, 'true');
    const folder = join(dir, '.stepladder/checks', TREE);
    for (const text of ['', '{', 'null', '{"flaky": 1, "durationMs": 1}']) {
      writeFileSync(join(folder, readdirSync(folder)[0] ?? ''), text);
      assert.is(await isRun(dir, 'true'), true, text);
    }
  }));

test('passes that others noted since a moment can be forgotten, older ones and our own stay', () =>
  inFolder(async (dir) => {
    await isRun(dir, 'true');
    const since = Date.now() - 1000;
    const stateRoot = join(dir, '.stepladder');
    const folder = join(stateRoot, 'checks', TREE);
    const own = readdirSync(folder)[0] ?? '';
    writeFileSync(join(folder, 'forged.json'), readFileSync(join(folder, own)));
    assert.is(forgetPasses(stateRoot, Date.now() + 60_000), 0);
    assert.is(forgetPasses(stateRoot, since), 1);
    assert.equal(readdirSync(folder), [own]);
  }));

test('passes on long-gone trees are forgotten', () =>
  inFolder(async (dir) => {
    const stateRoot = join(dir, '.stepladder');
    for (let n = 0; n < 60; n += 1) {
      const tree = n.toString(16).padStart(40, '0');
      new PassCache({ stateRoot, tree, env: ENV, sandbox: '' }).keep(check('x'), { flaky: false, durationMs: 1 });
    }
    const kept = readdirSync(join(stateRoot, 'checks')).length;
    assert.ok(kept <= 51 && kept >= 50, String(kept));
  }));

/** Something that another step does right before what we have written gets its name. */
function rightBeforeRename(act: (folder: string) => void): FileLayer {
  return new Proxy(fs, {
    get(target, name) {
      if (name !== 'renameSync') return Reflect.get(target, name);
      return (from: string, to: string): void => {
        act(dirname(from));
        fs.renameSync(from, to);
      };
    },
  });
}

for (const [what, act, again] of [
  ['forgets what others have noted', (folder: string) => void forgetPasses(dirname(dirname(folder)), 0), false],
  ['forgets the oldest trees', (folder: string) => fs.rmSync(folder, { recursive: true }), true],
] as const) {
  test(`a step beside it ${what} in the middle of its noting a pass: it goes on`, () =>
    inFolder(async (dir) => {
      setFileLayer(rightBeforeRename(act));
      try {
        assert.is(await isRun(dir, 'true'), true);
      } finally {
        setFileLayer(fs);
      }
      assert.is(await isRun(dir, 'true'), again);
    }));
}
