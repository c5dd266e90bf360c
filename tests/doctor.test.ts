import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAtLeast, lookAtPrograms } from '../src/orchestrate/look-at-programs.js';
import { until } from './rig/observing.js';
import { type Project, withProject } from './rig/project.js';
import { assert, suite } from './rig/suite.js';

const test = suite('doctor');

/** Puts a program on the PATH, a shell script; gives the PATH. */
function put(made: Project, name: string, script: string): string {
  const folder = join(made.outside, 'bin');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, name), 0o755);
  return `${folder}:${process.env.PATH ?? ''}`;
}

/** Puts a program there that answers as the agent of that name does. */
const install = (made: Project, name: string, loggedIn: boolean): string =>
  put(made, name, `case $1 in --version) echo '9.9 (${name})' ;; *) exit ${loggedIn ? 0 : 1} ;; esac`);

test('a project with an agent of its own could start', () =>
  withProject({ tasks: { a: '# A' } }, async (made) => {
    const ran = await made.stepladder(['doctor']);
    assert.is(ran.code, 0, ran.output);
    assert.match(ran.stdout, /^✓ node: v/m);
    assert.match(ran.stdout, /^✓ make: GNU Make /m);
    assert.match(ran.stdout, '✓ backlog: 1 task in tasks/');
    assert.match(ran.stdout, /✓ rung opus\/ultrathink: STEPLADDER_MODEL=opus /);
  }));

test('without any configuration: which agent was found, its version, and what each rung comes to', () =>
  withProject({ tasks: { a: '# A' }, config: null }, async (made) => {
    const ran = await made.stepladder(['doctor'], { env: { PATH: install(made, 'claude', true) } });
    assert.is(ran.code, 0, ran.output);
    assert.match(ran.stdout, '✓ agent claude: 9.9 (claude), logged in');
    assert.match(ran.stdout, /✓ rung sonnet\/extended: .*claude -p .*--effort high/);
  }));

test('one that says it is not logged in is pointed out; a run would start all the same', () =>
  withProject({ config: null }, async (made) => {
    const ran = await made.stepladder(['doctor'], { env: { PATH: install(made, 'claude', false) } });
    assert.is(ran.code, 0, ran.output);
    assert.match(
      ran.stdout,
      '? agent claude: 9.9 (claude); it says that it is not logged in\n    run claude and log in',
    );
  }));

test('no agent at all, and a rung that nobody can do, are wrong: exit 2, each with its remedy', () =>
  withProject({ config: { agent: 'auto', ladder: ['claude:sonnet/hard', 'sonnet/none'] } }, async (made) => {
    const ran = await made.stepladder(['doctor', '--json'], { env: { PATH: install(made, 'claude', true) } });
    assert.is(ran.code, 2, ran.output);
    const findings = ran.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { what: string; state: string; remedy: string });
    assert.equal(
      findings.filter((one) => one.state === 'wrong').map((one) => one.what),
      ['rung claude:sonnet/hard'],
    );
    assert.match(findings.find((one) => one.state === 'wrong')?.remedy ?? '', 'aliases:');
  }));

test('a broken configuration, a broken task file and no git identity are all told', () =>
  withProject({ tasks: { a: '---\ndepends: [nobody]\n---\n# A' }, identity: false }, async (made) => {
    const ran = await made.stepladder(['doctor']);
    assert.is(ran.code, 2);
    assert.match(ran.stdout, /✗ backlog: tasks\/a.md: .*nobody/);
    assert.match(ran.stdout, /✗ workspace: .*\n {4}.*git config/);
    made.write('stepladder.yaml', 'ladder: 5\n');
    const broken = await made.stepladder(['doctor']);
    assert.match(broken.stdout, '✗ configuration: stepladder.yaml: ladder must be');
  }));

test('git and make that are missing, too old or something else are told, with what is needed', () =>
  withProject({ tasks: { a: '# A' } }, async (made) => {
    put(made, 'make', "echo 'GNU Make 3.80'");
    const PATH = put(made, 'git', "echo 'git version 2.29.3'");
    const old = await made.stepladder(['doctor'], { env: { PATH } });
    assert.is(old.code, 2, old.output);
    assert.match(old.stdout, '✗ git: git version 2.29.3 is too old: 2.30 or later is needed\n');
    assert.match(old.stdout, '✗ make: GNU Make 3.80 is too old: 3.81 or later is needed\n');
    put(made, 'make', "echo 'usage: make [-BeikN]' >&2; exit 2");
    const other = await made.stepladder(['doctor'], { env: { PATH } });
    assert.match(
      other.stdout,
      /✗ make: make is not GNU Make: it says nothing of itself\n {4}install GNU Make 3.81 or later; .*gmake orchestrate/,
    );
    const none = await made.stepladder(['doctor'], { env: { PATH: join(made.outside, 'home') } });
    assert.is(none.code, 2);
    assert.match(none.stdout, '✗ git: git is not installed\n    install git 2.30 or later\n');
    // As a run has it: the Make that called.
    put(made, 'gmake', "echo 'GNU Make 4.4.1'");
    const git = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
    const gmake = await made.stepladder(['doctor'], {
      env: { STEPLADDER_MAKE: 'gmake', PATH: put(made, 'git', `exec '${git}' "$@"`) },
    });
    assert.match(gmake.stdout, '✓ make: GNU Make 4.4.1\n');
  }));

