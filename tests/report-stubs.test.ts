import { reportMarkdown } from '../src/report/markdown.js';
import { withProject } from './rig/project.js';
import { Story } from './rig/story.js';
import { assert, suite } from './rig/suite.js';

const test = suite('report: stubs that stand');

const exempt = (symbol: string, line: number) => ({
  kind: 'empty-body',
  severity: 'warning' as const,
  file: 'src/hooks.c',
  line,
  symbol,
  message: 'exempt: the vendor calls it',
});

const section = (markdown: string): string => /## Stubs that stand\n[^#]*/.exec(markdown)?.[0].trim() ?? '';

test('who owes what, where it is, who left it, and whether anybody is going to work on it', () => {
  const story = new Story().task('core').task('streaming', ['core']).task('later', ['core']);
  story.holds('core').holds('later', { state: 'deferred' });
  const stub = { file: 'src/openai.c', leftBy: 'core' };
  const facts = story.facts({
    owed: [
      { ...stub, owner: 'gone', symbol: 'close', line: null },
      { ...stub, owner: 'later', symbol: 'stop', line: 9 },
      { ...stub, owner: 'streaming', symbol: 'start', line: 4 },
    ],
  });
  assert.equal(
    facts.stubs.owed.map(({ owner, ownerState }) => [owner, ownerState]),
    [
      ['gone', null],
      ['later', 'deferred'],
      ['streaming', 'pending'],
    ],
  );
  assert.is(
    section(reportMarkdown(facts)),
    `## Stubs that stand

- \`close in src/openai.c\`, left by \`core\`, is owed by \`gone\`, which is no task any more
- \`stop in src/openai.c:9\`, left by \`core\`, is owed by \`later\`, which is deferred: nobody works on it
- \`start in src/openai.c:4\`, left by \`core\`, is owed by \`streaming\``,
  );
});

test('exempted stubs are counted, each once, however many receipts found it', () => {
  const story = new Story().task('a').task('b').task('c');
  story.holds('a', { findings: [exempt('on_open', 3), exempt('on_close', 7)] });
  story.holds('b', { findings: [exempt('on_open', 5), { ...exempt('on_read', 9), message: 'does nothing' }] });
  const facts = story.facts();
  assert.equal(facts.stubs, { owed: [], exempted: 2 });
  assert.is(
    section(reportMarkdown(facts)),
    '## Stubs that stand\n\n2 stubs are exempted by a `stepladder-ok` comment.',
  );
});

test('where no stub is known the report says nothing of them', () => {
  assert.is(section(reportMarkdown(new Story().task('a').holds('a').facts())), '');
});

test('a run’s report lists what its receipts leave to others', () =>
  withProject(
    {
      tasks: { core: '', streaming: '---\ndepends: [core]\n---\nMake `start_stream` real.\n' },
      script: [
        {
          task: 'core',
          write: { 'src/a.c': '\nint start_stream(void) {\n  return ERR(NOT_IMPLEMENTED);\n}\n' },
          verdict: { ok: true, deferredStubs: [{ symbol: 'start_stream', file: 'src/a.c', until: 'streaming' }] },
        },
        { task: 'streaming', verdict: { ok: false, question: 'Which port?' } },
      ],
    },
    async (made) => {
      await made.make(['orchestrate']);
      assert.equal(JSON.parse(made.read('reports/report.json') ?? '{}').stubs, {
        owed: [
          {
            owner: 'streaming',
            ownerState: 'waiting',
            symbol: 'start_stream',
            file: 'src/a.c',
            line: 2,
            leftBy: 'core',
          },
        ],
        exempted: 0,
      });
      assert.match(
        made.read('reports/report.md') ?? '',
        '- `start_stream in src/a.c:2`, left by `core`, is owed by `streaming`\n',
      );
    },
  ));
