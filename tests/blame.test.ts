/** Whose fault is it? A claim is checked against the code, and the owner looked up in the record, the surest way first. */
import { blaming } from './rig/blaming.js';
import { assert, suite } from './rig/suite.js';

const test = suite('blame');

const stub = (name: string): string => `def ${name}():
    raise NotImplementedError


`;
const real = (name: string): string => `def ${name}(items):
    return len([item for item in items if item])


`;
const at = (day: number): string => `2026-01-0${day}T00:00:00.000Z`;

test('a stub where the claim says it is: believed, with its place, its commit and what the agent said', () =>
  blaming({ streaming: { receipt: { changed: ['src/sse.py'] } } }, async ({ commit, look }) => {
    const hash = commit('streaming', { 'src/sse.py': `# sse_parse is below\n\n${stub('sse_parse')}` });
    const judged = await look({ symbol: 'sse_parse()', file: './src/sse.py', reason: 'a stub\n\x1b[31m' });
    assert.ok(judged.believed);
    const { evidence, ...blame } = judged.blame;
    assert.equal(blame, {
      owner: 'streaming',
      symbol: 'sse_parse',
      file: 'src/sse.py',
      line: 3,
      commit: hash,
      about: 'sse_parse in src/sse.py',
    });
    assert.match(
      evidence,
      'consumer needs sse_parse in src/sse.py:3 from streaming, whose commit left it: it is a stub',
    );
    assert.match(evidence, `left by ${hash} (Work of streaming); it says: a stub\\n\\x1b[31m`);
  }));

test('what is there and is no stub makes the claim unfounded, and says where it stands', () =>
  blaming({ streaming: { provides: ['parse'], receipt: { changed: ['src/sse.py'] } } }, async ({ commit, look }) => {
    commit('streaming', { 'src/sse.py': `\n${real('parse')}`, 'src/limits.py': 'LIMIT = 3\n' });
    const parse = await look({ by: 'streaming', symbol: 'parse', file: 'src/sse.py' });
    assert.equal(parse, { believed: false, looked: 'parse in src/sse.py:2 is there and is no stub' });
    const limit = await look({ symbol: 'LIMIT', file: 'src/sse.py' });
    assert.equal(limit, { believed: false, looked: 'LIMIT in src/limits.py:1 is there and is no stub' });
    const file = await look({ by: 'streaming', file: 'src/sse.py' });
    assert.equal(file, { believed: false, looked: 'src/sse.py is there, and nothing in it is a stub' });
    const named = await look({ by: 'streaming', reason: 'it does not work' });
    assert.equal(named, { believed: false, looked: 'nothing in src/sse.py is a stub' });
  }));

test('a stub that is not in the file named is found where it is', () =>
  blaming({ streaming: { receipt: { changed: ['src/stream.py'] } } }, async ({ commit, look }) => {
    commit('streaming', {
      'src/stream.py': stub('startStream'),
      'src/provider.py': 'from stream import startStream\n\nPROVIDER = {"start": startStream}\n',
    });
    for (const file of ['src/provider.py', 'src/gone.py', null]) {
      const judged = await look({ symbol: 'startStream', file });
      assert.ok(judged.believed, String(file));
      assert.equal([judged.blame.owner, judged.blame.file], ['streaming', 'src/stream.py']);
    }
  }));

test('a symbol that is nowhere is believed to be missing only where somebody promised it', () =>
  blaming(
    {
      streaming: { provides: ['startStream'], receipt: { changed: ['src/api.py'] } },
      parser: { body: 'Write `parse_line()`.' },
    },
    async ({ commit, look, owner }) => {
      commit('streaming', { 'src/api.py': real('send') });
      const judged = await look({ by: 'streaming', symbol: 'startStream', file: 'src/api.py' });
      assert.ok(judged.believed);
      assert.match(
        judged.blame.evidence,
        'startStream in src/api.py from streaming, which provides it: nothing in the',
      );
      assert.is(await owner({ symbol: 'parse_line' }), 'parser');
      const invented = await look({ by: 'streaming', symbol: 'doAllOfMyWork', file: 'src/api.py' });
      assert.ok(!invented.believed);
      assert.match(
        invented.looked,
        'doAllOfMyWork in src/api.py: nothing in the workspace defines it, but no task that',
      );
    },
  ));

