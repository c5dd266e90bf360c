/** A lock has one holder at a time, is taken from the dead, and never from anybody who may be alive. */
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { appendFileSync, existsSync, readdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Refusal } from '../src/diagnostic.js';
import { codeOf, files, setFileLayer } from '../src/record/files.js';
import {
  acquire,
  type Holder,
  type Lock,
  type LockRecord,
  removalOf,
  sweepLocks,
  tryAcquire,
} from '../src/record/locks.js';
import { bootId, thisHost, thisProcess } from '../src/record/process.js';
import { Children, cleanEnvironment, type Running } from './rig/child.js';
import { eachFailure, failingLayer } from './rig/failing-files.js';
import { inFolder } from './rig/folder.js';
import { assert, suite } from './rig/suite.js';

const SELF = fileURLToPath(import.meta.url);
const TOKEN = '0123456789abcdef0123456789abcdef';

/** A process that has ended, and whose pid nobody has yet. */
const DEAD = spawnSync('true').pid;

function record(changes: Partial<LockRecord> = {}): LockRecord {
  return { ...thisProcess(), token: TOKEN, what: 'a test', since: '2026-01-02T03:04:05.678Z', ...changes };
}

function plant(path: string, changes: Partial<LockRecord>): void {
  writeFileSync(path, JSON.stringify(record(changes)));
}

function taken(found: Lock | Holder): Lock {
  if (found.kind === 'holder') throw new Error(`held by ${JSON.stringify(found)}`);
  return found;
}

function refused(found: Lock | Holder): Holder {
  if (found.kind === 'lock') throw new Error('the lock was taken');
  return found;
}

const silently = { what: 'a test', onWait: () => {} };

/**
 * In a process of its own: takes the lock again and again, as fast as it can, and each time makes sure that it is alone
 * inside. Every other time it leaves the lock as a dead process would, so that all the others set about breaking it at
 * once; the last time it does die.
 */
async function competitor(): Promise<void> {
  const [, , , path = '', rounds = '1'] = process.argv;
  const inside = join(dirname(path), 'inside');
  for (let round = 1; ; round++) {
    let lock = tryAcquire(path, `process ${process.pid}`);
    for (; lock.kind === 'holder'; lock = tryAcquire(path, `process ${process.pid}`)) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    try {
      writeFileSync(inside, `${process.pid}`, { flag: 'wx' });
    } catch {
      process.stdout.write(`overlap: ${readFileSync(inside, 'utf8')} is inside as well as ${process.pid}\n`);
      process.exit(1);
    }
    appendFileSync(join(dirname(path), 'entries'), 'x');
    // Others get the processor now, if they can get in at all.
    await new Promise((resolve) => setImmediate(resolve));
    if (!lock.held()) process.stdout.write('overlap: the lock was lost\n');
    unlinkSync(inside);
    if (round === Number(rounds)) process.kill(process.pid, 'SIGKILL');
    if (round % 2 === 0) lock.release();
    else files.writeDurably(path, JSON.stringify(record({ startTime: '1', token: randomBytes(16).toString('hex') })));
  }
}

/** In a process of its own: holds the lock until it is killed. */
async function keeper(): Promise<void> {
  await acquire(process.argv[3] ?? '', { what: 'the keeper', onWait: () => {} });
  process.stdout.write('held\n');
  setInterval(() => {}, 1_000);
}

async function withKeeper(dir: string, path: string, body: (keeper: Running) => Promise<void>): Promise<void> {
  const children = new Children(cleanEnvironment(dir), dir);
  try {
    const child = children.start(process.execPath, [SELF, 'keep', path]);
    await child.until('held');
    await body(child);
  } finally {
    children.end();
  }
}

