/** A run on a real terminal (tmux): drawn, resized, typed into, interrupted; and whatever others print meanwhile. */
import { readdirSync } from 'node:fs';
import { processesOf } from './rig/observing.js';
import type { DrivenAttempt, Project, ProjectOptions } from './rig/project.js';
import { PROGRAM, withProject } from './rig/project.js';
import { assert, suite } from './rig/suite.js';
import {
  allGone,
  CLOCK,
  inTerminal,
  leftRunning,
  NO_TERMINAL,
  type Terminal,
  type TerminalOptions,
  TOOK,
} from './rig/terminal.js';

const suiteOf = suite('live view on a terminal');
const test = (name: string, body: () => Promise<void>): void =>
  NO_TERMINAL === null ? suiteOf(name, body) : suiteOf.skip(name, NO_TERMINAL);

const TASKS = { a: '# The first\n', b: '---\ndepends: [a]\n---\n# The second\n' };

interface Scene extends TerminalOptions {
  readonly line?: string;
  readonly project?: ProjectOptions;
}

/** `make orchestrate` on a terminal, with an agent that waits to be told. */
function onTerminal(scene: Scene, body: (terminal: Terminal, made: Project) => Promise<void>): Promise<void> {
  return withProject({ tasks: TASKS, agent: 'driven', ...scene.project }, (made) =>
    inTerminal(made, scene.line ?? 'make orchestrate', scene, (terminal) => body(terminal, made)),
  );
}

async function work(attempt: DrivenAttempt): Promise<void> {
  await attempt.write(`${attempt.task}.txt`, 'done\n');
  await attempt.verdict({ ok: true });
}

const isBar = (line: string): boolean => /^[━╍┅─]{4,}/.test(line);
const bars = (lines: readonly string[]): number => lines.filter(isBar).length;
const rows = (lines: readonly string[]): string[] =>
  lines.filter((line) => line.startsWith('▶ ') && !line.includes('run started'));
const ENDED = /\[exit \d+, -?echo\]/;

/** How many seconds the step that edits has been at work, as its row shows it; -1 where there is no such row. */
function shownSeconds(lines: readonly string[]): number {
  const found = / {2}(?:(\d+)m)? ?(?:(\d+)s)? +Edit src/.exec(lines.join('\n'));
  return found === null ? -1 : Number(found[1] ?? 0) * 60 + Number(found[2] ?? 0);
}

/** Nothing of the project is running; what has only to come to its end may do so. */
async function assertNothingRuns(made: Project): Promise<void> {
  await allGone(made);
  assert.equal(leftRunning(made), []);
}

