/** What an attempt that goes on in a session is told to have used, by whom, and what is kept of a session that is gone. */
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AttemptEnd, Resumed } from '../src/agents/agent.js';
import { cliAgent } from '../src/agents/cli-agent.js';
import { CLIS } from '../src/agents/known.js';
import type { CliKind } from '../src/agents/rungs.js';
import { agentConfig, request, transcript } from './rig/attempts.js';
import { inFolder } from './rig/folder.js';
import { assert, suite } from './rig/suite.js';

const test = suite('resumed sessions');

/** One start of a program, as the events that it prints; what is no object comes on standard error, and it fails. */
type Start = readonly (object | string)[];

/** Runs an agent whose program prints that, one start after the other. */
function attempt(dir: string, kind: CliKind, starts: readonly Start[], resume: Resumed | null): Promise<AttemptEnd> {
  const program = join(dir, 'program');
  for (const [nth, events] of starts.entries()) {
    const line = (one: object | string): string => `${typeof one === 'string' ? one : JSON.stringify(one)}\n`;
    writeFileSync(join(dir, `start-${nth}`), events.map(line).join(''));
  }
  const nth =
    'n=$(ls ../ran-* 2>/dev/null | wc -l); : > ../ran-$n; grep "^{" ../start-$n; ! grep -v "^{" ../start-$n >&2';
  writeFileSync(program, `#!/bin/sh\ncd "${dir}/state"\n${nth}\n`);
  chmodSync(program, 0o755);
  const config = agentConfig('', { name: kind, kind, command: program });
  const rung = { text: 'sonnet/thinking', model: 'gpt-6.1-sol', thinking: 'thinking' };
  return cliAgent(CLIS[kind], config, { graceMs: 100 }).run(request(dir, { rung, resume }));
}

const taken = (end: AttemptEnd): Resumed => ({
  session: end.session ?? 'none',
  prompt: 'Go on.\n',
  sessionUsage: end.sessionUsage,
});

const inPlaces = (count: number, body: (...dirs: string[]) => Promise<void>): Promise<void> =>
  inFolder((dir) => (count === 1 ? body(dir) : inPlaces(count - 1, (...more) => body(dir, ...more))));

const init = { type: 'system', subtype: 'init', session_id: 's', model: 'asked-for' };
/** An answer of Claude Code's. */
const said = (id: string, model: string, output: number, more: object = {}): object => ({
  type: 'assistant',
  message: { id, model, content: [{ type: 'text', text: 'so' }], usage: { input_tokens: 100, output_tokens: output } },
  ...more,
});
/** Its last word: dollars and models are the whole session's, tokens this start's. */
const result = (costUsd: number, output: number, models: Readonly<Record<string, number>> = {}): object => ({
  type: 'result',
  subtype: 'success',
  is_error: false,
  structured_output: { ok: true },
  total_cost_usd: costUsd,
  usage: { input_tokens: 100, output_tokens: output },
  modelUsage: Object.fromEntries(Object.entries(models).map(([model, outputTokens]) => [model, { outputTokens }])),
});

test('Claude Code: dollars of a resumed attempt are its own, tokens are told so', () =>
  inPlaces(3, async (one, two, three) => {
    const first = await attempt(one ?? '', 'claude', [[init, said('a', 'm', 20), result(0.5, 20)]], null);
    assert.equal(first.usage, { inputTokens: 100, outputTokens: 20, costUsd: 0.5 });
    const again = [init, said('b', 'm', 30), result(0.75, 30)];
    const second = await attempt(two ?? '', 'claude', [again], taken(first));
    assert.equal(second.usage, { inputTokens: 100, outputTokens: 30, costUsd: 0.25 });
    const third = await attempt(three ?? '', 'claude', [[init, said('c', 'm', 5), result(1.75, 5)]], taken(second));
    assert.equal(third.usage, { inputTokens: 100, outputTokens: 5, costUsd: 1 });
  }));

const thread = { type: 'thread.started', thread_id: 't' };
const answer = { type: 'item.completed', item: { id: 'i', type: 'agent_message', text: '{"ok": true}' } };
const turn = (input: number, output: number): object => ({
  type: 'turn.completed',
  usage: { input_tokens: input, output_tokens: output },
});

