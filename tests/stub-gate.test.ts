/** What the gate looks at, and what of it blocks. */
import { atGate, briefly, ledgerOf, told } from './rig/gate.js';
import { assert, suite } from './rig/suite.js';

const test = suite('the stub gate');

const STUB = "def start_stream(chat):\n    raise NotImplementedError('later')\n";
const REAL = 'def start_stream(chat):\n    return [piece for piece in chat]\n';
const OTHER_STUB = "def stop_stream(chat):\n    raise NotImplementedError('later')\n";
const REAL_OTHER = 'def stop_stream(chat):\n    chat.close()\n    return chat.state\n';

test(
  'a stub that the task wrote blocks, and is told with file, line, symbol and words',
  atGate({ 'src/chat.py': 'import os\n' }, async ({ repo, pass }) => {
    repo.write('src/chat.py', `import os\n\n\n${STUB}`);
    const found = await pass();
    assert.is(found.findings.length, 1);
    assert.match(told(found)[0] ?? '', /^error src\/chat\.py:4 not-implemented: start_stream: does nothing but fail/);
    assert.equal(found.reasons, []);
    assert.equal(found.stubs, []);
  }),
);

test(
  'a stub that stood before in a function that the task did not touch is not its business',
  atGate({ 'src/chat.py': `${STUB}\n\n${REAL_OTHER}` }, async ({ repo, pass }) => {
    repo.write('src/chat.py', `# moved down\n\n${STUB}\n\n${REAL_OTHER.replace('state', 'status')}`);
    assert.equal(briefly(await pass()), []);
  }),
);

test(
  'a stub that stood before blocks where the task changed its function',
  atGate({ 'src/chat.py': STUB }, async ({ repo, pass }) => {
    repo.write('src/chat.py', STUB.replace('later', 'much later'));
    assert.equal(briefly(await pass()), ['error src/chat.py not-implemented start_stream']);
  }),
);

test(
  'deliverables count wholly: a stub in a file of `files` blocks although nobody touched it',
  atGate({ 'src/chat.py': STUB, 'src/other.py': OTHER_STUB }, async ({ pass }) => {
    assert.equal(briefly(await pass({ files: ['src/ch*.py'] })), ['error src/chat.py not-implemented start_stream']);
    assert.equal(briefly(await pass({ files: ['src/none.py', '!src/chat.py'] })), []);
  }),
);

test(
  'a symbol that the task provides or names in code is looked for wherever it stands',
  atGate({ 'src/deep/chat.py': STUB, 'src/other.py': OTHER_STUB }, async ({ repo, pass }) => {
    const error = ['error src/deep/chat.py not-implemented start_stream'];
    assert.equal(briefly(await pass({ provides: ['start_stream'] })), error);
    assert.equal(briefly(await pass({ body: 'It is `start_stream()` that is called.\n' })), error);
    assert.equal(briefly(await pass({ body: 'It is started.\n' })), []);
    repo.write('src/new.py', STUB);
    repo.write('src/deep/chat.py', REAL);
    assert.equal(briefly(await pass({ provides: ['start_stream'] })), [
      'error src/new.py not-implemented start_stream',
    ]);
  }),
);

test(
  'of several functions of one name those are meant that the task touches, delivers, or whose file it names',
  atGate({ 'src/a.py': STUB, 'src/b.py': STUB }, async ({ repo, pass }) => {
    const task = { body: 'Write `start_stream()`.' };
    assert.equal(briefly(await pass(task)), [], 'nobody can say which: neither was touched');
    assert.is((await pass({ provides: ['start_stream'] })).findings.length, 2, 'provided, it must be real');
    assert.equal(briefly(await pass({ body: 'Write `start_stream()` in `src/b.py`.' })), [
      'error src/b.py not-implemented start_stream',
    ]);
    repo.write('src/a.py', REAL);
    assert.equal(briefly(await pass({ provides: ['start_stream'] })), []);
  }),
);

test(
  'a symbol that the task provides and that nothing in the workspace is called',
  atGate({ 'src/a.py': REAL, 'docs/b.md': 'the `Chat.close` method\n' }, async ({ pass }) => {
    assert.equal(told(await pass({ provides: ['start_stream', 'Chat.close', 'Chat.open'], files: ['src/*.py'] })), [
      'error . missing-symbol: Chat.open: this task provides it, and nothing of that name is in the workspace',
    ]);
    const found = await pass({ provides: ['restart'], files: ['src/a.py'] });
    assert.equal(briefly(found), ['error src/a.py missing-symbol restart']);
  }),
);

