import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandAgent } from '../src/agents/command.js';
import { agentFor, modelFor } from '../src/agents/known.js';
import { defaultConfig } from '../src/config.js';
import { Refusal } from '../src/diagnostic.js';
import { agentConfig, attempt, request, transcript } from './rig/attempts.js';
import { inFolder } from './rig/folder.js';
import { assert, suite } from './rig/suite.js';

const test = suite('command agent');

test('it gets the prompt on standard input and the seven variables of the design, and works in the workspace', () =>
  inFolder(async (dir) => {
    const end = await attempt(dir, 'cat > prompt.txt; env > env.txt; pwd > pwd.txt; echo \'{"ok": true}\'', {
      prompt: 'line one\nline two\n',
      attempt: 3,
      rung: { text: 'mine:big/model/extended', model: 'big/model', thinking: 'extended' },
    });
    assert.is(end.end, 'verdict');
    assert.is(readFileSync(join(dir, 'prompt.txt'), 'utf8'), 'line one\nline two\n');
    assert.is(readFileSync(join(dir, 'pwd.txt'), 'utf8').trim(), dir);
    const env = readFileSync(join(dir, 'env.txt'), 'utf8').split('\n');
    for (const line of [
      'STEPLADDER_TASK=sse-parser',
      `STEPLADDER_TASK_FILE=${join(dir, 'state/sse-parser.md')}`,
      `STEPLADDER_PROMPT_FILE=${join(dir, 'state/1.prompt.md')}`,
      'STEPLADDER_RUNG=mine:big/model/extended',
      'STEPLADDER_MODEL=big/model',
      'STEPLADDER_THINKING=extended',
      'STEPLADDER_ATTEMPT=3',
    ]) {
      assert.ok(env.includes(line), line);
    }
    const ours = env.filter((line) => line.startsWith('STEPLADDER_')).map((line) => line.split('=')[0]);
    assert.is(ours.length, 8, `the seven and the mark: ${ours.join(' ')}`);
  }));

test('the last line of standard output that is a JSON object with a boolean ok is the verdict', () =>
  inFolder(async (dir) => {
    const lines = ['{"ok": false, "reason": "early"}', '{"ok": true}', '{"ok": "no"}', '{"fine": true}', 'bye'];
    const end = await attempt(dir, `printf '%s\\n' ${lines.map((line) => `'${line}'`).join(' ')}`);
    assert.equal(end.end === 'verdict' && end.verdict, { kind: 'ok', deferredStubs: [] });
  }));

test('what it is about is every line it prints but a verdict, which is not for people', () =>
  inFolder(async (dir) => {
    const seen: string[] = [];
    await attempt(dir, `echo 'Edit src/a.c'; echo '{"fine": true}'; echo '{"ok": true}'`, {
      onActivity: (line) => seen.push(line),
    });
    assert.equal(seen, ['Edit src/a.c', '{"fine": true}']);
  }));

test('a verdict without a newline at its end, and after 5 MB of other output, is found', () =>
  inFolder(async (dir) => {
    const end = await attempt(dir, 'yes "{}" | head -c 5000000; printf \'\\n{"ok": true}\'');
    assert.is(end.end, 'verdict');
  }));

test('a verdict on standard error is none', () =>
  inFolder(async (dir) => {
    const end = await attempt(dir, 'echo \'{"ok": true}\' >&2');
    assert.is(end.end, 'no-verdict');
  }));

test('a verdict counts whatever the exit code', () =>
  inFolder(async (dir) => {
    const end = await attempt(dir, 'echo \'{"ok": false, "reason": "no"}\'; exit 3');
    assert.is(end.end === 'verdict' && end.verdict.kind, 'failed');
  }));

test('exit 75 is transient, even with a verdict', () =>
  inFolder(async (dir) => {
    const end = await attempt(dir, 'echo \'{"ok": true}\'; echo overloaded >&2; exit 75');
    assert.is(end.end, 'transient');
    assert.is(end.end === 'transient' && end.reason, 'overloaded');
  }));

test('without a verdict the tail of standard error is the reason, else what it ended with', () =>
  inFolder(async (dir) => {
    const end = await attempt(dir, 'echo so far; echo first >&2; echo "the disk is on fire" >&2; exit 4');
    assert.is(end.end === 'no-verdict' && end.reason, 'no verdict (exit 4): first\nthe disk is on fire');
    assert.is(end.end === 'no-verdict' && end.exitCode, 4);
    const nearly = await attempt(dir, "echo hello; echo '{ok: true}'; echo");
    assert.is(nearly.end === 'no-verdict' && nearly.reason, 'no verdict (exit 0): it ended with “{ok: true}”');
    const silent = await attempt(dir, 'true');
    assert.is(silent.end === 'no-verdict' && silent.reason, 'no verdict (exit 0)');
  }));

