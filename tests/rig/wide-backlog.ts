/**
 * A wide backlog whose tasks all edit one shared file and a file of their own, and the accounts by which it is judged
 * afterwards: what was verified, trace by trace, against what stands on the branch, commit by commit.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { scanJournal } from '../../src/record/journal.js';
import { parseReceipt } from '../../src/record/receipt.js';
import type { Chance } from './chance.js';
import { allGone } from './observing.js';
import { type Project, project } from './project.js';
import { assert } from './suite.js';

/** Where steps work, and how many may at once: every scenario is told, and asks nothing else about it. */
export interface Form {
  readonly isolation: 'in-place' | 'worktree';
  readonly jobs: number;
}

export const FORMS: readonly Form[] = [
  { isolation: 'in-place', jobs: 8 },
  { isolation: 'worktree', jobs: 8 },
];

export const formName = ({ isolation, jobs }: Form): string => `${isolation}, -j${jobs}`;

export interface WideOptions {
  readonly form: Form;
  readonly tasks: number;
  readonly chance: Chance;
  /** An agent works as long as chance has it, up to this. */
  readonly longestMs: number;
  /** How many of ten tasks depend on an earlier one. */
  readonly chained?: number;
}

const nameOf = (n: number): string => `t${String(n).padStart(2, '0')}`;

/** Sections far enough from each other that edits of two of them merge. */
function sharedFile(names: readonly string[]): string {
  return names.map((name) => `== ${name} ==\nopen\n\n# ${name} ends here\n\n`).join('');
}

/** Works as long as the table says, does the same whatever it finds half-done, and says so. */
const AGENT = `task=$STEPLADDER_TASK
sleep "$(sed -n "s/^$task //p" "$(dirname "$0")/lengths")"
mkdir -p work
echo "$task" > "work/$task.txt"
sed "/^== $task ==\\$/{n;s/.*/done/;}" shared.txt > "work/.shared-$task" && mv "work/.shared-$task" shared.txt
echo '{"ok": true}'
`;

/** One name for what the tasks' work comes to: of the shared file and of all files of their own. */
const DIGEST = `find shared.txt work -type f 2>/dev/null | LC_ALL=C sort | xargs sha256sum | sha256sum | cut -d' ' -f1
`;

/** Whether shared file and own files tell the same; what was found so is written down outside, where nobody restores it. */
const CHECK = `here=$(dirname "$0")
digest=$(sh "$here/digest.sh")
grep -A1 '^== t[0-9]* ==$' shared.txt | grep -B1 '^done$' | sed -n 's/^== \\(.*\\) ==$/\\1/p' | LC_ALL=C sort > "$here/said.$$"
ls work 2>/dev/null | sed 's/\\.txt$//' | LC_ALL=C sort > "$here/there.$$"
diff "$here/said.$$" "$here/there.$$"; differ=$?
rm -f "$here/said.$$" "$here/there.$$"
[ $differ = 0 ] && echo "$digest" >> "$here/\${VERIFIED:-verified.log}"
exit $differ
`;

/** A project with such a backlog; the caller closes it. */
export async function wideProject({ form, tasks, chance, longestMs, chained = 0 }: WideOptions): Promise<Project> {
  const names = Array.from({ length: tasks }, (_, index) => nameOf(index + 1));
  const header = (name: string, index: number): string => {
    const depends =
      index > 0 && chance.between(1, 10) <= chained ? `depends: [${nameOf(chance.between(1, index))}]\n` : '';
    const own = `grep -A1 '^== ${name} ==$' shared.txt | grep -qx done && test -f work/${name}.txt`;
    return `---\n${depends}verify: [${JSON.stringify(own)}]\n---\n# Task ${name}\n`;
  };
  const made = await project({
    tasks: Object.fromEntries(names.map((name, index) => [name, header(name, index)])),
    files: { 'shared.txt': sharedFile(names) },
    config: {
      agent: 'wide',
      agents: { wide: { kind: 'command', command: 'sh ../wide/agent.sh' } },
      verify: ['sh ../wide/check.sh'],
      isolation: form.isolation,
    },
  });
  // Told by their place, not relative: a worktree lies deeper.
  const tools = join(made.outside, 'wide');
  mkdirSync(tools);
  made.write('stepladder.yaml', (made.read('stepladder.yaml') ?? '').replaceAll('../wide/', `${tools}/`));
  made.commit('where its tools lie');
  writeFileSync(join(tools, 'agent.sh'), AGENT);
  writeFileSync(join(tools, 'digest.sh'), DIGEST);
  writeFileSync(join(tools, 'check.sh'), CHECK);
  const lengths = names.map((name) => `${name} ${(chance.between(0, longestMs) / 1000).toFixed(3)}`);
  writeFileSync(join(tools, 'lengths'), `${lengths.join('\n')}\n`);
  return made;
}

export interface Landed {
  readonly commit: string;
  readonly task: string;
  readonly work: string;
}