test(
  'gate: warn notes the same and blocks nothing; off does not look; ignored files are left to themselves',
  atGate({}, async ({ repo, pass }) => {
    repo.write('src/chat.py', STUB);
    const warned = await pass({ provides: ['nothing_such'] }, { gate: 'warn' });
    assert.equal(briefly(warned).sort(), [
      'warning . missing-symbol nothing_such',
      'warning src/chat.py not-implemented start_stream',
    ]);
    assert.equal(warned.reasons, []);
    assert.equal(briefly(await pass({}, { gate: 'off' })), []);
    assert.equal(briefly(await pass({}, { ignore: ['src/**'] })), []);
  }),
);

test(
  'what another task owes by the ledger does not block, whoever changes its function; its own does',
  atGate({ 'src/chat.py': STUB }, async ({ repo, pass }) => {
    const entry = { symbol: 'start_stream', file: 'src/chat.py', owner: 'streaming', leftBy: 'core' };
    repo.write('src/chat.py', STUB.replace('(chat)', '(chat, limit)').replace('later', 'much later'));
    const ledger = ledgerOf([entry]);
    const other = await pass({}, { ledger });
    assert.match(told(other)[0] ?? '', /^warning src\/chat\.py:1 not-implemented: .*\(streaming owes it\)$/);
    assert.equal(other.stubs, [], 'the ledger knows it already');
    assert.equal(briefly(await pass({ provides: ['start_stream'] }, { ledger })), [
      'error src/chat.py not-implemented start_stream',
    ]);
    const own = await pass({ name: 'streaming' }, { ledger });
    assert.match(told(own)[0] ?? '', /^error src\/chat\.py:1 owed-stub: start_stream: .*which core left for this task/);
    repo.write('src/chat.py', REAL);
    assert.equal(briefly(await pass({ name: 'streaming' }, { ledger })), []);
  }),
);

test(
  'a stub that is owed does not get away by being moved to another file, or renamed, or both',
  atGate({ 'src/chat.py': `${STUB}\n\n${REAL_OTHER}` }, async ({ repo, pass }) => {
    const ledger = ledgerOf([{ symbol: 'start_stream', file: 'src/chat.py', owner: 'own', leftBy: 'core' }]);
    const renamed = STUB.replace('start_stream', 'begin_stream');
    const places: [string, string, string][] = [
      ['src/chat.py', `${REAL_OTHER}\n\n${renamed}`, 'begin_stream'],
      ['src/moved.py', STUB, 'start_stream'],
      ['src/moved.py', renamed, 'begin_stream'],
    ];
    for (const [file, text, symbol] of places) {
      repo.remove('src/moved.py');
      repo.write('src/chat.py', REAL_OTHER);
      repo.write(file, text);
      assert.equal(briefly(await pass({}, { ledger })), [`error ${file} owed-stub ${symbol}`]);
    }
    repo.remove('src/moved.py');
    assert.equal(briefly(await pass({}, { ledger })), [], 'removed altogether');
  }),
);

test(
  'an owed stub that somebody moved before the step is found where it lies now; one of the same name elsewhere is not',
  atGate({ 'src/new_place.py': STUB, 'src/chat.py': REAL_OTHER }, async ({ repo, pass }) => {
    const ledger = ledgerOf([{ symbol: 'start_stream', file: 'src/chat.py', owner: 'own', leftBy: 'core' }]);
    assert.equal(briefly(await pass({}, { ledger })), ['error src/new_place.py owed-stub start_stream']);
    repo.write('src/chat.py', REAL);
    repo.git('add', '-A');
    repo.git('commit', '-qm', 'real by now');
    const start = repo.open().snapshot();
    assert.equal(briefly(await pass({}, { ledger, changed: () => repo.open().changedFiles(start) })), []);
  }),
);

