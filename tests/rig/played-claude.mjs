#!/usr/bin/env node
// Plays Claude Code's part in whole steps without it: prints the events of the real one, in the form that the recordings
// in tests/fixtures/agents have. What each start does lies in turns.json beside it; what it was started with goes to
// started.jsonl.
import { execSync } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const folder = dirname(process.argv[1]);
const log = join(folder, 'started.jsonl');
const nth = existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n').length : 0;
const prompt = readFileSync(0, 'utf8');
appendFileSync(log, `${JSON.stringify({ args: process.argv.slice(2), prompt })}\n`);

const turns = JSON.parse(readFileSync(join(folder, 'turns.json'), 'utf8'));
const turn = turns[Math.min(nth, turns.length - 1)];
const session = turn.session ?? `session-${nth + 1}`;
const say = (event) => process.stdout.write(`${JSON.stringify({ session_id: session, ...event })}\n`);
const usage = (tokens) => ({ input_tokens: tokens, output_tokens: 0 });

if (turn.lost) {
  const errors = ['No conversation found with session ID: gone'];
  say({ type: 'result', subtype: 'error_during_execution', is_error: true, stop_reason: null, errors });
  process.exit(1);
}
say({ type: 'system', subtype: 'init', model: 'claude-sonnet-5-5' });
if (turn.limit) {
  const info = { status: 'rejected', resetsAt: Math.floor(turn.limit / 1000) };
  if (turn.tokens) say({ type: 'assistant', message: { id: 'm0', content: [], usage: usage(turn.tokens[0]) } });
  say({ type: 'rate_limit_event', rate_limit_info: info });
  say({ type: 'assistant', error: 'rate_limit', message: { id: 'm9', content: [] } });
  say({ type: 'result', subtype: 'success', is_error: true, api_error_status: 429, result: 'limit', usage: usage(0) });
  process.exit(1);
}
if (turn.run) execSync(turn.run, { stdio: 'ignore' });
for (const [index, tokens] of (turn.tokens ?? [10]).entries()) {
  const content = [{ type: 'text', text: `turn ${index}` }];
  say({ type: 'assistant', message: { id: `m${index}`, content, usage: usage(tokens) } });
}
if (turn.hang) {
  // Ended by whoever started it, and not before: what keeps it alive is its ears.
  process.on('SIGINT', () => process.exit(130));
  setInterval(() => {}, 60_000);
} else {
  const structured = turn.verdict ?? { ok: true };
  const total = (turn.tokens ?? [10]).reduce((sum, tokens) => sum + tokens, 0);
  const cost = { usage: usage(total), total_cost_usd: turn.cost ?? 0.01 };
  const end = turn.subtype ? { subtype: turn.subtype, is_error: true } : { subtype: 'success', is_error: false };
  say({ type: 'result', stop_reason: 'end_turn', structured_output: structured, ...end, ...cost });
}
