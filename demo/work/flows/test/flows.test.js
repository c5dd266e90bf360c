import assert from 'node:assert/strict';
import { test } from 'node:test';
import { providerOf } from '../src/provider.js';
import { scriptedTransport } from './transport.js';

const chunk = (content) => `data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`;

test('a tool call, its result, and a streamed answer', async () => {
  const call = { id: 'call_1', function: { name: 'weather', arguments: '{"city":"Oslo"}' } };
  const asks = { choices: [{ message: { content: null, tool_calls: [call] }, finish_reason: 'tool_calls' }] };
  const transport = scriptedTransport(asks, [chunk('Rain'), chunk('.'), 'data: [DONE]\n\n']);
  const openai = providerOf('gpt-5');
  const messages = [{ role: 'user', text: 'The weather in Oslo?' }];
  const { toolCalls } = await openai.send({ model: 'gpt-5', messages, tools: [{ name: 'weather' }] }, transport);
  messages.push({ role: 'user', text: `${toolCalls[0].name}: rain in ${toolCalls[0].args.city}` });
  let answer = '';
  for await (const piece of openai.startStream({ model: 'gpt-5', messages }, transport)) answer += piece;
  assert.equal(answer, 'Rain.');
});

test('an error of a provider reaches the caller by name', async () => {
  const transport = scriptedTransport({ error: { message: 'quota' } });
  const request = { model: 'gemini-3-pro', messages: [{ role: 'user', text: 'Hello' }] };
  await assert.rejects(providerOf('gemini-3-pro').send(request, transport), /google: quota/);
});
