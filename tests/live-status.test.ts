/** A run looked at from another terminal: `status`, `status --follow`, `log --follow`, for people and for programs. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';
import { followTranscripts } from '../src/orchestrate/transcripts.js';
import { openJournal } from '../src/record/journal.js';
import { tryAcquire } from '../src/record/locks.js';
import { statePaths } from '../src/record/paths.js';
import type { LiveView } from '../src/report/live/view.js';
import { inFolder } from './rig/folder.js';
import { CHECKOUT, type DrivenAttempt, type Project, withProject } from './rig/project.js';
import { assert, suite } from './rig/suite.js';
import { allGone, CLOCK, inTerminal, NO_TERMINAL } from './rig/terminal.js';

const test = suite('live status');

const schema = JSON.parse(readFileSync(join(CHECKOUT, 'schema/report.schema.json'), 'utf8'));
const ajv = new Ajv({ strict: true, strictTypes: false, allErrors: true }).addSchema(schema, 'report');
const validate = ajv.compile({ $ref: 'report' });
const validateLive = ajv.compile({ $ref: 'report#/definitions/live' });

const TASKS = { a: '# The first\n', b: '---\ndepends: [a]\n---\n# The second\n' };

/** A run whose first agent has reported in and done something. */
async function running(
  body: (made: Project, first: DrivenAttempt, end: () => Promise<string>) => Promise<void>,
): Promise<void> {
  const config = { budget: { run: { tokens: 1_000_000 } } };
  await withProject({ tasks: TASKS, agent: 'driven', config }, async (made) => {
    const run = made.start('make', ['orchestrate']);
    const first = await made.nextAttempt();
    await first.print('Edit src/a.c\n');
    await body(made, first, async () => (await run.done).output);
  });
}

async function work(attempt: DrivenAttempt): Promise<void> {
  await attempt.write(`${attempt.task}.txt`, 'done\n');
  await attempt.verdict({ ok: true, usage: { inputTokens: 1000, outputTokens: 200 } });
}

/** `status` until what the agent did has been noted: that happens once a second. */
async function statusWith(made: Project, wanted: RegExp, args: readonly string[] = []): Promise<string> {
  for (const end = performance.now() + 120_000; ; ) {
    const { code, stdout } = await made.stepladder(['status', ...args]);
    assert.is(code, 0);
    if (wanted.test(stdout)) return stdout;
    if (performance.now() > end) throw new Error(`never seen: ${wanted}; last was\n${stdout}`);
  }
}

test('what runs, how far it is and what it cost, while it goes on and after', async () => {
  await running(async (made, first, end) => {
    const text = await statusWith(made, /Edit src/);
    assert.match(
      text,
      new RegExp(
        `^run \\S+ goes on for ${CLOCK}: 0/2 done, 2 remaining, how long: unknown yet, 0 of 1,000,000 tokens$`,
        'm',
      ),
    );
    assert.match(text, new RegExp(`^Running:\n {2}▶ a: sonnet/thinking, attempt 1, ${CLOCK}: Edit src/a\\.c$`, 'm'));
    const facts = JSON.parse(await statusWith(made, /Edit src/, ['--json'])) as { live: LiveView };
    assert.ok(validate(facts), JSON.stringify(validate.errors, null, 2));
    assert.equal(facts.live.counts, { tasks: 2, done: 0, failed: 0, blocked: 0, waiting: 0, remaining: 2 });
    const [step] = facts.live.running;
    assert.equal([step?.task, step?.attempt, step?.doing, step?.agent], ['a', 1, 'Edit src/a.c', 'rig']);
    await work(first);
    await work(await made.nextAttempt());
    await end();
    const after = JSON.parse((await made.stepladder(['status', '--json'])).stdout) as { live: LiveView | null };
    assert.is(after.live, null);
    assert.ok(validate(after));
    assert.not.match((await made.stepladder(['status'])).stdout, /goes on|▶/);
    assert.not(made.exists('.stepladder/tasks/a/activity.json'));
  });
});

