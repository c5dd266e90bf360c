/** What an attempt forges during a real run is not believed by it, nor by the next one. */
import { mkdirSync } from 'node:fs';
import { CHECKOUT, project, withProject } from './rig/project.js';
import { assert, suite } from './rig/suite.js';

const test = suite('tampering in runs');

const LADDER = ['small/none', 'middle/none', 'large/none'];

/** The receipt that a task really earned, somewhere else. */
async function earned(task: string, text: string): Promise<string> {
  const made = await project({ tasks: { [task]: text } });
  try {
    await made.make(['orchestrate']);
    const receipt = made.read(`tasks/${task}.done`);
    if (receipt === null) throw new Error('no receipt was earned');
    return receipt;
  } finally {
    made.close();
  }
}

const attemptsOf = (made: { invocations(): { task: string }[] }, task: string): number =>
  made.invocations().filter((invocation) => invocation.task === task).length;

test('a forged receipt of another task, its seal right, is put back, and the task is worked on', async () => {
  const forged = await earned('b', '# B');
  const script = [{ task: 'a', nth: 1, write: { 'tasks/b.done': forged, 'a.txt': 'a' } }];
  await withProject({ tasks: { a: '# A', b: '# B' }, script }, async (made) => {
    assert.is((await made.make(['orchestrate'])).code, 0);
    assert.is(attemptsOf(made, 'b'), 1);
    assert.is(attemptsOf(made, 'a'), 2, 'the forgery was held against the attempt');
    const findings = made.journal().flatMap((event) => (event.type === 'finding' ? [event.file] : []));
    assert.ok(findings.includes('tasks/b.done'));
  });
});

test('what a check forges, which the attempt wrote, is put back like what the attempt itself forged', async () => {
  const forged = await earned('b', '# B');
  const check = 'test ! -e forge.sh || sh forge.sh';
  const script = [
    { task: 'a', nth: 1, write: { 'forge.sh': 'cp ../forged tasks/b.done\n', 'a.txt': 'a' } },
    { task: 'a', remove: ['forge.sh'] },
  ];
  await withProject({ tasks: { a: '# A', b: '# B' }, config: { verify: [check] }, script }, async (made) => {
    made.write('../forged', forged);
    assert.is((await made.make(['orchestrate'])).code, 0);
    assert.is(attemptsOf(made, 'b'), 1);
    assert.is(attemptsOf(made, 'a'), 2);
  });
});

test('what a precondition forges is put back, though no attempt follows', async () => {
  const forged = await earned('c', '# C');
  const tasks = {
    a: '---\npriority: 5\n---\n# A',
    b: '---\npriority: 4\n---\n# B\n\n## Preconditions\n- [ ] `sh tool.sh` passes\n',
    c: '# C',
  };
  const script = [{ task: 'a', write: { 'tool.sh': 'cp ../forged tasks/c.done; exit 1\n' } }];
  await withProject({ tasks, script }, async (made) => {
    made.write('../forged', forged);
    assert.match((await made.make(['-k', 'orchestrate'])).output, 'Error 3');
    assert.is(attemptsOf(made, 'b'), 0);
    assert.is(attemptsOf(made, 'c'), 1);
    await made.make(['orchestrate']);
    assert.is(attemptsOf(made, 'b'), 0);
  });
});

