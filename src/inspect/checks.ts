/** Checks: commands that the runner runs itself, and that must exit 0 (DESIGN "Checks"). */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Condition, Task } from '../backlog/task.js';
import { effective } from '../config/effective.js';
import type { CheckConfig, Config } from '../config.js';
import { unreachable } from '../diagnostic.js';
import { acquire, type Lock } from '../record/locks.js';
import { formatDuration } from '../report/durations.js';
import { type Pass, PassCache } from './check-cache.js';
import type { Check, CheckResult } from './inspection.js';
import { OutputTail } from './output-tail.js';
import { type ProcessEnd, runProcess } from './run-process.js';
import { complaintOf } from './sandbox.js';
import { type Environment, type Mask, maskFor } from './secrets.js';

/** Bytes of output kept of a check. */
export const OUTPUT_LIMIT = 8 * 1024;
const GRACE_MS = 2000;

/** An executable condition as a check; prose is the agent's claim and none. */
function checkOf(condition: Condition, origin: Check['origin'], timeoutMs: number): Check | null {
  const common = { timeoutMs, origin, when: 'step' as const };
  switch (condition.kind) {
    case 'command':
      return { ...common, kind: 'command', label: condition.command, run: condition.command };
    case 'script':
      return { ...common, kind: 'script', label: oneLine(condition.text), run: condition.command };
    case 'exists':
      return { ...common, kind: 'exists', label: condition.text, run: condition.path };
    case 'clean':
      return { ...common, kind: 'clean', label: condition.text, run: '' };
    case 'claim':
      return null;
    default:
      return unreachable(condition);
  }
}

function conditionsOf(conditions: readonly Condition[], origin: Check['origin'], timeoutMs: number): Check[] {
  return conditions.map((condition) => checkOf(condition, origin, timeoutMs)).filter((check) => check !== null);
}

/** A label is one line, in receipts and reports as well. */
function oneLine(text: string): string {
  const [first = '', ...rest] = text.split('\n').filter((line) => line.trim() !== '');
  return rest.length === 0 ? first.trim() : `${first.trim()} … (${rest.length + 1} lines)`;
}

/** Each command once, however often it is asked for: the first to ask gives its label and time limit. */
function withoutRepeats(checks: readonly Check[]): Check[] {
  const seen = new Map<string, Check>();
  for (const check of checks) {
    const key = JSON.stringify([check.kind, check.run]);
    const first = seen.get(key) ?? check;
    // What somebody wants to know of every step cannot wait for the landing.
    seen.set(key, check.when === 'step' ? { ...first, when: 'step' } : first);
  }
  return [...seen.values()];
}

/**
 * All that must hold when a task is done: the configuration's checks, the task's own (`verify`, `mends`), its
 * postconditions. One without a time limit of its own has the task's.
 * @param verify the configuration's checks, what `auto` means already found (`autoVerify`): once at a step's start,
 *   since an attempt may change the Makefile
 */
export function checksOf(config: Config, task: Task, verify: readonly CheckConfig[]): Check[] {
  const { timeoutMs } = effective(config, task);
  const configured = verify.map(
    (check): Check => ({
      label: check.run,
      kind: 'command',
      run: check.run,
      timeoutMs: check.timeoutMs ?? timeoutMs,
      origin: 'config',
      when: check.when,
    }),
  );
  const own = [...task.verify, ...task.mends].map(
    (run): Check => ({ label: run, kind: 'command', run, timeoutMs, origin: 'task', when: 'step' }),
  );
  return withoutRepeats([...configured, ...own, ...conditionsOf(task.postconditions, 'postcondition', timeoutMs)]);
}

/** What must hold before anybody is paid for a task. */
export function preconditionsOf(config: Config, task: Task): Check[] {
  return withoutRepeats(conditionsOf(task.preconditions, 'precondition', effective(config, task).timeoutMs));
}

export interface CheckContext {
  /** Absolute path: the work tree. */
  readonly cwd: string;
  /** The user's environment, already less every variable of Make and ours. */
  readonly env: Readonly<Record<string, string>>;
  /** Environments beside it whose secrets a check may come to know: they are hidden too. */
  readonly secrets: readonly Environment[];
  /** Put into the environment of everything that is started, so that it can be ended. */
  readonly mark: string;
  /** Given to checks as STEPLADDER_TASK and STEPLADDER_BASE (a commit; '' where there is none). */
  readonly task: string;
  readonly base: string;
  /** Id of the tree they run on. */
  readonly tree: string;
  /** Asked for the tree afterwards, where given: passes are only kept if the checks left it as it was. */
  readonly treeNow?: () => string;
  /** What passed before on this tree is run again all the same: something outside of it may have changed. */
  readonly anew?: boolean;
  /** How often a red check is run again (`check-retries`). */
  readonly retries: number;
  /** Absolute path of `.stepladder`. */
  readonly stateRoot: string;
  /** A command prefix, or ''. */
  readonly sandbox: string;
  /** Other steps may be running the same checks on the same tree: whoever comes later waits for what they find. */
  readonly shared: boolean;
  readonly signal: AbortSignal;
  /** Paths of the work tree that are not part of the commit to be made: for conditions such as *clean worktree*. */
  readonly leftOver: () => readonly string[];
  /** Told of each that is really run, not of what passed before. */
  readonly onStart?: (check: Check) => void;
  readonly onResult: (result: CheckResult) => void;
}

/** How one run of a check ended. */
interface Run {
  /** '' where it passed. */
  readonly failure: string;
  readonly output: string;
  readonly durationMs: number;
  /** Whether a second run of the same tree could end otherwise at a bearable price. */
  readonly worthARetry: boolean;
}

const NAMED = 5;

