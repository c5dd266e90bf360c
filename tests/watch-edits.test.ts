/** Watch mode: what an edit calls for is run, once, and nothing else. */
import { appendFileSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Project } from './rig/project.js';
import { A_AND_B, FOUR, paid } from './rig/steps.js';
import { assert, suite } from './rig/suite.js';
import { inOneGo, withWatch } from './rig/watching.js';

const own = suite('watch: edits');

/** Whole runs, one after the other: on a busy machine they take their time. */
const test = (name: string, body: () => Promise<void>): void => own(name, body, { timeoutMs: 240_000 });

const task = (text: string, depends: readonly string[] = []): string =>
  `---\ndepends: [${depends.join(', ')}]\n---\n${text}\n`;
const runsStarted = (made: Project): number => made.journal().filter(({ type }) => type === 'run-started').length;

test('it runs what is not done, says what it watches, and runs what an edit calls for', async () => {
  await withWatch({ tasks: FOUR }, async (made, watching) => {
    await watching.next('run finished: 4 done');
    assert.match(
      await watching.waits(),
      /the run ended after [^:]+: everything is done\nwatch: watching 4 tasks in tasks\/ and stepladder\.yaml; Ctrl-C ends/,
    );
    made.write('tasks/b.md', task('# B\n\nDo b otherwise.', ['a']));
    await watching.next('a run: b (edited)');
    await watching.waits();
    assert.equal(paid(made).toSorted(), ['a', 'b', 'b', 'c', 'd']);
    // Its dependent was looked at again, and not paid for.
    assert.match(watching.running.output(), /✓ d \[[^\]]+\] verified again, nothing paid/);
    made.write('tasks/e.md', task('# E'));
    await watching.next('a run: e (new)');
    assert.match(await watching.waits(), 'watching 5 tasks');
    assert.is(paid(made).at(-1), 'e');
  });
});

test('a save without a change that counts starts nothing', async () => {
  await withWatch({ tasks: A_AND_B }, async (made, watching) => {
    await watching.waits();
    const before = [paid(made).length, runsStarted(made)];
    const text = made.read('tasks/a.md') ?? '';
    for (const same of [text, `${text}\n\n`, text.replaceAll('\n', ' \n')]) {
      made.write('tasks/a.md', same);
      await watching.next('nothing to run');
    }
    utimesSync(join(made.root, 'tasks/b.md'), 1, 1);
    await watching.next('nothing to run');
    made.write('stepladder.yaml', `# A remark.\n${made.read('stepladder.yaml')}`);
    await watching.next('nothing to run');
    assert.equal([paid(made).length, runsStarted(made)], before);
  });
});

test('a storm of a thousand events is one run', async () => {
  await withWatch({ tasks: A_AND_B }, async (made, watching) => {
    await watching.waits();
    const round = (at: number): (() => void)[] => [
      () => made.write('tasks/a.md', task(`# A\n\nDo a, version ${at}.`)),
      () => made.write(`tasks/new-${at}.md`, task(`# New ${at}`)),
      () => made.write('tasks/b.md', task(`# B\n\nDo b, version ${at}.`, ['a'])),
      () => made.remove(`tasks/new-${at}.md`),
    ];
    const pauses = inOneGo(Array.from({ length: 250 }, (_, at) => round(at)).flat());
    await watching.next(pauses === 0 ? 'a run: a (edited), b (edited)\n' : 'a run: ');
    await watching.waits();
    made.write('tasks/last.md', task('# Last'));
    await watching.next(/a run: (?:.*, )?last \(new\)\n/);
    if (pauses === 0) assert.equal(watching.runs(), ['', 'a (edited), b (edited)', 'last (new)']);
    else assert.ok(watching.runs().length <= 3 + 2 * pauses, `${watching.runs().length} runs, held up ${pauses} times`);
  });
});

test('saves as editors make them: renames, backups, swap and lock files, probes', async () => {
  await withWatch({ tasks: A_AND_B }, async (made, watching) => {
    await watching.waits();
    const at = (name: string): string => join(made.root, 'tasks', name);
    const by: Record<string, (text: string) => void> = {
      vim: (text) => {
        writeFileSync(at('.a.md.swp'), 'swap');
        writeFileSync(at('4913'), '');
        rmSync(at('4913'));
        renameSync(at('a.md'), at('a.md~'));
        writeFileSync(at('a.md'), text);
        rmSync(at('.a.md.swp'));
      },
      emacs: (text) => {
        symlinkSync('somebody@host.1234', at('.#a.md'));
        writeFileSync(at('#a.md#'), text);
        renameSync(at('a.md'), at('a.md~'));
        writeFileSync(at('a.md'), text);
        rmSync(at('.#a.md'));
        rmSync(at('#a.md#'));
      },
      'a program that replaces whole': (text) => {
        writeFileSync(at('.goutputstream-X1'), text);
        renameSync(at('.goutputstream-X1'), at('a.md'));
      },
      'a program that adds': (text) => {
        writeFileSync(at('a.md'), '');
        for (const line of text.split(/(?<=\n)/)) appendFileSync(at('a.md'), line);
      },
    };
    for (const [editor, save] of Object.entries(by)) {
      save(task(`# A\n\nDo a as ${editor} says.`));
      await watching.next('a run: a (edited)\n');
      await watching.waits();
    }
    assert.equal(
      watching.runs().slice(1),
      Object.keys(by).map(() => 'a (edited)'),
    );
    assert.not.match(watching.running.output(), 'error');
  });
});

