/** The stub gate in whole steps: what an agent leaves is caught, told to it, and mended where it stands. */
import { type Project, type ProjectOptions, withProject } from './rig/project.js';
import { assert, suite } from './rig/suite.js';

const test = suite('steps past the stub gate');

const CONFIG = { ladder: ['small/none', 'middle/none', 'large/none'] };
const STUB = "def start_stream(chat):\n    raise NotImplementedError('later')\n";
const REAL = 'def start_stream(chat):\n    return [piece for piece in chat]\n';
const FILE = 'src/chat.py';

const rungsOf = (made: Project, task: string): string[] =>
  made.invocations().flatMap((one) => (one.task === task ? [one.rung] : []));
const promptOf = (made: Project, task: string, nth: number): string =>
  made.invocations().find((one) => one.task === task && one.nth === nth)?.prompt ?? '';
const kinds = (made: Project, task: string): (string | null)[][] =>
  made
    .journal()
    .flatMap((event) =>
      event.type === 'finding' && event.task === task ? [[event.kind, event.file, event.symbol]] : [],
    );

/** A step of one task whose agent writes one thing after the other. */
function oneTask(head: string, texts: readonly Record<string, string>[], more: ProjectOptions = {}): ProjectOptions {
  const script = texts.map((write, at) => ({ nth: at + 1, write }));
  return { tasks: { core: `---\n${head}\n---\n# Core\n` }, config: CONFIG, script, ...more };
}

test('an agent that leaves a stub and calls it done is told where it stands, and mends it on the same rung', async () => {
  const options = oneTask('files: [src/chat.py]', [{ [FILE]: STUB }, { [FILE]: REAL }]);
  await withProject(options, async (made) => {
    assert.is((await made.make(['orchestrate'])).code, 0);
    assert.equal(rungsOf(made, 'core'), ['small/none', 'small/none']);
    assert.match(promptOf(made, 'core', 2), `${FILE}:1: start_stream: does nothing but fail`);
    assert.equal(kinds(made, 'core'), [['not-implemented', FILE, 'start_stream']]);
    const receipt = made.receipt('core');
    assert.equal([receipt?.findings, receipt?.stubs, receipt?.attempts], [[], [], 2]);
  });
});

test('of many findings the first stand in the reason, and all in the next prompt', async () => {
  const many = Array.from({ length: 8 }, (_, n) => STUB.replace('start_stream', `start_${n}`)).join('\n\n');
  await withProject(oneTask('files: [src/chat.py]', [{ [FILE]: many }, { [FILE]: REAL }]), async (made) => {
    assert.is((await made.make(['orchestrate'])).code, 0);
    const [first] = made.journal().flatMap((event) => (event.type === 'attempt-finished' ? [event.reason] : []));
    assert.match(first ?? '', /start_4: .*; and 3 further findings$/);
    assert.not.match(first ?? '', 'start_5');
    const prompt = promptOf(made, 'core', 2);
    for (let n = 0; n < 8; n += 1) assert.match(prompt, `${FILE}:${n * 4 + 1}: start_${n}: does nothing but fail`);
  });
});

test('in C, behind a table of functions', async () => {
  const code = (body: string): string =>
    `#include "chat.h"\n\nstatic int openai_start_stream(struct chat *chat)\n{\n${body}}\n\nconst struct provider openai = {\n\t.name = "openai",\n\t.start_stream = openai_start_stream,\n};\n`;
  const stub = code('\t(void)chat;\n\treturn ERR(NOT_IMPLEMENTED);\n');
  const real = code('\tchat->open = 1;\n\treturn send_request(chat, "/v1/chat");\n');
  const options = oneTask('provides: [openai_start_stream]', [{ 'src/openai.c': stub }, { 'src/openai.c': real }]);
  await withProject(options, async (made) => {
    assert.is((await made.make(['orchestrate'])).code, 0);
    assert.equal(rungsOf(made, 'core'), ['small/none', 'small/none']);
    assert.match(promptOf(made, 'core', 2), 'src/openai.c:3: openai_start_stream: ');
  });
});