test('a file that is missing leads to the task whose file it is, or that had it once', () =>
  blaming(
    { core: { files: ['src/openai/**'] }, parser: { receipt: { changed: ['src/sse.py'] } } },
    async ({ owner, look }) => {
      assert.is(await owner({ file: 'src/openai/client.py' }), 'core');
      assert.is(await owner({ symbol: 'next', file: 'src/sse.py' }), 'parser');
      assert.is(await owner({ file: 'src/other.py' }), null);
      for (const file of ['/etc/passwd', '../src/sse.py', '..']) {
        const judged = await look({ file });
        assert.ok(!judged.believed && judged.looked.includes('leads out of the workspace'), file);
      }
    },
  ));

test('a claim that names only its task: what that task left, or what the reason names', () =>
  blaming(
    {
      'providers/sse-parser': { receipt: { changed: ['src/sse.py', 'src/extra.py'] } },
      'openai-core': { provides: ['openai_create'] },
    },
    async ({ commit, look, owner }) => {
      commit('providers/sse-parser', { 'src/sse.py': real('parse'), 'src/extra.py': stub('flush') });
      for (const by of ['providers/sse-parser', 'sse-parser', 'tasks/providers/sse-parser.md', ' sse-parser '])
        assert.is(await owner({ by, reason: 'unfinished' }), 'providers/sse-parser', by);
      assert.is(await owner({ by: 'openai-core', reason: 'there is nothing' }), 'openai-core');
      const named = await look({ by: 'sse-parser', reason: '`flush()` throws' });
      assert.is(named.believed ? named.blame.symbol : null, 'flush');
    },
  ));

test('prose that names nobody is believed where what it names says itself that it is a stub', () =>
  blaming({ streaming: { receipt: { changed: ['src/a.py'] } } }, async ({ commit, owner }) => {
    commit('streaming', { 'src/a.py': `${stub('start_stream')}${real('parse_line')}` });
    assert.is(await owner({ reason: 'start_stream() is not yet implemented (returns NOT_IMPLEMENTED)' }), 'streaming');
    assert.is(await owner({ reason: 'parse_line() is not yet implemented' }), null);
    assert.is(await owner({ reason: 'I could not find out how to start' }), null);
  }));

test('a task on which nothing is built is not believed, nor one that does not exist', () =>
  blaming({ 'other-streaming': { receipt: { changed: ['src/a.py'] } } }, async ({ commit, look }) => {
    commit('other-streaming', { 'src/a.py': stub('start') });
    const other = await look({ by: 'other-streaming', symbol: 'start', file: 'src/a.py' });
    assert.ok(!other.believed);
    assert.match(other.looked, 'other-streaming is no task that consumer builds on; start in src/a.py:1: it is a stub');
    const nobody = await look({ by: 'nobody', symbol: 'ghost' });
    assert.ok(!nobody.believed && nobody.looked.startsWith('nobody is no task that consumer builds on'));
  }));

test('the ledger is the surest: who owes the stub, not who left it', () =>
  blaming(
    {
      vtable: {
        receipt: {
          changed: ['src/a.py'],
          stubs: [
            { symbol: 'start', file: 'src/a.py', until: 'streaming' },
            { symbol: 'stop', file: 'src/a.py', until: 'consumer' },
            { symbol: 'pause', file: 'src/a.py', until: 'other-late' },
          ],
        },
      },
      streaming: { receipt: { changed: ['src/b.py'] } },
      'other-late': { receipt: null },
    },
    async ({ commit, look, owner }) => {
      commit('vtable', { 'src/a.py': `${stub('start')}${stub('stop')}${stub('pause')}` });
      assert.is(await owner({ by: 'vtable', symbol: 'start' }), 'streaming');
      const own = await look({ by: 'vtable', symbol: 'stop' });
      assert.ok(!own.believed);
      assert.match(own.looked, 'vtable left it for consumer: it is for consumer itself to write');
      const others = await look({ by: 'vtable', symbol: 'pause' });
      assert.ok(
        !others.believed && others.looked.includes('vtable left it for other-late, on which consumer does not'),
      );
    },
  ));

