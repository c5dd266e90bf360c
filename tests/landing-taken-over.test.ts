/** A step that dies right after it moved the branch: whoever lands next, or looks, finishes what it began. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { receiptText } from '../src/record/receipt.js';
import { taskState } from '../src/record/task-state.js';
import { finishLandings } from '../src/workspace/landing.js';
import { withProject } from './rig/project.js';
import { landingOf, type Repository, receiptFor, withRepository } from './rig/repository.js';
import { assert, suite } from './rig/suite.js';

const test = suite('landings taken over');

/** A git that kills its caller after it has moved the branch, once. */
const SHIM = `#!/bin/sh
PATH=\${PATH#*:}
git "$@"; code=$?
case "$*" in *update-ref*refs/heads/main*) mkdir "$SEEN/moved" 2> /dev/null && kill -9 $PPID;; esac
exit $code
`;

test('side by side: the next step to land finishes it first, and the checkout has both', () =>
  withProject(
    {
      tasks: { a: '# A', b: '# B' },
      agent: 'driven',
      config: { isolation: 'worktree' },
    },
    async (made) => {
      const shim = join(made.outside, 'shim');
      mkdirSync(shim);
      writeFileSync(join(shim, 'git'), SHIM, { mode: 0o755 });
      const env = { SEEN: made.outside, PATH: `${shim}:${process.env.PATH}` };
      const running = made.start('make', ['-j2', '-k', 'orchestrate'], { env });
      const attempts = [await made.nextAttempt(), await made.nextAttempt()];
      const [first, second] = attempts;
      if (first === undefined || second === undefined) throw new Error('two are at work');
      for (const one of attempts) await one.write(`${one.task}.txt`, 'done\n');
      await first.verdict({ ok: true });
      await running.until(/Killed|Error 137/);
      assert.is(made.receipt(first.task), null, 'it died before it could write it');
      await second.verdict({ ok: true });
      const ran = await running.done;
      assert.match(ran.output, `${first.task}: was committed before its step was cut short`);
      assert.equal([made.read('a.txt'), made.read('b.txt')], ['done\n', 'done\n']);
      assert.is(made.git('status', '--porcelain'), '');
      const next = await made.make(['-j2', 'orchestrate']);
      assert.is(next.code, 0, next.output);
      assert.ok(made.receipt('a') !== null && made.receipt('b') !== null);
      const started = made.journal().filter(({ type }) => type === 'attempt-started');
      assert.is(started.length, 2, 'nothing is paid twice');
      assert.equal(made.git('log', '--format=%s', '-2').split('\n').sort(), ['A', 'B']);
    },
  ));

const files = { 'src/a.txt': 'a\n', 'src/b.txt': 'b\n', 'tasks/one.md': '# Task: One\n' };

/** What a person, or another step, did right after the branch had moved. */
const SINCE: readonly (readonly [what: string, change: (repo: Repository) => void, a: string | null])[] = [
  ['nothing', () => {}, 'by the task\n'],
  ['the same file changed', (repo) => repo.write('src/a.txt', 'since\n'), 'since\n'],
  ['the file removed', (repo) => repo.remove('src/a.txt'), null],
  ['the file put back', (repo) => repo.write('src/a.txt', 'a\n'), 'a\n'],
];

for (const [what, change, a] of SINCE) {
  test(
    `the checkout follows to where the branch is by now: ${what}`,
    withRepository({ files }, (repo) => {
      const ws = repo.open();
      const start = ws.snapshot();
      repo.write('src/a.txt', 'by the task\n');
      repo.remove('src/b.txt');
      repo.write('src/new.txt', 'new\n');
      const { landing, land } = landingOf(repo, ws, 'one', start);
      const { commit } = land();
      change(repo);
      repo.git('add', '-A');
      repo.git('commit', '-q', '--allow-empty', '-m', 'since');
      // As it stood when its step died: the branch has it, nothing else.
      const moved = repo.git('rev-parse', 'HEAD');
      repo.git('reset', '-q', '--hard', start.head ?? '');
      repo.git('update-ref', 'refs/heads/main', moved);
      taskState(repo.root, 'one').writeLanding({
        token: 'token',
        commit: commit ?? '',
        receipt: receiptText(landing.receipt),
      });
      assert.is(finishLandings(repo.open(), repo.root).length, 1);
      assert.equal([repo.read('src/a.txt'), repo.read('src/b.txt'), repo.read('src/new.txt')], [a, null, 'new\n']);
      assert.is(repo.status(), '');
      assert.is(repo.read('tasks/one.done'), receiptText(receiptFor('one', landing.receipt.tree)));
    }),
  );
}
