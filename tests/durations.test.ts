/** Times, money and moments are worded as people read them. */
import { formatCount, formatDuration, formatMoment, formatUsd, plural } from '../src/report/durations.js';
import { assert, suite } from './rig/suite.js';

const test = suite('durations');

const S = 1000;
const M = 60 * S;
const H = 60 * M;

test('the two largest units are told, and a zero is not', () => {
  assert.equal(formatDuration(8 * M + 40 * S), '8m 40s');
  assert.equal(formatDuration(34 * H + 12 * M), '34h 12m');
  assert.equal(formatDuration(20 * M), '20m');
  assert.equal(formatDuration(3 * H), '3h');
  assert.equal(formatDuration(12 * S + 900), '12s');
  assert.equal(formatDuration(812), '812ms');
});

test('a duration is cut off, never rounded up: 34 h 12 m over 137 tasks is 14m 58s', () => {
  assert.equal(formatDuration((34 * H + 12 * M) / 137), '14m 58s');
  assert.equal(formatDuration(H - 1), '59m 59s');
  assert.equal(formatDuration(M - 1), '59s');
});

test('what is no length of time counts as none', () => {
  for (const nothing of [0, -5, Number.NaN, Number.POSITIVE_INFINITY]) assert.equal(formatDuration(nothing), '0s');
});

test('money has cents, and a cost that is there never reads as nothing', () => {
  assert.equal(formatUsd(0), '$0.00');
  assert.equal(formatUsd(0.004), 'under $0.01');
  assert.equal(formatUsd(1234.5), '$1,234.50');
});

test('counts, plurals and moments are the same on every machine', () => {
  assert.equal(formatCount(1234567), '1,234,567');
  assert.equal(plural(1, 'task'), '1 task');
  assert.equal(plural(0, 'task'), '0 tasks');
  assert.equal(formatMoment('2025-12-24T09:05:59.999Z'), '2025-12-24 09:05 UTC');
  assert.equal(formatMoment('yesterday'), 'yesterday');
});
