/** Whole steps, ended in the middle of a tool call or of an answer: nothing of the agent runs on, and nothing is lost. */
import type { CliKind } from '../../src/agents/rungs.js';
import { calls, often, shell, stall, verdict } from '../model-server/turns.js';
import type { Project } from '../rig/project.js';
import { assert, suite } from '../rig/suite.js';
import { config, events, inTime, LONG, nothingHeld, outcomes, RESCUE, type Scene, scene, testOf } from './scene.js';
import { gone, leftBehind, running, runs, unlikely } from './sleeping.js';

const tasks = { greet: 'Write greet.txt.\n' };

/** The interrupted step as the record has it, and its work. */
function keptAndNothingHeld(project: Project): void {
  assert.equal(
    events(project, 'step-finished').map((event) => event.state),
    ['interrupted'],
  );
  assert.match(project.git('ls-tree', '-r', '--name-only', 'refs/stepladder/interrupted/greet'), 'started');
  nothingHeld(project, 'greet');
}

/** The next run takes up what was there, on the same rung, and gets it done. */
function doneThen(project: Project): void {
  assert.equal(outcomes(project), ['interrupted', 'done']);
  assert.equal(project.receipt('greet')?.changed, ['greet.txt', 'started']);
  assert.equal(project.receipt('greet')?.rung, 'sonnet/thinking');
}

/** All the ways in which an agent of that kind is ended. */
export function endedOf(kind: CliKind): void {
  const test = testOf(suite(`${kind}, the real one, ended`), kind);

  /** A step whose agent is in the middle of a tool call, and what it has left behind besides. */
  const inToolCall = (body: (made: Scene, sleeping: readonly string[]) => Promise<void>) => {
    const [sleep, left] = [unlikely(), leftBehind()];
    const script = [
      shell(`${left.command} touch started; ${sleep}`),
      shell('echo hello > greet.txt'),
      verdict({ ok: true }),
    ];
    return scene(kind, script, { tasks, config: config(kind) }, (made) => body(made, [sleep, ...left.all]));
  };

  for (const [what, signal, group] of [
    ['Ctrl-C, which reaches the whole group', 'SIGINT', 'group'],
    ['SIGTERM to Make alone', 'SIGTERM', undefined],
    ['SIGHUP to the group', 'SIGHUP', 'group'],
  ] as const) {
    test(
      `${what}, in the middle of a tool call: nothing runs on, and the next run gets it done`,
      () =>
        inToolCall(async ({ project, env, orchestrate }, sleeping) => {
          const run = project.start('make', ['orchestrate'], { env, timeoutMs: LONG.timeoutMs });
          for (const one of sleeping) await running(one, run);
          run.kill(signal, group);
          await gone(sleeping);
          assert.is.not((await run.done).code, 0);
          keptAndNothingHeld(project);
          const ran = await orchestrate();
          assert.is(ran.code, 0, ran.output);
          doneThen(project);
        }),
      LONG,
    );
  }

  test(
    `SIGKILL to the run in the middle of a tool call: the next run ends what is left first, and gets it done`,
    () =>
      inToolCall(async ({ project, env }, sleeping) => {
        const run = project.start('make', ['orchestrate'], { env, timeoutMs: LONG.timeoutMs });
        for (const one of sleeping) await running(one, run);
        run.kill('SIGKILL', 'group');
        await run.done;
        // An agent may outlive a killed runner, or end of its broken pipes: neither may be left to the next run.
        const again = project.start('make', ['orchestrate'], { env, timeoutMs: LONG.timeoutMs });
        await again.until('was interrupted');
        assert.equal(sleeping.filter(runs), []);
        const ran = await again.done;
        assert.is(ran.code, 0, ran.output);
        doneThen(project);
      }),
    LONG,
  );

  test(
    `when its time is up in the middle of a tool call, which is no silence, nothing runs on`,
    () => {
      const [sleep, left] = [unlikely(), leftBehind()];
      // OpenCode says nothing of a tool before it has ended.
      const idle = (seconds: number) => (kind === 'opencode' ? {} : { 'idle-timeout': `${seconds / 2}s` });
      return inTime(30, (seconds, tooEarly) =>
        scene(
          kind,
          // Codex hands a command that goes on back to the model after a while, which waits for it once more.
          [often(shell(`${left.command} touch started; ${sleep}`))],
          { tasks, config: config(kind, { ...RESCUE, timeout: `${seconds}s`, ...idle(seconds) }) },
          async ({ project, orchestrate }) => {
            const ran = await orchestrate();
            assert.equal([sleep, ...left.all].filter(runs), []);
            assert.is(ran.code, 0, ran.output);
            if (!project.exists('started') || outcomes(project).length > 2) return tooEarly();
            assert.equal(outcomes(project), ['timeout', 'done']);
            assert.match(events(project, 'escalated')[0]?.reason ?? '', 'still running after');
            assert.equal(project.receipt('greet')?.changed, ['rescued.txt', 'started']);
          },
        ),
      );
    },
    LONG,
  );

  test(
    `a provider silent in the middle of its answer: the same rung once more, then the next; nothing runs on`,
    () => {
      const left = leftBehind();
      return inTime(15, (seconds, tooEarly) =>
        scene(
          kind,
          [shell(`${left.command} touch started`), often(stall('mid-stream'))],
          { tasks, config: config(kind, { ...RESCUE, 'idle-timeout': `${seconds}s` }) },
          async ({ project, server, env }) => {
            const run = project.start('make', ['orchestrate'], { env, timeoutMs: LONG.timeoutMs });
            await Promise.race([server.reached(3), run.done]);
            assert.equal(left.all.filter(runs), [], 'what the first attempt left, while the second is at work');
            const ran = await run.done;
            assert.is(ran.code, 0, ran.output);
            if (server.turns.length < 3) {
              server.forget();
              return tooEarly();
            }
            assert.equal(outcomes(project), ['timeout', 'timeout', 'done']);
            assert.match(events(project, 'attempt-finished')[0]?.reason ?? '', 'silent for');
            assert.is(events(project, 'escalated').length, 1);
            assert.equal(project.receipt('greet')?.changed, ['rescued.txt', 'started']);
          },
        ),
      );
    },
    LONG,
  );

  if (kind === 'opencode') leftInBackground(test);
  else leftHoldingOutput(kind, test);
}

