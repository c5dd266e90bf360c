/**
 * Watch mode: an edit of the backlog or the configuration runs what it calls for.
 *
 *   waiting ──edit──▶ settling ──quiet──▶ running ──ended──▶ waiting
 *                        ▲──edit──┘          └──edit──▶ (noted) ──ended──▶ settling
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { type FSWatcher, watch as watchFiles } from 'chokidar';
import { CONFIG_FILE, type Config } from './config.js';
import { EXIT, type ExitCode } from './diagnostic.js';

/** Editors save in several steps, and a checkout changes many files: a run waits until nothing has moved for so long. */
const QUIET_MS = 300;

export interface WatchOptions {
  /** The program and arguments of one run. */
  readonly program: string;
  readonly args: readonly string[];
  readonly say: (line: string) => void;
}

/** Task files and the configuration; receipts count only when one goes, since steps write them. */
function concerns(config: Config, path: string, event: string): boolean {
  if (path === join(config.root, CONFIG_FILE)) return true;
  if (path.endsWith('.md')) return true;
  return path.endsWith('.done') && event === 'unlink';
}

/** Watches until interrupted. Resolves with 130. */
export function watch(config: Config, options: WatchOptions): Promise<ExitCode> {
  return new Promise((resolve) => {
    let child: ChildProcess | null = null;
    let again = false;
    let timer: NodeJS.Timeout | undefined;
    const watcher: FSWatcher = watchFiles([join(config.root, config.tasks), join(config.root, CONFIG_FILE)], {
      ignoreInitial: true,
      atomic: true,
      ignored: (path) => /(^|[\\/])(\.#|\._|#)|~$|\.tmp$|\.sw[px]$/.test(path),
    });
    const run = (): void => {
      again = false;
      child = spawn(options.program, [...options.args], { cwd: config.root, stdio: ['ignore', 'inherit', 'inherit'] });
      child.on('error', (error) => options.say(`watch: cannot run: ${error.message}`));
      child.on('close', () => {
        child = null;
        if (again) settle();
        else options.say(`watch: waiting for an edit in ${config.tasks}/ or ${CONFIG_FILE} (Ctrl-C ends)`);
      });
    };
    const settle = (): void => {
      clearTimeout(timer);
      timer = setTimeout(run, QUIET_MS);
    };
    watcher.on('all', (event, path) => {
      if (!concerns(config, path, event)) return;
      if (child === null) settle();
      else again = true;
    });
    const end = (): void => {
      clearTimeout(timer);
      again = false;
      const finish = (): void => {
        watcher.close().then(() => resolve(EXIT.interrupted));
      };
      if (child === null) {
        finish();
        return;
      }
      child.removeAllListeners('close');
      child.on('close', finish);
      child.kill('SIGTERM');
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, end);
    watcher.on('ready', run);
  });
}
