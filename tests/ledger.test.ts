import { rmSync } from 'node:fs';
import { loadBacklog } from '../src/backlog/load.js';
import { type Ledger, ledgerOf, type PutOff } from '../src/inspect/ledger.js';
import type { Receipt } from '../src/record/receipt.js';
import { type BareBacklog, withBareBacklog } from './rig/bare-backlog.js';
import { assert, suite } from './rig/suite.js';

const test = suite('the ledger');

const START = { symbol: 'start_stream', file: 'src/openai.c', until: 'streaming' };

const ledger = (rig: BareBacklog): Ledger => ledgerOf(rig.config, loadBacklog(rig.config));

/** `core` leaves a stub to `streaming`, on which `tests` builds. */
function backlog(body: (rig: BareBacklog) => void): Promise<void> {
  return withBareBacklog({ core: [], streaming: ['core'], tests: ['streaming'] }, async (rig) => {
    rig.task('streaming', ['core'], 'Make `start_stream` real.');
    rig.task('tests', ['streaming'], 'Test `start_stream` and `stop_stream`.');
    body(rig);
  });
}

const left = (...stubs: Receipt['stubs']): Partial<Receipt> => ({ stubs });

test('a stub is owed from the receipt that says so until the owner is done', () =>
  backlog((rig) => {
    assert.equal(ledger(rig).entries, []);
    rig.done('core', left(START));
    const owed = { symbol: 'start_stream', file: 'src/openai.c', owner: 'streaming', leftBy: 'core' };
    assert.equal(ledger(rig).entries, [owed]);
    assert.equal(ledger(rig).owedBy('streaming'), [owed]);
    assert.equal(ledger(rig).owedBy('tests'), []);
    rig.done('streaming');
    assert.equal(ledger(rig).entries, []);
  }));

test('who is deferred or merely approved still owes; whom a person accepted or asserted does not', () =>
  backlog((rig) => {
    rig.done('core', left(START));
    for (const [state, owed] of [
      ['deferred', 1],
      ['approved', 1],
      ['accepted', 0],
      ['done', 0],
    ] as const) {
      rig.done('streaming', { state });
      assert.is(ledger(rig).entries.length, owed, state);
    }
    rig.write('streaming.done', '');
    assert.is(ledger(rig).entries.length, 0);
  }));

test('an owner whose receipt does not hold any more owes again', () =>
  backlog((rig) => {
    rig.done('core', left(START));
    rig.done('streaming');
    rig.task('streaming', ['core'], 'Make `start_stream` real, and fast.');
    assert.is(ledger(rig).entries.length, 1);
    rig.done('streaming');
    // Opened again and left anew: what the owner did was done to other work.
    rig.done('core', left(START));
    assert.is(ledger(rig).entries.length, 1);
  }));

test('a stub counts whether or not its receipt still holds, and not where it is gone or not believed', () =>
  backlog((rig) => {
    rig.done('core', left(START));
    rig.task('core', [], 'Something else.');
    assert.is(ledger(rig).entries.length, 1);
    rig.write('core.md', 'broken\n');
    assert.is(ledger(rig).entries.length, 1);
    rig.write('core.done', JSON.stringify({ ...rig.done('streaming', { inputs: {} }), task: 'core', stubs: [START] }));
    rmSync(rig.path('streaming.done'));
    assert.is(ledger(rig).entries.length, 0);
    rmSync(rig.path('core.done'));
    assert.is(ledger(rig).entries.length, 0);
  }));

test('two tasks may owe the same symbol, and one task may owe two', () =>
  backlog((rig) => {
    rig.task('tests', ['streaming'], 'Test `start_stream`, `stop_stream`.');
    rig.done('core', left(START, { ...START, symbol: 'stop_stream', until: 'tests' }));
    rig.done('streaming', left({ ...START, until: 'tests.md' }));
    assert.equal(
      ledger(rig).entries.map(({ owner, symbol, leftBy }) => `${owner} ${symbol} ${leftBy}`),
      ['tests start_stream streaming', 'tests stop_stream core'],
    );
    rmSync(rig.path('streaming.done'));
    assert.equal(
      ledger(rig).entries.map(({ owner, symbol, leftBy }) => `${owner} ${symbol} ${leftBy}`),
      ['streaming start_stream core', 'tests stop_stream core'],
    );
  }));

test('an owner is known by whatever name an agent gives it, and one that is gone is told by its own', () =>
  withBareBacklog({ 'api/core': [], 'api/streaming': ['api/core'], streaming: ['api/core'] }, async (rig) => {
    const owner = (until: string): string | undefined => {
      rig.done('api/core', left({ ...START, until }));
      return ledger(rig).entries[0]?.owner;
    };
    assert.is(owner('streaming'), 'streaming');
    assert.is(owner('api/streaming.md'), 'api/streaming');
    assert.is(owner('tasks/streaming.md'), 'streaming');
    assert.is(owner('`streaming`'), 'streaming');
    assert.is(owner('long-gone'), 'long-gone');
    rmSync(rig.path('streaming.md'));
    assert.is(owner('streaming'), 'api/streaming');
  }));

