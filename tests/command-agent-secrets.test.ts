import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { OutputTail } from '../src/inspect/output-tail.js';
import { maskFor } from '../src/inspect/secrets.js';
import { attempt, transcript } from './rig/attempts.js';
import { inFolder } from './rig/folder.js';
import { assert, suite } from './rig/suite.js';

const test = suite('secrets of a command agent');
// Put together here, so that no scanner takes this file for a leak.
const shaped = ['sk', 'ant', 'api03', 'A'.repeat(40)].join('-');

test('values of variables named like secrets are hidden, even split across chunks', () =>
  inFolder(async (dir) => {
    const script = `
      for (const char of 'before ' + process.env.MY_API_KEY + ' after\\n') {
        process.stdout.write(char);
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      process.stderr.write(JSON.stringify({ said: process.env.DB_PASSWORD }) + '\\n');`;
    writeFileSync(join(dir, 'agent.mjs'), script);
    const seen: string[] = [];
    const env = { PATH: process.env.PATH ?? '', MY_API_KEY: 'horse-battery-staple', DB_PASSWORD: 'quote"slash\\end' };
    const end = await attempt(dir, `"${process.execPath}" agent.mjs`, { env, onActivity: (line) => seen.push(line) });
    assert.equal(transcript(dir).trimEnd().split('\n').sort(), ['before [hidden] after', '{"said":"[hidden]"}']);
    assert.equal(seen.sort(), ['before [hidden] after', '{"said":"[hidden]"}']);
    assert.is(end.end === 'no-verdict' && end.reason, 'no verdict (exit 0): {"said":"[hidden]"}');
  }));

test("secrets in the configuration's env and in a verdict's texts are hidden too", () =>
  inFolder(async (dir) => {
    const command = 'printf \'{"ok": false, "reason": "%s is refused", "file": "%s"}\\n\' "$A_TOKEN" "$A_TOKEN"';
    const end = await attempt(dir, command, {}, { env: { A_TOKEN: 'abcdefgh12345678' } });
    assert.equal(end.end === 'verdict' && end.verdict.kind === 'failed' && [end.verdict.reason, end.verdict.file], [
      '[hidden] is refused',
      '[hidden]',
    ]);
    const asked = await attempt(dir, `echo '{"ok": false, "question": "use ${shaped}?", "options": ["${shaped}"]}'`);
    assert.equal(asked.end === 'verdict' && asked.verdict, {
      kind: 'question',
      question: 'use [hidden]?',
      options: ['[hidden]'],
    });
  }));

test("a secret of the user's that the configuration puts another in place of is hidden as well", () =>
  inFolder(async (dir) => {
    const env = { PATH: process.env.PATH ?? '', MY_API_KEY: 'horse-battery-8' };
    writeFileSync(join(dir, '.env'), 'MY_API_KEY=horse-battery-8\n');
    await attempt(dir, 'cat .env; echo "$MY_API_KEY"', { env }, { env: { MY_API_KEY: 'staple-battery-9' } });
    assert.is(transcript(dir), 'MY_API_KEY=[hidden]\n[hidden]\n');
  }));

test('what is named on the way is hidden: the model, and the stubs that are left', () =>
  inFolder(async (dir) => {
    const stub = '{"symbol": "f_\'$A_TOKEN\'", "file": "\'$A_TOKEN\'.c", "until": "later"}';
    const command = `echo '{"ok": true, "model": "m '$A_TOKEN'", "deferredStubs": [${stub}]}'`;
    const end = await attempt(dir, command, {}, { env: { A_TOKEN: 'abcdefgh12345678' } });
    assert.is(end.model, 'm [hidden]');
    assert.equal(end.end === 'verdict' && end.verdict, {
      kind: 'ok',
      deferredStubs: [{ symbol: 'f_[hidden]', file: '[hidden].c', until: 'later' }],
    });
  }));

test('of a reason that is cut within a secret nothing of it is told', () =>
  inFolder(async (dir) => {
    const secret = '0123456789'.repeat(6);
    const script = `console.log(JSON.stringify({ ok: false, reason: 'x'.repeat(3950) + process.env.MY_API_KEY + ' more' }));`;
    writeFileSync(join(dir, 'agent.mjs'), script);
    const env = { PATH: process.env.PATH ?? '', MY_API_KEY: secret };
    const end = await attempt(dir, `"${process.execPath}" agent.mjs`, { env });
    const reason = end.end === 'verdict' && end.verdict.kind === 'failed' ? end.verdict.reason : '';
    assert.is(reason, `${'x'.repeat(3950)}[hidden] more`);
  }));

