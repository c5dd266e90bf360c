/** A backlog in a folder of its own for as long as a test runs: real files, found and read by the real code. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Backlog, type LoadOptions, loadBacklog } from '../../src/backlog/load.js';
import type { Task } from '../../src/backlog/task.js';
import { type Config, defaultConfig } from '../../src/config.js';
import { renderDiagnostic } from '../../src/diagnostic.js';

export interface BacklogRig {
  /** Absolute. */
  readonly root: string;
  /** @param file relative to the root */
  write(file: string, content: string | Uint8Array): void;
  load(options?: LoadOptions): Backlog;
}

/**
 * Writes files, hands them over, and takes them away again.
 * @param files relative to the tasks folder, `.md` included
 * @param settings what differs from the default configuration
 */
export function withBacklog<T>(
  files: Readonly<Record<string, string | Uint8Array>>,
  body: (rig: BacklogRig) => T,
  settings: Partial<Config> = {},
): T {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'stepladder-backlog-')));
  const config = { ...defaultConfig(root), ...settings };
  const write = (file: string, content: string | Uint8Array): void => {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), content);
  };
  try {
    mkdirSync(join(root, config.tasks), { recursive: true });
    for (const [file, content] of Object.entries(files)) write(`${config.tasks}/${file}`, content);
    return body({ root, write, load: (options) => loadBacklog(config, options) });
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** The backlog of these files, and all its problems as they are printed. Bodies cannot be asked for afterwards. */
export function backlogOf(
  files: Readonly<Record<string, string | Uint8Array>>,
  settings: Partial<Config> = {},
): { backlog: Backlog; problems: string } {
  return withBacklog(
    files,
    ({ load }) => {
      const backlog = load();
      return { backlog, problems: rendered(backlog) };
    },
    settings,
  );
}

/** All that is wrong, as it is printed. */
export function rendered(backlog: Backlog): string {
  return backlog.diagnostics.map((diagnostic) => renderDiagnostic(diagnostic, backlog.read)).join('');
}

/** One task of that name. Fails, with what is wrong, where there is none. */
export function taskOf(backlog: Backlog, name: string): Task {
  const task = backlog.tasks.get(name);
  if (task === undefined) throw new Error(`no task ${name}:\n${rendered(backlog)}`);
  return task;
}