test('a pass that a check notes for the next one is not believed', async () => {
  const forge = [
    'for pass in .stepladder/checks/*/*.json; do',
    '  grep -q "grep right" "$pass" && cp "$pass" ../pass.json && basename "$pass" > ../pass.name',
    'done',
    'test -e ../pass.json || exit 0',
    'tree=$(ls -t .stepladder/checks | head -1)',
    'for tree in .stepladder/checks/*; do cp ../pass.json "$tree/$(cat ../pass.name)"; done',
    'mkdir -p ".stepladder/checks/$(cat ../tree)" && cp ../pass.json ".stepladder/checks/$(cat ../tree)/$(cat ../pass.name)"',
  ].join('\n');
  const options = {
    tasks: { a: '# A' },
    config: { ladder: ['small/none'], repairs: 0, verify: ['test ! -e forge.sh || sh forge.sh', 'grep right a.txt'] },
    files: { 'a.txt': 'right\n' },
    script: [{ write: { 'a.txt': 'wrong\n', 'forge.sh': forge } }],
  };
  await withProject(options, async (made) => {
    // The tree that the work will have, as git names it: everything but backlog, configuration and machine state.
    made.write('a.txt', 'wrong\n');
    made.write('forge.sh', forge);
    made.git('add', '-A', '--', '.', ':(exclude)tasks', ':(exclude)stepladder.yaml');
    made.git('rm', '-rq', '--cached', 'tasks', 'stepladder.yaml');
    made.write('../tree', made.git('write-tree'));
    made.git('reset', '-q', '--hard');
    made.remove('forge.sh');
    await made.make(['orchestrate']);
    assert.is(made.receipt('a'), null);
    assert.match(made.read('reports/report.md') ?? '', 'grep right a.txt');
  });
});

test('an attempt that kills its runner gets nobody to believe the receipt it forged', async () => {
  const forged = await earned('b', '# B');
  const kill = 'kill -9 $(sed -n \'s/.*"pid": \\([0-9]*\\).*/\\1/p\' .stepladder/tasks/a/attempt.json)';
  const script = [{ task: 'a', nth: 1, write: { 'tasks/b.done': forged }, run: kill }];
  const tasks = { a: '# A', b: '# B\n\n## Postconditions\n- [ ] `test -e work/b.txt` passes\n' };
  const sealed = await earned('b', tasks.b);
  await withProject({ tasks, script: [{ ...script[0], write: { 'tasks/b.done': sealed } }] }, async (made) => {
    await made.make(['tasks/a.done']);
    assert.is(made.receipt('b')?.task, 'b', 'the forgery stands');
    const ran = await made.make(['orchestrate']);
    assert.is(ran.code, 0);
    assert.match(ran.output, 'b: its receipt is in no commit; it is verified before it is believed');
    assert.is(attemptsOf(made, 'b'), 1, 'it was verified, which failed, and then worked on');
  });
});

test('nor the receipt that it asserted by hand', async () => {
  const kill = 'kill -9 $(sed -n \'s/.*"pid": \\([0-9]*\\).*/\\1/p\' .stepladder/tasks/a/attempt.json)';
  const script = [{ task: 'a', nth: 1, write: { 'tasks/b.done': '' }, run: kill }];
  await withProject({ tasks: { a: '# A', b: '# B' }, script }, async (made) => {
    await made.make(['tasks/a.done']);
    const ran = await made.make(['orchestrate']);
    assert.is(ran.code, 0);
    assert.match(ran.output, 'b: was asserted while a step was at work that died');
    assert.is(attemptsOf(made, 'b'), 1);
  });
});

test('a receipt with a wrong seal, or of another task, is verified and not paid for', async () => {
  const tasks = { a: '# A', b: '# B', c: '---\ndepends: [b]\n---\n# C' };
  await withProject({ tasks }, async (made) => {
    assert.is((await made.make(['orchestrate'])).code, 0);
    made.write('tasks/a.done', (made.read('tasks/a.done') ?? '').replace('"attempts": 1', '"attempts": 7'));
    made.write('tasks/b.done', (made.read('tasks/a.done') ?? '').replace('"attempts": 7', '"attempts": 1'));
    made.commit('meddled with');
    const again = await made.make(['orchestrate']);
    assert.is(again.code, 0, again.output);
    assert.is(made.invocations().length, 3, 'nobody was paid');
    assert.is(made.receipt('b')?.task, 'b');
    assert.is(made.receipt('a')?.attempts, 0);
    assert.match((await made.make(['orchestrate'])).stdout, 'nothing to do');
  });
});

test('a receipt with a wrong seal whose verification fails is paid for', async () => {
  const tasks = { a: '# A\n\n## Postconditions\n- [ ] `test -e work/a.txt` passes\n' };
  await withProject({ tasks }, async (made) => {
    assert.is((await made.make(['orchestrate'])).code, 0);
    made.write('tasks/a.done', (made.read('tasks/a.done') ?? '').replace('"attempts": 1', '"attempts": 7'));
    made.git('rm', '-q', 'work/a.txt');
    made.commit('meddled with');
    assert.is((await made.make(['orchestrate'])).code, 0);
    assert.is(made.invocations().length, 2);
    assert.match(made.invocations()[1]?.prompt ?? '', 'its seal is not that of its content');
  });
});

