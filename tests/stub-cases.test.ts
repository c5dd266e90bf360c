import { scoreOf } from './rig/stub-score.js';
import { assert, suite } from './rig/suite.js';

const test = suite('stub cases');

const score = scoreOf('tests/fixtures/stub-cases');

/** Holds a figure to what is asked of it, and names every miss where it falls short. */
async function atLeast(asked: number, what: string, figure: number): Promise<void> {
  const { wrong } = await score;
  assert.ok(figure >= asked, `${what} is ${figure.toFixed(3)}, asked is ${asked}\n${wrong.join('\n')}`);
}

test('what it calls a stub is one', async () => {
  await atLeast(0.95, 'precision', (await score).total.precision);
});

test('it finds the stubs there are', async () => {
  await atLeast(0.92, 'recall', (await score).total.recall);
});

test('it is at home in every language that has cases', async () => {
  const { byLanguage } = await score;
  assert.ok(byLanguage.size >= 10, `cases of ${[...byLanguage.keys()].join(', ')} only`);
  for (const [language, tally] of byLanguage) await atLeast(0.85, `F1 of ${language}`, tally.f1);
});

test('what it is certain of is so', async () => {
  const { errors } = await score;
  assert.ok(errors.hits > 100, `only ${errors.hits} stubs are errors`);
  await atLeast(0.98, 'precision of errors', errors.precision);
});