test('in Rust and in Go, where a grep verifies all that the stub still has', async () => {
  const languages = [
    {
      file: 'src/openai.rs',
      symbol: 'OpenAi.start_stream',
      stub: 'impl Provider for OpenAi {\n    fn start_stream(&self, chat: &Chat) -> Result<Stream> {\n        todo!("streaming")\n    }\n}\n',
      real: 'impl Provider for OpenAi {\n    fn start_stream(&self, chat: &Chat) -> Result<Stream> {\n        self.http.post("/v1/chat", chat.body())\n    }\n}\n',
    },
    {
      file: 'openai.go',
      symbol: 'OpenAI.StartStream',
      stub: 'package provider\n\nfunc (o *OpenAI) StartStream(chat *Chat) (*Stream, error) {\n\treturn nil, errors.New("not implemented")\n}\n',
      real: 'package provider\n\nfunc (o *OpenAI) StartStream(chat *Chat) (*Stream, error) {\n\treturn o.http.Post("/v1/chat", chat.Body())\n}\n',
    },
  ];
  for (const { file, symbol, stub, real } of languages) {
    const name = symbol.split('.')[1] ?? '';
    const options = oneTask(`verify: [grep -q ${name} ${file}]`, [{ [file]: stub }, { [file]: real }]);
    await withProject(options, async (made) => {
      assert.is((await made.make(['orchestrate'])).code, 0);
      assert.equal(rungsOf(made, 'core'), ['small/none', 'small/none']);
      assert.match(kinds(made, 'core').join(), new RegExp(`^not-implemented,${file},.*${name}$`));
      assert.is(made.receipt('core')?.evidence, 'strong');
    });
  }
});

test('an agent that empties, skips or deletes a test to make it green', async () => {
  const head = 'import pytest\nfrom calc import add\n\n\n';
  const tests = `${head}def test_add():\n    assert add(1, 2) == 3\n`;
  const skipped = `${head}@pytest.mark.skip\ndef test_add():\n    assert add(1, 2) == 3\n`;
  const emptied = `${head}def test_add():\n    pass\n`;
  const options: ProjectOptions = {
    tasks: { core: '# Core\n' },
    config: CONFIG,
    files: { 'tests/test_calc.py': tests },
    script: [
      { nth: 1, remove: ['tests/test_calc.py'] },
      { nth: 2, write: { 'tests/test_calc.py': skipped } },
      { nth: 3, write: { 'tests/test_calc.py': emptied } },
      { nth: 4, write: { 'tests/test_calc.py': tests, 'calc.py': 'def add(a, b):\n    return a + b\n' } },
    ],
  };
  await withProject(options, async (made) => {
    assert.is((await made.make(['orchestrate'])).code, 0);
    assert.equal(
      kinds(made, 'core').map(([kind]) => kind),
      ['deleted-test', 'skipped-test', 'vacuous-test'],
    );
    assert.match(
      promptOf(made, 'core', 2),
      'tests/test_calc.py: the test file was deleted, with test_add: bring it back',
    );
    assert.match(promptOf(made, 'core', 3), 'tests/test_calc.py:5: test_add: is skipped');
    assert.equal(made.receipt('core')?.changed, ['calc.py']);
  });
});

test('a stub that is ordered is done, and its owner is told of it and not done while it stays', async () => {
  const options: ProjectOptions = {
    tasks: {
      core: '---\nstubs: [{symbol: start_stream, until: streaming}]\n---\n# Core\n\nDeclare `start_stream()`.\n',
      streaming: '---\ndepends: [core]\nprovides: [start_stream]\n---\n# Streaming\n',
    },
    config: CONFIG,
    script: [
      { task: 'core', write: { [FILE]: STUB } },
      { task: 'streaming', nth: 1, write: { 'src/other.py': 'LIMIT = 3\n' } },
      { task: 'streaming', nth: 2, write: { [FILE]: '', 'src/moved.py': STUB } },
      { task: 'streaming', nth: 3, write: { [FILE]: REAL }, remove: ['src/moved.py'] },
    ],
  };
  await withProject(options, async (made) => {
    assert.is((await made.make(['orchestrate'])).code, 0);
    assert.equal(rungsOf(made, 'core'), ['small/none']);
    assert.equal(made.receipt('core')?.stubs, [{ symbol: 'start_stream', file: FILE, until: 'streaming' }]);
    assert.equal(kinds(made, 'streaming'), [
      ['owed-stub', FILE, 'start_stream'],
      ['owed-stub', 'src/moved.py', 'start_stream'],
    ]);
    assert.match(promptOf(made, 'streaming', 2), 'which core left for this task to remove');
    assert.equal(made.receipt('streaming')?.stubs, []);
  });
});

