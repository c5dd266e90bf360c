/** What takes no room on a screen, or turns text round, is seen wherever text from outside is shown. */
import { printable } from '../src/diagnostic.js';
import { layout } from '../src/report/graph/layout.js';
import { graphSvg } from '../src/report/graph/svg.js';
import { graphTasks } from '../src/report/graph/tasks.js';
import { jsonText } from '../src/report/json.js';
import { escaped } from '../src/report/markup.js';
import { statusText } from '../src/report/status.js';
import { Story } from './rig/story.js';
import { assert, suite } from './rig/suite.js';

const test = suite('invisible');

const TEXT = 'a\u061cb\u200bc\u{e0001}d\u{e0041}e\u2060f';
const HIDDEN = /[\u061c\u200b\u2060]|\u{e0001}|\u{e0041}/u;

test('each is told by its number', () => {
  assert.is(printable(TEXT), 'a\\u061cb\\u200bc\\u{e0001}d\\u{e0041}e\\u2060f');
  const story = new Story().task('a', [], { title: TEXT });
  story.fails('a', 'failed', [{ rung: 'opus/extended', outcome: 'failed', reason: TEXT, ms: 1 }]);
  const text = statusText(story.facts());
  assert.not.match(text, HIDDEN);
  assert.ok(text.includes('\\u{e0001}'), text);
});

test('in JSON it is another spelling of the same text', () => {
  const text = jsonText({ reason: TEXT });
  assert.not.match(text, HIDDEN);
  assert.ok(text.includes('\\udb40\\udc01'), text);
  assert.equal(JSON.parse(text), { reason: TEXT });
});

test('what letters and emoji are joined by stays', () => {
  for (const text of ['👩‍👩‍👧‍👦', 'می‌خواهم', '🏳️‍🌈']) assert.is(printable(text), text);
});

test('a drawing holds nothing that XML has no way to write', () => {
  assert.is(escaped('a\u0000b\u000bc\ufffed\uffffe<'), 'abcde&lt;');
  const tasks = graphTasks(new Story().task('a', [], { title: 'one\ufffe two\uffff' }).facts().backlog);
  assert.not.match(graphSvg(layout(tasks), tasks), /[\ufffe\uffff]/);
});
