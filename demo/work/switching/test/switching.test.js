import assert from 'node:assert/strict';
import { test } from 'node:test';
import { googleSignature } from '../src/google.js';
import { providerOf } from '../src/provider.js';
import { scriptedTransport } from './transport.js';

const fromOpenai = { choices: [{ message: { content: 'Oslo.' }, finish_reason: 'stop' }] };
const fromGoogle = { candidates: [{ content: { parts: [{ text: 'Norway.' }] }, finishReason: 'STOP' }] };

test('a conversation goes on with another provider', async () => {
  const transport = scriptedTransport(fromOpenai, fromGoogle);
  const messages = [{ role: 'user', text: 'A capital?' }];
  const first = await providerOf('gpt-5').send({ model: 'gpt-5', messages }, transport);
  messages.push({ role: 'assistant', text: first.text }, { role: 'user', text: 'Of where?' });
  const second = await providerOf('gemini-3-pro').send({ model: 'gemini-3-pro', messages }, transport);
  assert.equal(second.text, 'Norway.');
  assert.deepEqual(
    transport.sent[1].body.contents.map(({ role, parts }) => [role, parts[0].text]),
    [
      ['user', 'A capital?'],
      ['model', 'Oslo.'],
      ['user', 'Of where?'],
    ],
  );
});

test('and back again', async () => {
  const transport = scriptedTransport(fromGoogle, fromOpenai);
  const messages = [{ role: 'user', text: 'A country?' }];
  const first = await providerOf('gemini-3-pro').send({ model: 'gemini-3-pro', messages }, transport);
  messages.push({ role: 'assistant', text: first.text }, { role: 'user', text: 'Its capital?' });
  const second = await providerOf('gpt-5').send({ model: 'gpt-5', messages }, transport);
  assert.equal(second.text, 'Oslo.');
  assert.equal(transport.sent[1].body.messages[1].role, 'assistant');
});

test('a thought signature survives the way through the other provider', async () => {
  const signed = { content: { parts: [{ text: 'Norway.', thoughtSignature: 'c2ln' }] }, finishReason: 'STOP' };
  const transport = scriptedTransport({ candidates: [signed] }, fromOpenai, fromGoogle);
  const messages = [{ role: 'user', text: 'A country?' }];
  for (const model of ['gemini-3-pro', 'gpt-5', 'gemini-3-pro']) {
    const { text, thoughtSignature } = await providerOf(model).send({ model, messages }, transport);
    messages.push({ role: 'assistant', text, thoughtSignature }, { role: 'user', text: 'Go on.' });
  }
  assert.deepEqual(messages.map(googleSignature), [
    undefined,
    'c2ln',
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
  assert.equal(transport.sent[2].body.contents[1].parts[0].thoughtSignature, 'c2ln');
});