test('an agent that is ended by a signal of its own has no exit code', () =>
  inFolder(async (dir) => {
    const end = await attempt(dir, 'kill -SEGV $$');
    assert.is(end.end === 'no-verdict' && end.exitCode, null);
    assert.match(end.end === 'no-verdict' ? end.reason : '', 'SIGSEGV');
  }));

test('a command that is missing or not executable is the environment', () =>
  inFolder(async (dir) => {
    const missing = await attempt(dir, 'no-such-agent-anywhere --fast');
    assert.is(missing.end, 'environment');
    assert.match(missing.end === 'environment' ? missing.reason : '', 'no-such-agent-anywhere');
    writeFileSync(join(dir, 'agent.sh'), '#!/bin/sh\n');
    const locked = await attempt(dir, './agent.sh');
    assert.is(locked.end, 'environment');
    const sandbox = await attempt(dir, 'true', {}, { sandbox: 'no-such-sandbox --bind / /' });
    assert.is(sandbox.end, 'environment');
  }));

test('exit 127 out of a script of its own is a failure like any other', () =>
  inFolder(async (dir) => {
    writeFileSync(join(dir, 'agent.sh'), '#!/bin/sh\nno-such-tool-anywhere\nexit 127\n');
    chmodSync(join(dir, 'agent.sh'), 0o755);
    const end = await attempt(dir, './agent.sh');
    assert.is(end.end === 'no-verdict' && end.exitCode, 127);
  }));

test('a workspace that is gone is the environment', () =>
  inFolder(async (dir) => {
    const end = await attempt(dir, 'true', { cwd: join(dir, 'gone') });
    assert.is(end.end, 'environment');
    assert.match(end.end === 'environment' ? end.reason : '', `there is no folder ${join(dir, 'gone')}`);
  }));

test('a transcript that cannot be written is the environment', () =>
  inFolder(async (dir) => {
    writeFileSync(join(dir, 'state'), 'a file in the way');
    const end = await attempt(dir, 'true');
    assert.is(end.end, 'environment');
    if (process.platform === 'linux') {
      const full = await attempt(dir, 'echo hello; sleep 60', { transcript: '/dev/full' });
      assert.match(full.end === 'environment' ? full.reason : full.end, 'ENOSPC');
    }
  }));

test('a usage limit, a broken environment, the model and the usage are taken from the verdict', () =>
  inFolder(async (dir) => {
    const limit = await attempt(
      dir,
      'echo \'{"ok":false,"reason":"spent","limit":{"resetsAt":"2026-01-01T00:00:00Z"}}\'',
    );
    assert.equal(limit.end === 'limit' && [limit.reason, limit.resetsAt], ['spent', Date.UTC(2026, 0, 1)]);
    const broken = await attempt(dir, 'echo \'{"ok":false,"environment":"not logged in"}\'');
    assert.is(broken.end === 'environment' && broken.reason, 'not logged in');
    const end = await attempt(dir, 'echo \'{"ok":true,"model":"sonnet-9","usage":{"inputTokens":5,"costUsd":-1}}\'');
    assert.equal([end.model, end.usage], ['sonnet-9', { inputTokens: 5 }]);
  }));

test('args are parameters that no shell reads', () =>
  inFolder(async (dir) => {
    const args = ['a b', '$(touch pwned)', "it's", '; touch pwned'];
    await attempt(dir, 'printf "%s\\n"', {}, { args });
    assert.is(transcript(dir), `${args.join('\n')}\n`);
    await attempt(dir, 'printf "%s\\n"', {}, { args, sandbox: 'env INSIDE=1' });
    assert.is(transcript(dir), `${args.join('\n')}\n`);
  }));

test("the configuration's env is given, but never in place of the design's", () =>
  inFolder(async (dir) => {
    await attempt(dir, 'echo "$COLOUR $STEPLADDER_TASK"', {}, { env: { COLOUR: 'blue', STEPLADDER_TASK: 'x' } });
    assert.is(transcript(dir), 'blue sse-parser\n');
  }));

test('a prompt of 4 MB arrives whole, and one that nobody reads does no harm', () =>
  inFolder(async (dir) => {
    const prompt = 'x'.repeat(4 << 20);
    const end = await attempt(dir, 'wc -c; echo \'{"ok": true}\'', { prompt });
    assert.is(end.end, 'verdict');
    assert.match(transcript(dir), String(4 << 20));
    const unread = await attempt(dir, 'exec 0<&-; echo \'{"ok": true}\'', { prompt });
    assert.is(unread.end, 'verdict');
  }));

