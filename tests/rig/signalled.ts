/** A run that gets a signal, once or twice, from whoever sends it; what it leaves; and the run that goes on from there. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { allGone, processesOf, until } from './observing.js';
import { type Project, withProject } from './project.js';
import { assert } from './suite.js';
import type { Form } from './wide-backlog.js';

export interface Signalled {
  /** What a person, or a service manager, started. */
  readonly started: 'make orchestrate' | 'make tasks/a.done' | 'stepladder orchestrate';
  readonly signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP';
  /** The whole group, as a terminal does, or only what was started. */
  readonly to: 'group' | 'alone';
}

const everything = (): Signalled[] =>
  (['make orchestrate', 'make tasks/a.done', 'stepladder orchestrate'] as const).flatMap((started) =>
    (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).flatMap((signal) =>
      (['group', 'alone'] as const).map((to) => ({ started, signal, to })),
    ),
  );

/** Make hands on SIGTERM alone; of the others that reach only itself nobody below it hears (MAKE-RULES 22). */
const isHandedOn = ({ started, signal, to }: Signalled): boolean =>
  to === 'group' || signal === 'SIGTERM' || !started.startsWith('make');

export const SIGNALLED: readonly Signalled[] = everything().filter(isHandedOn);
export const UNHEARD: readonly Signalled[] = everything().filter((one) => !isHandedOn(one));

/** At work until it is told to stop, or until `go` lies beside the project; what it had done by then it goes on from. */
const PATIENT = `trap 'exit 1' INT
echo half >> half.txt
echo up > "$(dirname "$0")/up"
while ! [ -e "$(dirname "$0")/go" ]; do sleep 0.05; done
echo whole > whole.txt
echo '{"ok": true}'
`;
/** Hears of it, which can be seen, and goes on. */
const DEAF = PATIENT.replace("'exit 1'", `'echo > "$(dirname "$0")/told"'`);

function at(made: Project, name: string): string {
  return join(made.outside, 'agent', name);
}

function withAgent(form: Form, text: string, body: (made: Project) => Promise<void>): Promise<void> {
  const config = { agent: 'loud', isolation: form.isolation };
  return withProject({ tasks: { a: '# A' }, config, commit: false }, async (made) => {
    const command = `sh ${at(made, 'loud.sh')}`;
    const agents = { loud: { kind: 'command', command } };
    made.write('stepladder.yaml', JSON.stringify({ ...config, agents, verify: ['true'] }));
    writeFileSync(at(made, 'loud.sh'), text);
    made.commit();
    await body(made);
  });
}

function start(made: Project, { started }: Signalled) {
  const [program = '', ...args] = started.split(' ');
  return made.start(program, args, { timeoutMs: 200_000 });
}

const isThere = (made: Project, name: string): Promise<void> =>
  until(
    () => existsSync(at(made, name)),
    () => made.transcript(),
  );

const isAtWork = (made: Project): Promise<void> => isThere(made, 'up');

const states = (made: Project): string[] =>
  made.journal().flatMap((event) => (event.type === 'step-finished' ? [event.state] : []));

async function goesOn(made: Project): Promise<void> {
  writeFileSync(at(made, 'go'), '');
  const again = await made.make(['orchestrate']);
  assert.is(again.code, 0);
  assert.equal(made.receipt('a')?.changed, ['half.txt', 'whole.txt']);
  assert.is(made.read('half.txt'), 'half\nhalf\n', 'the work of the interrupted attempt was taken up');
  assert.equal(states(made).slice(-2), ['interrupted', 'done']);
  assert.is(made.git('status', '--porcelain'), '');
}

