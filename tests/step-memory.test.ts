/** What a step finds again of its own past, and a run of its halt and its spending, whatever became of the files. */
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { halt, haltOf, spend, spent } from '../src/record/halts.js';
import { tasksInFlight } from '../src/record/in-flight.js';
import { statePaths } from '../src/record/paths.js';
import { thisProcess } from '../src/record/process.js';
import {
  type FailureRecord,
  type InFlight,
  type ReopenEvidence,
  type TaskState,
  taskState,
} from '../src/record/task-state.js';
import { Children, cleanEnvironment } from './rig/child.js';
import { eachFailure } from './rig/failing-files.js';
import { inFolder } from './rig/folder.js';
import { assert, suite } from './rig/suite.js';

const FAILURE: FailureRecord = {
  key: 'k',
  state: 'blocked',
  reason: 'because\nof ü',
  rung: 'sonnet/thinking',
  path: [{ rung: 'sonnet/thinking', outcome: 'failed', reason: '', model: null, durationMs: 1 }],
  failedChecks: [{ label: 'make check', run: 'make check', kind: 'command' }],
  by: 'core',
  byWork: null,
  precondition: false,
  claim: { owner: 'core', evidence: 'e', symbol: 's', file: null, line: 3 },
  question: null,
  options: ['one'],
  kept: { ref: 'refs/stepladder/failed/a', commit: 'c', base: null },
  reopened: 1,
  finished: '2026-01-02T03:04:05.678Z',
};

const IN_FLIGHT: InFlight = {
  task: 'a',
  mark: 'm',
  runner: thisProcess(),
  run: 'r',
  rung: 'sonnet/thinking',
  attempt: 2,
  snapshot: { head: null, branch: 'refs/heads/main', tree: 't' },
  started: '2026-01-02T03:04:05.678Z',
};

const EVIDENCE: ReopenEvidence = { by: 'b', evidence: 'e', symbol: null, file: 'a.c', line: 1, time: 't' };
const LANDING = { token: 't', commit: 'c', receipt: '{}\n' };
const RETRY = { from: 'opus/extended', hint: 'look at x', fresh: true };
const REVERIFIED = { seal: 's', fingerprint: 'f', inputs: { constructor: 'w' } };
const SEEN = { task: '# A', receipt: '{}', reverified: null, inputs: { 'b/c': '{}' } };

/** Each record: the file it lies in, how it is written, read and cleared. */
const RECORDS: {
  file: string;
  value: unknown;
  write(s: TaskState): void;
  read(s: TaskState): unknown;
  clear?(s: TaskState): void;
}[] = [
  {
    file: 'failure.json',
    value: FAILURE,
    write: (s) => s.writeFailure(FAILURE),
    read: (s) => s.readFailure(),
    clear: (s) => s.clearFailure(),
  },
  {
    file: 'attempt.json',
    value: IN_FLIGHT,
    write: (s) => s.writeInFlight(IN_FLIGHT),
    read: (s) => s.readInFlight(),
    clear: (s) => s.clearInFlight(),
  },
  {
    file: 'landing.json',
    value: LANDING,
    write: (s) => s.writeLanding(LANDING),
    read: (s) => s.readLanding(),
    clear: (s) => s.clearLanding(),
  },
  {
    file: 'reverified.json',
    value: REVERIFIED,
    write: (s) => s.writeReverified(REVERIFIED),
    read: (s) => s.readReverified(),
    clear: (s) => s.clearReverified(),
  },
  {
    file: 'retry.json',
    value: RETRY,
    write: (s) => s.writeRetry(RETRY),
    read: (s) => s.readRetry(),
    clear: (s) => s.clearRetry(),
  },
  { file: 'seen.json', value: SEEN, write: (s) => s.writeSeen(SEEN), read: (s) => s.readSeen() },
];

function spender(): void {
  for (let n = 0; n < 20; n++) spend(process.argv[3] ?? '', 'r', { inputTokens: 1, costUsd: 0.25 });
}

