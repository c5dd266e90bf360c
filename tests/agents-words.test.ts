/** What the agents say where nobody can be asked: what no model server brings them to say, in the words they have for it. */
import type { AttemptEnd } from '../src/agents/agent.js';
import { CLIS } from '../src/agents/known.js';
import { runAgent } from '../src/agents/run-agent.js';
import type { CliKind } from '../src/agents/rungs.js';
import { agentConfig, request } from './rig/attempts.js';
import { inFolder } from './rig/folder.js';
import { assert, suite } from './rig/suite.js';

const test = suite('agents’ words');

/** A program that prints these events, and ends as one that failed. */
async function said(kind: CliKind, events: readonly unknown[]): Promise<AttemptEnd> {
  let end: AttemptEnd | null = null;
  await inFolder(async (dir) => {
    const made = request(dir);
    const lines = events.map((event) => JSON.stringify(event));
    const args = ['-c', 'printf "%s\\n" "$@"; exit 1', 'sh', ...lines];
    const launch = { program: 'sh', args, env: made.env, longestLine: 100_000 };
    const listener = CLIS[kind].listener(kind, () => []);
    end = await runAgent(agentConfig('', { name: kind, kind }), made, launch, listener, { graceMs: 100 });
  });
  if (end === null) throw new Error('it did not end');
  return end;
}

/** A turn of Codex that came to nothing after the model had answered. */
const ofCodex = (message: string): Promise<AttemptEnd> =>
  said('codex', [
    { type: 'thread.started', thread_id: 't' },
    { type: 'item.completed', item: { id: 'item_0', type: 'agent_message', text: 'looking' } },
    { type: 'error', message },
    { type: 'turn.failed', error: { message } },
  ]);

/** A request of Claude Code's that was not answered, after one that was. */
const ofClaude = (error: string, status: number | null): Promise<AttemptEnd> =>
  said('claude', [
    { type: 'system', subtype: 'init', session_id: 's' },
    { type: 'assistant', message: { id: 'm1', content: [{ type: 'text', text: 'looking' }] } },
    { type: 'assistant', error, message: { id: 'm2', content: [{ type: 'text', text: 'API Error' }] } },
    { type: 'result', subtype: 'success', is_error: true, api_error_status: status, result: 'API Error' },
  ]);

test('Codex: a login that has run out halts, whichever way it ran out', async () => {
  for (const why of [
    '. Please log out and sign in again.',
    ' because your refresh token has expired. Please log out and sign in again.',
    ' because you have since logged out or signed in to another account. Please sign in again.',
  ]) {
    const end = await ofCodex(`Your access token could not be refreshed${why}`);
    assert.is(end.end, 'environment', why);
    assert.match(end.end === 'environment' ? end.remedy : '', 'codex login');
  }
});

test('Codex: what breaks off on the way, and what breaks off while it makes room in its context, is tried again', async () => {
  for (const message of [
    'request timed out',
    'Error while reading the server response: error decoding response body, request id: r1',
    'Error running remote compact task: stream disconnected before completion: connection reset',
    'Error running remote compact task: unexpected status 503 Service Unavailable: later',
  ]) {
    const end = await ofCodex(message);
    assert.is(end.end, 'transient', message);
    assert.is(end.end === 'transient' && end.reason, message);
  }
});

test('Codex: words that only hold such words are a failure like any other', async () => {
  for (const message of ['I met: rate limit exceeded', 'it says “Your access token could not be refreshed”']) {
    const end = await ofCodex(message);
    assert.is(end.end, 'no-verdict', message);
  }
});

test('Claude Code: an account that may not is nothing that another rung, or another try, could mend', async () => {
  for (const label of ['oauth_org_not_allowed', 'account_on_hold', 'verification_required', 'cloud_credential_error']) {
    for (const status of [null, 400]) {
      const end = await ofClaude(label, status);
      assert.is(end.end, 'environment', `${label} ${status}`);
    }
  }
});
