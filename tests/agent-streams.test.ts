/** What real agents print is read as a stream: however much it is, however it is cut into chunks. */
import { chmodSync, existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AttemptEnd } from '../src/agents/agent.js';
import { type Cli, cliAgent } from '../src/agents/cli-agent.js';
import { LONGEST_EVENT } from '../src/agents/events.js';
import { CLIS } from '../src/agents/known.js';
import { OpencodeListener } from '../src/agents/opencode.js';
import { runAgent } from '../src/agents/run-agent.js';
import { agentConfig, request, transcript } from './rig/attempts.js';
import { inFolder } from './rig/folder.js';
import { mostMemory } from './rig/memory.js';
import { assert, suite } from './rig/suite.js';

const test = suite('streams of agents');

/** A busy machine is no failure. */
const LONG = { timeoutMs: 240_000 };

const said = (text: string): string =>
  JSON.stringify({ type: 'assistant', message: { content: [{ type: 'text', text }] } });
const result = (output: unknown): string =>
  JSON.stringify({ type: 'result', subtype: 'success', is_error: false, structured_output: output });

function listenTo(dir: string, script: string, env: Record<string, string> = {}): Promise<AttemptEnd> {
  const made = request(dir, LONG);
  const launch = { program: 'sh', args: ['-c', script], env: { ...made.env, ...env }, longestLine: LONGEST_EVENT };
  return runAgent(
    agentConfig('', { name: 'claude', kind: 'claude' }),
    made,
    launch,
    CLIS.claude.listener('claude', () => []),
    {
      graceMs: 100,
    },
  );
}

test(
  '300 MB of events take no more memory than a few, and the verdict after them is found',
  () =>
    inFolder(async (dir) => {
      writeFileSync(join(dir, 'line'), `${said('ä'.repeat(50_000))}\n`);
      writeFileSync(join(dir, 'last'), result({ ok: true }));
      const print = (lines: number): string => `for i in $(seq ${lines}); do cat line; done; cat last`;
      const taken = (lines: number): Promise<number> =>
        mostMemory(async () => {
          const end = await listenTo(dir, print(lines));
          assert.is(end.end, 'verdict', JSON.stringify(end));
        });
      const few = await taken(500);
      const more = (await taken(3000)) - few;
      assert.ok(more < 150e6, `${Math.round(more / 1e6)} MB`);
      assert.ok(statSync(join(dir, 'state/1.log')).size < 140e6);
    }),
  LONG,
);

test('an event that is too long is left out, and what follows it is read', () =>
  inFolder(async (dir) => {
    writeFileSync(
      join(dir, 'long'),
      `${said('x'.repeat(LONGEST_EVENT + 10))}\n${result({ ok: false, reason: 'späť' })}\n`,
    );
    const end = await listenTo(dir, 'cat long');
    assert.is(end.end === 'verdict' && end.verdict.kind === 'failed' && end.verdict.reason, 'späť');
  }));

test('characters that are split between two chunks are whole', () =>
  inFolder(async (dir) => {
    writeFileSync(join(dir, 'some'), `${said('naïve 日本語 👩‍🚀')}\n${result({ ok: false, reason: '日本語 👩‍🚀' })}\n`);
    const end = await listenTo(dir, 'dd if=some bs=1 2>/dev/null');
    assert.is(end.end === 'verdict' && end.verdict.kind === 'failed' && end.verdict.reason, '日本語 👩‍🚀');
    assert.match(transcript(dir), 'naïve 日本語 👩‍🚀');
  }));

test('secrets are in neither the transcript nor the verdict', () =>
  inFolder(async (dir) => {
    const key = 'of-nobody-at-all-0123';
    writeFileSync(
      join(dir, 'some'),
      `${said(`the key is ${key}`)}\n${result({ ok: false, reason: `it is ${key}` })}\n`,
    );
    const end = await listenTo(dir, 'cat some', { SOME_API_KEY: key });
    assert.is(end.end === 'verdict' && end.verdict.kind === 'failed' && end.verdict.reason, 'it is [hidden]');
    assert.not.match(transcript(dir), key);
  }));

