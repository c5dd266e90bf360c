/** A real terminal: tmux, driven from outside. Typed into, resized, and read as a person would see it. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { cleanEnvironment } from './child.js';
import type { Project } from './project.js';

/** Why there is no terminal here; null where there is one. */
export const NO_TERMINAL = spawnSync('tmux', ['-V']).status === 0 ? null : 'tmux is not installed';

export interface TerminalOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** Something else runs in the project as well, and is not waited for at the end. */
  readonly besides?: boolean;
}

/** On a busy machine whole steps go by before something is to be seen. */
const LONGEST_MS = 120_000;

/** How the view shows how long something has been going on: on a busy machine that may be minutes. */
export const CLOCK = String.raw`\d+[smh](?: \d+[smh])?`;
/** How a line tells how long something took: on a fast machine that may be less than a second. */
export const TOOK = String.raw`(?:\d+ms|${CLOCK})`;

export class Terminal {
  readonly #env: Record<string, string>;
  readonly #socket: string;

  /** Runs a shell line in the project's folder. Afterwards stands there how it ended: `[exit 0, echo]`. */
  constructor(made: Project, line: string, { columns = 100, rows = 24, env = {} }: TerminalOptions = {}) {
    const folder = join(made.outside, 'tmux');
    mkdirSync(folder, { recursive: true });
    this.#socket = join(folder, `s${Math.random().toString(36).slice(2)}`);
    const { TERM: _, ...clean } = cleanEnvironment(join(made.outside, 'home'));
    this.#env = clean;
    const variables = Object.entries({ TERM: 'tmux-256color', ...env }).map(([name, value]) => `${name}='${value}'`);
    const ending = 'printf "[exit %s, %s]" "$?" "$(stty -a | grep -Eo -- "-?echo " | tr -d " ")"';
    // Ctrl-C is for what runs in it, not for this shell.
    const script = `trap : INT; export ${variables.join(' ')}; cd '${made.root}'; ${line}; ${ending}; exec sleep 1000`;
    const size = ['-x', String(columns), '-y', String(rows)];
    this.#tmux('-f', '/dev/null', 'new-session', '-d', ...size, 'sh', '-c', script);
  }

  #tmux(...args: string[]): string {
    return execFileSync('tmux', ['-S', this.#socket, ...args], { env: this.#env, encoding: 'utf8' });
  }

  /** The lines on the screen, without blanks at their ends and without empty ones at its end. */
  screen(): string[] {
    return this.#tmux('capture-pane', '-p')
      .trimEnd()
      .split('\n')
      .map((line) => line.trimEnd());
  }

  /** As `screen`, with everything that scrolled away above it; what was folded is one line. */
  history(): string[] {
    return this.#tmux('capture-pane', '-p', '-J', '-S', '-')
      .trimEnd()
      .split('\n')
      .map((line) => line.trimEnd());
  }

  /** The screen with its escape sequences for colours. */
  coloured(): string {
    return this.#tmux('capture-pane', '-p', '-e');
  }

  /** Looks at the screen until it matches, and stays so for a look: one that is being drawn may be seen half. */
  async until(wanted: RegExp | ((lines: string[]) => boolean), what = String(wanted)): Promise<string[]> {
    const found = (lines: string[]): boolean =>
      wanted instanceof RegExp ? wanted.test(lines.join('\n')) : wanted(lines);
    for (const end = performance.now() + LONGEST_MS; ; await pause(30)) {
      const lines = this.screen();
      if (found(lines) && this.screen().join('\n') === lines.join('\n')) return lines;
      if (performance.now() > end) throw new Error(`never seen: ${what}; the screen is\n${lines.join('\n')}`);
    }
  }

  /** Keys by tmux's names (`C-c`, `Enter`), anything else as it is. */
  type(...keys: string[]): void {
    this.#tmux('send-keys', ...keys);
  }

  resize(columns: number, rows: number): void {
    this.#tmux('resize-window', '-x', String(columns), '-y', String(rows));
  }

  /** What tmux knows of it, such as `cursor_flag` (1: it is to be seen) or `cursor_x`. */
  ask(variable: string): string {
    return this.#tmux('display-message', '-p', `#{${variable}}`).trim();
  }

  /** Whether what is typed is shown. */
  echoes(): boolean {
    const { stdout } = spawnSync('stty', ['-a', '-F', this.ask('pane_tty')], { encoding: 'utf8' });
    return / echo /.test(stdout);
  }

  close(): void {
    spawnSync('tmux', ['-S', this.#socket, 'kill-server'], { env: this.#env });
  }
}

/** What still runs with the project as its folder, but for the terminal's own shell; nothing is known without /proc. */
export function leftRunning({ root }: Project): string[] {
  if (!existsSync('/proc/self')) return [];
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid))
    .flatMap((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
        const own = command === 'sleep 1000' || command.includes('exec sleep 1000');
        return readlinkSync(`/proc/${pid}/cwd`) === root && !own ? [command] : [];
      } catch {
        return [];
      }
    });
}

/** Resolves when nothing runs any more with the project as its folder; or at last, so that its test can say what does. */
export async function allGone(made: Project): Promise<void> {
  const end = performance.now() + LONGEST_MS;
  while (leftRunning(made).length > 0 && performance.now() < end) await pause(30);
}

/** A terminal for the length of a test; what runs on it is gone afterwards. */
export async function inTerminal(
  made: Project,
  line: string,
  options: TerminalOptions,
  body: (terminal: Terminal) => Promise<void>,
): Promise<void> {
  const terminal = new Terminal(made, line, options);
  try {
    await body(terminal);
  } catch (error) {
    console.log(`the screen:\n${terminal.history().join('\n')}`);
    throw error;
  } finally {
    terminal.close();
    if (options.besides !== true) await allGone(made);
  }
}
