/** A process is known by more than its pid, and what an attempt started is found and ended wherever it hid. */
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { fileURLToPath } from 'node:url';
import {
  attachedProcesses,
  bootId,
  isAlive,
  isElsewhere,
  killMarked,
  markedProcesses,
  startTime,
  thisHost,
  thisProcess,
} from '../src/record/process.js';
import { parsePs, parseStat, processTable, psTable } from '../src/record/process-table.js';
import { Children, cleanEnvironment, type Running } from './rig/child.js';
import { inFolder } from './rig/folder.js';
import { until } from './rig/observing.js';
import { assert, suite } from './rig/suite.js';

const DEAD = spawnSync('true').pid;
const LINUX = process.platform === 'linux';

/** Says that it is up, and stays: one process, which puts no other program in its place from then on. */
const STAYS = `exec "${process.execPath}" -e 'console.log("up"); setInterval(() => {}, 1000)'`;

/** Runs shell text with a mark of its own in the environment; whatever it leaves behind is ended afterwards. */
async function marked(script: string, body: (mark: string, shell: Running) => Promise<void>): Promise<void> {
  await inFolder(async (dir) => {
    const mark = randomBytes(8).toString('hex');
    const children = new Children(cleanEnvironment(dir), dir);
    try {
      await body(mark, children.start('sh', ['-c', script], { env: { STEPLADDER_MARK: mark } }));
    } finally {
      children.end();
      killMarked(mark);
    }
  });
}