function tests(): void {
  const test = suite('locks');

  test('a free lock is taken, held, given back and free again', async () => {
    await inFolder((dir) => {
      const path = join(dir, 'locks/a.lock');
      const lock = taken(tryAcquire(path, 'the step of a'));
      assert.is(lock.held(), true);
      const written: LockRecord = JSON.parse(readFileSync(path, 'utf8'));
      assert.equal(
        [written.host, written.bootId, written.pid, written.what],
        [thisHost(), bootId(), process.pid, 'the step of a'],
      );
      assert.is(refused(tryAcquire(path, 'other')).record?.token, lock.token);
      lock.release();
      lock.release();
      assert.is(lock.held(), false);
      assert.equal(readdirSync(dirname(path)), [], 'nothing is left');
      taken(tryAcquire(path, 'other'));
    });
  });

  test('ten processes that want one lock, each of which dies with it in its hands, never overlap', async () => {
    await inFolder(async (dir) => {
      const path = join(dir, 'a.lock');
      plant(path, { pid: DEAD });
      const children = new Children(cleanEnvironment(dir), dir);
      const all = Array.from({ length: 10 }, () => children.start(process.execPath, [SELF, 'compete', path, '20']));
      for (const { done } of all) {
        const { signal, output } = await done;
        assert.is(output, '');
        assert.is(signal, 'SIGKILL');
      }
      assert.is(readFileSync(join(dir, 'entries'), 'utf8').length, 200);
      taken(tryAcquire(path, 'the last one')).release();
      assert.equal(readdirSync(dir), ['entries']);
    });
  });

  test('a lock of a living process is waited for, and taken as soon as that is killed', async () => {
    await inFolder(async (dir) => {
      const path = join(dir, 'a.lock');
      await withKeeper(dir, path, async (keeping) => {
        const waits: Holder[] = [];
        const lock = await acquire(path, {
          what: 'a test',
          onWait: (holder) => {
            waits.push(holder);
            keeping.kill('SIGKILL');
          },
        });
        assert.is(lock.held(), true);
        assert.is(waits.length, 1, 'told once');
        assert.equal([waits[0]?.record?.what, waits[0]?.record?.pid], ['the keeper', keeping.pid]);
      });
    });
  });

  test('waiting ends when it is aborted, and leaves nothing behind', async () => {
    await inFolder(async (dir) => {
      const path = join(dir, 'a.lock');
      const lock = taken(tryAcquire(path, 'a test'));
      const abort = new AbortController();
      const waiting = acquire(path, {
        what: 'never',
        onWait: () => abort.abort(new Error('enough')),
        signal: abort.signal,
      });
      try {
        await waiting;
        assert.unreachable();
      } catch (error) {
        assert.is(error instanceof Error && error.message, 'enough');
      }
      assert.equal(readdirSync(dir), ['a.lock']);
      assert.is(lock.held(), true);
    });
  });

  const gone: [title: string, changes: Partial<LockRecord>][] = [
    ['a process that has ended', { pid: DEAD }],
    ['a pid that was given away again', { startTime: '1' }],
    ['an earlier boot', { bootId: '00000000-0000-0000-0000-000000000000' }],
    [
      'an earlier boot, in a container of then',
      { host: `${thisHost().replace(/\/.*/, '')}/pid:[1]`, bootId: '00000000-0000-0000-0000-000000000000' },
    ],
  ];
  for (const [title, changes] of gone) {
    test(`the lock of ${title} is broken`, async () => {
      await inFolder((dir) => {
        const path = join(dir, 'a.lock');
        plant(path, changes);
        const lock = taken(tryAcquire(path, 'a test'));
        assert.is.not(lock.token, TOKEN);
        lock.release();
        assert.equal(readdirSync(dir), []);
      });
    });
  }

  const elsewhere: [title: string, changes: Partial<LockRecord>][] = [
    ['another host', { host: 'elsewhere', pid: DEAD }],
    ['another host of another boot', { host: 'elsewhere', pid: DEAD, bootId: 'other' }],
    ['another container of this host', { host: `${thisHost().replace(/\/.*/, '')}/pid:[1]`, pid: DEAD }],
  ];
  for (const [title, changes] of elsewhere) {
    test(`the lock of ${title} is never broken; the command that removes it is named`, async () => {
      await inFolder(async (dir) => {
        const path = join(dir, "it's a.lock");
        plant(path, changes);
        const before = readFileSync(path, 'utf8');
        const holder = refused(tryAcquire(path, 'a test'));
        assert.is(holder.elsewhere, true);
        assert.is(removalOf(holder), `rm '${dir}/it'\\''s a.lock'`);
        try {
          await acquire(path, silently);
          assert.unreachable();
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
          const [diagnostic] = error.diagnostics;
          assert.ok(diagnostic?.message.includes(path));
          assert.match(diagnostic?.message ?? '', /a test, process \d+ on \S+ since 2026-01-02T03:04:05\.678Z/);
          assert.ok(diagnostic?.remedy?.endsWith(removalOf(holder)));
        }
        assert.is(readFileSync(path, 'utf8'), before);
        assert.equal(readdirSync(dir), ["it's a.lock"]);
      });
    });
  }

  test('where steps are launched on other hosts, their locks are waited for', async () => {
    await inFolder(async (dir) => {
      const path = join(dir, 'a.lock');
      plant(path, { host: 'node17' });
      const hosts: (string | undefined)[] = [];
      const lock = await acquire(path, {
        what: 'a test',
        acrossHosts: true,
        onWait: (holder) => {
          hosts.push(holder.record?.host);
          unlinkSync(path);
        },
      });
      assert.equal(hosts, ['node17']);
      assert.is(lock.held(), true);
    });
  });

  test('a lock file cut off anywhere, or of rubbish, is never broken', async () => {
    await inFolder((dir) => {
      const path = join(dir, 'a.lock');
      const whole = JSON.stringify(record({ pid: DEAD }));
      const rubbish = [
        'null',
        '[]',
        '{}',
        '\0\0\0',
        whole.replace(TOKEN, '../../etc'),
        whole.replace('"pid"', '"dip"'),
      ];
      for (const text of [...Array.from(whole, (_, length) => whole.slice(0, length)), ...rubbish]) {
        writeFileSync(path, text);
        const holder = refused(tryAcquire(path, 'a test'));
        assert.is(holder.record, null);
        assert.is(readFileSync(path, 'utf8'), text);
      }
      writeFileSync(path, whole);
      taken(tryAcquire(path, 'a test'));
    });
  });

  test('whoever waits for a damaged lock is told how to remove it', async () => {
    await inFolder(async (dir) => {
      const path = join(dir, 'a.lock');
      writeFileSync(path, '');
      try {
        await acquire(path, silently);
        assert.unreachable();
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        assert.match(error.message, /a\.lock cannot be read as a lock/);
        assert.is(error.diagnostics[0]?.remedy, `if nothing of stepladder is running there any more: rm ${path}`);
      }
      assert.is(readFileSync(path, 'utf8'), '');
    });
  });

  test('a breaker that died in the middle stands in nobody’s way', async () => {
    await inFolder((dir) => {
      const path = join(dir, 'a.lock');
      const second = TOKEN.replace('0', '1');
      plant(path, { pid: DEAD });
      plant(`${path}.break-${TOKEN}`, { pid: DEAD, token: second });
      plant(`${path}.break-${TOKEN}.break-${second}`, { pid: DEAD, token: TOKEN.replace('0', '2') });
      taken(tryAcquire(path, 'a test')).release();
      assert.equal(readdirSync(dir), []);
    });
  });

  test('of a folder those of the dead are swept, with all that their breakers left, and no others', async () => {
    await inFolder((dir) => {
      const second = TOKEN.replace('0', '1');
      plant(join(dir, 'dead.lock'), { pid: DEAD });
      plant(join(dir, 'broken.lock'), { pid: DEAD });
      plant(join(dir, `broken.lock.break-${TOKEN}`), { pid: DEAD, token: second });
      plant(join(dir, `gone.lock.break-${TOKEN}`), { pid: DEAD, token: second });
      plant(join(dir, 'ours.lock'), {});
      plant(join(dir, 'elsewhere.lock'), { host: 'node17' });
      writeFileSync(join(dir, 'damaged.lock'), '{');
      writeFileSync(join(dir, 'none of ours'), JSON.stringify(record({ pid: DEAD })));
      sweepLocks(dir);
      assert.equal(readdirSync(dir), ['damaged.lock', 'elsewhere.lock', 'none of ours', 'ours.lock']);
      sweepLocks(join(dir, 'no such folder'));
    });
  });

  test('while somebody else is breaking a lock, nobody breaks it', async () => {
    await inFolder((dir) => {
      const path = join(dir, 'a.lock');
      plant(path, { pid: DEAD });
      plant(`${path}.break-${TOKEN}`, { token: TOKEN.replace('0', '1'), what: 'breaking' });
      assert.is(refused(tryAcquire(path, 'a test')).record?.what, 'breaking');
      assert.is(existsSync(path), true);
    });
  });

  test('a breaker that comes late does not break the lock that was taken since', async () => {
    await inFolder((dir) => {
      const path = join(dir, 'a.lock');
      plant(path, { pid: DEAD });
      const counting = failingLayer(0, 'EIO');
      let other: Lock | null = null;
      const restore = setFileLayer({
        ...counting.layer,
        // The moment between seeing that the holder is dead and taking the right to break: somebody else is faster.
        linkSync: (from, to) => {
          if (other === null && to.includes('.break-')) {
            restore();
            other = taken(tryAcquire(path, 'the faster one'));
          }
          counting.layer.linkSync(from, to);
        },
      });
      const holder = refused(tryAcquire(path, 'the slower one'));
      assert.is(holder.record?.what, 'the faster one');
      assert.is(taken(other ?? holder).held(), true);
      assert.equal(readdirSync(dir), ['a.lock']);
    });
  });

  test('a lock that was taken away is not held, and what another holds is not given back', async () => {
    await inFolder((dir) => {
      const path = join(dir, 'a.lock');
      const lock = taken(tryAcquire(path, 'a test'));
      unlinkSync(path);
      assert.is(lock.held(), false);
      const other = taken(tryAcquire(path, 'other'));
      assert.is(lock.held(), false);
      lock.release();
      assert.is(other.held(), true);
    });
  });

  test('the lock of a process that is dead but not yet collected is broken', async () => {
    await inFolder(async (dir) => {
      const path = join(dir, 'a.lock');
      const children = new Children(cleanEnvironment(dir), dir);
      try {
        // The shell becomes a `sleep`, which never asks after the child that it inherits.
        const parent = children.start('sh', ['-c', 'sleep 100 & echo $!; exec sleep 1000']);
        await parent.until(/^\d+\n/);
        const pid = Number(parent.output());
        const holder = { ...record(), pid, startTime: '' };
        writeFileSync(path, JSON.stringify(holder));
        assert.is(refused(tryAcquire(path, 'a test')).record?.pid, pid);
        process.kill(pid, 'SIGKILL');
        // It may take a moment to die: what is waited for is what the lock itself waits for.
        await acquire(path, silently);
      } finally {
        children.end();
      }
    });
  });

  test('whichever call fails, a lock is either ours and known to be, or can be taken', async () => {
    await eachFailure(
      () => {},
      (dir) => taken(tryAcquire(join(dir, 'a.lock'), 'a test')),
      (dir, { call, code, thrown }) => {
        const path = join(dir, 'a.lock');
        if (thrown === null) refused(tryAcquire(path, 'another'));
        else {
          assert.is(codeOf(thrown), code);
          assert.is(taken(tryAcquire(path, 'another')).held(), true, `${call} failed`);
        }
      },
    );
  });

  test('on a file system without hard links a lock is exclusive all the same', async () => {
    await inFolder((dir) => {
      const path = join(dir, 'a.lock');
      const { layer } = failingLayer(0, 'EIO');
      const restore = setFileLayer({
        ...layer,
        linkSync: () => {
          throw Object.assign(new Error('EPERM'), { code: 'EPERM' });
        },
      });
      try {
        const lock = taken(tryAcquire(path, 'a test'));
        assert.is(refused(tryAcquire(path, 'other')).record?.token, lock.token);
        lock.release();
        plant(path, { pid: DEAD });
        taken(tryAcquire(path, 'other')).release();
      } finally {
        restore();
      }
      assert.equal(readdirSync(dir), []);
    });
  });

  test('a link whose success was not reported is ours nevertheless', async () => {
    await inFolder((dir) => {
      const { layer } = failingLayer(0, 'EIO');
      const restore = setFileLayer({
        ...layer,
        linkSync: (from, to) => {
          layer.linkSync(from, to);
          throw Object.assign(new Error('EEXIST'), { code: 'EEXIST' });
        },
      });
      try {
        assert.is(taken(tryAcquire(join(dir, 'a.lock'), 'a test')).held(), true);
      } finally {
        restore();
      }
    });
  });
}

if (process.argv[2] === 'compete') await competitor();
else if (process.argv[2] === 'keep') await keeper();
else tests();