test('a task that is edited while the run goes on is to be done again, here as there', async () => {
  await withProject({ tasks: { a: '# The first\n', old: '# Done before\n' }, agent: 'driven' }, async (made) => {
    const alone = made.start('make', ['tasks/old.done']);
    await work(await made.nextAttempt());
    assert.is((await alone.done).code, 0);
    const run = made.start('make', ['orchestrate']);
    const first = await made.nextAttempt();
    made.write('tasks/old.md', '---\n---\n# Done before, and asked for otherwise\n');
    await work(first);
    const again = await made.nextAttempt();
    assert.is(again.task, 'old');
    const { live } = JSON.parse((await made.stepladder(['status', '--json'])).stdout) as { live: LiveView };
    assert.equal(live.counts, { tasks: 2, done: 1, failed: 0, blocked: 0, waiting: 0, remaining: 1 });
    await again.write('old.txt', 'done otherwise\n');
    await again.verdict({ ok: true });
    const { output } = await run.done;
    assert.match(output, /✓ old .*\| 0 remaining/);
  });
});

test('--follow: a line for each event until the run ends, and JSON for programs', async () => {
  await running(async (made, first, end) => {
    const lines = made.start('stepladder', ['status', '--follow']);
    const json = made.start('stepladder', ['status', '--follow', '--json']);
    await lines.until(/^Running:/m);
    await json.until('Edit src/a.c');
    await work(first);
    await lines.until(/^✓ a /m);
    await work(await made.nextAttempt());
    const [text, objects] = [await lines.done, await json.done];
    await end();
    assert.equal([text.code, objects.code, text.stderr, objects.stderr], [0, 0, '', '']);
    assert.match(text.stdout, /^▶ b sonnet\/thinking\n✓ b .*0 remaining\n■ run finished: 2 done/m);
    const told = objects.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { event: { type: string; task?: string } | null; live: LiveView });
    assert.is(told[0]?.event, null);
    const types = told.flatMap(({ event }) => event?.type ?? []);
    assert.equal(types.slice(-2), ['step-finished', 'run-finished']);
    assert.equal(told.at(-1)?.live.counts, { tasks: 2, done: 2, failed: 0, blocked: 0, waiting: 0, remaining: 0 });
    assert.is(told.at(-1)?.live.cost.tokens, 2400);
    for (const { live } of told) assert.ok(validateLive(live), JSON.stringify(validateLive.errors, null, 2));
  });
});

test('--follow where nothing goes on says so and ends', async () => {
  await withProject({ tasks: TASKS }, async (made) => {
    const ran = await made.stepladder(['status', '--follow']);
    assert.is(ran.code, 0);
    assert.match(ran.stderr, 'nothing is going on');
    const lines = await made.stepladder(['status', '--follow', '--json']);
    assert.equal(JSON.parse(lines.stdout.trimEnd()), { event: null, live: null });
    assert.is(lines.stdout.split('\n').length, 2, 'one object a line');
  });
});

test('a run that was killed is not taken for one that goes on, and who follows it is told', async () => {
  await running(async (made, first) => {
    const follower = made.start('stepladder', ['status', '--follow']);
    await follower.until(/^Running:/m);
    const [file] = (await made.run('ls', ['.stepladder/going'])).stdout.split('\n');
    const note = JSON.parse(made.read(`.stepladder/going/${file}`) ?? '') as { process: { pid: number } };
    process.kill(note.process.pid, 'SIGKILL');
    const told = await follower.done;
    assert.is(told.code, 0);
    assert.match(told.stderr, 'its process is gone');
    // Its step is at work all the same: the run goes on, and is not cut off in the same breath.
    const meanwhile = await made.stepladder(['status']);
    assert.match(meanwhile.stdout, 'goes on for');
    assert.not.match(meanwhile.stdout, 'cut off');
    await work(first);
    await first.gone;
    // Make goes on without it, and starts the next.
    await work(await made.nextAttempt());
    await allGone(made);
    assert.match((await made.stepladder(['status'])).stdout, '(cut off: last heard of after ');
  });
});

test('a step by itself has ended when its task has: who follows it is told nothing else', async () => {
  await withProject({ tasks: TASKS, agent: 'driven' }, async (made) => {
    const alone = made.start('make', ['tasks/a.done']);
    const first = await made.nextAttempt();
    await first.print('Edit src/a.c\n');
    const follower = made.start('stepladder', ['status', '--follow']);
    await follower.until(/^Running:/m);
    await work(first);
    const told = await follower.done;
    assert.equal([told.code, told.stderr], [0, '']);
    assert.match(told.stdout, /^✓ a /m);
    assert.is((await alone.done).code, 0);
  });
});

