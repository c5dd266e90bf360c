/** A real terminal to type into: tmux, with a server of its own for each test, read as a person reads it. */
import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { cleanEnvironment } from './child.js';
import type { Project } from './project.js';

/** Whether a program is on the PATH. */
export const isInstalled = (program: string): boolean =>
  spawnSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' }).status === 0;

export interface Terminal {
  /** Types into a window, as tmux names keys: `make watch`, `Enter`, `C-c`. */
  type(window: string, ...keys: string[]): void;
  /** Types text as it is. */
  text(window: string, text: string): void;
  resize(columns: number, rows: number): void;
  /** What the window shows now, its past included, wrapped lines joined. */
  screen(window: string): string;
  /** Waits until the window shows it, and gives the screen. */
  until(window: string, wanted: string | RegExp): Promise<string>;
  close(): void;
}

const LOOK_EVERY_MS = 50;
const LONGEST_MS = 120_000;

/** Opens a terminal with a plain shell in each of the windows named. */
export function openTerminal(made: Project, windows: readonly string[]): Terminal {
  const socket = join(made.outside, 'tmux');
  const env = { ...cleanEnvironment(join(made.outside, 'home')), TERM: 'xterm-256color', PS1: '$ ', EDITOR: 'vi' };
  const tmux = (...args: string[]): string =>
    execFileSync('tmux', ['-S', socket, '-f', '/dev/null', ...args], { cwd: made.root, env, encoding: 'utf8' });
  const [first = 'main', ...others] = windows;
  const shell = 'sh';
  tmux('new-session', '-d', '-s', 'test', '-x', '100', '-y', '50', '-n', first, shell);
  for (const name of others) tmux('new-window', '-d', '-n', name, '-c', made.root, shell);
  const at = (window: string): string => `test:${window}`;
  const screen = (window: string): string => tmux('capture-pane', '-p', '-J', '-S', '-2000', '-t', at(window));
  return {
    screen,
    type: (window, ...keys) => void tmux('send-keys', '-t', at(window), ...keys),
    text: (window, text) => void tmux('send-keys', '-t', at(window), '-l', text),
    resize: (columns, rows) => void tmux('resize-window', '-t', at(first), '-x', String(columns), '-y', String(rows)),
    async until(window, wanted) {
      const started = performance.now();
      for (;;) {
        const seen = screen(window);
        if (typeof wanted === 'string' ? seen.includes(wanted) : wanted.test(seen)) return seen;
        if (performance.now() - started > LONGEST_MS) throw new Error(`never showed ${wanted}:\n${seen}`);
        await pause(LOOK_EVERY_MS);
      }
    },
    close() {
      spawnSync('tmux', ['-S', socket, 'kill-server']);
    },
  };
}
