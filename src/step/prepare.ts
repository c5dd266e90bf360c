/**
 * A new work tree is made ready: `carry:` brings what git ignores, `setup:` is run. What setup made is used again while
 * the files that it depends on (lock files) are the same: one step installs, the others wait for it and copy.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, renameSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Config } from '../config.js';
import { printable } from '../diagnostic.js';
import { OutputTail } from '../inspect/output-tail.js';
import { runProcess } from '../inspect/run-process.js';
import { agentEnvironments, maskFor } from '../inspect/secrets.js';
import { files } from '../record/files.js';
import { goal } from '../record/goal.js';
import type { Halted } from '../record/halts.js';
import { acquire, isHeld, tryAcquire } from '../record/locks.js';
import { statePaths } from '../record/paths.js';
import { has, listOf, parseJson, text } from '../record/shape.js';
import { asInput, git, gitRecords } from '../workspace/git.js';
import { removeTree } from '../workspace/open-up.js';
import { hasSubmodules } from '../workspace/submodules.js';
import { REPOSITORY } from '../workspace/tree-diff.js';
import type { StepWorktree } from '../workspace/workspace.js';
import { type Carried, carry } from './carry.js';
import { beside, trackedAmong, trackedNow, whyNotCopied } from './setup-effects.js';

/** What says which packages are installed, wherever it lies. */
const LOCK_FILES = [
  ...['package-lock.json', 'npm-shrinkwrap.json', 'yarn.lock', 'pnpm-lock.yaml', 'bun.lock', 'bun.lockb', 'deno.lock'],
  ...['poetry.lock', 'uv.lock', 'Pipfile.lock', 'pdm.lock', 'requirements*.txt', 'Gemfile.lock', 'composer.lock'],
  ...['Cargo.lock', 'go.sum', 'mix.lock', 'pubspec.lock', 'packages.lock.json', 'gradle.lockfile', 'flake.lock'],
].map((name) => `:(glob)**/${name}`);
/** What setup made for more than so many states of the lock files is forgotten, the oldest first. */
const KEPT = 3;
/** Lists what was made, relative to the top; there last, so that all of it is there. */
const MADE = 'made.json';
const SAID = 2000;
const GRACE_MS = 5000;

export interface Preparing {
  readonly env: Readonly<Record<string, string>>;
  readonly mark: string;
  readonly signal: AbortSignal;
  readonly tell: (line: string) => void;
}

class Failed extends Error {}

/** Runs a program to its end. @throws Failed with what it said; the signal's reason where interrupted */
async function run(
  program: string,
  args: readonly string[],
  cwd: string,
  config: Config,
  by: Preparing,
): Promise<void> {
  const tail = new OutputTail(SAID, maskFor(by.env, ...agentEnvironments(config)));
  const end = await runProcess({
    program,
    args,
    cwd,
    env: by.env,
    mark: by.mark,
    stdin: null,
    limits: { wallMs: config.timeoutMs, silenceMs: null },
    ending: { signal: 'SIGTERM', graceMs: GRACE_MS },
    signal: by.signal,
    onOutput: (_, bytes) => tail.push(bytes),
  });
  if (end.how === 'aborted') throw by.signal.reason;
  if (end.how === 'exit' && end.code === 0) return;
  const how = end.how === 'exit' ? `exit ${end.code}` : end.how === 'not-started' ? end.reason : end.how;
  throw new Failed(`${how}${tail.text() === '' ? '' : `: ${tail.text().trim()}`}`);
}

/** Which commits its submodules are to have checked out: that is setup's to do, wherever they change. */
function submodulesOf(ws: StepWorktree): string[] {
  if (!hasSubmodules(ws)) return [];
  return gitRecords(ws.top, ['ls-files', '--stage', '-z']).filter((record) => record.startsWith(REPOSITORY));
}

/** Names what setup makes: the same for the same commands on the same lock files, and beside the same carried ones. */
function keyOf(config: Config, ws: StepWorktree): string {
  const globs = config.setupKey?.map((glob) => `:(glob)${glob}`) ?? LOCK_FILES;
  const locked = gitRecords(ws.dir, ['ls-files', '--stage', '-z', '--', ...globs]);
  // Where nothing says what it depends on, it may depend on everything.
  const on = locked.length > 0 ? [...locked, ...submodulesOf(ws)] : gitRecords(ws.dir, ['ls-files', '--stage', '-z']);
  const versions = [process.platform, process.arch, process.version];
  return createHash('sha256')
    .update(JSON.stringify([config.setup, on, versions, ws.leftOut]))
    .digest('hex')
    .slice(0, 24);
}

/** Forgets what was not used lately. @param but the one in use */
function forget(root: string, but: string): void {
  const { setup, lock } = statePaths(root);
  const known = files
    .list(setup)
    .filter((name) => name !== but && !isHeld(lock(`setup-${name.split('.', 1)[0]}`)))
    .map((name) => ({ name, usedAt: files.stat(join(setup, name))?.mtimeMs ?? 0 }))
    .sort((a, b) => b.usedAt - a.usedAt);
  for (const { name } of known.slice(KEPT - 1)) {
    // That takes a while, in which another step may want it: it waits, and sets up anew.
    const held = tryAcquire(lock(`setup-${name.split('.', 1)[0]}`), 'forgetting what setup made');
    if (held.kind === 'holder') continue;
    try {
      removeTree(join(setup, name));
    } finally {
      held.release();
    }
  }
}