test('versions are compared by their numbers', () => {
  for (const [version, least, is] of [
    ['v20.19.0', '20.19', true],
    ['v20.9.5', '20.19', false],
    ['v18.20.4', '20.19', false],
    ['v24.0.0-nightly', '20.19', true],
    ['GNU Make 4', '3.81', true],
    ['GNU Make 3.82.90', '3.81', true],
    ['git version 2.30.1.windows', '2.30', true],
    ['nothing', '3.81', false],
  ] as const) {
    assert.is(isAtLeast(version, least), is, version);
  }
  const [node] = lookAtPrograms('v18.20.4', process.env);
  assert.equal([node?.state, node?.says], ['wrong', 'v18.20.4 is too old: 20.19 or later is needed']);
});

test('a tree with work in it, nothing committed yet, a merge under way: a run would be refused, and so says the doctor', () =>
  withProject({ tasks: { a: '# A' }, commit: false }, async (made) => {
    const bare = await made.stepladder(['doctor']);
    assert.is(bare.code, 2, bare.output);
    assert.match(bare.stdout, /✗ workspace: the work tree holds work that is not committed: .*Makefile/);
    made.commit();
    const clean = await made.stepladder(['doctor']);
    assert.is(clean.code, 0, clean.output);
    assert.match(clean.stdout, /✓ workspace: .*, on main\n/);
    made.write('mine.txt', 'half of it');
    const dirty = await made.stepladder(['doctor']);
    assert.is(dirty.code, 2);
    assert.match(dirty.stdout, /not committed: mine.txt\n {4}commit it or put it aside/);
    made.remove('mine.txt');
    made.git('checkout', '-q', '-b', 'other');
    made.write('x', '1');
    made.commit();
    made.git('checkout', '-q', 'main');
    made.write('x', '2');
    made.commit();
    await made.run('git', ['merge', 'other']);
    const merging = await made.stepladder(['doctor']);
    assert.is(merging.code, 2);
    assert.match(merging.stdout, /✗ workspace: .*merge/);
  }));

test('a repository without a commit, in which everything is the backlog, is no obstacle', () =>
  withProject({ tasks: { a: '# A' }, commit: false }, async (made) => {
    made.write('.git/info/exclude', 'Makefile\n.gitignore\nnode_modules\n');
    assert.is((await made.stepladder(['doctor'])).code, 0);
    assert.is((await made.stepladder(['orchestrate'])).code, 0);
  }));

test('a step at work, and a lock of another host, are told with what to do', () =>
  withProject({ tasks: { a: '# A' }, agent: 'driven' }, async (made) => {
    const step = made.start('stepladder', ['step', 'a']);
    await (await made.nextAttempt()).write('half.txt', 'done');
    const busy = await made.stepladder(['doctor']);
    assert.is(busy.code, 0, busy.output);
    assert.match(busy.stdout, /\? workspace: locked: step a .*process \d+ .*\n {4}a run would wait/);
    const lock = JSON.parse(readFileSync(join(made.root, '.git/stepladder.lock'), 'utf8')) as object;
    step.kill('SIGINT');
    await step.done;
    made.write('.git/stepladder.lock', `${JSON.stringify({ ...lock, host: 'elsewhere' })}\n`);
    const foreign = await made.stepladder(['doctor']);
    assert.is(foreign.code, 2, foreign.output);
    assert.match(foreign.stdout, /✗ workspace: locked: .*on elsewhere .*\n {4}if nothing .* rm .*stepladder.lock/);
  }));

test('a step that begins while the tree is looked at is told as well, and not called uncommitted work', () =>
  withProject({ tasks: { a: '# A' }, agent: 'driven' }, async (made) => {
    const git = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
    const PATH = put(
      made,
      'git',
      `case "$*" in *--porcelain=v2*) mkdir ../held; until [ -e ../go ]; do sleep 0.01; done ;; esac; exec '${git}' "$@"`,
    );
    const doctor = made.start('stepladder', ['doctor'], { env: { PATH } });
    await until(() => made.exists('../held'));
    const step = made.start('stepladder', ['step', 'a']);
    const attempt = await made.nextAttempt();
    await attempt.write('half.txt', 'half');
    made.write('../go', '');
    const ran = await doctor.done;
    assert.is(ran.code, 0, ran.output);
    assert.match(ran.stdout, /\? workspace: locked: step a /);
    assert.not.match(ran.stdout, 'half.txt');
    await attempt.verdict({ ok: true });
    await step.done;
  }));

