/** report.html without a browser: it asks for nothing, it can be checked, it begins with what waits for the reader. */
import { createHash } from 'node:crypto';
import { reportHtml } from '../src/report/html.js';
import { busyBacklog } from './rig/busy-backlog.js';
import { tagsOf, textOf, wireOf } from './rig/page.js';
import { receiptOf, Story, type Try } from './rig/story.js';
import { assert, suite } from './rig/suite.js';

const test = suite('html: the page');

const busy = reportHtml(busyBacklog(150).facts(), '../');

test('nothing is fetched: no address but its own places and files beside it, and a policy that forbids the rest', () => {
  for (const { name, attributes } of tagsOf(busy)) {
    assert.not.ok(attributes.has('src') || attributes.has('style') || attributes.has('srcset'), name);
    const href = attributes.get('href');
    if (href !== undefined) assert.match(href, /^(#|report\.(md|json)$)/);
    for (const key of attributes.keys()) assert.not.match(key, /^on/);
  }
  assert.not.match(busy, /<(link|iframe|img|object|embed|base|form action)/);
  const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(busy)?.[1] ?? '';
  assert.match(policy, /^default-src 'none'; /);
  assert.not.match(policy, 'unsafe');
  const hashed = (text: string): string => createHash('sha256').update(text).digest('base64');
  assert.match(policy, hashed(/<style>(.*?)<\/style>/s.exec(busy)?.[1] ?? ''));
  assert.match(policy, hashed(/<script>(.*?)<\/script>/s.exec(busy)?.[1] ?? ''));
});

test('the same facts give the same page, byte for byte', () => {
  assert.is(reportHtml(busyBacklog(150).facts(), '../'), busy);
});

test('what waits for a person stands first, with its commands; then the summary with what stopped, and what to do', () => {
  const places = [
    'Waiting for you',
    'verify-status-bar-116',
    "stepladder answer verify-status-bar-116 'the real ones'",
  ];
  const then = ['Summary', 'Not paid:', 'What stopped, and why', 'Next steps', 'Why it stopped'];
  const main = textOf(busy.slice(busy.indexOf('<main>') - 6).replace('<main>', '<body>'));
  let at = 0;
  for (const words of [...places, ...then]) {
    const next = main.indexOf(words, at);
    assert.is.not(next, -1, `${words} after ${main.slice(at, at + 80)}`);
    at = next;
  }
});

test('every task that is linked is on the page; one whose file is broken is named only', () => {
  const story = new Story().task('one', ['broken']);
  const broken = new Map([['broken', { file: 'tasks/broken.md', problem: 'it is empty' }]]);
  for (const page of [busy, reportHtml(story.facts({ broken }), '../')]) {
    const names = new Set(wireOf(page).tasks.map(({ name }) => name));
    const linked = [...page.matchAll(/href="#task=([^"]*)"/g)].map(([, name = '']) => decodeURIComponent(name));
    assert.equal(
      [...new Set(linked)].filter((name) => !names.has(name)),
      [],
    );
  }
});

test('the root cause is a chain: the consumer’s words, whose work, the line of the stub, the commit that left it', () => {
  const tries: Try[] = [{ rung: 'sonnet/thinking', outcome: 'blocked', reason: 'start() is not there yet', ms: 5 }];
  const place = { symbol: 'start', file: 'src/a.c', line: 88 };
  const story = new Story().task('owner').task('consumer', ['owner']);
  story.step('owner', [{ rung: 'sonnet/thinking', outcome: 'done', ms: 5 }], { claimed: ['start() works'] });
  story.step('consumer', tries).fails('consumer', 'blocked', tries, {
    by: 'owner',
    claim: { owner: 'owner', evidence: 'start returns ERR(NOT_IMPLEMENTED)', commit: 'c0ffee1', ...place },
  });
  const facts = story.facts({ workspace: 'work tree' });
  const text = textOf(reportHtml(facts, '../'));
  const chain = [
    'consumer says blocked on sonnet/thinking start() is not there yet',
    'It needs the work of owner',
    'The receipt that says it is done: tasks/owner.done',
    'Verified of it: make check',
    'Merely claimed: start() works',
    'start in src/a.c:88',
    'start returns ERR(NOT_IMPLEMENTED)',
    'Left so by commit c0ffee1',
    "git -C 'work tree' show c0ffee1",
  ];
  let at = 0;
  for (const words of chain) {
    const next = text.indexOf(words, at);
    assert.is.not(next, -1, `${words} in ${text.slice(at)}`);
    at = next;
  }
});

test('every escalation that is counted stands in the row of its task, whatever became of it', () => {
  const story = new Story().task('done').task('failed').task('asks').task('cut');
  const climbed: Try[] = [
    { rung: 'sonnet/thinking', outcome: 'failed', reason: 'no', ms: 5 },
    { rung: 'sonnet/extended', outcome: 'failed', reason: 'no', ms: 5 },
  ];
  story.step('done', [...climbed.slice(0, 1), { rung: 'sonnet/extended', outcome: 'done', ms: 5 }]);
  story.step('failed', climbed);
  story.fails('failed', 'failed', climbed);
  const asked: Try[] = [...climbed.slice(0, 1), { rung: 'sonnet/extended', outcome: 'question', ms: 5 }];
  story.step('asks', asked);
  story.fails('asks', 'question', asked);
  story.attempts('cut', climbed);
  const facts = story.facts();
  assert.is(facts.totals.escalations.total, 4);
  assert.equal(
    wireOf(reportHtml(facts, '')).tasks.map(({ name, climbs }) => [name, climbs]),
    [
      ['done', 1],
      ['failed', 1],
      ['asks', 1],
      ['cut', 1],
    ],
  );
});

test('attempts that only a receipt from elsewhere tells of stand in the row of their task, whatever became of it', () => {
  const path = ['sonnet/thinking', 'sonnet/extended'].map((rung, at) => {
    const outcome = at === 1 ? ('done' as const) : ('failed' as const);
    return { rung, outcome, reason: '', model: null, durationMs: 1000, costUsd: 1 };
  });
  const story = new Story().task('pending').task('failed').task('done');
  for (const name of ['pending', 'failed', 'done']) {
    const receipt = receiptOf(name, { path, attempts: 2 });
    story.receipts.set(name, { kind: 'receipt', receipt, stale: name === 'done' ? null : 'its task file was edited' });
  }
  const tries = [{ rung: 'opus/extended', outcome: 'failed', reason: 'no', ms: 5, usd: 1 }] as const;
  story.step('failed', tries).fails('failed', 'failed', tries);
  const facts = story.facts();
  const { tasks } = wireOf(reportHtml(facts, '../'));
  assert.equal(
    tasks.map(({ name, attempts, climbs, usd }) => [name, attempts, climbs, usd]),
    [
      ['pending', 2, 1, 2],
      ['failed', 3, 1, 3],
      ['done', 2, 1, 2],
    ],
  );
  assert.equal([facts.totals.byGroup[0]?.attempts, facts.totals.escalations.total, facts.totals.cost.usd], [7, 3, 7]);
});

test('attempts lead to their prompts and transcripts, unless a later attempt took their place', () => {
  const story = new Story().task('a');
  story.step('a', [{ rung: 'sonnet/thinking', outcome: 'failed', reason: 'no', ms: 5 }]);
  story.step('a', [{ rung: 'sonnet/extended', outcome: 'done', ms: 5 }]);
  const { attempts } = story.facts().timeline;
  assert.equal(
    attempts.map(({ record }) => record),
    [null, '.stepladder/tasks/a/_attempts/20251224-090000-000-a1b2c3-1'],
  );
  const wire = wireOf(reportHtml(story.facts(), '../..%20/'));
  assert.is(wire.root, '../..%20/');
  const records = wire.tasks[0]?.tries?.map((entry) => (entry[6] === -1 ? null : wire.texts[entry[6]]));
  assert.equal(records, [null, '.stepladder/tasks/a/_attempts/20251224-090000-000-a1b2c3-1']);
});

test('an empty backlog, and one of which only receipts are known, are pages too', () => {
  assert.match(textOf(reportHtml(new Story().facts(), '')), 'There are no tasks');
  const clone = busyBacklog(20).facts({ events: [], failures: new Map() });
  const text = textOf(reportHtml(clone, ''));
  assert.match(text, 'No run is on record here');
  assert.not.match(text, 'Timeline');
});

test('beyond what can be drawn with names the page says so, and its table is still complete', () => {
  const large = reportHtml(busyBacklog(2500).facts(), '../');
  assert.match(textOf(large), '2,500 tasks are too many to be drawn with their names');
  const { tasks, graph } = wireOf(large);
  assert.is(graph, 'map');
  assert.is(tasks.length, 2500);
  const { graph: columns } = wireOf(reportHtml(busyBacklog(1000).facts(), '../'));
  assert.is(columns, 'layers');
  assert.is(wireOf(busy).graph, 'dagre');
});

test('texts of a megabyte each are cut until the page is small, and it says so', () => {
  const story = new Story();
  for (let at = 0; at < 60; at += 1) {
    const reason = `${at} ${'x'.repeat(1_000_000)}`;
    story.task(`t${at}`).step(`t${at}`, [{ rung: 'sonnet/thinking', outcome: 'failed', reason, ms: 1 }]);
  }
  const html = reportHtml(story.facts(), '../');
  assert.ok(html.length < 2_000_000, `${html.length}`);
});