test('a stub put off by the verdict stands where the owner is one; else the reason goes into the next prompt', async () => {
  const tasks = {
    core: '---\nprovides: [stop_stream]\n---\n# Core\n\nWrite `open_stream()`.\n',
    streaming:
      '---\ndepends: [core]\n---\n# Streaming\n\nMake `start_stream()`, `open_stream()`, `stop_stream()` real.\n',
    unrelated: '---\ndepends: [core]\n---\n# Something else\n',
    apart: '# Apart\n\nCall `start_stream()`.\n',
  };
  const texts = ['start', 'stop', 'open'].map((verb) => STUB.replace('start', verb)).join('\n\n');
  const refused: [string, string, string][] = [
    ['start_stream', 'nobody', 'there is no task of that name'],
    ['start_stream', 'apart', 'does not depend on this task'],
    ['start_stream', 'unrelated', 'neither provides nor names it'],
    ['stop_stream', 'streaming', 'this task provides it'],
    ['open_stream', 'streaming', 'this task names it itself'],
  ];
  for (const [symbol, until, why] of refused) {
    const options: ProjectOptions = {
      tasks,
      config: { ...CONFIG, ladder: ['small/none'] },
      script: [{ write: { [FILE]: texts }, verdict: { ok: true, deferredStubs: [{ symbol, file: FILE, until }] } }],
    };
    await withProject(options, async (made) => {
      assert.is((await made.make(['tasks/core.done'])).code, 2);
      const prompt = promptOf(made, 'core', 2);
      const line = prompt.split('\n').find((one) => one.includes(`“${symbol}” cannot be left to “${until}”: `)) ?? '';
      assert.match(line.split(`${until}”: `)[1] ?? '', why);
      assert.is(made.receipt('core'), null);
    });
  }
  const stub = { symbol: 'start_stream', file: FILE, until: 'streaming' };
  const gone = { symbol: 'never_there', file: FILE, until: 'streaming' };
  const real = texts.replace(/raise NotImplementedError\('later'\)\n(?=\n|$)/g, 'return chat.pieces\n');
  const options: ProjectOptions = {
    tasks,
    config: CONFIG,
    script: [
      {
        task: 'core',
        write: { [FILE]: `${STUB}\n\n${real.slice(real.indexOf('def stop'))}` },
        verdict: { ok: true, deferredStubs: [stub, gone] },
      },
      { task: 'streaming', write: { [FILE]: real } },
    ],
  };
  await withProject(options, async (made) => {
    assert.is((await made.make(['orchestrate'])).code, 0);
    assert.equal(rungsOf(made, 'core'), ['small/none']);
    assert.equal(made.receipt('core')?.stubs, [stub]);
    assert.equal(made.receipt('streaming')?.stubs, []);
  });
});

test('two tasks that owe the same symbol in two files each answer for their own', async () => {
  const options: ProjectOptions = {
    tasks: {
      base: '---\nstubs: [{symbol: start_stream, until: openai}]\n---\n# Base\n',
      more: '---\ndepends: [base]\nstubs: [{symbol: start_stream, until: mistral}]\nfiles: [src/mistral.py]\n---\n# More\n',
      openai: '---\ndepends: [more]\nfiles: [src/openai.py]\n---\n# OpenAI\n\n`start_stream()` in `src/openai.py`.\n',
      mistral:
        '---\ndepends: [openai]\nfiles: [src/mistral.py]\n---\n# Mistral\n\n`start_stream()` in `src/mistral.py`.\n',
    },
    config: CONFIG,
    script: [
      { task: 'base', write: { 'src/openai.py': STUB } },
      { task: 'more', write: { 'src/mistral.py': STUB } },
      { task: 'openai', write: { 'src/openai.py': REAL } },
      { task: 'mistral', nth: 1, write: { 'src/mistral.py': `LIMIT = 3\n\n\n${STUB}` } },
      { task: 'mistral', nth: 2, write: { 'src/mistral.py': REAL } },
    ],
  };
  await withProject(options, async (made) => {
    assert.is((await made.make(['orchestrate'])).code, 0);
    assert.equal(rungsOf(made, 'openai'), ['small/none']);
    assert.equal(rungsOf(made, 'mistral'), ['small/none', 'small/none']);
    assert.equal(made.receipt('more')?.stubs, [{ symbol: 'start_stream', file: 'src/mistral.py', until: 'mistral' }]);
  });
});