/** Once: everything ends in order, the work is kept, and the next run goes on from it. */
export function signalledOnce(form: Form, one: Signalled): Promise<void> {
  return withAgent(form, PATIENT, async (made) => {
    const running = start(made, one);
    await isAtWork(made);
    running.kill(one.signal, one.to === 'group' ? 'group' : undefined);
    const ran = await running.done;
    await allGone(made);
    if (one.started.startsWith('make'))
      assert.ok(ran.code === 2 || ran.signal === one.signal, `${ran.code} ${ran.signal}`);
    else assert.is(ran.code, 130);
    assert.equal(states(made), ['interrupted']);
    assert.not.ok(made.exists('half.txt'), 'the tree is as it was');
    assert.is(made.git('status', '--porcelain'), '');
    assert.is(made.git('show', 'refs/stepladder/interrupted/a:half.txt'), 'half');
    assert.not.ok(made.exists('.stepladder/tasks/a/failure.json'));
    await goesOn(made);
  });
}

/**
 * The second one comes while the run is held up, so that it was there before the run looked for it: it is no part of the
 * first for that.
 */
export function signalledTwiceHeldUp(form: Form): Promise<void> {
  const one: Signalled = { started: 'make orchestrate', signal: 'SIGTERM', to: 'alone' };
  return withAgent(form, DEAF, async (made) => {
    const running = start(made, one);
    await isAtWork(made);
    const run = processesOf(made).find(({ part }) => part === 'run')?.pid;
    assert.ok(run !== undefined, 'the run is there');
    if (run === undefined) return;
    running.kill(one.signal);
    await isThere(made, 'told');
    process.kill(run, 'SIGSTOP');
    const heard = performance.now();
    await until(() => performance.now() - heard > 2500);
    running.kill(one.signal);
    process.kill(run, 'SIGCONT');
    await running.done;
    await allGone(made);
    // Its five seconds of grace were not waited for: what it did lies where it was.
    assert.is(made.read('half.txt'), 'half\n');
    await goesOn(made);
  });
}

/** Twice, with an agent that does not listen: all of it is gone at once, and the next start finds what it left. */
export function signalledTwice(form: Form, one: Signalled): Promise<void> {
  return withAgent(form, DEAF, async (made) => {
    const running = start(made, one);
    await isAtWork(made);
    const group = one.to === 'group' ? 'group' : undefined;
    const step = processesOf(made).find(({ part }) => part === 'step')?.pid;
    assert.ok(step !== undefined, 'the step is there');
    running.kill(one.signal, group);
    // The same signal may arrive twice for one key pressed: the second one counts two seconds after the first was heard
    // of, and what Make got before then and holds back hides it.
    await isThere(made, 'told');
    const again = setInterval(() => running.kill(one.signal, group), 3000);
    const begun = performance.now();
    await until(
      () => !processesOf(made).some(({ pid }) => pid === step),
      () => made.transcript(),
    );
    clearInterval(again);
    const ms = performance.now() - begun;
    await running.done;
    await allGone(made);
    assert.not.ok(states(made).includes('done'));
    // Its five seconds of grace were not waited for: what it did lies where it was, to be found at the next start.
    if (form.isolation === 'in-place') assert.is(made.read('half.txt'), 'half\n', `it took ${Math.round(ms)} ms`);
    await goesOn(made);
  });
}

/** Where nobody hears of it, the step comes to its own end, Make with it, and nothing is lost or left. */
export function signalledUnheard(form: Form, one: Signalled): Promise<void> {
  return withAgent(form, PATIENT, async (made) => {
    const running = start(made, one);
    await isAtWork(made);
    running.kill(one.signal);
    writeFileSync(at(made, 'go'), '');
    const ran = await running.done;
    await allGone(made);
    assert.ok(ran.code === 2 || ran.signal === one.signal, `${ran.code} ${ran.signal}`);
    const again = await made.make(['orchestrate']);
    assert.is(again.code, 0);
    assert.equal(made.receipt('a')?.changed, ['half.txt', 'whole.txt']);
    assert.is(made.git('status', '--porcelain'), '');
    assert.is(made.git('rev-list', '--count', 'HEAD'), '2');
  });
}
