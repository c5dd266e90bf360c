/** Signals, once and twice: everything ends, nothing is lost, the next run goes on. All of them: tests/faults/signals. */
import { spawnSync } from 'node:child_process';
import { onSignals } from '../src/record/signals.js';
import { until } from './rig/observing.js';
import {
  SIGNALLED,
  signalledOnce,
  signalledTwice,
  signalledTwiceHeldUp,
  signalledUnheard,
  UNHEARD,
} from './rig/signalled.js';
import { assert, suite, where } from './rig/suite.js';
import { FORMS, formName } from './rig/wide-backlog.js';

const test = suite('signals');
const LONG = { timeoutMs: 300_000 };

for (const form of FORMS) {
  const signals = form.isolation === 'in-place' ? ['SIGINT', 'SIGTERM', 'SIGHUP'] : ['SIGINT'];
  const once = SIGNALLED.filter(({ started, to }) => started === 'stepladder orchestrate' && to === 'group');
  for (const one of once.filter(({ signal }) => signals.includes(signal))) {
    test(`${one.signal} to ${one.started} (${formName(form)})`, () => signalledOnce(form, one), LONG);
  }
  for (const one of SIGNALLED.filter(({ started, signal }) => started === 'make orchestrate' && signal === 'SIGINT')) {
    test(`${one.signal} twice to ${one.started} (${formName(form)})`, () => signalledTwice(form, one), LONG);
  }
  for (const one of UNHEARD.slice(-1)) {
    test(`${one.signal} that only Make hears (${formName(form)})`, () => signalledUnheard(form, one), LONG);
  }
}

const linux = where(process.platform === 'linux', test, 'only Linux tells of a signal that Make holds back');
const [inPlace] = FORMS;
if (inPlace !== undefined)
  linux(
    'a second SIGTERM to Make alone counts, even where the run was held up',
    () => signalledTwiceHeldUp(inPlace),
    LONG,
  );

test('a signal that is heard late counts by when it may have been sent; a later one is heard', async () => {
  const heard: string[] = [];
  let late = false;
  const note = (): void => {
    late = true;
  };
  const end = onSignals({ first: () => heard.push('first'), again: () => heard.push('again'), parentToo: false });
  process.on('SIGTERM', note);
  try {
    process.kill(process.pid, 'SIGINT');
    await until(() => heard.length > 0);
    // One Ctrl-C on its second way, while git is waited for.
    spawnSync('sh', ['-c', 'kill -TERM $PPID; exec sleep 2.5']);
    await until(() => late);
    assert.equal(heard, ['first']);
    await until(() => {
      process.kill(process.pid, 'SIGINT');
      return heard.length > 1;
    });
    assert.is(heard[1], 'again');
  } finally {
    process.off('SIGTERM', note);
    end();
  }
});
