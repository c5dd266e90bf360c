import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deltaReader } from '../src/openai-deltas.js';

const chunk = (content) => `data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`;

test('the pieces of text come out in order', () => {
  assert.deepEqual(deltaReader().push(chunk('Hel') + chunk('lo')), ['Hel', 'lo']);
});

test('a chunk cut in two is put together', () => {
  const reader = deltaReader();
  const whole = chunk('Hello');
  assert.deepEqual(reader.push(whole.slice(0, 9)), []);
  assert.deepEqual(reader.push(whole.slice(9)), ['Hello']);
});

test('the reader is done at [DONE], and chunks without text are nothing', () => {
  const reader = deltaReader();
  assert.deepEqual(reader.push(`data: ${JSON.stringify({ choices: [{ delta: { role: 'assistant' } }] })}\n\n`), []);
  assert.equal(reader.done, false);
  reader.push('data: [DONE]\n\n');
  assert.equal(reader.done, true);
});
