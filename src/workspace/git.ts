/**
 * How git is run, and nothing else: no hooks, editor, pager, signatures or prompts, no settings of the user's that
 * would change what a command means, none of the variables by which one git tells another which repository it is in.
 * Only what git 2.30 can do.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { Refusal, refuse } from '../diagnostic.js';
import { withCeiling } from '../record/ceiling.js';
import { cleanEnvironment } from '../record/environment.js';
import { GIT_MARK } from '../record/left-at-work.js';

export interface GitOptions {
  /** An index of our own instead of the user's: absolute path. */
  readonly index?: string;
  /** Further settings, `name=value`. */
  readonly settings?: readonly string[];
  /** Standard input; strings are UTF-8. */
  readonly input?: string | Uint8Array;
  /** Exit codes that are answers, not errors; 0 always is. */
  readonly accept?: readonly number[];
}

export interface GitAnswer {
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** git could not do what it was asked. What it said is the message; `args` and `stderr` are for whoever knows better. */
export class GitError extends Refusal {
  readonly args: readonly string[];
  readonly stderr: string;

  constructor(cwd: string, args: readonly string[], stderr: string, how: string) {
    const said = stderr
      .split('\n')
      .map((line) => line.replace(/^(fatal|error): /, '').trim())
      .filter((line) => line !== '' && !/^(hint|warning):/.test(line));
    const full = /No space left on device|Out of diskspace|[Dd]isk quota/.test(stderr);
    super({
      severity: 'error',
      message: `git ${args[0] ?? ''} failed: ${said.slice(0, 4).join('; ') || how}`,
      remedy: `${full ? 'free some space' : `see to it in ${cwd}`}, then run the same command again`,
    });
    this.name = 'GitError';
    this.args = args;
    this.stderr = stderr;
  }
}

// Each is a setting that a user may have and that would otherwise slow a command down, make it fail or change what it
// means. The fsync ones make objects and refs outlive a power cut: the first is for git before 2.36, which knows no
// other; later ones warn of it, hence `withoutNoise`.
const SETTINGS = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.splitIndex=false',
  'core.safecrlf=false',
  'core.trustctime=true',
  'core.checkStat=default',
  'core.ignoreStat=false',
  'core.quotePath=false',
  'core.fsyncObjectFiles=true',
  'core.fsync=committed,reference',
  'core.fsyncMethod=batch',
  'gc.auto=0',
  'maintenance.auto=false',
  'submodule.recurse=false',
  'diff.ignoreSubmodules=none',
  'commit.gpgSign=false',
  'log.showSignature=false',
  'color.ui=false',
  'i18n.commitEncoding=UTF-8',
  'user.useConfigOnly=true',
  'advice.addEmbeddedRepo=false',
  'advice.updateSparsePath=false',
].flatMap((setting) => ['-c', setting]);

/** What `git rev-parse --local-env-vars` names, less the settings handed down, and what alters how paths are read. */
const DROPPED =
  /^GIT_(ALTERNATE_OBJECT_DIRECTORIES|CONFIG|CONFIG_PARAMETERS|OBJECT_DIRECTORY|DIR|WORK_TREE|IMPLICIT_WORK_TREE|INDEX_FILE|REPLACE_REF_BASE|PREFIX|SHALLOW_FILE|COMMON_DIR|NAMESPACE|QUARANTINE_PATH|REFLOG_ACTION|EXTERNAL_DIFF|ATTR_SOURCE|(LITERAL|GLOB|NOGLOB|ICASE)_PATHSPECS|(AUTHOR|COMMITTER)_DATE)$/;

/** By which a git that is still at work is known, when the step that it belongs to is gone. */
let mark: string | undefined;

/** From now on every git that is run carries this mark. */
export function markGit(by: string): void {
  mark = by;
}

