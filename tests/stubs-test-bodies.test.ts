/** What a test of JavaScript is made of: wherever its body comes from, it has one. */
import { stubDetector } from '../src/inspect/stubs/detector.js';
import { assert, suite } from './rig/suite.js';

const test = suite('bodies of tests');

async function found(text: string): Promise<{ tests: string[]; stubs: string[] }> {
  const detector = stubDetector();
  try {
    const report = await detector.read('test/calc.test.js', Buffer.from(text));
    return {
      tests: report.functions.filter((one) => one.test).map(({ symbol }) => symbol),
      stubs: report.stubs.map(({ symbol, message }) => `${symbol} ${message}`),
    };
  } finally {
    detector.close();
  }
}

test('a function, an arrow, what a call makes of them, or what a name stands for', async () => {
  const bodies = [
    'function () { assert.equal(f(), 1) }',
    'function(done) {\n  assert.equal(f(), 1)\n  done()\n}',
    '() => { assert.equal(f(), 1) }',
    'async () => assert.equal(await f(), 1)',
    'function* () { assert.equal(yield f(), 1) }',
    'withServer(options, () => { assert.equal(f(), 1) })',
    '{ timeout: 5 }, () => { assert.equal(f(), 1) }',
  ];
  const text = bodies.map((body, at) => `it('test ${at}', ${body})\n`).join('');
  assert.equal(await found(text), { tests: bodies.map((_, at) => `test ${at}`), stubs: [] });
});

test('a title alone is a test to be written; a call with a text is no test', async () => {
  const text = "it('later')\nit('now', () => { assert.equal(f(String('x')), Symbol('y')); throw Error('boom') })\n";
  assert.equal(await found(text), { tests: ['later', 'now'], stubs: ['later has a title and no body'] });
});

test('one that is run alone skips every other; so does a whole block', async () => {
  const body = '() => { assert.equal(f(), 1) }';
  const lines = [`test.only('a', ${body})`, `fit('b', ${body})`, `describe.only('c', () => { it('d', ${body}) })`];
  for (const [at, line] of lines.entries()) {
    const { stubs } = await found(`${line}\n`);
    assert.match(stubs.join(), /^[abc] skips every other test: /, lines[at]);
  }
  assert.equal((await found(`it('only', ${body})\nit('fits', ${body})\n`)).stubs, []);
});

test('a test that returns before it asserts anything asserts nothing', async () => {
  const { stubs } = await found("it('a', () => {\n  const x = f();\n  return;\n  assert.equal(x, 1);\n});\n");
  assert.equal(stubs, ['a returns before it asserts anything']);
  const fine = [
    "it('a', () => {\n  if (!posix) return;\n  assert.equal(f(), 1);\n});",
    "it('b', () => {\n  assert.equal(f(), 1);\n  return;\n});",
    "it('c', () => {\n  return run().then((x) => assert.equal(x, 1));\n});",
  ];
  for (const text of fine) assert.equal((await found(`${text}\n`)).stubs, []);
});

test('an expect without a matcher asserts nothing, and one that is a method of something else does', async () => {
  const bare = await found("it('a', () => {\n  const x = f();\n  expect(x);\n});\n");
  assert.is(bare.stubs.length, 1);
  const chained = "it('a', async () => {\n  await request(app).get('/').expect(200, { ok: true });\n});\n";
  assert.equal((await found(chained + chained.replace('.expect', '\n    .expect').replace("'a'", "'b'"))).stubs, []);
});