test("other agents' secrets, which an agent can read in the configuration, are hidden as its own", () =>
  inFolder(async (dir) => {
    writeFileSync(join(dir, 'stepladder.yaml'), 'env: {MY_API_KEY: horse-battery-9}\n');
    await attempt(dir, 'cat stepladder.yaml', { secrets: [{ MY_API_KEY: 'horse-battery-9' }] });
    assert.is(transcript(dir), 'env: {MY_API_KEY: [hidden]}\n');
  }));

test('a private key over several lines is hidden as a whole, in each stream, and what follows it is shown', () =>
  inFolder(async (dir) => {
    // Put together here, so that no scanner takes this file for a leak.
    const [begin, end] = ['BEGIN', 'END'].map((word) => `-----${word} RSA PRIVATE KEY-----`);
    const key = `before ${begin}\nline-one-of-the-key\nline-two-of-the-key\n`;
    writeFileSync(join(dir, 'whole'), `${key}${end} after\nplain\n`);
    writeFileSync(join(dir, 'open'), key);
    const seen: string[] = [];
    const command = `cat whole; cat open >&2; echo '{"ok": false, "reason": "no"}'`;
    const ending = await attempt(dir, command, { onActivity: (line) => seen.push(line) });
    assert.is(ending.end, 'verdict');
    for (const text of [transcript(dir), seen.join('\n')]) {
      assert.not.match(text, 'of-the-key');
      assert.match(text, 'before [hidden]');
      assert.match(text, '[hidden] after\nplain');
    }
    assert.match(transcript(dir), '"reason": "no"');
  }));

test('common keys are known by their shape, and short or ordinary values stay', () => {
  const mask = maskFor({ SHORT_KEY: 'abc', EDITOR: 'some-editor-name', HOME_KEY: '/tmp' });
  for (const key of [
    shaped,
    `ghp_${'a1'.repeat(18)}`,
    `github_pat_${'a1'.repeat(20)}`,
    `AKIA${'Z'.repeat(16)}`,
    `xoxb-${'1'.repeat(12)}`,
    `AIza${'b'.repeat(35)}`,
    `sk_live_${'4'.repeat(24)}`,
    `pypi-AgEI${'c'.repeat(60)}`,
    `eyJ${'a'.repeat(20)}.${'b'.repeat(20)}.${'c'.repeat(20)}`,
  ]) {
    assert.is(mask.hide(`key=${key};`), 'key=[hidden];', key);
  }
  assert.is(mask.hide(`Authorization: Bearer ${'x'.repeat(20)}`), 'Authorization: Bearer [hidden]');
  const plain = 'abc some-editor-name /tmp/file sk-short desk-top-publishing-is-a-long-word task-list';
  assert.is(mask.hide(plain), plain);
});

test('each line of a secret of several lines is hidden', () => {
  const mask = maskFor({ SIGNING_KEY: 'first-line-of-it\nsecond-line-of-it\nshort' });
  assert.is(mask.hide('a first-line-of-it b\nsecond-line-of-it short'), 'a [hidden] b\n[hidden] short');
});

test('a tail that begins within a secret shows no part of it, wherever the cut falls', () => {
  const secret = '0123456789'.repeat(30);
  const mask = maskFor({ THE_SECRET: secret });
  for (let padding = 0; padding < 400; padding += 7) {
    const tail = new OutputTail(1024, mask);
    // Hidden they take so little room that the cut one at the beginning would be shown.
    for (let i = 0; i < 400; i += 1) tail.push(Buffer.from(secret));
    tail.push(Buffer.from('z'.repeat(padding)));
    assert.not.match(tail.text(), /\d/, `padding ${padding}`);
  }
});

test('a line that is cut within a secret shows no part of it', () =>
  inFolder(async (dir) => {
    const secret = 'topsecret-'.repeat(300);
    const script = `process.stdout.write('x'.repeat(1048576 - 1500) + process.env.LONG_SECRET + '\\n');`;
    writeFileSync(join(dir, 'agent.mjs'), script);
    const env = { PATH: process.env.PATH ?? '', LONG_SECRET: secret };
    await attempt(dir, `"${process.execPath}" agent.mjs`, { env });
    assert.not.match(transcript(dir), 'topsecret');
  }));