test('a file that is truncated first and written later is waited for', async () => {
  await withWatch({ tasks: { a: '# A\n' } }, async (made, watching) => {
    await watching.waits();
    made.write('new.txt', task('# A\n\nDo a slowly.'));
    await made.run('sh', ['-c', ': > tasks/a.md; sleep 1; cat new.txt > tasks/a.md; rm new.txt']);
    await watching.next('a run: a (edited)\n');
    await watching.waits();
    assert.not.match(watching.running.output(), 'error');
    assert.match(made.invocations().at(-1)?.prompt ?? '', 'Do a slowly.');
  });
});

test('a receipt that is withdrawn brings a run; those that steps write, reports and machine state never do', async () => {
  await withWatch({ tasks: FOUR }, async (made, watching) => {
    await watching.waits();
    made.write('reports/notes.md', 'mine');
    made.write('.stepladder/notes.md', 'mine');
    made.write('tasks/README.md', 'mine');
    made.write('tasks/_later.md', 'not yet');
    made.remove('tasks/d.done');
    await watching.next('a run: d (its receipt is gone)\n');
    await watching.waits();
    made.write('tasks/last.md', task('# Last'));
    await watching.next('a run: last (new)\n');
    await watching.waits();
    assert.equal(watching.runs(), ['', 'd (its receipt is gone)', 'last (new)']);
    assert.equal(runsStarted(made), 3);
  });
});

test('what a person decides in another terminal lets the rest go on', async () => {
  const tasks = { gate: '---\ncheckpoint: true\n---\n# Look\n', after: task('# After', ['gate']) };
  await withWatch({ tasks }, async (made, watching) => {
    await watching.next('something waits for you');
    await watching.waits();
    assert.is((await made.stepladder(['approve', 'gate'])).code, 0);
    await watching.next('a run: after (can go on)\n');
    await watching.waits();
    assert.equal(paid(made), ['after']);
  });
});

test('a task that failed is not tried again before something about it changes', async () => {
  const script = [{ task: 'a', nth: 1, verdict: { ok: false, reason: 'no idea' } }];
  const config = { ladder: ['sonnet/thinking'], repairs: 0 };
  await withWatch({ tasks: { a: '# A\n', c: '# C\n' }, config, script }, async (made, watching) => {
    await watching.next('something failed');
    await watching.waits();
    made.write('tasks/a.md', `${made.read('tasks/a.md')}\n`);
    await watching.next('nothing to run');
    made.write('tasks/c.md', task('# C\n\nOtherwise.'));
    await watching.next('a run: c (edited)\n');
    await watching.waits();
    assert.equal(paid(made), ['a', 'c', 'c']);
    made.write('tasks/late.md', task('# Late', ['a']));
    await watching.next('nothing to run: late waits for a');
    made.write('tasks/a.md', task('# A\n\nWith a hint.'));
    await watching.next('a run: a (edited)');
    await watching.waits();
    assert.equal(paid(made), ['a', 'c', 'c', 'a', 'late']);
  });
});

test('a halted run is not begun again by itself, and an edit goes on with it', async () => {
  const tasks = { a: '# A\n', b: '# B\n' };
  const config = { budget: { run: { tokens: 10 } } };
  const script = [{ verdict: { ok: true, usage: { inputTokens: 20 } }, write: { 'work/%TASK%.txt': '%NTH%' } }];
  await withWatch({ tasks, config, script }, async (made, watching) => {
    await watching.next('it was halted');
    await watching.waits();
    const first = paid(made).length;
    assert.is(first, 1);
    made.write('tasks/a.md', `${made.read('tasks/a.md')}\n`);
    await watching.next('nothing to run');
    assert.is(paid(made).length, first);
    made.write('tasks/c.md', task('# C'));
    await watching.next('a run: c (new)');
    await watching.waits();
    assert.ok(paid(made).length > first);
  });
});
