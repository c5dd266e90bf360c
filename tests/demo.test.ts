/**
 * What a newcomer sees: `make orchestrate` in a fresh clone. The backlog is that of the report: a stub is left and
 * called done, its consumer says so on its first attempt, nobody climbs a ladder over it, and what does not depend on
 * it is done.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, symlinkSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { CHECKOUT, type Project, project, type Ran } from './rig/project.js';
import { assert, suite } from './rig/suite.js';

const test = suite('the demo');
const LONG = { timeoutMs: 4 * 60_000 };

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

test(
  'make orchestrate ends with the stoppage of the report, its numbers right, and leaves the clone clean',
  () =>
    inClone(async (made, make) => {
      const ran = await make(['orchestrate']);
      assert.is(ran.code, 2);
      assert.match(ran.stderr, /orchestrate\] Error 3/);

      const clone = '../clone';
      const read = (path: string): string => made.read(join(clone, path)) ?? '';
      const journal = read('.stepladder/journal.jsonl')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as ReturnType<Project['journal']>[number]);
      const streaming = journal.filter((event) => 'task' in event && event.task === 'tests-openai-streaming');
      assert.equal(
        streaming.flatMap((event) => (event.type === 'attempt-started' ? [[event.attempt, event.rung]] : [])),
        [[1, 'sonnet/thinking']],
        'blocked on its first attempt, and no rung above was started',
      );
      const end = streaming.find((event) => event.type === 'step-finished');
      assert.is(end?.type === 'step-finished' ? end.state : '', 'blocked');

      const done = journal.flatMap((event) =>
        event.type === 'step-finished' && event.state === 'done' ? [event.task] : [],
      );
      assert.equal(done.sort(), [
        'google-thought-signatures',
        'openai-streaming-chat',
        'tests-integration-switching',
        'tests-openai-basic',
        'vcr-makefile',
      ]);
      const last = journal.find((event) => event.type === 'run-finished');
      assert.is(last?.type === 'run-finished' ? last.done : 0, 5);
      assert.is(last?.type === 'run-finished' ? last.blocked : 0, 1);

      const basic = JSON.parse(read('tasks/tests-openai-basic.done')) as NonNullable<ReturnType<Project['receipt']>>;
      assert.equal(
        basic.path.map(({ rung, outcome }) => `${rung} ${outcome}`),
        ['sonnet/thinking failed', 'sonnet/extended failed', 'opus/extended done'],
      );

      const page = read('reports/report.md').replaceAll('`', '');
      for (const said of [
        'openaiStartStream',
        'openai-streaming-chat',
        'tests-openai-streaming',
        'sonnet/thinking → sonnet/extended',
      ]) {
        assert.match(page, said);
      }
      const status = await made.run('git', ['status', '--porcelain'], { cwd: join(made.outside, 'clone') });
      assert.is(status.stdout, '', 'the clone stays clean');
      assert.match(
        (await made.run('git', ['log', '--oneline'], { cwd: join(made.outside, 'clone/.stepladder/demo') })).stdout,
        /./,
      );

      const before = read('.stepladder/journal.jsonl').split('"attempt-started"').length;
      const again = await make(['orchestrate']);
      assert.is(again.code, 2);
      assert.is(
        read('.stepladder/journal.jsonl').split('"attempt-started"').length,
        before,
        'what stands is not paid twice',
      );
    }),
  LONG,
);

test(
  'once a person has mended the stub, the rest goes through and every task is done',
  () =>
    inClone(async (made, make) => {
      await make(['orchestrate']);
      const demo = join(made.outside, 'clone/.stepladder/demo');
      cpSync(join(CHECKOUT, 'demo/work/streaming'), demo, { recursive: true });
      await made.run('git', ['commit', '-qam', 'Start the stream'], { cwd: demo });
      const ran = await make(['RETRY=1', 'orchestrate']);
      assert.is(ran.code, 0);
      const status = await make(['status']);
      assert.match(status.stdout, /8/);
    }),
  LONG,
);
