/** The sandbox of docs/agents.md, run as it stands there: what agents and checks can write in it, and what they cannot. */
import { chmodSync, existsSync, mkdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { EXAMPLE, outsideOfTmp, SANDBOX, withBubblewrap } from './rig/bubblewrap.js';
import { type Project, withProject } from './rig/project.js';
import { assert, suite } from './rig/suite.js';

const always = suite('sandbox');
const test = withBubblewrap(always);
outsideOfTmp();

/** Tries to write to each path, and says of each what came of it in `tried.txt`; then looks around. */
const tries = (paths: readonly string[]): string => `#!/bin/sh
cat > /dev/null
said=$(
${paths.map((path) => `(: >> ${path}) 2>/dev/null && echo 'written ${path}' || echo 'refused ${path}'`).join('\n')})
echo "$said" > tried.txt
head -n 1 "$STEPLADDER_PROMPT_FILE" > prompt.txt
readlink /proc/self/ns/net > net.txt
git status --short > status.txt
git stash -q -u 2>/dev/null && echo stashed >> status.txt
echo '{"ok": true}'
`;

function withAgent(made: Project, text: string, folder = made.root): void {
  made.write('my-agent', text);
  chmodSync(join(made.root, 'my-agent'), 0o755);
  if (folder === made.root) made.commit();
}

const tried = (text: string | null, how: 'written' | 'refused'): string[] =>
  (text ?? '').split('\n').flatMap((line) => (line.startsWith(`${how} `) ? [line.slice(how.length + 1)] : []));

test('a task is done in it: the workspace can be written, nothing else, and the network is the same', () =>
  withProject(
    { tasks: { a: '---\nagent: mine\n---\n# A\n' }, config: EXAMPLE, makefile: 'check: ;\n', folder: 'the project' },
    async (made) => {
      const inside = ['work.txt', '"$TMPDIR/x"', '/dev/null'];
      const outside = [
        '"$HOME/pwned"',
        '../pwned',
        '/usr/pwned',
        '/etc/passwd',
        '.git/pwned',
        '.git/config',
        '.stepladder/pwned',
        'tasks/pwned.md',
        'tasks/a.md',
        'stepladder.yaml',
        '/proc/sys/kernel/core_pattern',
      ];
      withAgent(made, tries([...inside, ...outside]));
      const ran = await made.make(['orchestrate']);
      assert.is(ran.code, 0, ran.output);
      assert.equal(tried(made.read('tried.txt'), 'written'), inside);
      assert.equal(tried(made.read('tried.txt'), 'refused'), outside);
      for (const path of [join(made.outside, 'home/pwned'), join(made.outside, 'pwned')])
        assert.not.ok(existsSync(path));
      assert.is(made.read('net.txt'), `${readlinkSync('/proc/self/ns/net')}\n`);
      assert.match(made.read('prompt.txt') ?? '', /\S/);
      assert.match(made.read('status.txt') ?? '', '?? work.txt\n');
      assert.not.match(made.read('status.txt') ?? '', 'stashed');
      assert.is(made.receipt('a')?.state, 'done');
      assert.is(made.git('status', '--porcelain'), '');
    },
  ));

test('checks are held as agents are', () => {
  const makefile = `check:
\t@touch inside.tmp && rm inside.tmp
\t@! touch "$$HOME/by-check" && ! touch ../by-check && ! touch .git/by-check && ! touch .stepladder/by-check
`;
  return withProject(
    { tasks: { a: '---\nagent: mine\n---\n# A\n' }, config: EXAMPLE, makefile, folder: 'the project' },
    async (made) => {
      withAgent(made, tries(['work.txt']));
      const ran = await made.make(['orchestrate']);
      assert.is(ran.code, 0, ran.output);
      assert.equal(
        made.receipt('a')?.verified.map(({ check }) => check),
        ['make check'],
      );
      for (const path of ['home/by-check', 'by-check']) assert.not.ok(existsSync(join(made.outside, path)), path);
    },
  );
});

test('a workspace elsewhere is what can be written; the project, with backlog and records, is not', () =>
  withProject(
    {
      tasks: { a: '---\nagent: mine\n---\n# A\n' },
      config: `${EXAMPLE}workspace: ../work tree\nverify: ["test -d ."]\n`,
    },
    async (made) => {
      const work = join(made.outside, 'work tree');
      mkdirSync(work);
      const git = (...args: string[]) => made.run('git', args, { cwd: work });
      await git('init', '-q');
      await made.run('sh', ['-c', 'cat > my-agent && chmod +x my-agent'], {
        cwd: work,
        stdin: tries([
          'work.txt',
          '../project/pwned',
          '../project/tasks/pwned.md',
          '../project/.stepladder/x',
          '.git/x',
        ]),
      });
      await git('add', '-A');
      await git('commit', '-q', '-m', 'as it is');
      const ran = await made.make(['orchestrate']);
      assert.is(ran.code, 0, ran.output);
      const text = (await git('show', 'HEAD:tried.txt')).stdout;
      assert.equal(tried(text, 'written'), ['work.txt']);
      assert.is(tried(text, 'refused').length, 4);
    },
  ));

test('being root does not help: nothing can be mounted anew', () =>
  withProject(
    { tasks: { a: '---\nagent: mine\n---\n# A\n' }, config: EXAMPLE, makefile: 'check: ;\n' },
    async (made) => {
      const escapes = ['mount -o remount,bind,rw /', 'umount .git', 'unshare -Ur mount -o remount,bind,rw /'];
      const lines = escapes.map((line) => `${line} 2>/dev/null && echo '${line}' >> escaped.txt`);
      withAgent(made, `#!/bin/sh\n${lines.join('\n')}\n(: >> "$HOME/pwned")\n: > work.txt\necho '{"ok": true}'\n`);
      const ran = await made.make(['orchestrate']);
      assert.is(ran.code, 0, ran.output);
      assert.is(made.read('escaped.txt'), null);
      assert.not.ok(existsSync(join(made.outside, 'home/pwned')));
    },
  ));

always('the plan shows permissions and sandbox of every rung, and in what checks are run', () => {
  const config = `${EXAMPLE}ladder: [mine:x/none, codex:sonnet/thinking, claude:sonnet/extended]\n`;
  const tasks = { a: '---\nagent: mine\n---\n# A\n', b: '---\nagent: claude\n---\n# B\n' };
  const edits = config.replace('codex: {kind: codex,', 'codex: {kind: codex, permissions: edits,');
  assert.is.not(edits, config);
  return withProject({ tasks, config: edits, makefile: 'check: ;\n' }, async (made) => {
    const ran = await made.make(['plan']);
    assert.is(ran.code, 0, ran.output);
    assert.match(ran.stdout, '  mine:x/none: mine, model x, in a sandbox\n');
    assert.match(ran.stdout, /codex:sonnet\/thinking: codex, model \S+, permissions edits, in a sandbox\n/);
    const who = 'the agent mine, the agent codex, the agent claude, checks of a, checks of b';
    assert.match(ran.stdout, `Sandboxes:\n  ${SANDBOX}\n      for ${who}\n`);
    assert.match(ran.stdout, ` ${SANDBOX} codex exec --json `);
    const json = JSON.parse((await made.stepladder(['plan', '--json'])).stdout) as {
      tasks: { sandbox: string; rungs: { sandbox: string; permissions: string }[] }[];
    };
    assert.equal(
      json.tasks[0]?.rungs.map(({ sandbox, permissions }) => [sandbox === SANDBOX, permissions]),
      [
        [true, ''],
        [true, 'edits'],
        [true, 'bypass'],
      ],
    );
    assert.is(json.tasks[1]?.sandbox, SANDBOX);
  });
});