test('the task that promised it and was called done over the stub owes it, not the one that had left it there', () =>
  blaming(
    {
      streaming: { provides: ['start'], receipt: { changed: ['src/b.py'], finished: at(2) } },
      vtable: { receipt: { changed: ['src/a.py'], finished: at(1) } },
    },
    async ({ commit, owner }) => {
      commit('vtable', { 'src/a.py': stub('start') });
      commit('streaming', { 'src/b.py': real('parse') });
      assert.is(await owner({ symbol: 'start' }), 'streaming');
    },
  ));

test('whoever broke it after it was done owes it, not the one that had provided it', () =>
  blaming(
    {
      streaming: { provides: ['start'], receipt: { changed: ['src/a.py'], finished: at(1) } },
      cleanup: { receipt: { changed: ['src/a.py'], finished: at(2) } },
    },
    async ({ commit, owner }) => {
      commit('streaming', { 'src/a.py': real('start') });
      commit('cleanup', { 'src/a.py': stub('start') });
      assert.is(await owner({ by: 'streaming', symbol: 'start' }), 'cleanup');
    },
  ));

test('of several tasks that changed the file, the commit of the very lines tells which one left the stub', () =>
  blaming(
    {
      late: { receipt: { changed: ['src/a.py'], finished: at(3) } },
      early: { receipt: { changed: ['src/a.py'], finished: at(1) } },
    },
    async ({ commit, owner, look }) => {
      const hash = commit('early', { 'src/a.py': stub('start') });
      commit('late', { 'src/a.py': `${stub('start')}\n${real('parse')}` });
      assert.is(await owner({ by: 'late', symbol: 'start', file: 'src/a.py' }), 'early');
      const judged = await look({ symbol: 'start' });
      assert.is(judged.believed ? judged.blame.commit : null, hash);
    },
  ));

test('in a squashed history the task is found inside the message, and by what its receipt changed', () =>
  blaming(
    {
      parser: { receipt: { changed: ['src/parser.py'], finished: at(2) } },
      streaming: { receipt: { changed: ['src/a.py'], finished: at(1) } },
    },
    async ({ commit, look }) => {
      const message = [
        'Squashed commit of the following:',
        '',
        'commit 1111111111111111111111111111111111111111',
        '',
        '    The parser',
        '',
        '    Stepladder-Task: parser',
        '',
        'commit 2222222222222222222222222222222222222222',
        '',
        '    The stream',
        '',
        '    Stepladder-Task: streaming',
      ].join('\n');
      const hash = commit(null, { 'src/a.py': stub('start'), 'src/parser.py': real('parse') }, message);
      const judged = await look({ symbol: 'start', file: 'src/a.py' });
      assert.ok(judged.believed);
      assert.equal([judged.blame.owner, judged.blame.commit], ['streaming', hash]);
    },
  ));

test('a stub that another task moved to another file is still its author’s', () =>
  blaming(
    {
      mover: { receipt: { changed: ['src/a.py', 'src/moved.py'], finished: at(2) } },
      streaming: { receipt: { changed: ['src/a.py'], finished: at(1) } },
    },
    async ({ commit, look }) => {
      const body =
        'def startTheStream(request, provider, options):\n    """Starts the stream of a provider and yields what it says, part by part."""\n    raise NotImplementedError("not implemented yet")\n\n\n';
      commit('streaming', { 'src/a.py': `${body}\n${real('parse')}` });
      commit('mover', { 'src/a.py': real('parse'), 'src/moved.py': body });
      const judged = await look({ by: 'streaming', symbol: 'startTheStream', file: 'src/a.py' });
      assert.ok(judged.believed);
      assert.equal([judged.blame.owner, judged.blame.file], ['streaming', 'src/moved.py']);
    },
  ));

