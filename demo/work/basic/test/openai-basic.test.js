import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { openaiBody, openaiReply } from '../src/openai.js';
import { provider } from '../src/provider.js';
import { scriptedTransport } from './transport.js';

const fixture = (name) => JSON.parse(readFileSync(new URL(`fixtures/openai/${name}.json`, import.meta.url), 'utf8'));
const user = [{ role: 'user', text: 'Hello' }];
const weather = { name: 'weather', description: 'the weather somewhere', parameters: { type: 'object' } };

// Client serialization: what a request looks like on the wire.
const bare = { model: 'gpt-5', messages: user };
const full = { ...bare, options: {} };
const wire = [
  ['the model is named', { ...full }, (body) => assert.equal(body.model, 'gpt-5')],
  ['a user message', { ...full }, (body) => assert.deepEqual(body.messages, [{ role: 'user', content: 'Hello' }])],
  ['no tools, no field', { ...full }, (body) => assert.equal('tools' in body, false)],
  ['no limit, no field', { ...full }, (body) => assert.equal('max_completion_tokens' in body, false)],
  ['a limit', { ...bare, options: { maxTokens: 9 } }, (body) => assert.equal(body.max_completion_tokens, 9)],
  ['a temperature of 0', { ...bare, options: { temperature: 0 } }, (body) => assert.equal(body.temperature, 0)],
  ['an empty list of tools', { ...full, tools: [] }, (body) => assert.equal('tools' in body, false)],
  ['a tool', { ...full, tools: [weather] }, (body) => assert.equal(body.tools[0].function.name, 'weather')],
  [
    'a system message',
    { ...full, messages: [{ role: 'system', text: 'Be brief' }] },
    (body) => assert.equal(body.messages[0].role, 'system'),
  ],
  ['the model, without options', bare, (body) => assert.equal(body.model, 'gpt-5')],
  ['a user message, without options', bare, (body) => assert.equal(body.messages.length, 1)],
  ['no limit, without options', bare, (body) => assert.equal('max_completion_tokens' in body, false)],
  ['no temperature, without options', bare, (body) => assert.equal('temperature' in body, false)],
  ['no tools, without options', bare, (body) => assert.equal('tools' in body, false)],
  ['a tool, without options', { ...bare, tools: [weather] }, (body) => assert.equal(body.tools.length, 1)],
];
for (const [name, request, check] of wire) test(`serialization: ${name}`, () => check(openaiBody(request)));

// Responses: what is read out of an answer.
test('response: the text', () => assert.equal(openaiReply(fixture('response_basic')).text, 'Hello!'));
test('response: why it ended', () => assert.equal(openaiReply(fixture('response_basic')).finish, 'stop'));
test('response: no tool calls', () => assert.deepEqual(openaiReply(fixture('response_basic')).toolCalls, []));
test('response: a tool call', () => {
  const [call] = openaiReply(fixture('response_tool_call')).toolCalls;
  assert.deepEqual(call, { id: 'call_1', name: 'weather', args: { city: 'Oslo' } });
});
test('response: no text beside a tool call', () => assert.equal(openaiReply(fixture('response_tool_call')).text, ''));
test('response: an error is thrown with its message', () => {
  assert.throws(() => openaiReply(fixture('error')), /openai: The model is overloaded/);
});

// Both ways, through the table of providers.
test('round trip: a request without options is sent and answered', async () => {
  const transport = scriptedTransport(fixture('response_basic'));
  const reply = await provider('openai').send(bare, transport);
  assert.equal(reply.text, 'Hello!');
  assert.equal(transport.sent[0].path, '/v1/chat/completions');
});