function tests(): void {
  const test = suite('processes');

  test('we ourselves are alive, and so is whoever started us', () => {
    assert.is(isAlive(thisProcess()), true);
    assert.is(thisProcess().startTime, startTime(process.pid));
    assert.is(isAlive({ ...thisProcess(), pid: process.ppid, startTime: startTime(process.ppid) ?? '' }), true);
    assert.is(isElsewhere(thisProcess()), false);
  });

  test('a process that ended, a later one of its pid, one of an earlier boot are gone', () => {
    assert.is(isAlive({ ...thisProcess(), pid: DEAD }), false);
    assert.is(isAlive({ ...thisProcess(), startTime: '1' }), false);
    assert.is(isAlive({ ...thisProcess(), bootId: 'before' }), false);
    assert.is(startTime(DEAD), null);
  });

  test('of a process elsewhere nothing is known, so it counts as alive', () => {
    for (const host of ['elsewhere', `${thisHost().replace(/\/.*/, '')}/pid:[1]`]) {
      assert.is(isElsewhere({ ...thisProcess(), pid: DEAD, host }), true);
      assert.is(isAlive({ ...thisProcess(), pid: DEAD, host }), true);
    }
  });

  test('what the system does not tell is not held against a process', () => {
    assert.is(isAlive({ ...thisProcess(), startTime: '' }), true);
    assert.is(isAlive({ ...thisProcess(), bootId: '' }), true);
    assert.is(isAlive({ ...thisProcess(), startTime: '', pid: DEAD }), false);
  });

  test('a host goes by its name', () => {
    assert.ok(hostname().startsWith(thisHost().replace(/\/.*/, '')));
    assert.is(thisHost(), thisHost());
  });

  test('a line of /proc/PID/stat is read whatever the process calls itself', () => {
    const rest = 'S 7 8 9 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 12345 1 1';
    const read = { pid: 42, parent: 7, session: 9, zombie: false, stopped: false, startTime: '12345' };
    for (const name of ['sh', 'a b', ') S 1 1 1 (', '(((', 'x)\n1 (y', '']) {
      assert.equal(parseStat(`42 (${name}) ${rest}\n`), read, name);
    }
    assert.is(parseStat(`42 (sh) ${rest.replace('S', 'Z')}`)?.zombie, true);
    for (const line of ['', '42', '42 (sh', '42 (sh) S', 'x (sh) S 1']) assert.is(parseStat(line), null, line);
  });

  test('a process that calls itself by a hostile name is found all the same', async () => {
    if (!LINUX) return;
    await marked("printf ') Z 1 1 1 (' > /proc/self/comm; echo $$; sleep 1000; :", async (_mark, shell) => {
      await shell.until(/\d+\n/);
      const pid = Number(shell.output());
      assert.match(readFileSync(`/proc/${pid}/stat`, 'latin1'), /^\d+ \(\) Z 1 1 1/);
      assert.is(processTable.entry(pid)?.parent, process.pid);
      assert.is(isAlive({ ...thisProcess(), pid, startTime: startTime(pid) ?? 'none' }), true);
    });
  });

  test('what ps answers on other systems is read', () => {
    assert.equal(parsePs('  501     1 Ss   Sat Jan  3 04:05:06 2026    '), {
      pid: 501,
      parent: 1,
      session: 0,
      zombie: false,
      stopped: false,
      startTime: 'Sat Jan 3 04:05:06 2026',
    });
    assert.is(parsePs('501 1 Z+ Sat Jan  3 04:05:06 2026')?.zombie, true);
    assert.is(parsePs(''), null);
    assert.is(parsePs('ps: illegal option'), null);
  });

  test('ps tells the same of us as /proc does, where there are both', async () => {
    const table = psTable();
    const ours = table.entry(process.pid);
    assert.is(ours?.parent, process.ppid);
    assert.is(ours?.startTime, table.entry(process.pid)?.startTime);
    assert.is(table.entry(DEAD), null);
    assert.ok(table.all().some(({ pid }) => pid === process.pid));
    await marked(STAYS, async (mark, shell) => {
      await shell.until('up');
      assert.equal(table.startedWith(`STEPLADDER_MARK=${mark}`), [shell.pid]);
      assert.equal(markedProcesses(mark, table), [shell.pid]);
    });
  });

  test('a mark is found in what carries exactly it', async () => {
    await marked(STAYS, async (mark, shell) => {
      await shell.until('up');
      assert.equal(markedProcesses(mark), [shell.pid]);
      assert.equal(attachedProcesses(mark), [shell.pid]);
      assert.equal(markedProcesses(mark.slice(0, -1)), []);
      assert.equal(markedProcesses(`${mark}0`), []);
      assert.equal(markedProcesses(''), []);
    });
  });

  test('children in the background, in sessions of their own, and without the mark are all ended', async () => {
    const script = `
      sleep 1000 &
      setsid sleep 1000 &
      env -i sleep 1000 &
      setsid sh -c 'env -i sleep 1000 & exec sleep 1000' &
      (trap "" TERM INT HUP; sleep 1000; sleep 1000) &
      echo up; wait`;
    await marked(script, async (mark, shell) => {
      await shell.until('up');
      assert.ok(markedProcesses(mark).length >= 5);
      assert.equal(killMarked(mark), []);
      assert.equal(markedProcesses(mark), []);
      assert.is((await shell.done).signal, 'SIGKILL');
    });
  });

  test('what has lost its parent is ended by its mark, and is waited for by nobody', async () => {
    await marked('(setsid sleep 1000 > /dev/null 2>&1 &) ; echo up', async (mark, shell) => {
      await shell.done;
      // While it puts `sleep` in its place it shows no mark.
      await until(() => markedProcesses(mark).length === 1);
      const pids = markedProcesses(mark);
      assert.equal(attachedProcesses(mark), []);
      assert.equal(killMarked(mark), []);
      assert.is(isAlive({ ...thisProcess(), pid: pids[0] ?? 0, startTime: '' }), false);
    });
  });

  test('processes that go on forking are ended all the same', async () => {
    // Each generation starts the next one in a session of its own, and ends.
    const script =
      'echo up; exec sh -c \'setsid sh -c "$0" "$0" & exec sleep 0.01\' \'setsid sh -c "$0" "$0" & exec sleep 0.01\'';
    await marked(script, async (mark, shell) => {
      await shell.until('up');
      assert.equal(killMarked(mark), []);
      assert.equal(markedProcesses(mark), []);
      await shell.done;
    });
  });

  test('whoever carries the mark himself ends all the others, and not himself', async () => {
    await inFolder(async (dir) => {
      const mark = randomBytes(8).toString('hex');
      const children = new Children(cleanEnvironment(dir), dir);
      const self = fileURLToPath(import.meta.url);
      const bystander = children.start('sh', ['-c', 'echo up; exec sleep 1000'], { env: { STEPLADDER_MARK: mark } });
      await bystander.until('up');
      const killer = await children.start(process.execPath, [self, 'kill', mark], { env: { STEPLADDER_MARK: mark } })
        .done;
      assert.equal([killer.code, killer.output], [0, 'left: 0\n']);
      await bystander.done;
    });
  });

  test('a boot has a name', () => {
    assert.match(bootId(), /^[0-9A-Fa-f-]{36}$/);
    assert.is(bootId(), bootId());
  });
}

if (process.argv[2] === 'kill') console.log(`left: ${killMarked(process.argv[3] ?? '').length}`);
else tests();