test('without a trailer on the commit, whoever changed the file last left it as it is', () =>
  blaming(
    {
      early: { receipt: { changed: ['src/a.py'], finished: at(1) } },
      late: { receipt: { changed: ['src/a.py'], finished: at(2) } },
    },
    async ({ commit, owner }) => {
      commit(null, { 'src/a.py': stub('start') });
      assert.is(await owner({ symbol: 'start' }), 'late');
      assert.is(await owner({ by: 'early', symbol: 'start' }), 'early', 'unless the claim names another that did');
    },
  ));

test('a task that was put off owes what it promised, and the claim is believed without taking anything back', () =>
  blaming(
    {
      streaming: { provides: ['start'], receipt: { state: 'deferred', finished: at(1) } },
      vtable: { receipt: { changed: ['src/a.py'], finished: at(2) } },
      docs: { receipt: { state: 'deferred' } },
    },
    async ({ commit, look }) => {
      commit('vtable', { 'src/a.py': `${stub('start')}${real('parse')}` });
      const judged = await look({ by: 'streaming', symbol: 'start', file: 'src/a.py' });
      assert.ok(judged.believed && judged.deferred);
      assert.is(judged.blame.owner, 'streaming');
      const prose = await look({ by: 'docs', reason: 'there are no docs to translate' });
      assert.ok(prose.believed && prose.deferred);
      assert.not.ok((await look({ by: 'docs', symbol: 'parse', file: 'src/a.py' })).believed);
    },
  ));

test('a language that no grammar reads is looked into by its words', () =>
  blaming({ streaming: { provides: ['startStream', 'parseLine'] } }, async ({ commit, look }) => {
    commit('streaming', {
      'src/stream.lua': [
        'function M.parseLine(line)',
        '  return line:match("data: (.*)")',
        'end',
        '',
        'function M.startStream(request)',
        '  error("x")',
        '  return fail("not implemented")',
        'end',
        '',
      ].join('\n'),
      'README.md': 'parseLine is not implemented, startStream neither\n',
    });
    const stub = await look({ symbol: 'startStream', file: 'src/stream.lua' });
    assert.ok(stub.believed);
    assert.equal([stub.blame.file, stub.blame.line], ['src/stream.lua', 5]);
    const parse = await look({ symbol: 'parseLine', file: 'src/provider.lua' });
    assert.equal(parse, { believed: false, looked: 'parseLine in src/stream.lua:1 is there and is no stub' });
  }));

test('what is declared and implemented nowhere is missing, where somebody promised it', () =>
  blaming(
    { streaming: { body: 'Implement `start_stream()`.', receipt: { changed: ['src/stream.h'] } } },
    async ({ commit, look }) => {
      commit('streaming', {
        'src/stream.h': 'int start_stream(struct request *request);\nint other(void);\n',
        'src/main.c': '#include "stream.h"\n\nint main(void)\n{\n\treturn start_stream(0);\n}\n',
      });
      const judged = await look({ by: 'streaming', symbol: 'start_stream', file: 'src/stream.h' });
      assert.ok(judged.believed);
      assert.match(
        judged.blame.evidence,
        'start_stream in src/stream.h from streaming, whose task names it: nothing in the',
      );
    },
  ));

test('the evidence names the other stubs of that file, so that nobody comes back for each of them', () =>
  blaming({ streaming: { receipt: { changed: ['src/a.py'] } } }, async ({ commit, look }) => {
    commit('streaming', { 'src/a.py': `${stub('start')}${stub('stop')}${real('parse')}` });
    const judged = await look({ symbol: 'start' });
    assert.match(judged.believed ? judged.blame.evidence : '', '(stubs there too: stop:5), left by');
  }));
