/** Watch mode as a person meets it: in a terminal, typed into, the files edited in vim. Skipped where tmux is missing. */
import { isRunning } from './rig/attempts.js';
import { type Project, type ProjectOptions, withProject } from './rig/project.js';
import { A_AND_B, paid } from './rig/steps.js';
import { assert, suite, where } from './rig/suite.js';
import { isInstalled, openTerminal, type Terminal } from './rig/typed-terminal.js';

const test = suite('watch: in a terminal');

async function inTerminal(options: ProjectOptions, body: (made: Project, terminal: Terminal) => Promise<void>) {
  await withProject(options, async (made) => {
    const terminal = openTerminal(made, ['watch', 'edit']);
    try {
      await body(made, terminal);
    } finally {
      terminal.close();
    }
  });
}

/** The pid of the shell's child that watches, found by its parent. */
const watchers = async (made: Project): Promise<number[]> => {
  const { stdout } = await made.run('sh', [
    '-c',
    `for p in /proc/[0-9]*; do [ "$(readlink $p/cwd)" = "$PWD" ] && tr '\\0' ' ' < $p/cmdline | grep -q '[s]tepladder.cjs watch\\|[m]ake watch' && echo \${p#/proc/}; done; true`,
  ]);
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map(Number);
};

/** Adds a line at the end of a file in vim, with whatever settings, and writes it; for the `nth` time from 1. */
async function inVim(terminal: Terminal, nth: number, file: string, settings: string, line: string): Promise<void> {
  terminal.text('edit', `vim -u NONE -N -i NONE -c 'set backupskip= ${settings}' ${file}; echo "left with $?"`);
  terminal.type('edit', 'Enter');
  await terminal.until('edit', new RegExp(`"${file}".* \\d+(?:L| line)`));
  terminal.text('edit', `Go${line}`);
  terminal.type('edit', 'Escape');
  terminal.text('edit', ':wq');
  terminal.type('edit', 'Enter');
  // What is typed before it is there may be the shell's, and before it has ended vim's.
  await terminal.until('edit', new RegExp(`(?:left with 0[\\s\\S]*?){${nth}}`));
}

const inTmux = where(isInstalled('tmux'), test, 'tmux is not installed');
const inTmuxAndVim = where(isInstalled('vim'), inTmux, 'vim is not installed');

inTmux('typed, resized, told by hand what is edited, ended by Ctrl-C', () =>
  inTerminal({ tasks: A_AND_B, folder: 'a project' }, async (made, terminal) => {
    terminal.type('watch', 'make watch', 'Enter');
    await terminal.until('watch', 'watching 2 tasks in tasks/ and stepladder.yaml; Ctrl-C ends');
    terminal.resize(40, 20);
    terminal.text(
      'edit',
      `printf '%s\\n' --- --- '# A' '' 'Do a otherwise.' > tasks/new && mv tasks/a.md tasks/a.md~ && mv tasks/new tasks/a.md`,
    );
    terminal.type('edit', 'Enter');
    await terminal.until('watch', /a run: a \(edited\)[\s\S]*everything is done[\s\S]*watching 2 tasks/);
    terminal.resize(100, 50);
    assert.ok((await watchers(made)).length > 0);
    terminal.type('watch', 'C-c');
    terminal.type('watch', 'echo "ended with $?"', 'Enter');
    const screen = await terminal.until('watch', /ended with \d/);
    assert.match(screen, /ended with (130|2)/);
    assert.not.match(screen, /Error: |bug of stepladder/);
    assert.equal(await watchers(made), []);
    assert.equal(paid(made), ['a', 'b', 'a']);
  }),
);

inTmux('Ctrl-C during a run: the agent ends, its work is kept, nothing is left', () =>
  inTerminal({ tasks: { a: '# A\n' }, agent: 'driven' }, async (made, terminal) => {
    terminal.type('watch', 'make watch', 'Enter');
    const attempt = await made.nextAttempt();
    await attempt.write('half.txt', 'half\n');
    const action = 'Edit a file of a long name, to be seen far to the right';
    await attempt.print(`${action}\n`);
    await terminal.until('watch', action);
    terminal.type('watch', 'C-c');
    await attempt.gone;
    terminal.type('watch', 'echo "ended with $?"', 'Enter');
    const screen = await terminal.until('watch', /ended with \d/);
    assert.match(screen, /\nwatch: ending the run that goes on; its work is kept *\n/);
    assert.match(made.git('ls-tree', '-r', '--name-only', 'refs/stepladder/interrupted/a'), 'half.txt');
    assert.not(isRunning(attempt.pid));
    assert.equal(await watchers(made), []);
  }),
);

inTmuxAndVim('edited in vim, however it saves: by rename with a backup, in place, with a swap file', () =>
  inTerminal({ tasks: A_AND_B }, async (made, terminal) => {
    terminal.type('watch', 'make watch', 'Enter');
    await terminal.until('watch', 'watching 2 tasks');
    const ways = [
      'backup backupcopy=no swapfile',
      'nobackup writebackup backupcopy=yes',
      'nobackup nowritebackup noswapfile',
    ];
    for (const [at, settings] of ways.entries()) {
      await inVim(terminal, at + 1, 'tasks/a.md', settings, `Version ${at} of it.`);
      await terminal.until(
        'watch',
        new RegExp(
          String.raw`(?:a run: a \(edited\)[\s\S]*?everything is done[\s\S]*?watching 2 tasks[\s\S]*?){${at + 1}}`,
        ),
      );
    }
    assert.match(made.read('tasks/a.md') ?? '', 'Version 2 of it.');
    assert.ok(made.exists('tasks/a.md~'));
    terminal.type('watch', 'C-c');
    terminal.type('watch', 'echo "ended with $?"', 'Enter');
    const screen = await terminal.until('watch', /ended with \d/);
    assert.is(screen.match(/ a run/g)?.length, 4);
    assert.not.match(screen, 'error');
    assert.equal(paid(made), ['a', 'b', 'a', 'a', 'a']);
  }),
);