test('log --follow goes from attempt to attempt until the step ends', async () => {
  await running(async (made, first, end) => {
    const people = made.start('stepladder', ['log', 'a', '--follow']);
    const programs = made.start('stepladder', ['log', 'a', '--follow', '--json']);
    await people.until('Edit src/a.c');
    await programs.until('Edit src/a.c');
    await first.print('colours \u001b[31mred\u001b[2J and ');
    await first.print('more\n');
    await people.until(/and more/);
    await first.verdict({ ok: false, reason: 'not yet', usage: { inputTokens: 1, outputTokens: 1 } });
    const second = await made.nextAttempt();
    await second.print('at it again\n');
    await people.until('at it again');
    await work(second);
    const [text, lines] = [await people.done, await programs.done];
    assert.equal([text.code, lines.code, text.stderr, lines.stderr], [0, 0, '', '']);
    assert.match(text.stdout, /^Edit src\/a\.c\ncolours \\x1b\[31mred\\x1b\[2J and more\n\{"ok":false/);
    assert.match(text.stdout, /\n── attempt 2 on \S+ by rig ──\nat it again\n\{"ok":true/);
    const objects = lines.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { task: string; attempt: number; line: string });
    assert.equal(
      objects.map(({ task, attempt }) => `${task} ${attempt}`),
      ['a 1', 'a 1', 'a 1', 'a 2', 'a 2'],
    );
    assert.is(objects[1]?.line, 'colours \u001b[31mred\u001b[2J and more');
    await work(await made.nextAttempt());
    await end();
    const after = await made.stepladder(['log', 'a', '--follow']);
    assert.equal([after.code, after.stdout.split('\n')[0]], [0, 'at it again']);
    assert.match(after.stderr, 'no step of it is under way');
  });
});

test('log --follow waits for a step that is still to begin', async () => {
  await running(async (made, first, end) => {
    const waits = made.start('stepladder', ['log', 'b', '--follow']);
    await waits.until('waiting for its step to begin');
    await work(first);
    const second = await made.nextAttempt();
    await second.print('now b\n');
    await waits.until('now b');
    await work(second);
    const { code, stdout } = await waits.done;
    assert.is(code, 0);
    assert.match(stdout, /^── attempt 1 on sonnet\/thinking by rig ──\nnow b\n/);
    await end();
  });
});

test('a step that has its last word on record has ended, though nobody had read that when it went', () =>
  inFolder(async (root) => {
    const lock = tryAcquire(statePaths(root).lock('task-a'), 'step a');
    const journal = openJournal(root, 'r', 'main');
    const reader = { line: () => {}, begins: () => {} };
    const how = followTranscripts(root, 'a', reader, () => false, new AbortController().signal);
    const end = { task: 'a', state: 'done', rung: 'r/x', attempts: 1, durationMs: 1, reason: '' } as const;
    journal.append({ type: 'step-finished', ...end });
    assert.is(lock.kind, 'lock');
    if (lock.kind === 'lock') lock.release();
    // Held up until both are due: a look at what is on record, and one whether the step is still there.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1100);
    assert.is(await how, 'ended');
  }));

const drawn = (name: string, body: () => Promise<void>): void =>
  NO_TERMINAL === null ? test(name, body) : test.skip(name, NO_TERMINAL);

drawn('--follow is drawn on a terminal of 40 columns; Ctrl-C leaves it, and not the run', async () => {
  await running(async (made, first, end) => {
    const line = `${process.execPath} node_modules/stepladder/dist/stepladder.cjs status --follow`;
    await inTerminal(made, line, { columns: 40, besides: true }, async (terminal) => {
      const seen = await terminal.until(/#1 Edit src\/a\.c/);
      assert.match(
        seen.join('\n'),
        new RegExp(`^▶ a .* ${CLOCK}\n {2}sonnet/thinking #1 Edit src/a\\.c\n─{13} 0/2 done · 2 remaining\n`),
      );
      terminal.type('C-c');
      assert.match((await terminal.until(/\[exit/)).join('\n'), /^\[exit 130, echo\]$/);
    });
    await inTerminal(made, line, { besides: true }, async (terminal) => {
      await terminal.until(/attempt 1/);
      await work(first);
      await terminal.until(/^✓ a /m);
      await work(await made.nextAttempt());
      const last = await terminal.until(/\[exit 0, echo\]/);
      assert.match(last.join('\n'), /^✓ b .*0 remaining\n■ run finished: 2 done, .*\n\[exit 0, echo\]$/m);
    });
    await end();
  });
});
