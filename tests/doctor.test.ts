import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Project, withProject } from './rig/project.js';
import { assert, suite } from './rig/suite.js';

const test = suite('doctor');

/** Puts a program on the PATH that answers as the agent of that name does; gives the PATH. */
function install(made: Project, name: string, loggedIn: boolean): string {
  const folder = join(made.outside, 'bin');
  mkdirSync(folder, { recursive: true });
  const text = `#!/bin/sh\ncase $1 in --version) echo '9.9 (${name})' ;; *) exit ${loggedIn ? 0 : 1} ;; esac\n`;
  writeFileSync(join(folder, name), text);
  chmodSync(join(folder, name), 0o755);
  return `${folder}:${process.env.PATH ?? ''}`;
}

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
