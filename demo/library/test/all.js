// Runs test/*.test.js in one process; with names, only test/NAME.test.js of each.
import { readdirSync } from 'node:fs';

const folder = new URL('.', import.meta.url);
const wanted = process.argv.slice(2);
const files =
  wanted.length > 0
    ? wanted.map((name) => `${name}.test.js`)
    : readdirSync(folder).filter((file) => file.endsWith('.test.js'));
for (const file of files.sort()) await import(new URL(file, folder));
