/** What the sandbox of docs/agents.md does to ending what runs in it: it hears the signal, has its grace, and nothing stays. */
import { running, runs, unlikely } from './agents/sleeping.js';
import { attempt, transcript } from './rig/attempts.js';
import { EXAMPLE, outsideOfTmp, SANDBOX, withBubblewrap } from './rig/bubblewrap.js';
import { inFolder } from './rig/folder.js';
import { withProject } from './rig/project.js';
import { assert, suite } from './rig/suite.js';

const test = withBubblewrap(suite('ending what is in a sandbox'));
outsideOfTmp();

/** In a session of its own, deaf to all that it can be, without a trace of whose it is. */
const deaf = (sleep: string): string => `(trap "" INT TERM HUP; setsid env -i ${sleep} >/dev/null 2>&1 &)`;

function whenReady(): { signal: AbortSignal; onActivity: (line: string) => void } {
  const controller = new AbortController();
  return { signal: controller.signal, onActivity: (line) => line === 'ready' && controller.abort() };
}

test('it is told first, and has its grace: what it still says is heard', () =>
  inFolder(async (dir) => {
    const script = 'trap "sleep 0.2; echo put away; exit 3" INT; echo ready; while :; do sleep 0.05; done';
    const end = await attempt(dir, script, whenReady(), { sandbox: SANDBOX }, 60_000);
    assert.is(end.end, 'interrupted');
    assert.match(transcript(dir), 'put away');
  }));

test('one that is deaf to signals is gone after the grace, with all it started', () =>
  inFolder(async (dir) => {
    const [own, behind] = [unlikely(), unlikely()];
    const script = `trap "" INT TERM; ${deaf(behind)}; echo ready; ${own}; ${own}`;
    const end = await attempt(dir, script, whenReady(), { sandbox: SANDBOX });
    assert.is(end.end, 'interrupted');
    assert.not.ok(runs(own));
    assert.not.ok(runs(behind));
  }));

test('when its time is up, nothing stays', () =>
  inFolder(async (dir) => {
    const [own, behind] = [unlikely(), unlikely()];
    const end = await attempt(dir, `${deaf(behind)}; ${own}`, { timeoutMs: 1500 }, { sandbox: SANDBOX });
    assert.is(end.end === 'timeout' && end.kind, 'wall');
    assert.not.ok(runs(own));
    assert.not.ok(runs(behind));
  }));

test('what it leaves behind when it has finished is gone; its verdict counts', () =>
  inFolder(async (dir) => {
    const behind = unlikely();
    const end = await attempt(dir, `${deaf(behind)}; echo '{"ok": true}'`, {}, { sandbox: SANDBOX });
    assert.is(end.end, 'verdict');
    assert.not.ok(runs(behind));
  }));

test('exit codes come through: 75 is tried again, 3 is none', () =>
  inFolder(async (dir) => {
    assert.is((await attempt(dir, 'exit 75', {}, { sandbox: SANDBOX })).end, 'transient');
    const end = await attempt(dir, 'exit 3', {}, { sandbox: SANDBOX });
    assert.is(end.end === 'no-verdict' && end.exitCode, 3);
  }));

test('a runner that is killed takes all of it along', () => {
  const [own, behind] = [unlikely(), unlikely()];
  const command = `${deaf(behind)}; ${own}`;
  const config = EXAMPLE.replace('command: ./my-agent', `command: '${command}'`);
  return withProject(
    { tasks: { a: '---\nagent: mine\n---\n# A\n' }, config: `${config}verify: []\n` },
    async (made) => {
      const step = made.start('stepladder', ['step', 'a']);
      await running(own, step);
      await running(behind, step);
      step.kill('SIGKILL');
      await step.done;
      while (runs(own) || runs(behind)) await new Promise((resolve) => setTimeout(resolve, 20));
    },
  );
});

test('a check whose time is up leaves nothing behind', () => {
  const [own, behind] = [unlikely(), unlikely()];
  const config = `${EXAMPLE}agent: mine\nverify: [{run: '${deaf(behind)}; ${own}', timeout: 1s}]\n`;
  return withProject({ tasks: { a: '# A\n' }, config, folder: 'the project' }, async (made) => {
    const ran = await made.stepladder(['orchestrate']);
    assert.is(ran.code, 4, ran.output);
    assert.match(ran.output, 'still running after 1s');
    assert.not.ok(runs(own));
    assert.not.ok(runs(behind));
  });
});
