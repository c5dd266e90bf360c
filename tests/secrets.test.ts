/** Which values are secrets, and in which forms they are found. */
import { KeyLines, maskFor } from '../src/inspect/secrets.js';
import { inFolder } from './rig/folder.js';
import { assert, suite } from './rig/suite.js';

const test = suite('secrets');

const base64 = (text: string): string => Buffer.from(text).toString('base64');
// Put together here, so that no scanner takes this file for a leak.
const [BEGIN, END] = ['BEGIN', 'END'].map((word) => `-----${word} OPENSSH PRIVATE KEY-----`) as [string, string];

test('a secret is hidden however it was escaped', () => {
  const value = 'p@ss w&rd/long+one"<é>\\';
  const mask = maskFor({ MY_PASSWORD: value });
  const json = JSON.stringify(value).slice(1, -1);
  for (const form of [
    value,
    json,
    json.replaceAll('/', '\\/'),
    json.replaceAll('&', '\\u0026').replace('<', '\\u003C').replace('>', '\\u003e').replace('é', '\\u00E9'),
    JSON.stringify(json).slice(1, -1),
    JSON.stringify(JSON.stringify(json.replaceAll('/', '\\/')).slice(1, -1)).slice(1, -1),
    encodeURIComponent(value),
    encodeURIComponent(value).replaceAll('%20', '+').toLowerCase(),
    value.replace('&', '&amp;').replace('"', '&quot;').replace('<', '&lt;').replace('>', '&gt;'),
  ]) {
    assert.is(mask.hide(`(${form})`), '([hidden])', form);
  }
});

test('a secret is hidden in base64, wherever it begins and whatever follows it', () => {
  const value = 'Zq8f>>>K2mN4p???R6sT8vW0';
  const mask = maskFor({ MY_API_KEY: value });
  for (const [before, after] of [
    ['', ''],
    ['u:', ''],
    ['user:', ' '],
    ['x', 'yz'],
  ] as const) {
    const code = base64(`${before}${value}${after}`);
    for (const form of [code, code.replaceAll('/', '\\/'), Buffer.from(code, 'base64').toString('base64url')]) {
      const shown = mask.hide(`Basic ${form} sent`);
      assert.match(shown, /^Basic .*\[hidden\].* sent$/, form);
      // What is shared with its neighbours in the encoding is all that is left.
      assert.ok(shown.length < 'Basic [hidden] sent'.length + before.length * 2 + after.length * 2 + 8, shown);
    }
  }
});

test('the password of a URL is hidden in it, whatever it is and wherever it comes from', () => {
  const mask = maskFor({});
  assert.is(mask.hide('at postgres://u:pw@h/db?x=1 now'), 'at postgres://u:[hidden]@h/db?x=1 now');
  assert.is(mask.hide('redis://:p@ss:word@h:1'), 'redis://:[hidden]@h:1');
  assert.is(mask.hide('{"url":"https:\\/\\/u:pw@h"}'), '{"url":"https:\\/\\/u:[hidden]@h"}');
  for (const plain of [
    'http://localhost:3000/@vite/client',
    'ssh://git@example.org:22/x',
    'https://example.org:8080, me@example.org',
    `postgres://\${user}:\${password}@h`,
    'https://user:<password>@h',
  ]) {
    assert.is(mask.hide(plain), plain);
  }
});

test('the password of a URL in the environment is hidden elsewhere too, unless it is a plain word', () => {
  const mask = maskFor({
    DATABASE_URL: 'postgres://postgres:hunter%2Fhunter2@h/db',
    CACHE: 'redis://redis:postgres@h',
  });
  assert.is(mask.hide('postgres with hunter%2Fhunter2, hunter/hunter2'), 'postgres with [hidden], [hidden]');
});

