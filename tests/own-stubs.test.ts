/** Our own detector over our own sources: what it asks of others it finds nowhere here. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stubDetector } from '../src/inspect/stubs/detector.js';
import { sourcesIn } from '../src/inspect/stubs/sources.js';
import { CHECKOUT } from './rig/project.js';
import { assert, suite } from './rig/suite.js';

const test = suite('our own sources');

/** Stubs on purpose: what the detector is tested on, and the work that the demo's agents hand in. */
const ON_PURPOSE = ['tests/fixtures/**', 'demo/work/**'];

test('no stub is in them, no test that is skipped or asserts nothing', async () => {
  const detector = stubDetector();
  const found: string[] = [];
  let functions = 0;
  let tests = 0;
  try {
    for (const file of sourcesIn(CHECKOUT, ['src', 'tests', 'scripts', 'demo'], ON_PURPOSE)) {
      const report = await detector.read(file, readFileSync(join(CHECKOUT, file)));
      assert.is(report.read, 'syntax', `${file}: ${report.why}`);
      functions += report.functions.length;
      tests += report.functions.filter((one) => one.test).length;
      const errors = report.stubs.filter(({ severity, exempt }) => severity === 'error' && exempt === null);
      found.push(...errors.map(({ line, symbol, message }) => `${file}:${line}: ${symbol}: ${message}`));
    }
  } finally {
    detector.close();
  }
  assert.equal(found, []);
  assert.ok(functions > 1000 && tests > 500, `${functions} functions, ${tests} tests`);
});
