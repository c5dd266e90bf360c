/** An agent that gets nowhere is ended, and what that means is what it had come to then; one that ended by itself is not. */
import type { AttemptEnd } from '../src/agents/agent.js';
import { LONGEST_EVENT } from '../src/agents/events.js';
import { CLIS } from '../src/agents/known.js';
import { runAgent } from '../src/agents/run-agent.js';
import { agentConfig, request } from './rig/attempts.js';
import { inFolder } from './rig/folder.js';
import { assert, suite } from './rig/suite.js';

const test = suite('agents that are cut short');

const say = (event: unknown): string => `echo '${JSON.stringify(event)}'`;
const STARTED = say({ type: 'thread.started', thread_id: 't' });
const TROUBLE = say({ type: 'error', message: 'Reconnecting... 1/5' });
const ANSWER = say({ type: 'item.completed', item: { id: '1', type: 'agent_message', text: 'on it' } });

/** What comes of a shell script that speaks like Codex. */
function listenTo(dir: string, script: string, patienceMs: number): Promise<AttemptEnd> {
  const made = request(dir);
  const launch = { program: 'bash', args: ['-c', script], env: made.env, longestLine: LONGEST_EVENT };
  const listener = CLIS.codex.listener('codex', () => []);
  const config = agentConfig('', { name: 'codex', kind: 'codex' });
  return runAgent(config, made, launch, listener, { graceMs: 20_000, patienceMs });
}

test('it gets through after all, once it was told to end: it got nowhere, and nobody interrupted it', () =>
  inFolder(async (dir) => {
    const script = `${STARTED}; trap "${ANSWER.replaceAll('"', '\\"')}; exit 0" INT; while :; do ${TROUBLE}; sleep 0.05; done`;
    const end = await listenTo(dir, script, 200);
    assert.is(end.end, 'transient', JSON.stringify(end));
    assert.match(JSON.stringify(end), 'could not be reached');
  }));

test('it was in trouble once, and then thinks for long: that is no trouble', () =>
  inFolder(async (dir) => {
    const verdict = say({ type: 'item.completed', item: { id: '1', type: 'agent_message', text: '{"ok": true}' } });
    const end = await listenTo(
      dir,
      `${STARTED}; ${TROUBLE}; sleep 1; ${verdict}; ${say({ type: 'turn.completed' })}`,
      300,
    );
    assert.is(end.end, 'verdict', JSON.stringify(end));
  }));

test('it goes on trying for too long: it is ended, and the runner tries again later', () =>
  inFolder(async (dir) => {
    const end = await listenTo(dir, `${STARTED}; while :; do ${TROUBLE}; sleep 0.2; done`, 1000);
    assert.is(end.end, 'transient', JSON.stringify(end));
    assert.ok(end.durationMs >= 1000 && end.durationMs < 20_000, String(end.durationMs));
  }));

test('what it said at its end is read slowly: that took it no time, and it is not ended for it', () =>
  inFolder(async (dir) => {
    // Nobody's: without the mark, in a session of its own, and it holds the output for as long as one waits for that.
    const holder = 'env -i setsid sh -c "while echo x; do sleep 0.05; done" &';
    const end = await listenTo(dir, `${STARTED}; ${TROUBLE}; ${holder} sleep 0.3; exit 3`, 2000);
    assert.is(end.end, 'no-verdict', JSON.stringify(end));
  }));