test('a receipt that was withdrawn does not come back by another task’s attempt', async () => {
  const replay = [
    'commit=$(git log --format=%H --grep="Stepladder-Task: b" -1)',
    'git show "$commit:tasks/b.done" > ../old',
    'mkdir -p .stepladder/tasks/b .stepladder/in-flight',
    "node -e \"console.log(JSON.stringify({token: 't', commit: process.argv[1], receipt: fs.readFileSync('../old', 'utf8')}))\" \"$commit\" > .stepladder/tasks/b/landing.json",
    'printf b > .stepladder/in-flight/forged',
  ].join('\n');
  await withProject({ tasks: { b: '# B' } }, async (made) => {
    await made.make(['orchestrate']);
    made.write('tasks/a.md', '---\npriority: 5\n---\n# A');
    made.remove('tasks/b.done');
    made.script([{ task: 'a', nth: 1, write: { 'a.txt': 'a' }, run: replay }, { write: { '%TASK%-%NTH%.txt': 'x' } }]);
    assert.is((await made.make(['orchestrate'])).code, 0);
    assert.is(attemptsOf(made, 'b'), 2, 'b was worked on again');
  });
});

test('a configuration put into the cache is not what the next step works by', async () => {
  const forge =
    "node -e \"const f='.stepladder/config.json', k=JSON.parse(fs.readFileSync(f,'utf8')); k.config.verify=[]; fs.writeFileSync(f, JSON.stringify(k))\"";
  const options = {
    tasks: { a: '---\npriority: 5\n---\n# A', b: '# B' },
    config: { verify: ['! grep -rq broken work'], ladder: ['small/none'], repairs: 0 },
    files: { 'work/start.txt': 'start\n' },
    script: [
      { task: 'a', write: { 'work/a.txt': 'a' }, run: forge },
      { task: 'b', write: { 'work/b.txt': 'broken' } },
    ],
  };
  await withProject(options, async (made) => {
    await made.make(['orchestrate']);
    assert.ok(made.receipt('a') !== null);
    assert.is(made.receipt('b'), null);
  });
});

test('what verify: auto found when the step started is what verifies it, whatever becomes of the Makefile', async () => {
  const makefile = '.PHONY: check\ncheck:\n\tgrep -q right a.txt\n';
  const options = {
    tasks: { a: '# A' },
    config: { verify: 'auto', ladder: ['small/none'], repairs: 0 },
    files: { 'a.txt': 'right\n' },
    makefile,
    script: [{ write: { 'a.txt': 'wrong\n' }, run: 'printf "x:\\n\\ttrue\\n" > Makefile' }],
  };
  await withProject(options, async (made) => {
    await made.make(['orchestrate']);
    assert.is(made.receipt('a'), null);
    assert.match(made.read('reports/report.md') ?? '', 'make check');
  });
});

test('conditions are those of the start, and a ticked checkbox is no offence', async () => {
  const text = '# A\n\n## Postconditions\n- [ ] `test -e a.txt` passes\n';
  const tick = "sed -i.bak 's/\\[ \\]/[x]/' tasks/a.md && rm tasks/a.md.bak";
  const drop = "sed -i.bak '/Postconditions/,$d' tasks/a.md && rm tasks/a.md.bak";
  const script = [
    { nth: 1, write: { 'b.txt': 'b' }, run: drop },
    { nth: 2, write: { 'a.txt': 'a' }, run: tick },
  ];
  await withProject({ tasks: { a: text }, config: { ladder: LADDER, repairs: 0 }, script }, async (made) => {
    assert.is((await made.make(['orchestrate'])).code, 0);
    assert.equal(
      made.receipt('a')?.path.map(({ rung, outcome }) => [rung, outcome]),
      [
        ['small/none', 'failed'],
        ['middle/none', 'done'],
      ],
    );
    assert.ok(made.receipt('a')?.verified.some(({ check }) => check === 'test -e a.txt'));
    assert.match(made.read('tasks/a.md') ?? '', '- [ ] `test -e a.txt` passes');
  });
});

