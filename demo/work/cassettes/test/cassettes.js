// Plays every recorded exchange of test/cassettes back: what was recorded must still be read the same way.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { provider } from '../src/provider.js';
import { scriptedTransport } from './transport.js';

const folder = new URL('cassettes/', import.meta.url);
const files = readdirSync(folder).sort();
for (const file of files) {
  const { name, request, answer, reply } = JSON.parse(readFileSync(new URL(file, folder), 'utf8'));
  assert.deepEqual(await provider(name).send(request, scriptedTransport(answer)), reply, file);
}
console.log(`${files.length} cassettes play back as recorded`);
