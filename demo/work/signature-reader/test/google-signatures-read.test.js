import assert from 'node:assert/strict';
import { test } from 'node:test';
import { googleSignature } from '../src/google.js';

test('a message’s signature can be read', () => {
  assert.equal(googleSignature({ role: 'assistant', text: 'Norway.', thoughtSignature: 'c2ln' }), 'c2ln');
});

test('a message without one has none', () => {
  assert.equal(googleSignature({ role: 'user', text: 'A capital?' }), undefined);
});
