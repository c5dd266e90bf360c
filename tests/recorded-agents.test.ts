/** What the real agents printed once (tests/fixtures/agents), read again: no agent, no server, the same table. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { AttemptEnd } from '../src/agents/agent.js';
import { LONGEST_EVENT } from '../src/agents/events.js';
import { CLIS } from '../src/agents/known.js';
import { runAgent } from '../src/agents/run-agent.js';
import type { CliKind } from '../src/agents/rungs.js';
import { agentConfig, request } from './rig/attempts.js';
import { CASES, type Case, differences, expectedOf, KINDS } from './rig/cases.js';
import { inFolder } from './rig/folder.js';
import { CHECKOUT } from './rig/project.js';
import { assert, suite } from './rig/suite.js';

const test = suite('recorded agents');

// That of the recordings: Codex writes a time of day, and means this machine's zone.
process.env.TZ = 'UTC';

const recording = (kind: CliKind, one: Case): string =>
  join(CHECKOUT, 'tests/fixtures/agents', kind, `${one.name}.jsonl`);

/** A program that prints the recording and ends with that code, or, where the real one was ended, never. */
async function replay(kind: CliKind, one: Case, exitCode: number): Promise<AttemptEnd> {
  // What was no JSON came on standard error.
  const print = `grep '^{' "$0"; grep -v '^{' "$0" >&2`;
  const script = one.patienceMs === undefined ? `${print}; exit ${exitCode}` : `${print}; exec sleep 1000`;
  let end: AttemptEnd | null = null;
  await inFolder(async (dir) => {
    // The real one goes on trying; what was recorded of that ends somewhere.
    const made = request(dir, one.patienceMs === undefined ? {} : { idleTimeoutMs: 1000 });
    const launch = {
      program: 'sh',
      args: ['-c', script, recording(kind, one)],
      env: { ...made.env, TZ: 'UTC' },
      longestLine: LONGEST_EVENT,
    };
    // One that ends by itself is not to be ended before that, however busy the machine is.
    const patience = { graceMs: 100, patienceMs: one.patienceMs === undefined ? 50_000 : 200 };
    end = await runAgent(
      agentConfig('', { name: kind, kind }),
      made,
      launch,
      CLIS[kind].listener(kind, () => []),
      patience,
    );
  });
  if (end === null) throw new Error('the replay did not end');
  return end;
}

for (const kind of KINDS) {
  for (const one of CASES) {
    const expected = expectedOf(one, kind);
    if (expected === null) continue;
    test(`${kind}: ${one.name} is ${expected.end}, whatever it exits with`, async () => {
      assert.ok(
        existsSync(recording(kind, one)),
        `${recording(kind, one)} is missing: STEPLADDER_RECORD=1 make test-agents`,
      );
      for (const exitCode of [0, 1]) {
        const end = await replay(kind, one, exitCode);
        assert.equal(differences(end, expected), [], JSON.stringify(end));
      }
    });
  }
}

test('tokens and dollars are told, and by whom the model was', async () => {
  const success = CASES.find((one) => one.name === 'success');
  assert.ok(success);
  if (success === undefined) return;
  const claude = await replay('claude', success, 0);
  assert.equal([claude.usage?.inputTokens, claude.usage?.outputTokens, claude.model], [300, 60, 'claude-sonnet-5-5']);
  assert.ok((claude.usage?.costUsd ?? 0) > 0);
  const codex = await replay('codex', success, 0);
  assert.equal(codex.usage, { inputTokens: 300, outputTokens: 60 });
  const opencode = await replay('opencode', success, 0);
  assert.equal([opencode.usage?.inputTokens, opencode.usage?.outputTokens], [300, 60]);
  assert.ok((opencode.usage?.costUsd ?? 0) > 0);
});
