/**
 * What was decided outlives a power cut: file to disk, then its name, then the folder; and one thing after the other, as
 * landing needs it. Watched from outside, system call by system call, while a real step runs.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { counted } from './rig/chance.js';
import { PROGRAM, type Project, withProject } from './rig/project.js';
import { assert, suite } from './rig/suite.js';
import { FORMS, formName } from './rig/wide-backlog.js';

const test = suite('a power cut');

interface Call {
  readonly call: 'fsync' | 'rename' | 'link' | 'unlink' | 'write';
  /** The file, or its new name. */
  readonly path: string;
  readonly from: string;
  /** What was written, as far as strace shows it. */
  readonly text: string;
}

/**
 * The lines of a log of strace, one a call: where another thread or process made one meanwhile (a worker of Node's wakes
 * its loop by a `write`), it is told in two, `1234 fsync(17</a/b> <unfinished ...>` and `1234 <... fsync resumed>) = 0`.
 * It counts from where it was over.
 */
function wholeCalls(log: string): string[] {
  const begun = new Map<string, string>();
  return log.split('\n').flatMap((line) => {
    const [, pid = '', said = ''] = /^(\d+) +(.*)$/.exec(line) ?? [];
    const unfinished = / ?<unfinished \.\.\.>$/.exec(said);
    if (unfinished !== null) {
      begun.set(pid, said.slice(0, unfinished.index));
      return [];
    }
    const resumed = /^<\.\.\. \w+ resumed>,? ?/.exec(said);
    return resumed === null ? [line] : [`${pid} ${begun.get(pid) ?? ''}${said.slice(resumed[0].length)}`];
  });
}

/** `1234 fsync(17</a/b>) = 0`, `1234 rename("/a/c", "/a/b") = 0`: calls that succeeded, in order, children's as well. */
function callsIn(log: string): Call[] {
  return wholeCalls(log).flatMap((line): Call[] => {
    const [, call = '', rest = ''] = /^\d+ +(\w+)\((.*)\) += \d+$/.exec(line) ?? [];
    const quoted = [...rest.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, text = '']) => text);
    const opened = /^\d+<([^>]*)>/.exec(rest)?.[1] ?? '';
    const none = { from: '', text: '' };
    if (call === 'fsync' || call === 'fdatasync') return [{ call: 'fsync', path: opened, ...none }];
    if (call === 'write') return [{ call, path: opened, from: '', text: quoted[0] ?? '' }];
    if (/^(rename|link)/.test(call)) {
      return [
        { call: call.startsWith('link') ? 'link' : 'rename', path: quoted[1] ?? '', from: quoted[0] ?? '', text: '' },
      ];
    }
    return call.startsWith('unlink') ? [{ call: 'unlink', path: quoted[0] ?? '', ...none }] : [];
  });
}

async function tracedStep(made: Project): Promise<Call[]> {
  const log = join(made.outside, 'strace.log');
  const watch = 'fsync,fdatasync,write,rename,renameat,renameat2,link,linkat,unlink,unlinkat';
  const args = ['-f', '-y', '-s', '120', '-e', `trace=${watch}`, '-o', log, process.execPath, PROGRAM, 'step', 'a'];
  const ran = await made.run('strace', args);
  assert.is(ran.code, 0, ran.output);
  return callsIn(readFileSync(log, 'utf8'));
}

/** The position of a call; fails where there is none after `from`. */
function find(calls: readonly Call[], from: number, what: string, isIt: (call: Call) => boolean): number {
  const at = calls.findIndex((call, index) => index >= from && isIt(call));
  assert.ok(at >= 0, `${what}: not found after call ${from} of ${calls.length}`);
  return at;
}

/** A file that was put in place durably: written beside, fsynced, renamed, the folder fsynced. Where that was complete. */
function durably(calls: readonly Call[], folder: string, name: string): { renamed: number; complete: number } {
  const path = join(folder, name);
  const renamed = find(calls, 0, `${path} put in place`, (one) => one.call === 'rename' && one.path === path);
  const from = calls[renamed]?.from ?? '';
  const synced = find(calls, 0, `${from} to disk`, (one) => one.call === 'fsync' && one.path === from);
  assert.ok(synced < renamed, `${path} had its name before it was on the disk`);
  const complete = find(
    calls,
    renamed,
    `the folder of ${path} to disk`,
    (one) => one.call === 'fsync' && one.path === folder,
  );
  return { renamed, complete };
}

const canTrace = spawnSync('strace', ['-o', '/dev/null', 'true']).status === 0;

for (const form of FORMS) {
  const title = `each decision is on the disk before the next one is begun (${formName(form)})`;
  if (!canTrace) {
    test.skip(title, 'strace is not installed, or may not be used');
    continue;
  }
  test(
    title,
    () =>
      withProject({ tasks: { a: '# A' }, script: [], config: { isolation: form.isolation } }, async (made) => {
        const calls = await tracedStep(made);
        const state = join(made.root, '.stepladder/tasks/a');
        const attempt = durably(calls, state, 'attempt.json');
        const landing = durably(calls, state, 'landing.json');
        const receipt = durably(calls, join(made.root, 'tasks'), 'a.done');

        const heads = join(made.root, '.git/refs/heads');
        const moved = find(
          calls,
          0,
          'the branch moved',
          (one) => one.call === 'rename' && one.path === join(heads, 'main'),
        );
        const ref = find(
          calls,
          0,
          'the branch to disk',
          (one) => one.call === 'fsync' && one.path === `${join(heads, 'main')}.lock`,
        );
        assert.ok(ref < moved, 'the branch was renamed before it was on the disk');
        const branch = find(
          calls,
          moved,
          'the folder of branches to disk',
          (one) => one.call === 'fsync' && one.path === heads,
        );
        const gone = find(
          calls,
          receipt.complete,
          'landing.json removed',
          (one) => one.call === 'unlink' && one.path === join(state, 'landing.json'),
        );
        assert.ok(attempt.complete < landing.renamed, 'the attempt was on record before anything landed');
        assert.ok(landing.complete < moved, 'what is meant was on the disk before the branch moved');
        assert.ok(branch < receipt.renamed, 'the branch was on the disk before the receipt was there');
        assert.ok(receipt.complete < gone);

        const journal = join(made.root, '.stepladder/journal.jsonl');
        for (const type of ['attempt-finished', 'step-finished']) {
          const line = find(
            calls,
            0,
            `${type} written`,
            (one) => one.call === 'write' && one.path === journal && one.text.includes(type),
          );
          const next = calls.slice(line + 1).find(({ path, call }) => path === journal && call !== 'unlink');
          assert.is(next?.call, 'fsync', `${type} is on the disk before the journal is written to again`);
        }
        counted(`${calls.length} calls of one step watched (${form.isolation})`);
      }),
    { timeoutMs: 300_000 },
  );
}
