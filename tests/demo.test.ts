/**
 * What a newcomer sees: `make orchestrate` in a fresh clone. The backlog is that of the report: a stub is left and called
 * done, and caught; what no inspection can see is said by its consumer, whose owner is reopened; every task gets done.
 * With the gate off, as before there was one, the stub slips through, and its consumer's word brings its owner back.
 */
import { execFileSync } from 'node:child_process';
import { appendFileSync, cpSync, existsSync, mkdirSync, readdirSync, symlinkSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { CHECKOUT, type Project, project, type Ran } from './rig/project.js';
import { assert, suite } from './rig/suite.js';

const test = suite('the demo');
const LONG = { timeoutMs: 7 * 60_000 };

/** A clone of this checkout as it stands, with what `npm ci` would install already there (tests need no network). */
async function freshClone(): Promise<{ made: Project; make: (args: string[]) => Promise<Ran> }> {
  const made = await project({ config: null });
  const clone = join(made.outside, 'clone');
  const list = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: CHECKOUT });
  for (const file of list.toString('utf8').split('\0')) {
    if (file !== '' && file !== 'node_modules' && existsSync(join(CHECKOUT, file)))
      cpSync(join(CHECKOUT, file), join(clone, file));
  }
  // Child by child: a link in place of the whole folder would not be ignored by .gitignore's `/node_modules/`.
  mkdirSync(join(clone, 'node_modules'));
  for (const child of readdirSync(join(CHECKOUT, 'node_modules'))) {
    symlinkSync(join(CHECKOUT, 'node_modules', child), join(clone, 'node_modules', child));
  }
  for (const file of ['package.json', 'package-lock.json']) utimesSync(join(clone, file), 1, 1);
  for (const args of [
    ['init', '-q'],
    ['add', '-A'],
    ['commit', '-q', '-m', 'a clone'],
  ]) {
    await made.run('git', args, { cwd: clone });
  }
  return { made, make: (args) => made.make(args, { cwd: clone, timeoutMs: LONG.timeoutMs }) };
}

async function inClone(body: (made: Project, make: (args: string[]) => Promise<Ran>) => Promise<void>): Promise<void> {
  const { made, make } = await freshClone();
  try {
    await body(made, make);
  } catch (error) {
    console.log(`${made.transcript()}\n(kept in ${made.outside})`);
    made.close(true);
    throw error;
  }
  made.close();
}

test('bare make prints help, builds nothing and pays for nothing', () =>
  inClone(async (made, make) => {
    const ran = await make([]);
    assert.is(ran.code, 0);
    assert.match(ran.stdout, 'make orchestrate');
    assert.is(existsSync(join(made.outside, 'clone/.stepladder')), false);
  }));

const CLONE = '../clone';
type Journal = ReturnType<Project['journal']>;

function journalOf(made: Project): Journal {
  return (made.read(`${CLONE}/.stepladder/journal.jsonl`) ?? '')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Journal[number]);
}

/** The attempts of a task, as `rung: how it ended`. */
function attemptsOf(journal: Journal, task: string): string[] {
  return journal.flatMap((event) =>
    event.type === 'attempt-finished' && event.task === task ? [`${event.rung}: ${event.outcome}`] : [],
  );
}

const reopened = (journal: Journal) => journal.flatMap((event) => (event.type === 'reopened' ? [event] : []));
const receiptOf = (made: Project, task: string) =>
  JSON.parse(made.read(`${CLONE}/tasks/${task}.done`) ?? '') as NonNullable<ReturnType<Project['receipt']>>;
const reportOf = (made: Project): string => (made.read(`${CLONE}/reports/report.md`) ?? '').replaceAll('`', '');

