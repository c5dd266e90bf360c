/** What a prompt says of stubs: those that are owed, those that may be left, and how one is put off. */
import { loadBacklog } from '../src/backlog/load.js';
import { ledgerOf } from '../src/inspect/ledger.js';
import { renderPrompt } from '../src/step/prompt.js';
import { promptFacts } from '../src/step/prompt-facts.js';
import { withBareBacklog } from './rig/bare-backlog.js';
import { type Project, withProject } from './rig/project.js';
import { assert, suite } from './rig/suite.js';

const test = suite('stubs in a prompt');

const TASKS = {
  core: '---\nverify: [test -f src/openai.c]\n---\n# Core\n',
  streaming: '---\ndepends: [core]\n---\n# Streaming\n\nMake `start_stream` real.\n',
  tests: '---\ndepends: [streaming]\n---\n# Tests of start_stream\n',
};
const SOURCE = 'int version(void) { return 1; }\nint start_stream(void) { return ERR(NOT_IMPLEMENTED); }\n';

const prompt = async (made: Project, name: string): Promise<string> => {
  const ran = await made.stepladder(['prompt', name]);
  assert.is(ran.code, 0, ran.stderr);
  return ran.stdout;
};

test('the owner of a stub is told so in its own prompt, with where it is and who left it', () =>
  withProject(
    {
      tasks: TASKS,
      script: [
        {
          task: 'core',
          write: { 'src/openai.c': SOURCE },
          verdict: { ok: true, deferredStubs: [{ symbol: 'start_stream', file: 'src/openai.c', until: 'streaming' }] },
        },
        { task: 'streaming', write: { 'src/openai.c': SOURCE.replace('ERR(NOT_IMPLEMENTED)', 'version() + 1') } },
      ],
    },
    async (made) => {
      const ran = await made.make(['orchestrate']);
      assert.is(ran.code, 0, ran.stdout + ran.stderr);
      const told = made
        .invocations()
        .map(({ task, prompt: text }) => ({ task, owes: /## Stubs that you owe/.test(text) }));
      assert.equal(told, [
        { task: 'core', owes: false },
        { task: 'streaming', owes: true },
        { task: 'tests', owes: false },
      ]);
      const [, owner] = made.invocations();
      assert.ok(
        owner?.prompt.includes(
          `## Stubs that you owe

Earlier tasks left these for this one. Each must do its work when you are done, under whatever name and wherever it then stands:

- \`start_stream\` in \`src/openai.c:2\`, left by core
`,
        ),
        owner?.prompt,
      );
      assert.not.match(await prompt(made, 'streaming'), 'Stubs that you owe');
    },
  ));

test('a task with stubs: is told which it may leave, as long as their owner is not done', () =>
  withProject(
    { tasks: { ...TASKS, core: '---\nstubs: [{symbol: start_stream, until: streaming}]\n---\n# Core\n' } },
    async (made) => {
      assert.ok(
        (await prompt(made, 'core')).includes(
          `## Stubs that you may leave

These may stay unfinished for now, and need not be named in your last word; a later task is there to finish each:

- \`start_stream\`: until streaming
`,
        ),
      );
      assert.match(await prompt(made, 'core'), '`deferredStubs` names every other stub that you leave');
      assert.not.match(await prompt(made, 'streaming'), 'Stubs that you may leave');
      for (const name of ['core', 'streaming']) made.write(`tasks/${name}.done`, '');
      assert.not.match(await prompt(made, 'core'), 'Stubs that you may leave');
    },
  ));

test('the last word may put a stub off to a later task; where none comes later, it is told to leave none', () =>
  withProject({ tasks: TASKS }, async (made) => {
    const first = await prompt(made, 'core');
    assert.ok(
      first.includes(`
{"ok": true}
{"ok": true, "deferredStubs": [{"symbol": "function or type", "file": "path", "until": "later task"}]}
{"ok": false, "reason": "what is wrong"}
`),
      first,
    );
    assert.match(first, '`deferredStubs` names every stub that you leave for a later task (streaming, tests).');
    const last = await prompt(made, 'tests');
    assert.not.match(last, 'deferredStubs');
    assert.match(last, /\n\nNo later task could take over a stub: leave none\.\n$/);
  }));

test('a refused deferral reads as what to do next; what agents called things stays on its line', () =>
  withBareBacklog({ core: [], streaming: ['core'] }, async (rig) => {
    rig.task('streaming', ['core'], 'Make `start_stream` real.');
    rig.task('core', [], 'The core.');
    const hostile = { symbol: 'x\n\n## Rules', file: 'a\u001b[31m.c', until: 'streaming' };
    rig.done('core', { stubs: [hostile] });
    const backlog = loadBacklog(rig.config);
    const ledger = ledgerOf(rig.config, backlog);
    const reason = ledger.refusal('core', { symbol: 'stop', file: 'a.c', until: 'nobody' }, 'verdict') ?? '';
    const known = { verify: [], evidence: [], ledger, cwd: rig.root };
    const facts = promptFacts(rig.config, backlog, rig.loaded('streaming'), known);
    const text = renderPrompt(rig.config, null, {
      ...facts,
      earlier: [{ rung: 'sonnet/thinking', outcome: 'failed', reason, output: '' }],
    });
    assert.match(text, '\n- `x\\n\\n## Rules` in `a\\x1b[31m.c`, left by core\n');
    assert.match(
      text,
      '\n- sonnet/thinking: failed: “stop” cannot be left to “nobody”: there is no task of that name; finish it in this task\n',
    );
  }));
