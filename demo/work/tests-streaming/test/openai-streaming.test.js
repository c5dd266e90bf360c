import assert from 'node:assert/strict';
import { test } from 'node:test';
import { provider } from '../src/provider.js';
import { scriptedTransport } from './transport.js';

const request = { model: 'gpt-5', messages: [{ role: 'user', text: 'Hello' }] };
const chunk = (content) => `data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`;
const start = (...pieces) => {
  const transport = scriptedTransport(pieces);
  return { transport, stream: provider('openai').startStream(request, transport) };
};
const all = async (stream) => {
  const pieces = [];
  for await (const piece of stream) pieces.push(piece);
  return pieces;
};

test('starting a stream returns at once: nothing is sent before somebody reads', () => {
  assert.equal(start(chunk('Hello')).transport.sent.length, 0);
});

test('the pieces arrive in order, however the network cuts them', async () => {
  const whole = `${chunk('Hel')}${chunk('lo')}data: [DONE]\n\n`;
  const { stream, transport } = start(whole.slice(0, 12), whole.slice(12, 60), whole.slice(60));
  assert.deepEqual(await all(stream), ['Hel', 'lo']);
  assert.equal(transport.sent[0].body.stream, true);
});

test('a stream that ends before it is done is an error', async () => {
  await assert.rejects(all(start(chunk('Hel')).stream), /ended before it was done/);
});
