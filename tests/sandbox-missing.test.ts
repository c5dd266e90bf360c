/** A sandbox in which nothing runs is the machine's fault: no rung is climbed, and nothing is held against any task. */
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { type Project, type ProjectOptions, withProject } from './rig/project.js';
import { assert, suite } from './rig/suite.js';

const test = suite('a sandbox that is missing');

const options = (sandbox: string, verify: readonly string[] = []): ProjectOptions => ({
  tasks: { a: '# A\n' },
  config: {
    agent: 'mine',
    agents: { mine: { kind: 'command', command: 'cat > x; echo \'{"ok": true}\'', sandbox } },
    verify,
    ladder: ['low/none', 'high/none'],
  },
});

const outcomes = (made: Project): string[] =>
  made.journal().flatMap((event) => (event.type === 'attempt-finished' ? [event.outcome] : []));

const climbed = (made: Project): boolean => made.journal().some((event) => event.type === 'escalated');

test('a run does not begin: 4, with what it says itself', () =>
  withProject(options('no-such-sandbox --bind / /'), async (made) => {
    const ran = await made.stepladder(['orchestrate']);
    assert.is(ran.code, 4, ran.output);
    assert.match(ran.stderr, /nothing runs in the sandbox of the agent mine: .*no-such-sandbox/);
    assert.match(ran.stderr, 'sandbox: of agents: mine:');
    assert.equal(made.journal(), []);
  }));

for (const verify of [[], ['true']]) {
  test(`nor is a rung climbed by Make’s own word, ${verify.length === 0 ? 'unverified' : 'verified'}`, () =>
    withProject(options('./box', verify), async (made) => {
      made.write('box', '#!/bin/sh\necho "box: no namespaces on this machine" >&2\nexit 1\n');
      chmodSync(join(made.root, 'box'), 0o755);
      made.commit();
      const ran = await made.make(['tasks/a.done']);
      assert.match(ran.output, /nothing runs in .*sandbox.*no namespaces on this machine/);
      assert.not.ok(climbed(made), ran.output);
      assert.ok(outcomes(made).every((outcome) => outcome === 'environment'));
      assert.ok(
        made.journal().some((event) => event.type === 'halted'),
        ran.output,
      );
      // Mended, it is as if nothing had been.
      made.write('box', '#!/bin/sh\nexec "$@"\n');
      made.commit();
      assert.is((await made.make(['tasks/a.done'])).code, 0);
    }));
}

test('one that runs something else instead is none', () =>
  withProject(options('true'), async (made) => {
    const ran = await made.stepladder(['orchestrate']);
    assert.is(ran.code, 4, ran.output);
    assert.match(ran.stderr, 'it ended without having run it');
  }));

test('an agent that fails in a sandbox that works has failed', () =>
  withProject(
    {
      ...options('env'),
      config: {
        agent: 'mine',
        agents: { mine: { kind: 'command', command: 'echo no >&2; exit 3', sandbox: 'env' } },
        verify: [],
        ladder: ['low/none', 'high/none'],
        repairs: 0,
      },
    },
    async (made) => {
      assert.is((await made.stepladder(['orchestrate'])).code, 1);
      assert.ok(climbed(made));
    },
  ));

test('what is written over several lines is one prefix, however YAML folds it', () =>
  withProject(
    {
      tasks: { a: '---\nverify: [\'test "$INSIDE" = yes\']\n---\n# A\n' },
      config: `agent: mine
agents:
  mine:
    kind: command
    command: echo "$INSIDE" > inside.txt; echo '{"ok":true}'
    sandbox: |
      env
      INSIDE=yes \\
        OTHER=no

verify: []
`,
    },
    async (made) => {
      const ran = await made.make(['orchestrate']);
      assert.is(ran.code, 0, ran.output);
      assert.is(made.read('inside.txt'), 'yes\n');
    },
  ));
