/** The journal takes what many processes write at once, and gives back what can be read, whatever happened to it. */
import { appendFileSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { EventBody, JournalEvent } from '../src/record/event.js';
import { files, setFileLayer } from '../src/record/files.js';
import { openJournal, readJournal, scanJournal } from '../src/record/journal.js';
import { statePaths } from '../src/record/paths.js';
import { newRunId } from '../src/record/run-id.js';
import { Children, cleanEnvironment } from './rig/child.js';
import { failingLayer } from './rig/failing-files.js';
import { inFolder } from './rig/folder.js';
import { assert, suite } from './rig/suite.js';

const STEP: EventBody = { type: 'step-started', task: 'größe/ä', rung: 'sonnet/thinking' };

/** One event of every type. */
const EVENTS: { [T in EventBody['type']]: Extract<EventBody, { type: T }> } = {
  'run-started': { type: 'run-started', pending: 3, done: 0 },
  'step-started': { type: 'step-started', task: 'a', rung: 'sonnet/thinking' },
  'attempt-started': { type: 'attempt-started', task: 'a', attempt: 1, rung: 'x/y', agent: 'claude', repair: false },
  'attempt-finished': {
    type: 'attempt-finished',
    task: 'a',
    attempt: 1,
    rung: 'x/y',
    outcome: 'failed',
    reason: 'line one\nline two \u2028 ü',
    durationMs: 12,
    usage: { costUsd: 0.5 },
  },
  escalated: { type: 'escalated', task: 'a', from: 'x/y', to: 'z/y', reason: '' },
  retried: { type: 'retried', task: 'a', rung: 'x/y', waitMs: 100, reason: '429' },
  checked: { type: 'checked', task: 'a', check: 'make', ok: true, flaky: false, cached: false, durationMs: 1 },
  finding: { type: 'finding', task: 'a', kind: 'todo', file: 'a.c', line: null, symbol: null, message: 'm' },
  blocked: { type: 'blocked', task: 'a', by: null, reason: 'r' },
  question: { type: 'question', task: 'a', question: 'which?', options: ['this', 'that'] },
  reopened: { type: 'reopened', task: 'a', by: 'b', evidence: 'e' },
  verified: { type: 'verified', task: 'a', because: 'inputs', durationMs: 1 },
  'step-finished': {
    type: 'step-finished',
    task: 'a',
    state: 'done',
    rung: null,
    attempts: 1,
    durationMs: 1,
    reason: '',
  },
  halted: { type: 'halted', reason: 'r' },
  'run-finished': { type: 'run-finished', done: 1, failed: 0, blocked: 0, pending: 0 },
};

function bodyOf(event: JournalEvent): EventBody {
  const { time: _t, run: _r, branch: _b, ...body } = event;
  return body;
}

/** Replaces the journal's text. */
function put(root: string, text: string | Buffer): void {
  const path = statePaths(root).journal;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function textOf(root: string): string {
  return readFileSync(statePaths(root).journal, 'utf8');
}

/** In a process of its own: appends events that are told apart by their evidence, the last of which ends the run. */
function writer(): void {
  const [, , , root = '', name = '', count = '0'] = process.argv;
  const journal = openJournal(root, name, 'main');
  for (let n = 0; n < Number(count); n++) {
    journal.append({
      type: 'finding',
      task: name,
      kind: 'k',
      file: 'f',
      line: n,
      symbol: null,
      // Never so long that a writer which is killed late fills the disk.
      message: name.repeat(n % 1000),
    });
    if (n === 0) process.stdout.write('begun\n');
  }
}

function tests(): void {
  const test = suite('journal');

  test('every event reads back as it was written, with its time, run and branch', async () => {
    await inFolder((root) => {
      const journal = openJournal(root, 'r1', 'main');
      for (const event of Object.values(EVENTS)) journal.append(event);
      const events = readJournal(root);
      assert.equal(events.map(bodyOf), Object.values(EVENTS));
      for (const event of events) {
        assert.match(event.time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
        assert.equal([event.run, event.branch], ['r1', 'main']);
      }
      const lines = textOf(root).split('\n');
      assert.is(lines.pop(), '');
      assert.is(lines.length, events.length, 'one line each');
      assert.match(lines[0] ?? '', /^\{"time":"[^"]+","run":"r1","branch":"main","type":"run-started",/);
    });
  });

  test('lines are read whole wherever the pieces end in which the file is read', async () => {
    await inFolder((root) => {
      const journal = openJournal(root, 'r1', 'main');
      // Two and three bytes a character, of every length: a piece ends in the middle of lines, and of characters.
      const messages = Array.from({ length: 900 }, (_, n) => 'ü€'.repeat(n % 700) + n);
      for (const message of messages) {
        journal.append({ type: 'finding', task: 'a', kind: 'k', file: 'f', line: null, symbol: null, message });
      }
      const long = '€'.repeat(400_000);
      const line = JSON.stringify({ time: 't', run: 'r', branch: 'b', type: 'halted', reason: long });
      put(root, `${textOf(root)}${line}\n{"torn": "ü\n\n${line}`);
      const read: string[] = [];
      const counts = scanJournal(root, (event) => {
        read.push(event.type === 'finding' ? event.message : event.type === 'halted' ? event.reason : '');
      });
      assert.equal(read, [...messages, long, long]);
      assert.equal(counts, { events: messages.length + 2, torn: 1, unknown: 0 });
    });
  });

  test('a project without a journal has no events', async () => {
    await inFolder((root) => assert.equal(readJournal(root), []));
  });

  test('cut off at any byte, every whole line is read, and the next writer closes what is torn', async () => {
    await inFolder((root) => {
      const journal = openJournal(root, 'r1', 'main');
      for (let n = 0; n < 3; n++) journal.append(STEP);
      const whole = readFileSync(statePaths(root).journal);
      for (let length = 0; length <= whole.length; length++) {
        const cut = whole.subarray(0, length);
        put(root, cut);
        // The last line counts without its newline too: its closing brace shows that it is whole.
        const lines = cut.toString('utf8').split('\n');
        const torn = lines.at(-1);
        const complete = lines.length - 1 + (torn?.endsWith('}') ? 1 : 0);
        const counts = scanJournal(root, () => {});
        assert.equal(counts, { events: complete, torn: torn === '' || torn?.endsWith('}') ? 0 : 1, unknown: 0 });

        journal.append({ type: 'halted', reason: `after ${length}` });
        const events = readJournal(root);
        assert.is(events.length, complete + 1, `cut to ${length} bytes, then appended`);
        assert.equal(events.slice(-1).map(bodyOf), [{ type: 'halted', reason: `after ${length}` }]);
      }
    });
  });

  test('what later versions write is passed over, and their further keys do no harm', async () => {
    await inFolder((root) => {
      const journal = openJournal(root, 'r1', 'main');
      journal.append(STEP);
      const known = textOf(root).trim();
      const later = [
        '{"time":"x","run":"r","branch":"b","type":"teleported","task":"a"}',
        '{"time":"x","run":"r","branch":"b","type":"constructor"}',
        '{"time":"x","run":"r","branch":"b"}',
        '{"time":"x","run":"r","branch":"b","type":7}',
        known.replace('"rung":"sonnet/thinking"', '"rung":9'),
        known.replace('"task":', '"job":'),
        known.replace('"time":', '"at":'),
      ];
      put(root, `${[...later, known.replace('{', '{"later":[1],')].join('\n')}\n`);
      const events: JournalEvent[] = [];
      assert.equal(
        scanJournal(root, (event) => events.push(event)),
        { events: 1, torn: 0, unknown: 7 },
      );
      assert.equal(events.map(bodyOf), [{ later: [1], ...STEP }]);
    });
  });

  test('rubbish between the lines costs no line', async () => {
    await inFolder((root) => {
      const journal = openJournal(root, 'r1', 'main');
      journal.append(STEP);
      appendFileSync(statePaths(root).journal, '\n\r\n   \n');
      appendFileSync(statePaths(root).journal, Buffer.from([0xff, 0xfe, 0, 0, 0x0a]));
      appendFileSync(statePaths(root).journal, '[1]\nnull\n"text"\n<<<<<<< HEAD\n');
      journal.append(STEP);
      assert.equal(
        scanJournal(root, () => {}),
        { events: 2, torn: 5, unknown: 0 },
      );
    });
  });

  test('a line of 50 MB does not stand in the way of the others, nor is it held in memory', async () => {
    await inFolder((root) => {
      const journal = openJournal(root, 'r1', 'main');
      journal.append(STEP);
      const known = textOf(root);
      put(root, `${known}{"x":"${'y'.repeat(50_000_000)}"}\n${known}`);
      const before = process.memoryUsage().rss;
      assert.equal(
        scanJournal(root, () => {}),
        { events: 2, torn: 1, unknown: 0 },
      );
      assert.ok(process.memoryUsage().rss - before < 150_000_000);
      // The same, and torn: the next writer closes it.
      put(root, `${known}{"x":"${'y'.repeat(50_000_000)}`);
      journal.append(STEP);
      assert.equal(
        scanJournal(root, () => {}),
        { events: 2, torn: 1, unknown: 0 },
      );
    });
  });

  test('a reason of many megabytes is cut, keeping its beginning and its end', async () => {
    await inFolder((root) => {
      openJournal(root, 'r1', 'main').append({ type: 'halted', reason: `begin${'x'.repeat(50_000_000)}end` });
      assert.ok(statSync(statePaths(root).journal).size < 100_000);
      const [event] = readJournal(root);
      assert.ok(event?.type === 'halted' && event.reason.startsWith('begin') && event.reason.endsWith('end'));
    });
  });

  test('lines that lie across the pieces in which the file is read are whole', async () => {
    await inFolder((root) => {
      const journal = openJournal(root, 'r1', 'main');
      const reasons = Array.from({ length: 60 }, (_, n) => 'ü€𝄞'.repeat(1000 + n * 7));
      for (const reason of reasons) journal.append({ type: 'halted', reason });
      assert.equal(
        readJournal(root).map((event) => (event.type === 'halted' ? event.reason : '')),
        reasons,
      );
    });
  });

  test('five processes that write at once lose no line and mix none', async () => {
    await inFolder(async (root) => {
      const children = new Children(cleanEnvironment(root), root);
      const names = ['a', 'b', 'c', 'd', 'e'];
      const all = names.map((name) =>
        children.start(process.execPath, [fileURLToPath(import.meta.url), 'write', root, name, '400']),
      );
      for (const { done } of all) assert.is((await done).code, 0);
      const seen = new Map(names.map((name) => [name, 0]));
      const counts = scanJournal(root, (event) => {
        if (event.type !== 'finding') return;
        assert.is(event.line, seen.get(event.run), `${event.run} in its own order`);
        assert.is(event.message, event.run.repeat(event.line ?? 0));
        seen.set(event.run, (event.line ?? 0) + 1);
      });
      assert.equal(counts, { events: 2000, torn: 0, unknown: 0 });
    });
  });

  test('a writer that is killed tears no line but its last', async () => {
    await inFolder(async (root) => {
      const children = new Children(cleanEnvironment(root), root);
      for (let round = 0; round < 5; round++) {
        const args = [fileURLToPath(import.meta.url), 'write', root, `${round}`, '100000'];
        const child = children.start(process.execPath, args);
        await child.until('begun');
        child.kill('SIGKILL');
        await child.done;
        openJournal(root, 'survivor', 'main').append({ type: 'halted', reason: `${round}` });
        const counts = scanJournal(root, () => {});
        assert.ok(counts.torn <= round + 1, `${counts.torn} torn lines`);
        assert.is(readJournal(root).filter((event) => event.run === 'survivor').length, round + 1);
      }
    });
  });

  test('what was decided is on the disk before the step goes on; the rest is not waited for', async () => {
    await inFolder((root) => {
      const journal = openJournal(root, 'r1', 'main');
      journal.append(STEP);
      const synced = Object.values(EVENTS).filter((event) => {
        const counting = failingLayer(0, 'EIO');
        const restore = setFileLayer(counting.layer);
        journal.append(event);
        restore();
        assert.is(counting.calls.filter((call) => call === 'write').length, 1, 'a single write');
        return counting.calls.includes('fsync');
      });
      assert.equal(
        synced.map((event) => event.type),
        ['run-started', 'attempt-finished', 'reopened', 'verified', 'step-finished', 'halted', 'run-finished'],
      );
    });
  });

  test('a journal that cannot be written is an error that says so', async () => {
    await inFolder((root) => {
      files.makeFolder(statePaths(root).journal);
      assert.throws(() => openJournal(root, 'r', 'b').append(STEP), /EISDIR.*journal\.jsonl/);
    });
  });

  test('ids of runs sort by time, and those of one moment differ', () => {
    const times = ['2025-12-31T23:59:59.999Z', '2026-01-02T03:04:05.006Z', '2026-01-02T03:04:05.678Z'];
    const ids = times.map((time) => newRunId(new Date(time)));
    assert.equal([...ids].sort(), ids);
    assert.match(ids[2] ?? '', /^20260102-030405-678-[0-9a-f]{6}$/);
    assert.is.not(newRunId(new Date(0)), newRunId(new Date(0)));
  });
}

if (process.argv[2] === 'write') writer();
else tests();