/** All eight are done, nothing is left over, and a second run pays for nothing. */
async function allDone(made: Project, make: (args: string[]) => Promise<Ran>): Promise<void> {
  const last = journalOf(made).findLast((event) => event.type === 'run-finished');
  assert.is(last?.type === 'run-finished' ? last.done : 0, 8);
  const status = await made.run('git', ['status', '--porcelain'], { cwd: join(made.outside, 'clone') });
  assert.is(status.stdout, '', 'the clone stays clean');
  const stub = await made.run('git', ['grep', '-n', 'not implemented'], {
    cwd: join(made.outside, 'clone/.stepladder/demo'),
  });
  assert.is(stub.stdout, '', 'no stub is left');
  const before = journalOf(made).length;
  const again = await make(['orchestrate']);
  assert.is(again.code, 0);
  assert.is(journalOf(made).length, before, 'what is done is not paid twice');
}

test(
  'make orchestrate catches the stub, reopens what its consumer misses, and gets every task done',
  () =>
    inClone(async (made, make) => {
      const ran = await make(['orchestrate']);
      assert.is(ran.code, 0);
      const journal = journalOf(made);

      // Caught by the gate: repaired on its rung, no bigger model.
      assert.equal(attemptsOf(journal, 'openai-streaming-chat'), ['sonnet/thinking: failed', 'sonnet/thinking: done']);
      const found = journal.flatMap((event) =>
        event.type === 'finding' && event.task === 'openai-streaming-chat' ? [event] : [],
      );
      assert.equal(
        found.map(({ kind, file, line, symbol }) => ({ kind, file, line, symbol })),
        [{ kind: 'not-implemented', file: 'src/openai-stream.js', line: 4, symbol: 'openaiStartStream' }],
      );
      assert.equal(attemptsOf(journal, 'tests-openai-streaming'), ['sonnet/thinking: done']);

      // A lack of ability, and only that, climbs.
      assert.equal(attemptsOf(journal, 'tests-openai-basic'), [
        'sonnet/thinking: failed',
        'sonnet/extended: failed',
        'opus/extended: done',
      ]);

      // Found by the consumer, on its first attempt; the owner is reopened where it stopped, and told why.
      assert.equal(attemptsOf(journal, 'tests-integration-switching'), [
        'sonnet/extended: blocked',
        'sonnet/extended: done',
      ]);
      assert.equal(
        reopened(journal).map(({ task, by }) => ({ task, by })),
        [{ task: 'google-thought-signatures', by: 'tests-integration-switching' }],
      );
      assert.is(receiptOf(made, 'google-thought-signatures').reopened, 1);
      assert.match(reportOf(made), /tests-integration-switching needs googleSignature in src\/google\.js/);
      assert.match(ran.stdout, /google-thought-signatures/);
      await allDone(made, make);
    }),
  LONG,
);

test(
  'with the gate off the stub slips through, is named by its consumer on the first attempt, and is finished',
  () =>
    inClone(async (made, make) => {
      appendFileSync(join(made.outside, 'clone/stepladder.yaml'), 'stubs: { gate: off }\n');
      await made.run('git', ['commit', '-qam', 'As before there was a gate'], { cwd: join(made.outside, 'clone') });
      const ran = await make(['orchestrate']);
      assert.is(ran.code, 0);
      const journal = journalOf(made);
      assert.equal(attemptsOf(journal, 'openai-streaming-chat'), ['sonnet/thinking: done', 'sonnet/thinking: done']);
      assert.equal(attemptsOf(journal, 'tests-openai-streaming'), [
        'sonnet/thinking: blocked',
        'sonnet/thinking: done',
      ]);
      const [story] = reopened(journal).filter(({ task }) => task === 'openai-streaming-chat');
      assert.is(story?.by, 'tests-openai-streaming');

      // The report tells the story with file, line, symbol, commit.
      const page = reportOf(made);
      assert.match(page, /openaiStartStream in src\/openai-stream\.js:4/);
      const log = await made.run('git', ['log', '--format=%h %s', '--', 'src/openai-stream.js'], {
        cwd: join(made.outside, 'clone/.stepladder/demo'),
      });
      const [left = ''] = log.stdout.trim().split('\n').reverse();
      assert.match(page, left.slice(0, left.indexOf(' ')), 'the commit that left the stub');
      await allDone(made, make);
    }),
  LONG,
);
