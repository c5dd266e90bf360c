/** What reports say of real runs: what a story made by hand leaves out, such as refs, other branches, files out of order. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';
import { formatDuration } from '../src/report/durations.js';
import type { Facts } from '../src/report/shape.js';
import { wireOf } from './rig/page.js';
import { CHECKOUT, type Project, type ProjectOptions, withProject } from './rig/project.js';
import { A_AND_B, BROKEN } from './rig/steps.js';
import { assert, suite } from './rig/suite.js';

const test = suite('report: real runs');

const validate = new Ajv({ strict: true, strictTypes: false, allErrors: true }).compile(
  JSON.parse(readFileSync(join(CHECKOUT, 'schema/report.schema.json'), 'utf8')),
);

/** report.json as `make report` writes it; always what the schema says. */
async function reported(made: Project): Promise<Facts> {
  const ran = await made.stepladder(['report', '--json']);
  assert.is(ran.code, 0, ran.output);
  const facts = JSON.parse(ran.stdout);
  assert.ok(validate(facts), JSON.stringify(validate.errors, null, 2));
  return facts as Facts;
}

const sum = (numbers: readonly (number | null | undefined)[]): number =>
  numbers.reduce<number>((all, number) => all + (number ?? 0), 0);

/** Attempts and escalations by rung, by group, in the page's table; and attempts and escalations of the journal. */
function counted(made: Project, { totals, timeline }: Facts): Record<string, readonly [number, number]> {
  const { tasks } = wireOf(made.read('reports/report.html') ?? '');
  return {
    totals: [sum(totals.cost.byRung.map(({ attempts }) => attempts)), totals.escalations.total],
    groups: [
      sum(totals.byGroup.map(({ attempts }) => attempts)),
      sum(totals.byGroup.map(({ escalations }) => escalations)),
    ],
    page: [sum(tasks.map(({ attempts }) => attempts)), sum(tasks.map(({ climbs }) => climbs))],
    journal: [timeline.attempts.length, timeline.escalations.length],
  };
}

const usage = { costUsd: 0.1, inputTokens: 10, outputTokens: 5 };
const GOOD = { verdict: { ok: true, usage }, run: 'echo $STEPLADDER_RUNG > $STEPLADDER_TASK.txt' } as const;
const BAD = { verdict: { ok: false, reason: 'cannot', usage }, write: { 'half.txt': 'half' } } as const;
const CONFIG = { ladder: ['a/none', 'b/none', 'c/none'], repairs: 0 };
const TWO: ProjectOptions = { tasks: A_AND_B, config: CONFIG, script: [{ task: 'b', ...BAD }, GOOD] };

test('kept work of a failed task stands in report.json as the schema has it: where it is, and how it comes back', () =>
  withProject(TWO, async (made) => {
    assert.match((await made.make(['orchestrate'])).output, 'Error 1');
    const [failed] = (await reported(made)).failed;
    assert.equal(Object.keys(failed?.kept ?? {}), ['ref', 'restore']);
    assert.is(failed?.kept?.ref, 'refs/stepladder/failed/b');
  }));

test('a run that was killed is told as cut off, with the numbers it had, until the next one comes to its end', () =>
  withProject({ tasks: { a: '# A' }, agent: 'driven' }, async (made) => {
    const running = made.start('make', ['orchestrate']);
    await made.nextAttempt();
    assert.is((await reported(made)).run?.cutOff, false);
    assert.match(made.read('reports/report.md') ?? '', /^Branch .*, so far \d/m);
    running.kill('SIGKILL', 'group');
    await running.done;
    const { run } = await reported(made);
    assert.equal([run?.finished, run?.cutOff], [null, true]);
    const words = `cut off: last heard of after ${formatDuration(run?.durationMs ?? 0)}`;
    const status = await made.stepladder(['status']);
    for (const text of [made.read('reports/report.md'), made.read('reports/report.html'), status.stdout]) {
      assert.match(text ?? '', words);
      assert.not.match(text ?? '', 'so far');
    }
    const again = made.start('make', ['orchestrate']);
    const attempt = await made.nextAttempt();
    await attempt.write('a.txt', 'done');
    await attempt.verdict({ ok: true });
    assert.is((await again.done).code, 0);
    assert.is((await reported(made)).run?.cutOff, false);
    assert.match(made.read('reports/report.md') ?? '', /^Branch .*, took \d/m);
  }));