test('flags that a program does not know are the environment, not the task', () =>
  inFolder(async (dir) => {
    const end = await listenTo(dir, 'echo "error: unknown option \'--effort\'" >&2; exit 1');
    assert.is(end.end, 'environment');
    assert.match(
      end.end === 'environment' ? end.reason : '',
      /did not begin to work \(exit 1\): error: unknown option/,
    );
  }));

test('a program that dies in the middle is a failure like any other', () =>
  inFolder(async (dir) => {
    writeFileSync(join(dir, 'some'), `{"type":"system","subtype":"init","model":"m"}\n${said('so far')}\n`);
    const end = await listenTo(dir, 'cat some; kill -SEGV $$');
    assert.is(end.end === 'no-verdict' && end.exitCode, null);
    const clean = await listenTo(dir, 'cat some');
    assert.is(
      clean.end === 'no-verdict' && clean.exitCode,
      1,
      'a stream that broke off is not asked for a verdict again',
    );
  }));

test('a program that somebody kills outright, as a system out of memory does, is tried again, and bought no other rung', () =>
  inFolder(async (dir) => {
    writeFileSync(join(dir, 'some'), `{"type":"system","subtype":"init","model":"m"}\n${said('so far')}\n`);
    for (const script of ['cat some; kill -KILL $$', 'cat some; sh -c "kill -KILL \\$\\$"; exit $?', 'kill -KILL $$']) {
      const end = await listenTo(dir, script);
      assert.is(end.end, 'transient', script);
      assert.match(end.end === 'transient' ? end.reason : '', 'SIGKILL');
    }
  }));

/** Plays OpenCode, which tells of a tool only when that has ended; a service of its own runs all the time. */
const OPENCODE = `
const { spawn } = require('node:child_process');
const say = (event) => console.log(JSON.stringify(event));
const service = spawn('sleep', ['1000'], { stdio: 'ignore' });
service.once('spawn', () => {
  say({ type: 'step_start', part: {} });
  const end = () => {
    say({ type: 'text', part: { text: '{"ok": true}' } });
    say({ type: 'step_finish', part: { reason: 'stop' } });
    process.exit(0);
  };
  const tool = 'until test -e asked; do sleep 0.1; done';
  // No model answers at once.
  const answer = () => spawn('sh', ['-c', tool], { stdio: 'ignore' }).once('exit', end);
  if (process.env.TOOL) setTimeout(answer, 700);
});
`;

/** Leaves the file `asked` in the folder as soon as it was found at work though it had been silent too long. */
class Asked extends OpencodeListener {
  readonly #dir: string;

  constructor(dir: string, ...of: ConstructorParameters<typeof OpencodeListener>) {
    super(...of);
    this.#dir = dir;
  }

  override isAtWork(): boolean {
    const found = super.isAtWork();
    if (found) writeFileSync(join(this.#dir, 'asked'), '');
    return found;
  }
}

for (const tool of ['yes', ''] as const) {
  test(`OpenCode says nothing ${tool === '' ? 'and runs nothing: that is silence' : 'while a tool of its own runs: that is no silence'}`, () =>
    inFolder(async (dir) => {
      writeFileSync(join(dir, 'opencode.cjs'), OPENCODE);
      writeFileSync(join(dir, 'opencode'), `#!/bin/sh\nexec '${process.execPath}' '${join(dir, 'opencode.cjs')}'\n`);
      chmodSync(join(dir, 'opencode'), 0o755);
      const config = agentConfig('', { name: 'opencode', kind: 'opencode', command: join(dir, 'opencode') });
      const made = request(dir, { idleTimeoutMs: 5000, rung: { text: 'm/none', model: 'm', thinking: 'none' } });
      const cli: Cli = { ...CLIS.opencode, listener: (agent, processes) => new Asked(dir, agent, processes) };
      const end = await cliAgent(cli, config, { graceMs: 100 }).run({
        ...made,
        env: { ...made.env, TOOL: tool },
      });
      assert.is(end.end, tool === '' ? 'timeout' : 'verdict', JSON.stringify(end));
      assert.is(existsSync(join(dir, 'asked')), tool !== '');
    }));
}
