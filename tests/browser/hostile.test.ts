/** Whatever tasks and agents say stays text, in a real browser: shown to the letter, never run, never asked for. */
import { Story, type Try } from '../rig/story.js';
import { assert, suite } from '../rig/suite.js';
import { withReport } from './opening.js';

const test = suite('browser: hostile text');

const HOSTILE = [
  '<script>globalThis.pwned = 1</script>',
  '</script><script>globalThis.pwned = 1</script>',
  '<img src=x onerror="globalThis.pwned = 1">',
  '"><svg onload=globalThis.pwned=1>',
  "' autofocus onfocus=globalThis.pwned=1 x='",
  '<!--<script>',
  ']]></title></style><iframe src="http://127.0.0.1:1/">',
  'javascript:globalThis.pwned=1',
  '{{ facts }} {% raw %} {# x #}',
  '\u001b[31mred\u001b[0m \u202eevil',
];

function story(text: string): Story {
  const tries: Try[] = [{ rung: text, outcome: 'failed', reason: text, ms: 1000 }];
  const place = { symbol: text, file: text, line: 3 };
  const made = new Story()
    .task('done', [], { title: text, group: text, layer: text })
    .task('bad', ['done'], { title: text });
  made.task('asks', [], { title: text, file: text });
  made.say({ type: 'run-started', pending: 3, done: 0 });
  made.step('done', [{ rung: 'sonnet/thinking', outcome: 'done', ms: 5 }], {
    claimed: [text],
    changed: [text],
    verified: [{ check: text, durationMs: 1, redBefore: true, flaky: true }],
    findings: [{ kind: text, severity: 'warning', message: text, ...place }],
    stubs: [{ symbol: text, file: text, until: text }],
  });
  made.say({ type: 'reopened', task: 'done', by: text, evidence: text, ...place, commit: text });
  made
    .step('bad', tries)
    .fails('bad', 'failed', tries, { by: 'done', claim: { owner: 'done', evidence: text, ...place } });
  made.fails('asks', 'question', [{ rung: text, outcome: 'question', ms: 1 }], { question: text, options: [text] });
  made.commits.set('done', text);
  return made;
}

for (const text of HOSTILE) {
  test(`${JSON.stringify(text)} is shown and nothing more`, () =>
    withReport(story(text), async (page) => {
      const shown = text.replace(/\u001b/g, '\\x1b').replace(/\u202e/g, '\\u202e');
      assert.is(await page.locator('#waiting .title').textContent(), shown);
      for (const button of await page.locator('#table td.name button').all()) await button.click();
      assert.ok((await page.locator('#table').textContent())?.includes(shown));
      const hrefs = await page.locator('a[href]').evaluateAll((all) => all.map((a) => a.getAttribute('href') ?? ''));
      for (const href of hrefs) assert.match(href, /^(#|\.\.\/|report\.)/);
      await page.locator('#graph a').first().click();
      await page.locator('#sheet h3').waitFor();
      assert.ok((await page.locator('#sheet').textContent())?.includes(shown));
      assert.is(await page.evaluate(() => 'pwned' in globalThis), false);
      assert.is(await page.locator('script').count(), 2);
      assert.is(await page.locator('iframe, img, [onload], [onerror], [onfocus]').count(), 0);
    }));
}