test('Codex: it counts over the whole thread; a resumed attempt has used what came since', () =>
  inPlaces(2, async (one, two) => {
    const first = await attempt(one ?? '', 'codex', [[thread, answer, turn(200, 40)]], null);
    const second = await attempt(two ?? '', 'codex', [[thread, answer, turn(400, 80)]], taken(first));
    assert.equal(
      [first, second].map(({ usage }) => usage),
      [
        { inputTokens: 200, outputTokens: 40 },
        { inputTokens: 200, outputTokens: 40 },
      ],
    );
    assert.equal(second.sessionUsage, { inputTokens: 400, outputTokens: 80 });
  }));

test('an attempt that ends before it has told the sum leaves the next one to tell it', () =>
  inPlaces(3, async (one, two, three) => {
    const first = await attempt(one ?? '', 'codex', [[thread, answer, turn(200, 40)]], null);
    const broken = await attempt(two ?? '', 'codex', [[thread, answer]], taken(first));
    assert.is(broken.usage, null);
    const third = await attempt(three ?? '', 'codex', [[thread, answer, turn(700, 90)]], taken(broken));
    assert.equal(third.usage, { inputTokens: 500, outputTokens: 50 });
  }));

test('a sum that is smaller than before is no debt', () =>
  inFolder(async (dir) => {
    const resume = { session: 't', prompt: '', sessionUsage: { inputTokens: 900, outputTokens: 10 } };
    const end = await attempt(dir, 'codex', [[thread, answer, turn(400, 80)]], resume);
    assert.equal(end.usage, { inputTokens: 0, outputTokens: 70 });
  }));

for (const kind of ['claude', 'codex'] as const) {
  test(`${kind}: a session that is gone takes its count with it, and both starts are in the transcript`, () =>
    inFolder(async (dir) => {
      const whole = kind === 'claude' ? [init, said('a', 'm', 20), result(0.5, 20)] : [thread, answer, turn(200, 40)];
      const resume = {
        session: 'gone',
        prompt: '',
        sessionUsage: { inputTokens: 150, outputTokens: 30, costUsd: 0.4 },
      };
      const end = await attempt(dir, kind, [['there is no such session'], whole], resume);
      assert.is(end.end, 'verdict', JSON.stringify(end));
      const own = { inputTokens: kind === 'claude' ? 100 : 200, outputTokens: kind === 'claude' ? 20 : 40 };
      assert.equal(end.usage, kind === 'claude' ? { ...own, costUsd: 0.5 } : own);
      const [gone, says, ...rest] = transcript(dir).trimEnd().split('\n');
      assert.is(gone, 'there is no such session');
      assert.is(says, 'stepladder: the session cannot be taken up again: beginning a new one');
      assert.is(rest.length, 3);
    }));
}

test('Claude Code: the model is the one that answered this attempt most, whoever answered the session before', () =>
  inFolder(async (dir) => {
    const events = [
      init,
      said('a', 'opus', 40),
      said('b', 'sonnet', 30),
      // Each part of a message tells what the whole of it took so far.
      said('b', 'sonnet', 30),
      said('h', 'haiku', 900, { parent_tool_use_id: 'toolu_1' }),
      said('x', '<synthetic>', 900),
      result(0.5, 20, { sonnet: 9000, opus: 40, haiku: 900 }),
    ];
    assert.is((await attempt(dir, 'claude', [events], null)).model, 'opus');
  }));

test('Claude Code: where no answer names its model, the sums do; where it is ended before them, the answers', () =>
  inPlaces(2, async (one, two) => {
    const silent = { type: 'assistant', message: { id: 'a', content: [] } };
    const told = await attempt(one ?? '', 'claude', [[init, silent, result(0.5, 20, { sonnet: 20, haiku: 5 })]], null);
    assert.is(told.model, 'sonnet');
    const ended = await attempt(two ?? '', 'claude', [[init, said('a', 'opus', 40)]], null);
    assert.is(ended.model, 'opus');
  }));
