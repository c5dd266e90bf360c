/** `notify:` tells a person that a run has ended, or first waits for him; it never holds a run up. */
import { isRunning, pidIn } from './rig/attempts.js';
import { type Project, type ProjectOptions, withProject } from './rig/project.js';
import { assert, suite } from './rig/suite.js';

const test = suite('notify');

/** Writes down its whole environment that is ours, a notice a line, at one stroke. */
const NOTE = 'ours=$(env | grep ^STEPLADDER_ | sort | tr "\\n" "|"); printf "%s\\n" "$ours" >> ../notices';

const notices = (made: Project): Record<string, string>[] =>
  (made.read('../notices') ?? '')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) =>
      Object.fromEntries(
        line.split('|').flatMap((entry) => (/^STEPLADDER_/.test(entry) ? [entry.split(/=(.*)/s).slice(0, 2)] : [])),
      ),
    );

async function runs(
  options: ProjectOptions,
  notify: string,
  check: (made: Project, output: string, ms: number) => void,
) {
  await withProject({ ...options, config: { ...Object(options.config), notify } }, async (made) => {
    const ran = await made.stepladder(['orchestrate'], { env: { STEPLADDER_HINT: 'none of yours', FORCE: '1' } });
    check(made, ran.output, ran.ms);
  });
}

test('a run that ends: its exit code, the state in one line, and the report', () =>
  runs({ tasks: { a: '# A\n', b: '# B\n' } }, NOTE, (made) => {
    const [ended, ...more] = notices(made);
    assert.equal(more, []);
    const { STEPLADDER_REPORT: report, STEPLADDER_MARK: _, ...said } = ended ?? {};
    assert.equal(said, { STEPLADDER_EVENT: 'ended', STEPLADDER_EXIT: '0', STEPLADDER_SUMMARY: 'all 2 tasks are done' });
    assert.ok(made.exists(report ?? ''));
  }));

test('what first waits for a person is told at once, once, while the others go on', () => {
  const question = { ok: false, question: 'Which? $(touch pwned) `touch pwned`\u001b[31m', options: ['x', 'y'] };
  const script = [
    { task: 'a', verdict: question },
    { task: 'b', verdict: question },
  ];
  return runs({ tasks: { a: '# A\n', b: '# B\n', c: '# C\n' }, script }, NOTE, (made) => {
    const [waiting, ended, ...more] = notices(made);
    assert.equal(more, []);
    assert.equal(
      [waiting?.STEPLADDER_EVENT, waiting?.STEPLADDER_EXIT, waiting?.STEPLADDER_TASK],
      ['waiting', '3', 'a'],
    );
    assert.match(waiting?.STEPLADDER_SUMMARY ?? '', /^a waits for you: Which\? \$\(touch pwned\)/);
    assert.not.match(waiting?.STEPLADDER_SUMMARY ?? '', '\u001b');
    assert.equal([ended?.STEPLADDER_EVENT, ended?.STEPLADDER_EXIT], ['ended', '3']);
    assert.not(made.exists('pwned') || made.exists('../pwned'));
  });
});

test('a checkpoint is something to wait for', () =>
  runs({ tasks: { gate: '---\ncheckpoint: true\n---\n# Look at it\n' } }, NOTE, (made) => {
    assert.equal(
      notices(made).map(({ STEPLADDER_EVENT: event }) => event),
      ['waiting', 'ended'],
    );
  }));

test('nothing to do is no run, and tells nobody', () =>
  withProject({ tasks: { a: '# A\n' }, config: { notify: NOTE } }, async (made) => {
    await made.make(['orchestrate']);
    await made.make(['orchestrate']);
    assert.is(notices(made).length, 1);
  }));

test('a command that fails is told, and changes nothing', () =>
  runs({ tasks: { a: '# A\n' } }, 'exit 7', (made, output) => {
    assert.match(output, 'warning: notify: the command ended with 7');
    assert.is(made.receipt('a')?.state, 'done');
  }));

test('a command that hangs is ended, with all that it has started', () =>
  runs({ tasks: { a: '# A\n' } }, 'sleep 1000 & echo $! > ../pid; wait', (made, output, ms) => {
    assert.match(output, 'warning: notify: the command did not end within 10s, and was ended');
    assert.ok(ms < 120_000);
    assert.not(isRunning(pidIn(made.outside, 'pid')));
  }));

test('a command that lasts does not hold up the run: the next task is at work meanwhile', () => {
  // It waits for the step of a task that runs after the question; were it waited for, neither would come. Not for the
  // receipt: it may take no longer than ten seconds, in which a busy machine does not get that far.
  const begun = `grep -q '"step-started","task":"b"' .stepladder/journal.jsonl`;
  const notify = `[ "$STEPLADDER_EVENT" = ended ] || { i=0; until ${begun}; do i=$((i+1)); [ $i -gt 180 ] && exit 1; sleep 0.05; done; echo MET; }`;
  const script = [{ task: 'a', verdict: { ok: false, question: 'Which?', options: [] } }];
  return runs({ tasks: { a: '# A\n', b: '# B\n' }, script }, notify, (made, output) => {
    assert.match(output, 'MET');
    assert.not.match(output, 'warning: notify');
    assert.is(made.receipt('b')?.state, 'done');
  });
});

test('what waits is told before the end, however long that takes to tell', () => {
  // The first notice lasts until the run is over, and then as long as the second one would need to overtake it.
  const over = `grep -q '"run-finished"' .stepladder/journal.jsonl`;
  const wait = (until: string, tries: number): string =>
    `i=0; until ${until} || [ $i -gt ${tries} ]; do i=$((i+1)); sleep 0.05; done`;
  const slow = `[ "$STEPLADDER_EVENT" = ended ] || { ${wait(over, 140)}; ${wait('[ -e ../notices ]', 20)}; }`;
  return runs({ tasks: { gate: '---\ncheckpoint: true\n---\n# Look at it\n' } }, `${slow}; ${NOTE}`, (made) => {
    assert.equal(
      notices(made).map(({ STEPLADDER_EVENT: event }) => event),
      ['waiting', 'ended'],
    );
  });
});
