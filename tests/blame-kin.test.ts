/** A consumer calls what is missing by the name by which it knows it, which need not be the one it is defined under. */
import { blaming } from './rig/blaming.js';
import { assert, suite } from './rig/suite.js';

const test = suite('blame, other names');

const HEADER = 'struct provider {\n\tconst char *name;\n\tint (*start_stream)(struct chat *);\n};\n';
const vtable = (name: string, table: string): string =>
  `#include "provider.h"\n\nstatic int ${name}(struct chat *c)\n{\n\t(void)c;\n\treturn ERR(NOT_IMPLEMENTED);\n}\n\n` +
  `static int openai_open(struct chat *c)\n{\n\treturn connect_to(c->host, c->port);\n}\n\nconst struct provider openai = {\n${table}};\n`;

test('a member of a table of functions leads to the function that stands in it', async () => {
  const tables: readonly [string, string][] = [
    ['openai_start_stream', '\t"openai",\n\topenai_start_stream,\n'],
    ['openai_start_stream', '\t.name = "openai",\n\t.start_stream = openai_start_stream,\n'],
    ['begin', '\t.name = "openai",\n\t.start_stream = &begin,\n'],
  ];
  for (const [name, table] of tables) {
    await blaming({ core: { receipt: { changed: ['src/openai.c'] } } }, async ({ commit, look }) => {
      commit(null, { 'src/provider.h': HEADER });
      commit('core', { 'src/openai.c': vtable(name, table) });
      for (const claim of [
        { by: 'core', symbol: 'start_stream', file: 'src/openai.c' },
        { by: 'core', symbol: 'provider->start_stream()' },
        { symbol: 'openai.start_stream', file: 'src/openai.c' },
      ]) {
        const judged = await look(claim);
        assert.ok(judged.believed, `${name} ${JSON.stringify(claim)} ${JSON.stringify(judged)}`);
        const { owner, symbol, line } = judged.blame;
        assert.equal([owner, symbol, line], ['core', name, 3]);
      }
      const open = await look({ by: 'core', symbol: 'openai_open', file: 'src/openai.c' });
      assert.is(open.believed, false);
    });
  }
});

test('a variable before the name does not hide the method of a type that is called otherwise', () =>
  blaming({ core: { receipt: { changed: ['src/openai.py'] } } }, async ({ commit, look }) => {
    commit('core', {
      'src/openai.py': 'class OpenAi:\n    def start(self, chat):\n        raise NotImplementedError\n',
    });
    const judged = await look({ by: 'core', symbol: 'client.start' });
    assert.equal(judged.believed ? judged.blame.symbol : judged.looked, 'OpenAi.start');
  }));

test('where the symbol is nowhere, a stub that the reason names is evidence, and one that says so in the named file', () =>
  blaming({ core: { receipt: { changed: ['src/openai.py'] } } }, async ({ commit, look, owner }) => {
    commit('core', {
      'src/openai.py':
        'def begin_chat(chat):\n    raise NotImplementedError\n\n\ndef limit(chat):\n    return chat.tokens * 2\n',
    });
    const byReason = await look({ by: 'core', symbol: 'streaming', reason: 'begin_chat() only raises' });
    assert.is(byReason.believed ? byReason.blame.symbol : byReason.looked, 'begin_chat');
    const inFile = await look({ by: 'core', symbol: 'streaming', file: 'src/openai.py', reason: 'nothing streams' });
    assert.is(inFile.believed ? inFile.blame.symbol : inFile.looked, 'begin_chat');
    // What is there and real is no plea because of a stub beside it.
    assert.is(await owner({ by: 'core', symbol: 'limit', file: 'src/openai.py', reason: 'it is a stub' }), null);
  }));
