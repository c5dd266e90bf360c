import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AwakeClock } from '../src/inspect/awake-clock.js';
import { attempt, isRunning, pidIn, transcript } from './rig/attempts.js';
import { inFolder } from './rig/folder.js';
import { assert, suite } from './rig/suite.js';

const test = suite('ending an agent');

/** Starts a sleeper in a session of its own, which notes its pid in `pid`. */
const SLEEPER = `"${process.execPath}" -e "
  const c = require('child_process').spawn('sleep', ['300'], { detached: true, stdio: process.argv[1] || 'ignore' });
  require('fs').writeFileSync('pid', String(c.pid)); c.unref();"`;

/** As a grace: whoever ends by himself has ended by then, on whatever machine. */
const PATIENT_MS = 100_000;

/** Aborts as soon as the agent has printed `ready`. */
function whenReady(): { signal: AbortSignal; onActivity: (line: string) => void } {
  const controller = new AbortController();
  return { signal: controller.signal, onActivity: (line) => line === 'ready' && controller.abort() };
}

test('the wall clock ends it', () =>
  inFolder(async (dir) => {
    const end = await attempt(dir, 'while :; do echo tick; sleep 0.05; done', { timeoutMs: 300 });
    assert.is(end.end === 'timeout' && end.kind, 'wall');
    assert.is(end.end === 'timeout' && end.reason, 'still running after 300ms');
  }));

test('silence ends it, and output of either stream is no silence', () =>
  inFolder(async (dir) => {
    const silent = await attempt(dir, 'echo once; sleep 60', { idleTimeoutMs: 300 });
    assert.is(silent.end === 'timeout' && silent.kind, 'silence');
    const talking = await attempt(
      dir,
      'for i in 1 2 3 4 5 6 7 8; do printf . >&2; sleep 0.5; done; echo \'{"ok": true}\'',
      { idleTimeoutMs: 3000 },
    );
    assert.is(talking.end, 'verdict');
  }));

test('an abort sends SIGINT first, and waits for what it still has to say', () =>
  inFolder(async (dir) => {
    const script = `
      process.on('SIGINT', () => { console.log('put away'); process.exit(3); });
      console.log('ready');
      setInterval(() => {}, 1000);`;
    writeFileSync(join(dir, 'agent.mjs'), script);
    const end = await attempt(dir, `exec "${process.execPath}" agent.mjs`, whenReady(), {}, PATIENT_MS);
    assert.is(end.end, 'interrupted');
    assert.match(transcript(dir), 'put away');
  }));

test('one that ignores SIGINT is killed after the grace, and so is all of its group', () =>
  inFolder(async (dir) => {
    const started = performance.now();
    const end = await attempt(
      dir,
      'trap "" INT TERM; sleep 300 & echo $! > pid; echo ready; wait; sleep 300',
      whenReady(),
    );
    assert.is(end.end, 'interrupted');
    assert.ok(performance.now() - started < 100_000);
    assert.not.ok(isRunning(pidIn(dir, 'pid')));
  }));

test('children in sessions of their own are gone after an abort', () =>
  inFolder(async (dir) => {
    const end = await attempt(dir, `${SLEEPER}; echo ready; sleep 300`, whenReady());
    assert.is(end.end, 'interrupted');
    assert.ok(pidIn(dir, 'pid') > 0);
    assert.not.ok(isRunning(pidIn(dir, 'pid')));
  }));

test('children in sessions of their own are gone after the wall clock', () =>
  inFolder(async (dir) => {
    await attempt(dir, `${SLEEPER}; sleep 300`, { timeoutMs: 5000 });
    assert.ok(pidIn(dir, 'pid') > 0);
    assert.not.ok(isRunning(pidIn(dir, 'pid')));
  }));

test('what it leaves behind after a normal end is ended, in its group and outside', () =>
  inFolder(async (dir) => {
    const end = await attempt(
      dir,
      `${SLEEPER}; sleep 300 & echo $! > other; env -i sleep 300 & echo $! > bare; echo '{"ok": true}'`,
    );
    assert.is(end.end, 'verdict');
    for (const file of ['pid', 'other', 'bare']) {
      assert.ok(pidIn(dir, file) > 0);
      assert.not.ok(isRunning(pidIn(dir, file)), file);
    }
  }));

test('a child that holds the pipes does not hang it, marked or not', () =>
  inFolder(async (dir) => {
    const end = await attempt(dir, `${SLEEPER} inherit; echo '{"ok": true}'`);
    assert.is(end.end, 'verdict');
    assert.not.ok(isRunning(pidIn(dir, 'pid')));
    // Without the mark, in a session of its own, its parent gone: nothing tells any more whose it was.
    const unmarked = `"${process.execPath}" -e "
      const c = require('child_process').spawn('sleep', ['1000'], { detached: true, stdio: 'inherit', env: { PATH: process.env.PATH } });
      require('fs').writeFileSync('pid', String(c.pid)); c.unref();"`;
    const second = await attempt(dir, `${unmarked}; echo '{"ok": true}'`);
    assert.is(second.end, 'verdict');
    assert.ok(second.durationMs < 4500, 'it waited for the pipe');
    const pid = pidIn(dir, 'pid');
    if (isRunning(pid)) process.kill(pid, 'SIGKILL');
  }));

test('everything printed before the end is in the transcript, however much that is', () =>
  inFolder(async (dir) => {
    await attempt(dir, 'seq 1 200000');
    assert.ok(transcript(dir).endsWith('\n199999\n200000\n'));
  }));

test('one that was interrupted before it began is never started', () =>
  inFolder(async (dir) => {
    const end = await attempt(dir, 'echo $$ > pid', { signal: AbortSignal.abort() });
    assert.is(end.end, 'interrupted');
    assert.is(pidIn(dir, 'pid'), -1);
  }));

test('a limit that is reached while it is ended already changes nothing, but an interruption does', () =>
  inFolder(async (dir) => {
    const controller = new AbortController();
    const told = (line: string): void => {
      if (line !== 'asked') return;
      controller.abort();
      writeFileSync(join(dir, 'go'), '');
    };
    const more = { timeoutMs: 2000, signal: controller.signal, onActivity: told };
    const command = 'trap "echo asked" INT; while ! [ -e go ]; do sleep 0.05; done';
    const end = await attempt(dir, command, more, {}, PATIENT_MS);
    assert.is(end.end, 'interrupted');
  }));

test('time in which the machine slept or the runner was stopped does not count', () => {
  let now = 1000;
  const clock = new AwakeClock(100, () => now);
  for (let i = 0; i < 10; i += 1) {
    now += 100;
    clock.read();
  }
  assert.is(clock.read(), 1000);
  now += 8 * 3600_000;
  assert.is(clock.read(), 1500, 'eight hours asleep count as one late tick');
  now += 100;
  assert.is(clock.read(), 1600);
});

test('it takes as long as it took', () =>
  inFolder(async (dir) => {
    const end = await attempt(dir, 'sleep 0.4; echo \'{"ok": true}\'');
    assert.ok(end.durationMs >= 350 && end.durationMs < 20_000, String(end.durationMs));
    assert.ok(Number.isInteger(end.durationMs));
  }));