test('while a run goes on nobody is told to start one, nor that nothing is left to do', () =>
  withProject({ tasks: { a: '# A', b: '# B' }, agent: 'driven' }, async (made) => {
    const running = made.start('make', ['orchestrate']);
    await made.nextAttempt();
    assert.equal((await reported(made)).next, []);
    assert.not.match((await made.stepladder(['status'])).stdout, 'make orchestrate');
    for (const name of ['report.md', 'report.html']) {
      assert.match(made.read(`reports/${name}`) ?? '', 'None for now: what remains is being worked on');
      assert.not.match(made.read(`reports/${name}`) ?? '', 'nothing is left to do');
    }
    running.kill('SIGINT', 'group');
    await running.done;
    assert.match(made.read('reports/report.md') ?? '', /Go on: 2 tasks could run now:\n\n.*\n +make orchestrate/);
  }));

test('a task that failed here, and was tried again on a branch that is merged, is counted once', () =>
  withProject(TWO, async (made) => {
    assert.match((await made.make(['orchestrate'])).output, 'Error 1');
    made.git('checkout', '-q', '-b', 'feat');
    made.script([GOOD]);
    assert.is((await made.stepladder(['retry', 'b'])).code, 0);
    assert.is((await made.make(['orchestrate'])).code, 0);
    made.git('checkout', '-q', 'main');
    made.git('merge', '-q', '--ff-only', 'feat');
    const facts = await reported(made);
    const { journal, ...reports } = counted(made, facts);
    assert.equal(journal, [4, 2]);
    assert.equal(reports, { totals: [5, 2], groups: [5, 2], page: [5, 2] });
    assert.is(facts.totals.cost.usd, 0.5);
    // In a clone that knows of no attempt the receipts tell of all of them.
    made.remove('.stepladder');
    const cloned = await reported(made);
    assert.equal(counted(made, cloned).page, [5, 2]);
    assert.is(cloned.totals.cost.usd, 0.5);
  }));

test('what a removed task took stays in the totals, apart from every group of the backlog', () =>
  withProject(TWO, async (made) => {
    assert.match((await made.make(['orchestrate'])).output, 'Error 1');
    made.remove('tasks/b.md');
    made.commit();
    const { totals, timeline } = await reported(made);
    assert.is(totals.tasks, 1);
    assert.is(totals.cost.usd, 0.4);
    assert.is(sum(totals.cost.byRung.map(({ attempts }) => attempts)), timeline.attempts.length);
    assert.equal(
      totals.byGroup.map(({ group, tasks, attempts, usd }) => [group, tasks, attempts, usd]),
      [
        [null, 1, 1, 0.1],
        ['no longer in the backlog', 0, 3, 0.3],
      ],
    );
  }));

test('after retry a task is to be tried again: from which rung, told what; nothing says that it failed', () =>
  withProject(TWO, async (made) => {
    assert.match((await made.make(['orchestrate'])).output, 'Error 1');
    assert.is((await made.stepladder(['retry', 'b', '--hint', 'look at a'])).code, 0);
    const facts = await reported(made);
    assert.equal([facts.failed, facts.stopped, facts.totals.pending], [[], [], 1]);
    const why = 'to be tried again, from c/none; hint: look at a';
    assert.equal(
      facts.remaining.map((task) => [task.task, task.ready, task.why]),
      [['b', true, why]],
    );
    const status = (await made.stepladder(['status'])).stdout;
    assert.match(status, `b: ${why}`);
    assert.not.match(status, 'retry');
    assert.match((await made.stepladder(['show', 'b'])).stdout, `would run now: ${why}`);
    assert.is((await made.stepladder(['retry', 'b', '--from', 'b/none'])).code, 0);
    assert.match((await made.stepladder(['show', 'b'])).stdout, 'to be tried again, from b/none\n');
  }));

test('a halt is told until work has gone on, also by make tasks/NAME.done', () =>
  withProject(
    {
      ...TWO,
      tasks: { ...TWO.tasks, c: '# C\n' },
      config: { ...CONFIG, budget: { run: { usd: 0.05 } } },
      script: [GOOD],
    },
    async (made) => {
      assert.match((await made.make(['orchestrate'])).output, 'Error 4');
      const halted = async (): Promise<string[]> =>
        (await reported(made)).stopped.flatMap(({ kind, reason }) => (kind === 'halted' ? [reason] : []));
      assert.is((await halted()).length, 1);
      assert.match((await made.stepladder(['status'])).stdout, /^halted, /);
      made.write('stepladder.yaml', (made.read('stepladder.yaml') ?? '').replace('0.05', '5'));
      made.commit();
      assert.is((await made.make(['tasks/b.done'])).code, 0);
      assert.equal(await halted(), []);
      assert.is((await made.make(['tasks/c.done'])).code, 0);
      assert.equal(await halted(), []);
      assert.match((await made.stepladder(['status'])).stdout, /^all 3 tasks are done\n/);
    },
  ));

