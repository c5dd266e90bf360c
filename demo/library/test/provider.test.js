import assert from 'node:assert/strict';
import { test } from 'node:test';
import { provider, providerOf } from '../src/provider.js';

test('a provider is found by its name and by its models', () => {
  assert.equal(provider('openai').name, 'openai');
  assert.equal(providerOf('gpt-5').name, 'openai');
  assert.equal(providerOf('gemini-3-pro').name, 'google');
});

test('an unknown provider or model is an error that names it', () => {
  assert.throws(() => provider('acme'), /unknown provider: acme/);
  assert.throws(() => providerOf('acme-1'), /no provider serves the model acme-1/);
});