test('a last run that was halted is told; the next may start', () => {
  const command = 'echo \'{"ok": false, "environment": "the licence has expired"}\'';
  return withProject(
    { tasks: { a: '# A' }, config: { agents: { rig: { kind: 'command', command } } } },
    async (made) => {
      assert.is((await made.stepladder(['orchestrate'])).code, 4);
      const ran = await made.stepladder(['doctor']);
      assert.is(ran.code, 0, ran.output);
      assert.match(ran.stdout, /\? last run: it was halted: .*the licence has expired/);
    },
  );
});

test('OpenCode is asked which models it can use: without a key for their provider it lists none', () =>
  withProject(
    { tasks: { a: '# A' }, config: { agent: 'opencode', agents: {}, ladder: ['sonnet/none', 'house/big/none'] } },
    async (made) => {
      const PATH = put(
        made,
        'opencode',
        `case "$*" in
  --version) echo 1.18.33 ;;
  "models --pure") [ -z "$A_KEY" ] || echo anthropic/claude-sonnet-5; echo house/small ;;
  *) echo "asked for $*" >&2; exit 9 ;;
esac`,
      );
      const out = await made.stepladder(['doctor'], { env: { PATH } });
      assert.is(out.code, 0, out.output);
      assert.match(
        out.stdout,
        /\? agent opencode: 1.18.33; it has no key for the provider anthropic\n {4}run opencode auth login/,
      );
      assert.match(
        out.stdout,
        '? agent opencode: 1.18.33; it does not know house/big\n    give the model another meaning',
      );
      const env = { PATH, A_KEY: 'sk-of-nobody-0123456789' };
      const ran = await made.stepladder(['doctor'], { env });
      assert.match(ran.stdout, '✓ agent opencode: 1.18.33, has a key for anthropic\n');
      assert.not.match(ran.output, 'of-nobody');
    },
  ));

test('a sandbox is tried: one in which nothing runs is wrong', () => {
  const agent = (sandbox: string): Record<string, unknown> => ({
    agents: { rig: { kind: 'command', command: 'true', sandbox, env: { A_TOKEN: 'token-of-nobody' } } },
  });
  return withProject({ tasks: { a: '# A' }, config: agent('env') }, async (made) => {
    const works = await made.stepladder(['doctor']);
    assert.is(works.code, 0, works.output);
    assert.match(works.stdout, '✓ sandbox of rig: something was run in it\n');
    made.write('stepladder.yaml', JSON.stringify({ agent: 'rig', ...agent('no-such-sandbox "$A_TOKEN"') }));
    const missing = await made.stepladder(['doctor']);
    assert.is(missing.code, 2);
    assert.match(missing.stdout, /✗ sandbox of rig: nothing runs in the sandbox of the agent rig: .*no-such-sandbox/);
    assert.not.match(missing.output, 'token-of-nobody');
  });
});

test('a prompt template that cannot be used is found', () =>
  withProject({ tasks: { a: '# A' }, config: { prompt: 'mine.njk' } }, async (made) => {
    const ran = await made.stepladder(['doctor']);
    assert.is(ran.code, 2, ran.output);
    assert.match(ran.stdout, /✗ prompt: .*mine.njk/);
  }));

test('it changes nothing: at most that it has read configuration and backlog is remembered', () =>
  withProject({ tasks: { a: '# A' } }, async (made) => {
    const remembered = /(^|\/)node_modules(\/|$)|^project\/\.stepladder($|\/(\.gitignore|config\.json|index)$)/;
    const all = (): string[] =>
      readdirSync(made.outside, { recursive: true, encoding: 'utf8' }).filter((path) => !remembered.test(path));
    const before = all();
    assert.is((await made.stepladder(['doctor'])).code, 0);
    assert.equal(all(), before);
  }));

test('OpenCode that does not answer is not taken for one without a key', () =>
  withProject({ tasks: { a: '# A' }, config: { agent: 'opencode', agents: {} } }, async (made) => {
    const PATH = put(made, 'opencode', 'case $1 in --version) echo 1.18.33 ;; *) exit 1 ;; esac');
    const ran = await made.stepladder(['doctor'], { env: { PATH } });
    assert.is(ran.code, 0, ran.output);
    assert.match(ran.stdout, '? agent opencode: 1.18.33; it did not say which models it can use\n');
  }));