function lookAt(check: Check, ctx: CheckContext): Run {
  const started = performance.now();
  const run = (failure: string): Run => ({
    failure,
    output: '',
    durationMs: Math.round(performance.now() - started),
    worthARetry: false,
  });
  if (check.kind === 'exists') return run(existsSync(resolve(ctx.cwd, check.run)) ? '' : `${check.run} does not exist`);
  const paths = ctx.leftOver();
  if (paths.length === 0) return run('');
  const more = paths.length > NAMED ? ` and ${paths.length - NAMED} more` : '';
  return run(`beyond the commit to be made: ${paths.slice(0, NAMED).join(', ')}${more}`);
}

function failureOf(end: ProcessEnd, check: Check): string {
  switch (end.how) {
    case 'exit':
      return end.code === 0 ? '' : `exit ${end.code}`;
    case 'signal':
      return `ended by ${end.signal}`;
    case 'not-started':
      return end.reason;
    default:
      return `still running after ${formatDuration(check.timeoutMs)}`;
  }
}

/** Runs a command or script once. @throws the signal's reason if aborted */
async function run(check: Check, ctx: CheckContext, env: Readonly<Record<string, string>>, mask: Mask): Promise<Run> {
  const tail = new OutputTail(OUTPUT_LIMIT, mask);
  const end = await runProcess({
    program: 'sh',
    // Both streams go into one pipe, so that they stay in order; the command is a parameter, never part of a line. A
    // script has several lines, of which each must hold: `-e`.
    args: ['-c', `exec ${ctx.sandbox} sh ${check.kind === 'script' ? '-e ' : ''}-c "$1" 2>&1`, 'sh', check.run],
    cwd: ctx.cwd,
    env,
    mark: ctx.mark,
    stdin: null,
    limits: { wallMs: check.timeoutMs, silenceMs: null },
    ending: { signal: 'SIGTERM', graceMs: GRACE_MS },
    signal: ctx.signal,
    onOutput: (_, bytes) => tail.push(bytes),
  });
  if (end.how === 'aborted') throw ctx.signal.reason;
  const worthARetry = end.how === 'exit' || end.how === 'signal';
  const red = failureOf(end, check);
  const complaint = red === '' ? null : complaintOf(ctx.sandbox, ctx.cwd, env);
  const failure = complaint === null ? red : `nothing runs in its sandbox: ${mask.hide(complaint)}`;
  return { failure, output: tail.text(), durationMs: end.durationMs, worthARetry };
}

/** A check to its result: red ones again up to `retries` times, since a flake is nobody's failure. */
async function settle(check: Check, ctx: CheckContext, once: () => Run | Promise<Run>): Promise<CheckResult> {
  const first = await once();
  let last = first;
  for (let left = ctx.retries; left > 0 && last.failure !== '' && last.worthARetry; left -= 1) last = await once();
  const ok = last.failure === '';
  return {
    check,
    ok,
    flaky: ok && first.failure !== '',
    cached: false,
    durationMs: last.durationMs,
    failure: last.failure,
    output: last.output,
  };
}

/**
 * Runs checks one after the other, all of them, whatever turns out red. With `sh -c` in `cwd`, standard input from
 * /dev/null; nothing that one of them leaves running survives it. One that passed before on this tree, with this
 * environment, is not run again. A check that is still running at its time limit is ended and not tried again.
 * @throws the signal's reason if aborted; the system's error where a pass cannot be noted
 */
export async function runChecks(checks: readonly Check[], ctx: CheckContext): Promise<CheckResult[]> {
  const env = { ...ctx.env, STEPLADDER_TASK: ctx.task, STEPLADDER_BASE: ctx.base };
  const mask = maskFor(env, ...ctx.secrets);
  const cache = new PassCache({ stateRoot: ctx.stateRoot, tree: ctx.tree, env, sandbox: ctx.sandbox });
  const isProcess = ({ kind }: Check): boolean => kind === 'command' || kind === 'script';
  const isNew = checks.some((check) => isProcess(check) && (ctx.anew === true || cache.find(check) === null));
  const turn = ctx.shared && isNew ? await turnOn(ctx) : null;
  try {
    return await runThem(checks, ctx, cache, env, mask);
  } finally {
    turn?.release();
  }
}

/** The right to run checks on a tree, where steps work side by side. */
function turnOn({ stateRoot, tree, task, mark, signal }: CheckContext): Promise<Lock> {
  const path = join(stateRoot, 'locks', `checks-${tree}.lock`);
  return acquire(path, { what: `checks of ${task}`, mark, onWait: () => {}, signal, acrossHosts: true });
}

async function runThem(
  checks: readonly Check[],
  ctx: CheckContext,
  cache: PassCache,
  env: Readonly<Record<string, string>>,
  mask: Mask,
): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  const passes: { check: Check; pass: Pass }[] = [];
  for (const check of checks) {
    ctx.signal.throwIfAborted();
    const isProcess = check.kind === 'command' || check.kind === 'script';
    const known = isProcess && ctx.anew !== true ? cache.find(check) : null;
    if (known === null) ctx.onStart?.(check);
    const result: CheckResult =
      known === null
        ? await settle(check, ctx, () => (isProcess ? run(check, ctx, env, mask) : lookAt(check, ctx)))
        : { check, ok: true, cached: true, failure: '', output: '', ...known };
    if (isProcess && result.ok && !result.cached) passes.push({ check, pass: result });
    results.push(result);
    ctx.onResult(result);
  }
  if (passes.length > 0 && (ctx.treeNow === undefined || ctx.treeNow() === ctx.tree)) {
    for (const { check, pass } of passes) cache.keep(check, { flaky: pass.flaky, durationMs: pass.durationMs });
  }
  return results;
}