function leftHoldingOutput(kind: CliKind, test: ReturnType<typeof testOf>): void {
  test(
    `it has finished, and what it left behind holds its output: the step goes on`,
    () => {
      const [background, away] = [unlikely(), unlikely()];
      const command = `touch started; setsid ${away} & ${background} & echo both`;
      return scene(
        kind,
        [shell(command), verdict({ ok: true })],
        { tasks, config: config(kind) },
        async ({ project, orchestrate }) => {
          const ran = await orchestrate();
          assert.is(ran.code, 0, ran.output);
          assert.equal([background, away].filter(runs), []);
          assert.equal(outcomes(project), ['done']);
          assert.equal(project.receipt('greet')?.changed, ['started']);
        },
      );
    },
    LONG,
  );
}

/** OpenCode's own tool waits for whoever holds its output, whatever limit the model has given it. */
function leftInBackground(test: ReturnType<typeof testOf>): void {
  test(
    `what a tool left in the background keeps it from going on: that is silence, and nothing runs on`,
    () => {
      const [background, away] = [unlikely(), unlikely()];
      const command = `touch started; setsid ${away} & ${background} & echo both`;
      const input = { command, description: 'as scripted', timeout: 5000 };
      return inTime(20, (seconds, tooEarly) =>
        scene(
          'opencode',
          [calls({ tool: 'named', name: 'bash', input }), verdict({ ok: true })],
          { tasks, config: config('opencode', { 'idle-timeout': `${seconds}s` }) },
          async ({ project, orchestrate }) => {
            const ran = await orchestrate();
            assert.is(ran.code, 0, ran.output);
            assert.equal([background, away].filter(runs), []);
            if (!project.exists('started') || outcomes(project).length > 2) return tooEarly();
            assert.equal(outcomes(project), ['timeout', 'done']);
            assert.match(events(project, 'attempt-finished')[0]?.reason ?? '', 'silent for');
            assert.equal(project.receipt('greet')?.changed, ['started']);
          },
        ),
      );
    },
    LONG,
  );
}
