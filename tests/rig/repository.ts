/** A real git repository in a folder of its own, with the workspace that stepladder makes of it. */
import './git-settings.js';
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Config, defaultConfig } from '../../src/config.js';
import { files } from '../../src/record/files.js';
import { thisProcess } from '../../src/record/process.js';
import { type Receipt, sealReceipt } from '../../src/record/receipt.js';
import { taskState } from '../../src/record/task-state.js';
import { openWorkspace } from '../../src/workspace/in-place.js';
import { type Landing, land } from '../../src/workspace/landing.js';
import type { Snapshot, Workspace } from '../../src/workspace/workspace.js';

export interface Repository {
  readonly root: string;
  readonly config: Config;
  /** Runs git in the root (or a folder below it); gives its output, trimmed; throws where it fails. */
  git(...args: string[]): string;
  gitIn(folder: string, ...args: string[]): string;
  sh(command: string): string;
  write(path: string, text: string | Uint8Array): void;
  read(path: string): string | null;
  remove(path: string): void;
  /** A new look at it, as another process would have. */
  open(): Workspace;
  /** `git status`, one line a path. */
  status(): string;
  dispose(): void;
}

function run(cwd: string, command: string, args: readonly string[]): string {
  const done = spawnSync(command, args, { cwd, encoding: 'utf8', env: process.env });
  if (done.status !== 0) throw new Error(`${command} ${args.join(' ')}: ${done.status}\n${done.stdout}${done.stderr}`);
  return done.stdout.trimEnd();
}

export interface RepositoryOptions {
  /** Committed at once; none: a repository without a commit. */
  readonly files?: Readonly<Record<string, string>>;
  readonly config?: Partial<Config>;
  /** For `git init`. */
  readonly init?: readonly string[];
  /** Where the repository lies, relative to the project's root. */
  readonly at?: string;
}

/** A repository that is there already, with its top at `at`. */
export function adopt(root: string, options: Pick<RepositoryOptions, 'config' | 'at'> = {}): Repository {
  const top = join(root, options.at ?? '.');
  const config = { ...defaultConfig(root), ...options.config };
  return {
    root,
    config,
    git: (...args) => run(top, 'git', args),
    gitIn: (folder, ...args) => run(join(root, folder), 'git', args),
    sh: (command) => run(root, 'sh', ['-ec', command]),
    write: (path, text) => {
      fs.mkdirSync(dirname(join(root, path)), { recursive: true });
      fs.writeFileSync(join(root, path), text);
    },
    read: (path) => files.readText(join(root, path)),
    remove: (path) => fs.rmSync(join(root, path), { recursive: true, force: true }),
    open: () => openWorkspace(config),
    status: () => run(top, 'git', ['status', '--porcelain', '--untracked-files=all']),
    dispose: () => fs.rmSync(root, { recursive: true, force: true, maxRetries: 5 }),
  };
}

/** Makes a repository; `dispose` removes it. */
export function repository(options: RepositoryOptions = {}): Repository {
  const root = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), 'stepladder-repository-')));
  fs.mkdirSync(join(root, options.at ?? '.'), { recursive: true });
  const repo = adopt(root, options);
  repo.git('init', '-q', '-b', 'main', ...(options.init ?? []));
  repo.git('config', 'user.name', 'A Person');
  repo.git('config', 'user.email', 'person@example.com');
  const at = options.at === undefined ? '' : `${options.at}/`;
  for (const [path, text] of Object.entries(options.files ?? {})) repo.write(`${at}${path}`, text);
  if (options.files !== undefined) {
    repo.git('add', '-A');
    repo.git('commit', '-q', '--allow-empty', '-m', 'first');
  }
  return repo;
}

/** Runs a test's body with a repository that is gone afterwards. */
export function withRepository(options: RepositoryOptions, body: (repo: Repository) => void | Promise<void>) {
  return async (): Promise<void> => {
    const repo = repository(options);
    try {
      await body(repo);
    } finally {
      repo.dispose();
    }
  };
}

/** How many git processes of ours an act starts in a repository that lies at its root. */
export function gitsOf(repo: Repository, act: () => void): number {
  const { PATH } = process.env;
  const [shims, log] = [`${repo.root}/.git/shims`, `${repo.root}/.git/started`];
  fs.mkdirSync(shims, { recursive: true });
  fs.rmSync(log, { force: true });
  const script = `#!/bin/sh\necho >> '${log}'\nPATH=\${PATH#*:}\nexec git "$@"\n`;
  fs.writeFileSync(join(shims, 'git'), script, { mode: 0o755 });
  process.env.PATH = `${shims}:${PATH}`;
  try {
    act();
  } finally {
    process.env.PATH = PATH;
  }
  return fs.readFileSync(log, 'utf8').length;
}

/** A receipt for a task whose verified tree is given. */
export function receiptFor(task: string, tree: string): Receipt {
  return sealReceipt({
    stepladder: 1,
    task,
    state: 'done',
    fingerprint: `1:sha256:${'a'.repeat(64)}`,
    work: `${'a'.repeat(16)}.${'b'.repeat(12)}`,
    inputs: {},
    agent: 'robot',
    rung: 'sonnet/thinking',
    attempts: 1,
    reopened: 0,
    path: [],
    started: '2026-01-02T03:04:05.678Z',
    finished: '2026-01-02T03:05:05.678Z',
    durationMs: 60_000,
    usage: {},
    tree,
    changed: [],
    evidence: 'none',
    verified: [],
    claimed: [],
    findings: [],
    stubs: [],
    version: '0.1.0',
  });
}

/** A landing of the tree as it is now; `overrides` for what a test is about. */
export function landingOf(
  repo: Repository,
  ws: Workspace,
  task: string,
  snapshot: Snapshot,
  overrides: Partial<Landing> = {},
) {
  const landing: Landing = {
    root: repo.root,
    task,
    taskFile: `${repo.config.tasks}/${task}.md`,
    taskText: repo.read(`${repo.config.tasks}/${task}.md`) ?? '',
    receipt: receiptFor(task, ws.tree()),
    receiptPath: join(repo.root, repo.config.tasks, `${task}.done`),
    snapshot,
    began: snapshot.head,
    subject: `Title of ${task}`,
    trailers: [
      ['Stepladder-Task', task],
      ['Stepladder-Rung', 'sonnet/thinking'],
      ['Stepladder-Work', 'aaaaaaaaaaaaaaaa.bbbbbbbbbbbb'],
    ],
    token: 'token',
    lockHeld: () => true,
    ...overrides,
  };
  return { landing, land: () => land(ws, landing) };
}

/** Notes an attempt under way, by this process or by one that is gone. */
export function noteAttempt(repo: Repository, task: string, snapshot: Snapshot, mark = '', gone = false): void {
  const runner = gone ? { ...thisProcess(), bootId: 'an earlier boot' } : thisProcess();
  taskState(repo.root, task).writeInFlight({
    task,
    mark,
    runner,
    run: 'run',
    rung: 'sonnet/thinking',
    attempt: 1,
    snapshot,
    started: '2026-01-02T03:04:05.678Z',
  });
}
