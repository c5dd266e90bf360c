import { bareSymbol, filesNamed, isAbout, names, namesFile, sameSymbol, symbolsNamed } from '../src/backlog/named.js';
import { assert, suite } from './rig/suite.js';

const test = suite('what a task names');

const text = (body: string, title = 'Do it') => ({ title, body });

test('a symbol is one, however it is written', () => {
  for (const other of [
    'next',
    'next()',
    'parser.next(1, 2)',
    'Parser::next',
    'Parser->next',
    'Parser#next',
    'SseParser.Parser.next',
    '(*Parser).next',
    '(p *Parser) next() bool',
    'func (p *Parser[T]) next() bool {',
    '<Parser as Iterator>::next',
    'Parser<T>::next',
    'self.next',
    'this?.next()',
    'int Parser::next(const char *text, size_t length)',
    'def next(self) -> str:',
    'pub fn next',
    '`next`'.slice(1, -1),
  ]) {
    assert.ok(sameSymbol('Parser.next', other), other);
    assert.ok(sameSymbol(other, 'Parser.next'), other);
    assert.is(bareSymbol(other), 'next', other);
  }
});

test('what stands before a symbol tells it from others where both say so', () => {
  for (const other of ['Lexer.next', 'lexer.next()', 'Lexer::next', 'Next', 'next_one', 'nexts', '']) {
    assert.not.ok(sameSymbol('Parser.next', other), other);
  }
  assert.ok(sameSymbol('client.connect()', 'HttpClient::connect'));
  assert.not.ok(sameSymbol('openai.start', 'Anthropic.start'));
  assert.not.ok(sameSymbol('json.loads', 'pickle.loads'));
  assert.not.ok(sameSymbol('A.Parser.next', 'B.Parser.next'));
});

test('a test that is called by its title is compared by the whole of it', () => {
  assert.ok(sameSymbol('parses a.b (fast)', 'parses a.b (fast)'));
  assert.not.ok(sameSymbol('parses a.b', 'prints a.b'));
  assert.not.ok(sameSymbol('parses input (fast)', 'prints input (fast)'));
  assert.not.ok(sameSymbol('calls foo() twice', 'mocks foo() once'));
});

test('Ruby tells save from save!, and a source has the word of both', () => {
  assert.not.ok(sameSymbol('User#save', 'save!'));
  assert.ok(sameSymbol('User#save!', 'save!'));
  assert.is(bareSymbol('User#valid?'), 'valid');
});

test('code spans of title and body name symbols, qualified and bare', () => {
  const body = [
    'Write `openai_start_stream()` and `Foo::bar`, call `a->b(c, d(e))`; see `int sse_parse(const char *text);`.',
    'In `client.connect`, `return ERR(NOT_IMPLEMENTED);` must go. Run `make check` and `npm test -- --fast`, edit `src/a.c`.',
  ].join('\n');
  assert.equal(symbolsNamed(text(body, 'Make `start` real')), [
    'start',
    'openai_start_stream',
    'Foo::bar',
    'bar',
    'a->b',
    'b',
    'sse_parse',
    'client.connect',
    'connect',
    'ERR',
  ]);
});

test('in plain text only what can be nothing else names a symbol', () => {
  const task = text('The start of openai_start_stream, of parseEvent, and of stop() (e.g. in Foo.run), is a word.');
  for (const symbol of ['openai_start_stream', 'parseEvent', 'Parser.parseEvent', 'stop', 'Foo.run', 'Foo::run()']) {
    assert.ok(names(task, symbol), symbol);
  }
  for (const symbol of ['start', 'word', 'g', 'run', 'Bar.run', 'stream', 'openai_start', 'Event']) {
    assert.not.ok(names(task, symbol), symbol);
  }
});

test('code spans name common words too, and a qualified one names nobody else’s', () => {
  const task = text('`start`, `Parser.next()` and `pkg.run()`');
  for (const symbol of ['start', 'Client.start', 'next', 'Parser::next', 'run']) assert.ok(names(task, symbol), symbol);
  for (const symbol of ['Lexer.next', 'pkg']) assert.not.ok(names(task, symbol), symbol);
});

test('sources in fences name what they declare and call; commands do not', () => {
  const task = text('```c\nint start(int *a);\nif (stop()) return;\n```\n\n```sh\necho $(finish) && finish(1)\n```\n');
  assert.ok(names(task, 'start'));
  assert.ok(names(task, 'stop'));
  for (const symbol of ['if', 'finish', 'return', 'a']) assert.not.ok(names(task, symbol), symbol);
});

test('files are named by path, with a line or without, and by glob', () => {
  const task = text(
    'See `src/openai/stream.c:12`, `./lib/a.ts`, `parser.py`, `src/sse/*.c`, `tests/test_a.py::test_b` and docs/api.md. ' +
      'Not `and/or not`, `https://example.org/a.c`, `make check`.',
  );
  assert.equal(filesNamed(task), [
    'src/openai/stream.c',
    'lib/a.ts',
    'parser.py',
    'src/sse/*.c',
    'tests/test_a.py',
    'docs/api.md',
  ]);
  assert.ok(names(task, 'test_b'));
  for (const file of ['src/openai/stream.c', 'app/parser.py', 'src/sse/parse.c'])
    assert.ok(namesFile(task, file), file);
  for (const file of ['stream.c', 'src/sse/deep/parse.c', 'src/myparser.py'])
    assert.not.ok(namesFile(task, file), file);
});

test('a task is about what it provides or names, and about the files it promises or names', () => {
  const task = { ...text('See `lib/a.ts`.'), provides: ['Client.stop()'], files: ['src/**'] };
  assert.ok(isAbout(task, { symbol: 'stop', file: null }));
  assert.ok(isAbout(task, { symbol: 'x', file: 'src/.hidden/a.c' }));
  assert.ok(isAbout(task, { symbol: 'x', file: 'lib/a.ts' }));
  assert.not.ok(isAbout(task, { symbol: 'x', file: null }));
  assert.not.ok(isAbout(task, { symbol: 'Server.stop', file: 'other/a.c' }));
});

test('a long word and a text full of brackets take no time', () => {
  const started = performance.now();
  const long = `${'a'.repeat(200_000)} ${'a.'.repeat(50_000)} ${'(<'.repeat(20_000)} ${'`a'.repeat(5_000)} ${'a/'.repeat(20_000)}`;
  names(text(long), 'start');
  sameSymbol(`int ${'a '.repeat(250)}`, `f(${'<'.repeat(500)}`);
  assert.ok(performance.now() - started < 2000, `${performance.now() - started} ms`);
});