function tests(): void {
  const test = suite('step memory');

  test('every record reads back as it was written, and is gone once cleared', async () => {
    await inFolder((root) => {
      const state = taskState(root, 'group/a.b');
      for (const { file, value, write, read, clear } of RECORDS) {
        assert.is(read(state), null, file);
        clear?.(state);
        write(state);
        assert.equal(read(state), value, file);
        assert.is(existsSync(join(state.folder, file)), true);
        clear?.(state);
        if (clear !== undefined) assert.is(read(state), null, file);
      }
      assert.equal(readdirSync(state.folder), ['seen.json']);
    });
  });

  test('a record that is damaged anywhere counts as absent', async () => {
    await inFolder((root) => {
      const state = taskState(root, 'a');
      for (const { file, write, read } of RECORDS) {
        write(state);
        const path = join(state.folder, file);
        const text = readFileSync(path, 'utf8');
        for (let length = 0; length < text.trimEnd().length; length++) {
          writeFileSync(path, text.slice(0, length));
          assert.is(read(state), null, `${file} cut to ${length}`);
        }
        for (const key of Object.keys(JSON.parse(text))) {
          for (const value of [undefined, -1, { x: [] }]) {
            const damaged = { ...JSON.parse(text), [key]: value };
            writeFileSync(path, JSON.stringify(damaged));
            assert.is(read(state), null, `${file} with ${key} damaged`);
          }
        }
      }
    });
  });

  test('evidence adds up, oldest first, until it is cleared', async () => {
    await inFolder((root) => {
      const state = taskState(root, 'a');
      assert.equal(state.readEvidence(), []);
      state.addEvidence(EVIDENCE);
      state.addEvidence({ ...EVIDENCE, by: 'c' });
      assert.equal(
        state.readEvidence().map((entry) => entry.by),
        ['b', 'c'],
      );
      state.clearEvidence();
      assert.equal(state.readEvidence(), []);
    });
  });

  test('records of nested tasks do not disturb each other', async () => {
    await inFolder((root) => {
      const names = ['a', 'a/b', 'a/failure.json', 'a/b/c', 'failure.json'];
      for (const name of names) taskState(root, name).writeFailure({ ...FAILURE, reason: name });
      for (const name of names) assert.is(taskState(root, name).readFailure()?.reason, name);
      taskState(root, 'a').clearFailure();
      for (const name of names.slice(1)) assert.is(taskState(root, name).readFailure()?.reason, name);
    });
  });

  test('what has an attempt or a landing under way is found without looking at every task', async () => {
    await inFolder((root) => {
      assert.equal(tasksInFlight(root), []);
      for (const name of ['z', 'group/a']) taskState(root, name).writeInFlight(IN_FLIGHT);
      taskState(root, 'z').writeLanding(LANDING);
      taskState(root, 'quiet').writeFailure(FAILURE);
      assert.equal(tasksInFlight(root), ['group/a', 'z']);
      taskState(root, 'z').clearInFlight();
      assert.equal(tasksInFlight(root), ['group/a', 'z'], 'it is still landing');
      taskState(root, 'z').clearLanding();
      taskState(root, 'group/a').clearInFlight();
      taskState(root, 'group/a').clearInFlight();
      assert.equal(tasksInFlight(root), []);
    });
  });

  test('rubbish among what is under way is passed over', async () => {
    await inFolder((root) => {
      taskState(root, 'a').writeInFlight(IN_FLIGHT);
      for (const [n, text] of ['', '../../etc', 'a\nb', '\0'].entries()) {
        writeFileSync(join(statePaths(root).inFlight, `${n}`), text);
      }
      assert.equal(tasksInFlight(root), ['a']);
    });
  });

  test('whichever call fails, no attempt and no landing is on record that recovery would not find', async () => {
    for (const file of ['attempt.json', 'landing.json']) {
      const found = (root: string): void => {
        if (existsSync(join(taskState(root, 'a').folder, file))) assert.equal(tasksInFlight(root), ['a']);
      };
      const write = (root: string): void => {
        if (file === 'attempt.json') taskState(root, 'a').writeInFlight(IN_FLIGHT);
        else taskState(root, 'a').writeLanding(LANDING);
      };
      await eachFailure(() => {}, write, found, ['EIO']);
      const clear = (root: string): void => {
        if (file === 'attempt.json') taskState(root, 'a').clearInFlight();
        else taskState(root, 'a').clearLanding();
      };
      await eachFailure(write, clear, found, ['EIO']);
    }
  });

  test('a halt is seen by every step of its run, and of no other; the first reason stays', async () => {
    await inFolder((root) => {
      assert.is(haltOf(root, 'r1'), null);
      halt(root, 'r1', 'the disk is full', 'make room');
      halt(root, 'r1', 'something else', 'do this');
      assert.equal(haltOf(root, 'r1'), { reason: 'the disk is full', remedy: 'make room' });
      assert.is(haltOf(root, 'r2'), null);
    });
  });

  test('a halt that cannot be read is a halt', async () => {
    await inFolder((root) => {
      const dir = statePaths(root).run('r1');
      mkdirSync(dir, { recursive: true });
      for (const text of ['', '{', '{"reason": 1}']) {
        writeFileSync(join(dir, 'halt.json'), text);
        assert.match(haltOf(root, 'r1')?.reason ?? '', /cannot be read/);
      }
    });
  });

  test('what steps spend side by side adds up, and what was not told stays unknown', async () => {
    await inFolder(async (root) => {
      assert.equal(spent(root, 'r'), {});
      const children = new Children(cleanEnvironment(root), root);
      const all = [1, 2, 3].map(() =>
        children.start(process.execPath, [fileURLToPath(import.meta.url), 'spend', root]),
      );
      for (const { done } of all) assert.is((await done).code, 0);
      assert.equal(spent(root, 'r'), { inputTokens: 60, costUsd: 15 });
      appendFileSync(join(statePaths(root).run('r'), 'spending.jsonl'), '{"costUsd": 1');
      spend(root, 'r', {});
      spend(root, 'r', { outputTokens: 5 });
      assert.equal(spent(root, 'r'), { inputTokens: 60, costUsd: 15, outputTokens: 5 });
      assert.equal(spent(root, 'other'), {});
    });
  });
}

if (process.argv[2] === 'spend') spender();
else tests();