test('variables are secrets by their names, and only by those', () => {
  const value = 'Correct-Horse-1';
  const isSecret = (name: string, of = value): boolean => maskFor({ [name]: of }).hide(`is ${of}`) !== `is ${of}`;
  for (const name of [
    ...['DB_PASS', 'SSHPASS', 'MYSQL_PWD', 'DBPWD', 'SENTRY_DSN', 'BASIC_AUTH', 'AUTH', 'npm_config__auth'],
    ...['SESSION_COOKIE', 'COOKIES', 'DOCKER_AUTH_CONFIG', 'PROXY_AUTHORIZATION', 'MY_API_KEY', 'db_password'],
  ]) {
    assert.ok(isSecret(name), name);
  }
  for (const name of [
    ...['PWD', 'OLDPWD', 'COMPASS', 'NO_BYPASS', 'GIT_AUTHOR_NAME', 'NEXTAUTH_URL', 'COOKIE_DOMAIN', 'XAUTHORITY'],
    ...['PASSIVE', 'AUTH_MODE'],
  ]) {
    assert.not.ok(isSecret(name), name);
  }
  assert.not.ok(isSecret('GIT_AUTH', 'disabled'), 'a word says of what kind it is');
  assert.ok(isSecret('DB_PASS', 'sunshine'));
  assert.not.ok(isSecret('DB_PASS', 'abc1234'), 'short');
});

test('a folder that is there is no secret, whatever is named after it', () =>
  inFolder((dir) => {
    const mask = maskFor({ PWD: dir, OLDPWD: dir, INIT_PWD: dir, SSH_AUTH: dir });
    assert.is(mask.hide(`in ${dir}/x`), `in ${dir}/x`);
  }));

test('a path from the folder that we are in is no secret either, a word that is called like a file there is one', () => {
  const mask = maskFor({ TLS_KEY: 'tests/rig/suite.ts', A_CREDENTIALS: './package.json', DB_PASSWORD: 'package.json' });
  assert.is(mask.hide('see tests/rig/suite.ts'), 'see tests/rig/suite.ts');
  assert.is(mask.hide('package.json'), '[hidden]');
  assert.is(maskFor({ A_CREDENTIALS: './package.json' }).hide('in ./package.json'), 'in ./package.json');
  assert.is(maskFor({ A_SECRET: 'no/such/path' }).hide('is no/such/path'), 'is [hidden]');
});

test('secrets that overlap leave nothing of each other, those that are alike are one', () => {
  const mask = maskFor({ A_KEY: 'abcdefghij', B_KEY: 'ghijklmnop', C_KEY: 'abcdefghijxyz' });
  assert.is(mask.hide('-abcdefghijklmnop-'), '-[hidden]-');
  assert.is(mask.hide('abcdefghijxyz'), '[hidden]');
});

test('a very long secret is hidden too, and costs no more than its length', () => {
  const value = '/"+é'.repeat(30_000);
  const mask = maskFor({ BIG_SECRET: value, HOW_TOKEN: 'x-1'.repeat(5000) });
  assert.is(mask.hide(`a ${JSON.stringify(value)} b`), 'a "[hidden]" b');
  assert.ok(mask.longest < 100_000, `${mask.longest}`);
});

test('a private key in a stream of lines ends where it says so, or is too long for one', () => {
  const keys = new KeyLines();
  const lines = ['a', `x ${BEGIN}`, 'b3BlbnNzaA', '', `> ${END} y`, 'c', `${BEGIN}${END}`, 'd'];
  assert.equal(
    lines.map((line) => keys.hide(line)),
    ['a', `x ${BEGIN}`, '[hidden]', '[hidden]', '[hidden] y', 'c', `${BEGIN}${END}`, 'd'],
  );
  keys.hide(`a program that looks for ${BEGIN}`);
  assert.is(keys.hide('{"type":"an event"}'), '{"type":"an event"}');
  let hidden = 0;
  while (keys.hide('z'.repeat(99)) === '[hidden]') hidden += 1;
  assert.ok(hidden > 100 && hidden < 200, `${hidden} lines`);
});

test('events are each for themselves: one that holds the beginning of a key takes nothing from the next', () => {
  const keys = new KeyLines();
  keys.hide(JSON.stringify({ text: `if line == "${BEGIN}"` }));
  assert.is(keys.hide('plain'), 'plain');
});