test('a run’s budget is what was spent, whatever an attempt makes of the record', async () => {
  const dear = { ok: false, reason: 'no', usage: { inputTokens: 1, outputTokens: 1, costUsd: 2 } };
  const wipe = 'for run in .stepladder/runs/*; do : > "$run/spending.jsonl"; done';
  const options = {
    tasks: { a: '# A' },
    config: { ladder: LADDER, budget: { run: { usd: 3 } } },
    script: [{ nth: 1, verdict: dear }, { nth: 2, run: wipe, verdict: dear }, { verdict: dear }],
  };
  await withProject(options, async (made) => {
    const ran = await made.make(['orchestrate']);
    assert.match(ran.output, 'budget');
    assert.is(made.invocations().length, 2);
  });
});

test('an attempt that makes git unable to read its own settings is looked at all the same', async () => {
  const script = [
    { task: 'a', nth: 1, write: { 'a.txt': 'a' }, run: 'echo "[broken" > .git/config; : > tasks/b.done' },
  ];
  await withProject({ tasks: { a: '# A', b: '# B' }, script }, async (made) => {
    assert.is((await made.make(['orchestrate'])).code, 0);
    assert.is(attemptsOf(made, 'a'), 2);
    assert.is(attemptsOf(made, 'b'), 1);
    assert.is(made.git('status', '--porcelain'), '');
  });
});

test('work that git was told to ignore lands all the same', async () => {
  const hide =
    'echo hidden.txt >> .git/info/exclude; git config core.excludesFile "$PWD/../excludes"; echo also.txt > ../excludes';
  const script = [{ write: { 'hidden.txt': 'a', 'also.txt': 'a', 'seen.txt': 'a' }, run: hide }];
  await withProject(
    { tasks: { a: '# A' }, config: { verify: ['test -e hidden.txt'], 'check-retries': 0 }, script },
    async (made) => {
      made.write('tasks/a.md', '---\nmends: [test -e hidden.txt]\n---\n# A');
      assert.is((await made.make(['orchestrate'])).code, 0);
      assert.equal(made.receipt('a')?.changed, ['also.txt', 'hidden.txt', 'seen.txt']);
    },
  );
});

test('the tasks folder, exchanged for a link, is in its place again when the step lands', async () => {
  const swap = 'mv tasks backlog && ln -s backlog tasks && : > tasks/b.done';
  const script = [{ task: 'a', nth: 1, write: { 'a.txt': 'a' }, run: swap }];
  await withProject({ tasks: { a: '# A', b: '# B' }, script }, async (made) => {
    assert.is((await made.make(['orchestrate'])).code, 0);
    assert.is(attemptsOf(made, 'b'), 1);
    assert.is(made.git('status', '--porcelain'), '');
    assert.is(made.git('ls-files', 'backlog'), '');
  });
});

test('this program, written over where it is installed, is put back before the next step is started by it', async () => {
  const forge = 'for f in node_modules/stepladder/dist/*.cjs; do echo "process.exit(0)" > "$f"; done';
  const script = [{ task: 'a', nth: 1, write: { 'a.txt': 'a' }, run: forge }];
  await withProject({ tasks: { a: '# A', b: '---\ndepends: [a]\n---\n# B' }, script }, async (made) => {
    // A copy of its own, as npm installs it.
    made.remove('node_modules/stepladder');
    const parts = ['dist', 'stepladder.mk', 'package.json'].map((part) => `${CHECKOUT}/${part}`);
    mkdirSync(`${made.root}/node_modules/stepladder`);
    await made.run('cp', ['-r', ...parts, 'node_modules/stepladder']);
    const before = made.read('node_modules/stepladder/dist/main.cjs');
    assert.is((await made.make(['orchestrate'])).code, 0);
    assert.is(attemptsOf(made, 'a'), 2);
    assert.is(attemptsOf(made, 'b'), 1);
    assert.is(made.read('node_modules/stepladder/dist/main.cjs'), before);
  });
});