test(
  'an owed stub is not gone because nobody can see it any more, nor because a comment excuses it',
  atGate({ 'src/chat.py': STUB, 'src/ok.py': `# stepladder-ok: later\n${OTHER_STUB}` }, async ({ repo, pass }) => {
    const owed = { owner: 'own', leftBy: 'core' };
    const ledger = ledgerOf([
      { symbol: 'start_stream', file: 'src/chat.py', ...owed },
      { symbol: 'stop_stream', file: 'src/ok.py', ...owed },
    ]);
    repo.write('src/chat.py', `# Code generated by gen. DO NOT EDIT.\n${STUB}`);
    const found = await pass({}, { ledger });
    assert.equal(briefly(found), [
      'error src/ok.py owed-stub stop_stream',
      'error src/chat.py owed-stub start_stream',
      'warning src/chat.py not-read -',
    ]);
    assert.match(told(found)[1] ?? '', 'cannot be seen any more: generated');
  }),
);

test(
  'what another task that is not done provides is that one’s to make, as long as it stands as it stood',
  atGate({ 'src/chat.py': `${STUB}\n\n${OTHER_STUB}` }, async ({ repo, pass }) => {
    const ledger = ledgerOf([], {}, { stop_stream: 'stopping' });
    const task = { files: ['src/chat.py'], provides: ['start_stream'], body: 'Not `stop_stream()`.' };
    repo.write('src/chat.py', `${REAL}\n\n${OTHER_STUB}`);
    const left = await pass(task, { ledger });
    assert.match(told(left).join(), /^warning src\/chat\.py:5 .*\(stopping provides it, and is not done\)$/);
    repo.write('src/chat.py', `${REAL}\n\n${OTHER_STUB.replace('later', 'much later')}`);
    assert.equal(briefly(await pass(task, { ledger })), ['error src/chat.py not-implemented stop_stream']);
  }),
);

test(
  "another task's stub that is moved or renamed is carried on for its owner",
  atGate({ 'src/chat.py': STUB }, async ({ repo, pass }) => {
    const ledger = ledgerOf([{ symbol: 'start_stream', file: 'src/chat.py', owner: 'streaming', leftBy: 'core' }]);
    repo.write('src/chat.py', STUB.replace('start_stream', 'begin_stream'));
    const renamed = await pass({ body: 'Rename `start_stream` to `begin_stream`.' }, { ledger });
    assert.equal(briefly(renamed), ['warning src/chat.py not-implemented begin_stream']);
    assert.equal(renamed.stubs, [{ symbol: 'begin_stream', file: 'src/chat.py', until: 'streaming' }]);
    repo.remove('src/chat.py');
    repo.write('lib/chat.py', STUB);
    const moved = await pass({}, { ledger });
    assert.equal(moved.stubs, [{ symbol: 'start_stream', file: 'lib/chat.py', until: 'streaming' }]);
  }),
);

test(
  'a stub that nobody owes and that the task only moved or renamed is noted; a new one of the same body is not excused',
  atGate({ 'src/chat.py': `${STUB}\n\n${REAL_OTHER}`, 'src/b.py': REAL_OTHER }, async ({ repo, pass }) => {
    repo.write('src/chat.py', `${REAL_OTHER}\n\n${STUB.replace('start_stream', 'begin_stream')}`);
    assert.equal(briefly(await pass()), ['warning src/chat.py not-implemented begin_stream']);
    repo.write('src/chat.py', REAL_OTHER);
    repo.write('src/b.py', `${REAL_OTHER}\n\n${STUB}`);
    assert.equal(briefly(await pass()), ['warning src/b.py not-implemented start_stream']);
    repo.write('src/b.py', `${REAL_OTHER}\n\n${STUB.replace('start_stream', 'something_else')}`);
    assert.equal(briefly(await pass()), ['error src/b.py not-implemented something_else']);
    repo.write('src/chat.py', `${REAL}\n\n${STUB.replace('start_stream', 'helper')}`);
    repo.write('src/b.py', REAL_OTHER);
    assert.equal(briefly(await pass()), ['error src/chat.py not-implemented helper'], 'filled in, and left another');
  }),
);

test(
  'to rename or move a stub that nobody owes is no failure where that is the task; to make it real by renaming it is',
  atGate({ 'src/chat.py': STUB }, async ({ repo, pass }) => {
    repo.write('src/chat.py', STUB.replace('start_stream', 'begin_stream'));
    const bodies: [string, string][] = [
      ['Rename `start_stream()` to `begin_stream()`.', 'warning'],
      ['Make `start_stream()` real.', 'error'],
      ['Make `begin_stream()` real.', 'error'],
    ];
    for (const [body, severity] of bodies) {
      assert.equal(briefly(await pass({ body })), [`${severity} src/chat.py not-implemented begin_stream`], body);
    }
    assert.equal(briefly(await pass({ provides: ['start_stream'] })), [
      'error src/chat.py not-implemented begin_stream',
      'error . missing-symbol start_stream',
    ]);
  }),
);