function gitEnvironment(cwd: string, index: string | undefined): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(cleanEnvironment(process.env))) {
    if (!DROPPED.test(name)) env[name] = value;
  }
  return {
    ...withCeiling(env, cwd),
    LC_ALL: 'C',
    GIT_OPTIONAL_LOCKS: '0',
    // What an id stands for is what was stored under it, whatever an agent (or anybody) has put in its place since.
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_GRAFT_FILE: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
    GIT_EDITOR: ':',
    GIT_PAGER: 'cat',
    ...(index === undefined ? {} : { GIT_INDEX_FILE: index }),
    ...(mark === undefined ? {} : { [GIT_MARK]: mark }),
  };
}

const withoutNoise = (stderr: string): string =>
  stderr.replace(/^warning: core\.fsyncObjectFiles is deprecated.*\n/gm, '');

/**
 * Runs git in `cwd` and waits for it. It runs in a process group of its own, so that Ctrl-C never ends it half-way: a
 * step stops between its acts, not within one.
 * @throws GitError where it exits with a code not in `accept`; Refusal where there is no git
 */
export function askGit(cwd: string, args: readonly string[], options: GitOptions = {}): GitAnswer {
  // `detached` is honoured by spawnSync, though the types name it for spawn only; a variable is not checked for excess.
  const spawnOptions = {
    cwd,
    env: gitEnvironment(cwd, options.index),
    input: options.input ?? '',
    maxBuffer: 2 ** 30,
    detached: true,
  };
  const further = (options.settings ?? []).flatMap((setting) => ['-c', setting]);
  const done = spawnSync('git', [...SETTINGS, ...further, ...args], spawnOptions);
  if (done.error !== undefined) {
    if ('code' in done.error && done.error.code === 'ENOENT') {
      if (!existsSync(cwd))
        throw refuse(`the folder ${cwd} is gone`, 'bring it back, or change `workspace` in stepladder.yaml');
      throw refuse('git was not found', 'install git 2.30 or later, and see that it is on the PATH');
    }
    throw done.error;
  }
  const stderr = withoutNoise(done.stderr.toString());
  const code = done.status ?? -1;
  if (code !== 0 && !(options.accept ?? []).includes(code)) {
    throw new GitError(cwd, args, stderr, done.signal === null ? `exit code ${code}` : `ended by ${done.signal}`);
  }
  return { code, stdout: done.stdout, stderr };
}

/** Runs git and gives its standard output as text, less the last newline. Throws as `askGit`. */
export function git(cwd: string, args: readonly string[], options: GitOptions = {}): string {
  return askGit(cwd, args, options).stdout.toString().replace(/\n$/, '');
}

/**
 * A path as git gave it, one character a byte: names need not be UTF-8, and what goes back to git must be what came.
 * `pathText` makes it fit for people and JSON.
 */
export type RawPath = string;

/** The records of a `-z` output. Throws as `askGit`. */
export function gitRecords(cwd: string, args: readonly string[], options: GitOptions = {}): RawPath[] {
  return recordsOf(askGit(cwd, args, options).stdout);
}

/** `XY PATH` of what differs from HEAD or the index there; of untracked folders every file. Throws as `askGit`. */
export function gitStatus(cwd: string, pathspecs: readonly string[]): RawPath[] {
  const how = ['--porcelain=v1', '-z', '--no-renames', '--untracked-files=all'];
  return gitRecords(cwd, ['status', ...how, '--', ...pathspecs]);
}

/** The records of a `-z` output. */
export function recordsOf(bytes: Buffer): RawPath[] {
  const text = bytes.toString('latin1');
  return text === '' ? [] : text.replace(/\0$/, '').split('\0');
}

/** A `-z` input for git. */
export function asInput(records: readonly RawPath[]): Uint8Array {
  return Buffer.from(records.map((record) => `${record}\0`).join(''), 'latin1');
}

export function pathText(raw: RawPath): string {
  return Buffer.from(raw, 'latin1').toString();
}

/** Where such a path, relative to the top, lies: in the very bytes that it is of. */
export function fileAt({ top }: { readonly top: string }, raw: RawPath): Buffer {
  return Buffer.concat([Buffer.from(`${top}/`), Buffer.from(raw, 'latin1')]);
}

export function rawPath(path: string): RawPath {
  return Buffer.from(path).toString('latin1');
}
