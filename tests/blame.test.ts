import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BlameContext, type Claim, findOwner } from '../src/inspect/blame.js';
import { inFolder } from './rig/folder.js';
import { assert, suite } from './rig/suite.js';

const test = suite('blame');

const claim = (more: Partial<Claim>): Claim => ({
  by: null,
  symbol: null,
  file: null,
  reason: 'it is a stub',
  ...more,
});

const PROMISED: Record<string, { files: string[]; provides: string[] }> = {
  'openai-core': { files: ['src/openai/**'], provides: ['openai_create', 'Client::connect()'] },
  'providers/sse-parser': { files: ['src/sse.c'], provides: ['sse_parse'] },
  streaming: { files: [], provides: [] },
};
const DELIVERED: Record<string, { changed: string[]; finished: string }> = {
  streaming: { changed: ['src/vtable.c', 'src/sse.c'], finished: '2026-01-03T00:00:00.000Z' },
  'openai-core': { changed: ['src/vtable.c'], finished: '2026-01-01T00:00:00.000Z' },
};

const context = (cwd = '/nowhere'): BlameContext => ({
  task: 'tests-streaming',
  ancestors: ['openai-core', 'streaming', 'providers/sse-parser'],
  promised: (name) => PROMISED[name] ?? null,
  delivered: (name) => DELIVERED[name] ?? null,
  cwd,
});

const owner = (more: Partial<Claim>): string | null => findOwner(claim(more), context())?.owner ?? null;

test('a task that is named is the owner, however its name is written', () => {
  for (const by of ['streaming', 'streaming.md', 'tasks/streaming.md', ' streaming '])
    assert.is(owner({ by }), 'streaming', by);
  assert.is(owner({ by: 'sse-parser' }), 'providers/sse-parser');
  assert.is(owner({ by: 'tasks/providers/sse-parser.md' }), 'providers/sse-parser');
});

test('a task that the blocked one does not build on is not believed', () => {
  assert.is(owner({ by: 'verify-providers' }), null);
  assert.is(owner({ by: 'tests-streaming' }), null);
  assert.is(owner({ by: '' }), null);
});

test('a symbol leads to the task that provides it, in whatever form', () => {
  assert.is(owner({ symbol: 'sse_parse' }), 'providers/sse-parser');
  assert.is(owner({ symbol: 'openai_create(config)' }), 'openai-core');
  assert.is(owner({ symbol: 'connect' }), 'openai-core');
  assert.is(owner({ symbol: 'client.connect()' }), 'openai-core');
  assert.is(owner({ symbol: 'parse' }), null);
});

test('a file leads to the task that promised it, else to the one that changed it last', () => {
  assert.is(owner({ file: 'src/openai/openai.c' }), 'openai-core');
  assert.is(owner({ file: './src/sse.c' }), 'providers/sse-parser');
  assert.is(owner({ file: 'src/vtable.c' }), 'streaming');
  assert.is(owner({ file: 'src/other.c' }), null);
});

test('the surest way counts: name, then symbol, then file', () => {
  assert.is(owner({ by: 'streaming', symbol: 'sse_parse', file: 'src/openai/a.c' }), 'streaming');
  assert.is(owner({ by: 'nobody', symbol: 'sse_parse', file: 'src/openai/a.c' }), 'providers/sse-parser');
  assert.is(owner({ by: 'nobody', symbol: 'nothing', file: 'src/openai/a.c' }), 'openai-core');
});

test('paths that lead out of the work tree lead to nobody', () => {
  for (const file of ['/etc/passwd', '../src/sse.c', '..', '']) assert.is(owner({ file }), null, file);
});

test('nothing named is nothing found', () => {
  assert.is(owner({}), null);
});

test('the evidence is one printable line that says who needs what, and where it stands', () =>
  inFolder((dir) => {
    mkdirSync(join(dir, 'src'));
    writeFileSync(
      join(dir, 'src/sse.c'),
      '// sse_parser is not it\n\nint sse_parse(void) { return ERR(NOT_IMPLEMENTED); }\n',
    );
    const blame = findOwner(
      claim({ symbol: 'sse_parse', file: 'src/sse.c', reason: 'a stub\n\x1b[31m' }),
      context(dir),
    );
    assert.equal(blame, {
      owner: 'providers/sse-parser',
      evidence:
        'tests-streaming needs sse_parse in src/sse.c:3 from providers/sse-parser, which provides it: a stub\\n\\x1b[31m',
      symbol: 'sse_parse',
      file: 'src/sse.c',
      line: 3,
    });
    assert.is(findOwner(claim({ symbol: 'sse_parse', file: 'src/gone.c' }), context(dir))?.line, null);
    assert.is(findOwner(claim({ symbol: 'sse_parse', file: 'src' }), context(dir))?.line, null);
    const named = findOwner(claim({ by: 'streaming' }), context(dir));
    assert.is(
      named?.evidence,
      'tests-streaming needs what is missing from streaming, named by the agent: it is a stub',
    );
  }));
