import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sseParser } from '../src/sse.js';

test('an event ends at an empty line', () => {
  assert.deepEqual(sseParser().push('data: one\n\ndata: two\n\n'), [
    { event: 'message', data: 'one' },
    { event: 'message', data: 'two' },
  ]);
});

test('an event may arrive in pieces', () => {
  const parser = sseParser();
  assert.deepEqual(parser.push('event: delta\nda'), []);
  assert.deepEqual(parser.push('ta: x\r\n\r\n'), [{ event: 'delta', data: 'x' }]);
});

test('comments and events without data are left out', () => {
  assert.deepEqual(sseParser().push(': ping\n\nevent: end\n\n'), []);
});