/** The commits of the branch that landed a task, oldest first. */
export function landed(made: Project): Landed[] {
  const format =
    '%H %(trailers:key=Stepladder-Task,valueonly,separator=%x2C) %(trailers:key=Stepladder-Work,valueonly,separator=%x2C)';
  return made
    .git('log', '--reverse', `--format=${format}`, 'main')
    .split('\n')
    .map((line) => line.split(' '))
    .flatMap(([commit = '', task = '', work = '']) => (task === '' ? [] : [{ commit, task, work }]));
}

/** Every receipt in the tree speaks of a commit of the branch that holds the very same bytes: so at any instant. */
export function assertReceiptsCommitted(made: Project): void {
  const folder = realpathSync(join(made.root, 'tasks'));
  const receipts = readdirSync(folder).filter((name) => name.endsWith('.done') && !name.startsWith('.'));
  const texts = receipts.map((name) => [name, readFileSync(join(folder, name), 'utf8')] as const);
  // Read first: what lands meanwhile is on the branch before its receipt is in the tree.
  const commits = landed(made);
  for (const [name, text] of texts) {
    const read = parseReceipt(text);
    assert.is(read.kind, 'receipt', `${name} is no receipt: ${text}`);
    if (read.kind !== 'receipt') continue;
    assert.ok(read.sealed, `the seal of ${name} is broken`);
    const own = commits.find(({ work }) => work === read.receipt.work);
    assert.ok(own !== undefined, `${name} speaks of work that no commit holds`);
    assert.is(
      made.git('show', `${own?.commit}:${relative(made.root, folder)}/${name}`),
      text.trim(),
      `${name} is not the one that was committed`,
    );
  }
}

/** A line of digests. */
function verifiedOf(made: Project): ReadonlySet<string> {
  const log = join(made.outside, 'wide/verified.log');
  return new Set(existsSync(log) ? readFileSync(log, 'utf8').split('\n') : []);
}

/**
 * Checks every landing out, in a clone, and asks there what was asked when it landed: its own checks, and whether just
 * this was ever found to hold before.
 */
export function assertEveryCommitVerified(made: Project): number {
  const clone = join(made.outside, 'clone');
  const env = { PATH: process.env.PATH ?? '', HOME: join(made.outside, 'home'), VERIFIED: 'again.log' };
  execFileSync('git', ['clone', '-q', '--shared', made.root, clone], { env });
  const sh = (command: string) => spawnSync('sh', ['-c', command], { cwd: clone, env, encoding: 'utf8' });
  const known = verifiedOf(made);
  const commits = landed(made);
  for (const { commit, task } of commits) {
    execFileSync('git', ['checkout', '-q', commit], { cwd: clone, env });
    const read = parseReceipt(readFileSync(join(clone, `tasks/${task}.done`), 'utf8'));
    if (read.kind !== 'receipt') throw new Error(`${commit} holds no receipt of ${task}`);
    assert.is(read.receipt.verified.length, 2, `${task} was checked by ${JSON.stringify(read.receipt.verified)}`);
    for (const { check } of read.receipt.verified) {
      const ran = sh(check);
      assert.is(ran.status, 0, `${task} (${commit}) does not hold: ${check}\n${ran.stdout}${ran.stderr}`);
    }
    const digest = sh(`sh ${join(dirname(clone), 'wide/digest.sh')}`).stdout.trim();
    assert.ok(known.has(digest), `what ${task} (${commit}) comes to was never verified`);
  }
  return commits.length;
}

/** A backlog that is done, whatever it went through: each task once, all verified, and nothing left lying about. */
export async function assertDoneAndClean(made: Project, tasks: number): Promise<void> {
  await allGone(made);
  const commits = landed(made);
  const names = Array.from({ length: tasks }, (_, index) => nameOf(index + 1));
  assert.equal(commits.map(({ task }) => task).sort(), names, 'each task once, none twice, none lost');
  assertReceiptsCommitted(made);
  assert.is(made.git('rev-list', '--merges', '--count', 'main'), '0', 'the history is linear');
  assert.is(assertEveryCommitVerified(made), tasks);
  assert.is(made.git('fsck', '--strict', '--no-dangling'), '');
  assert.is(made.git('status', '--porcelain'), '');
  assert.is(made.git('symbolic-ref', 'HEAD'), 'refs/heads/main');
  assert.is(made.git('worktree', 'list').split('\n').length, 1, 'a worktree is left');
  assert.is(made.git('for-each-ref', '--format=%(refname)'), 'refs/heads/main', 'a ref is left');
  assert.equal(left(made, '.stepladder/worktrees'), []);
  assert.equal(left(made, '.stepladder/in-flight'), []);
  for (const folder of ['.stepladder/locks', '.git']) {
    assert.equal(
      left(made, folder).filter((name) => name.endsWith('.lock')),
      [],
      `a lock is left in ${folder}`,
    );
  }
  scanJournal(made.root, () => {});
  const again = await made.make(['orchestrate']);
  assert.is(again.code, 0);
  assert.match(again.stdout, 'nothing to do');
}

function left(made: Project, folder: string): string[] {
  const path = join(made.root, folder);
  return existsSync(path) ? readdirSync(path).filter((name) => !name.startsWith('.')) : [];
}
