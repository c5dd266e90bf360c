import assert from 'node:assert/strict';
import { test } from 'node:test';
import { googleBody, googleReply } from '../src/google.js';

const answer = {
  candidates: [{ content: { parts: [{ text: 'Let me see.', thoughtSignature: 'c2ln' }] }, finishReason: 'STOP' }],
};

test('a thought signature is kept with the reply', () => {
  assert.equal(googleReply(answer).thoughtSignature, 'c2ln');
});

test('it goes back with the message it came with', () => {
  const { text, thoughtSignature } = googleReply(answer);
  const { contents } = googleBody({ messages: [{ role: 'assistant', text, thoughtSignature }] });
  assert.deepEqual(contents[0].parts, [{ text: 'Let me see.', thoughtSignature: 'c2ln' }]);
});

test('without one, nothing is sent', () => {
  const { contents } = googleBody({ messages: [{ role: 'user', text: 'Hello' }] });
  assert.deepEqual(contents[0].parts, [{ text: 'Hello' }]);
});