test(
  'what is put off by `stubs:` or by the verdict goes to the receipt if it is there, and blocks if the owner is refused',
  atGate({}, async ({ repo, pass }) => {
    repo.write('src/chat.py', `${STUB}\n\n${OTHER_STUB}`);
    const ledger = ledgerOf([], { wrong: '“stop_stream” cannot be left to “wrong”: it does not depend on own' });
    const left = await pass(
      { stubs: [{ symbol: 'start_stream', until: 'streaming.md' }] },
      { deferred: [{ symbol: 'stop_stream()', file: './src/chat.py', until: 'wrong' }], ledger },
    );
    assert.equal(briefly(left), [
      'error src/chat.py not-implemented stop_stream',
      'warning src/chat.py not-implemented start_stream',
    ]);
    assert.equal(left.stubs, [{ symbol: 'start_stream', file: 'src/chat.py', until: 'streaming' }]);
    assert.equal(left.reasons, ['src/chat.py:5: “stop_stream” cannot be left to “wrong”: it does not depend on own']);
    repo.write('src/chat.py', REAL);
    const gone = await pass({ stubs: [{ symbol: 'start_stream', until: 'streaming' }] }, { ledger });
    assert.equal([gone.findings, gone.stubs], [[], []]);
  }),
);

test(
  'a stub ordered by `stubs:` is entered also where it stood before',
  atGate({ 'src/chat.py': STUB }, async ({ pass }) => {
    const left = await pass({ stubs: [{ symbol: 'start_stream', until: 'streaming' }] });
    assert.equal(left.stubs, [{ symbol: 'start_stream', file: 'src/chat.py', until: 'streaming' }]);
  }),
);

const EXEMPT = STUB.replace('def', '# stepladder-ok: the vendor never shipped it\ndef');

test(
  'stepladder-ok exempts where it stood before the attempt, and is counted; one added meanwhile does not',
  atGate({ 'src/old.py': EXEMPT, 'src/chat.py': REAL_OTHER }, async ({ repo, pass }) => {
    const before = await pass({ files: ['src/old.py'] });
    assert.match(told(before)[0] ?? '', /^warning src\/old\.py:.* exempt: the vendor never shipped it \(.*\)$/);
    assert.is(before.exempted, 1);
    repo.write('src/old.py', EXEMPT.replace('later', 'much later'));
    assert.is((await pass()).exempted, 1, 'the comment stood there, whatever was changed beneath it');
    repo.write('src/chat.py', EXEMPT);
    const added = await pass();
    assert.match(
      told(added).find((line) => line.startsWith('error')) ?? '',
      /^error src\/chat\.py:.*\(a stepladder-ok comment counts only where it stood before the attempt\)$/,
    );
    const accepted = await pass({}, { personsWork: true });
    assert.is(accepted.exempted, 2);
    assert.equal(
      accepted.findings.filter(({ severity }) => severity === 'error'),
      [],
    );
  }),
);

test(
  'a comment written above a stub that stood there would excuse the next task: it blocks',
  atGate({ 'src/chat.py': `${STUB}\n\n${REAL_OTHER}` }, async ({ repo, pass }) => {
    repo.write('src/chat.py', `${EXEMPT}\n\n${REAL_OTHER}`);
    const found = await pass();
    assert.equal(briefly(found), ['error src/chat.py not-implemented start_stream']);
    assert.match(told(found)[0] ?? '', 'a stepladder-ok comment counts only where it stood before the attempt');
  }),
);

test(
  'very many findings are counted, not listed, those that block first',
  atGate({}, async ({ repo, pass }) => {
    const many = Array.from({ length: 120 }, (_, n) => STUB.replace('start_stream', `start_${n}`));
    repo.write('src/many.py', many.join('\n\n'));
    const found = await pass();
    assert.is(found.findings.length, 51);
    assert.match(told(found).at(-1) ?? '', /^error src\/many\.py not-implemented: and 70 further findings that block/);
  }),
);