test('what is seen from the first step to the report', async () => {
  await onTerminal({}, async (terminal, made) => {
    const first = await made.nextAttempt();
    await first.print('Edit src/a.c\n');
    const seen = await terminal.until(/Edit src\/a\.c/);
    assert.match(
      rows(seen).join('\n'),
      new RegExp(`^▶ a {2}sonnet/thinking {2}attempt 1 {2}${CLOCK} {2}Edit src/a\\.c$`),
    );
    assert.match(seen.at(-1) ?? '', /^─{30} 0\/2 done · 2 remaining · how long: unknown yet$/);
    assert.match(seen[0] ?? '', /^▶ run started: 2 tasks to do, 0 done$/);
    assert.is(seen.length, 3);
    await work(first);
    const second = await made.nextAttempt();
    const later = await terminal.until(/▶ b .*attempt 1/);
    assert.match(later[1] ?? '', new RegExp(`^✓ a \\[${TOOK}\\] sonnet/thinking \\| 1 remaining, about `));
    assert.match(later.at(-1) ?? '', /^━{15}─{15} 1\/2 done · 1 remaining · about \S+$/);
    assert.is(rows(later).length, 1);
    assert.match(terminal.coloured(), /\u001b\[32m✓/);
    await work(second);
    const end = await terminal.until(ENDED);
    assert.is(bars(end) + rows(end).length, 0, 'the view is gone');
    assert.match(
      end.slice(-4).join('\n'),
      /^✓ b .*0 remaining\n■ run finished: 2 done, .*\nreport: .*\n\[exit 0, echo\]$/,
    );
    assert.is(terminal.ask('cursor_flag'), '1');
    await assertNothingRuns(made);
  });
});

test('a clock goes on while nothing happens, and nothing is left behind by it', async () => {
  await onTerminal({}, async (terminal, made) => {
    const first = await made.nextAttempt();
    await first.print('Edit src/a.c\n');
    // A busy machine may not show every second.
    let before = 0;
    for (let seen = 0; seen < 3; seen += 1) {
      const screen = await terminal.until(
        (lines) => ![-1, before].includes(shownSeconds(lines)),
        `another time than ${before}s`,
      );
      assert.is(screen.length, 3, screen.join('\n'));
      const now = shownSeconds(screen);
      assert.ok(now > before, `${now} after ${before}`);
      before = now;
    }
    await first.print('Bash make check\n');
    assert.is((await terminal.until(/Bash make check/)).length, 3);
    assert.is(terminal.ask('cursor_flag'), '0');
  });
});

const SIZES = [
  [40, 20],
  [120, 30],
  [20, 10],
  [100, 24],
  [40, 20],
  [73, 5],
  [120, 30],
] as const;

for (const [where, before] of [
  // tmux pushes out at the top what it folds further down: with less than that above, a part of the view is among it.
  ['below a few lines', 'seq 12; '],
  ['below much else', 'seq 60; '],
] as const) {
  test(`resized while it runs, ${where}: narrow, tiny, wide, and no trace of what was drawn before`, async () => {
    const scene = { columns: 120, rows: 30, line: `${before}make orchestrate` };
    await onTerminal(scene, async (terminal, made) => {
      await work(await made.nextAttempt());
      const second = await made.nextAttempt();
      await second.print('Edit a-file-with-a-name-that-is-much-too-long-for-a-terminal-of-forty-columns.c\n');
      await terminal.until(/Edit a-file-with-a-name-that-is-much-too-long-for-a-terminal-of-forty-columns\.c/);
      for (const [columns, lines] of SIZES) {
        terminal.resize(columns, lines);
        const seen = await terminal.until((now) => {
          const at = now.findIndex((line) => line.startsWith('▶ b'));
          const isNarrow = /thinking (?:#1|…)/.test(now[at + 1] ?? '');
          return at !== -1 && isNarrow === columns < 72 && bars(now) === 1;
        }, `one view at ${columns} × ${lines}`);
        assert.is(rows(seen).length, 1, seen.join('\n'));
        assert.ok(seen.filter((line) => line.includes('Edit') || line.includes('1 remaining')).length <= 3);
        assert.ok(seen.every((line) => line.length <= columns));
      }
      await work(second);
      await terminal.until(ENDED);
      const all = terminal.history();
      assert.is(bars(all), 0);
      assert.equal(rows(all), []);
      // What scrolled away is whole: every line once.
      assert.is(all.filter((line) => line.startsWith('✓ a ')).length, 1);
      assert.is(all.filter((line) => line.startsWith('▶ run started')).length, 1);
    });
  });
}

test('what is typed moves nothing, and waits for the shell', async () => {
  const line = 'make orchestrate; read -r first; printf "[read %s]" "$first"; true';
  await onTerminal({ line }, async (terminal, made) => {
    const first = await made.nextAttempt();
    await first.print('Edit src/a.c\n');
    const before = shownSeconds(await terminal.until(/Edit src\/a\.c/));
    await terminal.until(() => !terminal.echoes(), 'no echo');
    terminal.type('l', 's', 'Enter', 'Enter', 'x', 'Up', 'Enter');
    const seen = await terminal.until((lines) => shownSeconds(lines) >= before + 3, 'three seconds later');
    assert.is(seen.length, 3, seen.join('\n'));
    await work(first);
    await work(await made.nextAttempt());
    const end = await terminal.until(ENDED);
    assert.match(end.at(-1) ?? '', /\[read ls\]\[exit 0, echo\]$/);
    assert.is(terminal.history().filter((one) => /^✓ [ab] /.test(one)).length, 2);
  });
});

test('Ctrl-C: the step is ended in order, the terminal is as it was, and nothing runs on', async () => {
  await onTerminal({}, async (terminal, made) => {
    const first = await made.nextAttempt();
    await first.write('half.txt', 'half\n');
    await terminal.until(/▶ a .*attempt 1/);
    terminal.type('C-c');
    const end = await terminal.until(ENDED);
    await first.gone;
    assert.match(end.at(-1) ?? '', /\[exit (?:2|130), echo\]$/);
    assert.match(end.join('\n'), new RegExp(`■ a \\[${TOOK}\\] sonnet/thinking interrupted`));
    assert.is(bars(end) + rows(end).length, 0, end.join('\n'));
    assert.is(terminal.ask('cursor_flag'), '1');
    await assertNothingRuns(made);
    assert.is(made.git('for-each-ref', '--format=%(refname)', 'refs/stepladder/interrupted').split('\n').length, 1);
  });
});

test('Ctrl-C without Make: exit 130', async () => {
  await onTerminal({ line: 'node node_modules/stepladder/dist/stepladder.cjs orchestrate' }, async (terminal, made) => {
    const first = await made.nextAttempt();
    await terminal.until(/▶ a .*attempt 1/);
    terminal.type('C-c');
    await terminal.until(/\[exit 130, echo\]/);
    await first.gone;
    await assertNothingRuns(made);
  });
});

test('a front-end that is killed leaves the terminal as it found it', async () => {
  await onTerminal({}, async (terminal, made) => {
    const first = await made.nextAttempt();
    await terminal.until(/▶ a .*attempt 1/);
    const going = readdirSync(`${made.root}/.stepladder/going`).map((file) => made.read(`.stepladder/going/${file}`));
    const { process: front } = JSON.parse(going[0] ?? '') as { process: { pid: number } };
    process.kill(front.pid, 'SIGKILL');
    await terminal.until(/\[exit 2, -?echo\]/);
    // Set right by another process, in its own time.
    await terminal.until(
      () => terminal.echoes() && terminal.ask('cursor_flag') === '1',
      'echo and cursor as they were',
    );
    // Its step goes on to its end, though nobody hears it any more.
    await work(first);
    await first.gone;
  });
});

const HOSTILE = String.raw`
printf 'no end of line yet'; sleep 0.05; printf ' and now\n'
printf '10%%\r50%%\r100%%\n'
printf '\033[31mred\033[0m plain\n' >&2
printf 'up \033[5A\033[2J\033[Hgone\n'
printf '編集中 👩‍👩‍👧‍👦 \033]0;title\007end\n'
seq -f 'line %g of many, many lines that are all the same but for their number' 60
[ -t 1 ] && echo STDOUT-IS-A-TERMINAL; [ -t 2 ] && echo STDERR-IS-A-TERMINAL
[ -t 0 ] && echo STDIN-IS-A-TERMINAL
exec "$@"
`;

test('what Make, a launcher and steps print scrolls away above, whole, and garbles nothing', async () => {
  const config = { repairs: 0, ladder: ['sonnet/thinking'] };
  await withProject({ tasks: { ...TASKS, c: '# Fails\n' }, agent: 'driven', config }, async (made) => {
    made.write('../loud.sh', HOSTILE);
    await inTerminal(made, `make orchestrate LAUNCH='sh ${made.outside}/loud.sh'`, {}, async (terminal) => {
      for (let left = 3; left > 0; left -= 1) {
        const attempt = await made.nextAttempt();
        await attempt.print('Edit src/a.c\n');
        const seen = await terminal.until(/Edit src\/a\.c/);
        assert.is(bars(seen) + rows(seen).length, 2, seen.join('\n'));
        assert.match(seen.at(-3) ?? '', left === 3 ? /^line 60 of many/ : /./);
        if (attempt.task === 'c') await attempt.verdict({ ok: false, reason: 'cannot be done' });
        else await work(attempt);
        await terminal.until((lines) => !lines.join('\n').includes('Edit src/a.c'));
      }
      await terminal.until(/\[exit 2, echo\]/);
      const all = terminal.history();
      const times = (line: string | RegExp): number =>
        all.filter((one) => (typeof line === 'string' ? one === line : line.test(one))).length;
      assert.is(times('no end of line yet and now'), 3);
      assert.is(times('100%'), 3);
      assert.is(times('red plain'), 3);
      assert.is(times('up gone'), 3);
      assert.is(times(/^編集中 .*end$/), 3);
      for (const number of [1, 30, 60]) assert.is(times(new RegExp(`^line ${number} of many`)), 3);
      assert.is(times(/-IS-A-TERMINAL/), 0);
      assert.is(times(/^make\[1\]: \*\*\* .*tasks\/c\.done\] Error 1$/), 1);
      assert.is(times(/^✗ c .*cannot be done/), 1);
      assert.is(times(/^✓ [ab] /), 2);
      assert.is(bars(all), 0);
    });
  });
});

test('four jobs overlap under make -j4 and -O, by Make’s own jobserver, and four rows are seen', async () => {
  const names = ['a', 'b', 'c', 'd'];
  const tasks = Object.fromEntries(names.map((name) => [name, `# ${name}\n`]));
  for (const flags of ['-j4', '-O -j4']) {
    await withProject({ tasks, agent: 'driven' }, async (made) => {
      // Each waits until all four are there, which only happens if they run at the same time.
      made.write(
        '../meet.sh',
        'touch "$0.$$"; i=0; while [ "$(ls "$0".* | wc -l)" -lt 4 ]; do i=$((i+1)); [ $i -gt 400 ] && echo ALONE && exit 9; sleep 0.05; done\nexec "$@"\n',
      );
      const line = `make ${flags} orchestrate LAUNCH='sh ${made.outside}/meet.sh'`;
      await inTerminal(made, line, {}, async (terminal) => {
        for (const _ of names) {
          const attempt = await made.nextAttempt();
          await terminal.until(new RegExp(`▶ ${attempt.task} .*attempt 1`));
          await work(attempt);
        }
        await terminal.until(/\[exit 0, echo\]/);
        assert.not.match(terminal.history().join('\n'), /ALONE|jobserver/);
        assert.is(terminal.history().filter((one) => /^✓ [abcd] /.test(one)).length, 4);
      });
    });
  }
});

for (const [why, env] of [
  ['NO_COLOR', { NO_COLOR: '1' }],
  ['CI', { CI: 'true' }],
  ['a dumb terminal', { TERM: 'dumb' }],
] as const) {
  test(`plain lines, no view and no colour, on a terminal with ${why}`, async () => {
    await onTerminal({ env, project: { tasks: { a: '# The first\n' } } }, async (terminal, made) => {
      const first = await made.nextAttempt();
      await terminal.until(/^▶ a sonnet\/thinking$/m);
      await work(first);
      await terminal.until(/\[exit 0, echo\]/);
      assert.not.match(terminal.coloured(), /\u001b/);
      assert.is(bars(terminal.history()), 0);
    });
  });
}

test('plain lines where the run is in the background of its terminal', async () => {
  const line = 'set -m; make orchestrate & wait $!';
  await onTerminal({ line, project: { tasks: { a: '# The first\n' } } }, async (terminal, made) => {
    const first = await made.nextAttempt();
    await terminal.until(/^▶ a sonnet\/thinking$/m);
    await work(first);
    await terminal.until(/\[exit 0, echo\]/);
    assert.is(bars(terminal.history()), 0);
  });
});

test('continued before it has come to stop, it does not stop for good', async () => {
  await onTerminal({}, async (terminal, made) => {
    const first = await made.nextAttempt();
    await first.print('Edit src/a.c\n');
    await terminal.until(/Edit src\/a\.c/);
    const run = processesOf(made).find(({ part }) => part === 'run')?.pid ?? -1;
    for (let nth = 0; nth < 30; nth += 1) {
      process.kill(run, 'SIGTSTP');
      // Long enough for the kernel to hand over the first, too short for it to be looked at.
      await new Promise((resolve) => setImmediate(resolve));
      process.kill(run, 'SIGCONT');
    }
    await first.print('Edit src/b.c\n');
    await terminal.until(/Edit src\/b\.c/);
    // Nobody continues it after this one; but Make was not stopped, and so it is not either.
    const views = bars(terminal.history());
    process.kill(run, 'SIGTSTP');
    // It is to be seen for a second or two only: who looks too late sees the view anew, below the one that was left.
    await terminal.until(
      () => terminal.ask('cursor_flag') === '1' || bars(terminal.history()) > views,
      'the cursor, or the view anew',
    );
    await first.print('Edit src/c.c\n');
    await terminal.until((lines) => /Edit src\/c\.c/.test(lines.at(-2) ?? '') && isBar(lines.at(-1) ?? ''), 'the view');
    await work(first);
    await work(await made.nextAttempt());
    await terminal.until(/\[exit 0, -?echo\]/);
  });
});

for (const [how, program] of [
  ['by Make', 'make orchestrate'],
  ['by the shell itself', `node '${PROGRAM}' orchestrate`],
] as const)
  test(`started ${how}, stopped by Ctrl-Z and gone on with: the view is drawn anew`, async () => {
    const line = `set -m; ${program}; echo stopped; stty -a | grep -o "[-]*echo "; fg >/dev/null`;
    await onTerminal({ line }, async (terminal, made) => {
      const first = await made.nextAttempt();
      await first.print('Edit src/a.c\n');
      await terminal.until(/Edit src\/a\.c/);
      terminal.type('C-z');
      await terminal.until(/^stopped/m);
      const isDrawn = (lines: string[]): boolean => isBar(lines.at(-1) ?? '') && rows(lines.slice(-2)).length === 1;
      await terminal.until(
        (lines) => lines.some((line) => line.startsWith('stopped')) && isDrawn(lines),
        'the view again',
      );
      await terminal.until(() => !terminal.echoes(), 'no echo');
      terminal.type('x', 'Enter', 'Enter');
      await first.print('Edit src/b.c\n');
      const later = await terminal.until(/Edit src\/b\.c/);
      assert.ok(isDrawn(later), later.join('\n'));
      await work(first);
      await work(await made.nextAttempt());
      await terminal.until(/\[exit 0, -?echo\]/);
    });
  });