/** What was made and is kept in a folder, all of it; null where there is no such thing. */
function madeIn(kept: string): readonly string[] | null {
  const made = parseJson(files.readText(join(kept, MADE)) ?? '');
  return has(listOf(text), made) ? made : null;
}

/** Takes away what was made for another state of the lock files, as far as that is still known. */
function takeAway(config: Config, ws: StepWorktree, key: string): void {
  const made = madeIn(join(statePaths(config.root).setup, key)) ?? [];
  const tracked = trackedAmong(ws, made);
  for (const path of made) removeTree(join(ws.top, path));
  // What a task has delivered there since is the commit's.
  if (tracked.length > 0)
    git(ws.top, ['checkout-index', '-q', '-f', '-u', '-z', '--stdin'], { input: asInput(tracked) });
}

async function setUp(config: Config, ws: StepWorktree, key: string, by: Preparing): Promise<void> {
  const { setup, lock } = statePaths(config.root);
  const copy = (from: string, to: string): Promise<void> => run('cp', ['-pPR', from, to], ws.top, config, by);
  const kept = join(setup, key);
  const held = await acquire(lock(`setup-${key}`), {
    what: 'setting up a work tree',
    mark: by.mark,
    onWait: () => by.tell('another step is setting up a work tree of the same kind: waiting for it'),
    signal: by.signal,
    acrossHosts: config.launch !== '',
  });
  try {
    const known = madeIn(kept);
    // What a task has delivered there since must not be written over.
    if (known !== null && trackedAmong(ws, known).length === 0) {
      // What is in the folder, not the folder; `join` would take the dot away.
      await copy(`${join(kept, 'tree')}/.`, ws.top);
      utimesSync(kept, new Date(), new Date());
      return;
    }
    // What an attempt built there before it was moved is no work of setup's, nor can the two be told apart afterwards.
    const hadOthers = beside(ws).length > 0;
    const before = hadOthers ? [] : trackedNow(ws);
    for (const command of config.setup) {
      try {
        await run('sh', ['-c', command], ws.dir, config, by);
      } catch (error) {
        if (error instanceof Failed) throw new Failed(`${command} (${error.message})`);
        throw error;
      }
    }
    if (hadOthers) return;
    const made = beside(ws);
    const why = whyNotCopied(ws, made, before);
    if (why !== null) {
      by.tell(`${printable(why)}, so that each work tree is set up by itself`);
      return;
    }
    const aside = `${kept}.${process.pid}`;
    removeTree(aside);
    mkdirSync(join(aside, 'tree'), { recursive: true });
    for (const path of made) {
      mkdirSync(dirname(join(aside, 'tree', path)), { recursive: true });
      await copy(join(ws.top, path), join(aside, 'tree', path));
    }
    writeFileSync(join(aside, MADE), JSON.stringify(made));
    removeTree(kept);
    renameSync(aside, kept);
    forget(config.root, key);
  } finally {
    held.release();
  }
}

/** What a work tree was set up for. */
export type Prepared =
  /** Nothing is set up. */
  | { readonly key: null }
  /** @param key names the state of the lock files */
  | { readonly key: string; readonly carried: readonly Carried[] };

/** Brings what is carried, then what setup makes; and once more what setup has taken for its own, and removed. */
async function bring(config: Config, ws: StepWorktree, carried: readonly Carried[], by: Preparing): Promise<Prepared> {
  const bringCarried = (): Promise<void> =>
    carry(ws.home, ws.dir, carried, (from, to) => run('cp', ['-pPR', from, to], ws.top, config, by));
  await bringCarried();
  if (config.setup.length === 0) return { key: null };
  const key = keyOf(config, ws);
  await setUp(config, ws, key, by);
  await bringCarried();
  return { key, carried };
}

function failed(message: string): Halted {
  return {
    reason: `setup failed in a new work tree: ${printable(message)}`,
    remedy: `see to setup: (and carry:) in stepladder.yaml, then run ${goal('orchestrate')} again; nothing is held against any task`,
  };
}

/** What an act comes to: no agent could mend a setup that fails. */
async function orHalt<T>(act: () => Promise<T>): Promise<T | Halted> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof Failed) return failed(error.message);
    throw error;
  }
}

/**
 * Makes a work tree ready to be worked in.
 * @returns what it is ready for, or the halt that a failing setup calls for
 * @throws the signal's reason where interrupted; the system's error
 */
export function prepare(
  config: Config,
  ws: StepWorktree,
  carried: readonly Carried[],
  by: Preparing,
): Promise<Prepared | Halted> {
  return orHalt(() => bring(config, ws, carried, by));
}

/**
 * Sets a work tree up anew, where what it was moved onto asks for something else than what it was set up for.
 * @returns as `prepare`
 */
export function prepareAgain(
  config: Config,
  ws: StepWorktree,
  before: Prepared,
  by: Preparing,
): Promise<Prepared | Halted> {
  return orHalt(async () => {
    if (before.key === null || keyOf(config, ws) === before.key) return before;
    takeAway(config, ws, before.key);
    return bring(config, ws, before.carried, by);
  });
}