test('the transcript has both streams, whole lines, in UTF-8 whatever the chunks', () =>
  inFolder(async (dir) => {
    const script = `
      for (const byte of Buffer.from('grün 😀\\n')) { process.stdout.write(Buffer.of(byte)); await new Promise(setImmediate); }
      process.stderr.write('on the side\\n');
      process.stdout.write('no end');`;
    writeFileSync(join(dir, 'agent.mjs'), script);
    const seen: string[] = [];
    await attempt(dir, `"${process.execPath}" agent.mjs`, { onActivity: (line) => seen.push(line) });
    assert.equal(transcript(dir).trimEnd().split('\n').sort(), ['grün 😀', 'no end', 'on the side']);
    assert.equal(seen.sort(), ['grün 😀', 'no end', 'on the side']);
  }));

test('a line of 20 MB is cut in the transcript, and memory does not grow with it', () =>
  inFolder(async (dir) => {
    const before = process.memoryUsage().rss;
    const end = await attempt(dir, 'head -c 20000000 /dev/zero | tr "\\0" x; echo; echo \'{"ok": true}\'');
    assert.is(end.end, 'verdict');
    assert.ok(transcript(dir).length < 300_000);
    assert.match(transcript(dir), '(the rest of this line is left out)');
    assert.ok(process.memoryUsage().rss - before < 100e6, 'memory grew with the output');
  }));

test('activity is one printable line of bounded length', () =>
  inFolder(async (dir) => {
    const seen: string[] = [];
    await attempt(dir, 'printf "\\033[31mred\\033[0m\\n\\n"; head -c 5000 /dev/zero | tr "\\0" y; echo', {
      onActivity: (line) => seen.push(line),
    });
    assert.is(seen[0], '\\x1b[31mred\\x1b[0m');
    assert.equal(
      seen.map((line) => line.length <= 200),
      [true, true],
    );
  }));

test('describe shows what would be executed, in one line that could be pasted', () => {
  const agent = commandAgent(agentConfig("./agent --say 'hi'", { args: ['a b'], sandbox: 'bwrap --ro-bind / /' }));
  assert.is(
    agent.describe({ model: 'opus', thinking: 'extended' }),
    `STEPLADDER_MODEL=opus STEPLADDER_THINKING=extended bwrap --ro-bind / / sh -c './agent --say '\\''hi'\\'' "$@"' stepladder-agent 'a b'`,
  );
});

test('a command of several lines is shown on one that still runs all of them', () => {
  const line = commandAgent(agentConfig(`printf '%s\\n' "$STEPLADDER_MODEL"\necho 'b'\n`)).describe({
    model: 'm',
    thinking: 't',
  });
  assert.not.match(line, /\n/);
  assert.is(spawnSync('sh', ['-c', line], { encoding: 'utf8' }).stdout, 'm\nb\n');
});

function refusal(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    assert.is(error.exitCode, 2);
    return error.diagnostics.map(({ message, remedy }) => `${message} → ${remedy}`).join('\n');
  }
  return 'no refusal';
}

test('auto is the first that is installed; unknown names and an auto without luck are refused', () =>
  inFolder((dir) => {
    const config = { ...defaultConfig(dir), agents: { ...defaultConfig(dir).agents, mine: agentConfig('./a') } };
    assert.is(agentFor(config, 'mine').name, 'mine');
    assert.is(agentFor(config, 'claude').kind, 'claude');
    assert.match(
      refusal(() => agentFor(config, 'mime')),
      'did you mean “mine”?',
    );
    assert.match(
      refusal(() => agentFor(config, '__proto__')),
      'unknown agent',
    );
    const path = process.env.PATH;
    try {
      process.env.PATH = join(dir, 'bin');
      assert.match(
        refusal(() => agentFor(config, 'auto')),
        /none of claude, codex, opencode is on the PATH/,
      );
      mkdirSync(join(dir, 'bin/claude'), { recursive: true });
      writeFileSync(join(dir, 'bin/codex'), '');
      chmodSync(join(dir, 'bin/codex'), 0o755);
      assert.is(agentFor(config, 'auto').name, 'codex');
    } finally {
      process.env.PATH = path;
    }
  }));

test('aliases say what a model is called by an agent', () => {
  const config = { ...defaultConfig('/x'), aliases: { mine: { sonnet: 'big-9' } } };
  assert.is(modelFor(config, 'mine', 'sonnet'), 'big-9');
  assert.is(modelFor(config, 'mine', 'opus'), 'opus');
  assert.is(modelFor(config, 'mine', 'constructor'), 'constructor');
  assert.is(modelFor(config, 'other', 'sonnet'), 'sonnet');
});

test('an agent is told nothing of the environment but what it is given', () =>
  inFolder(async (dir) => {
    process.env.STEPLADDER_TEST_LEAK = '1';
    try {
      await commandAgent(agentConfig('env')).run(request(dir));
      assert.not.match(transcript(dir), 'STEPLADDER_TEST_LEAK');
    } finally {
      delete process.env.STEPLADDER_TEST_LEAK;
    }
  }));