test('files that cannot be read are told of wherever the backlog lies, the project’s own folder among them', () =>
  withProject(
    {
      files: { 'good.md': '---\n---\n# Good\n', 'bad.md': BROKEN },
      config: { tasks: '.', workspace: '../elsewhere' },
      makefile: '',
    },
    async (made) => {
      const lines = 'mkdir ../elsewhere && cd ../elsewhere && git init -q && git commit -q --allow-empty -m begun';
      assert.is((await made.run('sh', ['-c', lines])).code, 0);
      const { waiting, totals } = await reported(made);
      assert.equal(
        waiting.map(({ kind, task, file }) => [kind, task, file]),
        [['task-file', 'bad', 'bad.md']],
      );
      assert.is(totals.tasks, 2);
      const shown = await made.stepladder(['show', 'bad']);
      assert.is(shown.code, 2);
      assert.match(shown.stderr, 'bad.md:2');
    },
  ));

test('each task of a cycle waits for a person, what hangs on it is told of, and every count is of all of them', () =>
  withProject(
    {
      tasks: {
        cy1: '---\ndepends: [cy2]\n---\n',
        cy2: '---\ndepends: [cy3]\n---\n',
        cy3: '---\ndepends: [cy1]\n---\n',
        behind: '---\ndepends: [cy2, good]\n---\n',
        good: '',
        bad: '---\nno-such-key: 1\n---\n',
      },
    },
    async (made) => {
      const facts = await reported(made);
      assert.equal(facts.waiting.map(({ task, kind }) => [task, kind]).sort(), [
        ['bad', 'task-file'],
        ['cy1', 'task-file'],
        ['cy2', 'task-file'],
        ['cy3', 'task-file'],
      ]);
      assert.equal(facts.remaining.map(({ task, ready, stuck }) => [task, ready, stuck]).sort(), [
        ['behind', false, true],
        ['good', true, false],
      ]);
      const { tasks } = wireOf(made.read('reports/report.html') ?? '');
      const all = sum(facts.totals.byGroup.map((group) => group.tasks));
      assert.equal([facts.totals.tasks, facts.backlog.length, all, tasks.length], [6, 6, 6, 6]);
    },
  ));

test('a sound task behind a broken file has its page: what holds it up, and how that is looked at', () =>
  withProject({ tasks: { bad: BROKEN, b: '---\ndepends: [bad]\n---\n# B\n' } }, async (made) => {
    const ran = await made.stepladder(['show', 'b']);
    assert.is(ran.code, 0, ran.output);
    assert.match(ran.stdout, 'waits for bad');
    assert.match(ran.stdout, /Held up by bad \(waiting\): .*nobody-knows/);
    assert.match(ran.stdout, /\S+ lint {3}# see what is wrong with the file of bad\n/);
    assert.is((await made.stepladder(['show', 'bad'])).code, 2);
  }));

test('a checkpoint that is run into again is to be approved, not answered', () =>
  withProject({ tasks: { gate: '---\ncheckpoint: true\n---\n# Look at it\n' } }, async (made) => {
    await made.make(['orchestrate']);
    const { output } = await made.make(['orchestrate']);
    assert.match(output, /→ .* approve gate, /);
    assert.not.match(output, ' answer gate');
  }));

test('an option that begins with a dash is an answer all the same', () =>
  withProject(
    {
      tasks: { q: '# Q\n' },
      script: [{ verdict: { ok: false, question: 'Which flag?', options: ['--help', '-x'] } }],
    },
    async (made) => {
      await made.make(['orchestrate']);
      const [asked] = (await reported(made)).waiting;
      const [help = '', short = ''] = asked?.commands ?? [];
      assert.match(help, / answer q -- '--help'$/);
      assert.match(short, / answer q -- '-x'$/);
      const said = await made.stepladder(['answer', 'q', '--', '--help']);
      assert.match(said.stdout, 'written into tasks/q.md');
      assert.match(made.read('tasks/q.md') ?? '', 'Which flag? → --help');
    },
  ));
