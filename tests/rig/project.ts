/**
 * A whole project in a temporary folder: a git repository, the user's one Makefile line, a backlog, an agent that
 * costs nothing. Tests run the real program in it, and see every child's command and output when they fail.
 */
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { JournalEvent } from '../../src/record/event.js';
import type { Receipt } from '../../src/record/receipt.js';
import {
  type DrivenAttempt,
  Driver,
  type Invocation,
  type Rule,
  readInvocations,
  wholeLines,
  writeScript,
} from './agents.js';
import { Children, cleanEnvironment, type Ran, type Running, type RunOptions } from './child.js';

export type { DrivenAttempt, Invocation, Rule } from './agents.js';
export type { Ran, Running, RunOptions } from './child.js';

/** The checkout these tests belong to: the next folder upwards that holds our package.json. */
export const CHECKOUT = (() => {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'scripts/build.mjs'))) folder = dirname(folder);
  return folder;
})();

/** The bundled program. */
export const PROGRAM = join(CHECKOUT, 'dist/stepladder.cjs');

/** The `make` under test. */
export const MAKE = process.env.STEPLADDER_TEST_MAKE ?? 'make';

export interface ProjectOptions {
  /** Path below the project → text. */
  readonly files?: Readonly<Record<string, string>>;
  /** Task name → text of `tasks/NAME.md`; a text without a header gets an empty one (`---\n---`). */
  readonly tasks?: Readonly<Record<string, string>>;
  /** Added to (or over) the rig's stepladder.yaml; a string is the file verbatim; null: no file at all. */
  readonly config?: Readonly<Record<string, unknown>> | string | null;
  /** `scripted` by default. */
  readonly agent?: 'scripted' | 'driven';
  readonly script?: readonly Rule[];
  /** The user's own Makefile; the line that includes stepladder.mk is put in front. */
  readonly makefile?: string;
  /** false: git has no identity and is told not to guess one. */
  readonly identity?: boolean;
  /** false: nothing is committed yet. */
  readonly commit?: boolean;
  /** false: not a git work tree at all. */
  readonly git?: boolean;
  /** Name of the project's folder inside the temporary one: give it a space to see who quotes. */
  readonly folder?: string;
}

/** The user's whole use of stepladder in his Makefile. */
export const INCLUDE_LINE = '-include node_modules/stepladder/stepladder.mk\n';

