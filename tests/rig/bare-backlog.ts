/** A backlog in a folder of its own, with receipts as a test wants them: no git, no Make, no program. */
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { loadBacklog } from '../../src/backlog/load.js';
import type { Task } from '../../src/backlog/task.js';
import { type Config, defaultConfig } from '../../src/config.js';
import { type Generated, generate } from '../../src/makefile/generate.js';
import { quickLook } from '../../src/makefile/quick-look.js';
import { newWorkId, type Receipt, receiptText, sealReceipt } from '../../src/record/receipt.js';

/** A backlog in a folder of its own: no git, no Make, no program. */
export class BareBacklog {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), 'stepladder-generator-')));
  config: Config;

  constructor(tasks: Readonly<Record<string, readonly string[]>>, config: Partial<Config> = {}) {
    this.config = { ...defaultConfig(this.root), ...config };
    mkdirSync(join(this.root, this.config.tasks), { recursive: true });
    for (const [name, depends] of Object.entries(tasks)) this.task(name, depends);
  }

  path(below: string): string {
    return join(this.root, this.config.tasks, below);
  }

  write(below: string, text: string): void {
    mkdirSync(dirname(this.path(below)), { recursive: true });
    writeFileSync(this.path(below), text);
    this.settle(below);
  }

  task(name: string, depends: readonly string[], body = `Do ${name}.`): void {
    this.write(`${name}.md`, `---\ndepends: [${depends.join(', ')}]\n---\n# ${name}\n\n${body}\n`);
  }

  /** Dates a file back, to where nobody doubts that its stamp tells of its content. The ctime is the system's. */
  settle(below: string, time = 1_700_000_000): void {
    utimesSync(this.path(below), time, time);
  }

  loaded(name: string): Task {
    const task = loadBacklog(this.config).tasks.get(name);
    if (task === undefined) throw new Error(`no task ${name}`);
    return task;
  }

  /** Puts a receipt in place that holds, unless `change` says otherwise; gives it. */
  done(name: string, change: Partial<Receipt> = {}): Receipt {
    const task = this.loaded(name);
    const inputs = Object.fromEntries(
      task.depends.map((one) => [one, (JSON.parse(readFileSync(this.path(`${one}.done`), 'utf8')) as Receipt).work]),
    );
    const receipt = sealReceipt({
      stepladder: 1,
      task: name,
      state: 'done',
      fingerprint: task.fingerprint,
      work: newWorkId(task.essence),
      inputs,
      agent: 'x',
      rung: 'sonnet/thinking',
      attempts: 1,
      reopened: 0,
      path: [],
      started: '2026-01-02T03:04:05.678Z',
      finished: '2026-01-02T03:04:05.678Z',
      durationMs: 1,
      usage: {},
      tree: 'x',
      changed: [],
      evidence: 'weak',
      verified: [],
      claimed: [],
      findings: [],
      stubs: [],
      version: '0.1.0',
      ...change,
    });
    this.write(`${name}.done`, receiptText(receipt));
    return receipt;
  }

  generate(tolerant = false): Promise<Generated> {
    return generate(this.config, { tolerant });
  }

  mk(): string {
    return readFileSync(join(this.root, '.stepladder/tasks.mk'), 'utf8');
  }

  /** The rules of the receipts, without the text that is the same for every backlog. */
  rules(): string[] {
    const rules = this.mk()
      .split('\n')
      .filter((line) => /\.done: (?!;)/.test(line) && !line.startsWith('stepladder'));
    return rules.map((line) => line.trim());
  }

  /** Generates until a look finds nothing new: what was written a moment ago is looked at twice. */
  async settled(): Promise<void> {
    for (const end = performance.now() + 30_000; quickLook(this.config) === null; ) {
      if (performance.now() > end) throw new Error('never settled');
      await this.generate();
    }
  }
}

export async function withBareBacklog(
  tasks: Readonly<Record<string, readonly string[]>>,
  body: (backlog: BareBacklog) => Promise<void>,
  config: Partial<Config> = {},
): Promise<void> {
  const backlog = new BareBacklog(tasks, config);
  try {
    await body(backlog);
  } finally {
    rmSync(backlog.root, { recursive: true, force: true });
  }
}