const refusal = (rig: BareBacklog, stub: Partial<PutOff>, by: 'task' | 'verdict' = 'verdict'): string | null =>
  ledger(rig).refusal('core', { ...START, ...stub }, by);

test('a later task that is about the symbol or the file may own a stub', () =>
  backlog((rig) => {
    assert.is(refusal(rig, {}), null);
    assert.is(refusal(rig, { until: 'tests' }), null);
    assert.is(refusal(rig, { symbol: 'Client::start_stream()', until: 'tasks/streaming.md' }), null);
    rig.write(
      'tests.md',
      '---\ndepends: [streaming]\nfiles: ["test/**"]\nprovides: [run_all]\n---\nSee `src/openai.c`.\n',
    );
    assert.is(refusal(rig, { symbol: 'run_all', until: 'tests', file: null }), null);
    assert.is(refusal(rig, { symbol: 'other', until: 'tests', file: 'test/a.c' }), null);
    assert.is(refusal(rig, { symbol: 'other', until: 'tests' }), null);
  }));

test('a refusal says why, and what to do instead', () =>
  backlog((rig) => {
    rig.task('apart', [], 'Also `start_stream`.');
    rig.write('gate.md', '---\ndepends: [core]\ncheckpoint: true\n---\n`start_stream`\n');
    const says = (stub: Partial<PutOff>, expected: string): void => assert.is(refusal(rig, stub), expected);
    const others = 'finish it in this task, or leave it to “streaming” or “tests”';
    says(
      { until: 'streming' },
      `“start_stream” cannot be left to “streming”: there is no task of that name (did you mean “streaming”?); ${others}`,
    );
    says({ until: 'core' }, `“start_stream” cannot be left to “core”: that is this very task; ${others}`);
    says(
      { until: 'gate' },
      `“start_stream” cannot be left to “gate”: that is a checkpoint, on which nobody works; ${others}`,
    );
    says(
      { until: 'apart' },
      `“start_stream” cannot be left to “apart”: “apart” does not depend on this task, so it may be done without it; ${others}`,
    );
    says(
      { symbol: 'stop_stream', until: 'streaming' },
      '“stop_stream” cannot be left to “streaming”: “streaming” neither provides nor names it, nor its file src/openai.c; finish it in this task, or leave it to “tests”',
    );
    says(
      { symbol: 'nobody_needs_it' },
      '“nobody_needs_it” cannot be left to “streaming”: “streaming” neither provides nor names it, nor its file src/openai.c; finish it in this task',
    );
    says(
      { symbol: 'a\u001b[31m\nb', until: '\u202e' },
      '“a\\x1b[31m\\nb” cannot be left to “\\u202e”: there is no task of that name; finish it in this task',
    );
  }));

test('nothing is left to a task that is done; to one that is deferred it may be', () =>
  backlog((rig) => {
    rig.done('core');
    rig.done('streaming', { state: 'deferred' });
    assert.is(refusal(rig, {}), null);
    rig.done('streaming');
    for (const by of ['task', 'verdict'] as const) {
      assert.is(
        refusal(rig, {}, by),
        '“start_stream” cannot be left to “streaming”: “streaming” is done already and will not come back to it; finish it in this task, or leave it to “tests”',
      );
    }
  }));

test('nobody puts off what the task provides; an agent neither what it names, unless a person said so', () =>
  backlog((rig) => {
    rig.task('core', [], 'Write `start_stream`.');
    assert.is(
      refusal(rig, {}),
      '“start_stream” cannot be left to “streaming”: this task names it itself; finish it in this task',
    );
    assert.is(refusal(rig, {}, 'task'), null);
    rig.write('core.md', '---\nstubs: [{symbol: start_stream, until: streaming}]\n---\nLeave `start_stream` a stub.\n');
    assert.is(refusal(rig, {}), null);
    assert.is(
      refusal(rig, { until: 'tests' }),
      '“start_stream” cannot be left to “tests”: this task leaves it to “streaming”; finish it in this task',
    );
    rig.write('core.md', '---\nprovides: [start_stream]\n---\nWrite `start_stream`.\n');
    for (const by of ['task', 'verdict'] as const) {
      assert.is(
        refusal(rig, {}, by),
        '“start_stream” cannot be left to “streaming”: this task provides it, so it must be real when this task is done; finish it in this task',
      );
    }
  }));

test('the tasks that could own something are the later ones that are not done, the nearest first', () =>
  backlog((rig) => {
    rig.write('approval.md', '---\ndepends: [core]\ncheckpoint: true\n---\n');
    rig.task('apart', []);
    assert.equal(ledger(rig).mayOwn('core', 9), ['streaming', 'tests']);
    assert.equal(ledger(rig).mayOwn('core', 1), ['streaming']);
    assert.equal(ledger(rig).mayOwn('tests', 9), []);
    rig.done('core');
    rig.done('streaming');
    assert.equal(ledger(rig).mayOwn('core', 9), ['tests']);
  }));