export interface Project {
  /** Absolute path, links resolved: the folder in which Make runs. */
  readonly root: string;
  /** Absolute path of the folder around it: HOME and the agents' files lie there, beside the project. */
  readonly outside: string;
  make(args: readonly string[], options?: RunOptions): Promise<Ran>;
  stepladder(args: readonly string[], options?: RunOptions): Promise<Ran>;
  /** Any program, in the project's folder by default. */
  run(program: string, args: readonly string[], options?: RunOptions): Promise<Ran>;
  /** As `run`, without waiting: `program` may be `make` or `stepladder`. */
  start(program: string, args: readonly string[], options?: RunOptions): Running;
  /** Standard output of git, trimmed; throws where git fails. */
  git(...args: string[]): string;
  write(path: string, text: string): void;
  /** Null where there is no such file. */
  read(path: string): string | null;
  exists(path: string): boolean;
  remove(path: string): void;
  /** Everything in the tree (backlog, configuration) as one commit. */
  commit(message?: string): void;
  journal(): JournalEvent[];
  receipt(name: string): Receipt | null;
  /** Replaces the scripted agent's rules. */
  script(rules: readonly Rule[]): void;
  /** Every start of the scripted agent so far. */
  invocations(): Invocation[];
  /** The next driven agent that reports in. */
  nextAttempt(): Promise<DrivenAttempt>;
  /** What a failing test prints. */
  transcript(): string;
  /** Ends what still runs; removes the folder unless `keep`. */
  close(keep?: boolean): void;
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** A project as the options say; the caller closes it. `withProject` is the comfortable form. */
export async function project(options: ProjectOptions = {}): Promise<Project> {
  if (!existsSync(PROGRAM)) throw new Error(`${PROGRAM} is missing: run “make build” first`);
  const outside = realpathSync(mkdtempSync(join(tmpdir(), 'stepladder-')));
  const root = join(outside, options.folder ?? 'project');
  const home = join(outside, 'home');
  const agentFolder = join(outside, 'agent');
  for (const folder of [root, home, agentFolder]) mkdirSync(folder);
  const identity =
    options.identity === false
      ? '[user]\n  useConfigOnly = true\n'
      : '[user]\n  name = Test\n  email = test@example.org\n';
  writeFileSync(
    join(home, '.gitconfig'),
    `${identity}[init]\n  defaultBranch = main\n[gc]\n  auto = 0\n[maintenance]\n  auto = false\n`,
  );
  const env = cleanEnvironment(home);
  const children = new Children(env, root);
  const driver = options.agent === 'driven' ? await Driver.listen(join(agentFolder, 'socket')) : null;

  const start: Project['start'] = (program, args, runOptions) => {
    if (program === 'make') return children.start(MAKE, args, runOptions);
    if (program === 'stepladder') return children.start(process.execPath, [PROGRAM, ...args], runOptions);
    return children.start(program, args, runOptions);
  };
  const made: Project = {
    root,
    outside,
    start,
    run: (program, args, runOptions) => start(program, args, runOptions).done,
    make: (args, runOptions) => start('make', args, runOptions).done,
    stepladder: (args, runOptions) => start('stepladder', args, runOptions).done,
    git: (...args) =>
      execFileSync('git', args, { cwd: root, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim(),
    write(path, text) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    },
    read: (path) => (existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : null),
    exists: (path) => existsSync(join(root, path)),
    remove: (path) => rmSync(join(root, path), { recursive: true, force: true }),
    commit(message = 'as it is') {
      made.git('add', '-A');
      made.git('commit', '-q', '--allow-empty', '-m', message);
    },
    journal() {
      const text = made.read('.stepladder/journal.jsonl') ?? '';
      return wholeLines(text).map((line) => JSON.parse(line) as JournalEvent);
    },
    receipt(name) {
      const text = made.read(`tasks/${name}.done`);
      return text === null ? null : (JSON.parse(text) as Receipt);
    },
    script: (rules) => writeScript(agentFolder, rules),
    invocations: () => readInvocations(agentFolder),
    nextAttempt() {
      if (driver === null) throw new Error('this project has no driven agent: project({ agent: "driven" })');
      return driver.next();
    },
    transcript: () => children.transcript(),
    close(keep = false) {
      driver?.close();
      children.end();
      if (!keep) rmSync(outside, { recursive: true, force: true, maxRetries: 5 });
    },
  };

  mkdirSync(join(root, 'node_modules'));
  symlinkSync(CHECKOUT, join(root, 'node_modules/stepladder'));
  made.write('Makefile', `${INCLUDE_LINE}${options.makefile ?? ''}`);
  made.write('.gitignore', 'node_modules/\n');
  mkdirSync(join(root, 'tasks'));
  for (const [name, text] of Object.entries(options.tasks ?? {})) made.write(`tasks/${name}.md`, withHeader(text));
  for (const [path, text] of Object.entries(options.files ?? {})) made.write(path, text);
  const config = configText(options, agentFolder);
  if (config !== null) made.write('stepladder.yaml', config);
  if (options.script !== undefined) made.script(options.script);
  if (options.git !== false) {
    made.git('init', '-q');
    if (options.commit !== false && options.identity !== false) made.commit('the project');
  }
  return made;
}

function withHeader(text: string): string {
  return text.startsWith('---\n') || text.includes('**') ? text : `---\n---\n${text}`;
}

function configText(options: ProjectOptions, agentFolder: string): string | null {
  if (options.config === null || typeof options.config === 'string') return options.config;
  const program = join(CHECKOUT, 'tests/rig', options.agent === 'driven' ? 'driven-agent.mjs' : 'scripted-agent.mjs');
  const argument = options.agent === 'driven' ? join(agentFolder, 'socket') : agentFolder;
  const command = [process.execPath, program, argument].map(quoted).join(' ');
  // JSON is YAML. One green check, so that evidence is not `none` by accident.
  const rig = { agent: 'rig', agents: { rig: { kind: 'command', command } }, verify: ['true'], isolation: 'in-place' };
  return `${JSON.stringify({ ...rig, ...options.config }, null, 2)}\n`;
}

/** Makes a project for the length of a test; on failure prints every child's command and output and keeps the folder. */
export async function withProject(options: ProjectOptions, body: (made: Project) => Promise<void>): Promise<void> {
  const made = await project(options);
  try {
    await body(made);
  } catch (error) {
    console.log(`${made.transcript()}\n(the project is kept in ${made.root})`);
    made.close(true);
    throw error;
  }
  made.close();
}
