/**
 * A whole step of the shipped program, in which one call of the file system fails: the n-th. What such a step leaves, and
 * what the next one makes of it.
 */

import { execFileSync, spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cleanEnvironment } from './child.js';
import { allGone } from './observing.js';
import { CHECKOUT, PROGRAM, project } from './project.js';
import { assert } from './suite.js';
import type { Form } from './wide-backlog.js';

export interface Failure {
  /** From 1. */
  readonly n: number;
  readonly call: string;
  readonly code: string;
  /** From then on, whatever needs room; else once. */
  readonly on: boolean;
}

/** What a file is filled and put in place by. */
const DECIDING: ReadonlySet<string> = new Set(['writeSync', 'fsyncSync', 'renameSync']);

const AGENT = 'mkdir -p work; echo a > work/a.txt; echo \'{"ok": true}\'';

/** One project, to be copied for each failure, and the calls that a step of it makes. */
export interface Template {
  readonly folder: string;
  readonly failures: readonly Failure[];
  readonly calls: number;
  close(): void;
}

interface Stepped {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A step in a run of its own. */
async function step(outside: string, run: string, fail: string, log: string | null): Promise<Stepped> {
  const env = {
    ...cleanEnvironment(join(outside, 'home')),
    STEPLADDER_RUN: run,
    FAIL_AT: fail,
    FAIL_OWN: join(CHECKOUT, 'dist'),
    ...(log === null ? {} : { FAIL_LOG: log }),
  };
  const args = ['--require', join(CHECKOUT, 'tests/rig/failing-fs.cjs'), PROGRAM, 'step', 'a'];
  const child = spawn(process.execPath, args, {
    cwd: join(outside, 'project'),
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', (ended) => resolve(ended)));
  return { code, stdout, stderr };
}

/** Makes the project, and counts. */
export async function template(form: Form): Promise<Template> {
  const made = await project({
    tasks: { a: '---\nverify: ["test -f work/a.txt"]\n---\n# A\n' },
    config: {
      agent: 'sh',
      agents: { sh: { kind: 'command', command: AGENT } },
      verify: ['true'],
      isolation: form.isolation,
    },
  });
  const folder = made.outside;
  const log = join(folder, 'calls.log');
  // As in a project that has been used before: the generator has been there.
  await made.stepladder(['generate']);
  const trial = copied(folder);
  const { code, stderr } = await step(trial, 'trial', '0', log);
  assert.is(code, 0, stderr);
  const calls = readFileSync(log, 'utf8').trim().split('\n');
  rmSync(trial, { recursive: true });
  const failures = calls.flatMap((line, index): Failure[] => {
    const [call = '', codes = ''] = line.split(' ');
    const n = index + 1;
    const possible = codes.split(',');
    // Where something is decided, every error there is; elsewhere one or the other in turn.
    const isDecisive = form.isolation === 'in-place' && DECIDING.has(call);
    const tried = isDecisive ? possible : [possible[n % possible.length] ?? 'EIO'];
    const once = tried.map((code) => ({ n, call, code, on: false }));
    return call === 'writeSync' ? [...once, { n, call, code: 'ENOSPC', on: true }] : once;
  });
  return { folder, failures, calls: calls.length, close: () => made.close() };
}

/** A copy has a place of its own: no two may share a HOME, by which processes are told apart. */
function copied(folder: string): string {
  const copy = realpathSync(mkdtempSync(join(tmpdir(), 'stepladder-')));
  cpSync(folder, copy, { recursive: true, verbatimSymlinks: true });
  return copy;
}

const receipt = (outside: string): string => join(outside, 'project/tasks/a.done');

function git(outside: string, ...args: string[]): string {
  const env = cleanEnvironment(join(outside, 'home'));
  return execFileSync('git', args, { cwd: join(outside, 'project'), env, encoding: 'utf8' }).trim();
}

/** Nothing of what was being written is left where somebody would take it for something. */
function unfinished(outside: string): string[] {
  const names = readdirSync(join(outside, 'project'), { recursive: true, encoding: 'utf8' });
  return names.filter((name) => /(^|\/)\.[^/]*\.tmp$/.test(name) && name.startsWith('tasks/'));
}

/**
 * Lets the call fail. Either nobody needed it, and the step is done, or it ends with one error that says what, where and
 * what to do; in both cases receipt and branch agree, and the next step, or this one, gets the task done once.
 * @returns whether the step ended with an error
 */
export async function failsOnce({ folder }: Template, { n, call, code, on }: Failure): Promise<boolean> {
  const outside = copied(folder);
  const what = `call ${n}, ${call}: ${code}${on ? ' from then on' : ''}`;
  try {
    const failed = await step(outside, 'first', `${n} ${code}${on ? ' on' : ''}`, null);
    const said = `${what}\nexit ${failed.code}\n${failed.stderr}(kept in ${outside})`;
    const done = existsSync(receipt(outside));
    const landed = git(outside, 'log', '--format=%(trailers:key=Stepladder-Task,valueonly)').trim() !== '';
    assert.not.match(failed.stderr, /^\s+at .*:\d+:\d+\)?$/m, `a stack trace: ${said}`);
    assert.not.match(failed.stderr, 'bug of stepladder', said);
    if (failed.code === 0) assert.ok(done && landed, `it said that it was done: ${said}`);
    else {
      assert.ok(!done || landed, `a receipt without its commit: ${said}`);
      const told = failed.stderr.split('\n').filter((line) => /^(?:\S.*: )?error: /.test(line));
      // Where the step itself halts the run, the event's own line says why.
      const errors = told.length > 0 ? told : failed.stdout.split('\n').filter((line) => line.startsWith('■ halted'));
      assert.is(errors.length, 1, `${errors.length} errors: ${said}`);
      assert.match(errors[0] ?? '', /[/.]\w|\w\//, `nothing says where: ${said}`);
      const remedies = failed.stderr.split('\n').filter((line) => /^ {2}→ \S/.test(line));
      assert.is(remedies.length, 1, `${remedies.length} times what to do: ${said}`);
    }
    assert.equal(unfinished(outside), [], said);
    const next = await step(outside, 'second', '0', null);
    assert.is(next.code, 0, `the next one fails: ${said}\n${next.stderr}`);
    assert.ok(existsSync(receipt(outside)), said);
    assert.is(git(outside, 'rev-list', '--count', 'HEAD'), '2', `not one commit: ${said}`);
    assert.is(git(outside, 'status', '--porcelain'), '', said);
    assert.is(git(outside, 'show', 'HEAD:work/a.txt'), 'a');
    assert.is(git(outside, 'show', 'HEAD:tasks/a.done'), readFileSync(receipt(outside), 'utf8').trim(), said);
    await allGone({ outside });
    rmSync(outside, { recursive: true, force: true });
    return failed.code !== 0;
  } catch (error) {
    writeFileSync(join(outside, 'failure'), `${n} ${code}\n`);
    throw error;
  }
}