test('a third task renames the stub: it is carried on, and its owner answers for the new name', async () => {
  const renamed = STUB.replace('start_stream', 'begin_stream');
  const options: ProjectOptions = {
    tasks: {
      core: '---\nstubs: [{symbol: start_stream, until: streaming}]\n---\n# Core\n',
      tidy: '---\ndepends: [core]\n---\n# Tidy\n\nRename `start_stream` to `begin_stream` and move it to `src/stream.py`.\n',
      streaming: '---\ndepends: [tidy]\n---\n# Streaming\n\nMake `start_stream()` real.\n',
    },
    config: CONFIG,
    script: [
      { task: 'core', write: { [FILE]: STUB } },
      { task: 'tidy', write: { 'src/stream.py': renamed }, remove: [FILE] },
      { task: 'streaming', nth: 1, write: { 'src/other.py': 'LIMIT = 3\n' } },
      { task: 'streaming', nth: 2, write: { 'src/stream.py': REAL.replace('start_stream', 'begin_stream') } },
    ],
  };
  await withProject(options, async (made) => {
    assert.is((await made.make(['orchestrate'])).code, 0);
    assert.equal(rungsOf(made, 'tidy'), ['small/none']);
    assert.equal(made.receipt('tidy')?.stubs, [{ symbol: 'begin_stream', file: 'src/stream.py', until: 'streaming' }]);
    assert.equal(kinds(made, 'streaming'), [['owed-stub', 'src/stream.py', 'begin_stream']]);
    assert.equal(made.receipt('streaming')?.stubs, []);
  });
});

test('a stepladder-ok comment of the agent does not count; a person who accepts the work may write one', async () => {
  const exempt = STUB.replace('def', '# stepladder-ok: the vendor never shipped it\ndef');
  const config = { ...CONFIG, ladder: ['small/none'], repairs: 0 };
  await withProject({ ...oneTask('files: [src/chat.py]', [{ [FILE]: exempt }]), config }, async (made) => {
    assert.is((await made.make(['orchestrate'])).code, 2);
    assert.match(
      made.journal().flatMap((event) => (event.type === 'finding' ? [event.message] : []))[0] ?? '',
      'counts only',
    );
    made.write(FILE, exempt);
    const accepted = await made.stepladder(['accept', 'core']);
    assert.is(accepted.code, 0);
    assert.match(made.receipt('core')?.findings[0]?.message ?? '', 'exempt: the vendor never shipped it');
  });
});

test('with gate: warn the finding goes to the receipt and nothing blocks; off looks at nothing', async () => {
  for (const [gate, count] of [
    ['warn', 1],
    ['off', 0],
  ] as const) {
    const options = oneTask('provides: [start_stream]', [{ [FILE]: STUB }], { config: { ...CONFIG, stubs: { gate } } });
    await withProject(options, async (made) => {
      assert.is((await made.make(['orchestrate'])).code, 0);
      assert.equal(
        made.receipt('core')?.findings.map(({ severity }) => severity),
        Array(count).fill('warning'),
      );
    });
  }
});

test('verified again, what the receipt says was left for a task not yet done is no reason to pay', async () => {
  const core = '---\nfiles: [src/chat.py]\nstubs: [{symbol: start_stream, until: streaming}]\n---\n# Core\n';
  const options: ProjectOptions = {
    tasks: { core, streaming: '---\ndepends: [core]\nprovides: [start_stream]\n---\n# Streaming\n' },
    config: CONFIG,
    script: [{ task: 'core', write: { [FILE]: STUB } }],
  };
  await withProject(options, async (made) => {
    assert.is((await made.make(['tasks/core.done'])).code, 0);
    made.write('tasks/core.md', `${core}\n## Postconditions\n- [ ] \`test -e ${FILE}\` passes\n`);
    made.commit('a condition');
    assert.is((await made.make(['tasks/core.done'])).code, 0);
    assert.equal(rungsOf(made, 'core'), ['small/none']);
    assert.ok(made.journal().some((event) => event.type === 'verified' && event.task === 'core'));
  });
});
